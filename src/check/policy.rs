//! Consumers whose rules count beside those of a private PKI, where they are asked for.

use crate::lint::{Finding, Severity};

/// A consumer, or a group of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Policy {
    /// Apple's systems.
    Apple,
    /// Browsers, as for a certificate of a public authority.
    Browsers,
    /// Programs in Go.
    Go,
    /// Programs in Java.
    Java,
    /// OpenSSL.
    OpenSsl,
    /// Python 3.13 and later.
    Python,
    /// Programs with rustls.
    Rustls,
    /// GnuTLS.
    GnuTls,
}

/// Word, explanation, and how consumers that refuse a document are called in its finding.
const TABLE: [(Policy, &str, &str, &str); 8] = [
    (Policy::Apple, "apple", "iOS 13, macOS 10.15 and later", "Apple"),
    (Policy::Browsers, "browsers", "as for public authorities: lifetimes of ballot SC-081v3", "browsers"),
    (Policy::Go, "go", "programs in Go", "Go"),
    (Policy::Java, "java", "programs in Java", "Java"),
    (Policy::OpenSsl, "openssl", "OpenSSL, also with -x509_strict", "OpenSSL"),
    (Policy::Python, "python", "Python 3.13 and later, which are strict by default", "Python"),
    (Policy::Rustls, "rustls", "programs with rustls", "rustls"),
    (Policy::GnuTls, "gnutls", "GnuTLS and certtool", "GnuTLS"),
];

/// Lints that the CA/Browser Forum's Baseline Requirements (2.1) make errors of: sections 6.1.5, 7.1.3.1 (keys),
/// 7.1.2.7.12 (subjectAltName not critical), 7.1.4.2 (DNS names), 7.1.4.3 (a common name is one of the names).
const OF_PUBLIC_AUTHORITIES: [&str; 6] = [
    "common-name-not-in-san",
    "dns-underscore",
    "ec-curve",
    "key-algorithm",
    "rsa-key-odd-size",
    "san-critical",
];

impl Policy {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Apple,
        Self::Browsers,
        Self::Go,
        Self::Java,
        Self::OpenSsl,
        Self::Python,
        Self::Rustls,
        Self::GnuTls,
    ];

    fn row(self) -> &'static (Self, &'static str, &'static str, &'static str) {
        // Every policy has a row, in its place.
        &TABLE[self as usize]
    }

    /// The word on the command line.
    pub fn word(self) -> &'static str {
        self.row().1
    }

    /// Whose rules these are.
    pub fn about(self) -> &'static str {
        self.row().2
    }

    /// The policy of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        TABLE.iter().find(|row| row.1 == word).map(|row| row.0)
    }

    /// A finding as this consumer sees it: what it refuses is an error.
    pub(super) fn judge(self, finding: &mut Finding) {
        let refuses = finding.refused_by.iter().any(|consumer| consumer.starts_with(self.row().3));
        if refuses || (self == Self::Browsers && OF_PUBLIC_AUTHORITIES.contains(&finding.code)) {
            finding.severity = Severity::Error;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_policy_has_its_row() {
        for policy in Policy::ALL {
            assert_eq!(Policy::from_word(policy.word()), Some(policy));
            assert!(!policy.about().is_empty());
        }
        assert_eq!(Policy::from_word("nobody"), None);
    }

    #[test]
    fn what_is_refused_is_an_error() {
        let mut finding =
            Finding::new("x", Severity::Notice, "", "", "").refused_by(&["OpenSSL -x509_strict"]);
        Policy::Go.judge(&mut finding);
        assert_eq!(finding.severity, Severity::Notice);
        Policy::OpenSsl.judge(&mut finding);
        assert_eq!(finding.severity, Severity::Error);
    }
}
