//! Reports compared byte for byte with what cfssl printed; how the files were made: tests/data/inspect/README.md.

#![allow(clippy::unwrap_used, reason = "a fixture that is not there fails its test")]

use std::fs;
use std::path::{Path, PathBuf};

use certwright::inspect::{InspectError, certificate_report, csr_report};
use certwright::output::json::to_go_json_indented;
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::ParsedExtension;
use x509_parser::prelude::FromDer;

fn data() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/inspect")
}

/// The DER of a fixture.
fn der(name: &str) -> Vec<u8> {
    let pem = fs::read(data().join(format!("{name}.pem"))).unwrap();
    pem_rfc7468::decode_vec(&pem).unwrap().1
}

/// The names of the fixtures that begin with `prefix`, sorted.
fn names(prefix: &str) -> Vec<String> {
    let files = fs::read_dir(data()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = files
        .filter(|f| f.starts_with(prefix))
        .filter_map(|f| Some(f.strip_suffix(".pem")?.to_owned()))
        .collect();
    names.sort();
    names
}

fn report(name: &str, der: &[u8]) -> Result<String, InspectError> {
    if name.starts_with("csr-") {
        csr_report(der).map(|report| to_go_json_indented(&report, "  "))
    } else {
        certificate_report(der).map(|report| to_go_json_indented(&report, "  "))
    }
}

fn assert_all_equal(prefix: &str, expected_count: usize) {
    let names = names(prefix);
    assert_eq!(names.len(), expected_count);
    for name in names {
        let cfssl = fs::read_to_string(data().join(format!("{name}.json"))).unwrap();
        assert_eq!(report(&name, &der(&name)).unwrap() + "\n", cfssl, "{name}");
    }
}

#[test]
fn certificates_are_shown_as_cfssl_shows_them() {
    assert_all_equal("cert-", 31);
}

#[test]
fn csrs_are_shown_as_cfssl_shows_them() {
    assert_all_equal("csr-", 16);
}

/// The fixture with the first `from` replaced by `to`, which must be as long.
fn patched(name: &str, from: &[u8], to: &[u8]) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let mut der = der(name);
    let at = der.windows(from.len()).position(|window| window == from).unwrap();
    der[at..at + to.len()].copy_from_slice(to);
    der
}

fn certificate_refusal(der: &[u8]) -> String {
    certificate_report(der).unwrap_err().to_string()
}

fn csr_refusal(der: &[u8]) -> String {
    csr_report(der).unwrap_err().to_string()
}

/// The serial number is the fixture's second element of the signed part, behind the version.
#[test]
fn numbers_that_take_too_long_to_show_are_refused() {
    let with_serial = |octets: usize| {
        let serial = [&[0x02, 0x82][..], &(octets as u16).to_be_bytes(), &vec![0x55; octets]].concat();
        let signed = [b"\xa0\x03\x02\x01\x02", &serial[..]].concat();
        let signed = [&[0x30, 0x82][..], &(signed.len() as u16).to_be_bytes(), &signed].concat();
        let whole = [&signed[..], b"\x30\x00"].concat();
        [&[0x30, 0x82][..], &(whole.len() as u16).to_be_bytes(), &whole].concat()
    };
    let refusal = "the serial number has 16385 octets, at most 16384 are shown";
    assert_eq!(certificate_refusal(&with_serial(16385)), refusal);
    let next = "the signature algorithm is missing or malformed";
    assert_eq!(certificate_refusal(&with_serial(16384)), next);

    let key = [&[0x03, 0x82, 0x40, 0x00, 0x00][..], &vec![0x55; 0x3fff]].concat();
    let rsa = b"\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00";
    let key = [&rsa[..], &key].concat();
    let key = [&[0x30, 0x82][..], &(key.len() as u16).to_be_bytes(), &key].concat();
    let info = [b"\x02\x01\x00\x30\x00", &key[..], b"\xa0\x00"].concat();
    let info = [&[0x30, 0x82][..], &(info.len() as u16).to_be_bytes(), &info].concat();
    let algorithm = b"\x30\x0a\x06\x08\x2a\x86\x48\xce\x3d\x04\x03\x02\x03\x01\x00";
    let csr = [&info[..], algorithm].concat();
    let csr = [&[0x30, 0x82][..], &(csr.len() as u16).to_be_bytes(), &csr].concat();
    let refusal = "the public key has 16407 octets, at most 16384 are shown";
    assert_eq!(csr_refusal(&csr), refusal);
}

