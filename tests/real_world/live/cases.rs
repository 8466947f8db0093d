//! The commands both programs are given: what cfssl 1.2.0 knows, in all its kinds.

use super::{AUTHORITIES, Case};

const P256: &str = r#""key": {"algo": "ecdsa", "size": 256}"#;

/// Requests made by openssl: name, options, key. The subjects have parts and string types that cfssl itself never writes.
pub(super) const OUTSIDE_REQUESTS: [(&str, &str, &str); 7] = [
    (
        "plain",
        "-subj /CN=outside -addext subjectAltName=DNS:a.example,IP:10.1.2.3,email:a@b.example,IP:::1",
        "rsa:2048",
    ),
    ("reordered", "-subj /CN=outside/OU=x/O=y/L=z/ST=s/C=DE/serialNumber=77/street=road/postalCode=1234", EC),
    ("several", "-subj /C=DE/O=one/O=two/OU=b/OU=a/CN=first/CN=second", EC),
    ("utf8", "-subj '/C=DE/O=Bäcker & Söhne/CN=x_y*z@'", EC),
    (
        "authority",
        "-subj /CN=sub -addext basicConstraints=critical,CA:TRUE,pathlen:0 -addext keyUsage=keyCertSign",
        EC,
    ),
    ("leaf", "-subj / -addext basicConstraints=CA:FALSE -addext subjectAltName=DNS:only.example", EC),
    ("extra", "-subj /DC=example/O=o/CN=outside/emailAddress=a@b.example/UID=u", EC),
];
const EC: &str = "ec -pkeyopt ec_paramgen_curve:P-256";

/// Every usage word that 1.2.0 and later versions share.
const USAGES: [&str; 22] = [
    "signing",
    "digital signature",
    "key encipherment",
    "data encipherment",
    "key agreement",
    "cert sign",
    "crl sign",
    "encipher only",
    "decipher only",
    "any",
    "server auth",
    "client auth",
    "code signing",
    "email protection",
    "s/mime",
    "ipsec end system",
    "ipsec tunnel",
    "ipsec user",
    "timestamping",
    "ocsp signing",
    "microsoft sgc",
    "netscape sgc",
];

/// The cases that both refuse.
pub(super) const REFUSED: [&str; 3] =
    ["profile whitelist refuses", "sign authority", "sign authority with hosts"];

pub(super) fn all() -> Vec<Case> {
    [keys(), usages(), profiles(), hosts(), subjects(), roots(), requests(), signs()]
        .into_iter()
        .flatten()
        .collect()
}

