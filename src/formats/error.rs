//! Why something cannot be had in a format.

use crate::key::KeyError;

use super::Format;

/// Why something cannot be had in a format.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FormatError {
    /// The private key is part of it.
    #[error("the format \"{format}\" holds the private key, which is not given")]
    NoKey {
        /// The format.
        format: Format,
    },
    /// It is encrypted.
    #[error("the format \"{format}\" needs a password")]
    NoPassword {
        /// The format.
        format: Format,
    },
    /// A password without a character protects nothing.
    #[error("the password for the format \"{format}\" is empty")]
    EmptyPassword {
        /// The format.
        format: Format,
    },
    /// PKCS#12 passwords are text of the Basic Multilingual Plane (RFC 7292 appendix B.1).
    #[error("the password for the format \"{format}\" is not text that PKCS#12 can hold")]
    PasswordNotText {
        /// The format.
        format: Format,
    },
    /// An alias is a BMPString.
    #[error("the alias \"{}\" cannot be written", .alias.escape_debug())]
    Alias {
        /// The alias.
        alias: String,
    },
    /// It needs the certificates above the certificate.
    #[error("the format \"{format}\" needs the certificates above this one, and none is given")]
    EmptyChain {
        /// The format.
        format: Format,
    },
    /// A kubeconfig without a server leads nowhere.
    #[error("the format \"{}\" needs the URL of the API server", Format::Kubeconfig)]
    NoServer,
    /// Client certificates are presented over TLS only.
    #[error("the API server \"{}\" is not a URL with https", .server.escape_debug())]
    Server {
        /// What was given.
        server: String,
    },
    /// No letter or digit in it.
    #[error("no Kubernetes name can be made of \"{}\"", .name.escape_debug())]
    Name {
        /// The base name.
        name: String,
    },
    /// Not a DNS label.
    #[error("\"{}\" is not the name of a namespace", .namespace.escape_debug())]
    Namespace {
        /// What was given.
        namespace: String,
    },
    /// The key cannot be encrypted.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The library refused.
    #[error("the PKCS#12 file cannot be made")]
    Pkcs12(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The library refused.
    #[error("the YAML document cannot be made")]
    Yaml(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl FormatError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        if let Self::Key(error) = self {
            return error.hint();
        }
        let (advice, options) = self.advice()?;
        Some(if options.is_empty() { advice.to_owned() } else { format!("{advice} (export: {options})") })
    }

    /// What to do about it in a manifest, which has no command line.
    pub fn hint_in_manifest(&self) -> Option<String> {
        match self {
            Self::Name { .. } => Some("choose a \"file\" with letters or digits in its last part".into()),
            Self::EmptyChain { .. } => Some("a root has none: name the format in what it issues".into()),
            Self::Key(error) => error.hint(),
            _ => self.advice().map(|(advice, _)| advice.to_owned()),
        }
    }

    /// What to do about it, and by which options of `export`.
    fn advice(&self) -> Option<(&'static str, &'static str)> {
        Some(match self {
            Self::NoKey { .. } => ("add the certificate's private key", "--key FILE"),
            Self::NoPassword { .. } => (
                "a password comes from a file or an environment variable, never from an argument",
                "--password-file FILE, --password-env VARIABLE",
            ),
            Self::EmptyPassword { .. } => {
                ("look whether the file or variable it comes from is the right one", "")
            }
            Self::PasswordNotText { .. } => ("use a password of letters, digits and signs in UTF-8", ""),
            Self::Alias { .. } => ("use letters, digits and signs, at least one", ""),
            Self::EmptyChain { .. } => ("add the issuer's certificates", "--chain FILE"),
            Self::NoServer | Self::Server { .. } => {
                ("write it as in https://api.example.com:6443", "--server URL")
            }
            Self::Name { .. } => ("choose a base name with letters or digits", "--name BASE"),
            Self::Namespace { .. } => (
                "a namespace has up to 63 small letters, digits and \"-\", and starts and ends with a letter or digit",
                "",
            ),
            Self::Key(_) | Self::Pkcs12(_) | Self::Yaml(_) => return None,
        })
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::{Material, Options, render};
    use super::*;
    use crate::issue::certificate::Certificate;
    use crate::key::{Password, PrivateKey};
    use std::sync::LazyLock;

    /// Text and hint.
    pub(in crate::formats) fn text(error: FormatError) -> String {
        format!("{error}\n{}", error.hint().unwrap_or_default())
    }

    struct World {
        certificate: Certificate,
        chain: [Certificate; 2],
        key: PrivateKey,
    }

    static WORLD: LazyLock<World> = LazyLock::new(|| World {
        certificate: Certificate::from_pem(include_bytes!("testdata/leaf.pem")).unwrap(),
        chain: [
            Certificate::from_pem(include_bytes!("testdata/intermediate.pem")).unwrap(),
            Certificate::from_pem(include_bytes!("testdata/root.pem")).unwrap(),
        ],
        key: PrivateKey::from_pem(include_bytes!("testdata/leaf-key.pem"), None).unwrap(),
    });

    /// A leaf with an intermediate and a root above it.
    pub(in crate::formats) fn leaf() -> Material<'static> {
        let World { certificate, chain, key } = &*WORLD;
        Material { name: "Leaf_1", certificate, chain, key: Some(key) }
    }

    #[test]
    fn texts_and_hints_are_exact() {
        let refused = |format, material: &Material<'_>, options: &Options<'_>| {
            text(render(format, material, options).unwrap_err())
        };
        let password = Password::new("päss\u{1f600}".into());
        let options = Options { password: Some(&password), ..Options::default() };
        assert_eq!(
            refused(Format::Pkcs12, &leaf(), &options),
            "the password for the format \"pkcs12\" is not text that PKCS#12 can hold\n\
             use a password of letters, digits and signs in UTF-8"
        );
        let password = Password::new(vec![0xff]);
        let options = Options { password: Some(&password), ..Options::default() };
        assert_eq!(
            refused(Format::Truststore, &leaf(), &options),
            "the password for the format \"truststore\" is not text that PKCS#12 can hold\n\
             use a password of letters, digits and signs in UTF-8"
        );
        let password = Password::new(b"secret".to_vec());
        for (alias, shown) in [("", ""), ("\u{1f600}", "\u{1f600}"), ("a\nb", "a\\nb")] {
            let options = Options { password: Some(&password), alias: Some(alias), ..Options::default() };
            assert_eq!(
                refused(Format::Pkcs12Legacy, &leaf(), &options),
                format!(
                    "the alias \"{shown}\" cannot be written\nuse letters, digits and signs, at least one"
                )
            );
        }
        assert_eq!(
            refused(Format::Kubeconfig, &leaf(), &Options::default()),
            "the format \"kubeconfig\" needs the URL of the API server\n\
             write it as in https://api.example.com:6443 (export: --server URL)"
        );
        for server in ["api.example:6443", "http://api.example", "https://", "https:///x", "https://a b"] {
            let options = Options { server: Some(server), ..Options::default() };
            assert_eq!(
                refused(Format::Kubeconfig, &leaf(), &options),
                format!(
                    "the API server \"{server}\" is not a URL with https\n\
                     write it as in https://api.example.com:6443 (export: --server URL)"
                )
            );
        }
        assert_eq!(
            refused(Format::KubernetesSecret, &Material { name: "_.\n", ..leaf() }, &Options::default()),
            "no Kubernetes name can be made of \"_.\\n\"\n\
             choose a base name with letters or digits (export: --name BASE)"
        );
        for namespace in ["", "Prod", "a.b", "-a", "a-", "a\nb"] {
            let options = Options { namespace: Some(namespace), ..Options::default() };
            assert_eq!(
                refused(Format::KubernetesSecret, &leaf(), &options),
                format!(
                    "\"{}\" is not the name of a namespace\na namespace has up to 63 small letters, digits and \
                     \"-\", and starts and ends with a letter or digit",
                    namespace.escape_debug()
                )
            );
        }
    }
}
