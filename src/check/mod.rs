//! What the consumer of a certificate will refuse, and why: roles, chains, names, files.

pub mod role;
