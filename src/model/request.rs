//! What is asked for: a CSR JSON, parsed.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use const_oid::ObjectIdentifier;

use crate::vocab::algorithm::{Curve, KeySpec, RSA_MAX_BITS, RSA_MIN_BITS, RsaBits};
use crate::vocab::duration::{DurationError, GoDuration};
use crate::vocab::name::{AttributeType, DistinguishedName};
use crate::wire::csr_request as wire;
use crate::wire::json::{Located, Notice, Place};

use super::extension::Extension;
use super::subject::{self, InvalidOid};

/// A certificate request before there is a key.
#[derive(Clone, Debug, Default)]
pub struct CertificateRequest {
    /// The subject.
    pub subject: DistinguishedName,
    /// Subject alternative names as written.
    pub hosts: Vec<Located<String>>,
    /// Which key to generate, when one is generated.
    pub key: KeyRequest,
    /// Present in requests for a CA.
    pub ca: Option<CaRequest>,
    /// Asks for the delegated-credentials extension.
    pub delegation: bool,
    /// Extensions the request carries as they are, in their order.
    pub extensions: Vec<Extension>,
    /// CRL distribution point of a new root; empty for none.
    pub crl_url: Located<String>,
    names_identify: bool,
}

/// The `key` of a request: what was written, since commands that bring a key never look at it.
#[derive(Clone, Debug, Default)]
pub struct KeyRequest(Located<wire::Key>);

/// The `ca` of a request.
#[derive(Clone, Debug, Default)]
pub struct CaRequest {
    /// The pathLenConstraint asked for.
    pub path_length: Option<u32>,
    /// `pathlenzero` was written beside another `pathlen`, and is ignored.
    pub path_length_zero_ignored: bool,
    expiry: Located<String>,
    backdate: Located<String>,
}

/// Why a request cannot be served.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RequestError {
    /// A duration in `ca`.
    #[error("{place}: {source}")]
    Duration {
        /// Where.
        place: Place,
        /// What is wrong with it.
        source: DurationError,
    },
    /// An extension of the request.
    #[error("{place}: {message}")]
    Extension {
        /// Where.
        place: Place,
        /// What is wrong with it.
        message: &'static str,
    },
    /// A key that cannot be generated.
    #[error("{place}: {fault}: {found}")]
    Key {
        /// Where.
        place: Place,
        /// cfssl's word for it.
        fault: KeyFault,
        /// What was asked for.
        found: String,
    },
    /// A root without a name.
    #[error("missing subject information")]
    MissingSubject,
    /// `ca.pathlen`.
    #[error("{place}: a path length of {found} is not allowed")]
    PathLength {
        /// Where.
        place: Place,
        /// What was found.
        found: i64,
    },
    /// A subject that cannot be written.
    #[error(transparent)]
    Subject(#[from] InvalidOid),
}

/// cfssl's four reasons not to generate a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyFault {
    /// Neither rsa, ecdsa nor ed25519.
    #[error("invalid algorithm")]
    InvalidAlgorithm,
    /// No curve of this size.
    #[error("invalid curve")]
    InvalidCurve,
    /// Over the limit.
    #[error("RSA key size too large")]
    RsaTooLarge,
    /// Under the limit.
    #[error("RSA key is too weak")]
    RsaTooWeak,
}

impl RequestError {
    /// The same as a notice; what has no place of its own is put at the request's.
    pub fn notice(&self, at: &Place) -> Notice {
        let (place, message) = match self {
            Self::Duration { place, source } => (place, source.to_string()),
            Self::Extension { place, message } => (place, (*message).to_owned()),
            Self::Key { place, fault, found } => (place, format!("{fault}: {found}")),
            Self::PathLength { place, found } => (place, format!("a path length of {found} is not allowed")),
            Self::MissingSubject | Self::Subject(_) => (at, self.to_string()),
        };
        let place = if place.is_nowhere() { at } else { place };
        Notice::new(place, message).with_hints(self.hint())
    }

