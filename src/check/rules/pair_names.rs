//! How the files of a pair are named, and who keeps to it that they are one.

/// Key and certificate belong together.
pub(super) const SOURCE: &str = "RFC 8446 section 4.4.3";

/// Who refuses a certificate with another's key.
pub(super) const KEEPERS: [&str; 5] = ["nginx", "haproxy", "etcd", "PostgreSQL", "Java"];

/// What the name of a file says it is about: its folder, and the name without ending and without the word for what
/// is in it. `tls.key`, `tls.crt`; `ca-key.pem`, `ca.pem`; `privkey.pem`, `fullchain.pem`.
pub(super) fn stem(label: &str) -> String {
    const ENDINGS: [&str; 9] =
        [".pem", ".crt", ".cer", ".cert", ".key", ".der", ".csr", ".p8", ".certificate"];
    const WORDS: [&str; 12] = [
        "private-key",
        "privatekey",
        "private_key",
        "privkey",
        "certificate",
        "fullchain",
        "combined",
        "cert",
        "crt",
        "csr",
        "pub",
        "key",
    ];
    let (folder, mut name) = match label.rsplit_once('/') {
        Some((folder, name)) => (folder, name),
        None => ("", label),
    };
    while let Some(rest) = ENDINGS.iter().find_map(|ending| name.strip_suffix(ending)) {
        name = rest;
    }
    for word in WORDS {
        if let Some(rest) = name.strip_suffix(word)
            && (rest.is_empty() || rest.ends_with(['-', '_', '.']))
        {
            name = rest.trim_end_matches(['-', '_', '.']);
            break;
        }
    }
    format!("{folder}/{name}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_a_pair_have_one_stem() {
        for pair in [
            ["a/etcd.pem", "a/etcd-key.pem"],
            ["tls.crt", "tls.key"],
            ["fullchain.pem", "privkey.pem"],
            ["cert.pem", "key.pem"],
            ["server-fullchain.pem", "server-key.der"],
            ["x.cert.pem", "x.key.pem"],
            ["ca.crt", "ca_key.pem"],
        ] {
            assert_eq!(stem(pair[0]), stem(pair[1]), "{pair:?}");
        }
        assert_ne!(stem("a/etcd.pem"), stem("b/etcd-key.pem"));
        assert_ne!(stem("monkey.pem"), stem("mon.pem"));
        assert_ne!(stem("etcd-chain.pem"), stem("etcd-key.pem"));
    }
}
