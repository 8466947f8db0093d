//! What is to be done with an entry, and why: what lies there, against what is wanted.
//!
//! Nothing here looks at a disk or a clock. What lies there is [`Lying`], what is wanted is [`Wanted`], and
//! [`decide`] says what has to change.

mod compare;
mod decide;
mod decision;
mod reason;
mod wanted;

pub use decide::{Permissions, decide};
pub use decision::{Action, Cut, Decision, Departures, HeldUp};
pub use reason::{Reason, Refusal, Replaced};
pub use wanted::{PlanError, Role, Wanted, approve, approve_csr};

use crate::issue::certificate::Certificate;
use crate::key::PublicKey;

/// A file, read.
#[derive(Debug)]
pub enum Piece<T> {
    /// There is none.
    Missing,
    /// It cannot be read, and why.
    Broken(String),
    /// It is encrypted and cannot be opened, and why: nobody can tell what it holds.
    Locked(String),
    /// What it holds.
    Good(T),
}

impl<T> Piece<T> {
    /// What it holds.
    pub fn good(&self) -> Option<&T> {
        match self {
            Self::Good(value) => Some(value),
            Self::Missing | Self::Broken(_) | Self::Locked(_) => None,
        }
    }

    /// What it holds, alone.
    pub fn into_good(self) -> Option<T> {
        match self {
            Self::Good(value) => Some(value),
            Self::Missing | Self::Broken(_) | Self::Locked(_) => None,
        }
    }

    /// The same, looked at.
    pub fn as_ref(&self) -> Piece<&T> {
        match self {
            Self::Missing => Piece::Missing,
            Self::Broken(fault) => Piece::Broken(fault.clone()),
            Self::Locked(fault) => Piece::Locked(fault.clone()),
            Self::Good(value) => Piece::Good(value),
        }
    }

    /// Another view of what it holds.
    pub fn map<U>(self, view: impl FnOnce(T) -> U) -> Piece<U> {
        match self {
            Self::Missing => Piece::Missing,
            Self::Broken(fault) => Piece::Broken(fault),
            Self::Locked(fault) => Piece::Locked(fault),
            Self::Good(value) => Piece::Good(view(value)),
        }
    }

    /// Whether there is a file.
    pub fn exists(&self) -> bool {
        !matches!(self, Self::Missing)
    }
}

/// The files of an entry that lie there.
#[derive(Debug)]
pub struct Lying {
    /// The base name of the files, for messages.
    pub base: String,
    /// The certificate.
    pub certificate: Piece<Certificate>,
    /// The public half of the private key.
    pub key: Piece<PublicKey>,
    /// The key that the request is for, and signed with.
    pub csr: Piece<PublicKey>,
    /// The certificate's signature is known to be the wanted issuer's.
    pub is_verified: bool,
}

impl Lying {
    /// The name of the certificate's file.
    pub fn certificate_name(&self) -> String {
        format!("{}.pem", self.base)
    }

    /// The name of the key's file.
    pub fn key_name(&self) -> String {
        format!("{}-key.pem", self.base)
    }

    /// The name of the request's file.
    pub fn csr_name(&self) -> String {
        format!("{}.csr", self.base)
    }

    /// Whether any of the files exists.
    pub fn exists(&self) -> bool {
        self.certificate.exists() || self.key.exists() || self.csr.exists()
    }
}