    /// What to write instead.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Duration { source, .. } => source.hint(),
            Self::Extension { .. } => Some(
                "an extension is {\"id\": [1,2,3,4], \"critical\": false, \"value\": \"base64 of its DER\"}"
                    .into(),
            ),
            Self::Key { fault, .. } => Some(fault.hint()),
            Self::MissingSubject => {
                Some("give a \"CN\", or \"names\" in which each entry has one of C, ST, L, O, OU".into())
            }
            Self::PathLength { .. } => Some("write 0 or more, or -1 for no limit".into()),
            Self::Subject(_) => Some("write dotted numbers, such as \"1.2.3.4\"".into()),
        }
    }
}

impl KeyFault {
    fn hint(self) -> String {
        match self {
            Self::InvalidAlgorithm => "allowed: \"rsa\", \"ecdsa\", \"ed25519\" (small letters)".into(),
            Self::InvalidCurve => "allowed: 256, 384, 521".into(),
            Self::RsaTooLarge | Self::RsaTooWeak => format!("allowed: {RSA_MIN_BITS} to {RSA_MAX_BITS}"),
        }
    }
}

impl CertificateRequest {
    /// The meaning of a CSR JSON, and what of it has no effect.
    ///
    /// # Errors
    /// A subject OID, an extension or a path length that cannot be.
    pub fn from_document(document: wire::CsrRequest) -> Result<(Self, Vec<Notice>), RequestError> {
        let wire::CsrRequest {
            cn,
            names,
            hosts,
            key,
            ca,
            serial_number,
            delegation_enabled,
            extensions,
            crl_url,
        } = document;
        let mut name = DistinguishedName::default();
        name.add(AttributeType::CommonName, cn.value);
        name.add(AttributeType::SerialNumber, serial_number);
        for entry in &names {
            subject::add_entry(&mut name, entry)?;
        }
        let notices = names.iter().filter_map(subject::ignored_serial_number).collect();
        let request = Self {
            subject: name,
            hosts,
            key: KeyRequest(key.unwrap_or_default()),
            ca: ca.map(|ca| CaRequest::from_document(ca.value)).transpose()?,
            delegation: delegation_enabled.value,
            extensions: extensions.into_iter().map(read_extension).collect::<Result<_, _>>()?,
            crl_url,
            names_identify: !names.is_empty() && names.iter().all(subject::identifies),
        };
        Ok((request, notices))
    }

    /// Refuses a root that nobody could name: cfssl's check before a new root.
    ///
    /// # Errors
    /// No common name, and no names or one that says nothing.
    pub fn require_subject(&self) -> Result<(), RequestError> {
        if self.subject.common_name().is_empty() && !self.names_identify {
            return Err(RequestError::MissingSubject);
        }
        Ok(())
    }

    /// The hosts without their places.
    pub fn host_names(&self) -> Vec<String> {
        self.hosts.iter().map(|host| host.value.clone()).collect()
    }

    /// Puts another common name in place of the one written.
    pub fn set_common_name(&mut self, name: impl Into<String>) {
        self.subject.add(AttributeType::CommonName, name);
    }

    /// Takes the usual way to ask for no hosts for what it means: `"hosts": [""]`.
    pub fn drop_lone_empty_host(&mut self) {
        if let [host] = self.hosts.as_slice()
            && host.value.is_empty()
        {
            self.hosts.clear();
        }
    }

    /// Puts another lifetime, written at a place, into `ca`.
    pub fn set_ca_expiry(&mut self, expiry: GoDuration, place: Place) {
        self.ca.get_or_insert_default().expiry = Located { value: expiry.to_string(), place };
    }

    /// Puts other hosts in place of those written.
    pub fn set_hosts(&mut self, hosts: impl IntoIterator<Item = String>) {
        self.hosts = hosts.into_iter().map(|value| Located { value, place: Place::default() }).collect();
    }
}

impl KeyRequest {
    /// The meaning of a `key` object.
    pub fn from_document(key: Located<wire::Key>) -> Self {
        Self(key)
    }

    /// `rsa-2048`, as cfssl logs it.
    pub fn label(&self) -> String {
        format!("{}-{}", self.0.value.algo.value, self.0.value.size.value)
    }

