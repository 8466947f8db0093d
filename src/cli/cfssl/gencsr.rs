//! `cfssl gencsr`: a request for a key that exists.

use crate::cli::goflags::cfssl;
use crate::issue::csr::request_of;
use crate::key::PrivateKey;
use crate::wire::json::Notice;
use crate::wire::response::Issued;

use super::failure::Failure;
use super::genkey::{build_csr, note_unused_crl_url};
use super::inputs::{RequestFile, flag_hosts, only_argument, read_certificate, read_prefixed, read_request};
use super::session::Session;

pub(super) fn run(session: &Session) -> Result<(), Failure> {
    let Some(key_file) = session.flags.path(cfssl::KEY) else {
        return Err(Failure::plain("private key file is required through '-key', please check with usage"));
    };
    let key_pem = read_prefixed(key_file)?;
    let key = PrivateKey::from_pem(&key_pem, session.password().as_ref())
        .map_err(|error| Failure::from(error).in_file(key_file))?;
    let mut file = requested(session)?;
    if let Some(hosts) = flag_hosts(session) {
        file.request.set_hosts(hosts);
    }
    let csr = build_csr(session, &file, &key)?;
    // The key is printed as it was read, every byte of it.
    let key_text = String::from_utf8_lossy(&key_pem);
    session.print_issued(&Issued { csr: Some(&csr.to_pem()), key: Some(&key_text), ..Issued::default() })
}

fn requested(session: &Session) -> Result<RequestFile, Failure> {
    let positionals = session.flags.positionals();
    let Some(certificate) = session.flags.path(cfssl::CERT) else {
        let file = read_request(session, only_argument(positionals)?)?;
        note_unused(session, &file)?;
        return Ok(file);
    };
    if !positionals.is_empty() {
        return Err(Failure::plain("no argument is accepted with '-cert', please check with usage"));
    }
    let request = request_of(&read_certificate(certificate)?)
        .map_err(|error| Failure::coded(1003, error.to_string()).in_file(certificate))?;
    Ok(RequestFile { request, path: certificate.to_owned() })
}

fn note_unused(session: &Session, file: &RequestFile) -> Result<(), Failure> {
    note_unused_crl_url(session, file)?;
    let Some(ca) = &file.request.ca else { return Ok(()) };
    for (name, place) in [("expiry", ca.expiry_place()), ("backdate", ca.backdate_place())] {
        if let Some(place) = place {
            let message = format!("\"{name}\" has no effect in a certificate request");
            session.notices(&file.path, [Notice::new(place, message)])?;
        }
    }
    Ok(())
}
