//! Roles for consumers of any make: OpenSSL, Go, Java, rustls.

use super::{AnyUsage, Description, Force, Need, Property};
use crate::vocab::usage::Usage;

pub(super) const PEM_PAIR: &str =
    "PEM: the certificate, then the intermediates; the key in a file of its own";

pub(super) const SERVER_AUTH: Need = Need {
    property: Property::Usage(Usage::SERVER_AUTH),
    force: Force::Refused,
    why: "clients take only a certificate that is for servers",
    without: "curl: \"unsuitable certificate purpose\"; Go: \"certificate specifies an incompatible key usage\"",
    source: "OpenSSL 3.0, GnuTLS 3.7, Go 1.27 and Java 17, run; RFC 5280 section 4.2.1.12",
    refused_by: &["OpenSSL", "GnuTLS", "Go", "Java", "rustls"],
};

pub(super) const CLIENT_AUTH: Need = Need {
    property: Property::Usage(Usage::CLIENT_AUTH),
    force: Force::Refused,
    why: "servers that ask for client certificates take only one that is for clients",
    without: "the handshake ends with \"unsupported certificate\" or \"bad certificate\", or nginx answers 400",
    source: "OpenSSL 3.0, nginx 1.22, haproxy 2.6, Go 1.27 and Java 17, run; RFC 5280 section 4.2.1.12",
    refused_by: &["OpenSSL", "Go", "Java", "rustls"],
};

pub(super) const SHOWN_KEY_SIGNS: Need = Need {
    property: Property::Usage(Usage::SIGNING),
    force: Force::Refused,
    why: "the key signs the handshake of TLS 1.3, and that of TLS 1.2 with ECDSA",
    without: "Java: \"KeyUsage does not allow digital signatures\"; GnuTLS: \"Key usage violation in certificate has \
              been detected\"",
    source: "Java 17 and GnuTLS 3.7, run; RFC 8446 section 4.4.2.2",
    refused_by: &["Java", "GnuTLS"],
};

const CLIENTS_KEY_SIGNS: Need = Need {
    why: "a client proves itself with a signature",
    without: "OpenSSL: \"unsuitable certificate purpose\"; Java: \"KeyUsage does not allow digital signatures\"",
    source: "OpenSSL 3.0, GnuTLS 3.7 and Java 17, run; RFC 8446 section 4.4.2.2",
    refused_by: &["OpenSSL", "GnuTLS", "Java"],
    ..SHOWN_KEY_SIGNS
};

const PEERS_KEY_SIGNS: Need = Need { refused_by: CLIENTS_KEY_SIGNS.refused_by, ..SHOWN_KEY_SIGNS };

pub(super) const NAME: Need = Need {
    property: Property::AnyName,
    force: Force::Refused,
    why: "clients look for the host they asked for among the names, and for many a common name is none",
    without: "Go: \"certificate relies on legacy Common Name field, use SANs instead\"",
    source: "Go 1.15 and later and rustls 0.23, run; RFC 9525 section 2",
    refused_by: &["Go", "rustls"],
};

pub(super) const NO_AUTHORITY: Need = Need {
    property: Property::NoAuthority,
    force: Force::Refused,
    why: "an authority's certificate is for signing others",
    without: "rustls: \"CaUsedAsEndEntity\"",
    source: "rustls 0.23, run",
    refused_by: &["rustls"],
};

pub(super) const OF_SERVERS: &[Need] = &[SERVER_AUTH, SHOWN_KEY_SIGNS, NAME, NO_AUTHORITY];

const AUTHORITY: Need = Need {
    property: Property::Authority,
    force: Force::Refused,
    why: "what a certificate without \"CA:TRUE\" has signed is worth nothing",
    without: "OpenSSL: \"invalid CA certificate\"; Go: \"certificate is not authorized to sign other certificates\"",
    source: "OpenSSL 3.0, run; RFC 5280 section 4.2.1.9",
    refused_by: &["OpenSSL", "Go", "Java", "GnuTLS", "rustls"],
};

const CERT_SIGN: Need = Need {
    property: Property::Usage(Usage::CERT_SIGN),
    force: Force::Refused,
    why: "a key usage without it forbids to sign certificates",
    without: "OpenSSL: \"invalid CA certificate\"",
    source: "OpenSSL 3.0, run; RFC 5280 section 4.2.1.3",
    refused_by: &["OpenSSL", "Go", "Java", "GnuTLS"],
};

const CRL_SIGN: Need = Need {
    property: Property::Usage(Usage::CRL_SIGN),
    force: Force::Note,
    why: "without it no list of revoked certificates can be signed",
    without: "OpenSSL with -crl_check: \"key usage does not include CRL signing\"",
    source: "OpenSSL 3.0, run; RFC 5280 section 4.2.1.3",
    refused_by: &[],
};

pub(super) static TLS_SERVER: Description = Description {
    word: "tls-server",
    what: "a TLS server of any make, with clients of any make",
    needs: OF_SERVERS,
    purposes: &[Usage::SERVER_AUTH],
    files: PEM_PAIR,
    any_usage: AnyUsage::IsNothing,
};

pub(super) static TLS_CLIENT: Description = Description {
    word: "tls-client",
    what: "a TLS client of any make, logging in with its certificate",
    needs: &[CLIENT_AUTH, CLIENTS_KEY_SIGNS, NO_AUTHORITY],
    purposes: &[Usage::CLIENT_AUTH],
    files: PEM_PAIR,
    any_usage: AnyUsage::IsNothing,
};

pub(super) static MTLS_PEER: Description = Description {
    word: "mtls-peer",
    what: "a member of a group that is server and client of the others with one certificate",
    needs: &[SERVER_AUTH, CLIENT_AUTH, PEERS_KEY_SIGNS, NAME, NO_AUTHORITY],
    purposes: &[Usage::SERVER_AUTH, Usage::CLIENT_AUTH],
    files: PEM_PAIR,
    any_usage: AnyUsage::IsNothing,
};

pub(super) static ROOT: Description = Description {
    word: "root",
    what: "the authority that others are told to trust",
    needs: &[AUTHORITY, CERT_SIGN, CRL_SIGN],
    purposes: &[],
    files: "PEM: the certificate for everybody; the key stays with whoever signs",
    any_usage: AnyUsage::IsNothing,
};

pub(super) static INTERMEDIATE: Description = Description {
    word: "intermediate",
    what: "an authority below another one",
    needs: &[AUTHORITY, CERT_SIGN, CRL_SIGN],
    purposes: &[],
    files: "PEM: the certificate goes into the chain of everything it signs; the key stays with whoever signs",
    any_usage: AnyUsage::IsNothing,
};