    /// The key to generate.
    ///
    /// # Errors
    /// An algorithm or a size that is not supported.
    pub fn spec(&self) -> Result<KeySpec, RequestError> {
        let Located { value: wire::Key { algo, size }, place: whole } = &self.0;
        let refuse = |fault, place: &Place, found: String| {
            // A size nobody wrote is wrong where the key was written.
            let place = if place.is_nowhere() { whole } else { place };
            Err(RequestError::Key { place: place.clone(), fault, found })
        };
        let size_found = match size.place.is_nowhere() {
            true => format!("{}, for want of a \"size\"", size.value),
            false => size.value.to_string(),
        };
        let too_weak = size.value < i64::from(RSA_MIN_BITS);
        match algo.value.as_str() {
            "rsa" => match u32::try_from(size.value).ok().and_then(RsaBits::new) {
                Some(bits) => Ok(KeySpec::Rsa(bits)),
                None if too_weak => refuse(KeyFault::RsaTooWeak, &size.place, size_found),
                None => refuse(KeyFault::RsaTooLarge, &size.place, size.value.to_string()),
            },
            "ecdsa" => match Curve::from_bits(size.value) {
                Some(curve) => Ok(KeySpec::Ecdsa(curve)),
                None => refuse(KeyFault::InvalidCurve, &size.place, size.value.to_string()),
            },
            "ed25519" => Ok(KeySpec::Ed25519),
            other => refuse(KeyFault::InvalidAlgorithm, &algo.place, format!("\"{other}\"")),
        }
    }
}

impl CaRequest {
    /// A CA without a limit on the path below it.
    pub fn with_path_length(path_length: Option<u32>) -> Self {
        Self { path_length, ..Self::default() }
    }

    fn from_document(ca: wire::Ca) -> Result<Self, RequestError> {
        let wire::Ca { pathlen, pathlenzero, expiry, backdate } = ca;
        let path_length = match (pathlen.value, pathlenzero) {
            (-1, _) | (0, false) => None,
            (found, _) => match u32::try_from(found) {
                Ok(length) => Some(length),
                Err(_) => return Err(RequestError::PathLength { place: pathlen.place, found }),
            },
        };
        let path_length_zero_ignored = pathlenzero && pathlen.value != 0;
        Ok(Self { path_length, path_length_zero_ignored, expiry, backdate })
    }

    /// The lifetime asked for.
    ///
    /// # Errors
    /// Not a duration.
    pub fn expiry(&self) -> Result<Option<GoDuration>, RequestError> {
        duration(&self.expiry)
    }

    /// How far notBefore should lie in the past.
    ///
    /// # Errors
    /// Not a duration.
    pub fn backdate(&self) -> Result<Option<GoDuration>, RequestError> {
        duration(&self.backdate)
    }

    /// Where a backdate was written, for commands that do not use it.
    pub fn backdate_place(&self) -> Option<&Place> {
        (!self.backdate.value.is_empty()).then_some(&self.backdate.place)
    }

    /// Where an expiry was written, for commands that do not use it.
    pub fn expiry_place(&self) -> Option<&Place> {
        (!self.expiry.value.is_empty()).then_some(&self.expiry.place)
    }
}

fn duration(text: &Located<String>) -> Result<Option<GoDuration>, RequestError> {
    if text.value.is_empty() {
        return Ok(None);
    }
    let parsed = GoDuration::parse(&text.value);
    parsed.map(Some).map_err(|source| RequestError::Duration { place: text.place.clone(), source })
}

