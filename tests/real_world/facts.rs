//! What can be said about a certificate, request or key without its random parts, as named facts to compare.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use sha1::{Digest, Sha1};
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::{ParsedExtension, X509Extension};
use x509_parser::pem::Pem;
use x509_parser::prelude::FromDer;

/// Facts by name.
pub(crate) type Facts = BTreeMap<String, String>;

/// The facts about a PEM text of `cert`, `csr` or `key` in the programs' JSON, or about any other text.
pub(crate) fn facts(kind: &str, text: &str, issuer: Option<&str>) -> Facts {
    let der = decode(text);
    let mut facts = match kind {
        "cert" => certificate(&der, issuer),
        "csr" => request(&der),
        "key" => BTreeMap::from([("structure".to_owned(), skeleton(&der))]),
        _ => panic!("unknown member {kind} of the result:\n{text}"),
    };
    facts.insert("PEM".to_owned(), pem_shape(text));
    facts
}

/// The bytes in the first PEM block of a text.
pub(crate) fn decode(text: &str) -> Vec<u8> {
    let (block, _) = Pem::read(std::io::Cursor::new(text)).unwrap_or_else(|error| panic!("{error}:\n{text}"));
    block.contents
}

/// The first and last line, and whether all others are as long as they should be.
fn pem_shape(text: &str) -> String {
    let lines: Vec<&str> = text.split('\n').collect();
    let [first, body @ .., label, end] = lines.as_slice() else { panic!("no PEM:\n{text}") };
    let (last, full) = body.split_last().unwrap();
    let regular =
        full.iter().all(|line| line.len() == 64) && (1..=64).contains(&last.len()) && end.is_empty();
    format!("{first} {label} regular: {regular}")
}

fn certificate(der: &[u8], issuer: Option<&str>) -> Facts {
    let (rest, certificate) = X509Certificate::from_der(der).unwrap();
    let tbs = &certificate.tbs_certificate;
    let serial = tbs.raw_serial();
    let validity = tbs.validity();
    let (from, to) = (validity.not_before.timestamp(), validity.not_after.timestamp());
    let mut facts = Facts::new();
    let mut add =
        |name: &str, value: String| assert!(facts.insert(name.to_owned(), value).is_none(), "{name} twice");
    add("trailing bytes", rest.len().to_string());
    add("version", format!("{:?}", tbs.version()));
    add("serial in range", (serial[0] < 0x80 && (1..=20).contains(&serial.len())).to_string());
    add("signature algorithm", element_hex(der, &[1]));
    add("inner signature algorithm", element_hex(der, &[0, 2]));
    add("issuer", name_text(tbs.issuer().as_raw()));
    add("subject", name_text(tbs.subject().as_raw()));
    add("lifetime", format!("{} s", to - from));
    add("starts on a full minute", (from % 60 == 0).to_string());
    add("time types", skeleton_of_times(der));
    add("key algorithm", element_hex(der, &[0, 6, 0]));
    add("key size", format!("{} octets", tbs.public_key().subject_public_key.data.len()));
    add("unique ids", format!("{} {}", tbs.issuer_uid.is_some(), tbs.subject_uid.is_some()));
    add("extension order", tbs.extensions().iter().map(|extension| format!("{} ", extension.oid)).collect());
    for extension in tbs.extensions() {
        let value = extension_value(&certificate, extension, issuer);
        add(&format!("extension {}", extension.oid), format!("critical: {}, {value}", extension.critical));
    }
    facts
}

/// The value in hexadecimal; key identifiers by the rule they follow.
fn extension_value(
    certificate: &X509Certificate<'_>,
    extension: &X509Extension<'_>,
    issuer: Option<&str>,
) -> String {
    let own: Vec<u8> = Sha1::digest(&certificate.public_key().subject_public_key.data).to_vec();
    let of_issuer = issuer.map(|pem| subject_key_id(&decode(pem)));
    match extension.parsed_extension() {
        ParsedExtension::SubjectKeyIdentifier(id) if id.0 == own => "SHA-1 of the key".to_owned(),
        ParsedExtension::AuthorityKeyIdentifier(id)
            if id.authority_cert_issuer.is_none()
                && id.authority_cert_serial.is_none()
                && id.key_identifier.as_ref().map(|id| id.0.to_vec()) == of_issuer.flatten() =>
        {
            "the issuer's subject key identifier".to_owned()
        }
        _ => hex(extension.value),
    }
}

fn subject_key_id(der: &[u8]) -> Option<Vec<u8>> {
    let (_, certificate) = X509Certificate::from_der(der).unwrap();
    certificate.extensions().iter().find_map(|extension| match extension.parsed_extension() {
        ParsedExtension::SubjectKeyIdentifier(id) => Some(id.0.to_vec()),
        _ => None,
    })
}

fn request(der: &[u8]) -> Facts {
    let fact = |name: &str, value: String| (name.to_owned(), value);
    BTreeMap::from([
        fact("version", element_hex(der, &[0, 0])),
        fact("subject", name_text(element(der, &[0, 1]))),
        fact("key algorithm", element_hex(der, &[0, 2, 0])),
        fact("attributes", element_hex(der, &[0, 3])),
        fact("signature algorithm", element_hex(der, &[1])),
    ])
}

/// The name as people read it, and its bytes: string types and grouping count too.
fn name_text(der: &[u8]) -> String {
    let (_, name) = x509_parser::x509::X509Name::from_der(der).unwrap();
    format!("{name} = {}", hex(der))
}

fn skeleton_of_times(der: &[u8]) -> String {
    children(element(der, &[0, 4])).iter().map(|time| format!("{:02x} ", time[0])).collect()
}

/// The nested tags of a DER value; with them the values of OIDs and small integers and the length of strings.
fn skeleton(der: &[u8]) -> String {
    let mut text = String::new();
    let (tag, content, _) = split(der);
    match tag {
        0x02 if content.len() <= 4 => write!(text, "INTEGER {}", hex(content)),
        0x02 => write!(text, "INTEGER"),
        0x06 => write!(text, "OID {}", hex(content)),
        0x03 | 0x04 => write!(text, "STRING of {}", content.len()),
        tag if tag & 0x20 != 0 => {
            let inner: Vec<String> = children(der).iter().map(|child| skeleton(child)).collect();
            write!(text, "{tag:02x} {{ {} }}", inner.join(", "))
        }
        tag => write!(text, "{tag:02x} {}", hex(content)),
    }
    .unwrap();
    text
}

fn element_hex(der: &[u8], path: &[usize]) -> String {
    hex(element(der, path))
}

/// The encoding of a nested element, by its position on each level.
fn element<'a>(der: &'a [u8], path: &[usize]) -> &'a [u8] {
    path.iter().fold(der, |element, index| children(element)[*index])
}

fn children(der: &[u8]) -> Vec<&[u8]> {
    let (_, mut content, _) = split(der);
    let mut list = Vec::new();
    while !content.is_empty() {
        let (_, _, rest) = split(content);
        list.push(&content[..content.len() - rest.len()]);
        content = rest;
    }
    list
}

/// Tag, content and what follows; enough for the tags below 31 that occur here.
fn split(der: &[u8]) -> (u8, &[u8], &[u8]) {
    let (tag, first) = (der[0], usize::from(der[1]));
    let (length, header) = if first < 0x80 {
        (first, 2)
    } else {
        let octets = first & 0x7f;
        (der[2..2 + octets].iter().fold(0, |sum, octet| sum << 8 | usize::from(*octet)), 2 + octets)
    };
    (tag, &der[header..header + length], &der[header + length..])
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
