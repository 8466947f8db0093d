//! A verifier that takes every certificate and remembers it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::vocab::{asn1, oid};
use der::Tag;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{self, WebPkiSupportedAlgorithms};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, DigitallySignedStruct, Error, SignatureScheme};

/// Schemes whose signatures cannot be verified here; they are offered so that a server that has no other key still
/// shows its certificate.
const UNVERIFIED: [SignatureScheme; 4] = [
    SignatureScheme::ECDSA_NISTP521_SHA512,
    SignatureScheme::ED448,
    SignatureScheme::ECDSA_SHA1_Legacy,
    SignatureScheme::RSA_PKCS1_SHA1,
];

/// Remembers what the server shows.
#[derive(Debug)]
pub(super) struct Recorder {
    chain: Mutex<Option<Vec<Vec<u8>>>>,
    bad_signature: AtomicBool,
    algorithms: WebPkiSupportedAlgorithms,
}

impl Default for Recorder {
    fn default() -> Self {
        let algorithms = crypto::ring::default_provider().signature_verification_algorithms;
        Self { chain: Mutex::default(), bad_signature: AtomicBool::default(), algorithms }
    }
}

impl Recorder {
    /// The server's certificates, its own first.
    pub(super) fn take(&self) -> Option<Vec<Vec<u8>>> {
        self.chain.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Whether the handshake was not signed with the certificate's key.
    pub(super) fn saw_a_bad_signature(&self) -> bool {
        self.bad_signature.load(Ordering::Relaxed)
    }

    /// Only a signature that was looked at and is wrong counts; certificates and keys that rustls cannot read do not.
    fn judge(
        &self,
        certificate: &CertificateDer<'_>,
        verified: Result<HandshakeSignatureValid, Error>,
    ) -> Result<HandshakeSignatureValid, Error> {
        match verified {
            Err(error @ Error::InvalidCertificate(CertificateError::BadSignature))
                if !is_odd_rsa(certificate) =>
            {
                self.bad_signature.store(true, Ordering::Relaxed);
                Err(error)
            }
            _ => Ok(HandshakeSignatureValid::assertion()),
        }
    }
}

impl ServerCertVerifier for Recorder {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let chain = [end_entity].into_iter().chain(intermediates).map(|der| der.to_vec()).collect();
        *self.chain.lock().unwrap_or_else(PoisonError::into_inner) = Some(chain);
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.judge(cert, crypto::verify_tls12_signature(message, cert, dss, &self.algorithms))
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.judge(cert, crypto::verify_tls13_signature(message, cert, dss, &self.algorithms))
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        let mut schemes = self.algorithms.supported_schemes();
        schemes.extend(UNVERIFIED);
        schemes
    }
}

/// Whether the key is one of RSA with a size that ring does not take: it calls all its signatures wrong.
fn is_odd_rsa(certificate: &CertificateDer<'_>) -> bool {
    let Ok(parsed) = ParsedCertificate::try_from(certificate) else { return true };
    rsa_bits(parsed.subject_public_key_info().as_ref()).is_some_and(|bits| !(2048..=8192).contains(&bits))
}

/// The size of an RSA key (RFC 8017 appendix A.1.1); `None` for a key of another kind.
fn rsa_bits(spki: &[u8]) -> Option<usize> {
    let parts = asn1::sequence_elements(spki).ok()?;
    let [algorithm, key] = parts[..] else { return None };
    let algorithm = asn1::sequence_elements(algorithm).ok()?;
    let is_rsa = *algorithm.first()? == asn1::oid(&oid::RSA_ENCRYPTION);
    let key = asn1::contents(Tag::BitString, key).ok().filter(|_| is_rsa)?.get(1..)?;
    let modulus = asn1::contents(Tag::Integer, asn1::sequence_elements(key).ok()?.first()?).ok()?;
    let zeros = modulus.iter().take_while(|octet| **octet == 0).count();
    let first = modulus.get(zeros)?;
    Some((modulus.len() - zeros) * 8 - first.leading_zeros() as usize)
}
