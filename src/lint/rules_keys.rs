//! Lints about public keys (RFC 3279, 4055, 5480, 8410).

use super::der::{Element, tag};
use super::document::Document;
use super::finding::Severity::{Notice, Warning};
use super::key::Key;
use super::rule::{CERTIFICATE_AND_CSR, Found, Lint, RULE, when};
use crate::key::PublicKey;
use crate::vocab::algorithm::Curve;
use crate::vocab::{asn1, oid};

pub(super) const LINTS: &[Lint] = &[
    Lint {
        code: "key-malformed",
        on: CERTIFICATE_AND_CSR,
        source: "RFC 5280 section 4.1.2.7",
        refused_by: &["OpenSSL", "Go", "rustls", "Java", "GnuTLS"],
        message: "the public key cannot be read",
        fix: "make a new key and request",
        find: |document| when(is_malformed(document.key.as_ref())),
        ..RULE
    },
    Lint {
        code: "key-algorithm",
        severity: Warning,
        on: CERTIFICATE_AND_CSR,
        source: "RFC 5280 section 4.1.2.7",
        refused_by: &["Go", "rustls"],
        message: "the public key is {}, neither RSA, ECDSA nor Ed25519",
        fix: "use RSA, ECDSA or Ed25519",
        find: other_algorithm,
        ..RULE
    },
    Lint {
        code: "rsa-key-too-short",
        on: CERTIFICATE_AND_CSR,
        source: "NIST SP 800-57 part 1, 2020",
        zlint: &[
            ("e_rsa_mod_less_than_2048_bits", "CABF_BR"),
            ("e_mp_modulus_must_be_2048_bits_or_more", "Mozilla"),
        ],
        refused_by: &["OpenSSL (level 2)", "rustls", "GnuTLS"],
        message: "the RSA key has {} bits, and 2048 are the least that all accept",
        fix: "use RSA with 2048 bits or more, or ECDSA with 256",
        find: |document| rsa_bits(document).filter(|bits| *bits < 2048).map(|bits| bits.to_string()),
        ..RULE
    },
    Lint {
        code: "rsa-key-too-long",
        severity: Warning,
        on: CERTIFICATE_AND_CSR,
        source: "Go 1.21.1, 2023-08-08 (crypto/tls)",
        refused_by: &["Go", "rustls"],
        message: "the RSA key has {} bits, and 8192 are the most that all accept",
        fix: "use RSA with 4096 bits, or ECDSA",
        find: |document| rsa_bits(document).filter(|bits| *bits > 8192).map(|bits| bits.to_string()),
        ..RULE
    },
    Lint {
        code: "rsa-key-odd-size",
        severity: Notice,
        on: CERTIFICATE_AND_CSR,
        source: "Mozilla Root Store Policy section 5.1",
        zlint: &[("e_mp_modulus_must_be_divisible_by_8", "Mozilla")],
        message: "the RSA key has {} bits, which is no multiple of 8",
        fix: "use RSA with 2048, 3072 or 4096 bits",
        find: |document| {
            let bits = rsa_bits(document).filter(|bits| *bits >= 2048 && !bits.is_multiple_of(8));
            bits.map(|bits| bits.to_string())
        },
        ..RULE
    },
    Lint {
        code: "rsa-modulus-even",
        on: CERTIFICATE_AND_CSR,
        source: "RFC 8017 section 3.1",
        zlint: &[("w_rsa_mod_not_odd", "CABF_BR")],
        refused_by: &["Go", "rustls"],
        message: "the modulus of the RSA key is an even number, so it is no product of two large primes",
        fix: "make a new key",
        find: |document| rsa(document, |modulus, _| modulus.last().is_some_and(|last| last & 1 == 0)),
        ..RULE
    },
    Lint {
        code: "rsa-modulus-negative",
        on: CERTIFICATE_AND_CSR,
        source: "RFC 8017 section 3.1",
        refused_by: &["Go", "rustls"],
        message: "the modulus of the RSA key is a negative number: its leading 00 is missing",
        fix: "make the request again with a program that writes it",
        find: |document| rsa(document, |modulus, _| is_negative(modulus)),
        ..RULE
    },
    Lint {
        code: "rsa-exponent-even",
        on: CERTIFICATE_AND_CSR,
        source: "RFC 8017 section 3.1",
        zlint: &[("e_rsa_public_exponent_not_odd", "CABF_BR")],
        refused_by: &["Go", "rustls"],
        message: "the exponent of the RSA key is an even number",
        fix: "make a new key, with the exponent 65537",
        find: |document| rsa(document, |_, exponent| exponent.last().is_some_and(|last| last & 1 == 0)),
        ..RULE
    },
    Lint {
        code: "rsa-exponent-too-small",
        on: CERTIFICATE_AND_CSR,
        source: "RFC 8017 section 3.1",
        zlint: &[("e_rsa_public_exponent_too_small", "CABF_BR"), ("e_rsa_exp_negative", "Community")],
        refused_by: &["Go", "rustls", "Java"],
        message: "the exponent of the RSA key is 1 or negative, and 3 is the least",
        fix: "make a new key, with the exponent 65537",
        find: |document| {
            rsa(document, |_, exponent| exponent == [1] || (is_negative(exponent) && is_odd(exponent)))
        },
        ..RULE
    },
    Lint {
        code: "rsa-exponent-unusual",
        severity: Notice,
        on: CERTIFICATE_AND_CSR,
        source: "NIST SP 800-56B section 6.2",
        zlint: &[("w_rsa_public_exponent_not_in_range", "CABF_BR")],
        message: "the exponent of the RSA key is below 65537",
        fix: "make a new key, with the exponent 65537",
        find: |document| {
            rsa(document, |_, exponent| {
                let small = matches!(exponent, [3..0x80] | [0, _] | [1..0x80, _] | [0, _, _]);
                small && is_odd(exponent)
            })
        },
        ..RULE
    },
    Lint {
        code: "rsa-exponent-too-large",
        on: CERTIFICATE_AND_CSR,
        source: "NIST SP 800-56B section 6.2",
        refused_by: &["Go", "rustls"],
        message: "the exponent of the RSA key has more than 31 bits",
        fix: "make a new key, with the exponent 65537",
        find: |document| {
            rsa(document, |_, exponent| exponent.len() > 4 && !is_negative(exponent) && is_odd(exponent))
        },
        ..RULE
    },
    Lint {
        code: "rsa-key-without-null",
        on: CERTIFICATE_AND_CSR,
        source: "RFC 3279 section 2.3.1",
        zlint: &[("e_spki_rsa_encryption_parameter_not_null", "RFC5280")],
        refused_by: &["Go", "rustls"],
        message: "the parameters of the RSA key's algorithm are not NULL",
        fix: "make the request again with a program that writes them",
        find: |document| match &document.key {
            Some(Key::Rsa { parameters, .. }) => {
                when(parameters.is_none_or(|parameters| parameters.whole != [5, 0]))
            }
            _ => None,
        },
        ..RULE
    },
    Lint {
        code: "ec-parameters-explicit",
        on: CERTIFICATE_AND_CSR,
        source: "RFC 5480 section 2.1.1",
        refused_by: &["OpenSSL", "Go", "rustls", "Java", "GnuTLS"],
        message: "the curve is written out instead of named",
        fix: "make a new key on a named curve (openssl: -pkeyopt ec_param_enc:named_curve)",
        find: |document| {
            ec_parameters(document, |parameters| parameters.is_some_and(|it| it.tag == tag::SEQUENCE))
        },
        ..RULE
    },
    Lint {
        code: "ec-parameters-missing",
        on: CERTIFICATE_AND_CSR,
        source: "RFC 5480 section 2.1.1",
        refused_by: &["OpenSSL", "Go", "rustls"],
        message: "the key names no curve",
        fix: "make a new key on a named curve",
        find: |document| {
            ec_parameters(document, |parameters| {
                parameters.is_none_or(|it| ![tag::SEQUENCE, tag::OID].contains(&it.tag))
            })
        },
        ..RULE
    },
    Lint {
        code: "ec-curve",
        on: CERTIFICATE_AND_CSR,
        source: "RFC 5480 section 2.1.1.1",
        zlint: &[("e_ec_improper_curves", "CABF_BR")],
        refused_by: &["Go", "rustls", "Java", "GnuTLS"],
        message: "the curve is {}, and only P-256, P-384 and P-521 are known to all",
        fix: "make a new key on P-256 or P-384",
        find: |document| {
            let (curve, _) = ec(document)?;
            if !curve.whole.starts_with(&[tag::OID]) || curve_of(&curve).is_some() {
                return None;
            }
            Some(super::oid_text(curve.contents))
        },
        ..RULE
    },
    Lint {
        code: "ec-point-compressed",
        on: CERTIFICATE_AND_CSR,
        source: "RFC 5480 section 2.2",
        refused_by: &["Go", "rustls"],
        message: "the point of the key is written in its compressed form",
        fix: "make the request again with the uncompressed form",
        find: |document| match ec(document) {
            Some((_, [2 | 3, ..])) => when(true),
            _ => None,
        },
        ..RULE
    },
    Lint {
        code: "ec-point-invalid",
        on: CERTIFICATE_AND_CSR,
        source: "RFC 5480 section 2.2",
        refused_by: &["OpenSSL", "Go", "rustls"],
        message: "the key is no point on its curve",
        fix: "make a new key and request",
        find: |document| {
            let (curve, point) = ec(document)?;
            when(!matches!(point, [2 | 3, ..]) && is_off_curve(document, &curve, point))
        },
        ..RULE
    },
    Lint {
        code: "edwards-key-parameters",
        on: CERTIFICATE_AND_CSR,
        source: "RFC 8410 section 3",
        refused_by: &["OpenSSL", "Go", "rustls"],
        message: "the algorithm of the key has parameters, and Ed25519 has none",
        fix: "make the request again with a program that leaves them out",
        find: |document| match &document.key {
            Some(Key::Edwards { parameters, .. }) => when(parameters.is_some()),
            _ => None,
        },
        ..RULE
    },
];

