//! Roles for databases, web servers and Java.

use super::general::{CLIENT_AUTH, NAME, NO_AUTHORITY, PEM_PAIR, SERVER_AUTH, SIGNING};
use super::{AnyUsage, Description, Force, KeyMode, Need, Property};
use crate::vocab::usage::Usage;

/// Nobody but its owner, or root's group.
const OWNER_ONLY: KeyMode = KeyMode { forbidden: 0o077, forbidden_for_root: 0o027 };

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
    without: "the server's log: \"could not accept SSL connection: certificate verify failed\"",
    source: "PostgreSQL 15, run",
    refused_by: &["PostgreSQL"],
    ..CLIENT_AUTH
};

const DATABASE_USER: Need = Need {
    property: Property::CommonName,
    force: Force::Refused,
    why: "\"cert\" in pg_hba.conf compares the common name with the name of the database user",
    without: "FATAL: certificate authentication failed for user",
    source: "PostgreSQL 15, run",
    refused_by: &["PostgreSQL"],
};

pub(super) static POSTGRES_SERVER: Description = Description {
    word: "postgres-server",
    what: "what PostgreSQL shows to its clients (ssl_cert_file, ssl_key_file)",
    needs: &[POSTGRES_SERVER_AUTH, POSTGRES_NAME, POSTGRES_MODE],
    purposes: &[Usage::SERVER_AUTH],
    files: PEM_PAIR,
    any_usage: AnyUsage::IsNothing,
};

pub(super) static POSTGRES_CLIENT: Description = Description {
    word: "postgres-client",
    what: "what a client logs in to PostgreSQL with (sslcert, sslkey)",
    needs: &[POSTGRES_CLIENT_AUTH, DATABASE_USER, LIBPQ_MODE],
    purposes: &[Usage::CLIENT_AUTH],
    files: PEM_PAIR,
    any_usage: AnyUsage::IsNothing,
};

pub(super) static NGINX: Description = Description {
    word: "nginx",
    what: "what nginx shows to its clients (ssl_certificate, ssl_certificate_key)",
    needs: &[SERVER_AUTH, SIGNING, NAME, NO_AUTHORITY],
    purposes: &[Usage::SERVER_AUTH],
    files: PEM_PAIR,
    any_usage: AnyUsage::IsNothing,
};

pub(super) static HAPROXY: Description = Description {
    word: "haproxy",
    what: "what haproxy shows to its clients (bind ... ssl crt FILE)",
    needs: &[SERVER_AUTH, SIGNING, NAME, NO_AUTHORITY],
    purposes: &[Usage::SERVER_AUTH],
    files: "PEM: certificate, intermediates and key in one file (format \"combined\"), or the key in FILE.key",
    any_usage: AnyUsage::IsNothing,
};

pub(super) static JAVA: Description = Description {
    word: "java",
    what: "a TLS server on Java with a key store, and clients on Java with a trust store",
    needs: &[SERVER_AUTH, SIGNING, POSTGRES_NAME],
    purposes: &[Usage::SERVER_AUTH],
    files: "PKCS#12 with a password: a key store (format \"pkcs12\"), a trust store (format \"truststore\")",
    any_usage: AnyUsage::Counts,
};
