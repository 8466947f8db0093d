//! The authority that signs, and its key.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use time::OffsetDateTime;

use crate::cli::export::source::password_of;
use crate::cli::own::documents;
use crate::cli::own::failure::Failure;
use crate::issue::certificate::Certificate;
use crate::issue::path::IssuerPath;
use crate::issue::signer::Issuer;
use crate::key::{Password, PrivateKey};
use crate::vocab::shell;
use crate::vocab::spoken::moment;

/// Which authority signs.
#[derive(Args, Debug)]
pub(super) struct IssuerArguments {
    /// The certificate of the authority that signs
    #[arg(long, value_name = "FILE")]
    pub(super) ca: Option<PathBuf>,
    /// The authority's private key [default: beside CA.pem, as CA-key.pem]
    #[arg(long, value_name = "FILE", requires = "ca")]
    ca_key: Option<PathBuf>,
    /// The environment variable with the password, for a key that is encrypted
    #[arg(long, value_name = "VARIABLE", conflicts_with = "ca_password_file")]
    ca_password_env: Option<OsString>,
    /// The file with the password, for a key that is encrypted
    #[arg(long, value_name = "FILE")]
    ca_password_file: Option<PathBuf>,
}

/// An authority as its files say.
pub(super) struct Authority {
    pub(super) issuer: Issuer,
    pub(super) path: PathBuf,
}

impl IssuerArguments {
    /// The password of the key, if one is named.
    pub(super) fn password(&self) -> Result<Option<Password>, Failure> {
        password_of(&self.ca_password_file, &self.ca_password_env)
    }

    /// The authority, if one is named: certificate and key belong together, and it may issue.
    pub(super) fn read(&self, password: Option<&Password>) -> Result<Option<Authority>, Failure> {
        let Some(path) = &self.ca else { return Ok(None) };
        let certificate = documents::authority(path)?;
        let key_path = self.key_path(path);
        let key = self.read_key(path, password)?;
        let issuer = Issuer::new(certificate, key)
            .map_err(|error| Failure::from(error).within(format_args!("{}", key_path.display())))?;
        Ok(Some(Authority { issuer, path: path.clone() }))
    }

    /// The same key again, for the authority's new certificate.
    pub(super) fn read_key(&self, ca: &Path, password: Option<&Password>) -> Result<PrivateKey, Failure> {
        let path = self.key_path(ca);
        if self.ca_key.is_none() && !path.exists() {
            let shown = path.display();
            let message = match fs::metadata(ca) {
                Ok(found) if found.is_file() => format!("the authority's key {shown} is not there"),
                _ => "the authority's key is not named, and nothing lies beside a pipe".to_owned(),
            };
            return Err(Failure::new(message).with_hint("--ca-key FILE says where it is"));
        }
        private_key(&path, Opener::of_authority(password))
    }

    /// The files that are named.
    pub(super) fn files(&self) -> Vec<PathBuf> {
        self.ca.iter().flat_map(|ca| [ca.clone(), self.key_path(ca)]).collect()
    }

    fn key_path(&self, ca: &Path) -> PathBuf {
        self.ca_key.clone().unwrap_or_else(|| key_beside(ca))
    }
}

impl Authority {
    pub(super) fn certificate(&self) -> &Certificate {
        self.issuer.certificate()
    }

    /// What is new is verified along this.
    pub(super) fn verification_path(&self) -> Result<IssuerPath, Failure> {
        IssuerPath::trusted(self.certificate())
            .map_err(|error| Failure::from(error).within(self.path.display()))
    }

    /// What an authority signs outside of its own life counts for nothing.
    pub(super) fn check_time(&self, now: OffsetDateTime) -> Result<(), Failure> {
        let validity = self.certificate().validity();
        let path = self.path.display();
        if validity.not_after <= now {
            return Err(Failure::new(format!("{path} ended on {}", moment(validity.not_after))).with_hint(
                format!("renew it first; a root renews itself: certwright renew {}", shell::path(&self.path)),
            ));
        }
        if validity.not_before > now {
            return Err(Failure::new(format!("{path} begins only on {}", moment(validity.not_before)))
                .with_hint("look at the clock of this machine"));
        }
        Ok(())
    }

    /// RFC 5280 section 4.2.1.9: how many authorities may stand below it.
    pub(super) fn check_path(&self, below: Option<u32>) -> Result<(), Failure> {
        let Some(limit) = self.certificate().basic_constraints().path_length else { return Ok(()) };
        let path = self.path.display();
        let hint = "the issuer has to be made with a longer path length";
        if limit == 0 {
            return Err(Failure::new(format!("{path} has path length 0: no authority may stand below it"))
                .with_hint(hint));
        }
        match below {
            Some(below) if below >= limit => Err(Failure::new(format!(
                "{path} has path length {limit}, so one below it has at most {}, not {below}",
                limit - 1
            ))
            .with_hint(hint)),
            _ => Ok(()),
        }
    }
}

/// What opens a private key, and how to name it.
#[derive(Clone, Copy)]
pub(super) struct Opener<'p> {
    pub(super) password: Option<&'p Password>,
    /// What the flags begin with that name the password.
    pub(super) flag: &'static str,
}

impl<'p> Opener<'p> {
    /// What `--ca-password-...` names.
    pub(super) fn of_authority(password: Option<&'p Password>) -> Self {
        Self { password, flag: "--ca-password" }
    }
}

/// Reads a private key; one that is encrypted says how to name its password.
pub(super) fn private_key(path: &Path, opener: Opener<'_>) -> Result<PrivateKey, Failure> {
    use crate::key::KeyError;
    let bytes = documents::read(path)?;
    let Opener { password, flag } = opener;
    PrivateKey::from_pem(&bytes, password).map_err(|error| {
        let refused = |message| {
            Failure::new(message)
                .with_hint(format!("name its password: {flag}-env VARIABLE or {flag}-file FILE"))
        };
        let failure = match error {
            KeyError::Encrypted => refused("the private key is encrypted"),
            KeyError::WrongPassword => refused("the password does not open the private key"),
            error => error.into(),
        };
        failure.within(path.display())
    })
}

/// Where the key of a certificate lies by custom: `NAME-key.pem` for `NAME.pem`.
pub(super) fn key_beside(certificate: &Path) -> PathBuf {
    let mut name = certificate.file_stem().unwrap_or_default().to_owned();
    name.push("-key.pem");
    certificate.with_file_name(name)
}
