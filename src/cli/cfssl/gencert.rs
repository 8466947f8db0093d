//! `cfssl gencert`: a root, a root made again or renewed, or a key with its certificate.

use std::ffi::OsStr;

use time::Duration;

use crate::cli::goflags::cfssl;
use crate::issue::certificate::Certificate;
use crate::issue::error::IssueError;
use crate::issue::policy::{Policy, SigningRequest};
use crate::issue::root;
use crate::issue::signer::{Issuer, Signed};
use crate::model::config::SigningConfig;
use crate::model::profile::Profile;
use crate::wire::json::Notice;
use crate::wire::response::Issued;

use super::failure::Failure;
use super::genkey::{
    build_csr, log_signed, new_root, note_path_length, note_unused_crl_url, require_no_ca, zero_expiry,
};
use super::inputs::{
    RequestFile, flag_hosts, only_argument, read_certificate, read_issuer, read_key, read_request,
};
use super::session::{LoadedConfig, Session};

/// Said, after signing, of a certificate that names no host.
const NO_HOSTS: &str = "This certificate lacks a \"hosts\" field. This makes it unsuitable for
websites. For more information see the Baseline Requirements for the Issuance and Management
of Publicly-Trusted Certificates, v.1.1.6, from the CA/Browser Forum (https://cabforum.org);
specifically, section 10.2.3 (\"Information Requirements\").";

/// How much longer than its CA a certificate may live without a word: enough for a CA and a first certificate of
/// equal lifetimes, made one after the other by hand.
const MOMENTS: Duration = Duration::hours(1);

pub(super) fn run(session: &Session, config: Option<&LoadedConfig>) -> Result<(), Failure> {
    let flags = &session.flags;
    if flags.bool(cfssl::RENEWCA) {
        return renew(session);
    }
    let mut file = read_request(session, only_argument(flags.positionals())?)?;
    file.override_common_name(session);
    if !flags.bool(cfssl::INITCA) {
        return leaf(session, config, file);
    }
    note_flags_without_effect(session)?;
    match flags.path(cfssl::CA_KEY) {
        Some(key) => reissue(session, &file, key),
        None => {
            session.log.info("generating a new CA key and certificate from CSR");
            new_root(session, &file)
        }
    }
}

fn leaf(session: &Session, config: Option<&LoadedConfig>, mut file: RequestFile) -> Result<(), Failure> {
    require_no_ca(&file)?;
    note_unused_crl_url(session, &file)?;
    let hosts = flag_hosts(session);
    if let Some(hosts) = &hosts {
        file.request.set_hosts(hosts.iter().cloned());
    }
    let signer = Signer::from_flags(session, config, "need a CA certificate", "need a CA key")?;
    // Reading the CA first: a wrong one should not cost a key.
    let key = file.generate_key(session)?;
    let csr = build_csr(session, &file, &key)?;
    let crl_url = session.flags.text(cfssl::CRL);
    let request = SigningRequest { csr: &csr, hosts: hosts.as_deref(), subject: None, crl_url };
    let signed = signer.sign(session, &request)?;
    if file.request.hosts.is_empty() {
        session.log.warning(NO_HOSTS);
    }
    session.print_issued(&Issued {
        cert: Some(&signed.certificate.to_pem()),
        csr: Some(&csr.to_pem()),
        key: Some(&key.to_pem()),
    })
}

/// `-initca -ca-key`: a root made again with the key it had.
fn reissue(session: &Session, file: &RequestFile, key: &OsStr) -> Result<(), Failure> {
    session.log.info("re-generate a CA certificate from CSR and CA key");
    let logged = |failure: Failure| {
        let log = failure.line.clone();
        failure.with_log(log)
    };
    let key = read_key(session, key).map_err(logged)?;
    let in_request = |error| Failure::in_request(&file.path, &error);
    let profile = root::reissued_root_profile(&file.request).map_err(in_request).map_err(logged)?;
    note_path_length(session, file);
    note_unused_crl_url(session, file)?;
    if let Some(place) = file.request.ca.as_ref().and_then(|ca| ca.backdate_place()) {
        let notice = Notice::new(place, "\"backdate\" has no effect when a CA is made again from its key");
        session.notices(&file.path, [notice])?;
    }
    let csr = build_csr(session, file, &key).map_err(logged)?;
    if profile.expiry.is_zero() {
        return Err(zero_expiry(&file.path));
    }
    let signed = root::sign_root(&csr, None, &profile, &key, session.now)?;
    log_signed(session, &signed.serial.to_decimal());
    let certificate = signed.certificate.to_pem();
    session.print_issued(&Issued { cert: Some(&certificate), csr: Some(&csr.to_pem()), ..Issued::default() })
}

fn renew(session: &Session) -> Result<(), Failure> {
    session.log.info("re-generate a CA certificate from CA cert and key");
    let flag = |flag| session.flags.path(flag).unwrap_or(OsStr::new(""));
    let certificate = read_certificate(flag(cfssl::CA))?;
    let key = read_key(session, flag(cfssl::CA_KEY))?;
    let signed = root::renew(&certificate, &key, session.now).map_err(|error| match error {
        IssueError::KeyMismatch => Failure::coded(2300, "Private key does not match public key"),
        error => error.into(),
    })?;
    log_signed(session, &signed.serial.to_decimal());
    session.print_issued(&Issued { cert: Some(&signed.certificate.to_pem()), ..Issued::default() })
}

/// cfssl's `-initca` looks at neither.
fn note_flags_without_effect(session: &Session) -> Result<(), Failure> {
    let flags = &session.flags;
    for (name, given) in [
        ("-hostname", flags.text(cfssl::HOSTNAME).is_some()),
        ("-profile", flags.text(cfssl::PROFILE).is_some()),
        ("-ca", flags.path(cfssl::CA).is_some()),
    ] {
        if given {
            let hint = "a root's lifetime and path length stand under \"ca\" in its CSR JSON";
            session.warn(format!("{name} has no effect with -initca"), Some(hint.into()))?;
        }
    }
    Ok(())
}

/// The issuer and the policy that `gencert` and `sign` sign with.
pub(super) struct Signer<'a> {
    issuer: Issuer,
    profile: &'a Profile,
    default: &'a Profile,
    config: Option<&'a LoadedConfig>,
}

impl<'a> Signer<'a> {
    /// From the flags; the texts are what cfssl logs, and then succeeds, when a flag is missing.
    pub(super) fn from_flags(
        session: &Session,
        config: Option<&'a LoadedConfig>,
        need_ca: &str,
        need_key: &str,
    ) -> Result<Self, Failure> {
        let flags = &session.flags;
        refuse_unsupported(session)?;
        if config.is_none() {
            for (missing, text, flag) in [
                (flags.path(cfssl::CA).is_none(), need_ca, "-ca"),
                (flags.path(cfssl::CA_KEY).is_none(), need_key, "-ca-key"),
            ] {
                if missing {
                    return Err(Failure::plain(format!("{text} (provide one with {flag})")));
                }
            }
        }
        let (profile, default) = choose_profile(session, config)?;
        if let Some(remote) = &profile.remote {
            return Err(Failure::not_supported(&format!("signing by the remote \"{remote}\"")));
        }
        Ok(Self { issuer: read_issuer(session)?, profile, default, config })
    }

    /// Signs, logs the serial number, and warns of a certificate that outlives its CA.
    pub(super) fn sign(&self, session: &Session, request: &SigningRequest<'_>) -> Result<Signed, Failure> {
        let policy = Policy { profile: self.profile, default: self.default };
        let approved = policy.approve(request, Some(self.issuer.certificate()), session.now)?;
        let not_after = approved.template().validity.not_after;
        self.note_lifetime(session, not_after)?;
        let signed = self.issuer.sign_approved(&approved)?;
        log_signed(session, &signed.serial.to_decimal());
        Ok(signed)
    }

    fn note_lifetime(&self, session: &Session, not_after: time::OffsetDateTime) -> Result<(), Failure> {
        let ca: &Certificate = self.issuer.certificate();
        if not_after < session.now {
            session.warn(format!("the certificate has expired already: it ends on {not_after}"), None)?;
        }
        let ca_end = ca.validity().not_after;
        if not_after <= ca_end + MOMENTS {
            return Ok(());
        }
        let text = format!("the certificate is to end on {not_after}, after its CA, which ends on {ca_end}");
        let hint = "nothing will accept it after its CA's end: shorten \"expiry\", or renew the CA first";
        match (self.config, &self.profile.expiry_place) {
            (Some(config), Some(place)) => {
                session.notices(&config.path, [Notice::new(place, text).with_hint(hint)])
            }
            _ => session.warn(text, Some(hint.into())),
        }
    }
}

/// Flags of cfssl's that are not there yet.
pub(super) fn refuse_unsupported(session: &Session) -> Result<(), Failure> {
    if session.flags.text(cfssl::REMOTE).is_some() {
        return Err(Failure::not_supported("-remote"));
    }
    if session.flags.path(cfssl::DB_CONFIG).is_some() {
        return Err(Failure::not_supported("-db-config"));
    }
    Ok(())
}

/// The profile of `-profile`, or else the default one, and the default one.
pub(super) fn choose_profile<'a>(
    session: &Session,
    config: Option<&'a LoadedConfig>,
) -> Result<(&'a Profile, &'a Profile), Failure> {
    static BUILT_IN: std::sync::LazyLock<SigningConfig> = std::sync::LazyLock::new(SigningConfig::built_in);
    let signing = config.map_or(&*BUILT_IN, |loaded| &loaded.config);
    let default = signing.default_profile();
    let Some(name) = session.flags.text(cfssl::PROFILE) else { return Ok((default, default)) };
    if let Some(profile) = signing.profile(name) {
        return Ok((profile, default));
    }
    let text = match config {
        Some(loaded) => {
            let path = loaded.path.display();
            format!("{path} has no profile \"{name}\": the default profile is used")
        }
        None => format!("there is no -config with a profile \"{name}\": the built-in profile is used"),
    };
    let names: Vec<_> = signing.profile_names().collect();
    let hint = match signing.nearest_profile(name) {
        Some(near) => Some(format!("did you mean \"{near}\"?")),
        None => (!names.is_empty()).then(|| format!("its profiles: {}", names.join(", "))),
    };
    session.warn(text, hint)?;
    Ok((default, default))
}
