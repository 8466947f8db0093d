//! cfssl's commands.

use std::ffi::OsStr;

/// A command of cfssl: what its usage text says, and whether we have it.
#[derive(Clone, Copy, Debug)]
pub struct GoCommand {
    /// The word that selects it.
    pub name: &'static str,
    /// The head of its usage text, up to the flags.
    pub text: &'static str,
    /// The flags its usage text lists, in that order, before the `-loglevel` they all end with.
    pub advertised: &'static [&'static str],
    /// Whether we can run it.
    pub supported: bool,
}

impl GoCommand {
    /// The command of exactly this name.
    pub fn find(name: &OsStr) -> Option<&'static Self> {
        COMMANDS.iter().find(|command| command.name == name)
    }
}

/// Every command, by name.
pub const COMMANDS: &[GoCommand] = &[
    GoCommand {
        name: "bundle",
        text: include_str!("usage/bundle.txt"),
        advertised: &[
            "cert",
            "key",
            "ca-bundle",
            "int-bundle",
            "flavor",
            "int-dir",
            "metadata",
            "domain",
            "ip",
            "password",
        ],
        supported: false,
    },
    GoCommand {
        name: "certinfo",
        text: include_str!("usage/certinfo.txt"),
        advertised: &["aki", "cert", "csr", "db-config", "domain", "serial"],
        supported: true,
    },
    GoCommand {
        name: "crl",
        text: include_str!("usage/crl.txt"),
        advertised: &["db-config", "ca", "ca-key", "expiry"],
        supported: false,
    },
    GoCommand {
        name: "gencert",
        text: include_str!("usage/gencert.txt"),
        advertised: &["initca", "remote", "ca", "ca-key", "config", "cn", "hostname", "profile", "label"],
        supported: true,
    },
    GoCommand { name: "gencrl", text: include_str!("usage/gencrl.txt"), advertised: &[], supported: false },
    GoCommand {
        name: "gencsr",
        text: include_str!("usage/gencsr.txt"),
        advertised: &["key", "cert"],
        supported: true,
    },
    GoCommand {
        name: "genkey",
        text: include_str!("usage/genkey.txt"),
        advertised: &["initca", "config"],
        supported: true,
    },
    GoCommand {
        name: "info",
        text: include_str!("usage/info.txt"),
        advertised: &["remote", "label", "profile", "config"],
        supported: true,
    },
    GoCommand {
        name: "ocspdump",
        text: include_str!("usage/ocspdump.txt"),
        advertised: &["db-config"],
        supported: false,
    },
    GoCommand {
        name: "ocsprefresh",
        text: include_str!("usage/ocsprefresh.txt"),
        advertised: &["ca", "responder", "responder-key", "db-config", "interval"],
        supported: false,
    },
    GoCommand {
        name: "ocspserve",
        text: include_str!("usage/ocspserve.txt"),
        advertised: &["address", "port", "responses", "db-config"],
        supported: false,
    },
    GoCommand {
        name: "ocspsign",
        text: include_str!("usage/ocspsign.txt"),
        advertised: &["ca", "responder", "responder-key", "reason", "status", "revoked-at", "interval"],
        supported: false,
    },
    GoCommand {
        name: "print-defaults",
        text: include_str!("usage/print-defaults.txt"),
        advertised: &[],
        supported: true,
    },
    GoCommand {
        name: "revoke",
        text: include_str!("usage/revoke.txt"),
        advertised: &["serial", "reason"],
        supported: false,
    },
    GoCommand {
        name: "scan",
        text: include_str!("usage/scan.txt"),
        advertised: &[
            "list",
            "family",
            "scanner",
            "timeout",
            "ip",
            "ca-bundle",
            "num-workers",
            "csv",
            "max-hosts",
        ],
        supported: false,
    },
    GoCommand {
        name: "selfsign",
        text: include_str!("usage/selfsign.txt"),
        advertised: &["config"],
        supported: true,
    },
    GoCommand {
        name: "serve",
        text: include_str!("usage/serve.txt"),
        advertised: &[
            "address",
            "port",
            "min-tls-version",
            "ca",
            "ca-key",
            "ca-bundle",
            "int-bundle",
            "int-dir",
            "metadata",
            "remote",
            "config",
            "responder",
            "responder-key",
            "tls-key",
            "tls-cert",
            "mutual-tls-ca",
            "mutual-tls-cn",
            "tls-remote-ca",
            "mutual-tls-client-cert",
            "mutual-tls-client-key",
            "db-config",
            "disable",
        ],
        supported: false,
    },
    GoCommand {
        name: "sign",
        text: include_str!("usage/sign.txt"),
        advertised: &["hostname", "csr", "ca", "ca-key", "config", "profile", "label", "remote", "db-config"],
        supported: true,
    },
    GoCommand { name: "version", text: include_str!("usage/version.txt"), advertised: &[], supported: true },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::goflags::cfssl;

    #[test]
    fn commands_are_sorted_unique_and_found_by_name_alone() {
        assert!(COMMANDS.is_sorted_by(|a, b| a.name < b.name));
        assert_eq!(COMMANDS.len(), 19);
        assert_eq!(GoCommand::find("gencert".as_ref()).map(|command| command.name), Some("gencert"));
        for stranger in ["Gencert", "help", "", "-", "gencert "] {
            assert!(GoCommand::find(stranger.as_ref()).is_none(), "{stranger}");
        }
    }

    #[test]
    fn advertised_flags_exist() {
        for name in COMMANDS.iter().flat_map(|command| command.advertised) {
            assert!(cfssl::TABLE.iter().any(|flag| flag.name == *name), "{name}");
        }
    }
}
