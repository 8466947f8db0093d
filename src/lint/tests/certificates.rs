//! Cases of encoding, fields, signatures, times and keys.

use der::Tag;

use super::Case;
use super::builder::{
    KEY_USAGE, POINT, Start, ec_key, ecdsa_algorithm, ed25519, generalized, modulus, name, oid, p256,
    rsa_algorithm, rsa_key, utc,
};
use crate::vocab::asn1::{bit_string, context, element, integer, sequence};

pub(super) const CASES: &[Case] = &[
    ("indefinite-length", Start::Leaf, |parts| parts.whole = indefinite, "0"),
    ("unreadable", Start::Leaf, |parts| parts.serial = utc("260101000000Z"), "X.509 certificate"),
    ("unreadable", Start::Csr, |parts| parts.subject = Vec::new(), "certification request"),
    ("unreadable", Start::Crl, |parts| parts.issuer = Vec::new(), "certificate revocation list"),
    ("trailing-data", Start::RsaLeaf, |parts| parts.whole = |der| [&der[..], &[10]].concat(), "633"),
    ("length-not-minimal", Start::Leaf, |parts| parts.serial = vec![2, 0x81, 1, 5], "13"),
    (
        "boolean-not-der",
        Start::Leaf,
        |parts| parts.extension(KEY_USAGE).critical = element(Tag::Boolean, &[1]),
        "220",
    ),
    ("integer-not-minimal", Start::Leaf, |parts| parts.serial = element(Tag::Integer, &[0, 5]), "13"),
    ("set-not-sorted", Start::Leaf, |parts| parts.subject = unsorted_name(), "92"),
    (
        "unused-bits-set",
        Start::Leaf,
        |parts| parts.extension(KEY_USAGE).value = element(Tag::BitString, &[7, 0xc0]),
        "225",
    ),
    (
        "constructed-string",
        Start::Leaf,
        |parts| {
            parts.subject = sequence(&[super::builder::single_name(&[0x55, 4, 7], &[0x2c, 3, 0x0c, 1, b'a'])])
        },
        "101",
    ),
    ("oid-malformed", Start::Leaf, |parts| parts.set(&[0x2a, 0x80, 0x03], false, vec![5, 0]), "358"),
    (
        "null-not-empty",
        Start::RsaLeaf,
        |parts| parts.set(&[0x55, 0x1d, 36], true, sequence(&[vec![5, 1, 0]])),
        "573",
    ),
    ("version-unknown", Start::Leaf, |parts| parts.version = context(0, true, &integer(3)), "4"),
    ("version-1-with-extensions", Start::Leaf, |parts| parts.version.clear(), "1"),
    (
        "version-1",
        Start::Leaf,
        |parts| {
            parts.version.clear();
            parts.extensions = None;
        },
        "1",
    ),
    ("serial-negative", Start::Leaf, |parts| parts.serial = element(Tag::Integer, &[0x85]), ""),
    ("serial-zero", Start::Leaf, |parts| parts.serial = integer(0), ""),
    ("serial-too-long", Start::Leaf, |parts| parts.serial = element(Tag::Integer, &[1; 21]), "21"),
    ("unique-identifier", Start::Leaf, |parts| parts.unique_identifiers = context(1, false, &[0, 1]), ""),
    ("extensions-empty", Start::Csr, |parts| parts.extensions = Some(Vec::new()), ""),
    ("signature-algorithms-differ", Start::Leaf, |parts| parts.outer_algorithm = Some(rsa_algorithm(11)), ""),
    ("signature-md5", Start::Leaf, |parts| parts.algorithm = rsa_algorithm(4), "MD5"),
    ("signature-sha1", Start::Leaf, |parts| parts.algorithm = rsa_algorithm(5), "SHA-1"),
    ("signature-sha1", Start::Crl, |parts| parts.algorithm = rsa_algorithm(5), "SHA-1"),
    ("root-signature-sha1", Start::Root, |parts| parts.algorithm = rsa_algorithm(5), "SHA-1"),
    (
        "rsa-signature-without-null",
        Start::Leaf,
        |parts| {
            parts.algorithm = sequence(&[oid(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b])]);
        },
        "",
    ),
    (
        "signature-parameters",
        Start::Leaf,
        |parts| parts.algorithm = sequence(&[oid(&[0x2b, 0x65, 0x70]), vec![5, 0]]),
        "",
    ),
    ("signature-malformed", Start::Leaf, |parts| parts.algorithm = ecdsa_algorithm(), ""),
    ("time-malformed", Start::Leaf, |parts| parts.times[1] = utc("261301000000Z"), "\"261301000000Z\""),
    ("time-malformed", Start::Leaf, |parts| parts.times[0] = utc("260230000000Z"), "\"260230000000Z\""),
    ("time-not-utc", Start::Leaf, |parts| parts.times[1] = utc("270101000000+0100"), "\"270101000000+0100\""),
    (
        "time-fraction",
        Start::Leaf,
        |parts| parts.times[1] = generalized("20500101000000.5Z"),
        "\"20500101000000.5Z\"",
    ),
    ("time-without-seconds", Start::Leaf, |parts| parts.times[1] = utc("2701010000Z"), "\"2701010000Z\""),
    (
        "time-generalized-before-2050",
        Start::Leaf,
        |parts| parts.times[1] = generalized("20491231235959Z"),
        "\"20491231235959Z\"",
    ),
    ("not-after-before-not-before", Start::Leaf, |parts| parts.times[1] = utc("251231235959Z"), ""),
    ("key-malformed", Start::Leaf, |parts| parts.key = sequence(&[rsa_algorithm(1), bit_string(&[1])]), ""),
    ("key-malformed", Start::Leaf, |parts| parts.key = sequence(&[ed25519(), bit_string(&[1; 31])]), ""),
    (
        "key-algorithm",
        Start::Leaf,
        |parts| {
            let dsa = oid(&[0x2a, 0x86, 0x48, 0xce, 0x38, 0x04, 0x01]);
            parts.key = sequence(&[sequence(&[dsa]), bit_string(&[1])]);
        },
        "DSA",
    ),
    ("rsa-key-too-short", Start::RsaLeaf, |parts| parts.key = rsa_key(&modulus(128), &[1, 0, 1]), "1024"),
    ("rsa-key-too-long", Start::RsaLeaf, |parts| parts.key = rsa_key(&modulus(2048), &[1, 0, 1]), "16384"),
    (
        "rsa-key-odd-size",
        Start::RsaLeaf,
        |parts| parts.key = rsa_key(&[&[0x45][..], &[0xc5; 256]].concat(), &[1, 0, 1]),
        "2055",
    ),
    (
        "rsa-modulus-even",
        Start::RsaLeaf,
        |parts| parts.key = rsa_key(&[&[0][..], &[0xc4; 256]].concat(), &[1, 0, 1]),
        "",
    ),
    ("rsa-modulus-negative", Start::RsaLeaf, |parts| parts.key = rsa_key(&[0xc5; 256], &[1, 0, 1]), ""),
    ("rsa-exponent-even", Start::RsaLeaf, |parts| parts.key = rsa_key(&modulus(256), &[1, 0, 0]), ""),
    ("rsa-exponent-too-small", Start::RsaLeaf, |parts| parts.key = rsa_key(&modulus(256), &[1]), ""),
    ("rsa-exponent-unusual", Start::RsaLeaf, |parts| parts.key = rsa_key(&modulus(256), &[3]), ""),
    ("rsa-exponent-too-large", Start::RsaLeaf, |parts| parts.key = rsa_key(&modulus(256), &[1; 5]), ""),
    (
        "rsa-key-without-null",
        Start::RsaLeaf,
        |parts| {
            let numbers = sequence(&[element(Tag::Integer, &modulus(256)), integer(65537)]);
            let algorithm = sequence(&[oid(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01])]);
            parts.key = sequence(&[algorithm, bit_string(&numbers)]);
        },
        "",
    ),
    ("ec-parameters-explicit", Start::Leaf, |parts| parts.key = ec_key(&sequence(&[integer(1)]), &POINT), ""),
    ("ec-parameters-missing", Start::Leaf, |parts| parts.key = ec_key(&[5, 0], &POINT), ""),
    (
        "ec-curve",
        Start::Leaf,
        |parts| parts.key = ec_key(&oid(&[0x2b, 0x81, 0x04, 0x00, 0x0a]), &POINT),
        "1.3.132.0.10",
    ),
    (
        "ec-point-compressed",
        Start::Leaf,
        |parts| parts.key = ec_key(&p256(), &[&[3][..], &POINT[1..33]].concat()),
        "",
    ),
    (
        "ec-point-invalid",
        Start::Leaf,
        |parts| parts.key = ec_key(&p256(), &[&POINT[..64], &[0xf6]].concat()),
        "",
    ),
    (
        "edwards-key-parameters",
        Start::Leaf,
        |parts| {
            parts.key = sequence(&[sequence(&[oid(&[0x2b, 0x65, 0x70]), vec![5, 0]]), bit_string(&[1; 32])]);
        },
        "",
    ),
    ("subject-is-issuer", Start::Leaf, |parts| parts.issuer = name(&[(3, "a.example.com")]), ""),
];

/// The outermost length left open.
fn indefinite(der: Vec<u8>) -> Vec<u8> {
    [&[0x30, 0x80][..], &der[4..], &[0, 0]].concat()
}

/// Two attributes in one set, the longer in front.
fn unsorted_name() -> Vec<u8> {
    let attribute =
        |arc, value: &str| sequence(&[oid(&[0x55, 4, arc]), element(Tag::Utf8String, value.as_bytes())]);
    sequence(&[element(Tag::Set, &[attribute(11, "unit"), attribute(3, "a")].concat())])
}
