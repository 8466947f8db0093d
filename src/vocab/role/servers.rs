//! Roles for databases, web servers and Java.

use super::general::{CLIENT_AUTH, NAME, NO_AUTHORITY, PEM_PAIR, SERVER_AUTH, SHOWN_KEY_SIGNS};
use super::{AnyUsage, Description, Force, KeyMode, Need, Property};
use crate::vocab::usage::Usage;

/// Its owner alone; where that is root, its group may read.
const OWNER_ONLY: KeyMode = KeyMode { forbidden: 0o077, forbidden_for_root: 0o037 };

const POSTGRES_SERVER_AUTH: Need = Need {
    why: "clients with sslmode=verify-ca or verify-full take only a certificate that is for servers",
    without: "psql: \"SSL error: certificate verify failed\"",
    source: "libpq 15, run",
    refused_by: &["libpq"],
    ..SERVER_AUTH
};

const POSTGRES_NAME: Need = Need {
    property: Property::AnyNameOrCommonName,
    force: Force::Refused,
    why: "clients with sslmode=verify-full look for their host among the names, and in the common name where there \
          are no names",
    without: "psql: \"could not get server's host name from server certificate\"",
    source: "libpq 15, run",
    refused_by: &["libpq"],
};

const POSTGRES_KEY_USAGE: Need = Need {
    property: Property::OneOfUsages(&[Usage::SIGNING, Usage::KEY_ENCIPHERMENT, Usage::KEY_AGREEMENT]),
    force: Force::Refused,
    why: "clients with sslmode=verify-ca or verify-full take only a key usage that TLS has a use for",
    without: "psql: \"SSL error: certificate verify failed\"",
    source: "libpq 15, run",
    refused_by: &["libpq"],
};

const POSTGRES_SIGNATURE: Need = Need {
    property: Property::DigestSignature,
    force: Force::Refused,
    why: "logging in with a password (SCRAM) is bound to the digest of the certificate's signature, and Ed25519's has \
          none",
    without: "psql: \"could not find digest for NID UNDEF\", unless channel_binding=disable",
    source: "PostgreSQL 15, run",
    refused_by: &["PostgreSQL", "libpq"],
};

const POSTGRES_MODE: Need = Need {
    property: Property::Mode(OWNER_ONLY),
    force: Force::Refused,
    why: "the server reads its key only where nobody else can: 0600, or 0640 where root owns it",
    without: "FATAL: private key file \"server.key\" has group or world access",
    source: "PostgreSQL 15, run",
    refused_by: &["PostgreSQL"],
};

const LIBPQ_MODE: Need = Need {
    why: "libpq reads the key only where nobody else can: 0600, or 0640 where root owns it",
    without: "psql: private key file \"postgresql.key\" has group or world access",
    source: "libpq 15, run",
    refused_by: &["libpq"],
    ..POSTGRES_MODE
};

const POSTGRES_CLIENT_AUTH: Need = Need {
    why: "the server takes only a certificate that is for clients",
    without: "psql: \"SSL error: sslv3 alert unsupported certificate\"",
    source: "PostgreSQL 15, run",
    refused_by: &["PostgreSQL"],
    ..CLIENT_AUTH
};

const POSTGRES_CLIENT_SIGNS: Need = Need {
    property: Property::OneOfUsages(&[Usage::SIGNING, Usage::KEY_AGREEMENT]),
    force: Force::Refused,
    why: "a client proves itself with a signature",
    without: "psql: \"SSL error: sslv3 alert unsupported certificate\"",
    source: "PostgreSQL 15, run",
    refused_by: &["PostgreSQL"],
};

const DATABASE_USER: Need = Need {
    property: Property::CommonName,
    force: Force::Refused,
    why: "\"cert\" in pg_hba.conf compares the common name with the name of the database user",
    without: "psql: \"certificate authentication failed for user\"",
    source: "PostgreSQL 15, run",
    refused_by: &["PostgreSQL"],
};

const JAVA_SERVER_AUTH: Need = Need {
    without: "Java: \"Extended key usage does not permit use for TLS server authentication\"",
    source: "Java 17, run",
    refused_by: &["Java"],
    ..SERVER_AUTH
};

