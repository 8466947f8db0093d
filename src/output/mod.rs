//! Bytes to files and streams; nothing here knows what the bytes mean.

pub mod files;
pub mod stdout;
