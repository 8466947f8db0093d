//! Roles: what a certificate is for, and what the program that takes it needs of it.

mod cluster;
mod facts;
mod general;
mod servers;
mod words;

pub use facts::Facts;

use const_oid::ObjectIdentifier;

use super::algorithm::{Curve, KeySpec};
use super::oid;
use super::usage::Usage;

/// What a certificate is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A TLS server of any make.
    TlsServer,
    /// A TLS client of any make.
    TlsClient,
    /// Both ends of mutual TLS with one certificate.
    MtlsPeer,
    /// A root authority.
    Root,
    /// An authority below another.
    Intermediate,
    /// What an etcd member shows to clients.
    EtcdServer,
    /// What an etcd member shows to other members, and logs in to them with.
    EtcdPeer,
    /// What a client logs in to etcd with.
    EtcdClient,
    /// What the Kubernetes API server shows.
    KubeApiserver,
    /// What a kubelet shows.
    KubeletServer,
    /// What a kubelet logs in to the API server with.
    KubeletClient,
    /// What the controller manager, the scheduler and kube-proxy log in to the API server with.
    KubeController,
    /// What the API server's aggregator logs in to extension servers with.
    FrontProxyClient,
    /// The key that signs service account tokens.
    ServiceAccount,
    /// What PostgreSQL shows.
    PostgresServer,
    /// What a client logs in to PostgreSQL with.
    PostgresClient,
    /// What nginx shows.
    Nginx,
    /// What haproxy shows.
    Haproxy,
    /// A server on Java.
    Java,
}

/// How much of a need it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Force {
    /// The consumer refuses a certificate without it.
    Refused,
    /// Consumers that are set up as usual refuse it.
    Usual,
    /// It matters for one use.
    Note,
}

/// A kind of key, as consumers tell them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    /// RSA
    Rsa,
    /// ECDSA on P-256, P-384 or P-521
    Ecdsa,
    /// Ed25519
    Ed25519,
}

impl From<KeySpec> for KeyKind {
    fn from(spec: KeySpec) -> Self {
        match spec {
            KeySpec::Rsa(_) => Self::Rsa,
            KeySpec::Ecdsa(_) => Self::Ecdsa,
            KeySpec::Ed25519 => Self::Ed25519,
        }
    }
}

impl KeyKind {
    /// The kind that an algorithm's OID names, and the one of its parameters; both by their contents.
    pub fn of_oids(algorithm: &[u8], curve: Option<&[u8]>) -> Option<Self> {
        let is = |oid: &ObjectIdentifier| oid.as_bytes() == algorithm;
        match algorithm {
            _ if is(&oid::RSA_ENCRYPTION) => Some(Self::Rsa),
            _ if is(&oid::ED25519) => Some(Self::Ed25519),
            _ if is(&oid::EC_PUBLIC_KEY) => {
                let curve = curve?;
                let known = Curve::ALL.iter().any(|known| known.oid().as_bytes() == curve);
                known.then_some(Self::Ecdsa)
            }
            _ => None,
        }
    }

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Rsa => "RSA",
            Self::Ecdsa => "ECDSA",
            Self::Ed25519 => "Ed25519",
        }
    }
}

/// Which modes the file of a private key may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyMode {
    /// Bits it must not have.
    pub forbidden: u32,
    /// Bits it must not have where root owns it.
    pub forbidden_for_root: u32,
}

impl KeyMode {
    /// Whether a file of this mode is read.
    pub fn allows(self, mode: u32, owner_is_root: bool) -> bool {
        mode & (if owner_is_root { self.forbidden_for_root } else { self.forbidden }) == 0
    }
}