fn is_malformed(key: Option<&Key<'_>>) -> bool {
    match key {
        Some(Key::Malformed) => true,
        Some(Key::Edwards { key, ed448, .. }) => key.len() != if *ed448 { 57 } else { 32 },
        _ => false,
    }
}

fn other_algorithm(document: &Document<'_>) -> Found {
    const DSA: &[u8] = oid::DSA.as_bytes();
    const RSA_PSS: &[u8] = oid::RSA_PSS.as_bytes();
    Some(match document.key.as_ref()? {
        Key::Other(DSA) => "DSA".to_owned(),
        Key::Other(RSA_PSS) => "RSASSA-PSS".to_owned(),
        Key::Other(oid) => super::oid_text(oid),
        Key::Montgomery => "X25519 or X448".to_owned(),
        Key::Edwards { ed448: true, .. } => "Ed448".to_owned(),
        _ => return None,
    })
}

fn is_negative(number: &[u8]) -> bool {
    number.first().is_some_and(|first| *first >= 0x80)
}

fn is_odd(number: &[u8]) -> bool {
    number.last().is_some_and(|last| last & 1 == 1)
}

fn rsa(document: &Document<'_>, is_defect: impl Fn(&[u8], &[u8]) -> bool) -> Found {
    match &document.key {
        Some(Key::Rsa { modulus, exponent, .. }) => when(is_defect(modulus, exponent)),
        _ => None,
    }
}

