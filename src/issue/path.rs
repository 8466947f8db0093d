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
use webpki::{EndEntityCert, ExtendedKeyUsageValidator, KeyPurposeIdIter, anchor_from_trusted_cert};

use crate::key::{KeyError, PublicKey};
use crate::model::extension::Extension;
use crate::vocab::algorithm::{Hash, SignatureAlgorithm};
use crate::vocab::spoken::moment;
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
    #[error("it ends on {}, before it begins", moment(*.0))]
    Backwards(OffsetDateTime),
    /// There is no issuer.
    #[error("the chain is empty")]
    EmptyChain,
    /// It has ended already.
    #[error("it ended already on {}", moment(*.0))]
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
    #[error("it ends on {}, and its issuer on {}", moment(*end), moment(*issuer))]
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
    #[error("it begins on {}, and its issuer on {}", moment(*start), moment(*issuer))]
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
    /// It has so many octets.
    #[error("it has {0} octets, and webpki reads no certificate of more than 65539")]
    TooLong(usize),
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
            Self::Backwards(_) => "move \"not_before\" and \"not_after\" of the profile",
            Self::Expired(_) => {
                "ask for a longer lifetime, which counts from a start some minutes ago (\"backdate\"), or move the \
                 \"not_before\" and \"not_after\" of the profile"
            }
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
            Self::TooLong(_) => {
                "spread its names over several certificates: a client reads all of them each time"
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

/// What webpki reads: a length of two octets, and what stands before.
const MOST_OCTETS: usize = 0xffff + 4;

impl Walk {
    fn verify(&self, certificate: &Certificate, time: OffsetDateTime) -> Result<(), PathError> {
        if certificate.der().len() > MOST_OCTETS {
            return Err(PathError::TooLong(certificate.der().len()));
        }
        let der = CertificateDer::from(certificate.der());
        let entity = EndEntityCert::try_from(&der).map_err(PathError::from)?;
        let seconds = u64::try_from(time.unix_timestamp()).unwrap_or_default();
        let time = UnixTime::since_unix_epoch(std::time::Duration::from_secs(seconds));
        entity
            .verify_for_usage(ALGORITHMS, &self.anchors, &self.between, time, AnyPurpose, None, None)
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

/// Purposes are checked elsewhere: here by [`check_purposes`], all of them, and against the anchor's too.
pub(super) struct AnyPurpose;

impl ExtendedKeyUsageValidator for AnyPurpose {
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
    Ok((!purposes.contains(&oid::ANY_PURPOSE)).then_some(purposes))
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

pub(super) const ALGORITHMS: &[&dyn SignatureVerificationAlgorithm] = &[
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
    // Nothing of ours is signed with it, but authorities of others are.
    webpki::ring::RSA_PSS_2048_8192_SHA256_LEGACY_KEY,
    webpki::ring::RSA_PSS_2048_8192_SHA384_LEGACY_KEY,
    webpki::ring::RSA_PSS_2048_8192_SHA512_LEGACY_KEY,
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

#[cfg(test)]
mod tests {
    use time::Duration;
    use time::macros::datetime;

    use super::*;
    use crate::issue::policy::ApprovedTemplate;
    use crate::issue::signer::{Issuer, sign_own_unread};
    use crate::issue::template::CertificateTemplate;
    use crate::key::PrivateKey;
    use crate::model::extension::BasicConstraints;
    use crate::vocab::algorithm::{Curve, KeySpec, RsaBits};
    use crate::vocab::name::{AttributeType, DistinguishedName};
    use crate::vocab::san::SubjectAltNames;

    const P256: KeySpec = KeySpec::Ecdsa(Curve::P256);
    const NOW: OffsetDateTime = datetime!(2030-06-01 0:00 UTC);
    const CA_WORDS: [&str; 2] = ["cert sign", "crl sign"];

    fn template(name: &str, key: &PrivateKey, words: &[&str], ca: Option<Option<u32>>) -> ApprovedTemplate {
        let mut subject = DistinguishedName::default();
        subject.add(AttributeType::CommonName, name);
        ApprovedTemplate(CertificateTemplate {
            subject: subject.to_der(),
            public_key: key.public_key().clone(),
            validity: Validity {
                not_before: datetime!(2030-01-01 0:00 UTC),
                not_after: datetime!(2031-01-01 0:00 UTC),
            },
            usages: words.iter().filter_map(|word| Usage::from_word(word)).collect(),
            basic_constraints: BasicConstraints { ca: ca.is_some(), path_length: ca.flatten() },
            subject_key_identifier: None,
            authority_key_identifier: None,
            ocsp_url: String::new(),
            issuer_urls: Vec::new(),
            subject_alt_names: SubjectAltNames::from_hosts(&[format!("{name}.example")]),
            crl_url: String::new(),
            extra: Vec::new(),
            signature_algorithm: None,
        })
    }

    fn key(spec: KeySpec) -> PrivateKey {
        PrivateKey::generate(spec).unwrap()
    }

    /// A root, changed before it is signed.
    fn root_with(spec: KeySpec, change: impl FnOnce(&mut CertificateTemplate)) -> Issuer {
        let key = key(spec);
        let mut approved = template("root", &key, &CA_WORDS, Some(None));
        change(&mut approved.0);
        Issuer::new(sign_own_unread(&key, &approved).unwrap().read_back().unwrap().0, key).unwrap()
    }

    fn root() -> Issuer {
        root_with(P256, |_| {})
    }

    /// An authority below, changed before it is signed.
    fn authority(issuer: &Issuer, spec: KeySpec, change: impl FnOnce(&mut CertificateTemplate)) -> Issuer {
        let key = key(spec);
        let mut approved = template("intermediate", &key, &CA_WORDS, Some(None));
        change(&mut approved.0);
        Issuer::new(issuer.sign_unread(&approved).unwrap().read_back().unwrap().0, key).unwrap()
    }

    /// A leaf, changed before it is signed.
    fn leaf(issuer: &Issuer, change: impl FnOnce(&mut CertificateTemplate)) -> Certificate {
        let mut approved = template("leaf", &key(P256), &["signing", "server auth"], None);
        change(&mut approved.0);
        issuer.sign_unread(&approved).unwrap().read_back().unwrap().0
    }

    fn refusal(certificate: &Certificate, chain: &[&Issuer]) -> (String, String) {
        let chain: Vec<_> = chain.iter().map(|issuer| issuer.certificate()).collect();
        let error = verify_path(certificate, &chain, NOW).unwrap_err();
        (error.to_string(), error.hint().unwrap_or_default())
    }

    /// nameConstraints with one permitted dNSName.
    fn only_names_below(domain: &str) -> Extension {
        let subtree = asn1::sequence(&[asn1::context(2, false, domain.as_bytes())]);
        let permitted = asn1::context(0, true, &subtree);
        Extension::critical(oid::NAME_CONSTRAINTS, asn1::sequence(&[permitted]))
    }

    #[test]
    fn every_kind_of_key_is_verified() {
        let specs = [
            KeySpec::Rsa(RsaBits::new(2048).unwrap()),
            P256,
            KeySpec::Ecdsa(Curve::P384),
            KeySpec::Ecdsa(Curve::P521),
            KeySpec::Ed25519,
        ];
        for spec in specs {
            let root = root_with(spec, |_| {});
            verify_root(root.certificate(), NOW).unwrap();
            let other = root_with(spec, |_| {});
            let below = authority(&root, spec, |_| {});
            let leaf = leaf(&below, |_| {});
            verify_path(&leaf, &[below.certificate(), root.certificate()], NOW).unwrap();
            let (text, _) = refusal(below.certificate(), &[&other]);
            assert_eq!(text, "its signature is not its issuer's", "{spec:?}");
            let impostor = authority(&other, spec, |_| {});
            assert_eq!(
                refusal(&leaf, &[&impostor, &other]).0,
                "its signature is not its issuer's",
                "{spec:?}"
            );
        }
    }

    #[test]
    fn time_lies_inside_the_chains() {
        let root = root();
        for (change, text, hint) in [
            (
                (|t| t.not_after += Duration::days(1)) as fn(&mut Validity),
                "it ends on 2031-01-02T00:00:00Z, and its issuer on 2031-01-01T00:00:00Z",
                "shorten its \"expiry\", or renew its issuer",
            ),
            (
                |t| t.not_before -= Duration::days(1),
                "it begins on 2029-12-31T00:00:00Z, and its issuer on 2030-01-01T00:00:00Z",
                "move \"not_before\" of the profile, or take its \"backdate\" away",
            ),
            (
                |t| t.not_after = datetime!(2030-05-01 0:00 UTC),
                "it ended already on 2030-05-01T00:00:00Z",
                "ask for a longer lifetime, which counts from a start some minutes ago (\"backdate\"), or move the \
                 \"not_before\" and \"not_after\" of the profile",
            ),
            (
                |t| t.not_before = datetime!(2031-05-01 0:00 UTC),
                "it ends on 2031-01-01T00:00:00Z, before it begins",
                "move \"not_before\" and \"not_after\" of the profile",
            ),
        ] {
            let leaf = leaf(&root, |template| change(&mut template.validity));
            assert_eq!(refusal(&leaf, &[&root]), (text.to_owned(), hint.to_owned()));
        }
        let later = leaf(&root, |template| template.validity.not_before = datetime!(2030-07-01 0:00 UTC));
        verify_path(&later, &[root.certificate()], NOW).unwrap();
        // The root ends before the intermediate does: that counts for what stands below both.
        let short = authority(&root, P256, |template| template.validity.not_after -= Duration::days(9));
        let long = leaf(&short, |_| {});
        assert!(refusal(&long, &[&short, &root]).0.starts_with("it ends on 2031-01-01T00:00:00Z"));
    }

    #[test]
    fn authorities_are_authorities() {
        let root = root();
        let no_authority = authority(&root, P256, |template| template.basic_constraints.ca = false);
        let below = leaf(&no_authority, |_| {});
        assert_eq!(
            refusal(&below, &[&no_authority, &root]),
            (
                "its issuer is not an authority (basicConstraints)".into(),
                "issue with a certificate that has CA:TRUE".into()
            )
        );
        let may_not = |template: &mut CertificateTemplate| {
            template.usages.remove(Usage::CERT_SIGN);
        };
        let mute = authority(&root, P256, may_not);
        let hint = "an authority needs \"cert sign\" among its usages";
        let text = "it is an authority that may not sign certificates (keyUsage)";
        assert_eq!(refusal(mute.certificate(), &[&root]), (text.into(), hint.into()));
        let mute = root_with(P256, may_not);
        assert_eq!(verify_root(mute.certificate(), NOW).unwrap_err().to_string(), text);
        let text = "its issuer may not sign certificates (keyUsage)";
        assert_eq!(refusal(&leaf(&mute, |_| {}), &[&mute]), (text.into(), hint.into()));
    }

    #[test]
    fn path_lengths_count_down() {
        let root = root_with(P256, |template| template.basic_constraints.path_length = Some(1));
        let first = authority(&root, P256, |_| {});
        let second = authority(&first, P256, |_| {});
        verify_path(first.certificate(), &[root.certificate()], NOW).unwrap();
        verify_path(&leaf(&first, |_| {}), &[first.certificate(), root.certificate()], NOW).unwrap();
        assert_eq!(
            refusal(second.certificate(), &[&first, &root]),
            (
                "the path length of its issuers allows no authority here".into(),
                "the issuer has to be made with a longer path length".into()
            )
        );
    }

    #[test]
    fn names_stay_inside_all_constraints() {
        for spec in [P256, KeySpec::Ecdsa(Curve::P521)] {
            let root = root_with(spec, |template| template.extra.push(only_names_below("example")));
            let below = authority(&root, spec, |_| {});
            let text = "its issuers may not certify its names (nameConstraints)";
            for chain in [vec![&root], vec![&below, &root]] {
                let certificates: Vec<_> = chain.iter().map(|issuer| issuer.certificate()).collect();
                verify_path(&leaf(chain[0], |_| {}), &certificates, NOW).unwrap();
                let strange = leaf(chain[0], |template| {
                    template.subject_alt_names = SubjectAltNames::from_hosts(&["leaf.test"]);
                });
                assert_eq!(refusal(&strange, &chain).0, text);
            }
        }
    }

    #[test]
    fn purposes_stay_inside_all_issuers() {
        let root = root();
        let server = Usage::from_word("server auth").unwrap();
        let client = Usage::from_word("client auth").unwrap();
        let below = authority(&root, P256, |template| {
            template.usages.add(server);
        });
        let chain = [&below, &root];
        verify_path(&leaf(&below, |_| {}), &[below.certificate(), root.certificate()], NOW).unwrap();
        let both = leaf(&below, |template| {
            template.usages.add(client);
        });
        let hint = "give its profile only usages that its issuers have, or take another issuer";
        assert_eq!(
            refusal(&both, &chain),
            ("its issuers are not for \"client auth\" (extKeyUsage)".into(), hint.into())
        );
        let any = leaf(&below, |template| {
            template.usages.remove(server);
        });
        let text = "its issuers are for some purposes only, and it is for all (extKeyUsage)";
        assert_eq!(refusal(&any, &chain), (text.into(), hint.into()));
    }

    #[test]
    fn strangers_are_refused() {
        let root = root();
        let named = authority(&root, P256, |_| {});
        assert_eq!(refusal(&leaf(&named, |_| {}), &[&root]).0, "it names another issuer");
        assert_eq!(verify_root(named.certificate(), NOW).unwrap_err().to_string(), "it names another issuer");
        let error = verify_path(named.certificate(), &[], NOW).unwrap_err();
        assert_eq!(error.to_string(), "the chain is empty");
        let odd = leaf(&root, |template| {
            template.extra.push(Extension::critical(ObjectIdentifier::new_unwrap("1.2.3"), vec![5, 0]));
        });
        assert_eq!(refusal(&odd, &[&root]).0, "path validation refuses it: UnsupportedCriticalExtension");
        let padded = |size: usize| {
            let extension = Extension::new(ObjectIdentifier::new_unwrap("1.2.3"), vec![5; size]);
            leaf(&root, |template| template.extra.push(extension))
        };
        // A hundred octets less than webpki reads, and a hundred more, for signatures differ in length.
        let short = 65_439 - (padded(60_000).der().len() - 60_000);
        verify_path(&padded(short), &[root.certificate()], NOW).unwrap();
        let long = padded(short + 200);
        let text =
            format!("it has {} octets, and webpki reads no certificate of more than 65539", long.der().len());
        let hint = "spread its names over several certificates: a client reads all of them each time";
        assert_eq!(refusal(&long, &[&root]), (text, hint.into()));
    }
}
