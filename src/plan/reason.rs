//! Why something is to be done, or will not be, in words.

use std::fmt;

use time::OffsetDateTime;

use crate::vocab::shell;
use crate::vocab::spoken::moment;

/// Why an entry is not left as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// Nothing of it is there.
    New,
    /// A file is not there.
    Missing(String),
    /// A file cannot be read.
    Broken {
        /// Its name.
        file: String,
        /// Why.
        fault: String,
    },
    /// The private key is not the certificate's.
    KeyMismatch,
    /// The request asks for another kind of key.
    KeyType {
        /// What it is.
        from: String,
        /// What it is to be.
        to: String,
    },
    /// A new key is asked for.
    Rekey,
    /// The issuer is not the one that signed it.
    IssuerReplaced,
    /// Another issuer signed it, which is none of ours: its name.
    IssuerForeign(String),
    /// It names its issuer and has not its signature.
    Signature,
    /// Another subject.
    Subject,
    /// A name to be added.
    NameAdded(String),
    /// A name to be taken away.
    NameRemoved(String),
    /// Other key usages or extended key usages.
    Usages,
    /// Another extension is different.
    Extension(String),
    /// Another lifetime.
    Lifetime,
    /// Its issuer ends earlier than it does.
    IssuerEndsEarlier,
    /// It begins later than now.
    NotYetValid(OffsetDateTime),
    /// It has ended.
    Expired(OffsetDateTime),
    /// It ends soon.
    Expiring(OffsetDateTime),
    /// The request file is of another key or subject.
    CsrOutdated(String),
    /// A private key's file can be opened by more than it should.
    LooseMode {
        /// The file.
        file: String,
        /// Its mode.
        from: u32,
        /// What it is to be.
        to: u32,
    },
    /// A file belongs to somebody else than asked for.
    Owner(String),
    /// The key's file is written in another form than asked for.
    KeyForm(String),
    /// A file in another format does not fit the certificate, or what is asked for.
    Outdated(String),
    /// A file that is replaced was likely not made for the entry, and is kept.
    Foreign(String),
}

/// What of an authority would be another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Replaced {
    /// Its key, which is lost.
    LostKey,
    /// Its key, of another kind than is asked for.
    KindOfKey,
    /// Its name.
    Name,
}

impl Replaced {
    /// A word for it, and how it stays the same.
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::LostKey => ("key", "restore the key from a backup"),
            Self::KindOfKey => ("key", "ask for the kind of key it has"),
            Self::Name => ("name", "ask for the name it has"),
        }
    }
}

/// Why an entry is left as it is though something is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// A name that may be in use would go.
    NameRemoval(Vec<String>),
    /// The key or the name of an authority would be another one.
    ReplaceAuthority {
        /// Which.
        name: String,
        /// What of it.
        what: Replaced,
        /// Why it would.
        why: String,
    },
    /// It was issued by an authority that is none of ours: its name.
    ForeignIssuer(String),
    /// The authority of the same name that issued it would be made anew: whose entry.
    NewIssuer(String),
    /// Its key is an authority's.
    KeyOfAuthority {
        /// Its file.
        file: String,
        /// Whose it is.
        authority: String,
    },
    /// An authority's certificate, in the place of one that is none: its files.
    AuthorityBefore {
        /// The certificate's.
        certificate: String,
        /// The key's.
        key: String,
    },
    /// A certificate that is no authority's, in the place of one: its files.
    NoAuthorityBefore {
        /// The certificate's.
        certificate: String,
        /// The key's.
        key: String,
    },
    /// The authority's key is not there.
    NoIssuerKey(String),
    /// The authority is refused itself.
    IssuerRefused(String),
    /// The authority ended, or will before anything could be issued.
    IssuerExpired(String),
    /// The key is encrypted and cannot be opened.
    KeyLocked {
        /// Its file.
        file: String,
        /// Why not.
        fault: String,
    },
    /// Its files cannot be given away: the key that asks for it.
    NotGivable(&'static str),
    /// What cannot be issued.
    Impossible(String),
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::New => f.write_str("new"),
            Self::Missing(file) => write!(f, "{file} is missing"),
            Self::Broken { file, fault } => write!(f, "{file} cannot be used: {fault}"),
            Self::KeyMismatch => f.write_str("the private key does not match the certificate"),
            Self::KeyType { from, to } => write!(f, "key changed from {from} to {to}"),
            Self::Rekey => f.write_str("a new key is asked for"),
            Self::IssuerReplaced => f.write_str("its issuer was replaced"),
            Self::IssuerForeign(name) => write!(f, "it was issued by {name}, which is no authority here"),
            Self::Signature => f.write_str("its signature is damaged"),
            Self::Subject => f.write_str("subject changed"),
            Self::NameAdded(name) => write!(f, "name {name} added"),
            Self::NameRemoved(name) => write!(f, "name {name} removed"),
            Self::Usages => f.write_str("usages changed"),
            Self::Extension(name) => write!(f, "{name} changed"),
            Self::Lifetime => f.write_str("lifetime changed"),
            Self::IssuerEndsEarlier => f.write_str("its issuer ends earlier now"),
            Self::NotYetValid(time) => write!(f, "it begins only on {}", moment(*time)),
            Self::Expired(time) => write!(f, "it expired on {}", moment(*time)),
            Self::Expiring(time) => write!(f, "it expires on {}, inside the renewal window", moment(*time)),
            Self::CsrOutdated(file) => write!(f, "{file} is of another key or subject"),
            Self::LooseMode { file, from, to } => write!(f, "{file} has mode {from:04o}, to be {to:04o}"),
            Self::Owner(file) => write!(f, "{file} has another owner or group"),
            Self::KeyForm(file) => write!(f, "{file} is in another format than asked for"),
            Self::Outdated(file) => write!(f, "{file} is out of date"),
            Self::Foreign(file) => {
                write!(f, "{file} is not known to be its own: it is kept below \"previous\" and written anew")
            }
        }
    }
}

