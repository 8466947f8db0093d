//! `cfssl sign`: a certificate for a request from elsewhere.

use std::ffi::{OsStr, OsString};

use crate::cli::goflags::cfssl;
use crate::cli::streams;
use crate::issue::csr::CertificateSigningRequest;
use crate::issue::policy::SigningRequest;
use crate::model::subject;
use crate::vocab::name::DistinguishedName;
use crate::wire::json;
use crate::wire::response::Issued;
use crate::wire::subject::Subject;

use super::failure::Failure;
use super::inputs::{flag_hosts, pop_first};
use super::session::{LoadedConfig, Session};
use super::signer::Signer;

pub(super) fn run(session: &Session, config: Option<&LoadedConfig>) -> Result<(), Failure> {
    let (csr_file, subject_file) = arguments(session)?;
    let subject = subject_file.map(|path| read_subject(session, path)).transpose()?;
    let csr_pem = streams::read(csr_file).map_err(|error| Failure::unreadable(csr_file, &error))?;
    let signer = Signer::from_flags(session, config, "need CA certificate", "need CA key")?;
    let csr = CertificateSigningRequest::from_pem(&csr_pem)
        .map_err(|error| Failure::from(error).in_file(csr_file))?;
    let hosts = flag_hosts(session);
    let request =
        SigningRequest { csr: &csr, hosts: hosts.as_deref(), subject: subject.as_ref(), crl_url: None };
    let signed = signer.sign(session, &request)?;
    // The request is printed as it was read, every byte of it.
    let csr_text = String::from_utf8_lossy(&csr_pem);
    let certificate = signed.certificate.to_pem();
    session.print_issued(&Issued { cert: Some(&certificate), csr: Some(&csr_text), ..Issued::default() })
}

/// The request, by flag or as first argument, and the subject behind it.
fn arguments(session: &Session) -> Result<(&OsStr, Option<&OsStr>), Failure> {
    let positionals = session.flags.positionals();
    let (csr, rest) = match session.flags.path(cfssl::CSR) {
        Some(csr) => (csr, positionals),
        None => pop_first(positionals)?,
    };
    match rest {
        [] => Ok((csr, None)),
        [subject] => Ok((csr, Some(OsString::as_os_str(subject)))),
        _ => Err(Failure::plain("too many arguments are provided, please check with usage")),
    }
}

fn read_subject(session: &Session, path: &OsStr) -> Result<DistinguishedName, Failure> {
    let bytes = std::fs::read(path).map_err(|error| Failure::unreadable(path, &error))?;
    let document = json::read::<Subject>(&bytes).map_err(|notice| Failure::in_document(path, notice))?;
    session.notices(path, document.notices)?;
    let (subject, notices) = subject::from_document(document.value);
    session.notices(path, notices)?;
    Ok(subject)
}