/// What a certificate or its key has to have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Property {
    /// A usage; an extended one counts as there where the certificate limits none.
    Usage(Usage),
    /// One of several key usages.
    OneOfUsages(&'static [Usage]),
    /// Any host name or IP address.
    AnyName,
    /// Any host name or IP address, or a common name where there is none.
    AnyNameOrCommonName,
    /// Any IP address.
    AnyIp,
    /// A host name.
    Name(&'static str),
    /// A host name that begins so.
    NameWith(&'static str),
    /// A common name.
    CommonName,
    /// A common name that is one of these.
    CommonNameOf(&'static [&'static str]),
    /// A common name that begins so and goes on.
    CommonNameWith(&'static str),
    /// An organization.
    Organization(&'static str),
    /// A key of one of these kinds.
    Key(&'static [KeyKind]),
    /// A signature over a digest, which Ed25519's is not.
    DigestSignature,
    /// It is an authority.
    Authority,
    /// It is no authority.
    NoAuthority,
    /// The mode of the key's file.
    Mode(KeyMode),
    /// A key that is not encrypted.
    PlainKey,
    /// The key in the certificate's own file, or in one of its name and `.key`.
    KeyBeside,
}

/// One thing a role needs, and who says so.
#[derive(Clone, Copy, Debug)]
pub struct Need {
    /// What is needed.
    pub property: Property,
    /// How much of a need it is.
    pub force: Force,
    /// Why: a fragment that fits behind "it needs this: ".
    pub why: &'static str,
    /// What breaks without it, in the words of who refuses: a sentence without a full stop.
    pub without: &'static str,
    /// Where this comes from: a program that was run, or a source that was read.
    pub source: &'static str,
    /// Who refuses it.
    pub refused_by: &'static [&'static str],
}

impl Need {
    /// What is lacking, and why it matters: a sentence without a full stop.
    pub fn message(&self) -> String {
        format!("{}: {}", self.property.lack(), self.why)
    }

    /// What to do about it, in the imperative.
    pub fn fix(&self) -> String {
        self.property.remedy()
    }
}

/// Whether an extended key usage of "any" counts as each of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnyUsage {
    /// It does: Go and Java.
    Counts,
    /// It does not: OpenSSL.
    IsNothing,
}

/// A row of the table.
#[derive(Debug)]
pub struct Description {
    /// The role's word.
    pub word: &'static str,
    /// What it is: a fragment.
    pub what: &'static str,
    /// What it needs.
    pub needs: &'static [Need],
    /// The extended usages it is issued with.
    pub purposes: &'static [Usage],
    /// How the consumer takes certificate and key.
    pub files: &'static str,
    /// Whether "any" is enough for the consumers.
    pub any_usage: AnyUsage,
}

impl Role {
    /// Every role, in the order of lists.
    pub const ALL: [Self; 19] = [
        Self::TlsServer,
        Self::TlsClient,
        Self::MtlsPeer,
        Self::Root,
        Self::Intermediate,
        Self::EtcdServer,
        Self::EtcdPeer,
        Self::EtcdClient,
        Self::KubeApiserver,
        Self::KubeletServer,
        Self::KubeletClient,
        Self::KubeController,
        Self::FrontProxyClient,
        Self::ServiceAccount,
        Self::PostgresServer,
        Self::PostgresClient,
        Self::Nginx,
        Self::Haproxy,
        Self::Java,
    ];

    /// The role's row of the table.
    pub fn description(self) -> &'static Description {
        match self {
            Self::TlsServer => &general::TLS_SERVER,
            Self::TlsClient => &general::TLS_CLIENT,
            Self::MtlsPeer => &general::MTLS_PEER,
            Self::Root => &general::ROOT,
            Self::Intermediate => &general::INTERMEDIATE,
            Self::EtcdServer => &cluster::ETCD_SERVER,
            Self::EtcdPeer => &cluster::ETCD_PEER,
            Self::EtcdClient => &cluster::ETCD_CLIENT,
            Self::KubeApiserver => &cluster::KUBE_APISERVER,
            Self::KubeletServer => &cluster::KUBELET_SERVER,
            Self::KubeletClient => &cluster::KUBELET_CLIENT,
            Self::KubeController => &cluster::KUBE_CONTROLLER,
            Self::FrontProxyClient => &cluster::FRONT_PROXY_CLIENT,
            Self::ServiceAccount => &cluster::SERVICE_ACCOUNT,
            Self::PostgresServer => &servers::POSTGRES_SERVER,
            Self::PostgresClient => &servers::POSTGRES_CLIENT,
            Self::Nginx => &servers::NGINX,
            Self::Haproxy => &servers::HAPROXY,
            Self::Java => &servers::JAVA,
        }
    }

    /// The role's word.
    pub fn word(self) -> &'static str {
        self.description().word
    }

    /// The role a word names.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.word() == word)
    }

    /// Every word.
    pub fn words() -> impl Iterator<Item = &'static str> {
        Self::ALL.into_iter().map(Self::word)
    }

    /// What it needs.
    pub fn needs(self) -> &'static [Need] {
        self.description().needs
    }

    /// Whether it is an authority's.
    pub fn is_authority(self) -> bool {
        matches!(self, Self::Root | Self::Intermediate)
    }

    /// Which modes the key's file may have, where the consumer looks at that.
    pub fn key_mode(self) -> Option<(KeyMode, &'static Need)> {
        self.needs().iter().find_map(|need| match need.property {
            Property::Mode(mode) => Some((mode, need)),
            _ => None,
        })
    }

    /// The usages it is issued with. Only an RSA key may encrypt keys (RFC 5480 section 3, RFC 8410 section 5).
    pub fn usages(self, is_rsa: bool) -> impl Iterator<Item = Usage> {
        let of_key: &[Usage] = match (self.is_authority(), is_rsa) {
            (true, _) => &[Usage::CERT_SIGN, Usage::CRL_SIGN],
            (false, true) => &[Usage::SIGNING, Usage::KEY_ENCIPHERMENT],
            (false, false) => &[Usage::SIGNING],
        };
        of_key.iter().chain(self.description().purposes).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_unique_and_found_again() {
        for role in Role::ALL {
            assert_eq!(Role::from_word(role.word()), Some(role));
        }
        assert_eq!(Role::from_word("etcd"), None);
    }

    #[test]
    fn what_is_issued_has_the_usages_that_are_needed() {
        for role in Role::ALL {
            for is_rsa in [false, true] {
                let usages: Vec<_> = role.usages(is_rsa).collect();
                for need in role.needs() {
                    let is_met = match need.property {
                        Property::Usage(usage) => usages.contains(&usage),
                        Property::OneOfUsages(some) => some.iter().any(|usage| usages.contains(usage)),
                        _ => true,
                    };
                    assert!(is_met, "{} {:?}", role.word(), need.property);
                }
            }
        }
    }

    #[test]
    fn every_need_says_why_in_its_form() {
        for role in Role::ALL {
            let row = role.description();
            for text in [row.what, row.files] {
                assert!(!text.is_empty() && !text.ends_with('.'), "{text}");
            }
            for need in row.needs {
                for text in [need.why, need.without, need.source] {
                    assert!(!text.is_empty() && !text.ends_with('.'), "{}: {text}", row.word);
                }
                assert!(need.force == Force::Note || !need.refused_by.is_empty(), "{}", need.why);
            }
        }
    }
}
