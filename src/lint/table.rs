//! The table of all lints.

use super::rule::Lint;
use super::{
    rules_ca, rules_constraints, rules_crl, rules_csr, rules_der, rules_extensions, rules_fields, rules_keys,
    rules_names, rules_san, rules_signature, rules_times, rules_usage,
};

/// All lints, in the order of their findings.
pub fn lints() -> impl Iterator<Item = &'static Lint> {
    TABLE.iter().copied().flatten()
}

const TABLE: [&[Lint]; 13] = [
    rules_der::LINTS,
    rules_fields::LINTS,
    rules_signature::LINTS,
    rules_times::LINTS,
    rules_names::LINTS,
    rules_keys::LINTS,
    rules_extensions::LINTS,
    rules_ca::LINTS,
    rules_usage::LINTS,
    rules_san::LINTS,
    rules_constraints::LINTS,
    rules_crl::LINTS,
    rules_csr::LINTS,
];

impl Lint {
    /// A lint by its code.
    pub fn from_code(code: &str) -> Option<&'static Self> {
        lints().find(|lint| lint.code == code)
    }
}
