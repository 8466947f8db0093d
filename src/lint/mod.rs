//! What RFC 5280 and its relatives say of certificates, CSRs and CRLs, rule by rule.

mod finding;

pub use finding::{Finding, Severity};
