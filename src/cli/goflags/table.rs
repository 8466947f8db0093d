//! The flag tables of cfssl and cfssljson 1.6.5.

/// Makes a module of one [`Flag`](super::Flag) for each row, and the rows as `TABLE`.
macro_rules! flag_table {
    ($(#[$about:meta])* $module:ident {
        $($constant:ident: $kind:ident, $name:literal, $default:literal, $help:literal;)*
    }) => {
        $(#[$about])*
        pub mod $module {
            use super::super::{Flag, GoFlag, Kind};

            $(
                #[doc = concat!("`-", $name, "`")]
                pub const $constant: Flag<flag_table!(@value $kind)> =
                    Flag::new(GoFlag { name: $name, kind: Kind::$kind, default: $default, help: $help });
            )*

            /// Every flag, by name.
            pub const TABLE: &[GoFlag] = &[$($constant.row()),*];
        }
    };
    (@value Bool) => { bool };
    (@value Int) => { i64 };
    (@value Duration) => { crate::vocab::duration::GoDuration };
    (@value Text) => { str };
    (@value Path) => { std::ffi::OsStr };
}

flag_table! {
    /// cfssl's flags: one set for all its commands.
    cfssl {
        ADDRESS: Text, "address", "127.0.0.1", "Address to bind";
        AKI: Text, "aki", "", "certificate issuer (authority) key identifier";
        AUTHKEY: Text, "authkey", "", "key to authenticate requests to remote CFSSL server";
        CA: Path, "ca", "", "CA used to sign the new certificate -- accepts '[file:]fname' or 'env:varname'";
        CA_BUNDLE: Path, "ca-bundle", "", "path to root certificate store";
        CA_KEY: Path, "ca-key", "", "CA private key -- accepts '[file:]fname' or 'env:varname'";
        CERT: Path, "cert", "", "Client certificate that contains the public key";
        CN: Text, "cn", "", "certificate common name (CN)";
        CONFIG: Path, "config", "", "path to configuration file";
        CRL: Text, "crl", "", "CRL URL Override";
        CSR: Path, "csr", "", "Certificate signature request file for new public key";
        CSV: Path, "csv", "", "file containing CSV of hosts";
        DB_CONFIG: Path, "db-config", "", "certificate db configuration file";
        DISABLE: Text, "disable", "", "endpoints to disable";
        DOMAIN: Text, "domain", "", "remote server domain name";
        EXPIRY: Duration, "expiry", "168h0m0s", "time from now after which the CRL will expire (default: one week)";
        FAMILY: Text, "family", "", "scanner family regular expression";
        FLAVOR: Text, "flavor", "ubiquitous", "Bundle Flavor: ubiquitous, optimal and force.";
        HOSTNAME: Text, "hostname", "", "Hostname for the cert, could be a comma-separated hostname list";
        INITCA: Bool, "initca", "false", "initialise new CA";
        INT_BUNDLE: Path, "int-bundle", "", "path to intermediate certificate store";
        INT_DIR: Path, "int-dir", "", "specify intermediates directory";
        INTERMEDIATES: Path, "intermediates", "", "intermediate certs";
        INTERVAL: Duration, "interval", "96h0m0s", "Interval between OCSP updates (default: 96h)";
        IP: Text, "ip", "", "remote server ip";
        KEY: Path, "key", "", "private key for the certificate";
        LABEL: Text, "label", "", "key label to use in remote CFSSL server";
        LIST: Bool, "list", "false", "list possible scanners";
        LOGLEVEL: Int, "loglevel", "1", "Log level (0 = DEBUG, 5 = FATAL)";
        MAX_HOSTS: Int, "max-hosts", "100", "maximum number of hosts to scan";
        METADATA: Path, "metadata", "", "Metadata file for root certificate presence. The content of the file is a json dictionary (k,v): each key k is SHA-1 digest of a root certificate while value v is a list of key store filenames.";
        MIN_TLS_VERSION: Text, "min-tls-version", "", "Minimum version of TLS to use, defaults to 1.0";
        MUTUAL_TLS_CA: Path, "mutual-tls-ca", "", "Mutual TLS - require clients be signed by this CA ";
        MUTUAL_TLS_CLIENT_CERT: Path, "mutual-tls-client-cert", "", "Mutual TLS - client certificate to call remote instance requiring client certs";
        MUTUAL_TLS_CLIENT_KEY: Path, "mutual-tls-client-key", "", "Mutual TLS - client key to call remote instance requiring client certs";
        MUTUAL_TLS_CN: Text, "mutual-tls-cn", "", "Mutual TLS - regex for whitelist of allowed client CNs";
        NUM_WORKERS: Int, "num-workers", "10", "number of workers to use for scan";
        PASSWORD: Text, "password", "0", "Password for accessing PKCS #12 data passed to bundler";
        PATH: Text, "path", "/", "Path on which the server will listen";
        PGP_NAME: Text, "pgp-name", "", "PGP public key name, can be a comma-separated  key name list";
        PGP_PRIVATE: Path, "pgp-private", "", "file to load a PGP Private key decryption";
        PORT: Int, "port", "8888", "Port to bind";
        PROFILE: Text, "profile", "", "signing profile to use";
        REASON: Text, "reason", "0", "Reason code for revocation";
        REMOTE: Text, "remote", "", "remote CFSSL server";
        RENEWCA: Bool, "renewca", "false", "re-generate a CA certificate from existing CA certificate/key";
        RESPONDER: Path, "responder", "", "Certificate for OCSP responder";
        RESPONDER_KEY: Path, "responder-key", "", "private key for OCSP responder certificate";
        RESPONSES: Path, "responses", "", "file to load OCSP responses from";
        REVOKED_AT: Text, "revoked-at", "now", "Date of revocation (YYYY-MM-DD)";
        SCANNER: Text, "scanner", "", "scanner regular expression";
        SERIAL: Text, "serial", "", "certificate serial number";
        STATUS: Text, "status", "good", "Status of the certificate: good, revoked, unknown";
        TIMEOUT: Duration, "timeout", "5m0s", "duration (ns, us, ms, s, m, h) to scan each host before timing out";
        TLS_CERT: Path, "tls-cert", "", "Other endpoint CA to set up TLS protocol";
        TLS_KEY: Path, "tls-key", "", "Other endpoint CA private key";
        TLS_REMOTE_CA: Path, "tls-remote-ca", "", "CAs to trust for remote TLS requests";
        USAGE: Text, "usage", "", "usage of private key";
    }
}

flag_table! {
    /// cfssljson's flags.
    cfssljson {
        BARE: Bool, "bare", "false", "the response from CFSSL is not wrapped in the API standard response";
        F: Path, "f", "-", "JSON input";
        STDOUT: Bool, "stdout", "false", "output the response instead of saving to a file";
        VERSION: Bool, "version", "false", "print version and exit";
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::goflags::GoFlag;

    #[test]
    fn every_default_is_a_value_of_its_kind() {
        for flag in all() {
            assert!(flag.kind.check(flag.default.as_ref()).is_ok(), "{flag:?}");
        }
    }

    #[test]
    fn names_are_sorted_and_unique() {
        for table in [cfssl::TABLE, cfssljson::TABLE] {
            assert!(table.is_sorted_by(|a, b| a.name < b.name));
        }
        assert_eq!(cfssl::TABLE.len(), 58);
    }

    fn all() -> impl Iterator<Item = &'static GoFlag> {
        cfssl::TABLE.iter().chain(cfssljson::TABLE)
    }
}