fn read_extension(written: Located<wire::Extension>) -> Result<Extension, RequestError> {
    let Located { value: wire::Extension { id, critical, value }, place } = written;
    let refuse = |message| RequestError::Extension { place: place.clone(), message };
    let arcs: Option<Vec<u32>> = id.iter().map(|arc| u32::try_from(*arc).ok()).collect();
    let oid = arcs
        .and_then(|arcs| ObjectIdentifier::from_arcs(arcs).ok())
        .ok_or_else(|| refuse("the id is not an object identifier"))?;
    let value =
        STANDARD.decode(value.replace(['\r', '\n'], "")).map_err(|_| refuse("the value is not base64"))?;
    Ok(Extension { oid, critical, value })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::json;

    fn request(text: &str) -> Result<CertificateRequest, RequestError> {
        let document = json::read::<wire::CsrRequest>(text.as_bytes()).unwrap();
        CertificateRequest::from_document(document.value).map(|(request, _)| request)
    }

    fn spec(key: &str) -> Result<KeySpec, String> {
        request(&format!("{{\"key\":{key}}}")).unwrap().key.spec().map_err(|error| error.to_string())
    }

    #[test]
    fn keys_default_field_by_field() {
        assert_eq!(request("{}").unwrap().key.spec(), Ok(KeySpec::Ecdsa(Curve::P256)));
        assert_eq!(spec(r#"{"size":384}"#), Ok(KeySpec::Ecdsa(Curve::P384)));
        assert_eq!(spec(r#"{"algo":"rsa","size":2049}"#), Ok(KeySpec::Rsa(RsaBits::new(2049).unwrap())));
        assert_eq!(spec(r#"{"algo":"ed25519","size":7}"#), Ok(KeySpec::Ed25519));
        assert_eq!(
            spec(r#"{"algo":"rsa"}"#),
            Err("1:8: key: RSA key is too weak: 256, for want of a \"size\"".into())
        );
        assert_eq!(
            spec(r#"{"algo":"rsa","size":8193}"#),
            Err("1:29: key.size: RSA key size too large: 8193".into())
        );
        assert_eq!(spec(r#"{"size":255}"#), Err("1:16: key.size: invalid curve: 255".into()));
        assert_eq!(spec(r#"{"algo":"RSA"}"#), Err("1:16: key.algo: invalid algorithm: \"RSA\"".into()));
    }

    #[test]
    fn a_root_must_be_named() {
        for (text, named) in [
            ("{}", false),
            (r#"{"CN":"x"}"#, true),
            (r#"{"names":[{"O":"x"}]}"#, true),
            (r#"{"names":[{"O":"x"},{"OU":" "}]}"#, false),
            (r#"{"names":[{"E":"a@b"}]}"#, false),
        ] {
            assert_eq!(request(text).unwrap().require_subject().is_ok(), named, "{text}");
        }
    }

    #[test]
    fn path_lengths_follow_the_table() {
        for (ca, expected) in [
            ("{}", Ok((None, false))),
            (r#"{"pathlen":3}"#, Ok((Some(3), false))),
            (r#"{"pathlenzero":true}"#, Ok((Some(0), false))),
            (r#"{"pathlen":2,"pathlenzero":true}"#, Ok((Some(2), true))),
            (r#"{"pathlen":-1}"#, Ok((None, false))),
            (r#"{"pathlen":-2}"#, Err("1:18: ca.pathlen: a path length of -2 is not allowed".to_owned())),
        ] {
            let found = request(&format!("{{\"ca\":{ca}}}"));
            let found = found.map(|r| r.ca.unwrap()).map(|ca| (ca.path_length, ca.path_length_zero_ignored));
            assert_eq!(found.map_err(|error| error.to_string()), expected, "{ca}");
        }
    }

    #[test]
    fn object_identifiers_beyond_the_library_are_refused() {
        for oid in ["2.999.1", "1.2.4294967296"] {
            let text = format!(r#"{{"names":[{{"OID":{{"{oid}":"x"}}}}]}}"#);
            let refused = request(&text).unwrap_err().to_string();
            assert!(refused.ends_with(&format!("\"{oid}\" is not an object identifier")), "{refused}");
        }
    }

    #[test]
    fn what_cannot_be_encoded_is_refused() {
        for (text, expected) in [
            (
                r#"{"names":[{"OID":{"9.9":"x"}}]}"#,
                "1:25: names[0].OID[\"9.9\"]: \"9.9\" is not an object identifier",
            ),
            (r#"{"names":[{"OID":{"a":"x"}}]}"#, "1:23: names[0].OID.a: \"a\" is not an object identifier"),
            (
                r#"{"extensions":[{"value":"AA=="}]}"#,
                "1:16: extensions[0]: the id is not an object identifier",
            ),
            (
                r#"{"extensions":[{"id":[1,2,3],"value":"A"}]}"#,
                "1:16: extensions[0]: the value is not base64",
            ),
        ] {
            assert_eq!(request(text).unwrap_err().to_string(), expected);
        }
    }
}
