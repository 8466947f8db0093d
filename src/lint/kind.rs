//! The kinds of documents.

/// What a lint looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A certificate.
    Certificate,
    /// A certification request.
    Csr,
    /// A certificate revocation list.
    Crl,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 3] = [Self::Certificate, Self::Csr, Self::Crl];

    /// The word in lists.
    pub fn word(self) -> &'static str {
        match self {
            Self::Certificate => "certificate",
            Self::Csr => "csr",
            Self::Crl => "crl",
        }
    }
}
