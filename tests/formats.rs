//! What `certwright export` writes, judged by the programs it is for: openssl, keytool, kubectl and a YAML reader.
//! Refusals are in `tests/refusals/export.md`.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "in a test, a panic is the report")]
#![allow(dead_code, reason = "the helpers are shared with other tests")]

mod support;

use std::process::Command;

use certwright::formats::Format;
use support::{Outcome, Workdir, python, require};

const PROGRAM: &str = env!("CARGO_BIN_EXE_certwright");

/// A leaf for 127.0.0.1 (`leaf.pem`, `leaf-key.pem`) below an intermediate below a root (`ca.pem`); `chain.pem` holds
/// the two upper ones, the root first, and `secret` a password with a letter outside of ASCII.
const MAKE: &str = r#"
set -e
issue() { # NAME SUBJECT ISSUER EXTENSIONS
  openssl req -new -key "$1-key.pem" -subj "/CN=$2" -out request
  printf "$4" > extensions
  openssl x509 -req -in request -CA "$3.pem" -CAkey "$3-key.pem" -days 2 -extfile extensions -out "$1.pem"
}
for name in ca mid; do openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out $name-key.pem; done
openssl genpkey $LEAF_KEY -out leaf-key.pem
openssl req -x509 -new -key ca-key.pem -subj '/CN=Root' -days 2 -addext keyUsage=critical,keyCertSign -out ca.pem
issue mid 'Middle' ca 'basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\n'
issue leaf 'Leaf' mid 'subjectAltName=IP:127.0.0.1\nextendedKeyUsage=serverAuth,clientAuth\n'
cat ca.pem mid.pem > chain.pem
printf 'gehëim-12\n' > secret
rm request extensions
"#;

const P256: &str = "-algorithm EC -pkeyopt ec_paramgen_curve:P-256";
const KEYS: [&str; 4] = [
    P256,
    "-algorithm EC -pkeyopt ec_paramgen_curve:P-521",
    "-algorithm RSA -pkeyopt rsa_keygen_bits:2048",
    "-algorithm ed25519",
];

fn world(name: &str, key: &str) -> Workdir {
    require("openssl", "openssl");
    let dir = Workdir::new(name);
    dir.run(&format!("LEAF_KEY='{key}'\n{MAKE}")).succeeds();
    dir
}

/// Exports the leaf with everything that belongs to it.
fn export(dir: &Workdir, arguments: &str) -> Outcome {
    dir.run(&format!("'{PROGRAM}' export leaf.pem --key leaf-key.pem --chain chain.pem {arguments}"))
}

#[test]
fn every_format_has_its_name_and_mode_and_nothing_is_overwritten() {
    let dir = world("names", P256);
    let formats = "pem,key-der,encrypted-key,fullchain,chain,combined,der,pkcs12,truststore,kubernetes-secret,kubeconfig";
    let all = format!("--format {formats} --password-file secret --server https://127.0.0.1:6443 --out out");
    dir.run("mkdir out").succeeds();
    let first = export(&dir, &all).succeeds();
    assert_eq!((first.stdout.as_str(), first.stderr.as_str()), ("", ""));
    let modes = dir.run("cd out && stat -c '%a %n' *").succeeds().stdout;
    assert_eq!(
        modes,
        "644 leaf-chain.pem\n600 leaf-combined.pem\n644 leaf-fullchain.pem\n600 leaf-key.der\n600 leaf-key.pem\n\
         600 leaf-secret.yaml\n644 leaf-truststore.p12\n644 leaf.der\n600 leaf.kubeconfig\n600 leaf.p12\n644 leaf.pem\n"
    );

    let sums = || dir.run("cd out && stat -c '%i %Y %n' * && sha256sum *").succeeds().stdout;
    dir.run("rm out/leaf.der").succeeds();
    let before = sums();
    export(&dir, &all).fails_with("error: \"out/leaf.pem\" exists");
    assert_eq!(sums(), before, "a refused run changes nothing and makes nothing");
    export(&dir, &format!("{all} --force")).succeeds();
    assert_ne!(sums(), before);
}

