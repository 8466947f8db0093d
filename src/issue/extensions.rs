//! The extensions of a certificate (RFC 5280 section 4.2), written as cfssl writes them and in its order.

use const_oid::ObjectIdentifier;
use der::{Decode, Tag, TagNumber};

use crate::model::extension::{BasicConstraints, Extension};
use crate::model::profile::{CertificatePolicy, PolicyQualifier};
use crate::vocab::san::{SanError, SubjectAltNames};
use crate::vocab::{asn1, oid};

use super::template::CertificateTemplate;

/// What stands around a key identifier.
const ROOM_FOR_HEADERS: usize = 8;

/// GeneralName's uniformResourceIdentifier (RFC 5280 section 4.2.1.6).
const URI: u32 = 6;

/// Every extension of a template. An extra extension stands in place of the standard one of its type, at the end.
pub(super) fn of_template(
    template: &CertificateTemplate,
    authority_key: Option<&[u8]>,
) -> Result<Vec<Extension>, SanError> {
    let CertificateTemplate {
        subject,
        public_key,
        validity: _,
        usages,
        basic_constraints: constraints,
        subject_key_identifier,
        authority_key_identifier,
        ocsp_url,
        issuer_urls,
        subject_alt_names,
        crl_url,
        extra,
        signature_algorithm: _,
    } = template;
    let key_identifier =
        subject_key_identifier.clone().unwrap_or_else(|| public_key.key_identifier().to_vec());
    let standard = [
        // RFC 5280 section 4.2.1.3: SHOULD be critical.
        usages.key_usage_der().map(|der| Extension::critical(oid::KEY_USAGE, der)),
        usages.extended_key_usage_der().map(|der| Extension::new(oid::EXTENDED_KEY_USAGE, der)),
        Some(basic_constraints(constraints)),
        // RFC 5280 sections 4.2.1.1 and 4.2.1.2: the key identifiers are never critical.
        Some(Extension::new(oid::SUBJECT_KEY_IDENTIFIER, asn1::element(Tag::OctetString, &key_identifier))),
        authority_key_identifier.as_deref().or(authority_key).map(authority_key_extension),
        authority_info_access(ocsp_url, issuer_urls),
        subject_alt_name(subject_alt_names, subject)?,
        (!crl_url.is_empty()).then(|| crl_distribution_point(crl_url)),
    ];
    let replaced = |extension: &Extension| extra.iter().any(|extra| extra.oid == extension.oid);
    let standard = standard.into_iter().flatten().filter(|extension| !replaced(extension));
    Ok(standard.chain(extra.iter().cloned()).collect())
}

/// RFC 5280 section 4.2.1.1: the keyIdentifier alone.
pub(super) fn authority_key_extension(identifier: &[u8]) -> Extension {
    let tag = Tag::ContextSpecific { constructed: false, number: TagNumber(0) };
    let mut value = Vec::with_capacity(identifier.len() + ROOM_FOR_HEADERS);
    asn1::write(&mut value, Tag::Sequence, |out| asn1::write_octets(out, tag, identifier));
    Extension::new(oid::AUTHORITY_KEY_IDENTIFIER, value)
}

/// RFC 5280 section 4.2.1.6: critical if the subject is empty.
fn subject_alt_name(names: &SubjectAltNames, subject: &[u8]) -> Result<Option<Extension>, SanError> {
    if names.is_empty() {
        return Ok(None);
    }
    let critical = asn1::contents(Tag::Sequence, subject).is_ok_and(<[u8]>::is_empty);
    Ok(Some(Extension { oid: oid::SUBJECT_ALT_NAME, critical, value: names.to_der()? }))
}

/// RFC 5280 section 4.2.1.9: critical; cA FALSE is the default and not written (X.690 section 11.5).
pub(super) fn basic_constraints(constraints: &BasicConstraints) -> Extension {
    let mut parts = Vec::new();
    if constraints.ca {
        parts.push(asn1::boolean_true());
    }
    parts.extend(constraints.path_length.map(asn1::integer));
    Extension::critical(oid::BASIC_CONSTRAINTS, asn1::sequence(&parts))
}

/// Reads basic constraints as Go does, a path length without cA included.
pub(super) fn read_basic_constraints(value: &[u8]) -> Result<BasicConstraints, der::Error> {
    let mut parts = asn1::sequence_elements(value)?.into_iter().peekable();
    let ca = match parts.peek() {
        Some([1, ..]) => bool::from_der(parts.next().unwrap_or_default())?,
        _ => false,
    };
    // To cfssl -1, written out, is no path length.
    let path_length = parts.next().map(i64::from_der).transpose()?.filter(|length| *length != -1);
    let path_length = path_length.map(u32::try_from).transpose().map_err(|_| Tag::Integer.value_error())?;
    match parts.next() {
        None => Ok(BasicConstraints { ca, path_length }),
        Some(_) => {
            Err(der::ErrorKind::TrailingData { decoded: der::Length::ZERO, remaining: der::Length::ONE }
                .into())
        }
    }
}

