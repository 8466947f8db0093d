//! What an export starts from: certificate, chain, key and passwords.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStringExt as _;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::{ExportArguments, named, note};
use crate::cli::own::failure::Failure;
use crate::cli::streams;
use crate::formats::order;
use crate::formats::pkcs12::{self, Pkcs12Error};
use crate::issue::certificate::{CERTIFICATE_LABEL, Certificate, CertificateError};
use crate::key::{KeyError, Password, PrivateKey};
use crate::output::files::go_reason;
use crate::vocab::pem;

/// What is to be exported.
pub(super) struct Source {
    pub(super) certificate: Certificate,
    /// The issuer first.
    pub(super) chain: Vec<Certificate>,
    /// The certificate's.
    pub(super) key: Option<PrivateKey>,
    /// For what is written.
    pub(super) password: Option<Password>,
}

impl Source {
    /// Reads everything the command line names.
    pub(super) fn read(arguments: &ExportArguments) -> Result<Self, Failure> {
        check_standard_input(arguments)?;
        let password = password_of(&arguments.password_file, &arguments.password_env)?;
        let key_password = password_of(&arguments.key_password_file, &arguments.key_password_env)?;
        let cert = &arguments.cert;
        let unreadable = |failure: Failure| failure.within(format_args!("cannot read {}", named(cert)));
        let bytes = read(cert)?;
        let found =
            Found::in_file(&bytes, key_password.as_ref().or(password.as_ref())).map_err(unreadable)?;
        // An encrypted key that nobody wants needs no password.
        let wanted = arguments.format.iter().any(|format| format.holds_key());
        let key = match (&arguments.key, found.key) {
            (Some(path), _) => Some(read_key(path, key_password.as_ref())?),
            (None, None) if wanted => key_beside(&bytes, key_password.as_ref()).map_err(unreadable)?,
            (None, key) => key,
        };
        if key.as_ref().is_some_and(|key| key.public_key() != found.certificate.public_key()) {
            return Err(mismatch(arguments));
        }
        let chain = complete_chain(&found.certificate, found.others, &arguments.chain)?;
        Ok(Self { certificate: found.certificate, chain, key, password })
    }
}

fn mismatch(arguments: &ExportArguments) -> Failure {
    let key = arguments.key.as_ref().unwrap_or(&arguments.cert);
    let cert = named(&arguments.cert);
    Failure::new(format!("the private key of {} does not belong to the certificate of {cert}", named(key)))
        .with_hint("give the key the certificate was made for; they are written as a pair")
}

/// What a file with a certificate holds, but for a key in PEM.
struct Found {
    certificate: Certificate,
    others: Vec<Certificate>,
    key: Option<PrivateKey>,
}

impl Found {
    fn in_file(bytes: &[u8], password: Option<&Password>) -> Result<Self, Failure> {
        if pkcs12::is_pkcs12(bytes) {
            let pkcs12::Contents { certificate, chain, key } = pkcs12::read(bytes, password)?;
            return Ok(Self { certificate, others: chain, key });
        }
        let mut certificates = certificates(bytes)?.into_iter();
        let certificate = certificates.next().ok_or_else(no_certificate)?;
        Ok(Self { certificate, others: certificates.collect(), key: None })
    }
}

fn key_beside(bytes: &[u8], password: Option<&Password>) -> Result<Option<PrivateKey>, Failure> {
    let key = key_block(bytes).map(|block| PrivateKey::from_pem(block, password));
    key.transpose().map_err(key_failure)
}

/// The certificates of a PEM or DER file; blocks of other kinds are passed over.
fn certificates(bytes: &[u8]) -> Result<Vec<Certificate>, Failure> {
    if is_der(bytes) {
        return Ok(vec![Certificate::from_der(bytes)?]);
    }
    let mut certificates = Vec::new();
    let mut other_label = None;
    let mut rest = bytes;
    while let Some((block, behind)) = pem::decode(rest) {
        rest = behind;
        match block.label() {
            CERTIFICATE_LABEL => certificates.push(Certificate::from_der(block.contents())?),
            label => other_label = Some(label.to_owned()),
        }
    }
    match (certificates.is_empty(), other_label) {
        (true, Some(label)) => Err(CertificateError::WrongLabel(label).into()),
        (true, None) => Err(no_certificate()),
        (false, _) => Ok(certificates),
    }
}

fn no_certificate() -> Failure {
    Failure::new("there is no certificate in it").with_hint(
        "a certificate in PEM starts with -----BEGIN CERTIFICATE-----; DER and, for CERT, PKCS#12 are read as well",
    )
}

/// A SEQUENCE, and no text that happens to start with the digit of its tag.
fn is_der(bytes: &[u8]) -> bool {
    bytes.first() == Some(&0x30) && pem::decode(bytes).is_none()
}

