//! `cfssl genkey`: a key and a request, or with `-initca` a new root.

use std::ffi::OsStr;

use crate::cli::goflags::cfssl;
use crate::issue::csr::CertificateSigningRequest;
use crate::issue::root;
use crate::vocab::san::SubjectAltNames;
use crate::wire::json::Notice;
use crate::wire::response::Issued;

use super::failure::Failure;
use super::inputs::{RequestFile, only_argument, read_request};
use super::session::Session;

pub(super) fn run(session: &Session) -> Result<(), Failure> {
    let file = read_request(session, only_argument(session.flags.positionals())?)?;
    if session.flags.bool(cfssl::INITCA) {
        return new_root(session, &file);
    }
    require_no_ca(&file)?;
    note_unused_crl_url(session, &file)?;
    let key = file.generate_key(session)?;
    let csr = build_csr(session, &file, &key)?;
    session.print_issued(&Issued { csr: Some(&csr.to_pem()), key: Some(&key.to_pem()), ..Issued::default() })
}

/// Makes a root with a new key, and prints all three.
pub(super) fn new_root(session: &Session, file: &RequestFile) -> Result<(), Failure> {
    let RequestFile { request, path } = file;
    let in_request = |error| Failure::in_request(path, &error);
    let profile = root::new_root_profile(request).map_err(in_request)?;
    note_path_length(session, file);
    session.log.info("generate received request");
    if let Err(error) = request.require_subject() {
        let failure = Failure::in_request(path, &error);
        session.log.warning(&format!("invalid request: {}", failure.line));
        return Err(log_failed_request(failure));
    }
    note_dropped_hosts(session, file)?;
    let key = file.generate_received(session).map_err(log_failed_request)?;
    let csr = build_csr(session, file, &key)?;
    if profile.expiry.is_zero() {
        return Err(zero_expiry(path));
    }
    let hosts = request.host_names();
    let hosts = (!hosts.is_empty()).then_some(hosts.as_slice());
    let signed = root::sign_root(&csr, hosts, &profile, &key, session.now)?;
    log_signed(session, &signed.serial.to_decimal());
    session.print_issued(&Issued {
        cert: Some(&signed.certificate.to_pem()),
        csr: Some(&csr.to_pem()),
        key: Some(&key.to_pem()),
    })
}

/// Builds a request; cfssl logs that it did.
pub(super) fn build_csr(
    session: &Session,
    file: &RequestFile,
    key: &crate::key::PrivateKey,
) -> Result<CertificateSigningRequest, Failure> {
    let csr = CertificateSigningRequest::build(&file.request, key)
        .map_err(|error| Failure::from(error).in_file(&file.path))?;
    session.log.info("encoded CSR");
    Ok(csr)
}

/// `ca` makes sense in requests for roots only.
pub(super) fn require_no_ca(file: &RequestFile) -> Result<(), Failure> {
    if file.request.ca.is_none() {
        return Ok(());
    }
    Err(Failure::plain("ca section only permitted in initca")
        .with_detail(format!("{}: ca", file.path.display()))
        .with_hint(Some(
            "remove \"ca\"; whether a certificate is a CA is decided by the profile's \"ca_constraint\""
                .into(),
        )))
}

pub(super) fn log_signed(session: &Session, serial: &str) {
    session.log.info(&format!("signed certificate with serial number {serial}"));
}

pub(super) fn note_path_length(session: &Session, file: &RequestFile) {
    if file.request.ca.as_ref().is_some_and(|ca| ca.path_length_zero_ignored) {
        session.log.info("ignore invalid 'pathlenzero' value");
    }
}

/// A CRL distribution point in a request reaches the certificate of a new root only.
pub(super) fn note_unused_crl_url(session: &Session, file: &RequestFile) -> Result<(), Failure> {
    let url = &file.request.crl_url;
    if url.value.is_empty() {
        return Ok(());
    }
    let notice = Notice::new(&url.place, "\"crl_url\" has no effect here, only in a new root");
    session.notices(&file.path, [notice.with_hint("set \"crl_url\" in the signing profile")])
}

/// Of a CA's hosts only the IP addresses reach its certificate.
fn note_dropped_hosts(session: &Session, file: &RequestFile) -> Result<(), Failure> {
    for host in &file.request.hosts {
        let names = SubjectAltNames::from_hosts(std::slice::from_ref(&host.value));
        if !host.value.is_empty() && names.ip.is_empty() {
            let message = format!("\"{}\" is left out: a CA certificate keeps IP addresses only", host.value);
            session.notices(&file.path, [Notice::new(&host.place, message)])?;
        }
    }
    Ok(())
}

pub(super) fn zero_expiry(path: &OsStr) -> Failure {
    let cause = Failure::coded(5200, "Invalid or unknown policy");
    let log = format!("failed to create signer: {}", cause.line);
    cause.with_log(log).with_detail(format!("{}: ca.expiry is zero", path.display()))
}

fn log_failed_request(failure: Failure) -> Failure {
    let log = format!("failed to process request: {}", failure.line);
    failure.with_log(log)
}
