//! What OIDs are called: extensions, attributes of names, algorithms and curves.

use const_oid::ObjectIdentifier as Oid;

use crate::vocab::oid;

const fn oid(text: &str) -> Oid {
    Oid::new_unwrap(text)
}

fn find(table: &[(Oid, &'static str)], wanted: &Oid) -> Option<&'static str> {
    table.iter().find(|(known, _)| known == wanted).map(|(_, name)| *name)
}

/// Extensions of certificates, requests and CRLs, in the words of RFC 5280 and of those who define the others.
const EXTENSIONS: [(Oid, &str); 32] = [
    (oid::SUBJECT_KEY_IDENTIFIER, "subject key identifier"),
    (oid::KEY_USAGE, "key usage"),
    (oid::SUBJECT_ALT_NAME, "subject alternative name"),
    (oid::ISSUER_ALT_NAME, "issuer alternative name"),
    (oid::BASIC_CONSTRAINTS, "basic constraints"),
    (oid::CRL_NUMBER, "CRL number"),
    (oid::REASON_CODE, "reason code"),
    (oid::INVALIDITY_DATE, "invalidity date"),
    (oid::DELTA_CRL_INDICATOR, "delta CRL indicator"),
    (oid::ISSUING_DISTRIBUTION_POINT, "issuing distribution point"),
    (oid::CERTIFICATE_ISSUER, "certificate issuer"),
    (oid::NAME_CONSTRAINTS, "name constraints"),
    (oid::CRL_DISTRIBUTION_POINTS, "CRL distribution points"),
    (oid::CERTIFICATE_POLICIES, "certificate policies"),
    (oid::POLICY_MAPPINGS, "policy mappings"),
    (oid::AUTHORITY_KEY_IDENTIFIER, "authority key identifier"),
    (oid::POLICY_CONSTRAINTS, "policy constraints"),
    (oid::EXTENDED_KEY_USAGE, "extended key usage"),
    (oid::FRESHEST_CRL, "freshest CRL"),
    (oid::INHIBIT_ANY_POLICY, "inhibit anyPolicy"),
    (oid::SUBJECT_DIRECTORY_ATTRIBUTES, "subject directory attributes"),
    (oid("2.5.29.16"), "private key usage period"),
    (oid::AUTHORITY_INFO_ACCESS, "authority information access"),
    (oid::SUBJECT_INFO_ACCESS, "subject information access"),
    (oid("1.3.6.1.5.5.7.1.24"), "TLS feature"),
    (oid::OCSP_NO_CHECK, "OCSP no check"),
    (oid::SIGNED_TIMESTAMPS, "signed certificate timestamps"),
    (oid::PRECERTIFICATE_POISON, "certificate transparency poison"),
    (oid::DELEGATION_USAGE, "delegation usage"),
    (oid("2.16.840.1.113730.1.1"), "Netscape certificate type"),
    (oid("2.16.840.1.113730.1.13"), "Netscape comment"),
    (oid("1.3.6.1.4.1.311.20.2"), "Microsoft certificate template name"),
];

/// An extension's name.
pub(super) fn extension(oid: &Oid) -> Option<&'static str> {
    find(&EXTENSIONS, oid)
}

/// Attributes of names by their short names (RFC 4514 section 3, RFC 4519, OpenSSL).
const ATTRIBUTES: [(Oid, &str); 25] = [
    (oid::COMMON_NAME, "CN"),
    (oid::SURNAME, "SN"),
    (oid::SERIAL_NUMBER, "serialNumber"),
    (oid::COUNTRY, "C"),
    (oid::LOCALITY, "L"),
    (oid::STATE, "ST"),
    (oid::STREET, "street"),
    (oid::ORGANIZATION, "O"),
    (oid::ORGANIZATIONAL_UNIT, "OU"),
    (oid::TITLE, "title"),
    (oid("2.5.4.13"), "description"),
    (oid("2.5.4.15"), "businessCategory"),
    (oid::POSTAL_CODE, "postalCode"),
    (oid("2.5.4.41"), "name"),
    (oid::GIVEN_NAME, "GN"),
    (oid("2.5.4.43"), "initials"),
    (oid("2.5.4.44"), "generationQualifier"),
    (oid("2.5.4.45"), "x500UniqueIdentifier"),
    (oid::DN_QUALIFIER, "dnQualifier"),
    (oid::PSEUDONYM, "pseudonym"),
    (oid("2.5.4.97"), "organizationIdentifier"),
    (oid::EMAIL_ADDRESS, "emailAddress"),
    (oid("1.2.840.113549.1.9.2"), "unstructuredName"),
    (oid::DOMAIN_COMPONENT, "DC"),
    (oid("0.9.2342.19200300.100.1.1"), "UID"),
];

/// An attribute's short name, else its OID.
pub(super) fn attribute(oid: &Oid) -> String {
    find(&ATTRIBUTES, oid).map_or_else(|| oid.to_string(), str::to_owned)
}

/// Signature algorithms.
const SIGNATURES: [(Oid, &str); 20] = [
    (oid::RSA_MD2, "RSA with MD2"),
    (oid::RSA_MD5, "RSA with MD5"),
    (oid::RSA_SHA1, "RSA with SHA-1"),
    (oid::OIW_RSA_SHA1, "RSA with SHA-1"),
    (oid::RSA_SHA224, "RSA with SHA-224"),
    (oid::RSA_SHA256, "RSA with SHA-256"),
    (oid::RSA_SHA384, "RSA with SHA-384"),
    (oid::RSA_SHA512, "RSA with SHA-512"),
    (oid::RSA_PSS, "RSASSA-PSS"),
    (oid::DSA_SHA1, "DSA with SHA-1"),
    (oid("2.16.840.1.101.3.4.3.2"), "DSA with SHA-256"),
    (oid::ECDSA_SHA1, "ECDSA with SHA-1"),
    (oid("1.2.840.10045.4.3.1"), "ECDSA with SHA-224"),
    (oid::ECDSA_SHA256, "ECDSA with SHA-256"),
    (oid::ECDSA_SHA384, "ECDSA with SHA-384"),
    (oid::ECDSA_SHA512, "ECDSA with SHA-512"),
    (oid::ED25519, "Ed25519"),
    (oid::ED448, "Ed448"),
    (oid("2.16.840.1.101.3.4.3.17"), "ML-DSA-44"),
    (oid("2.16.840.1.101.3.4.3.18"), "ML-DSA-65"),
];

/// A signature algorithm in words, else its OID.
pub(super) fn signature(oid: &Oid) -> String {
    find(&SIGNATURES, oid).map_or_else(|| format!("algorithm {oid}"), str::to_owned)
}

/// Algorithms of keys.
const KEYS: [(Oid, &str); 9] = [
    (oid::RSA_ENCRYPTION, "RSA"),
    (oid::RSA_PSS, "RSA for RSASSA-PSS"),
    (oid::EC_PUBLIC_KEY, "ECDSA"),
    (oid::DSA, "DSA"),
    (oid::X25519, "X25519"),
    (oid::X448, "X448"),
    (oid::ED25519, "Ed25519"),
    (oid::ED448, "Ed448"),
    (oid("2.16.840.1.101.3.4.3.18"), "ML-DSA-65"),
];

/// A key's algorithm in words, else its OID.
pub(super) fn key(oid: &Oid) -> String {
    find(&KEYS, oid).map_or_else(|| format!("algorithm {oid}"), str::to_owned)
}

/// Curves that we do not sign with.
const CURVES: [(Oid, &str); 6] = [
    (oid("1.2.840.10045.3.1.1"), "P-192"),
    (oid::SECP224R1, "P-224"),
    (oid("1.3.132.0.10"), "secp256k1"),
    (oid("1.3.36.3.3.2.8.1.1.7"), "brainpoolP256r1"),
    (oid("1.3.36.3.3.2.8.1.1.11"), "brainpoolP384r1"),
    (oid("1.3.36.3.3.2.8.1.1.13"), "brainpoolP512r1"),
];

/// A curve's name, else its OID.
pub(super) fn curve(oid: &Oid) -> String {
    find(&CURVES, oid).map_or_else(|| format!("curve {oid}"), str::to_owned)
}

/// What else is named by OIDs inside of extensions.
const OTHERS: [(Oid, &str); 8] = [
    (oid::AD_OCSP, "OCSP"),
    (oid::AD_CA_ISSUERS, "CA issuers"),
    (oid("1.3.6.1.5.5.7.48.5"), "CA repository"),
    (oid::QT_CPS, "CPS"),
    (oid::QT_UNOTICE, "user notice"),
    (oid::ANY_POLICY, "any policy"),
    (oid("1.3.6.1.4.1.311.20.2.3"), "UPN"),
    (oid("1.3.6.1.5.5.7.8.7"), "SRV name"),
];

/// A name for what stands in an extension, else the OID.
pub(super) fn other(oid: &Oid) -> String {
    find(&OTHERS, oid).map_or_else(|| oid.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn an_oid_has_one_name() {
        for table in [&EXTENSIONS[..], &ATTRIBUTES, &SIGNATURES, &KEYS, &CURVES, &OTHERS] {
            assert_eq!(table.iter().map(|(oid, _)| oid).collect::<BTreeSet<_>>().len(), table.len());
        }
        assert_eq!(attribute(&oid("1.2.3")), "1.2.3");
        assert_eq!(signature(&oid("1.2.3")), "algorithm 1.2.3");
        assert_eq!(extension(&oid("1.2.3")), None);
    }
}
