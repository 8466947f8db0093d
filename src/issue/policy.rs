//! Policy: what a profile lets through of a request.

use std::borrow::Cow;

use time::OffsetDateTime;

use crate::key::PublicKeyKind;
use crate::model::extension::{BasicConstraints, Extension};
use crate::model::profile::Profile;
use crate::vocab::algorithm::{Hash, SignatureAlgorithm};
use crate::vocab::name::DistinguishedName;
use crate::vocab::oid;
use crate::vocab::san::{SanError, SubjectAltNames};
use crate::wire::signing_config::CsrWhitelist;

use super::certificate::Certificate;
use super::csr::CertificateSigningRequest;
use super::extensions;
use super::template::CertificateTemplate;
use super::validity::{TimeOutOfRange, Validity};

/// What is asked of a signer.
#[derive(Clone, Copy, Debug)]
pub struct SigningRequest<'a> {
    /// The request.
    pub csr: &'a CertificateSigningRequest,
    /// Hosts in place of the request's names.
    pub hosts: Option<&'a [String]>,
    /// A subject in place of the request's, type by type.
    pub subject: Option<&'a DistinguishedName>,
    /// A CRL distribution point in place of the profile's.
    pub crl_url: Option<&'a str>,
}

/// The profile that decides, and the default one that fills its gaps.
#[derive(Clone, Copy, Debug)]
pub struct Policy<'a> {
    /// Decides.
    pub profile: &'a Profile,
    /// Fills gaps.
    pub default: &'a Profile,
}

/// A template that policy approved; only [`Policy::approve`] and this layer's roots make one.
#[derive(Clone, Debug)]
pub struct ApprovedTemplate(pub(super) CertificateTemplate);

impl ApprovedTemplate {
    /// What will be in the certificate.
    pub fn template(&self) -> &CertificateTemplate {
        &self.0
    }

    /// Ends the validity with the issuer's, where it would be longer; by how much it was.
    pub fn cap(&mut self, issuer: &Certificate) -> Option<time::Duration> {
        self.0.validity.cap(issuer.validity())
    }

    /// The extensions a certificate would have, issued by an issuer or, without one, by itself.
    ///
    /// # Errors
    /// A name that cannot be written.
    pub fn extensions(&self, issuer: Option<&Certificate>) -> Result<Vec<Extension>, SanError> {
        let issuer = issuer.filter(|issuer| issuer.subject() != self.0.subject);
        extensions::of_template(&self.0, issuer.and_then(Certificate::subject_key_identifier))
    }
}

/// Why policy refuses.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PolicyError {
    /// The request asks for a CA, the profile issues none.
    #[error("the request asks for a CA certificate, and the profile issues none")]
    CaNotAllowed,
    /// The profile submits to certificate transparency logs.
    #[error("certificate transparency logs are not supported")]
    CtLogs,
    /// A name outside the whitelist.
    #[error("\"{0}\" does not match the profile's name_whitelist")]
    NameNotAllowed(String),
    /// The issuer may not have CAs below it.
    #[error("the issuer's path length 0 allows no CA below it")]
    NoCaBelowIssuer,
    /// The profile wants the serial number from the client.
    #[error("the profile takes serial numbers from clients, and there is none")]
    NoSerialNumber,
    /// The profile has no usage.
    #[error("the profile has no usages")]
    NoUsages,
    /// The request asks for a longer path than the issuer has.
    #[error("the issuer's path length is {issuer}, and the request asks for {requested}")]
    PathTooLong {
        /// What the issuer allows below it, itself not counted.
        issuer: u32,
        /// What the request asks for.
        requested: String,
    },
    /// The request limits a path though it is not for a CA.
    #[error("the request has a path length without being for a CA")]
    PathWithoutCa,
    /// The whitelist leaves the key out.
    #[error("the profile's CSRWhitelist leaves the public key out")]
    PublicKeyNotAllowed,
    /// The profile points to a remote signer.
    #[error("the profile points to the remote signer \"{0}\", and remote signing is not supported yet")]
    Remote(String),
    /// A host that cannot be written.
    #[error(transparent)]
    San(#[from] SanError),
    /// A validity that cannot be written.
    #[error(transparent)]
    Time(#[from] TimeOutOfRange),
}

impl PolicyError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::CaNotAllowed => {
                "add \"ca_constraint\": {\"is_ca\": true} to the profile for intermediate CAs"
            }
            Self::CtLogs => "remove \"ct_log_servers\" from the profile",
            Self::NoCaBelowIssuer | Self::PathTooLong { .. } => {
                "the issuer has to be made with a longer path length"
            }
            Self::NoSerialNumber => "remove \"ClientProvidesSerialNumbers\" from the profile",
            Self::NoUsages => "give it \"usages\", or name a profile that has some",
            Self::PublicKeyNotAllowed => "add \"PublicKey\": true to the CSRWhitelist",
            Self::Time(_) => "shorten \"expiry\", or move \"not_before\" and \"not_after\"",
            Self::San(_) => "write international names in their ASCII form (xn--...)",
            Self::NameNotAllowed(_) | Self::PathWithoutCa | Self::Remote(_) => return None,
        };
        Some(hint.to_owned())
    }
}

