//! What commands read: requests, certificates, keys, and the words of the command line.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};

use zeroize::Zeroizing;

use crate::cli::goflags::cfssl;
use crate::cli::streams;
use crate::issue::certificate::Certificate;
use crate::issue::signer::Issuer;
use crate::key::PrivateKey;
use crate::model::request::CertificateRequest;
use crate::vocab::name::AttributeType;
use crate::wire::csr_request::CsrRequest;
use crate::wire::json;

use super::failure::Failure;
use super::session::Session;

/// A CSR JSON and the file it came from.
pub(super) struct RequestFile {
    pub(super) request: CertificateRequest,
    pub(super) path: OsString,
}

/// The first argument, and those behind it.
pub(super) fn pop_first(args: &[OsString]) -> Result<(&OsStr, &[OsString]), Failure> {
    match args.split_first() {
        Some((first, rest)) => Ok((first, rest)),
        None => Err(Failure::plain("not enough arguments are supplied --- please refer to the usage")),
    }
}

/// The only argument there may be.
pub(super) fn only_argument(args: &[OsString]) -> Result<&OsStr, Failure> {
    match pop_first(args)? {
        (only, []) => Ok(only),
        (_, rest) => {
            if let Some(word) = args.iter().find(|word| begins_with_other_dash(word)) {
                let hint = format!(
                    "{word:?} begins with a dash that is no \"-\", as web pages print it: type it anew"
                );
                return Err(Failure::plain("only one argument is accepted, please check with usage")
                    .with_hint(Some(hint)));
            }
            let flag_behind = rest.iter().any(|word| word.as_encoded_bytes().starts_with(b"-"));
            Err(Failure::plain("only one argument is accepted, please check with usage")
                .with_hint(flag_behind.then(|| "flags come before the file".into())))
        }
    }
}

/// A hyphen, an en dash, an em dash or a minus sign in place of the ASCII one.
fn begins_with_other_dash(word: &OsStr) -> bool {
    let first = word.to_str().and_then(|word| word.chars().next());
    first.is_some_and(|first| matches!(first, '\u{2010}'..='\u{2015}' | '\u{2212}'))
}

/// Reads a CSR JSON, from standard input for `-`.
pub(super) fn read_request(session: &Session, path: &OsStr) -> Result<RequestFile, Failure> {
    let bytes = streams::read(path).map_err(|error| Failure::unreadable(path, &error))?;
    let name = if path == "-" { OsStr::new("standard input") } else { path };
    let document = json::read::<CsrRequest>(&bytes).map_err(|notice| Failure::in_document(name, notice))?;
    session.notices(name, document.notices)?;
    let (request, notices) = CertificateRequest::from_document(document.value)
        .map_err(|error| Failure::in_request(name, &error))?;
    session.notices(name, notices)?;
    Ok(RequestFile { request, path: name.to_owned() })
}

impl RequestFile {
    /// Puts the common name of `-cn` in place.
    pub(super) fn override_common_name(&mut self, session: &Session) {
        if let Some(name) = session.flags.text(cfssl::CN) {
            self.request.subject.add(AttributeType::CommonName, name);
        }
    }

    /// Generates the key asked for.
    pub(super) fn generate_key(&self, session: &Session) -> Result<PrivateKey, Failure> {
        session.log.info("generate received request");
        self.generate_received(session)
    }

    /// Generates the key of a request that was logged as received.
    pub(super) fn generate_received(&self, session: &Session) -> Result<PrivateKey, Failure> {
        session.log.info("received CSR");
        session.log.info(&format!("generating key: {}", self.request.key.label()));
        let spec = self.request.key.spec().map_err(|error| Failure::in_request(&self.path, &error))?;
        Ok(PrivateKey::generate(spec)?)
    }
}

/// The hosts of `-hostname`: split at commas, not trimmed.
pub(super) fn flag_hosts(session: &Session) -> Option<Vec<String>> {
    let list = session.flags.text(cfssl::HOSTNAME)?;
    Some(list.split(',').map(str::to_owned).collect())
}

