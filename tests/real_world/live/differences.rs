//! Where we differ from cfssl 1.2.0 on purpose.

/// One difference.
pub(super) struct Difference {
    pub(super) case: &'static str,
    pub(super) fact: &'static str,
    /// Why; for the reader.
    #[allow(dead_code, reason = "the table's own documentation")]
    pub(super) reason: &'static str,
}

const SELFSIGN: &str = "1.2.0 forgets the hosts of a self-signed certificate; later versions do not";
const EXTRA: &str =
    "1.2.0 drops attributes it does not know from a request's subject; later versions keep them";

pub(super) const DIFFERENCES: &[Difference] = &[
    Difference { case: "selfsign plain", fact: "cert extension order", reason: SELFSIGN },
    Difference { case: "selfsign plain", fact: "cert extension 2.5.29.17", reason: SELFSIGN },
    Difference { case: "sign extra", fact: "cert subject", reason: EXTRA },
    Difference { case: "sign extra as authority", fact: "cert subject", reason: EXTRA },
    Difference { case: "sign extra with hosts", fact: "cert subject", reason: EXTRA },
];
