//! What rustls-webpki says of an end entity's certificate below given authorities: the second opinion of `check`.
//!
//! Unlike [`super::path`], which refuses what ought not to be issued, this takes whatever a consumer would take.

use std::time::Duration;

use rustls_pki_types::{CertificateDer, TrustAnchor, UnixTime};
use webpki::{EndEntityCert, Error, anchor_from_trusted_cert};

use super::path::{ALGORITHMS, AnyPurpose};

/// Authorities an end entity stands below.
#[derive(Clone, Debug)]
pub struct Judge {
    anchors: [TrustAnchor<'static>; 1],
    between: Vec<CertificateDer<'static>>,
}

/// What webpki says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It takes the certificate; its signature is the issuer's.
    Accepted,
    /// The signature is not the issuer's.
    Signature,
    /// The names are outside of what the authorities may certify, or of a kind whose limits it cannot check.
    Names,
    /// Anything else, in webpki's words.
    Refused(String),
}

impl Judge {
    /// Below a trusted authority, with others in between.
    ///
    /// # Errors
    /// The trusted one cannot be read; in webpki's words.
    pub fn new(trusted: &[u8], between: &[&[u8]]) -> Result<Self, String> {
        let anchor = anchor_from_trusted_cert(&CertificateDer::from(trusted)).map_err(words)?.to_owned();
        let between = between.iter().map(|der| CertificateDer::from(der.to_vec())).collect();
        Ok(Self { anchors: [anchor], between })
    }

    /// What webpki says of a certificate (DER) at a time in seconds since 1970.
    pub fn judge(&self, certificate: &[u8], seconds: i64) -> Verdict {
        let der = CertificateDer::from(certificate);
        let time =
            UnixTime::since_unix_epoch(Duration::from_secs(u64::try_from(seconds).unwrap_or_default()));
        let entity = match EndEntityCert::try_from(&der) {
            Ok(entity) => entity,
            Err(error) => return error.into(),
        };
        match entity.verify_for_usage(ALGORITHMS, &self.anchors, &self.between, time, AnyPurpose, None, None)
        {
            Ok(_) => Verdict::Accepted,
            Err(error) => error.into(),
        }
    }
}

impl From<Error> for Verdict {
    fn from(error: Error) -> Self {
        match error {
            Error::InvalidSignatureForPublicKey => Self::Signature,
            Error::NameConstraintViolation => Self::Names,
            error => Self::Refused(words(error)),
        }
    }
}

/// webpki's name of an error; what it says beside it is for programmers.
fn words(error: Error) -> String {
    let text = format!("{error:?}");
    text.split(['(', ' ', '{']).next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_named_without_their_details() {
        assert_eq!(words(Error::UnsupportedCriticalExtension), "UnsupportedCriticalExtension");
        assert_eq!(Verdict::from(Error::NameConstraintViolation), Verdict::Names);
        assert_eq!(Verdict::from(Error::InvalidSignatureForPublicKey), Verdict::Signature);
        assert_eq!(Verdict::from(Error::BadDer), Verdict::Refused("BadDer".into()));
        assert!(Judge::new(b"", &[]).is_err());
    }
}
