//! Documents, read strictly: what cfssl passes over is an error here.

use std::ffi::OsStr;
use std::fmt::Display;
use std::path::Path;

use zeroize::Zeroizing;

use crate::cli::environment::Environment;
use crate::cli::sources;
use crate::issue::certificate::Certificate;
use crate::key::{Password, PrivateKey};
use crate::model::config::SigningConfig;
use crate::model::request::CertificateRequest;
use crate::output::files::go_reason;
use crate::wire::csr_request::CsrRequest;
use crate::wire::json::{self, Document, Merge, Notice, Place};
use crate::wire::signing_config::ConfigFile;

use super::failure::Failure;

/// Reads a file, or standard input for `-`.
pub(in crate::cli) fn read(path: &Path) -> Result<Zeroizing<Vec<u8>>, Failure> {
    sources::read_file(path)
        .map(Zeroizing::new)
        .map_err(|error| Failure::new(format!("cannot read {}: {}", path.display(), go_reason(&error))))
}

/// A document, if nothing had to be passed over.
pub(in crate::cli) fn parse<T: Merge + Default>(bytes: &[u8], name: &OsStr) -> Result<T, Failure> {
    let document = json::read_utf8::<T>(bytes).map_err(|notice| in_file(name.display(), [notice]))?;
    nothing_passed_over(name, document.notices)?;
    Ok(document.value)
}

/// The meaning of a configuration.
pub(in crate::cli) fn signing_config(value: ConfigFile, name: &OsStr) -> Result<SigningConfig, Failure> {
    let document = Document { value, notices: Vec::new() };
    let (config, notices) = SigningConfig::from_document(document, &Environment)
        .map_err(|error| in_file(name.display(), [error.notice]))?;
    nothing_passed_over(name, notices)?;
    Ok(config)
}

/// The meaning of a request.
pub(in crate::cli) fn request(value: CsrRequest, name: &OsStr) -> Result<CertificateRequest, Failure> {
    let at = Place { line: 1, column: 1, path: String::new() };
    let (request, notices) = CertificateRequest::from_document(value)
        .map_err(|error| in_file(name.display(), [error.notice(&at)]))?;
    nothing_passed_over(name, notices)?;
    Ok(request)
}

fn nothing_passed_over(name: &OsStr, notices: Vec<Notice>) -> Result<(), Failure> {
    if notices.is_empty() { Ok(()) } else { Err(in_file(name.display(), notices)) }
}

/// How a warning ends that says what becomes of something.
const CONSEQUENCES: [&str; 2] = [" and is ignored", " and is left out"];

/// Faults of a file, one per line, each with its advice below it.
pub(in crate::cli) fn in_file(name: impl Display, notices: impl IntoIterator<Item = Notice>) -> Failure {
    let mut hint = None;
    let mut lines = Vec::new();
    for notice in notices {
        let text = notice.to_string();
        // What cfssl would do about it is no part of an error.
        let fault = CONSEQUENCES.iter().find_map(|end| text.strip_suffix(end)).unwrap_or(&text);
        lines.extend(hint.take().map(|hint| format!("  hint: {hint}")));
        lines.push(format!("{name}:{fault}"));
        hint = notice.hint;
    }
    Failure { message: lines.join("\n"), hint }
}

/// Reads a certificate.
pub(in crate::cli) fn certificate(path: &Path) -> Result<Certificate, Failure> {
    let bytes = read(path)?;
    Certificate::from_pem(&bytes).map_err(|error| Failure::from(error).within(path.display()))
}

/// Reads the certificate of an authority that may issue.
pub(in crate::cli) fn authority(path: &Path) -> Result<Certificate, Failure> {
    let certificate = certificate(path)?;
    if !certificate.basic_constraints().ca || !certificate.may_sign_certificates() {
        return Err(Failure::new(format!("{} may not issue certificates", path.display()))
            .with_hint("an authority's certificate has CA:TRUE, and \"cert sign\" among its usages"));
    }
    Ok(certificate)
}

/// Reads a private key.
pub(in crate::cli) fn private_key(path: &Path, password: Option<&Password>) -> Result<PrivateKey, Failure> {
    let bytes = read(path)?;
    PrivateKey::from_pem(&bytes, password).map_err(|error| Failure::from(error).within(path.display()))
}