#[test]
fn refusals_of_certificates() {
    let malformed = |part: &str| format!("the {part} is missing or malformed");
    assert_eq!(certificate_refusal(b""), malformed("certificate"));
    assert_eq!(certificate_refusal(b"\x30\x00"), malformed("signed part of the certificate"));
    assert_eq!(certificate_refusal(&[der("cert-ec"), vec![0, 1]].concat()), "2 bytes follow the certificate");
    assert_eq!(
        certificate_refusal(&patched("cert-ec", b"\xa0\x03\x02\x01\x02", b"\xa0\x03\x02\x01\x03")),
        "the certificate version is encoded as 3, allowed are 0, 1, and 2"
    );
    assert_eq!(
        certificate_refusal(&patched("cert-ec", b"\xa0\x03\x02\x01\x02", b"\xa0\x03\x01\x01\x00")),
        malformed("certificate version")
    );
    // ecdsa-with-SHA256 becomes ecdsa-with-SHA384 in the signed part only
    assert_eq!(
        certificate_refusal(&patched(
            "cert-ec",
            b"\x2a\x86\x48\xce\x3d\x04\x03\x02",
            b"\x2a\x86\x48\xce\x3d\x04\x03\x03"
        )),
        "the signature algorithm inside the signed part differs from the one outside"
    );
    // "example.test" as a PrintableString with an @
    assert_eq!(
        certificate_refusal(&patched("cert-ec", b"\x0c\x0cexample", b"\x13\x0cex@mple")),
        malformed("issuer")
    );
    assert_eq!(certificate_refusal(&patched("cert-ec", b"Z\x17\x0d", b"Y\x17\x0d")), malformed("validity"));
    assert_eq!(
        certificate_refusal(&patched("cert-ec", b"\x42\x00\x04", b"\x42\x00\x05")),
        malformed("public key")
    );
    assert_eq!(
        certificate_refusal(&der("refused-brainpool")),
        "the curve of the public key is unknown, known are P-224, P-256, P-384, and P-521"
    );
    // authorityKeyIdentifier becomes a second subjectKeyIdentifier
    assert_eq!(
        certificate_refusal(&patched("cert-ec", b"\x55\x1d\x23", b"\x55\x1d\x0e")),
        "extension 2.5.29.14 appears twice"
    );
    assert_eq!(
        certificate_refusal(&der("refused-critical-ski")),
        "extension 2.5.29.14 is critical and must not be"
    );
    assert_eq!(
        certificate_refusal(&patched("cert-ec", b"\x55\x1d\x0e\x04\x16\x04", b"\x55\x1d\x0e\x04\x16\x05")),
        malformed("subject key identifier extension")
    );
    assert_eq!(
        certificate_refusal(&patched("cert-ec", b"\x55\x1d\x23\x04\x18\x30", b"\x55\x1d\x23\x04\x18\x31")),
        malformed("authority key identifier extension")
    );
    assert_eq!(
        certificate_refusal(&patched("cert-ec", b"\x06\x03\x55\x1d\x0e", b"\x06\x03\x55\x1d\x8e")),
        malformed("extension")
    );
}

