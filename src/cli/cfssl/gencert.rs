//! `cfssl gencert`: a root, a root made again or renewed, or a key with its certificate.

use std::ffi::OsStr;

use crate::cli::goflags::cfssl;
use crate::issue::error::IssueError;
use crate::issue::policy::SigningRequest;
use crate::issue::root;
use crate::issue::signer::Signed;
use crate::vocab::san::oddity;
use crate::wire::json::Notice;
use crate::wire::response::Issued;

use super::failure::Failure;
use super::genkey::{
    build_csr, log_signed, new_root, note_path_length, note_unused_crl_url, require_no_ca, zero_expiry,
};
use super::inputs::{
    RequestFile, flag_hosts, missing_ca, missing_ca_key, only_argument, read_certificate, read_key,
    read_request,
};
use super::session::{LoadedConfig, Session};
use super::signer::Signer;

/// Said, after signing, of a certificate that names no host.
const NO_HOSTS: &str = "This certificate lacks a \"hosts\" field. This makes it unsuitable for
websites. For more information see the Baseline Requirements for the Issuance and Management
of Publicly-Trusted Certificates, v.1.1.6, from the CA/Browser Forum (https://cabforum.org);
specifically, section 10.2.3 (\"Information Requirements\").";

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
    note_odd_hosts(session, &file)?;
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

/// Names that are legal and match nothing: cfssl takes whatever it is given.
fn note_odd_hosts(session: &Session, file: &RequestFile) -> Result<(), Failure> {
    let request = &file.request;
    if request.subject.is_empty() && request.hosts.is_empty() {
        let text = format!("{} names nobody: it has neither a subject nor hosts", file.path.display());
        session.warn(text, Some("give it a \"CN\" or \"hosts\"".into()))?;
    }
    for host in request.hosts.iter().filter(|host| !host.value.is_empty()) {
        let Some(advice) = oddity(&host.value) else { continue };
        let text = format!("\"{}\" is an odd host", host.value);
        if host.place.is_nowhere() {
            session.warn(format!("-hostname: {text}"), Some(advice.into()))?;
        } else {
            session.notices(&file.path, [Notice::new(&host.place, text).with_hint(advice)])?;
        }
    }
    Ok(())
}

/// `-initca -ca-key`: a root made again with the key it had.
fn reissue(session: &Session, file: &RequestFile, key: &OsStr) -> Result<(), Failure> {
    session.log.info("re-generate a CA certificate from CSR and CA key");
    let key = read_key(session, key).map_err(Failure::logged)?;
    let in_request = |error| Failure::in_request(&file.path, &error);
    let profile = root::reissued_root_profile(&file.request).map_err(in_request).map_err(Failure::logged)?;
    note_path_length(session, file);
    note_unused_crl_url(session, file)?;
    if let Some(place) = file.request.ca.as_ref().and_then(|ca| ca.backdate_place()) {
        let notice = Notice::new(place, "\"backdate\" has no effect when a CA is made again from its key");
        session.notices(&file.path, [notice])?;
    }
    let csr = build_csr(session, file, &key).map_err(Failure::logged)?;
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
    let signed = renewed(session).map_err(Failure::logged)?;
    // cfssl renews by way of a request and says so; scripts may wait for its lines.
    session.log.info("encoded CSR");
    log_signed(session, &signed.serial.to_decimal());
    session.print_issued(&Issued { cert: Some(&signed.certificate.to_pem()), ..Issued::default() })
}

fn renewed(session: &Session) -> Result<Signed, Failure> {
    let flags = &session.flags;
    let certificate = read_certificate(flags.path(cfssl::CA).ok_or_else(missing_ca)?)?;
    let key = read_key(session, flags.path(cfssl::CA_KEY).ok_or_else(missing_ca_key)?)?;
    root::renew(&certificate, &key, session.now).map_err(|error| match error {
        IssueError::KeyMismatch => {
            Failure::coded(2300, "Private key does not match public key").with_hint(error.hint())
        }
        error => error.into(),
    })
}

/// cfssl's `-initca` looks at none of them.
fn note_flags_without_effect(session: &Session) -> Result<(), Failure> {
    let flags = &session.flags;
    for (name, given, hint) in [
        (
            "-hostname",
            flags.text(cfssl::HOSTNAME).is_some(),
            "a root takes IP addresses from \"hosts\" in its CSR JSON",
        ),
        (
            "-config",
            flags.path(cfssl::CONFIG).is_some(),
            "a root's lifetime and path length stand under \"ca\" in its CSR JSON",
        ),
        (
            "-profile",
            flags.text(cfssl::PROFILE).is_some(),
            "a root's lifetime and path length stand under \"ca\" in its CSR JSON",
        ),
        ("-ca", flags.path(cfssl::CA).is_some(), "to renew the CA of a certificate, use -renewca"),
    ] {
        if given {
            session.warn(format!("{name} has no effect with -initca"), Some(hint.into()))?;
        }
    }
    Ok(())
}
