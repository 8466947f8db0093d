//! The CSR JSON: what `genkey`, `gencsr`, `gencert` and `selfsign` are asked for.

use super::json::{Located, Map};

/// A request, as written.
#[derive(Clone, Debug, Default)]
pub struct CsrRequest {
    /// The common name.
    pub cn: Located<String>,
    /// The other subject attributes.
    pub names: Vec<Name>,
    /// Subject alternative names of all kinds.
    pub hosts: Vec<Located<String>>,
    /// Which key to generate.
    pub key: Option<Located<Key>>,
    /// Present in requests for a CA.
    pub ca: Option<Located<Ca>>,
    /// The subject's serialNumber attribute.
    pub serial_number: String,
    /// Asks for the delegated-credentials extension.
    pub delegation_enabled: Located<bool>,
    /// Extensions to put into the request as they are.
    pub extensions: Vec<Located<Extension>>,
    /// CRL distribution point of a new root.
    pub crl_url: Located<String>,
}

json_object! { CsrRequest {
    "CN" => cn,
    "names" => names,
    "hosts" => hosts,
    "key" => key,
    "ca" => ca,
    "serialnumber" => serial_number,
    "delegation_enabled" => delegation_enabled,
    "extensions" => extensions,
    "crl_url" => crl_url,
} }

/// An entry of `names`.
#[derive(Clone, Debug, Default)]
pub struct Name {
    /// Country.
    pub c: String,
    /// State or province.
    pub st: String,
    /// Locality.
    pub l: String,
    /// Organization.
    pub o: String,
    /// Organizational unit.
    pub ou: String,
    /// E-mail address.
    pub e: String,
    /// Accepted and ignored by cfssl.
    pub serial_number: Located<String>,
    /// Attributes by dotted OID.
    pub oid: Map<String>,
}

json_object! { Name {
    "C" => c,
    "ST" => st,
    "L" => l,
    "O" => o,
    "OU" => ou,
    "E" => e,
    "SerialNumber" => serial_number,
    "OID" => oid,
} }

/// The key to generate: cfssl's default is ECDSA P-256, field by field.
#[derive(Clone, Debug)]
pub struct Key {
    /// `rsa`, `ecdsa` or `ed25519`.
    pub algo: Located<String>,
    /// Size in bits.
    pub size: Located<i64>,
}

impl Default for Key {
    fn default() -> Self {
        let at = Default::default;
        Self {
            algo: Located { value: "ecdsa".to_owned(), place: at() },
            size: Located { value: 256, place: at() },
        }
    }
}

json_object! { Key { "algo" => algo, "size" => size } }

/// What a CA request adds.
#[derive(Clone, Debug, Default)]
pub struct Ca {
    /// Path length constraint; 0 means none unless `pathlenzero`.
    pub pathlen: Located<i64>,
    /// Makes `pathlen` 0 a constraint.
    pub pathlenzero: bool,
    /// Lifetime, as a duration.
    pub expiry: Located<String>,
    /// How far notBefore lies in the past, as a duration.
    pub backdate: Located<String>,
}

json_object! { Ca {
    "pathlen" => pathlen,
    "pathlenzero" => pathlenzero,
    "expiry" => expiry,
    "backdate" => backdate,
} }

/// A raw extension.
#[derive(Clone, Debug, Default)]
pub struct Extension {
    /// The arcs of the OID.
    pub id: Vec<i64>,
    /// Whether it is critical.
    pub critical: bool,
    /// The extension's value, base64.
    pub value: String,
}

json_object! { Extension { "id" => id, "critical" => critical, "value" => value } }
