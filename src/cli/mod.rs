//! The command line: argument vectors, messages, exit codes.

pub mod goflags;
