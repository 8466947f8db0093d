//! Bytes to files and streams.

pub mod json;
