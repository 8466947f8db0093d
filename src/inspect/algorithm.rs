//! Algorithm identifiers, and Go's names and numbers for them.

use super::reader::{Oid, Reader, tag};

/// An AlgorithmIdentifier (RFC 5280 section 4.1.1.2).
pub(super) struct AlgorithmIdentifier<'a> {
    pub(super) oid: Oid,
    /// The whole parameters element, empty if there is none.
    pub(super) parameters: &'a [u8],
}

impl<'a> AlgorithmIdentifier<'a> {
    /// Reads what is inside the SEQUENCE.
    pub(super) fn read(mut inside: Reader<'a>) -> Option<Self> {
        let oid = inside.oid()?;
        let parameters = if inside.is_empty() { &[][..] } else { inside.element()?.full };
        Some(Self { oid, parameters })
    }
}

/// A signature algorithm as a report shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ShownSignature {
    /// cfssl's word.
    pub(super) name: &'static str,
    /// Go's `x509.SignatureAlgorithm`.
    pub(super) number: u8,
}

const UNKNOWN: ShownSignature = ShownSignature { name: "Unknown Signature", number: 0 };

/// What cfssl has a word for, and more: [`crate::vocab::algorithm`] lists what we sign and verify with, this table
/// what Go recognises (RFC 3279, RFC 4055, RFC 5758, RFC 8410, RFC 9881).
const SIGNATURES: [(&[u32], &str, u8); 16] = [
    (&[1, 2, 840, 113549, 1, 1, 4], "MD5WithRSA", 2),
    (&[1, 2, 840, 113549, 1, 1, 5], "SHA1WithRSA", 3),
    // OIW's sha1WithRSASignature
    (&[1, 3, 14, 3, 2, 29], "SHA1WithRSA", 3),
    (&[1, 2, 840, 113549, 1, 1, 11], "SHA256WithRSA", 4),
    (&[1, 2, 840, 113549, 1, 1, 12], "SHA384WithRSA", 5),
    (&[1, 2, 840, 113549, 1, 1, 13], "SHA512WithRSA", 6),
    (&[1, 2, 840, 10040, 4, 3], "DSAWithSHA1", 7),
    (&[2, 16, 840, 1, 101, 3, 4, 3, 2], "DSAWithSHA256", 8),
    (&[1, 2, 840, 10045, 4, 1], "ECDSAWithSHA1", 9),
    (&[1, 2, 840, 10045, 4, 3, 2], "ECDSAWithSHA256", 10),
    (&[1, 2, 840, 10045, 4, 3, 3], "ECDSAWithSHA384", 11),
    (&[1, 2, 840, 10045, 4, 3, 4], "ECDSAWithSHA512", 12),
    (ED25519, "Ed25519", 16),
    (ML_DSA_44, UNKNOWN.name, 17),
    (ML_DSA_65, UNKNOWN.name, 18),
    (ML_DSA_87, UNKNOWN.name, 19),
];

pub(super) const ED25519: &[u32] = &[1, 3, 101, 112];
pub(super) const ML_DSA_44: &[u32] = &[2, 16, 840, 1, 101, 3, 4, 3, 17];
pub(super) const ML_DSA_65: &[u32] = &[2, 16, 840, 1, 101, 3, 4, 3, 18];
pub(super) const ML_DSA_87: &[u32] = &[2, 16, 840, 1, 101, 3, 4, 3, 19];
const RSA_PSS: &[u32] = &[1, 2, 840, 113549, 1, 1, 10];
const MGF1: &[u32] = &[1, 2, 840, 113549, 1, 1, 8];

/// RSASSA-PSS with these hashes, the salt as long as the hash, has a number but no word in cfssl.
const PSS_HASHES: [(&[u32], i64, u8); 3] = [
    (&[2, 16, 840, 1, 101, 3, 4, 2, 1], 32, 13),
    (&[2, 16, 840, 1, 101, 3, 4, 2, 2], 48, 14),
    (&[2, 16, 840, 1, 101, 3, 4, 2, 3], 64, 15),
];

impl ShownSignature {
    pub(super) fn of(algorithm: &AlgorithmIdentifier<'_>) -> Self {
        let arcs = algorithm.oid.arcs();
        if arcs == RSA_PSS {
            let number = pss_number(algorithm.parameters).unwrap_or(UNKNOWN.number);
            return Self { number, ..UNKNOWN };
        }
        // RFC 8410 section 3, RFC 9881 section 2: "the parameters MUST be absent".
        let bare = [ED25519, ML_DSA_44, ML_DSA_65, ML_DSA_87].contains(&arcs);
        if bare && !algorithm.parameters.is_empty() {
            return UNKNOWN;
        }
        let row = SIGNATURES.into_iter().find(|row| row.0 == arcs);
        row.map_or(UNKNOWN, |(_, name, number)| Self { name, number })
    }
}

/// Reads RSASSA-PSS-params (RFC 4055 section 3.1) with nothing left to its default but the trailer field.
fn pss_number(parameters: &[u8]) -> Option<u8> {
    let mut params = Reader::new(parameters).inside(tag::SEQUENCE)?;
    let hash = AlgorithmIdentifier::read(params.inside(0xa0)?.inside(tag::SEQUENCE)?)?;
    let mask = AlgorithmIdentifier::read(params.inside(0xa1)?.inside(tag::SEQUENCE)?)?;
    let salt_length = params.inside(0xa2)?.int64()?;
    let trailer_field = match params.optional(0xa3)? {
        Some(explicit) => Reader::new(explicit).int64()?,
        None => 1,
    };
    let mask_hash = AlgorithmIdentifier::read(Reader::new(mask.parameters).inside(tag::SEQUENCE)?)?;
    let usual = null_or_absent(&hash)
        && null_or_absent(&mask_hash)
        && mask.oid.arcs() == MGF1
        && mask_hash.oid == hash.oid
        && trailer_field == 1;
    let row = PSS_HASHES.into_iter().find(|row| row.0 == hash.oid.arcs() && row.1 == salt_length)?;
    usual.then_some(row.2)
}

fn null_or_absent(algorithm: &AlgorithmIdentifier<'_>) -> bool {
    algorithm.parameters.is_empty() || algorithm.parameters == [tag::NULL, 0]
}

#[cfg(test)]
mod tests {
    use const_oid::ObjectIdentifier;

    use super::*;
    use crate::vocab::algorithm::SignatureAlgorithm;

    #[test]
    fn agrees_with_the_algorithms_we_sign_with() {
        let mut common = 0;
        for (arcs, name, number) in SIGNATURES {
            let dotted = arcs.iter().map(u32::to_string).collect::<Vec<_>>().join(".");
            let oid = ObjectIdentifier::new(&dotted).unwrap();
            if let Some(ours) = SignatureAlgorithm::from_oid(&oid) {
                assert_eq!((ours.go_name(), ours.go_number()), (name, number));
                common += 1;
            }
        }
        assert_eq!(common, 9);
    }
}
