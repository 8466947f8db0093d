//! The report about a CSR: Go's `x509.CertificateRequest`, dumped.

use std::collections::HashSet;
use std::net::IpAddr;

use serde::Serialize;

use super::algorithm::{AlgorithmIdentifier, ShownSignature};
use super::go_json::{base64, null_if_empty};
use super::name::{Attributes, CsrName, TypeAndValue};
use super::public_key::{PublicKey, ShownKey};
use super::reader::{Element, Oid, Reader, tag};
use super::san::{AltNames, SUBJECT_ALT_NAME};
use super::uri::Uri;
use super::value::Value;
use super::{InspectError, malformed};

/// What `cfssl certinfo -csr` prints; serialized, it has Go's keys in Go's order.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct CsrReport {
    raw: String,
    #[serde(rename = "RawTBSCertificateRequest")]
    raw_tbs_certificate_request: String,
    raw_subject_public_key_info: String,
    raw_subject: String,
    raw_signature_algorithm: String,
    version: i64,
    signature: String,
    signature_algorithm: u8,
    public_key_algorithm: u8,
    public_key: Option<PublicKey>,
    subject: CsrName,
    attributes: Option<Vec<Attribute>>,
    extensions: Option<Vec<Extension>>,
    /// Only for CSRs to be written; always `null`.
    extra_extensions: (),
    #[serde(rename = "DNSNames")]
    dns_names: Option<Vec<String>>,
    email_addresses: Option<Vec<String>>,
    #[serde(rename = "IPAddresses")]
    ip_addresses: Option<Vec<IpAddr>>,
    #[serde(rename = "URIs")]
    uris: Option<Vec<Uri>>,
}

/// An attribute that looks like a SET OF SEQUENCE OF AttributeTypeAndValue, as extensionRequest does; what Go reads as
/// a value is then the critical flag, if there is one.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Attribute {
    r#type: Oid,
    value: Vec<Vec<TypeAndValue>>,
}

/// A requested extension.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Extension {
    id: Oid,
    critical: bool,
    value: String,
}

/// The extensionRequest attribute (RFC 2985 section 5.4.2).
const EXTENSION_REQUEST: &[u32] = &[1, 2, 840, 113549, 1, 9, 14];

/// The report about a DER CSR (PKCS#10, RFC 2986), its signature not verified.
///
/// # Errors
///
/// [`InspectError`] for what cfssl cannot show either.
pub fn csr_report(der: &[u8]) -> Result<CsrReport, InspectError> {
    let mut input = Reader::new(der);
    let outer = input.element_of(tag::SEQUENCE).ok_or(malformed("certificate request"))?;
    if !input.is_empty() {
        return Err(InspectError::TrailingData { document: "certificate request", count: input.len() });
    }
    let parts = Parts::read(&outer)?;
    let key = ShownKey::from_element(&parts.spki)?;
    let subject = Attributes::from_element(&parts.subject).ok_or(malformed("subject"))?;
    let extensions = requested_extensions(&parts.attributes)?;
    let names = alt_names(&extensions)?;
    Ok(CsrReport {
        raw: base64(der),
        raw_tbs_certificate_request: base64(parts.info.full),
        raw_subject_public_key_info: base64(parts.spki.full),
        raw_subject: base64(parts.subject.full),
        raw_signature_algorithm: base64(parts.algorithm_der.full),
        version: parts.version,
        signature: base64(&parts.signature),
        signature_algorithm: ShownSignature::of(&parts.algorithm).number,
        public_key_algorithm: key.number,
        public_key: key.key,
        subject: CsrName::from(subject),
        attributes: null_if_empty(parts.attributes.iter().filter_map(Attribute::read).collect()),
        extensions: null_if_empty(extensions.into_iter().map(Requested::shown).collect()),
        extra_extensions: (),
        dns_names: null_if_empty(names.dns_names),
        email_addresses: null_if_empty(names.email_addresses),
        ip_addresses: null_if_empty(names.ip_addresses),
        uris: null_if_empty(names.uris),
    })
}

/// The parts of a CertificationRequest (RFC 2986 section 4).
struct Parts<'a> {
    info: Element<'a>,
    version: i64,
    subject: Element<'a>,
    spki: Element<'a>,
    attributes: Vec<Element<'a>>,
    algorithm_der: Element<'a>,
    algorithm: AlgorithmIdentifier<'a>,
    signature: Vec<u8>,
}

