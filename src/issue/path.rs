//! The verification of a new certificate along its issuers, before anybody gets it.
//!
//! Certificates of end entities go through rustls-webpki: signature, time, names and criticality of extensions.
//! It takes no certificate of an authority for one to be verified, so those are verified here: signature, basic
//! constraints, key usage, path length. (webpki looks at the names of authorities below one with name constraints
//! when it walks the path of an end entity below them.) What lies between the two, lifetimes inside the chain's and
//! purposes inside the issuers', is checked here for all.
//!
//! Signatures on P-256, P-384 and Ed25519 are ring's business; those that ring cannot verify or not for every size
//! (P-521, RSA) are given to webpki as algorithms that this crate's `key` verifies.

use const_oid::ObjectIdentifier;
use der::{Decode, Tag};
use rustls_pki_types::{
    AlgorithmIdentifier, CertificateDer, InvalidSignature, SignatureVerificationAlgorithm, TrustAnchor,
    UnixTime, alg_id,
};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use webpki::{EndEntityCert, ExtendedKeyUsageValidator, KeyPurposeIdIter, anchor_from_trusted_cert};

use crate::key::{KeyError, PublicKey};
use crate::model::extension::Extension;
use crate::vocab::algorithm::{Hash, SignatureAlgorithm};
use crate::vocab::usage::Usage;
use crate::vocab::{asn1, oid};

use super::certificate::Certificate;
use super::validity::Validity;

/// Why a certificate is not good for anything along its issuers.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PathError {
    /// An algorithm that nobody accepts any more.
    #[error("it is signed by an algorithm that nobody accepts any more")]
    Algorithm,
    /// It ends before it begins.
    #[error("it ends on {}, before it begins", day(.0))]
    Backwards(OffsetDateTime),
    /// There is no issuer.
    #[error("the chain is empty")]
    EmptyChain,
    /// It has ended already.
    #[error("it ended already on {}", day(.0))]
    Expired(OffsetDateTime),
    /// It does not name the issuer.
    #[error("it names another issuer")]
    IssuerName,
    /// A certificate of the chain is no authority's.
    #[error("its issuer is not an authority (basicConstraints)")]
    IssuerNotAuthority,
    /// A certificate of the chain may not sign others.
    #[error("its issuer may not sign certificates (keyUsage)")]
    IssuerMayNotSign,
    /// The names of a certificate lie outside of what its issuers may certify.
    #[error("its issuers may not certify its names (nameConstraints)")]
    Names,
    /// It is an authority's and may not sign others.
    #[error("it is an authority that may not sign certificates (keyUsage)")]
    MayNotSign,
    /// It ends after one of its issuers.
    #[error("it ends on {}, and its issuer on {}", day(end), day(issuer))]
    Outlives {
        /// Its end.
        end: OffsetDateTime,
        /// The first end of its issuers.
        issuer: OffsetDateTime,
    },
    /// An authority stands deeper than a path length allows.
    #[error("the path length of its issuers allows no authority here")]
    PathLength,
    /// It begins before one of its issuers.
    #[error("it begins on {}, and its issuer on {}", day(start), day(issuer))]
    Precedes {
        /// Its start.
        start: OffsetDateTime,
        /// The last start of its issuers.
        issuer: OffsetDateTime,
    },
    /// An issuer is limited to other purposes.
    #[error("its issuers are not for \"{}\" (extKeyUsage)", .0.word())]
    Purpose(Usage),
    /// An issuer is limited to some purposes, and it to none.
    #[error("its issuers are for some purposes only, and it is for all (extKeyUsage)")]
    AnyPurpose,
    /// The signature is not the issuer's.
    #[error("its signature is not its issuer's")]
    Signature,
    /// Something is not as DER or RFC 5280 has it.
    #[error("it cannot be read: {0}")]
    Unreadable(String),
    /// Another fault, in webpki's words.
    #[error("path validation refuses it: {0}")]
    Refused(webpki::Error),
}

