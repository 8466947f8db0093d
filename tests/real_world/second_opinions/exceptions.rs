//! Where a judge answers other than expected, and why. A line that is no longer true fails the test.

/// One known disagreement.
pub(super) struct Exception {
    pub(super) judge: &'static str,
    /// Key type and question each; `*` in place of either stands for all.
    pub(super) questions: &'static [&'static str],
    /// What the refusal says; empty for a trap that the judge accepts.
    pub(super) says: &'static str,
    /// Why; for the reader.
    #[allow(dead_code, reason = "the table's own documentation")]
    pub(super) reason: &'static str,
}

impl Exception {
    /// The pattern that covers the question asked of the judge, if one does.
    pub(super) fn covers(&self, judge: &str, name: &str) -> Option<&'static str> {
        let same = |(pattern, word): (&str, &str)| pattern == "*" || pattern == word;
        let matches = |pattern: &&&str| pattern.split(' ').zip(name.split(' ')).all(same);
        self.questions.iter().find(matches).copied().filter(|_| self.judge == judge)
    }
}

pub(super) const EXCEPTIONS: &[Exception] = &[
    Exception {
        judge: "gnutls",
        questions: &["* SelfSigned"],
        says: "The certificate issuer is not a CA.",
        reason: "certtool takes what it is told to trust for an authority, never for a leaf that stands for itself",
    },
    Exception {
        judge: "nss",
        questions: &["ed25519 *"],
        says: "SEC_ERROR_ADDING_CERT",
        reason: "NSS 3.87 knows no Ed25519 in certificates",
    },
    Exception {
        judge: "nss",
        questions: &["p256 TrapWrongHost"],
        says: "",
        reason: "certutil asks about a usage only; it has no option for a host's name",
    },
    Exception {
        judge: "python",
        questions: &["* SelfSigned"],
        says: "2.5.29.35: Certificate is missing required extension",
        reason: "the policy of the web wants an authority key identifier in every leaf; RFC 5280 4.2.1.1 lets a \
                 self-signed certificate go without",
    },
    Exception {
        judge: "python",
        questions: &["ed25519 Server", "ed25519 Client", "ed25519 PeerAsServer", "ed25519 PeerAsClient"],
        says: "Forbidden public key algorithm",
        reason: "the policy of the web (CA/Browser Forum) admits RSA and ECDSA only",
    },
    Exception {
        judge: "webpki",
        questions: &["p521 *"],
        says: "UnsupportedSignatureAlgorithm",
        reason: "ring has no P-521",
    },
];