/// Reads one Extension: extnID, critical, extnValue.
pub(super) fn read(der: &[u8]) -> Result<Extension, der::Error> {
    let parts = asn1::sequence_elements(der)?;
    let (oid, critical, value) = match parts[..] {
        [oid, value] => (oid, false, value),
        [oid, critical, value] => (oid, bool::from_der(critical)?, value),
        _ => return Err(Tag::Sequence.length_error().into()),
    };
    let value = asn1::contents(Tag::OctetString, value)?.to_vec();
    Ok(Extension { oid: ObjectIdentifier::from_der(oid)?, critical, value })
}

/// RFC 5280 section 4.2.2.1.
fn authority_info_access(ocsp_url: &str, issuer_urls: &[String]) -> Option<Extension> {
    let description =
        |method, url: &str| asn1::sequence(&[asn1::oid(method), asn1::context(URI, false, url.as_bytes())]);
    let ocsp = (!ocsp_url.is_empty()).then(|| description(&oid::AD_OCSP, ocsp_url));
    let issuers = issuer_urls.iter().map(|url| description(&oid::AD_CA_ISSUERS, url));
    let descriptions: Vec<_> = ocsp.into_iter().chain(issuers).collect();
    (!descriptions.is_empty())
        .then(|| Extension::new(oid::AUTHORITY_INFO_ACCESS, asn1::sequence(&descriptions)))
}

/// RFC 5280 section 4.2.1.13: one distribution point with one fullName.
fn crl_distribution_point(url: &str) -> Extension {
    let full_name = asn1::context(0, true, &asn1::context(URI, false, url.as_bytes()));
    let point = asn1::sequence(&[asn1::context(0, true, &full_name)]);
    Extension::new(oid::CRL_DISTRIBUTION_POINTS, asn1::sequence(&[point]))
}

/// RFC 5280 section 4.2.1.4.
pub(super) fn certificate_policies(policies: &[CertificatePolicy]) -> Extension {
    let information = |CertificatePolicy { oid, qualifiers }: &CertificatePolicy| {
        let mut parts = vec![asn1::oid(oid)];
        if !qualifiers.is_empty() {
            parts.push(asn1::sequence(&qualifiers.iter().map(policy_qualifier).collect::<Vec<_>>()));
        }
        asn1::sequence(&parts)
    };
    let policies: Vec<_> = policies.iter().map(information).collect();
    Extension::new(oid::CERTIFICATE_POLICIES, asn1::sequence(&policies))
}

fn policy_qualifier(qualifier: &PolicyQualifier) -> Vec<u8> {
    match qualifier {
        PolicyQualifier::Cps(url) => {
            asn1::sequence(&[asn1::oid(&oid::QT_CPS), asn1::element(Tag::Ia5String, url.as_bytes())])
        }
        PolicyQualifier::UserNotice(text) => {
            let notice = asn1::sequence(&[asn1::element(Tag::Utf8String, text.as_bytes())]);
            asn1::sequence(&[asn1::oid(&oid::QT_UNOTICE), notice])
        }
    }
}

/// RFC 6960 section 4.2.2.2.1: the value is NULL.
pub(super) fn ocsp_no_check() -> Extension {
    Extension::new(oid::OCSP_NO_CHECK, vec![5, 0])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_length_of_minus_one_is_none() {
        let read = |value: &[u8]| read_basic_constraints(value).unwrap();
        let negative = [0x30, 6, 1, 1, 0xff, 2, 1, 0xff];
        assert_eq!(read(&negative), BasicConstraints { ca: true, path_length: None });
        let five = [0x30, 6, 1, 1, 0xff, 2, 1, 5];
        assert_eq!(read(&five), BasicConstraints { ca: true, path_length: Some(5) });
        assert!(read_basic_constraints(&[0x30, 10, 1, 1, 0xff, 2, 5, 1, 0, 0, 0, 0]).is_err());
    }

    #[test]
    fn basic_constraints_are_der() {
        for (ca, path_length, expected) in [
            (false, None, vec![0x30, 0]),
            (true, None, vec![0x30, 3, 1, 1, 0xff]),
            (true, Some(0), vec![0x30, 6, 1, 1, 0xff, 2, 1, 0]),
            (true, Some(300), vec![0x30, 7, 1, 1, 0xff, 2, 2, 1, 44]),
        ] {
            let constraints = BasicConstraints { ca, path_length };
            let extension = basic_constraints(&constraints);
            assert_eq!(extension.value, expected);
            assert!(extension.critical);
            assert_eq!(read_basic_constraints(&expected).unwrap(), constraints);
        }
        assert!(read_basic_constraints(&[0x30, 6, 2, 1, 0, 2, 1, 0]).is_err());
        assert!(read_basic_constraints(&[0x30, 3, 2, 1, 0xfe]).is_err(), "a negative path length");
    }
}
