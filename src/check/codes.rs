//! The codes of findings: those of the rules here and of the roles. The lints have their own.

use crate::lint;

/// All codes but the lints', in alphabetical order.
pub const CODES: [&str; 67] = [
    "aki-mismatch",
    "apple-lifetime",
    "apple-purpose",
    "bad-signature",
    "byte-order-mark",
    "certificate-mode",
    "chain-extra",
    "chain-order",
    "crl-expired",
    "crl-issuer-may-not-sign",
    "crl-issuer-not-given",
    "crl-not-yet-valid",
    "crl-signature",
    "csr-mismatch",
    "encrypted",
    "expired",
    "expired-in-front",
    "expired-issuer",
    "expiring",
    "expiring-issuer",
    "export-outdated",
    "host-missing",
    "issuer-invalid",
    "issuer-may-not-sign",
    "issuer-name-written",
    "issuer-not-ca",
    "issuer-not-given",
    "issuer-not-yet-valid",
    "issuer-replaced",
    "key-extra",
    "key-mismatch",
    "key-mode",
    "key-unknown",
    "key-without-certificate",
    "limits-malformed",
    "missing-intermediate",
    "name-constraints",
    "not-yet-valid",
    "outlives-issuer",
    "path-invalid",
    "path-length",
    "pem-label",
    "public-lifetime",
    "public-purpose",
    "purpose-not-allowed",
    "revoked",
    "role-eku-missing",
    "role-is-authority",
    "role-key-encrypted",
    "role-key-missing",
    "role-key-mode",
    "role-key-type",
    "role-ku-missing",
    "role-name-missing",
    "role-not-authority",
    "role-not-judged",
    "role-signature",
    "role-subject",
    "self-signed",
    "serial-repeated",
    "signature-unknown",
    "trusted-not-authority",
    "trusted-not-root",
    "unknown-issuer",
    "unreadable",
    "untrusted-root",
    "wildcard-too-wide",
];

/// Whether a finding may have this code.
pub fn is_code(word: &str) -> bool {
    CODES.contains(&word) || lint::Lint::from_code(word).is_some()
}

/// The code that is most like a word.
pub fn nearest(word: &str) -> Option<&'static str> {
    let all = CODES.iter().copied().chain(lint::lints().map(|lint| lint.code));
    let scored = all.map(|code| (strsim::jaro_winkler(word, code), code));
    scored.max_by(|one, other| one.0.total_cmp(&other.0)).filter(|best| best.0 > 0.8).map(|best| best.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_known_and_the_nearest_is_found() {
        assert!(CODES.is_sorted() && is_code("expired") && is_code("serial-zero") && !is_code("expird"));
        assert_eq!(nearest("expird"), Some("expired"));
        assert_eq!(nearest("qqqq"), None);
    }
}
