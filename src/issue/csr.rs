//! Certificate signing requests: PKCS#10 (RFC 2986), built and read.

use const_oid::ObjectIdentifier;
use der::{Decode, Tag};

use crate::key::{KeyError, PrivateKey, PublicKey, Signed};
use crate::model::extension::{BasicConstraints, Extension};
use crate::model::request::{CaRequest, CertificateRequest};
use crate::vocab::name::{DistinguishedName, NameError};
use crate::vocab::san::{SanError, SubjectAltNames};
use crate::vocab::{asn1, oid, pem};

use super::certificate::Certificate;
use super::engine::{self, EngineError};
use super::extensions;

/// The PEM label of a certificate request (RFC 7468 section 7).
pub const CSR_LABEL: &str = "CERTIFICATE REQUEST";

/// The label some older programs write.
const OLD_CSR_LABEL: &str = "NEW CERTIFICATE REQUEST";

/// A certificate signing request whose signature was checked.
#[derive(Clone, Debug)]
pub struct CertificateSigningRequest {
    der: Vec<u8>,
    subject: DistinguishedName,
    public_key: PublicKey,
    extensions: Vec<Extension>,
    subject_alt_names: SubjectAltNames,
    basic_constraints: Option<BasicConstraints>,
}

/// A request that cannot be read or built.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CsrError {
    /// basicConstraints that are none.
    #[error("the request's basicConstraints cannot be read")]
    BasicConstraints,
    /// It could not be signed.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// Its key is of no kind we know.
    #[error("the key of the request cannot be read: {0}")]
    Key(#[source] KeyError),
    /// Not a certificate request.
    #[error("this is not a certificate request: {0}")]
    Malformed(&'static str),
    /// A subject that cannot be read.
    #[error(transparent)]
    Name(#[from] NameError),
    /// No PEM block.
    #[error("there is no PEM block")]
    NoPem,
    /// Names that cannot be read or written.
    #[error(transparent)]
    San(#[from] SanError),
    /// The signature is not by the request's key.
    #[error("cannot verify the request: {0}")]
    Signature(#[source] KeyError),
    /// A PEM block of another kind.
    #[error("the PEM block is a {0}")]
    WrongLabel(String),
}

impl CsrError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::NoPem | Self::WrongLabel(_) => {
                "a certificate request in PEM starts with -----BEGIN CERTIFICATE REQUEST-----"
            }
            Self::Signature(error) if error.is_unknown() => return error.hint(),
            Self::Signature(_) => "the request was changed after it was signed, or signed with another key",
            Self::San(_) => "write international names in their ASCII form (xn--...)",
            _ => return None,
        };
        Some(hint.to_owned())
    }
}

impl CertificateSigningRequest {
    /// Builds a request and signs it with the key to be certified.
    ///
    /// # Errors
    /// A host that cannot be written, or a key that cannot sign.
    pub fn build(request: &CertificateRequest, key: &PrivateKey) -> Result<Self, CsrError> {
        let names = SubjectAltNames::from_hosts(&request.host_names());
        let requested = requested_extensions(request, &names)?;
        let der = engine::sign_request(&request.subject.to_der(), &requested, key)?;
        Self::of_parts(der, subject_of(request)?, key.public_key().clone(), requested)
    }

    /// What [`Self::build`] would ask for with the private half of a key; there is no signature and no DER.
    ///
    /// # Errors
    /// A host that cannot be written.
    pub fn unsigned(request: &CertificateRequest, public_key: &PublicKey) -> Result<Self, CsrError> {
        let names = SubjectAltNames::from_hosts(&request.host_names());
        let extensions = requested_extensions(request, &names)?;
        Self::of_parts(Vec::new(), subject_of(request)?, public_key.clone(), extensions)
    }

    /// Reads the first PEM block of an input, which has to be a certificate request.
    ///
    /// # Errors
    /// No PEM, another kind of block, no request, or a signature that does not verify.
    pub fn from_pem(input: &[u8]) -> Result<Self, CsrError> {
        Self::from_pem_unverified(input)?.verified()
    }

    /// The same without looking at the signature: for a request that nothing is issued for.
    ///
    /// # Errors
    /// No PEM, another kind of block, or no request.
    pub fn from_pem_unverified(input: &[u8]) -> Result<Self, CsrError> {
        let (block, _) = pem::decode(input).ok_or(CsrError::NoPem)?;
        if ![CSR_LABEL, OLD_CSR_LABEL].contains(&block.label()) {
            return Err(CsrError::WrongLabel(block.label().to_owned()));
        }
        Self::parse(block.contents(), PublicKey::from_spki_der)
    }

    /// Reads a DER certificate request and checks its signature.
    ///
    /// # Errors
    /// No request, or a signature that does not verify.
    pub fn from_der(der: &[u8]) -> Result<Self, CsrError> {
        Self::parse(der, PublicKey::from_spki_der)?.verified()
    }

    fn verified(self) -> Result<Self, CsrError> {
        let verified = Signed::read(&self.der).and_then(|signed| signed.verify(&self.public_key));
        verified.map(|()| self).map_err(CsrError::Signature)
    }

    fn parse(der: &[u8], read_key: impl Fn(&[u8]) -> Result<PublicKey, KeyError>) -> Result<Self, CsrError> {
        let malformed = |what| move |_: der::Error| CsrError::Malformed(what);
        let signed = asn1::sequence_elements(der).map_err(malformed("not a sequence"))?;
        let info = signed.first().ok_or(CsrError::Malformed("an empty sequence"))?;
        let info = asn1::sequence_elements(info).map_err(malformed("certificationRequestInfo"))?;
        // RFC 2986 section 4.1: version, subject, subjectPKInfo, attributes.
        let (subject, key, attributes) = match info[..] {
            [_, subject, key] => (subject, key, None),
            [_, subject, key, attributes] => (subject, key, Some(attributes)),
            _ => return Err(CsrError::Malformed("certificationRequestInfo")),
        };
        let public_key = read_key(key).map_err(CsrError::Key)?;
        let extensions = match attributes {
            Some(attributes) => read_extension_requests(attributes).map_err(malformed("attributes"))?,
            None => Vec::new(),
        };
        Self::of_parts(der.to_vec(), DistinguishedName::from_der(subject)?, public_key, extensions)
    }

    fn of_parts(
        der: Vec<u8>,
        subject: DistinguishedName,
        public_key: PublicKey,
        extensions: Vec<Extension>,
    ) -> Result<Self, CsrError> {
        Ok(Self {
            der,
            subject,
            subject_alt_names: match value_of(&extensions, &oid::SUBJECT_ALT_NAME) {
                Some(value) => SubjectAltNames::from_der(value)?,
                None => SubjectAltNames::default(),
            },
            basic_constraints: value_of(&extensions, &oid::BASIC_CONSTRAINTS)
                .map(extensions::read_basic_constraints)
                .transpose()
                .map_err(|_| CsrError::BasicConstraints)?,
            public_key,
            extensions,
        })
    }

    /// The PEM, with a final newline.
    pub fn to_pem(&self) -> String {
        pem::encode(CSR_LABEL, &self.der)
    }

    /// The subject asked for.
    pub fn subject(&self) -> &DistinguishedName {
        &self.subject
    }

    /// The key to be certified.
    pub fn public_key(&self) -> &PublicKey {
        &self.public_key
    }

    /// The extensions asked for, as they are.
    pub fn extensions(&self) -> &[Extension] {
        &self.extensions
    }

    /// The subject alternative names asked for.
    pub fn subject_alt_names(&self) -> &SubjectAltNames {
        &self.subject_alt_names
    }

    /// The basic constraints asked for.
    pub fn basic_constraints(&self) -> Option<BasicConstraints> {
        self.basic_constraints
    }
}

/// The request a certificate could have been issued for, as cfssl sees it: the attributes its documents can name,
/// the names, and whether it is a CA.
///
/// # Errors
/// A subject or names that cannot be read.
pub fn request_of(certificate: &Certificate) -> Result<CertificateRequest, CsrError> {
    let names = match certificate.subject_alt_name() {
        Some(value) => SubjectAltNames::from_der(value)?,
        None => SubjectAltNames::default(),
    };
    let constraints = certificate.basic_constraints();
    let mut request = CertificateRequest::default();
    // Overriding an empty subject leaves what a document can name.
    let subject = DistinguishedName::from_der(certificate.subject())?;
    request.subject = DistinguishedName::default().or_values_of(&subject);
    request.ca = constraints.ca.then(|| CaRequest::with_path_length(constraints.path_length));
    let addresses = names.ip.iter().map(ToString::to_string);
    request.set_hosts(addresses.chain(names.dns).chain(names.email).chain(names.uri));
    Ok(request)
}

/// The subject as it is read from what is written: an attribute that was added behind the others and has a fixed place
/// stands in it.
fn subject_of(request: &CertificateRequest) -> Result<DistinguishedName, NameError> {
    match request.subject.has_extra() {
        true => DistinguishedName::from_der(&request.subject.to_der()),
        false => Ok(request.subject.clone()),
    }
}

/// Names, basic constraints of a CA, and what the request carries as it is.
fn requested_extensions(
    request: &CertificateRequest,
    names: &SubjectAltNames,
) -> Result<Vec<Extension>, CsrError> {
    let mut requested = Vec::new();
    if request.delegation {
        // RFC 9345 section 4.2: the value is NULL. As in cfssl it takes the place of the basic constraints.
        requested.push(Extension::new(oid::DELEGATION_USAGE, vec![5, 0]));
    } else if let Some(ca) = &request.ca {
        requested
            .push(extensions::basic_constraints(&BasicConstraints { ca: true, path_length: ca.path_length }));
    }
    requested.extend(request.extensions.iter().cloned());
    let has_own_names = requested.iter().any(|extension| extension.oid == oid::SUBJECT_ALT_NAME);
    if !names.is_empty() && !has_own_names {
        requested.insert(0, Extension::new(oid::SUBJECT_ALT_NAME, names.to_der()?));
    }
    Ok(requested)
}

fn value_of<'e>(extensions: &'e [Extension], oid: &ObjectIdentifier) -> Option<&'e [u8]> {
    // Go lets the last one count.
    extensions
        .iter()
        .rev()
        .find(|extension| extension.oid == *oid)
        .map(|extension| extension.value.as_slice())
}

