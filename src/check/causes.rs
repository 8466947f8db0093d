//! Which finding of a certificate is the cause of which other one.

use std::collections::BTreeSet;

use super::material::Located;

/// A code, and those of the same certificate that explain it.
const CAUSES: [(&str, &[&str]); 12] = [
    ("aki-mismatch", &["authority-key-id-with-issuer"]),
    (
        "bad-signature",
        &[
            "boolean-not-der",
            "indefinite-length",
            "integer-not-minimal",
            "length-not-minimal",
            "signature-algorithms-differ",
            "signature-malformed",
            "unused-bits-set",
        ],
    ),
    ("ca-without-cert-sign", &["role-ku-missing"]),
    ("ca-without-crl-sign", &["role-ku-missing"]),
    ("extension-repeated", &["csr-extensions-repeated"]),
    ("host-missing", &["san-missing", "san-without-host", "san-empty", "extension-malformed"]),
    ("issuer-not-ca", &["path-length-negative", "extension-malformed"]),
    ("role-eku-missing", &["extended-key-usage-empty", "oid-malformed"]),
    ("role-name-missing", &["san-empty", "extension-malformed"]),
    ("san-missing", &["role-name-missing"]),
    ("san-without-host", &["role-name-missing"]),
    ("usages-contradict", &["role-ku-missing"]),
];

/// A code, and the one that explains it wherever it stands: of an issuer, of a list that one signed, or of a
/// certificate that is trusted as well.
const CAUSES_ELSEWHERE: [(&str, &str); 3] = [
    ("ca-without-crl-sign", "crl-issuer-may-not-sign"),
    ("issuer-empty", "ca-subject-empty"),
    ("trusted-not-authority", "role-not-authority"),
];

/// Marks what follows from another finding about the same certificate.
pub(super) fn mark(findings: &mut [Located]) {
    let is_cause = |code: &str| CAUSES.iter().any(|(_, causes)| causes.contains(&code));
    for (code, cause) in CAUSES_ELSEWHERE {
        if findings.iter().any(|found| found.finding.code == cause) {
            for found in findings.iter_mut().filter(|found| found.finding.code == code) {
                found.finding.follows_from(cause);
            }
        }
    }
    let place = |found: &Located| (found.file, found.position);
    let there: BTreeSet<_> = findings
        .iter()
        .filter(|found| {
            is_cause(found.finding.code) && found.finding.severity > crate::lint::Severity::Notice
        })
        .map(|found| (place(found), found.finding.code))
        .collect();
    for found in findings.iter_mut().filter(|found| found.finding.consequence_of.is_none()) {
        let Some((_, causes)) = CAUSES.iter().find(|(code, _)| *code == found.finding.code) else { continue };
        let at = place(found);
        if let Some(cause) = causes.iter().copied().find(|cause| there.contains(&(at, *cause))) {
            found.finding.follows_from(cause);
        }
    }
}