/// The input from its first private key on.
fn key_block(mut bytes: &[u8]) -> Option<&[u8]> {
    while let Some((block, behind)) = pem::decode(bytes) {
        if block.label().ends_with("PRIVATE KEY") {
            return Some(bytes);
        }
        bytes = behind;
    }
    None
}

fn read_key(path: &Path, password: Option<&Password>) -> Result<PrivateKey, Failure> {
    let bytes = read(path)?;
    let unreadable = |failure: Failure| failure.within(format_args!("cannot read {}", named(path)));
    if pkcs12::is_pkcs12(&bytes) {
        return pkcs12::key(&bytes, password).map_err(|error| unreadable(key_store_failure(error)));
    }
    // Framed, so that DER may be encrypted as well.
    let framed = is_der(&bytes).then(|| Zeroizing::new(pem::encode("PRIVATE KEY", &bytes)));
    let text = framed.as_ref().map_or(bytes.as_slice(), |text| text.as_bytes());
    let key = PrivateKey::from_pem(key_block(text).unwrap_or(text), password);
    key.map_err(|error| unreadable(key_failure(error)))
}

/// How to name the password of a key.
const KEY_PASSWORD_HINT: &str =
    "name where its password is: --key-password-file FILE or --key-password-env VARIABLE";

fn key_store_failure(error: Pkcs12Error) -> Failure {
    match error {
        Pkcs12Error::Encrypted => Failure::from(error).with_hint(KEY_PASSWORD_HINT),
        error => error.into(),
    }
}

fn key_failure(error: KeyError) -> Failure {
    match error {
        KeyError::Encrypted => Failure::new("the private key is encrypted").with_hint(KEY_PASSWORD_HINT),
        KeyError::WrongPassword => Failure::new("the password does not open the private key"),
        error => error.into(),
    }
}

/// The chain from what stood beside the certificate and from the files of `--chain`, each of which has to help.
fn complete_chain(
    certificate: &Certificate,
    mut pool: Vec<Certificate>,
    files: &[std::path::PathBuf],
) -> Result<Vec<Certificate>, Failure> {
    let mut by_file = Vec::with_capacity(files.len());
    for path in files {
        let found = certificates(&read(path)?)
            .map_err(|failure| failure.within(format_args!("cannot read {}", named(path))))?;
        pool.extend(found.iter().cloned());
        by_file.push((path, found));
    }
    let chain = order(certificate, &pool);
    for (path, found) in by_file {
        let used = |found: &&Certificate| chain.iter().any(|other| other.der() == found.der());
        let left_out = found.len() - found.iter().filter(used).count();
        if left_out == found.len() {
            return Err(Failure::new(format!("nothing in {} stands above the certificate", named(path)))
                .with_hint("give the certificate that issued it, and the ones above that"));
        }
        if left_out > 0 {
            note(&format!(
                "{}: {left_out} of {} certificates left out, for not standing above the certificate",
                named(path),
                found.len()
            ));
        }
    }
    Ok(chain)
}

fn check_standard_input(arguments: &ExportArguments) -> Result<(), Failure> {
    let ExportArguments { cert, key, chain, password_file, key_password_file, .. } = arguments;
    let paths = [cert].into_iter().chain(key).chain(chain).chain(password_file).chain(key_password_file);
    if paths.filter(|path| path.as_os_str() == "-").count() > 1 {
        return Err(
            Failure::new("standard input can be read once").with_hint("name a file in place of one \"-\"")
        );
    }
    Ok(())
}

/// The password that one of two arguments names, if one is given.
pub(in crate::cli) fn password_of(
    file: &Option<PathBuf>,
    variable: &Option<OsString>,
) -> Result<Option<Password>, Failure> {
    match (file, variable) {
        (Some(path), _) => password_of_file(path).map(Some),
        (None, Some(variable)) => password_of_variable(variable).map(Some),
        (None, None) => Ok(None),
    }
}

/// One line; its end is not part of the password.
pub(in crate::cli) fn password_of_file(path: &Path) -> Result<Password, Failure> {
    let bytes = read(path)?;
    let line = bytes.strip_suffix(b"\n").unwrap_or(&bytes);
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    if line.contains(&b'\n') {
        return Err(Failure::new(format!("{} has more than one line", named(path)))
            .with_hint("a password file holds the password and nothing else"));
    }
    Ok(Password::new(line.to_vec()))
}

/// The value of an environment variable.
pub(in crate::cli) fn password_of_variable(variable: &OsStr) -> Result<Password, Failure> {
    let value = std::env::var_os(variable).ok_or_else(|| {
        Failure::new(format!("the environment variable {variable:?} is not set"))
            .with_hint("give its name, and export it in the shell")
    })?;
    Ok(Password::new(value.into_vec()))
}

fn read(path: &Path) -> Result<Zeroizing<Vec<u8>>, Failure> {
    streams::read(path.as_os_str())
        .map(Zeroizing::new)
        .map_err(|error| Failure::new(format!("cannot read {}: {}", named(path), go_reason(&error))))
}