#[test]
fn openssl_reads_every_form_of_a_key() {
    for key in KEYS {
        let dir = world("keys", key);
        export(&dir, "--format key --out pkcs8.pem").succeeds();
        export(&dir, "--format traditional-key --out traditional.pem").succeeds();
        export(&dir, "--format key-der --out key.der").succeeds();
        export(&dir, "--format encrypted-key --out encrypted.pem --password-file secret").succeeds();
        let expected = dir.run("openssl pkey -in leaf-key.pem").succeeds().stdout;
        assert!(expected.contains("BEGIN PRIVATE KEY"));
        for input in
            ["pkcs8.pem", "traditional.pem", "key.der -inform DER", "encrypted.pem -passin file:secret"]
        {
            let read = dir.run(&format!("openssl pkey -in {input}")).succeeds().stdout;
            assert_eq!(read, expected, "{key}: {input}");
        }
        dir.run("openssl pkey -in encrypted.pem -passin pass:gehëim").fails_with("");
        assert_eq!(dir.read("pkcs8.pem"), expected, "{key}");
        let label = match key {
            "-algorithm ed25519" => "-----BEGIN PRIVATE KEY-----",
            key if key.contains("RSA") => "-----BEGIN RSA PRIVATE KEY-----",
            _ => "-----BEGIN EC PRIVATE KEY-----",
        };
        assert_eq!(dir.read("traditional.pem").lines().next(), Some(label));
        assert_eq!(dir.read("encrypted.pem").lines().next(), Some("-----BEGIN ENCRYPTED PRIVATE KEY-----"));
        let structure = dir.run("openssl asn1parse -in encrypted.pem").succeeds();
        structure
            .shows(":PBES2")
            .shows(":PBKDF2")
            .shows(":hmacWithSHA256")
            .shows(":aes-256-cbc")
            .shows(":0927C0");
    }
}

#[test]
fn chains_verify_and_stand_in_order() {
    let dir = world("chains", P256);
    export(&dir, "--format fullchain,chain,combined,der --name x").succeeds();
    let [leaf, mid, ca] =
        ["leaf", "mid", "ca"].map(|name| dir.run(&format!("openssl x509 -in {name}.pem")).succeeds().stdout);
    let key = dir.run("openssl pkey -in leaf-key.pem").succeeds().stdout;
    assert_eq!(dir.read("x-fullchain.pem"), format!("{leaf}{mid}"));
    assert_eq!(dir.read("x-chain.pem"), format!("{mid}{ca}"));
    assert_eq!(dir.read("x-combined.pem"), format!("{leaf}{mid}{key}"));
    assert_eq!(dir.run("openssl x509 -in x.der -inform DER").succeeds().stdout, leaf);
    dir.run("openssl verify -x509_strict -CAfile ca.pem -untrusted x-fullchain.pem leaf.pem").succeeds();
}

#[test]
fn openssl_opens_pkcs12() {
    for key in KEYS {
        let dir = world("pkcs12", key);
        for (format, options, encryption, seal) in [
            (
                "pkcs12",
                "",
                "PBES2, PBKDF2, AES-256-CBC, Iteration 200000, PRF hmacWithSHA256",
                "MAC: sha256, Iteration 200000",
            ),
            (
                "pkcs12-legacy",
                "-legacy",
                "pbeWithSHA1And3-KeyTripleDES-CBC, Iteration 2048",
                "MAC: sha1, Iteration 2048",
            ),
        ] {
            export(
                &dir,
                &format!("--format {format} --out store.p12 --force --password-file secret --alias 'mine é'"),
            )
            .succeeds();
            let open = format!("openssl pkcs12 -in store.p12 -passin file:secret -noenc {options}");
            let shown = dir.run(&format!("{open} -info")).succeeds();
            for part in [
                &format!("PKCS7 Encrypted data: {encryption}"),
                &format!("Shrouded Keybag: {encryption}"),
                seal,
            ] {
                assert!(shown.says(part), "{part}\n{shown}");
            }
            assert!(shown.says("friendlyName: mine"), "{shown}");
            let key = dir.run(&format!("{open} -nocerts | openssl pkey")).succeeds().stdout;
            assert_eq!(key, dir.run("openssl pkey -in leaf-key.pem").succeeds().stdout);
            let subjects = dir.run(&format!("{open} -nokeys | grep ^subject=")).succeeds().stdout;
            assert_eq!(subjects.replace(' ', ""), "subject=CN=Leaf\nsubject=CN=Middle\nsubject=CN=Root\n");
            let wrong = format!("openssl pkcs12 -in store.p12 -passin pass:wrong -noenc {options}");
            dir.run(&wrong).fails_with("invalid password");
        }
    }
}

