//! The field's words, each in one place: no input, no output, no policy.

pub mod algorithm;
pub mod asn1;
pub mod content;
pub mod duration;
pub mod name;
pub mod oid;
pub mod pem;
pub mod quote;
pub mod role;
pub mod san;
pub mod serial;
pub mod shell;
pub mod spoken;
pub mod text;
pub mod usage;
pub mod validity;