/// Reads a file of `-ca`, `-ca-key` and the like: `file:PATH`, `env:VARIABLE` or a path without a colon.
pub(super) fn read_prefixed(argument: &OsStr) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let bytes = argument.as_bytes();
    let Some(colon) = bytes.iter().position(|byte| *byte == b':') else {
        return read_file(argument);
    };
    let rest = OsStr::from_bytes(&bytes[colon + 1..]);
    match &bytes[..colon] {
        b"env" => match std::env::var_os(rest) {
            Some(value) => Ok(Zeroizing::new(value.into_vec())),
            None => Err(Failure::plain(format!("the environment variable {} is not set", rest.display()))),
        },
        b"file" => read_file(rest),
        prefix => Err(Failure::plain(format!("unknown prefix: {}", String::from_utf8_lossy(prefix)))
            .with_hint(Some("write a path that has a colon as file:PATH".into()))),
    }
}

fn read_file(path: &OsStr) -> Result<Zeroizing<Vec<u8>>, Failure> {
    std::fs::read(path).map(Zeroizing::new).map_err(|error| Failure::unreadable(path, &error))
}

/// Reads a private key; the password comes from the environment.
pub(super) fn read_key(session: &Session, argument: &OsStr) -> Result<PrivateKey, Failure> {
    let bytes = read_prefixed(argument)?;
    PrivateKey::from_pem(&bytes, session.password().as_ref())
        .map_err(|error| Failure::from(error).in_file(argument))
}

/// Reads a certificate.
pub(super) fn read_certificate(argument: &OsStr) -> Result<Certificate, Failure> {
    let bytes = read_prefixed(argument)?;
    Certificate::from_pem(&bytes).map_err(|error| Failure::from(error).in_file(argument))
}

/// The issuer of `-ca` and `-ca-key`.
pub(super) fn read_issuer(session: &Session) -> Result<Issuer, Failure> {
    let flags = &session.flags;
    let Some(key) = flags.path(cfssl::CA_KEY) else {
        return Err(Failure::coded(2000, "Unknown private key error").with_hint(missing_ca_key().hint));
    };
    let certificate = flags.path(cfssl::CA).ok_or_else(missing_ca)?;
    let ca = read_certificate(certificate)?;
    let key = read_key(session, key).map_err(|failure| match failure.line.strip_prefix("open ") {
        // cfssl reports a key file it cannot open under the certificate's code.
        Some(_) => Failure::coded(1001, &failure.line),
        None => failure,
    })?;
    let issuer = Issuer::new(ca, key)?;
    note_unfit_issuer(session, issuer.certificate(), certificate)?;
    Ok(issuer)
}

/// No `-ca`: cfssl opens a file without a name.
pub(super) fn missing_ca() -> Failure {
    missing_file("give the CA's certificate with -ca")
}

/// No `-ca-key`: as with [`missing_ca`].
pub(super) fn missing_ca_key() -> Failure {
    missing_file("give the CA's private key with -ca-key")
}

fn missing_file(hint: &str) -> Failure {
    let missing = std::io::Error::from_raw_os_error(rustix::io::Errno::NOENT.raw_os_error());
    Failure::plain(streams::io_line(OsStr::new(""), &missing)).with_hint(Some(hint.into()))
}

/// cfssl signs with any certificate; what relies on the result does not.
fn note_unfit_issuer(session: &Session, ca: &Certificate, path: &OsStr) -> Result<(), Failure> {
    let path = path.display();
    if !ca.basic_constraints().ca {
        session.warn(format!("{path} is not a CA certificate: nothing will accept what it signs"), None)?;
    } else if !ca.may_sign_certificates() {
        session.warn(format!("the key usage of {path} does not let it sign certificates"), None)?;
    }
    if !ca.is_valid_at(session.now) {
        session.warn(format!("{path} is not valid now: see its notBefore and notAfter"), None)?;
    }
    Ok(())
}