/// The extensions of every extensionRequest attribute (RFC 2985 section 5.4.2).
fn read_extension_requests(attributes: &[u8]) -> Result<Vec<Extension>, der::Error> {
    let mut found = Vec::new();
    let attributes = der::asn1::AnyRef::from_der(attributes)?;
    for attribute in asn1::elements(attributes.value())? {
        let parts = asn1::sequence_elements(attribute)?;
        let [kind, values] = parts[..] else { continue };
        if ObjectIdentifier::from_der(kind)? != oid::EXTENSION_REQUEST {
            continue;
        }
        for list in asn1::elements(asn1::contents(Tag::Set, values)?)?.into_iter().take(1) {
            for extension in asn1::sequence_elements(list)? {
                found.push(extensions::read(extension)?);
            }
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocab::algorithm::{Curve, KeySpec};
    use crate::wire::json;

    /// A request is taken for what reading it would give.
    fn check(document: &str) {
        let document = json::read(document.as_bytes()).unwrap().value;
        let request = CertificateRequest::from_document(document).unwrap().0;
        let key = PrivateKey::generate(KeySpec::Ecdsa(Curve::P256)).unwrap();
        let built = CertificateSigningRequest::build(&request, &key).unwrap();
        let read = CertificateSigningRequest::from_der(&built.der).unwrap();
        let unsigned = CertificateSigningRequest::unsigned(&request, key.public_key()).unwrap();
        for (same, what) in [(&built, "built"), (&unsigned, "unsigned")] {
            assert_eq!(same.subject, read.subject, "{what}");
            assert_eq!(same.public_key, read.public_key, "{what}");
            assert_eq!(same.extensions, read.extensions, "{what}");
            assert_eq!(same.subject_alt_names, read.subject_alt_names, "{what}");
            assert_eq!(same.basic_constraints, read.basic_constraints, "{what}");
        }
    }

    #[test]
    fn what_is_built_is_what_would_be_read() {
        check("{}");
        check(r#"{"CN": "ä", "names": [{"O": "One"}, {"O": "Two", "C": "DE"}], "serialnumber": "7"}"#);
        check(
            r#"{"hosts": ["a.example.com", "10.0.0.1", "::ffff:10.0.0.2", "fd00::1", "me@example.com", "https://a/b c"]}"#,
        );
        check(r#"{"CN": "ca", "ca": {"pathlen": 3}}"#);
        check(r#"{"CN": "ca", "delegation_enabled": true}"#);
        check(
            r#"{"CN": "x", "names": [{"OID": {"2.5.4.3": "other", "1.2.3.4": "Jos\u00e9", "2.5.4.12": "T"}}]}"#,
        );
        check(
            r#"{"CN": "x", "hosts": ["h"], "extensions": [{"id": [2, 5, 29, 17], "critical": true, "value": "MAWCA2EuYg=="}]}"#,
        );
        check(r#"{"CN": "x", "extensions": [{"id": [1, 2, 3], "critical": true, "value": "BQA="}]}"#);
    }
}
