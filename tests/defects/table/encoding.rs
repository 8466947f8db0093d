//! Encoding: numbers, times and DER.

use time::macros::datetime;

use crate::case::{Case, EVERYBODY};
use crate::der::{
    BOOLEAN, GENERALIZED_TIME, INTEGER, OCTET_STRING, SEQUENCE, UTC_TIME, bits, content, element, indefinite,
    long_form, null, oid, sequence, signed_parts, tagged,
};
use crate::extension::{BASIC_CONSTRAINTS, DIGITAL_SIGNATURE, EXTENDED_KEY_USAGE, KEY_USAGE};
use crate::maker::{Extension, generalized_time, moment, utc_time};

pub(crate) const CASES: &[Case] = &[
    Case::server("serial-zero", |world| world.leaf.serial = vec![0]).finds(&["error serial-zero"]),
    Case::server("serial-negative", |world| world.leaf.serial[0] = 0x81)
        .refused_by("python")
        .finds(&["error serial-negative"]),
    Case::server("serial-of-21-octets", |world| world.leaf.serial = vec![0x41; 21])
        .beside(|world| world.leaf.serial = vec![0x41; 20])
        .finds(&["error serial-too-long"]),
    Case::server("serial-with-leading-zero", |world| world.leaf.serial.insert(0, 0))
        .refused_by("openssl strict python")
        .finds(&["error integer-not-minimal"]),
    Case::server("serial-empty", |world| world.leaf.serial.clear())
        .refused_by("openssl strict python")
        .finds(&["error integer-not-minimal"]),
    Case::server("length-of-the-certificate", |world| {
        world.leaf.signing.after = |der| long_form(SEQUENCE, content(&der));
    })
    .refused_by("python webpki")
    .finds(&["error bad-signature because of length-not-minimal", "error length-not-minimal"]),
    Case::server("length-of-what-is-signed", |world| {
        world.leaf.signing.before = |der| long_form(SEQUENCE, content(&der));
    })
    .refused_by("python webpki")
    .finds(&["error bad-signature because of length-not-minimal", "error length-not-minimal"]),
    Case::server("indefinite-length", |world| {
        world.leaf.signing.after = |der| indefinite(SEQUENCE, content(&der));
    })
    .refused_by("gnutls python webpki")
    .finds(&["error indefinite-length", "error unreadable because of indefinite-length"]),
    Case::server("indefinite-length-of-what-is-signed", |world| {
        world.leaf.signing.before = |der| indefinite(SEQUENCE, content(&der));
    })
    .refused_by("gnutls python webpki")
    .finds(&["error indefinite-length", "error unreadable because of indefinite-length"]),
    Case::server("boolean-one", |world| {
        world.leaf.extension(BASIC_CONSTRAINTS).critical = element(BOOLEAN, [1]);
    })
    .refused_by("python webpki")
    .finds(&["error boolean-not-der"]),
    Case::server("default-written", |world| {
        world.leaf.extension(EXTENDED_KEY_USAGE).critical = element(BOOLEAN, [0]);
    })
    .refused_by("python")
    .finds(&["warning critical-false-encoded"]),
    Case::server("default-written-in-basic-constraints", |world| {
        world.leaf.extension(BASIC_CONSTRAINTS).value = sequence([element(BOOLEAN, [0])]);
    })
    .refused_by("python")
    .finds(&["warning ca-false-encoded"]),
    Case::server("octets-after-the-certificate", |world| {
        world.leaf.signing.after = |der| [&der[..], &[0, 0]].concat();
    })
    .refused_by("gnutls python webpki")
    .finds(&["error trailing-data"]),
    Case::server("octets-within-an-extension", |world| {
        world.leaf.extension(KEY_USAGE).value.extend([5, 0]);
    })
    .refused_by("python")
    .finds(&["error extension-malformed"]),
    Case::server("octets-behind-the-extensions", |world| {
        world.leaf.signing.before = |der| sequence(signed_parts(&der).into_iter().chain([null()]));
    })
    .refused_by(EVERYBODY)
    .finds(&["error unreadable"]),
    Case::server("truncated", |world| {
        world.leaf.signing.after = |der| der[..der.len() - 9].to_vec();
    })
    .refused_by(EVERYBODY)
    .finds(&["error unreadable"]),
    Case::server("truncated-within", |world| {
        world.leaf.signing.after = |der| der[..40].to_vec();
    })
    .refused_by(EVERYBODY)
    .finds(&["error unreadable"]),
    Case::server("not-a-certificate", |world| world.leaf.signing.after = |_| sequence([null()]))
        .refused_by(EVERYBODY)
        .finds(&["error unreadable"]),
    Case::server("key-usage-with-trailing-zeros", |world| {
        world.leaf.set(Extension::new(KEY_USAGE, bits(0, &[DIGITAL_SIGNATURE])).critical());
    })
    .finds(&["warning key-usage-trailing-zeros"]),
    Case::server("utc-time-without-seconds", |world| {
        let with_seconds = utc_time(moment(-1));
        let until_seconds = &content(&with_seconds)[..10];
        world.leaf.not_before = element(UTC_TIME, [until_seconds, b"Z"].concat());
    })
    .refused_by("openssl strict python webpki")
    .finds(&["error time-without-seconds"]),
    Case::server("utc-time-with-an-offset", |world| {
        let in_utc = utc_time(moment(-1));
        world.leaf.not_before = element(UTC_TIME, [&content(&in_utc)[..12], b"+0000"].concat());
    })
    .refused_by(EVERYBODY)
    .finds(&["error time-not-utc"]),
    Case::server("utc-time-from-2050", |world| {
        world.root.not_after = utc_time(datetime!(2055-01-01 0:00 UTC));
    })
    .beside(|world| world.root.not_after = generalized_time(datetime!(2055-01-01 0:00 UTC)))
    .refused_by("openssl strict gnutls python")
    .finds(&["error not-after-before-not-before"]),
    Case::server("generalized-time-before-2050", |world| {
        world.leaf.not_before = generalized_time(moment(-1));
    })
    .refused_by("python")
    .finds(&["error time-generalized-before-2050"]),
    Case::server("generalized-time-with-a-fraction", |world| {
        world.authority.not_after = element(GENERALIZED_TIME, "20550101000000.5Z");
    })
    .beside(|world| {
        world.root.not_after = generalized_time(datetime!(2056-01-01 0:00 UTC));
        world.authority.not_after = generalized_time(datetime!(2055-01-01 0:00 UTC));
    })
    .refused_by(EVERYBODY)
    .finds(&["error time-fraction"]),
    Case::server("time-that-is-none", |world| world.leaf.not_before = element(UTC_TIME, "241301000000Z"))
        .refused_by(EVERYBODY)
        .finds(&["error time-malformed"]),
    Case::server("algorithms-differ", |world| {
        world.leaf.signing.algorithms[1] = sequence([oid("1.2.840.10045.4.3.3")]);
    })
    .refused_by(EVERYBODY)
    .finds(&[
        "error bad-signature because of signature-algorithms-differ",
        "error signature-algorithms-differ",
    ]),
    Case::server("algorithm-with-null", |world| {
        let with_null = sequence([oid("1.2.840.10045.4.3.2"), null()]);
        world.leaf.signing.algorithms = [with_null.clone(), with_null];
    })
    .refused_by("python webpki")
    .finds(&["error signature-parameters"]),
    Case::server("algorithm-unknown", |world| {
        let unknown = sequence([oid("1.3.6.1.4.1.55555.2")]);
        world.leaf.signing.algorithms = [unknown.clone(), unknown];
    })
    .refused_by(EVERYBODY)
    .finds(&["warning signature-unknown"]),
    Case::server("signature-of-nothing", |world| world.leaf.signing.sign = |_, _| Vec::new())
        .refused_by(EVERYBODY)
        .finds(&["error bad-signature because of signature-malformed", "error signature-malformed"]),
    Case::server("signature-with-unused-bits", |world| {
        // Where the unused bits are zero, some see nothing wrong in them.
        world.leaf.signing.sign = |key, message| {
            let mut signatures = std::iter::repeat_with(|| key.sign(message));
            signatures.find(|signature| signature.last().unwrap() & 7 == 7).unwrap()
        };
        world.leaf.signing.after = |der| {
            let mut parts = signed_parts(&der);
            parts[2][2] = 3;
            sequence(parts)
        };
    })
    .refused_by(EVERYBODY)
    .finds(&["error unused-bits-set"]),
    Case::server("signature-not-der", |world| {
        world.leaf.signing.sign = |key, message| long_form(SEQUENCE, content(&key.sign(message)));
    })
    .refused_by("openssl strict python webpki")
    .finds(&["error bad-signature because of length-not-minimal", "error length-not-minimal"]),
    Case::server("octet-string-in-parts", |world| {
        // Constructed octet strings are BER only.
        world.leaf.signing.before = |der| {
            let parts = signed_parts(&der);
            let value = element(OCTET_STRING, element(SEQUENCE, []));
            let extension = sequence([oid("1.3.6.1.4.1.55555.1"), element(OCTET_STRING | 0x20, value)]);
            let (last, others) = parts.split_last().unwrap();
            let list = [content(content(last)), &extension].concat();
            sequence(others.iter().cloned().chain([tagged(3, element(SEQUENCE, list))]))
        };
    })
    .refused_by("gnutls python webpki")
    .finds(&["error unreadable"]),
    Case::server("oid-padded", |world| {
        world.leaf.extension(EXTENDED_KEY_USAGE).value =
            sequence([element(0x06, [0x80, 0x2b, 6, 1, 5, 5, 7, 3, 1])]);
    })
    .refused_by(EVERYBODY)
    .finds(&["error oid-malformed", "error role-eku-missing because of oid-malformed"]),
    Case::server("integer-padded", |world| {
        world.authority.extension(BASIC_CONSTRAINTS).value =
            sequence([element(BOOLEAN, [0xff]), element(INTEGER, [0, 1])]);
    })
    .refused_by("openssl strict python webpki")
    .finds(&["error integer-not-minimal"]),
];
