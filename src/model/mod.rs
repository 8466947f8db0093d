//! What the documents mean: values that exist are legal.

pub mod config;
pub mod extension;
pub mod name_whitelist;
pub mod pki;
pub mod profile;
pub mod request;
pub mod role;
pub mod subject;