#[test]
fn refusals_of_csrs() {
    let malformed = |part: &str| format!("the {part} is missing or malformed");
    assert_eq!(csr_refusal(b"\x04\x00"), malformed("certificate request"));
    assert_eq!(csr_refusal(b"\x30\x00"), malformed("certification request info"));
    assert_eq!(csr_refusal(&[der("csr-ec"), vec![0]].concat()), "1 bytes follow the certificate request");
    assert_eq!(csr_refusal(&patched("csr-ec", b"\xa0\x00", b"\xa1\x00")), malformed("list of attributes"));
    assert_eq!(csr_refusal(&patched("csr-ec", b"\x42\x00\x04", b"\x42\x00\x02")), malformed("public key"));
    assert_eq!(
        csr_refusal(&patched("csr-ec", b"\x0c\x0cexample", b"\x0c\x0cexamp\xffe")),
        malformed("subject")
    );
    // keyUsage becomes a second subjectKeyIdentifier
    assert_eq!(
        csr_refusal(&patched("csr-extensions", b"\x55\x1d\x0f", b"\x55\x1d\x0e")),
        "extension 2.5.29.14 appears twice"
    );
    assert_eq!(
        csr_refusal(&patched("csr-extensions", b"\x06\x03\x55\x1d\x0f", b"\x06\x03\x55\x1d\x8f")),
        malformed("extension request")
    );
}

/// Fixtures that reach every part of the readers.
const VARIED: [&str; 8] = [
    "cert-ec",
    "cert-names",
    "cert-odd-types",
    "cert-sans",
    "csr-attributes",
    "csr-dsa",
    "csr-odd-types",
    "csr-sans",
];

/// Cut short anywhere, or with a byte changed: an error or a report, never a panic.
#[test]
fn no_input_makes_a_report_panic() {
    for name in VARIED {
        let good = der(name);
        for length in 0..good.len() {
            assert!(report(name, &good[..length]).is_err(), "{name} cut to {length}");
        }
        let mut refused = 0;
        for at in 0..good.len() {
            for byte in [0, 0x1f, 0x80, 0xff, good[at] ^ 1] {
                let mut bad = good.clone();
                bad[at] = byte;
                refused += usize::from(report(name, &bad).is_err());
            }
        }
        // Most of these files is key and signature; of the headers a change is noticed.
        assert!(refused > 300, "{name}: {refused}");
    }
}

/// A second opinion, from a reader that shares nothing with ours but the single element.
#[test]
fn x509_parser_sees_the_same_certificates() {
    let mut refused = Vec::new();
    for name in names("cert-") {
        let der = der(&name);
        let Ok((_, certificate)) = X509Certificate::from_der(&der) else {
            refused.push(name);
            continue;
        };
        let report: serde_json::Value = serde_json::from_str(&report(&name, &der).unwrap()).unwrap();
        if certificate.raw_serial()[0] & 0x80 == 0 {
            assert_eq!(report["serial_number"], certificate.serial.to_string(), "{name}");
        }
        let colons = |octets: &[u8]| octets.iter().map(|o| format!("{o:02X}")).collect::<Vec<_>>().join(":");
        let [mut subject_key, mut authority_key] = [String::new(), String::new()];
        for extension in certificate.extensions() {
            match extension.parsed_extension() {
                ParsedExtension::SubjectKeyIdentifier(id) => subject_key = colons(id.0),
                ParsedExtension::AuthorityKeyIdentifier(id) => {
                    authority_key = colons(id.key_identifier.as_ref().unwrap().0);
                }
                _ => {}
            }
        }
        assert_eq!(report["subject_key_id"], subject_key, "{name}");
        assert_eq!(report["authority_key_id"], authority_key, "{name}");
        let common_name = certificate.subject().iter_common_name().last().and_then(|cn| cn.as_str().ok());
        if let (Some(theirs), Some(ours)) = (common_name, report["subject"]["common_name"].as_str()) {
            assert_eq!(theirs, ours, "{name}");
        }
        let year = &report["not_after"].as_str().unwrap()[..4];
        assert_eq!(year, certificate.validity().not_after.to_datetime().year().to_string(), "{name}");
    }
    // An empty RDN: the reason why reports do not use that reader.
    assert_eq!(refused, ["cert-odd-types"]);
}
