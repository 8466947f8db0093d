//! `cfssl certinfo`: what a certificate or a request says.

use std::ffi::OsStr;

use crate::cli::goflags::cfssl;
use crate::cli::streams;
use crate::inspect;
use crate::issue::certificate::CertificateError;
use crate::issue::csr::CsrError;
use crate::output::json::to_go_json_indented;
use crate::vocab::pem;

use super::failure::Failure;
use super::session::Session;

const INDENT: &str = "  ";

pub(super) fn run(session: &Session) -> Result<(), Failure> {
    let flags = &session.flags;
    let report = if let Some(path) = flags.path(cfssl::CERT) {
        certificate(path)?
    } else if let Some(path) = flags.path(cfssl::CSR) {
        request(path)?
    } else if flags.text(cfssl::DOMAIN).is_some() {
        return Err(Failure::not_supported("-domain"));
    } else if flags.text(cfssl::SERIAL).is_some() && flags.text(cfssl::AKI).is_some() {
        if flags.path(cfssl::DB_CONFIG).is_none() {
            return Err(Failure::plain("need DB config file (provide with -db-config)"));
        }
        return Err(Failure::not_supported("-db-config"));
    } else {
        let text = "Must specify certinfo target through -cert, -csr, -domain or -serial + -aki";
        return Err(Failure::plain(text));
    };
    session.print(&format!("{report}\n"))
}

fn certificate(path: &OsStr) -> Result<String, Failure> {
    let bytes = streams::read(path).map_err(|error| Failure::unreadable(path, &error))?;
    let in_file = |error| Failure::from(error).in_file(path);
    let (block, rest) = pem::decode(&bytes).ok_or(CertificateError::NoPem).map_err(in_file)?;
    if !rest.trim_ascii().is_empty() {
        return Err(in_file(CertificateError::TrailingData));
    }
    let report = inspect::certificate_report(block.contents()).map_err(|error| {
        Failure::coded(1003, "Failed to parse certificate").with_detail(error.to_string()).in_file(path)
    })?;
    Ok(to_go_json_indented(&report, INDENT))
}

fn request(path: &OsStr) -> Result<String, Failure> {
    let bytes = streams::read(path).map_err(|error| Failure::unreadable(path, &error))?;
    let (block, _) =
        pem::decode(&bytes).ok_or(CsrError::NoPem).map_err(|error| Failure::from(error).in_file(path))?;
    let report = inspect::csr_report(block.contents()).map_err(|error| Failure::from(error).in_file(path))?;
    Ok(to_go_json_indented(&report, INDENT))
}
