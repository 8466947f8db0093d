//! The report about a certificate: cfssl's `certinfo.Certificate`.

use std::collections::HashSet;

use pem_rfc7468::LineEnding;
use serde::Serialize;

use super::algorithm::{AlgorithmIdentifier, ShownSignature};
use super::go_json::decimal;
use super::name::{Attributes, CertificateName};
use super::public_key::ShownKey;
use super::reader::{Element, Oid, Reader, tag};
use super::san::{AltNames, SUBJECT_ALT_NAME};
use super::time::{generalized_time, utc_time};
use super::{InspectError, check_number, malformed};

/// What `cfssl certinfo -cert` prints; serialized, it has cfssl's keys in cfssl's order.
#[derive(Debug, Serialize)]
pub struct CertificateReport {
    subject: CertificateName,
    issuer: CertificateName,
    /// Decimal.
    serial_number: String,
    /// DNS names, then IP addresses; e-mail addresses and URIs are not listed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    sans: Vec<String>,
    not_before: String,
    not_after: String,
    sigalg: &'static str,
    /// Octets in upper-case hexadecimal, joined by colons.
    authority_key_id: String,
    subject_key_id: String,
    pem: String,
}

/// The report about a DER certificate, its signature not verified.
///
/// # Errors
///
/// [`InspectError`] for what cfssl cannot show either. Extensions that do not appear in the report are not looked into,
/// so a certificate with, say, a malformed keyUsage is reported on where cfssl refuses it.
pub fn certificate_report(der: &[u8]) -> Result<CertificateReport, InspectError> {
    let mut input = Reader::new(der);
    let mut certificate = input.inside(tag::SEQUENCE).ok_or(malformed("certificate"))?;
    if !input.is_empty() {
        return Err(InspectError::TrailingData { document: "certificate", count: input.len() });
    }
    let tbs = certificate.inside(tag::SEQUENCE).ok_or(malformed("signed part of the certificate"))?;
    let algorithm = certificate.read(tag::SEQUENCE).ok_or(malformed("signature algorithm"))?;
    let report = tbs_report(tbs, algorithm, der)?;
    certificate.bit_string().ok_or(malformed("signature"))?;
    Ok(report)
}

/// Reads a TBSCertificate (RFC 5280 section 4.1.2).
fn tbs_report(mut tbs: Reader<'_>, outer: &[u8], der: &[u8]) -> Result<CertificateReport, InspectError> {
    let version = version(&mut tbs)?;
    let serial = tbs.integer().ok_or(malformed("serial number"))?;
    check_number("serial number", serial.len())?;
    let sigalg = signature_algorithm(&mut tbs, outer)?;
    let issuer = name(&mut tbs, "issuer")?;
    let (not_before, not_after) = validity(&mut tbs).ok_or(malformed("validity"))?;
    let subject = name(&mut tbs, "subject")?;
    let spki = tbs.element_of(tag::SEQUENCE).ok_or(malformed("public key"))?;
    ShownKey::from_element(&spki)?;
    let extensions = extensions(&mut tbs, version)?;
    Ok(CertificateReport {
        subject,
        issuer,
        serial_number: decimal(serial),
        sans: extensions.sans,
        not_before,
        not_after,
        sigalg,
        authority_key_id: extensions.authority_key_id,
        subject_key_id: extensions.subject_key_id,
        pem: pem(der)?,
    })
}

/// The encoded version, which is one less than the version.
fn version(tbs: &mut Reader<'_>) -> Result<i64, InspectError> {
    let malformed = || malformed("certificate version");
    let Some(explicit) = tbs.optional(0xa0).ok_or_else(malformed)? else { return Ok(0) };
    let mut inside = Reader::new(explicit);
    let encoded = inside.int64().filter(|_| inside.is_empty()).ok_or_else(malformed)?;
    if (0..=2).contains(&encoded) { Ok(encoded) } else { Err(InspectError::Version { encoded }) }
}