impl<'a> Parts<'a> {
    fn read(outer: &Element<'a>) -> Result<Self, InspectError> {
        let mut request = Reader::new(outer.content);
        let info = request.element_of(tag::SEQUENCE).ok_or(malformed("certification request info"))?;
        let mut inside = Reader::new(info.content);
        let version = inside.int64().ok_or(malformed("version"))?;
        let subject = inside.element().ok_or(malformed("subject"))?;
        let spki = inside.element_of(tag::SEQUENCE).ok_or(malformed("public key"))?;
        let attributes = inside.inside(0xa0).and_then(elements).ok_or(malformed("list of attributes"))?;
        let algorithm_der = request.element_of(tag::SEQUENCE).ok_or(malformed("signature algorithm"))?;
        let algorithm = AlgorithmIdentifier::read(Reader::new(algorithm_der.content));
        let algorithm = algorithm.ok_or(malformed("signature algorithm"))?;
        let signature = request.bit_string().ok_or(malformed("signature"))?.right_aligned();
        Ok(Self { info, version, subject, spki, attributes, algorithm_der, algorithm, signature })
    }
}

fn elements(mut reader: Reader<'_>) -> Option<Vec<Element<'_>>> {
    let mut elements = Vec::new();
    while !reader.is_empty() {
        elements.push(reader.element()?);
    }
    Some(elements)
}

impl Attribute {
    /// `None` for an attribute of another shape, which Go leaves out.
    fn read(attribute: &Element<'_>) -> Option<Self> {
        let mut inside = Reader::new(attribute.full).inside(tag::SEQUENCE)?;
        let r#type = inside.oid()?;
        let values = elements(inside.inside(tag::SET)?)?;
        Some(Self { r#type, value: values.iter().map(types_and_values).collect::<Option<_>>()? })
    }
}

fn types_and_values(list: &Element<'_>) -> Option<Vec<TypeAndValue>> {
    elements(Reader::new(list.full).inside(tag::SEQUENCE)?)?.iter().map(type_and_value).collect()
}

fn type_and_value(pair: &Element<'_>) -> Option<TypeAndValue> {
    let mut inside = Reader::new(pair.full).inside(tag::SEQUENCE)?;
    Some(TypeAndValue { r#type: inside.oid()?, value: Value::in_attribute(&inside.element()?)? })
}

/// A requested extension before its value is shown in base64.
struct Requested<'a> {
    id: Oid,
    critical: bool,
    value: &'a [u8],
}

/// The extensions of every extensionRequest; an attribute that is none, or has no value, is skipped.
fn requested_extensions<'a>(attributes: &[Element<'a>]) -> Result<Vec<Requested<'a>>, InspectError> {
    let requests = attributes.iter().filter_map(extension_request);
    let lists = requests.map(|request| Requested::list(&request).ok_or(malformed("extension request")));
    let requested = lists.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect::<Vec<_>>();
    let mut seen = HashSet::new();
    for extension in &requested {
        if !seen.insert(&extension.id) {
            return Err(InspectError::DuplicateExtension { oid: extension.id.dotted() });
        }
    }
    Ok(requested)
}

/// The first value of an extensionRequest.
fn extension_request<'a>(attribute: &Element<'a>) -> Option<Element<'a>> {
    let mut inside = Reader::new(attribute.full).inside(tag::SEQUENCE)?;
    let is_request = inside.oid()?.arcs() == EXTENSION_REQUEST;
    let values = elements(inside.inside(tag::SET)?)?;
    values.first().copied().filter(|_| is_request)
}

impl<'a> Requested<'a> {
    fn list(request: &Element<'a>) -> Option<Vec<Self>> {
        elements(Reader::new(request.full).inside(tag::SEQUENCE)?)?.iter().map(Self::read).collect()
    }

    fn read(extension: &Element<'a>) -> Option<Self> {
        let mut inside = Reader::new(extension.full).inside(tag::SEQUENCE)?;
        let id = inside.oid()?;
        let critical = if inside.next_is(tag::BOOLEAN) { inside.boolean()? } else { false };
        Some(Self { id, critical, value: inside.read(tag::OCTET_STRING)? })
    }

    fn shown(self) -> Extension {
        Extension { id: self.id, critical: self.critical, value: base64(self.value) }
    }
}

fn alt_names(extensions: &[Requested<'_>]) -> Result<AltNames, InspectError> {
    let extension = extensions.iter().find(|extension| extension.id.arcs() == SUBJECT_ALT_NAME);
    extension.map_or_else(|| Ok(AltNames::default()), |extension| AltNames::from_extension(extension.value))
}
