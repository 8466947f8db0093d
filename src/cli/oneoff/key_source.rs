//! The key of the certificate to be: a new one, one in a file, or one that is elsewhere.

use std::path::Path;

use crate::cli::own::failure::Failure;
use crate::key::{Password, PrivateKey, PublicKey};
use crate::vocab::algorithm::KeySpec;
use crate::vocab::role::KeyKind;

use super::issuer::{Opener, private_key};
use super::request::Asked;

/// Where the key comes from.
pub(super) enum KeySource {
    New(KeySpec),
    Existing(PrivateKey),
    /// Its private half is elsewhere.
    External(PublicKey),
}

impl KeySource {
    /// The key of the request, else the one in a file, else a new one.
    pub(super) fn choose(
        asked: &Asked,
        existing: Option<&Path>,
        password: Option<&Password>,
    ) -> Result<Self, Failure> {
        if let Some(key) = &asked.external {
            return Ok(Self::External(key.clone()));
        }
        match existing {
            Some(path) => private_key(path, Opener::of_authority(password)).map(Self::Existing),
            None => asked.key_spec().map(Self::New),
        }
    }

    pub(super) fn existing(&self) -> Option<&PublicKey> {
        match self {
            Self::New(_) => None,
            Self::Existing(key) => Some(key.public_key()),
            Self::External(key) => Some(key),
        }
    }

    pub(super) fn is_rsa(&self) -> bool {
        self.kind() == Some(KeyKind::Rsa)
    }

    pub(super) fn kind(&self) -> Option<KeyKind> {
        match self {
            Self::New(spec) => Some((*spec).into()),
            Self::Existing(key) => key.public_key().kind().of_roles(),
            Self::External(key) => key.kind().of_roles(),
        }
    }
}

/// The key of the certificate to be.
pub(super) struct Key {
    pub(super) private: Option<PrivateKey>,
    pub(super) public: PublicKey,
    pub(super) is_new: bool,
}

impl KeySource {
    pub(super) fn make(self) -> Result<Key, Failure> {
        let (private, is_new) = match self {
            Self::New(spec) => (PrivateKey::generate(spec)?, true),
            Self::Existing(key) => (key, false),
            Self::External(public) => return Ok(Key { private: None, public, is_new: false }),
        };
        Ok(Key { public: private.public_key().clone(), private: Some(private), is_new })
    }
}