impl Policy<'_> {
    /// Lets through what the profile allows of a request; `issuer` is `None` for a root.
    ///
    /// # Errors
    /// What the profile or the issuer forbids.
    pub fn approve(
        &self,
        request: &SigningRequest<'_>,
        issuer: Option<&Certificate>,
        now: OffsetDateTime,
    ) -> Result<ApprovedTemplate, PolicyError> {
        let Self { profile, default } = *self;
        if let Some(remote) = &profile.remote {
            return Err(PolicyError::Remote(remote.clone()));
        }
        let copied = Copied::from_csr(request.csr, profile)?;
        if let Some(requested) = copied.basic_constraints {
            check_ca_request(requested, profile, issuer)?;
        }
        let mut names = match request.hosts {
            Some(hosts) => SubjectAltNames::from_hosts(hosts),
            None => copied.names,
        };
        let subject = match request.subject {
            Some(own) => Cow::Owned(own.clone().or_values_of(&copied.subject)),
            None => copied.subject,
        };
        check_names(profile, &subject, &names)?;
        check_profile(profile)?;
        let basic_constraints = match profile.ca {
            Some(ca) => {
                names = names.only_ip_addresses();
                BasicConstraints { ca: true, path_length: ca.path_length }
            }
            None if copied.basic_constraints.is_some_and(|found| found.path_length.is_some()) => {
                return Err(PolicyError::PathWithoutCa);
            }
            None => BasicConstraints::default(),
        };
        let or_default =
            |own: &String, default: &String| if own.is_empty() { default.clone() } else { own.clone() };
        Ok(ApprovedTemplate(CertificateTemplate {
            subject: subject.to_der(),
            public_key: request.csr.public_key().clone(),
            validity: Validity::of_profile(profile, default, now)?,
            usages: profile.usages.clone(),
            basic_constraints,
            subject_key_identifier: None,
            authority_key_identifier: None,
            ocsp_url: or_default(&profile.ocsp_url, &default.ocsp_url),
            issuer_urls: profile
                .issuer_urls
                .clone()
                .or_else(|| default.issuer_urls.clone())
                .unwrap_or_default(),
            subject_alt_names: names,
            crl_url: match request.crl_url {
                Some(url) => url.to_owned(),
                None => or_default(&profile.crl_url, &default.crl_url),
            },
            extra: copied.extra.into_iter().chain(profile_extensions(profile)).collect(),
            signature_algorithm: copied.signature_algorithm,
        }))
    }
}

/// What a profile lets a request bring along.
struct Copied<'c> {
    subject: Cow<'c, DistinguishedName>,
    names: SubjectAltNames,
    basic_constraints: Option<BasicConstraints>,
    extra: Vec<Extension>,
    signature_algorithm: Option<SignatureAlgorithm>,
}

impl<'c> Copied<'c> {
    fn from_csr(csr: &'c CertificateSigningRequest, profile: &Profile) -> Result<Self, PolicyError> {
        match &profile.csr_whitelist {
            Some(whitelist) => Self::whitelisted(csr, whitelist),
            None => Ok(Self {
                subject: Cow::Borrowed(csr.subject()),
                names: csr.subject_alt_names().clone(),
                basic_constraints: csr.basic_constraints(),
                extra: csr.extensions().iter().filter(|e| is_copied(e, profile)).cloned().collect(),
                signature_algorithm: None,
            }),
        }
    }

