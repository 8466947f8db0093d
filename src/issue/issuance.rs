//! From what is wanted to what may be handed over: ended with its issuer, signed, without a lint's error, verified.

use time::{Duration, OffsetDateTime};

use crate::key::PrivateKey;

use super::certificate::Certificate;
use super::error::IssueError;
use super::path::IssuerPath;
use super::policy::ApprovedTemplate;
use super::renewal::Renewal;
use super::signer::{Issuer, Unread, sign_own_unread};
use super::validity::MOMENTS;

/// Who signs.
#[derive(Clone, Copy, Debug)]
pub enum Signer<'a> {
    /// The key it is for.
    Own(&'a PrivateKey),
    /// An authority, and the path that the result is verified along.
    Authority(&'a Issuer, &'a IssuerPath),
    /// An authority that certified the same before: its signature alone is verified.
    Again(&'a Issuer),
}

/// The circumstances under which certificates are issued.
#[derive(Clone, Copy, Debug)]
pub struct Issuance<'a> {
    /// Who signs.
    pub signer: Signer<'a>,
    /// The codes of lints that refuse nothing.
    pub ignored_lints: &'a [&'static str],
    /// The present.
    pub now: OffsetDateTime,
}

/// A certificate that may be handed over.
#[derive(Debug)]
pub struct Made {
    /// The certificate.
    pub certificate: Certificate,
    /// By how much its issuer's end cut it short, if that is worth a word.
    pub cut: Option<Duration>,
}

impl Issuance<'_> {
    /// Issues what was approved; without an issuer, a root.
    ///
    /// # Errors
    /// A failure to sign, the first lint's error, or what would make it good for nothing.
    pub fn issue(&self, mut approved: ApprovedTemplate) -> Result<Made, IssueError> {
        let cut = self.issuer().and_then(|issuer| approved.cap(issuer.certificate()));
        let unread = match self.signer {
            Signer::Own(key) => sign_own_unread(key, &approved)?,
            Signer::Authority(issuer, _) | Signer::Again(issuer) => issuer.sign_unread(&approved)?,
        };
        self.finish(unread, cut)
    }

    /// Issues a certificate again.
    ///
    /// # Errors
    /// As with [`Self::issue`].
    pub fn renew(&self, mut renewal: Renewal<'_>) -> Result<Made, IssueError> {
        let cut = self.issuer().and_then(|issuer| renewal.validity.cap(issuer.certificate().validity()));
        let unread = match self.signer {
            Signer::Own(key) => renewal.sign_own(key)?,
            Signer::Authority(issuer, _) | Signer::Again(issuer) => renewal.sign(issuer)?,
        };
        self.finish(unread, cut)
    }

    fn finish(&self, unread: Unread<'_>, cut: Option<Duration>) -> Result<Made, IssueError> {
        let linted = unread.read_back()?.linted(self.ignored_lints)?;
        let certificate = match self.signer {
            Signer::Own(_) if linted.is_authority() => linted.verified(None, self.now)?,
            // What is renewed may be a server's that signed itself.
            Signer::Own(key) => linted.signed_by(key.public_key())?,
            Signer::Authority(_, path) => linted.verified(Some(path), self.now)?,
            Signer::Again(issuer) => linted.signed_by(issuer.key().public_key())?,
        };
        Ok(Made { certificate, cut: cut.filter(|cut| *cut > MOMENTS) })
    }

    fn issuer(&self) -> Option<&Issuer> {
        match self.signer {
            Signer::Own(_) => None,
            Signer::Authority(issuer, _) | Signer::Again(issuer) => Some(issuer),
        }
    }
}