#[test]
fn java_lists_keystores_and_truststores() {
    require("keytool", "default-jdk-headless");
    let dir = world("java", P256);
    dir.run("printf 'secret-12' > ascii").succeeds();
    let keytool = |store: &str| {
        dir.run(&format!("keytool -J-Duser.language=en -list -v -keystore {store} -storepass secret-12"))
    };
    for format in ["pkcs12", "pkcs12-legacy"] {
        export(
            &dir,
            &format!("--format {format} --out store.p12 --force --password-file ascii --alias Mine"),
        )
        .succeeds();
        let listed =
            keytool("store.p12").succeeds().shows("Your keystore contains 1 entry").shows("Alias name: mine");
        listed.shows("Entry type: PrivateKeyEntry").shows("Certificate chain length: 3");
        // Only who can read the key can change its store.
        let change = "keytool -importkeystore -noprompt -srckeystore store.p12 -srcstorepass secret-12 -destkeystore \
                      copy.p12 -deststorepass secret-13";
        dir.run(&format!("rm -f copy.p12; {change}")).succeeds();
        let key = dir
            .run("openssl pkcs12 -in copy.p12 -passin pass:secret-13 -noenc -nocerts | openssl pkey")
            .succeeds();
        assert_eq!(key.stdout, dir.run("openssl pkey -in leaf-key.pem").succeeds().stdout);
    }
    export(&dir, "--format truststore --password-file ascii").succeeds();
    let listed = keytool("leaf-truststore.p12").succeeds().shows("Your keystore contains 1 entry");
    listed.shows("Alias name: ca").shows("Entry type: trustedCertEntry").shows("Owner: CN=Root");
    dir.run("keytool -list -keystore leaf-truststore.p12 -storepass other-12")
        .fails_with("password was incorrect");
    // A root on its own has its own name, and needs neither key nor chain.
    dir.run(&format!("'{PROGRAM}' export ca.pem --name Root --format truststore --password-file ascii"))
        .succeeds();
    keytool("Root-truststore.p12").succeeds().shows("Alias name: root").shows("Entry type: trustedCertEntry");
    // A truststore is no keystore: it names no key.
    dir.run("openssl pkcs12 -in leaf-truststore.p12 -passin file:ascii -nocerts -noenc | grep -c KEY")
        .fails_with("0");
}

