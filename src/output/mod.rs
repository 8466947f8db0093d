//! Bytes to files and streams.

pub mod files;
pub mod json;
pub mod stdout;
