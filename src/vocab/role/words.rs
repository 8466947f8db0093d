//! Properties in words: what is needed, what is lacking, what to do.

use std::fmt;

use crate::vocab::usage::Usage;

use super::{KeyKind, Property};

/// As a list of needs has it: `extended key usage "client auth"`.
impl fmt::Display for Property {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage(usage) => write!(f, "{} \"{}\"", kind(*usage), usage.field_word()),
            Self::OneOfUsages(some) => {
                write!(f, "key usage {}", one_of(some.iter().map(|usage| usage.field_word())))
            }
            Self::AnyName => f.write_str("a host name or IP address"),
            Self::AnyNameOrCommonName => {
                f.write_str("a host name or IP address, or a common name in place of it")
            }
            Self::AnyIp => f.write_str("an IP address"),
            Self::Name(name) => write!(f, "host name \"{name}\""),
            Self::NameWith(start) => write!(f, "host name \"{start}DOMAIN\""),
            Self::CommonName => f.write_str("a common name"),
            Self::CommonNameOf(some) => write!(f, "common name {}", one_of(some.iter())),
            Self::CommonNameWith(start) => write!(f, "common name \"{start}NAME\""),
            Self::Organization(name) => write!(f, "organization \"{name}\""),
            Self::Key(kinds) => write!(f, "a key of {}", kinds_of(kinds)),
            Self::DigestSignature => f.write_str("a signature other than Ed25519"),
            Self::Authority => f.write_str("\"CA:TRUE\""),
            Self::NoAuthority => f.write_str("no \"CA:TRUE\""),
            Self::Mode(mode) => {
                let [most, of_root] = [mode.forbidden, mode.forbidden_for_root].map(|bits| 0o666 & !bits);
                write!(f, "a key file of mode {most:04o}, or {of_root:04o} where root owns it")
            }
            Self::PlainKey => f.write_str("a key that is not encrypted"),
            Self::KeyBeside => f.write_str("the key in the file of the certificate, or in FILE.key"),
        }
    }
}

impl Property {
    /// What to change in what is asked for.
    pub(super) fn remedy(&self) -> String {
        match self {
            Self::Usage(_) | Self::OneOfUsages(_) => format!("issue it with the {self}"),
            Self::AnyName | Self::AnyNameOrCommonName => {
                "issue it with the host names and addresses its clients connect to".into()
            }
            Self::AnyIp => "issue it with the addresses its clients connect to".into(),
            Self::NameWith(start) => {
                format!("issue it with the host name {start}cluster.local, or your cluster's domain")
            }
            Self::CommonName => "issue it with the name of the user as common name".into(),
            Self::CommonNameOf(some) => format!("issue it with the common name {}", some.join(" or ")),
            Self::Name(_) | Self::CommonNameWith(_) | Self::Organization(_) => {
                format!("issue it with the {self}")
            }
            Self::Key(kinds) => format!("make a key of {}", kinds_of(kinds)),
            Self::DigestSignature => "let an authority with an RSA or ECDSA key sign it".into(),
            Self::Authority => "issue it as an authority: --root or --intermediate".into(),
            Self::NoAuthority => "issue a certificate for it below the authority".into(),
            Self::Mode(_) => "chmod 0600".into(),
            Self::PlainKey => "write the key without password: openssl pkey -in KEY -out NEW".into(),
            Self::KeyBeside => "write both into one file: certwright export --format combined".into(),
        }
    }

    /// What a finding says of a certificate without it.
    pub fn lack(&self) -> String {
        match self {
            Self::AnyName => "it names no host and no IP address".into(),
            Self::AnyNameOrCommonName => "it names nobody".into(),
            Self::AnyIp => "it names no IP address".into(),
            Self::CommonName => "it has no common name".into(),
            Self::CommonNameOf(some) => format!("the common name is not {}", one_of(some.iter())),
            Self::CommonNameWith(start) => format!("the common name is not \"{start}NAME\""),
            Self::Key(kinds) => format!("the key is not {}", kinds_of(kinds)),
            Self::DigestSignature => "it is signed with Ed25519".into(),
            Self::Authority => "it is not an authority".into(),
            Self::NoAuthority => "it is an authority".into(),
            Self::Mode(_) => "others can read the key".into(),
            Self::PlainKey => "the key is encrypted".into(),
            Self::KeyBeside => "there is no key in it, and none in FILE.key".into(),
            named => format!("it lacks the {named}"),
        }
    }
}

fn kind(usage: Usage) -> &'static str {
    match usage {
        Usage::Key(_) => "key usage",
        Usage::Extended(_) => "extended key usage",
    }
}

fn kinds_of(kinds: &[KeyKind]) -> String {
    kinds.iter().map(|kind| kind.word()).collect::<Vec<_>>().join(" or ")
}

fn one_of(words: impl Iterator<Item = impl fmt::Display>) -> String {
    words.map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(" or ")
}