/// Every type of key, as subject and as authority.
fn keys() -> Vec<Case> {
    let request = |key: &str| format!(r#"{{"CN": "leaf", "hosts": ["leaf.example"], "key": {key}}}"#);
    let by_authority = AUTHORITIES.map(|(authority, key)| {
        let files = vec![("request.json", request(key))];
        gencert(&format!("key {authority} by itself"), authority, "", files)
    });
    let by_p256 = AUTHORITIES.map(|(name, key)| {
        gencert(&format!("key {name} by p256"), "p256", "", vec![("request.json", request(key))])
    });
    let defaults = [
        ("no key", r#"{"CN": "leaf"}"#),
        ("key without members", r#"{"CN": "leaf", "key": {"algo": "ecdsa", "size": 384}}"#),
    ]
    .map(|(name, request)| gencert(name, "p256", "", vec![("request.json", request.to_owned())]));
    by_authority.into_iter().chain(by_p256).chain(defaults).collect()
}

fn usages() -> Vec<Case> {
    let alone = USAGES.map(|word| profile(&format!("usage {word}"), &format!(r#""usages": ["{word}"]"#)));
    let all = profile("usages all", &format!(r#""usages": ["{}"]"#, USAGES.join("\", \"")));
    let twice = profile(
        "usages twice",
        r#""usages": ["server auth", "signing", "server auth", "digital signature"]"#,
    );
    alone.into_iter().chain([all, twice]).collect()
}

fn profiles() -> Vec<Case> {
    let usages = r#""usages": ["signing", "server auth"]"#;
    [
        ("is_ca", r#""ca_constraint": {"is_ca": true}"#),
        ("path length 3", r#""ca_constraint": {"is_ca": true, "max_path_len": 3}"#),
        ("path length 0", r#""ca_constraint": {"is_ca": true, "max_path_len": 0, "max_path_len_zero": true}"#),
        ("path length 0 but not said", r#""ca_constraint": {"is_ca": true, "max_path_len": 0}"#),
        ("path length without is_ca", r#""ca_constraint": {"is_ca": false}"#),
        ("urls", r#""issuer_urls": ["http://a.example/ca.der", "http://b.example/ca.der"],
            "ocsp_url": "http://o.example", "crl_url": "http://c.example/crl""#),
        ("ocsp no check", r#""ocsp_no_check": true"#),
        ("policy", r#""policies": [{"id": "1.2.3.4"}]"#),
        ("policies", r#""policies": [{"id": "2.5.29.32.0", "qualifiers": [{"type": "id-qt-cps", "value": "http://cps.example"}]},
            {"id": "1.3.6.1.4.1.1.2.3", "qualifiers": [{"type": "id-qt-unotice", "value": "read this"}]}]"#),
        ("backdate", r#""backdate": "1h""#),
        ("fixed times", r#""not_before": "2024-02-29T12:34:56Z", "not_after": "2060-01-02T03:04:05Z""#),
        ("fixed start", r#""not_before": "2024-02-29T12:34:56+02:00""#),
        ("name whitelist", r#""name_whitelist": "^leaf""#),
    ]
    .into_iter()
    .map(|(name, fields)| profile(&format!("profile {name}"), &format!("{usages}, {fields}")))
    .chain([
        profile("profile odd expiry", &format!(r#"{usages}, "expiry": "1h30m15.5s""#)),
        gencert(
            "profile inherits",
            "p256",
            "-config config.json -profile p",
            vec![
                ("request.json", format!(r#"{{"CN": "leaf", "hosts": ["leaf.example"], {P256}}}"#)),
                ("config.json", r#"{"signing": {"default": {"expiry": "100h", "usages": ["any"], "backdate": "2h",
                    "issuer_urls": ["http://i.example"], "ocsp_url": "http://o.example", "crl_url": "http://c.example"},
                    "profiles": {"p": {"expiry": "10h", "usages": ["client auth"]}}}}"#.to_owned()),
            ],
        ),
        gencert(
            "profile default",
            "p256",
            "-config config.json",
            vec![
                ("request.json", format!(r#"{{"CN": "leaf", "hosts": ["leaf.example"], {P256}}}"#)),
                ("config.json", r#"{"signing": {"default": {"expiry": "100h", "usages": ["any", "signing"]}}}"#.to_owned()),
            ],
        ),
        profile("profile whitelist refuses", &format!(r#"{usages}, "name_whitelist": "^other""#)),
    ])
    .collect()
}

fn hosts() -> Vec<Case> {
    let listed = [
        ("dns", r#""a.example", "B.Example", "*.c.example""#),
        ("ip", r#""10.0.0.1", "::1", "2001:db8::8:800:200c:417a", "255.255.255.255""#),
        ("mapped ip", r#""::ffff:10.0.0.1""#),
        ("email", r#""a@b.example", "A.B+c@d.example""#),
        ("mixed order", r#""10.0.0.2", "z.example", "q@z.example", "a.example", "::2""#),
        ("none", ""),
        ("single label", r#""localhost", "etcd-0""#),
    ]
    .map(|(name, hosts)| {
        let request = format!(r#"{{"CN": "leaf", "hosts": [{hosts}], {P256}}}"#);
        gencert(&format!("hosts {name}"), "p256", "", vec![("request.json", request)])
    });
    let by_flag = [("one", "-hostname x.example"), ("list", "-hostname=x.example,10.0.0.9,u@x.example")].map(
        |(name, flag)| {
            let request = format!(r#"{{"CN": "leaf", "hosts": ["dropped.example"], {P256}}}"#);
            gencert(&format!("hosts by flag {name}"), "p256", flag, vec![("request.json", request)])
        },
    );
    listed.into_iter().chain(by_flag).collect()
}

fn subjects() -> Vec<Case> {
    [
        ("all parts", r#""CN": "leaf", "serialnumber": "SN-1", "names": [{"C": "US", "ST": "CA", "L": "San Francisco", "O": "Org", "OU": "Unit"}]"#),
        ("several entries", r#""CN": "leaf", "names": [{"O": "zeta", "OU": "b"}, {"O": "alpha", "OU": "a"}, {"C": "DE"}]"#),
        ("utf8", r#""CN": "Bücher", "names": [{"O": "日本 & Co", "L": "Köln"}]"#),
        ("string types", r#""CN": "*.example", "names": [{"O": "a_b", "OU": "it's (a) +,-./:=?", "L": "a\"b"}]"#),
        ("no CN", r#""names": [{"O": "Org"}]"#),
        ("nothing", r#""names": []"#),
    ]
    .map(|(name, content)| {
        let request = format!(r#"{{{content}, "hosts": ["leaf.example"], {P256}}}"#);
        gencert(&format!("subject {name}"), "p256", "", vec![("request.json", request)])
    })
    .into_iter()
    .chain([gencert(
        "subject CN by flag",
        "p256",
        "-cn other",
        vec![("request.json", format!(r#"{{"CN": "leaf", "hosts": ["leaf.example"], {P256}}}"#))],
    )])
    .collect()
}

fn roots() -> Vec<Case> {
    let kinds = [
        ("plain", ""),
        ("empty ca", r#", "ca": {}"#),
        ("expiry", r#", "ca": {"expiry": "87600h"}"#),
        ("long expiry", r#", "ca": {"expiry": "262800h"}"#),
        ("path length", r#", "ca": {"pathlen": 2}"#),
        ("path length zero", r#", "ca": {"pathlen": 0, "pathlenzero": true}"#),
        ("hosts", r#", "hosts": ["root.example", "10.0.0.1", "r@root.example"]"#),
        ("names", r#", "names": [{"C": "US", "L": "x", "O": "y", "OU": "z", "ST": "w"}]"#),
    ];
    let requests = |(name, content): (&str, &str)| {
        let request = format!(r#"{{"CN": "root", {P256}{content}}}"#);
        (name.to_owned(), vec![("request.json", request)])
    };
    let mut cases = Vec::new();
    for (name, files) in kinds.map(requests) {
        cases.push(case(&format!("root {name}"), "gencert -initca request.json", files.clone()));
        cases.push(case(&format!("root by genkey {name}"), "genkey -initca request.json", files.clone()));
        let again = "gencert -initca -ca-key CAS/p384-key.pem request.json";
        cases.push(case(&format!("root of a given key {name}"), again, files));
    }
    for (name, key) in AUTHORITIES {
        let request = format!(r#"{{"CN": "root", "key": {key}}}"#);
        cases.push(case(
            &format!("root {name}"),
            "gencert -initca request.json",
            vec![("request.json", request)],
        ));
        let renew = format!("gencert -renewca -ca CAS/{name}.pem -ca-key CAS/{name}-key.pem");
        cases.push(case(&format!("root {name} renewed"), &renew, Vec::new()));
    }
    cases
}

fn requests() -> Vec<Case> {
    let by_key = AUTHORITIES.map(|(name, key)| {
        let request = format!(
            r#"{{"CN": "request", "hosts": ["a.example", "10.0.0.1", "a@b.example"], "key": {key}}}"#
        );
        case(&format!("genkey {name}"), "genkey request.json", vec![("request.json", request)])
    });
    let others = [
        ("empty", "{}"),
        ("names", r#"{"names": [{"C": "DE", "O": "ü"}, {"O": "a"}], "serialnumber": "5"}"#),
    ]
    .map(|(name, request)| {
        case(&format!("genkey {name}"), "genkey request.json", vec![("request.json", request.to_owned())])
    });
    let selfsigned = [
        ("plain", r#"{"CN": "self", "hosts": ["self.example"]}"#),
        ("without hosts", r#"{"CN": "self", "names": [{"O": "Org"}]}"#),
    ]
    .map(|(name, request)| {
        let files = vec![("request.json", request.to_owned())];
        case(&format!("selfsign {name}"), "selfsign self.example request.json", files)
    });
    by_key.into_iter().chain(others).chain(selfsigned).collect()
}

/// Requests from outside.
fn signs() -> Vec<Case> {
    let plain = OUTSIDE_REQUESTS
        .map(|(name, _, _)| sign(&format!("sign {name}"), &format!("CAS/{name}.csr"), Vec::new()));
    let as_ca = OUTSIDE_REQUESTS.map(|(name, _, _)| {
        let config = r#"{"signing": {"default": {"expiry": "10h", "usages": ["cert sign"], "ca_constraint": {"is_ca": true}}}}"#;
        let command = format!("-config config.json CAS/{name}.csr");
        sign(&format!("sign {name} as authority"), &command, vec![("config.json", config.to_owned())])
    });
    let by_flag = OUTSIDE_REQUESTS.map(|(name, _, _)| {
        sign(
            &format!("sign {name} with hosts"),
            &format!("-hostname x.example,10.0.0.1 CAS/{name}.csr"),
            Vec::new(),
        )
    });
    let overrides = [
        ("CN", r#"{"CN": "new"}"#),
        ("names", r#"{"CN": "new", "names": [{"O": "Over", "OU": "Ride"}]}"#),
        ("serial number", r#"{"CN": "new", "SerialNumber": "99"}"#),
    ];
    let overridden = overrides.into_iter().flat_map(|(kind, subject)| {
        ["plain", "reordered", "several"].map(|name| {
            let files = vec![("subject.json", subject.to_owned())];
            sign(&format!("sign {name} with other {kind}"), &format!("CAS/{name}.csr subject.json"), files)
        })
    });
    let whitelists =
        ["Subject", "DNSNames", "IPAddresses", "EmailAddresses", "SignatureAlgorithm"].map(|field| {
            let config = format!(
                r#"{{"signing": {{"default": {{"expiry": "10h", "usages": ["any"],
            "CSRWhitelist": {{"PublicKey": true, "PublicKeyAlgorithm": true, "{field}": true}}}}}}}}"#
            );
            sign(
                &format!("sign whitelisted {field}"),
                "-config config.json CAS/plain.csr",
                vec![("config.json", config)],
            )
        });
    plain.into_iter().chain(as_ca).chain(by_flag).chain(overridden).chain(whitelists).collect()
}

/// A leaf by a profile with the fields given, valid 10 hours unless they say otherwise.
fn profile(name: &str, fields: &str) -> Case {
    let expiry = if fields.contains("\"expiry\"") { "" } else { r#", "expiry": "10h""# };
    let request = format!(r#"{{"CN": "leaf", "hosts": ["leaf.example", "10.0.0.1"], {P256}}}"#);
    let config = format!(
        r#"{{"signing": {{"default": {{"expiry": "8760h"}}, "profiles": {{"p": {{{fields}{expiry}}}}}}}}}"#
    );
    gencert(
        name,
        "rsa2048",
        "-config config.json -profile p",
        vec![("request.json", request), ("config.json", config)],
    )
}

fn gencert(name: &str, authority: &'static str, flags: &str, files: Vec<(&'static str, String)>) -> Case {
    let command =
        format!("gencert -ca CAS/{authority}.pem -ca-key CAS/{authority}-key.pem {flags} request.json");
    Case { issuer: Some(authority), ..case(name, &command, files) }
}

fn sign(name: &str, arguments: &str, files: Vec<(&'static str, String)>) -> Case {
    let command = format!("sign -ca CAS/p256.pem -ca-key CAS/p256-key.pem {arguments}");
    Case { issuer: Some("p256"), ..case(name, &command, files) }
}

fn case(name: &str, command: &str, files: Vec<(&'static str, String)>) -> Case {
    Case { name: name.to_owned(), files, command: command.to_owned(), issuer: None }
}