impl Reason {
    /// One word for machines.
    pub fn code(&self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Missing(_) => "missing",
            Self::Broken { .. } => "broken",
            Self::KeyMismatch => "key-mismatch",
            Self::KeyType { .. } => "key-type",
            Self::Rekey => "rekey",
            Self::IssuerReplaced => "issuer-replaced",
            Self::IssuerForeign(_) => "issuer-foreign",
            Self::Signature => "signature",
            Self::Subject => "subject",
            Self::NameAdded(_) => "name-added",
            Self::NameRemoved(_) => "name-removed",
            Self::Usages => "usages",
            Self::Extension(_) => "extension",
            Self::Lifetime | Self::IssuerEndsEarlier => "lifetime",
            Self::NotYetValid(_) => "not-yet-valid",
            Self::Expired(_) => "expired",
            Self::Expiring(_) => "expiring",
            Self::CsrOutdated(_) => "csr",
            Self::LooseMode { .. } => "mode",
            Self::Owner(_) => "owner",
            Self::KeyForm(_) => "format",
            Self::Outdated(_) => "outdated",
            Self::Foreign(_) => "foreign-file",
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NameRemoval(names) => {
                write!(f, "{} would no longer be in the certificate", names.join(", "))
            }
            Self::ReplaceAuthority { what, why, .. } => {
                write!(f, "the authority would get a new {}: {why}", what.words().0)
            }
            Self::ForeignIssuer(name) => write!(f, "it was issued by {name}, which is no authority here"),
            Self::NewIssuer(name) => {
                write!(
                    f,
                    "an authority of the name of {name} issued it, and {name} would be made with another key"
                )
            }
            Self::KeyOfAuthority { file, authority } => {
                write!(
                    f,
                    "{file} is the key of {authority}: whoever uses the certificate could sign as the authority"
                )
            }
            Self::AuthorityBefore { certificate, .. } => {
                write!(f, "{certificate} is an authority's, and its key is nothing for others")
            }
            Self::NoAuthorityBefore { certificate, .. } => {
                write!(f, "{certificate} is no authority's: whoever has its key could sign as the authority")
            }
            Self::NoIssuerKey(name) => write!(f, "the private key of {name} is not there to sign it"),
            Self::IssuerRefused(name) => write!(f, "its issuer {name} is refused"),
            Self::IssuerExpired(name) => write!(f, "{name} ends too soon to issue it"),
            Self::KeyLocked { file, fault } => write!(f, "{file} cannot be opened: {fault}"),
            Self::NotGivable(key) => {
                write!(f, "its files cannot be given to the \"{key}\" that is asked for")
            }
            Self::Impossible(why) => f.write_str(why),
        }
    }
}

impl Refusal {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::NameRemoval(_) => Some("if nobody uses it any more: --allow-name-removal".into()),
            Self::ReplaceAuthority { name, what, .. } => Some(format!(
                "{}; or {}: everything below is issued again, and whoever trusts the old one has to be told",
                what.words().1,
                shell::flag("--replace-ca", name)
            )),
            Self::ForeignIssuer(_) => Some(
                "if it is another manifest's: give the entry another \"file\", or another folder with --out; to issue \
                 it again all the same: --replace-issuer"
                    .into(),
            ),
            Self::NewIssuer(name) => Some(format!(
                "if its entry was renamed, or got another \"file\": give it the \"file\" it had; if its files are \
                 lost: restore them from a backup; or {}: everything below is issued again, and whoever trusts the \
                 old one has to be told",
                shell::flag("--replace-ca", name)
            )),
            Self::KeyOfAuthority { file, .. } => {
                Some(format!("a certificate has a key of its own: move {file} away, and one is made"))
            }
            Self::AuthorityBefore { certificate, key } | Self::NoAuthorityBefore { certificate, key } => {
                Some(format!("give the entry another \"file\", or move {certificate} and {key} away"))
            }
            Self::NoIssuerKey(name) => Some(format!("give the \"key\" of {name}")),
            Self::IssuerExpired(name) => Some(format!("renew {name} first")),
            Self::KeyLocked { file, .. } => Some(format!(
                "look at its password (\"password_env\", \"password_file\"); to give the key up, remove {file}"
            )),
            Self::NotGivable(key) => Some(format!(
                "only root gives files to others: run it as root, or take \"{key}\" out of the entry"
            )),
            Self::IssuerRefused(_) | Self::Impossible(_) => None,
        }
    }
}
