//! The SUBJECT document of `sign`: what replaces the subject of an external CSR.

use super::csr_request::Name;
use super::json::Located;

/// A subject, as written.
#[derive(Clone, Debug, Default)]
pub struct Subject {
    /// The common name.
    pub cn: Located<String>,
    /// C, ST, L, O and OU; `E` and `OID` are accepted and ignored by cfssl.
    pub names: Vec<Located<Name>>,
    /// The serialNumber attribute.
    pub serial_number: String,
}

json_object! { Subject { "CN" => cn, "names" => names, "SerialNumber" => serial_number } }
