//! The formats in which certificates, keys and chains are handed out: one table of them, and [`render`].
//!
//! Nothing is issued or judged here, and nothing is written: bytes come out.

mod chain;
mod error;
mod kubernetes;
mod pem;
pub mod pkcs12;
mod remark;
mod table;

use zeroize::Zeroizing;

pub use chain::order;
pub use error::FormatError;
pub use remark::Remark;
pub use table::Format;

use crate::issue::certificate::Certificate;
use crate::key::{Password, PrivateKey};

/// What is to be handed out.
#[derive(Clone, Copy, Debug)]
pub struct Material<'a> {
    /// The base name: what names in a format are made of.
    pub name: &'a str,
    /// The certificate.
    pub certificate: &'a Certificate,
    /// The certificates above it: its issuer first, the root (or what comes next to it) last; may be empty.
    pub chain: &'a [Certificate],
    /// The certificate's private key.
    pub key: Option<&'a PrivateKey>,
}

/// What some formats need or allow to be said.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options<'a> {
    /// Encrypts keys and seals PKCS#12 files.
    pub password: Option<&'a Password>,
    /// The name of the entry in a PKCS#12 file; if not given, the base name, or `ca` for the root above a certificate.
    pub alias: Option<&'a str>,
    /// The URL of the API server, for a kubeconfig.
    pub server: Option<&'a str>,
    /// The cluster's name in a kubeconfig; `kubernetes` if not given.
    pub cluster: Option<&'a str>,
    /// The user's name in a kubeconfig; if not given, the certificate's common name, which is the user to the server.
    pub user: Option<&'a str>,
    /// The namespace of a Kubernetes Secret, or the one a kubeconfig starts in.
    pub namespace: Option<&'a str>,
}

/// The bytes of a certificate, key or chain in a format.
///
/// # Errors
/// Something the format needs is missing or cannot be written in it.
pub fn render(
    format: Format,
    material: &Material<'_>,
    options: &Options<'_>,
) -> Result<Zeroizing<Vec<u8>>, FormatError> {
    let asked = Asked { format, material, options };
    match format {
        Format::Pem => Ok(pem::certificates([material.certificate])),
        Format::Key => asked.key().map(pem::key),
        Format::TraditionalKey => asked.key().map(pem::traditional_key),
        Format::EncryptedKey => {
            let text = asked.key()?.to_encrypted_pem(asked.password()?)?;
            Ok(Zeroizing::new(text.into_bytes()))
        }
        Format::Fullchain => Ok(pem::certificates(material.full_chain())),
        Format::Chain => asked.chain().map(pem::certificates),
        Format::Combined => Ok(pem::combined(material.full_chain(), asked.key()?)),
        Format::Der => Ok(Zeroizing::new(material.certificate.der().to_vec())),
        Format::KeyDer => asked.key().map(PrivateKey::to_pkcs8_der),
        Format::Pkcs12 => pkcs12::keystore(&asked, pkcs12::Strength::Modern),
        Format::Pkcs12Legacy => pkcs12::keystore(&asked, pkcs12::Strength::Legacy),
        Format::Truststore => pkcs12::truststore(&asked),
        Format::KubernetesSecret => kubernetes::secret(&asked),
        Format::Kubeconfig => kubernetes::kubeconfig(&asked),
    }
}

/// What [`render`] would find wrong with these options and this name, whatever the certificate.
///
/// # Errors
/// As with [`render`].
pub fn check(format: Format, name: &str, options: &Options<'_>) -> Result<(), FormatError> {
    if format.needs_password() {
        let password = password(format, options)?;
        if format != Format::EncryptedKey {
            pkcs12::check_password(format, password)?;
        }
    }
    if format == Format::KubernetesSecret {
        kubernetes::secret_name(name)?;
        kubernetes::namespace(options)?;
    }
    if format == Format::Kubeconfig {
        kubernetes::server(options)?;
        kubernetes::namespace(options)?;
    }
    Ok(())
}

fn password<'a>(format: Format, options: &Options<'a>) -> Result<&'a Password, FormatError> {
    match options.password {
        None => Err(FormatError::NoPassword { format }),
        Some(password) if password.as_bytes().is_empty() => Err(FormatError::EmptyPassword { format }),
        Some(password) => Ok(password),
    }
}

/// One request, and what a format may take for granted of it.
struct Asked<'a> {
    format: Format,
    material: &'a Material<'a>,
    options: &'a Options<'a>,
}

impl<'a> Asked<'a> {
    fn key(&self) -> Result<&'a PrivateKey, FormatError> {
        self.material.key.ok_or(FormatError::NoKey { format: self.format })
    }

    fn password(&self) -> Result<&'a Password, FormatError> {
        password(self.format, self.options)
    }

    fn chain(&self) -> Result<&'a [Certificate], FormatError> {
        match self.material.chain {
            [] => Err(FormatError::EmptyChain { format: self.format }),
            chain => Ok(chain),
        }
    }

    /// The certificate to trust: the end of the chain, or the certificate itself if it is a root.
    fn anchor(&self) -> Result<&'a Certificate, FormatError> {
        let Material { certificate, chain, .. } = *self.material;
        match chain.last() {
            Some(last) => Ok(last),
            None if chain::is_root(certificate) => Ok(certificate),
            None => Err(FormatError::EmptyChain { format: self.format }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::error::tests::{leaf, text};
    use super::*;

    #[test]
    fn what_a_format_needs_and_does_not_get_is_named() {
        let bare = Material { key: None, chain: &[], ..leaf() };
        let refused =
            |format| text(render(format, &bare, &Options::default()).expect_err("something is missing"));
        for format in Format::ALL {
            if format.holds_key() {
                assert_eq!(
                    refused(format),
                    format!(
                        "the format \"{format}\" holds the private key, which is not given\nadd the certificate's \
                         private key (export: --key FILE)"
                    )
                );
            }
        }
        for format in [Format::Chain, Format::Truststore] {
            let with_password =
                Options { password: Some(&Password::new(b"x".to_vec())), ..Options::default() };
            let error = render(format, &bare, &with_password).expect_err("there is no chain");
            assert_eq!(
                text(error),
                format!(
                    "the format \"{format}\" needs the certificates above this one, and none is given\nadd the \
                     issuer's certificates (export: --chain FILE)"
                )
            );
        }
    }

    #[test]
    fn passwords_are_asked_for() {
        let material = leaf();
        for format in Format::ALL.into_iter().filter(|format| format.needs_password()) {
            let none = render(format, &material, &Options::default()).expect_err("no password");
            assert_eq!(
                text(none),
                format!(
                    "the format \"{format}\" needs a password\na password comes from a file or an environment \
                     variable, never from an argument (export: --password-file FILE, --password-env VARIABLE)"
                )
            );
            let options = Options { password: Some(&Password::new(Vec::new())), ..Options::default() };
            let empty = render(format, &material, &options).expect_err("an empty password");
            assert_eq!(
                text(empty),
                format!(
                    "the password for the format \"{format}\" is empty\nlook whether the file or variable it comes \
                     from is the right one"
                )
            );
        }
    }

    #[test]
    fn no_other_format_asks_for_one() {
        let options = Options { server: Some("https://api.example:6443"), ..Options::default() };
        for format in Format::ALL.into_iter().filter(|format| !format.needs_password()) {
            render(format, &leaf(), &options).unwrap();
        }
    }
}