impl PathError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Algorithm => {
                "take an issuer with an RSA key of at least 2048 bits, or an EC or Ed25519 key"
            }
            Self::Backwards(_) | Self::Expired(_) => "move \"not_before\" and \"not_after\" of the profile",
            Self::Outlives { .. } => "shorten its \"expiry\", or renew its issuer",
            Self::Precedes { .. } => "move \"not_before\" of the profile, or take its \"backdate\" away",
            Self::IssuerNotAuthority => "issue with a certificate that has CA:TRUE",
            Self::IssuerMayNotSign | Self::MayNotSign => "an authority needs \"cert sign\" among its usages",
            Self::Names => {
                "leave out the names its issuers exclude, or take another issuer; constraints on directory names \
                 and URIs cannot be checked and exclude everything"
            }
            Self::PathLength => "the issuer has to be made with a longer path length",
            Self::Purpose(_) | Self::AnyPurpose => {
                "give its profile only usages that its issuers have, or take another issuer"
            }
            Self::EmptyChain
            | Self::IssuerName
            | Self::Signature
            | Self::Unreadable(_)
            | Self::Refused(_) => return None,
        };
        Some(hint.to_owned())
    }
}

fn day(time: &OffsetDateTime) -> String {
    time.format(&Rfc3339).unwrap_or_else(|_| time.to_string())
}

/// Verifies a certificate along its chain: the issuer first, the trusted one last. Whoever verifies many of one
/// issuer keeps an [`IssuerPath`].
///
/// # Errors
/// The first fault, of the chain or of the certificate.
pub fn verify_path(
    certificate: &Certificate,
    chain: &[&Certificate],
    now: OffsetDateTime,
) -> Result<(), PathError> {
    let (trusted, below) = chain.split_last().ok_or(PathError::EmptyChain)?;
    let mut path = IssuerPath::trusted(trusted)?;
    for authority in below.iter().rev() {
        path.verify(authority, now)?;
        path = path.below(authority)?;
    }
    path.verify(certificate, now)
}

/// Verifies a root: its signature is its own, and it is an authority.
///
/// # Errors
/// The first fault.
pub fn verify_root(certificate: &Certificate, now: OffsetDateTime) -> Result<(), PathError> {
    let path = IssuerPath::trusted(certificate).map_err(|error| match error {
        PathError::IssuerMayNotSign => PathError::MayNotSign,
        other => other,
    })?;
    check_time(certificate.validity(), path.validity, now)?;
    if certificate.issuer() != certificate.subject() {
        return Err(PathError::IssuerName);
    }
    check_signature(certificate, certificate.public_key())
}

/// An issuer with all that stands above it, prepared to verify what it issued.
#[derive(Clone, Debug)]
pub struct IssuerPath {
    /// The issuer's name and key.
    subject: Vec<u8>,
    key: PublicKey,
    /// The time when all of them are valid.
    validity: Validity,
    /// How many authorities may follow; `None` for any number.
    path_length: Option<u32>,
    /// The purposes all of them are for; `None` for all.
    purposes: Option<Vec<ObjectIdentifier>>,
    /// Somebody above the anchor of `Self::walk` limits names.
    limits_names: bool,
    walk: Walk,
}

/// What webpki is given: an anchor, and the authorities between it and the end entity.
#[derive(Clone, Debug)]
struct Walk {
    anchors: [TrustAnchor<'static>; 1],
    between: Vec<CertificateDer<'static>>,
}

impl IssuerPath {
    /// An issuer that is trusted as it is.
    ///
    /// # Errors
    /// It is no authority, or may not sign.
    pub fn trusted(certificate: &Certificate) -> Result<Self, PathError> {
        let extensions = extensions_of(certificate)?;
        check_authority(certificate)?;
        Ok(Self {
            subject: certificate.subject().to_vec(),
            key: certificate.public_key().clone(),
            validity: certificate.validity(),
            path_length: certificate.basic_constraints().path_length,
            purposes: purposes_of(&extensions)?,
            limits_names: limits_names(&extensions),
            walk: Walk { anchors: [anchor(certificate)?], between: Vec::new() },
        })
    }

    /// The path of an authority below, which [`Self::verify`] has passed.
    ///
    /// # Errors
    /// It is no authority, or may not sign.
    pub fn below(&self, authority: &Certificate) -> Result<Self, PathError> {
        let own = Self::trusted(authority)?;
        let Self { subject: _, key: _, validity, path_length, purposes, limits_names, walk } = self;
        // Where nobody above limits names, its signature need not be verified again with each certificate below.
        let walk = if *limits_names {
            let mut between = walk.between.clone();
            between.push(CertificateDer::from(authority.der().to_vec()));
            Walk { anchors: walk.anchors.clone(), between }
        } else {
            own.walk
        };
        let left = path_length.map(|length| length.saturating_sub(1));
        Ok(Self {
            validity: Validity {
                not_before: validity.not_before.max(own.validity.not_before),
                not_after: validity.not_after.min(own.validity.not_after),
            },
            path_length: [left, own.path_length].into_iter().flatten().min(),
            purposes: both(purposes.as_deref(), own.purposes),
            limits_names: *limits_names || own.limits_names,
            walk,
            ..own
        })
    }

