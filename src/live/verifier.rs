//! A verifier that takes every certificate and remembers it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

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
                if !is_short_rsa(certificate) =>
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

/// The contents of rsaEncryption's OID (RFC 8017 appendix A.1).
const RSA_ENCRYPTION: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];

/// The shortest SubjectPublicKeyInfo of an RSA key of 2048 bits: its exponent is one octet.
const RSA_2048_SPKI: usize = 292;

/// Whether the key is one of RSA with fewer than 2048 bits: ring calls all its signatures wrong.
fn is_short_rsa(certificate: &CertificateDer<'_>) -> bool {
    let Ok(parsed) = ParsedCertificate::try_from(certificate) else { return true };
    let spki = parsed.subject_public_key_info();
    let is_rsa = spki.windows(RSA_ENCRYPTION.len()).any(|window| window == RSA_ENCRYPTION);
    is_rsa && spki.len() < RSA_2048_SPKI
}