/// Who shows it to Java alone.
const JAVA_SIGNS: Need = Need { refused_by: &["Java"], ..SHOWN_KEY_SIGNS };

const JAVA_NAME: Need = Need {
    why: "clients look for their host among the names, and in the common name where there are no names",
    without: "Java: \"No name matching ... found\"",
    source: "Java 17, run",
    refused_by: &["Java"],
    ..POSTGRES_NAME
};

const NGINX_SIGNS: Need = Need {
    why: "the key signs the handshake of TLS 1.3, and that of TLS 1.2 with ECDSA, all that nginx does before 1.23.4",
    without: "curl: \"sslv3 alert handshake failure\"; Java: \"KeyUsage does not allow digital signatures\"",
    source: "nginx 1.22 as it comes, run; RFC 8446 section 4.4.2.2",
    refused_by: &["OpenSSL", "GnuTLS", "Java"],
    ..SHOWN_KEY_SIGNS
};

const NGINX_PLAIN_KEY: Need = Need {
    property: Property::PlainKey,
    force: Force::Usual,
    why: "nginx opens it only where ssl_password_file names its password",
    without: "nginx: \"PEM_read_bio_PrivateKey() failed\"",
    source: "nginx 1.22, run",
    refused_by: &["nginx"],
};

const HAPROXY_PLAIN_KEY: Need = Need {
    property: Property::PlainKey,
    force: Force::Refused,
    why: "haproxy asks for a password at the terminal alone, and a service has none",
    without: "haproxy: \"No Private Key found in 'FILE.key'\"",
    source: "haproxy 2.6, run",
    refused_by: &["haproxy"],
};

const HAPROXY_KEY: Need = Need {
    property: Property::KeyBeside,
    why: "haproxy looks for it there and nowhere else",
    ..HAPROXY_PLAIN_KEY
};

pub(super) static POSTGRES_SERVER: Description = Description {
    word: "postgres-server",
    what: "what PostgreSQL shows to its clients (ssl_cert_file, ssl_key_file)",
    needs: &[POSTGRES_SERVER_AUTH, POSTGRES_KEY_USAGE, POSTGRES_NAME, POSTGRES_SIGNATURE, POSTGRES_MODE],
    purposes: &[Usage::SERVER_AUTH],
    files: PEM_PAIR,
    any_usage: AnyUsage::IsNothing,
};

pub(super) static POSTGRES_CLIENT: Description = Description {
    word: "postgres-client",
    what: "what a client logs in to PostgreSQL with (sslcert, sslkey)",
    needs: &[POSTGRES_CLIENT_AUTH, POSTGRES_CLIENT_SIGNS, DATABASE_USER, LIBPQ_MODE],
    purposes: &[Usage::CLIENT_AUTH],
    files: PEM_PAIR,
    any_usage: AnyUsage::IsNothing,
};

pub(super) static NGINX: Description = Description {
    word: "nginx",
    what: "what nginx shows to its clients (ssl_certificate, ssl_certificate_key)",
    needs: &[SERVER_AUTH, NGINX_SIGNS, NAME, NO_AUTHORITY, NGINX_PLAIN_KEY],
    purposes: &[Usage::SERVER_AUTH],
    files: PEM_PAIR,
    any_usage: AnyUsage::IsNothing,
};

pub(super) static HAPROXY: Description = Description {
    word: "haproxy",
    what: "what haproxy shows to its clients (bind ... ssl crt FILE)",
    needs: &[SERVER_AUTH, SHOWN_KEY_SIGNS, NAME, NO_AUTHORITY, HAPROXY_KEY, HAPROXY_PLAIN_KEY],
    purposes: &[Usage::SERVER_AUTH],
    files: "PEM: certificate, intermediates and key in one file (format \"combined\"), or the key in FILE.key",
    any_usage: AnyUsage::IsNothing,
};

pub(super) static JAVA: Description = Description {
    word: "java",
    what: "a TLS server on Java with a key store, and clients on Java with a trust store",
    needs: &[JAVA_SERVER_AUTH, JAVA_SIGNS, JAVA_NAME],
    purposes: &[Usage::SERVER_AUTH],
    files: "PKCS#12 with a password: a key store (format \"pkcs12\"), a trust store (format \"truststore\")",
    any_usage: AnyUsage::Counts,
};