fn signature_algorithm(tbs: &mut Reader<'_>, outer: &[u8]) -> Result<&'static str, InspectError> {
    let inner = tbs.read(tag::SEQUENCE).ok_or(malformed("signature algorithm"))?;
    if inner != outer {
        return Err(InspectError::SignatureAlgorithms);
    }
    let algorithm = AlgorithmIdentifier::read(Reader::new(inner)).ok_or(malformed("signature algorithm"))?;
    Ok(ShownSignature::of(&algorithm).name)
}

fn name(tbs: &mut Reader<'_>, part: &'static str) -> Result<CertificateName, InspectError> {
    let element = tbs.element_of(tag::SEQUENCE).ok_or(malformed(part))?;
    Attributes::from_element(&element).map(CertificateName::from).ok_or(malformed(part))
}

fn validity(tbs: &mut Reader<'_>) -> Option<(String, String)> {
    let mut validity = tbs.inside(tag::SEQUENCE)?;
    Some((time(&validity.element()?)?, time(&validity.element()?)?))
}

fn time(element: &Element<'_>) -> Option<String> {
    match element.tag {
        tag::UTC_TIME => utc_time(element.content),
        tag::GENERALIZED_TIME => generalized_time(element.content),
        _ => None,
    }
}

/// What the report takes from the extensions.
#[derive(Default)]
struct Extensions {
    sans: Vec<String>,
    authority_key_id: String,
    subject_key_id: String,
}

/// One Extension (RFC 5280 section 4.2).
struct Extension<'a> {
    oid: Oid,
    critical: bool,
    value: &'a [u8],
}

const SUBJECT_KEY_ID: &[u32] = &[2, 5, 29, 14];
const AUTHORITY_KEY_ID: &[u32] = &[2, 5, 29, 35];

/// Reads what follows the public key; only version 3 has extensions.
fn extensions(tbs: &mut Reader<'_>, version: i64) -> Result<Extensions, InspectError> {
    if version >= 1 {
        tbs.optional(0x81).ok_or(malformed("issuer unique ID"))?;
        tbs.optional(0x82).ok_or(malformed("subject unique ID"))?;
    }
    if version < 2 {
        return Ok(Extensions::default());
    }
    let malformed = || malformed("list of extensions");
    let Some(explicit) = tbs.optional(0xa3).ok_or_else(malformed)? else { return Ok(Extensions::default()) };
    let list = Reader::new(explicit).inside(tag::SEQUENCE).ok_or_else(malformed)?;
    let list = Extension::list(list)?;
    Extensions::of(&list)
}

impl<'a> Extension<'a> {
    fn list(mut reader: Reader<'a>) -> Result<Vec<Self>, InspectError> {
        let mut list: Vec<Self> = Vec::new();
        let mut seen = HashSet::new();
        while !reader.is_empty() {
            let extension =
                reader.inside(tag::SEQUENCE).and_then(Self::read).ok_or(malformed("extension"))?;
            if !seen.insert(extension.oid.clone()) {
                return Err(InspectError::DuplicateExtension { oid: extension.oid.dotted() });
            }
            list.push(extension);
        }
        Ok(list)
    }

    fn read(mut inside: Reader<'a>) -> Option<Self> {
        let oid = inside.oid()?;
        let critical = if inside.next_is(tag::BOOLEAN) { inside.boolean()? } else { false };
        Some(Self { oid, critical, value: inside.read(tag::OCTET_STRING)? })
    }

    fn never_critical(&self) -> Result<Reader<'a>, InspectError> {
        if self.critical {
            return Err(InspectError::CriticalExtension { oid: self.oid.dotted() });
        }
        Ok(Reader::new(self.value))
    }
}

impl Extensions {
    fn of(list: &[Extension<'_>]) -> Result<Self, InspectError> {
        let mut found = Self::default();
        for extension in list {
            match extension.oid.arcs() {
                SUBJECT_ALT_NAME => found.sans = sans(extension.value)?,
                SUBJECT_KEY_ID => {
                    let id = extension.never_critical()?.read(tag::OCTET_STRING);
                    found.subject_key_id = key_id(id.ok_or(malformed("subject key identifier extension"))?);
                }
                AUTHORITY_KEY_ID => {
                    let id = authority_key_id(extension.never_critical()?);
                    found.authority_key_id =
                        key_id(id.ok_or(malformed("authority key identifier extension"))?);
                }
                _ => {}
            }
        }
        Ok(found)
    }
}

fn sans(value: &[u8]) -> Result<Vec<String>, InspectError> {
    let names = AltNames::from_extension(value)?;
    let addresses = names.ip_addresses.iter().map(ToString::to_string);
    Ok(names.dns_names.into_iter().chain(addresses).collect())
}

/// The keyIdentifier (RFC 5280 section 4.2.1.1), empty if there is none.
fn authority_key_id(mut value: Reader<'_>) -> Option<&[u8]> {
    let mut inside = value.inside(tag::SEQUENCE)?;
    Some(inside.optional(0x80)?.unwrap_or_default())
}

fn key_id(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02X}")).collect::<Vec<_>>().join(":")
}

fn pem(der: &[u8]) -> Result<String, InspectError> {
    pem_rfc7468::encode_string("CERTIFICATE", LineEnding::LF, der).map_err(|_| malformed("certificate"))
}
