//! JSON documents as they are written: strings, numbers and lists with the place where each stood, no meaning.
//!
//! A document type lists its keys in one [`json_object!`] table; unknown keys, duplicates and wrong types are
//! found by the reader, [`json`].

#[macro_use]
pub mod json;
pub mod api_response;
pub mod csr_request;
pub mod manifest;
pub mod response;
pub mod signing_config;
pub mod subject;
