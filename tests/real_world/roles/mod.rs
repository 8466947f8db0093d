//! What roles need, against the programs that take the certificates: what `issue --as ROLE` makes works; then each
//! property is taken away in turn, the program refuses, and `check --as ROLE` names exactly that property. What a
//! program does not mind, no role needs.
//!
//! The roles of Kubernetes come from its source, and are not run here.

mod authorities;
mod clients;
mod etcd;
mod postgres;
mod servers;

use std::collections::BTreeSet;

use certwright::vocab::role::{Need, Property, Role};

use crate::support::{Workdir, require};

/// The parts of a certificate that openssl is to make.
const NAMES: &str = "subjectAltName=DNS:localhost,IP:127.0.0.1";
const SIGNS: &str = "keyUsage=critical,digitalSignature";
/// What TLS has a use for, but no signature.
const AGREES: &str = "keyUsage=critical,keyAgreement";
/// What TLS has no use for.
const COMMITS: &str = "keyUsage=critical,nonRepudiation";
const SERVER: &str = "extendedKeyUsage=serverAuth";
const CLIENT: &str = "extendedKeyUsage=clientAuth";
const BOTH: &str = "extendedKeyUsage=serverAuth,clientAuth";
const LEAF: &str = "basicConstraints=critical,CA:FALSE";
const AUTHORITY: &str = "basicConstraints=critical,CA:TRUE";

/// A certificate that lacks a property.
struct Lacking {
    /// Its files' name.
    name: &'static str,
    /// Which need is not met: the beginning of its words.
    property: &'static str,
    subject: &'static str,
    extensions: &'static [&'static str],
}

impl Lacking {
    const fn new(name: &'static str, property: &'static str, extensions: &'static [&'static str]) -> Self {
        Self { name, property, subject: "/CN=localhost", extensions }
    }

    fn make(&self, world: &World) {
        world.openssl(self.name, self.subject, self.extensions);
    }
}

/// A folder with an authority, `ca.pem`.
struct World {
    files: Workdir,
    role: Role,
}

impl World {
    fn new(role: &str) -> Self {
        require("openssl", "openssl");
        let files = Workdir::new(&format!("role-{role}"));
        files.run("certwright issue --root --cn 'Test CA' --name ca").succeeds();
        Self { files, role: Role::from_word(role).unwrap() }
    }

    /// What the role issues; `check` finds nothing wrong.
    fn issue(&self, name: &str, asked: &str) {
        let role = self.role.word();
        self.files.run(&format!("certwright issue --ca ca.pem --as {role} --name {name} {asked}")).succeeds();
        assert_eq!(self.found(name), [], "{role}: what is issued");
    }

    /// A certificate of any form, `NAME.pem` and `NAME-key.pem`, below `ca.pem`.
    fn openssl(&self, name: &str, subject: &str, extensions: &[&str]) {
        self.openssl_below("ca", name, subject, extensions);
    }

    fn openssl_below(&self, ca: &str, name: &str, subject: &str, extensions: &[&str]) {
        let identifiers = "subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n";
        self.files.write(&format!("{name}.ext"), format!("{identifiers}{}\n", extensions.join("\n")));
        self.files
            .run(&format!(
                "openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout {name}-key.pem \
                 -subj '{subject}' -out {name}.csr && openssl x509 -req -in {name}.csr -CA {ca}.pem -CAkey \
                 {ca}-key.pem -days 90 -extfile {name}.ext -out {name}.pem && chmod 600 {name}-key.pem"
            ))
            .succeeds();
    }

    /// The codes and messages that `check --as` finds in a certificate and its key, consequences and notices left out.
    fn found(&self, name: &str) -> Vec<(String, String)> {
        if self.role == Role::Haproxy {
            self.files.run(&format!("cp -p {name}-key.pem {name}.pem.key")).succeeds();
            return self.found_in(&format!("{name}.pem --ca ca.pem"));
        }
        self.found_in(&format!("{name}.pem {name}-key.pem --ca ca.pem"))
    }

    fn found_in(&self, arguments: &str) -> Vec<(String, String)> {
        let role = self.role.word();
        let outcome = self.files.run(&format!("certwright check --as {role} --json {arguments}"));
        let report: serde_json::Value =
            serde_json::from_str(&outcome.stdout).unwrap_or_else(|error| panic!("{error}\n{outcome}"));
        let own = |finding: &&serde_json::Value| {
            finding["severity"] != "notice" && finding.get("consequence_of").is_none()
        };
        let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
        let findings = report["findings"].as_array().unwrap().iter().filter(own);
        findings.map(|finding| (text(&finding["code"]), text(&finding["message"]))).collect()
    }

    /// The need whose words begin so.
    fn need(&self, property: &str) -> &'static Need {
        let mut needs =
            self.role.needs().iter().filter(|need| need.property.to_string().starts_with(property));
        let need = needs.next().unwrap_or_else(|| panic!("{} needs no {property}", self.role.word()));
        assert!(needs.next().is_none(), "{property} is two needs");
        need
    }

    /// `check` names the property that is lacking, and nothing else.
    fn names(&self, lacking: &Lacking) {
        let need = self.need(lacking.property);
        let expected = certwright::check::role::code(need.property);
        let found = self.found(lacking.name);
        let [(code, message)] = found.as_slice() else {
            panic!("{} without {}: {found:?}", self.role.word(), lacking.property)
        };
        assert_eq!(
            (code.as_str(), message.as_str()),
            (expected, need.message().as_str()),
            "{}",
            lacking.name
        );
    }

    /// Every need of the role was taken away, but those that `elsewhere` is about.
    fn all_taken_away<'l>(&self, lacking: impl IntoIterator<Item = &'l Lacking>, elsewhere: &[&str]) {
        let taken: BTreeSet<String> = lacking
            .into_iter()
            .map(|lacking| lacking.property)
            .chain(elsewhere.iter().copied())
            .map(|property| self.need(property).property.to_string())
            .collect();
        let needed: BTreeSet<String> =
            self.role.needs().iter().map(|need| need.property.to_string()).collect();
        assert_eq!(taken, needed, "{}", self.role.word());
    }
}

/// Whoever adds a role says here how it is known to be true.
#[test]
fn every_role_is_run_or_read() {
    let run = [
        "tls-server",
        "tls-client",
        "mtls-peer",
        "root",
        "intermediate",
        "etcd-server",
        "etcd-peer",
        "etcd-client",
        "postgres-server",
        "postgres-client",
        "nginx",
        "haproxy",
        "java",
    ];
    for role in Role::ALL {
        let is_read = role.needs().iter().all(|need| need.source.contains(", source: "));
        assert_ne!(run.contains(&role.word()), is_read, "{}", role.word());
        let has_mode = role.needs().iter().any(|need| matches!(need.property, Property::Mode(_)));
        assert_eq!(has_mode, role.word().starts_with("postgres"), "{}", role.word());
    }
}