    fn whitelisted(
        csr: &'c CertificateSigningRequest,
        whitelist: &CsrWhitelist,
    ) -> Result<Self, PolicyError> {
        // The algorithm of a key cannot be left out of it, so that entry has no effect, as in cfssl.
        let CsrWhitelist {
            subject,
            public_key_algorithm: _,
            public_key,
            signature_algorithm,
            dns_names,
            ip_addresses,
            email_addresses,
            uris,
        } = *whitelist;
        if !public_key {
            return Err(PolicyError::PublicKeyNotAllowed);
        }
        let SubjectAltNames { dns, email, ip, uri } = csr.subject_alt_names().clone();
        let names = SubjectAltNames {
            dns: if dns_names { dns } else { Vec::new() },
            email: if email_addresses { email } else { Vec::new() },
            ip: if ip_addresses { ip } else { Vec::new() },
            uri: if uris { uri } else { Vec::new() },
        };
        Ok(Self {
            subject: if subject { Cow::Borrowed(csr.subject()) } else { Cow::default() },
            names,
            basic_constraints: None,
            extra: Vec::new(),
            // Go's own choice, where the signer's is left out, is SHA-256 for every RSA key.
            signature_algorithm: (!signature_algorithm).then_some(SignatureAlgorithm::Rsa(Hash::Sha256)),
        })
    }
}

/// Delegation always goes through; the rest only with `copy_extensions`, basic constraints never.
fn is_copied(extension: &Extension, profile: &Profile) -> bool {
    extension.oid == oid::DELEGATION_USAGE
        || (profile.copy_extensions && extension.oid != oid::BASIC_CONSTRAINTS)
}

fn check_ca_request(
    requested: BasicConstraints,
    profile: &Profile,
    issuer: Option<&Certificate>,
) -> Result<(), PolicyError> {
    if !requested.ca {
        return Ok(());
    }
    if profile.ca.is_none() {
        return Err(PolicyError::CaNotAllowed);
    }
    // RFC 5280 section 4.2.1.9: the number of non-self-issued intermediate certificates that may follow.
    match issuer.and_then(|issuer| issuer.basic_constraints().path_length) {
        Some(0) => Err(PolicyError::NoCaBelowIssuer),
        Some(limit) if requested.path_length.is_some_and(|asked| asked >= limit) => {
            let requested = requested.path_length.unwrap_or_default().to_string();
            Err(PolicyError::PathTooLong { issuer: limit, requested })
        }
        _ => Ok(()),
    }
}

/// Everything but IP addresses has to match.
fn check_names(
    profile: &Profile,
    subject: &DistinguishedName,
    names: &SubjectAltNames,
) -> Result<(), PolicyError> {
    let Some(whitelist) = &profile.name_whitelist else { return Ok(()) };
    let common_name = Some(subject.common_name()).filter(|name| !name.is_empty());
    let names = names.dns.iter().chain(&names.email).chain(&names.uri).map(String::as_str);
    match common_name.into_iter().chain(names).find(|name| !whitelist.allows(name)) {
        Some(name) => Err(PolicyError::NameNotAllowed(name.to_owned())),
        None => Ok(()),
    }
}

fn check_profile(profile: &Profile) -> Result<(), PolicyError> {
    if profile.client_provides_serial_numbers {
        return Err(PolicyError::NoSerialNumber);
    }
    if profile.usages.is_empty() {
        return Err(PolicyError::NoUsages);
    }
    if !profile.ct_log_servers.is_empty() {
        return Err(PolicyError::CtLogs);
    }
    Ok(())
}

fn profile_extensions(profile: &Profile) -> impl Iterator<Item = Extension> {
    let policies =
        (!profile.policies.is_empty()).then(|| extensions::certificate_policies(&profile.policies));
    let no_check = profile.ocsp_no_check.then(extensions::ocsp_no_check);
    policies.into_iter().chain(no_check)
}

/// The algorithm a template names, if it fits the signer's key.
pub(super) fn fitting(
    algorithm: Option<SignatureAlgorithm>,
    key: PublicKeyKind,
) -> Option<SignatureAlgorithm> {
    algorithm.filter(|_| matches!(key, PublicKeyKind::Rsa { .. }))
}
