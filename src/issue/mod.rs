//! From a key and a request to a certificate: CSR, template, policy, signer.
//!
//! [`policy`] turns what was asked for into what may be issued, [`signer`] signs only that, and [`issuance`] lints and
//! verifies it before anybody gets it.

pub mod certificate;
pub mod clean;
pub mod csr;
pub mod engine;
pub mod error;
mod extensions;
pub mod issuance;
pub mod judge;
mod left_out;
pub mod path;
pub mod policy;
pub mod renewal;
pub mod root;
pub mod self_signed;
pub mod signer;
pub mod template;
pub mod validity;