#[test]
fn yaml_readers_find_the_secret() {
    let dir = world("secret", P256);
    export(&dir, "--format kubernetes-secret --name 'My_Server.1' --namespace prod").succeeds();
    let script = "import base64, json, sys, yaml\n\
                  document = yaml.safe_load(open(sys.argv[1]))\n\
                  data = document.pop('data')\n\
                  print(json.dumps(document, sort_keys=True))\n\
                  print(sorted(data))\n\
                  for name in sorted(data): print(base64.b64decode(data[name], validate=True).decode(), end='')\n";
    let output = Command::new(python())
        .args(["-c", script])
        .arg(dir.path("My_Server.1-secret.yaml"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let pem = |command: &str| dir.run(command).succeeds().stdout;
    let [leaf, mid, ca] = ["leaf", "mid", "ca"].map(|name| pem(&format!("openssl x509 -in {name}.pem")));
    let key = pem("openssl pkey -in leaf-key.pem");
    assert_eq!(
        String::from_utf8(output.stdout).unwrap(),
        format!(
            "{{\"apiVersion\": \"v1\", \"kind\": \"Secret\", \"metadata\": {{\"name\": \"my-server-1\", \"namespace\": \
             \"prod\"}}, \"type\": \"kubernetes.io/tls\"}}\n['ca.crt', 'tls.crt', 'tls.key']\n{ca}{leaf}{mid}{key}"
        )
    );
}

/// A process that ends with the test.
struct Server(std::process::Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The server is openssl's, with the same certificate; it demands a client's and shows it.
#[test]
fn kubectl_logs_in_with_the_kubeconfig() {
    require("kubectl", "kubernetes-client");
    let dir = world("kubeconfig", P256);
    export(&dir, "--format fullchain").succeeds();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let names = "--cluster home --user 'it is: me' --namespace prod";
    export(&dir, &format!("--format kubeconfig --server https://127.0.0.1:{port} {names}")).succeeds();
    let server = Command::new("openssl")
        .args(["s_server", "-www", "-cert", "leaf-fullchain.pem", "-cert_chain", "leaf-fullchain.pem"])
        .args(["-key", "leaf-key.pem", "-CAfile", "ca.pem", "-Verify", "3", "-verify_return_error"])
        .args(["-accept", &format!("127.0.0.1:{port}")])
        .current_dir(dir.path("."))
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let server = Server(server);
    let kubectl = "HOME=$PWD kubectl --kubeconfig leaf.kubeconfig";
    let answer = support::wait_for("openssl s_server", std::time::Duration::from_secs(30), || {
        let asked = dir.run(&format!("{kubectl} get --raw /"));
        if asked.success() { Ok(asked) } else { Err(asked.to_string()) }
    });
    let without = dir.run(&format!("curl -s --cacert ca.pem https://127.0.0.1:{port}/"));
    drop(server);
    let answer = answer.shows("Client certificate");
    assert!(answer.says("CN = Leaf") || answer.says("CN=Leaf"), "{answer}");
    assert!(!without.success(), "the server does not ask for certificates\n{without}");
    let context = dir.run(&format!("{kubectl} config get-contexts --no-headers")).succeeds().stdout;
    assert_eq!(
        context.split_whitespace().collect::<Vec<_>>().join(" "),
        "* it is: me@home home it is: me prod"
    );
}

#[test]
fn other_forms_are_read() {
    let dir = world("inputs", P256);
    dir.run(
        "set -e
        openssl x509 -in leaf.pem -outform DER -out in.der
        openssl pkey -in leaf-key.pem -outform DER -out key.der
        openssl pkcs8 -topk8 -in leaf-key.pem -passout file:secret -outform DER -out encrypted.der
        openssl ec -in leaf-key.pem -aes256 -passout file:secret -out encrypted.pem
        openssl x509 -in mid.pem -outform DER -out mid.der
        cat leaf-key.pem leaf.pem chain.pem > all.pem
        openssl pkcs12 -export -in leaf.pem -inkey leaf-key.pem -certfile chain.pem -passout file:secret -out modern.p12
        openssl pkcs12 -export -in leaf.pem -inkey leaf-key.pem -certfile chain.pem -passout file:secret -legacy -out old.p12
        openssl pkcs12 -export -in leaf.pem -inkey leaf-key.pem -certfile chain.pem -passout pass: -out empty.p12",
    )
    .succeeds();
    let expected = export(&dir, "--format combined --out -").succeeds().stdout;
    let secret = "SECRET=\"$(cat secret)\"";
    for (before, arguments) in [
        ("", "in.der --key key.der --chain mid.der"),
        (secret, "leaf.pem --key encrypted.der --key-password-env SECRET --chain mid.pem"),
        (secret, "leaf.pem --key encrypted.pem --key-password-env SECRET --chain mid.pem"),
        ("", "all.pem"),
        ("cat all.pem |", "- --name x"),
        ("cat leaf-key.pem |", "leaf.pem --key - --chain chain.pem"),
        ("", "modern.p12 --password-file secret"),
        ("", "old.p12 --password-file secret"),
        (secret, "modern.p12 --key-password-env SECRET"),
        ("", "empty.p12"),
        (secret, "leaf.pem --key modern.p12 --key-password-env SECRET --chain mid.pem"),
        ("", "leaf.pem --key old.p12 --key-password-file secret --chain mid.pem"),
        ("", "leaf.pem --key empty.p12 --chain mid.pem"),
        ("", "leaf.pem --key encrypted.pem --key-password-file secret --chain mid.pem"),
    ] {
        let found =
            dir.run(&format!("{before} '{PROGRAM}' export {arguments} --format combined --out -")).succeeds();
        assert_eq!(found.stdout, expected, "{arguments}");
    }
    // From one password to another.
    dir.run("printf other-12 > other").succeeds();
    let change =
        "export modern.p12 --key-password-env SECRET --password-file other --format pkcs12 --out new.p12";
    dir.run(&format!("{secret} '{PROGRAM}' {change}")).succeeds();
    dir.run("openssl pkcs12 -in new.p12 -passin file:other -noenc").succeeds();
}

#[test]
fn the_readme_has_the_table_and_its_commands_work() {
    let readme = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    let section = readme.split("\n## ").find(|section| section.starts_with("Formats\n")).unwrap();
    let rows: Vec<_> = section.lines().filter(|line| line.contains("| `BASE")).collect();
    assert_eq!(rows.len(), Format::ALL.len());
    for (row, format) in rows.iter().zip(Format::ALL) {
        assert!(row.starts_with(&format!("| `{format}` | `BASE{}` |", format.ending())), "{row}");
    }
    let dir = world("readme", P256);
    for name in ["server", "client", "admin"] {
        dir.run(&format!("cp leaf.pem {name}.pem && cp leaf-key.pem {name}-key.pem")).succeeds();
    }
    let commands: Vec<_> =
        readme.lines().filter_map(|line| line.strip_prefix("    certwright export ")).collect();
    assert_eq!(commands.len(), 4);
    for command in commands {
        // The leaf's issuer is the intermediate here.
        let command = command.replace("--chain ca.pem", "--chain chain.pem");
        dir.run(&format!("STORE_PASSWORD=secret '{PROGRAM}' export {command}")).succeeds();
    }
}