    /// Verifies what the issuer issued. A certificate that is yet to begin is verified for its first moment.
    ///
    /// # Errors
    /// The first fault.
    pub fn verify(&self, certificate: &Certificate, now: OffsetDateTime) -> Result<(), PathError> {
        if certificate.issuer() != self.subject {
            return Err(PathError::IssuerName);
        }
        check_time(certificate.validity(), self.validity, now)?;
        if let Some(purposes) = &self.purposes {
            check_purposes(certificate, purposes)?;
        }
        if !certificate.basic_constraints().ca {
            return self.walk.verify(certificate, now.max(certificate.validity().not_before));
        }
        if !certificate.may_sign_certificates() {
            return Err(PathError::MayNotSign);
        }
        if self.path_length == Some(0) {
            return Err(PathError::PathLength);
        }
        check_signature(certificate, &self.key)
    }
}

impl Walk {
    fn verify(&self, certificate: &Certificate, time: OffsetDateTime) -> Result<(), PathError> {
        let der = CertificateDer::from(certificate.der());
        let entity = EndEntityCert::try_from(&der).map_err(PathError::from)?;
        let seconds = u64::try_from(time.unix_timestamp()).unwrap_or_default();
        let time = UnixTime::since_unix_epoch(std::time::Duration::from_secs(seconds));
        entity
            .verify_for_usage(ALGORITHMS, &self.anchors, &self.between, time, CheckedBefore, None, None)
            .map(|_| ())
            .map_err(PathError::from)
    }
}

impl From<webpki::Error> for PathError {
    fn from(error: webpki::Error) -> Self {
        match error {
            webpki::Error::InvalidSignatureForPublicKey => Self::Signature,
            webpki::Error::NameConstraintViolation => Self::Names,
            webpki::Error::PathLenConstraintViolated => Self::PathLength,
            webpki::Error::UnsupportedSignatureAlgorithmContext(_) => Self::Algorithm,
            other => Self::Refused(other),
        }
    }
}

/// Purposes are checked by [`check_purposes`]: all of them, and against the anchor's too.
struct CheckedBefore;

impl ExtendedKeyUsageValidator for CheckedBefore {
    fn validate(&self, _: KeyPurposeIdIter<'_, '_>) -> Result<(), webpki::Error> {
        Ok(())
    }
}

fn anchor(certificate: &Certificate) -> Result<TrustAnchor<'static>, PathError> {
    let der = CertificateDer::from(certificate.der());
    Ok(anchor_from_trusted_cert(&der)?.to_owned())
}

fn extensions_of(certificate: &Certificate) -> Result<Vec<Extension>, PathError> {
    certificate.extensions().map_err(|error| PathError::Unreadable(error.to_string()))
}

fn check_authority(certificate: &Certificate) -> Result<(), PathError> {
    match (certificate.basic_constraints().ca, certificate.may_sign_certificates()) {
        (false, _) => Err(PathError::IssuerNotAuthority),
        (true, false) => Err(PathError::IssuerMayNotSign),
        (true, true) => Ok(()),
    }
}

fn check_time(own: Validity, chain: Validity, now: OffsetDateTime) -> Result<(), PathError> {
    if own.not_after < own.not_before {
        return Err(PathError::Backwards(own.not_after));
    }
    if own.not_after < now {
        return Err(PathError::Expired(own.not_after));
    }
    if own.not_after > chain.not_after {
        return Err(PathError::Outlives { end: own.not_after, issuer: chain.not_after });
    }
    if own.not_before < chain.not_before {
        return Err(PathError::Precedes { start: own.not_before, issuer: chain.not_before });
    }
    Ok(())
}

fn check_signature(certificate: &Certificate, key: &PublicKey) -> Result<(), PathError> {
    certificate.verify(key).map_err(|error| match error {
        KeyError::BadSignature => PathError::Signature,
        other => PathError::Unreadable(other.to_string()),
    })
}