fn rsa_bits(document: &Document<'_>) -> Option<usize> {
    let Some(Key::Rsa { modulus, .. }) = &document.key else { return None };
    Some(asn1::bit_length(modulus)).filter(|bits| *bits > 0)
}

fn ec_parameters(document: &Document<'_>, is_defect: impl Fn(Option<Element<'_>>) -> bool) -> Found {
    match &document.key {
        Some(Key::Ec { parameters, .. }) => when(is_defect(*parameters)),
        _ => None,
    }
}

/// The parameters and the point of an EC key.
fn ec<'a>(document: &Document<'a>) -> Option<(Element<'a>, &'a [u8])> {
    match &document.key {
        Some(Key::Ec { parameters, point, .. }) => Some(((*parameters)?, point)),
        _ => None,
    }
}

fn curve_of(parameters: &Element<'_>) -> Option<Curve> {
    let oid = const_oid::ObjectIdentifier::from_bytes(parameters.contents).ok()?;
    Curve::from_oid(oid)
}

/// Of curves we do not know, the form alone.
fn is_off_curve(document: &Document<'_>, parameters: &Element<'_>, point: &[u8]) -> bool {
    match curve_of(parameters) {
        Some(_) => PublicKey::from_spki_der(document.key_info).is_err(),
        None => point.first() != Some(&4) || point.len().is_multiple_of(2),
    }
}
