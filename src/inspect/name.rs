//! Distinguished names: every attribute in order, and the nine kinds Go has fields for.

use serde::Serialize;

use super::go_json::null_if_empty;
use super::reader::{Element, Oid, Reader, tag};
use super::value::{Value, string_in_name};

/// The attributes of a Name (RFC 5280 section 4.1.2.4), the grouping into RDNs forgotten.
pub(super) struct Attributes(Vec<Attribute>);

/// One AttributeTypeAndValue.
struct Attribute {
    shown: TypeAndValue,
    /// The value, if it is a string.
    text: Option<String>,
}

/// An attribute as a CSR report lists it.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct TypeAndValue {
    pub(super) r#type: Oid,
    pub(super) value: Value,
}

/// The last arc of the X.520 attribute types `2.5.4.n` that reports have a field for.
mod x520 {
    pub(super) const COMMON_NAME: u32 = 3;
    pub(super) const SERIAL_NUMBER: u32 = 5;
    pub(super) const COUNTRY: u32 = 6;
    pub(super) const LOCALITY: u32 = 7;
    pub(super) const PROVINCE: u32 = 8;
    pub(super) const STREET_ADDRESS: u32 = 9;
    pub(super) const ORGANIZATION: u32 = 10;
    pub(super) const ORGANIZATIONAL_UNIT: u32 = 11;
    pub(super) const POSTAL_CODE: u32 = 17;
}

impl Attributes {
    /// Reads a Name; `None` if it is malformed.
    pub(super) fn from_element(name: &Element<'_>) -> Option<Self> {
        let mut rdns = Reader::new(name.full).inside(tag::SEQUENCE)?;
        let mut attributes = Vec::new();
        while !rdns.is_empty() {
            let mut rdn = rdns.inside(tag::SET)?;
            while !rdn.is_empty() {
                attributes.push(Attribute::read(rdn.inside(tag::SEQUENCE)?)?);
            }
        }
        Some(Self(attributes))
    }

    /// The texts of one type, in order.
    fn texts(&self, last_arc: u32) -> Vec<String> {
        let wanted = [2, 5, 4, last_arc];
        let of_type = self.0.iter().filter(|attribute| attribute.shown.r#type.arcs() == wanted);
        of_type.filter_map(|attribute| attribute.text.clone()).collect()
    }

    /// The last text of one type, empty if there is none.
    fn last_text(&self, last_arc: u32) -> String {
        self.texts(last_arc).pop().unwrap_or_default()
    }
}

impl Attribute {
    fn read(mut attribute: Reader<'_>) -> Option<Self> {
        let r#type = attribute.oid()?;
        let element = attribute.element()?;
        let value = Value::in_name(&element)?;
        Some(Self { shown: TypeAndValue { r#type, value }, text: string_in_name(&element) })
    }
}

/// A Name as a certificate report shows it: what is empty is left out.
#[derive(Debug, Serialize)]
pub(super) struct CertificateName {
    #[serde(skip_serializing_if = "String::is_empty")]
    common_name: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    serial_number: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    country: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    organization: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    organizational_unit: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    locality: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    province: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    street_address: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    postal_code: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    names: Vec<Value>,
}

impl From<Attributes> for CertificateName {
    fn from(name: Attributes) -> Self {
        let joined = |last_arc| name.texts(last_arc).join(",");
        Self {
            common_name: name.last_text(x520::COMMON_NAME),
            serial_number: name.last_text(x520::SERIAL_NUMBER),
            country: joined(x520::COUNTRY),
            organization: joined(x520::ORGANIZATION),
            organizational_unit: joined(x520::ORGANIZATIONAL_UNIT),
            locality: joined(x520::LOCALITY),
            province: joined(x520::PROVINCE),
            street_address: joined(x520::STREET_ADDRESS),
            postal_code: joined(x520::POSTAL_CODE),
            names: name.0.into_iter().map(|attribute| attribute.shown.value).collect(),
        }
    }
}

/// A Name as a CSR report shows it: Go's `pkix.Name`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct CsrName {
    country: Option<Vec<String>>,
    organization: Option<Vec<String>>,
    organizational_unit: Option<Vec<String>>,
    locality: Option<Vec<String>>,
    province: Option<Vec<String>>,
    street_address: Option<Vec<String>>,
    postal_code: Option<Vec<String>>,
    serial_number: String,
    common_name: String,
    names: Option<Vec<TypeAndValue>>,
    /// Only for names to be written; always `null`.
    extra_names: (),
}

impl From<Attributes> for CsrName {
    fn from(name: Attributes) -> Self {
        let listed = |last_arc| null_if_empty(name.texts(last_arc));
        Self {
            country: listed(x520::COUNTRY),
            organization: listed(x520::ORGANIZATION),
            organizational_unit: listed(x520::ORGANIZATIONAL_UNIT),
            locality: listed(x520::LOCALITY),
            province: listed(x520::PROVINCE),
            street_address: listed(x520::STREET_ADDRESS),
            postal_code: listed(x520::POSTAL_CODE),
            serial_number: name.last_text(x520::SERIAL_NUMBER),
            common_name: name.last_text(x520::COMMON_NAME),
            names: null_if_empty(name.0.into_iter().map(|attribute| attribute.shown).collect()),
            extra_names: (),
        }
    }
}