/// anyExtendedKeyUsage (RFC 5280 section 4.2.1.12)
const ANY: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.37.0");

fn check_purposes(certificate: &Certificate, allowed: &[ObjectIdentifier]) -> Result<(), PathError> {
    let own = purposes_of(&extensions_of(certificate)?)?.ok_or(PathError::AnyPurpose)?;
    match own.into_iter().find(|purpose| !allowed.contains(purpose)) {
        Some(purpose) => Err(PathError::Purpose(Usage::Extended(purpose))),
        None => Ok(()),
    }
}

/// The purposes an extKeyUsage limits to; `None` for all.
fn purposes_of(extensions: &[Extension]) -> Result<Option<Vec<ObjectIdentifier>>, PathError> {
    let Some(extension) = extensions.iter().find(|extension| extension.oid == oid::EXTENDED_KEY_USAGE) else {
        return Ok(None);
    };
    let malformed = |error: der::Error| PathError::Unreadable(format!("extKeyUsage: {error}"));
    let elements = asn1::sequence_elements(&extension.value).map_err(malformed)?;
    let purposes = elements.into_iter().map(ObjectIdentifier::from_der).collect::<Result<Vec<_>, _>>();
    let purposes = purposes.map_err(malformed)?;
    Ok((!purposes.contains(&ANY)).then_some(purposes))
}

/// The purposes of both.
fn both(
    one: Option<&[ObjectIdentifier]>,
    other: Option<Vec<ObjectIdentifier>>,
) -> Option<Vec<ObjectIdentifier>> {
    match (one, other) {
        (Some(one), Some(other)) => Some(other.into_iter().filter(|purpose| one.contains(purpose)).collect()),
        (Some(one), None) => Some(one.to_vec()),
        (None, other) => other,
    }
}

fn limits_names(extensions: &[Extension]) -> bool {
    extensions.iter().any(|extension| extension.oid == oid::NAME_CONSTRAINTS)
}

const ALGORITHMS: &[&dyn SignatureVerificationAlgorithm] = &[
    webpki::ring::ECDSA_P256_SHA256,
    webpki::ring::ECDSA_P256_SHA384,
    webpki::ring::ECDSA_P384_SHA256,
    webpki::ring::ECDSA_P384_SHA384,
    webpki::ring::ED25519,
    &Own::rsa(alg_id::RSA_PKCS1_SHA256, Hash::Sha256),
    &Own::rsa(alg_id::RSA_PKCS1_SHA384, Hash::Sha384),
    &Own::rsa(alg_id::RSA_PKCS1_SHA512, Hash::Sha512),
    &Own::p521(alg_id::ECDSA_SHA256, Hash::Sha256),
    &Own::p521(alg_id::ECDSA_SHA384, Hash::Sha384),
    &Own::p521(alg_id::ECDSA_SHA512, Hash::Sha512),
];

/// An algorithm that `key` verifies.
#[derive(Debug)]
struct Own {
    key: AlgorithmIdentifier,
    signature: AlgorithmIdentifier,
    algorithm: SignatureAlgorithm,
}

impl Own {
    const fn rsa(signature: AlgorithmIdentifier, hash: Hash) -> Self {
        Self { key: alg_id::RSA_ENCRYPTION, signature, algorithm: SignatureAlgorithm::Rsa(hash) }
    }

    const fn p521(signature: AlgorithmIdentifier, hash: Hash) -> Self {
        Self { key: alg_id::ECDSA_P521, signature, algorithm: SignatureAlgorithm::Ecdsa(hash) }
    }
}

impl SignatureVerificationAlgorithm for Own {
    fn verify_signature(
        &self,
        public_key: &[u8],
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), InvalidSignature> {
        let algorithm = asn1::element(Tag::Sequence, self.key.as_ref());
        let spki = asn1::sequence(&[algorithm, asn1::bit_string(public_key)]);
        let key = PublicKey::from_spki_der(&spki).map_err(|_| InvalidSignature)?;
        key.verify(self.algorithm, message, signature).map_err(|_| InvalidSignature)
    }

    fn public_key_alg_id(&self) -> AlgorithmIdentifier {
        self.key
    }

    fn signature_alg_id(&self) -> AlgorithmIdentifier {
        self.signature
    }
}
