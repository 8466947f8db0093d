//! The command line, what is read, JSON, the textfile.

use std::fs;
use std::os::unix::fs::symlink;

use certwright::key::{Password, PrivateKey};
use certwright::vocab::pem;
use rcgen::{ExtendedKeyUsagePurpose, KeyUsagePurpose, SanType};

use crate::maker::{NOW, World, good_root, leaf_params, root};

fn small_world() -> World {
    let root = good_root();
    let leaf = root.leaf("a.example", |_| {});
    let world = World::new();
    world.write("leaf.pem", leaf.pem()).write("leaf-key.pem", leaf.key_pem()).write("ca.pem", root.pem());
    world
}

#[test]
fn wrong_command_lines_end_with_2() {
    let world = small_world();
    for (arguments, text) in [
        ("--json", "<PATH>"),
        ("leaf.pem --as nobody", "invalid value 'nobody' for '--as <ROLE>'"),
        ("leaf.pem --policy nobody", "invalid value 'nobody' for '--policy <WHOSE>'"),
        ("leaf.pem --ignore expird", "no finding has this code; did you mean \"expired\"?"),
        ("leaf.pem --within 30", "a number and a unit are needed: s, m, h, d, w or y"),
        (
            "leaf.pem --host a:1",
            "\"a:1\" is no host: a DNS name or an IP address is needed, without port and path",
        ),
        ("leaf.pem --at tomorrow", "a time is needed, such as 2030-01-02 or 2030-01-02T15:04:05Z"),
        ("leaf.pem --starttls smtp", "[possible values: postgres]"),
        ("leaf.pem --timeout 0s", "a time is needed, such as 10s"),
        (
            "leaf.pem --json --prometheus -",
            "error: --json and --prometheus - both write to standard output\n  hint: name a file for the textfile\n",
        ),
    ] {
        let errors = world.fails(arguments, 2);
        assert!(errors.contains(text), "{arguments}: {errors}");
    }
}

#[test]
fn what_is_not_there_is_an_error() {
    let world = small_world();
    world.says("missing.pem leaf.pem leaf-key.pem --ca ca.pem", "not-there");
    world.says("leaf.pem --ca missing.pem", "trusted-not-there");
    world.says("missing.pem leaf.pem --ca ca.pem --prometheus -", "not-there-prometheus");
    assert_eq!(world.fails("leaf.pem --ca .", 1), "error: \".\" is a folder, and --ca needs a file\n");
    assert_eq!(
        world.fails("leaf.pem --ca leaf-key.pem", 1),
        "error: \"leaf-key.pem\" holds no certificate, and --ca needs one\n  hint: name the file with the certificate \
         of the authority, not its key or request\n"
    );
    assert_eq!(
        world.fails("leaf.pem --ca localhost:1", 1),
        "error: \"localhost:1\" is no file, and --ca needs one\n"
    );
    world.says("localhost:99999 localhost:0 localhost", "no-server");
    fs::create_dir(world.path("empty")).unwrap();
    world.says("empty", "empty-folder");
    world.says("empty --prometheus -", "empty-folder-prometheus");
}

#[test]
fn what_cannot_be_read_is_found() {
    let world = small_world();
    world.write("empty.pem", "").write("text.txt", "nothing of ours\n");
    world.write("cut.pem", &fs::read_to_string(world.path("leaf.pem")).unwrap()[..300]);
    world.says("empty.pem --ca ca.pem", "unreadable-empty");
    world.says("text.txt --ca ca.pem", "unreadable-text");
    world.says("cut.pem --ca ca.pem", "unreadable-cut");
    world.write("key.pem", "-----BEGIN PRIVATE KEY-----\nMAAA\n-----END PRIVATE KEY-----\n");
    world.says("key.pem --ca ca.pem", "unreadable-key");
    world.write(
        "half.pem",
        fs::read_to_string(world.path("leaf.pem")).unwrap() + "-----BEGIN CERTIFICATE-----\nMII\n",
    );
    world.says("half.pem --ca ca.pem", "unreadable-half");
    world.write("bad.pem", pem::encode("CERTIFICATE", &[0x30, 3, 2, 1, 5]));
    world.says("bad.pem --ca ca.pem", "unreadable-certificate");
    let leaf = fs::read_to_string(world.path("leaf.pem")).unwrap();
    world.write("label.pem", leaf.replace(" CERTIFICATE-", " CERT-"));
    world.says("label.pem leaf-key.pem --ca ca.pem --host a.example", "unreadable-label");
    world.write("store.jks", [0xfe, 0xed, 0xfe, 0xed, 0, 0]);
    world.says("store.jks --ca ca.pem", "unreadable-jks");
    let signed_data = [0x30, 13, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 13, 1, 7, 2, 0xa0, 0];
    world.write("store.p7b", signed_data);
    world.write("store.p7", pem::encode("PKCS7", &signed_data));
    world.says("store.p7b store.p7 --ca ca.pem", "unreadable-pkcs7");
    fs::create_dir(world.path("links")).unwrap();
    symlink("nowhere", world.path("links/gone.pem")).unwrap();
    symlink("nowhere", world.path("links/gone")).unwrap();
    world.says("links leaf.pem --ca ca.pem", "unreadable-link");
}

#[test]
fn text_of_windows_is_read_or_told() {
    let world = small_world();
    let leaf = fs::read_to_string(world.path("leaf.pem")).unwrap();
    world.write("mark.pem", format!("\u{feff}{leaf}"));
    world.says("mark.pem --ca ca.pem", "byte-order-mark");
    world.write("openssl.pem", leaf.replace("CERTIFICATE-----", "TRUSTED CERTIFICATE-----"));
    world.says("openssl.pem --ca ca.pem", "label-of-openssl");
    let wide: Vec<u8> = format!("\u{feff}{leaf}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    world.write("wide.pem", wide);
    world.says("wide.pem --ca ca.pem", "unreadable-utf16");
}

#[test]
fn sizes_have_limits() {
    let world = small_world();
    fs::File::create(world.path("large.pem")).unwrap().set_len((256 << 20) + 1).unwrap();
    world.says("large.pem --ca ca.pem", "unreadable-large");
    fs::File::create(world.path("large.pem")).unwrap().set_len((16 << 20) + 1).unwrap();
    world.says(". --ca ca.pem", "large-file-of-a-folder");
    let output = world.run("/dev/zero --ca ca.pem");
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(
        text.starts_with("/dev/zero: error unreadable: it is larger than 256 MiB [certwright]\n"),
        "{text}"
    );
}

#[test]
fn pipes_are_read_and_not_waited_for_in_vain() {
    let world = small_world();
    let pipe = world.path("pipe");
    nix_mkfifo(&pipe);
    world.says("pipe --ca ca.pem --timeout 100ms", "unreadable-pipe");
    let leaf = fs::read(world.path("leaf.pem")).unwrap();
    let writer = std::thread::spawn({
        let (pipe, leaf) = (pipe.clone(), leaf.clone());
        move || {
            use std::io::Write;
            let mut file = fs::OpenOptions::new().write(true).open(pipe).unwrap();
            file.write_all(&leaf[..100]).unwrap();
            // Longer than anybody waits for it to begin.
            std::thread::sleep(std::time::Duration::from_millis(700));
            file.write_all(&leaf[100..]).unwrap();
        }
    });
    world.says("pipe --ca ca.pem --timeout 500ms", "pipe");
    writer.join().unwrap();
    let program = env!("CARGO_BIN_EXE_certwright");
    let bash = |command: &str| {
        let command = command.replace("certwright", program);
        let output = std::process::Command::new("bash")
            .args(["-c", &command])
            .current_dir(world.path("."))
            .output()
            .unwrap();
        (output.status.code(), String::from_utf8([output.stdout, output.stderr].concat()).unwrap())
    };
    let rest = format!("--ca <(cat ca.pem) --at {NOW}");
    let (status, text) = bash(&format!("certwright check <(sleep 0.3; cat leaf.pem) --timeout 100ms {rest}"));
    assert_eq!(status, Some(0), "{text}");
    assert!(text.ends_with("\n1 certificate: nothing found\n"), "{text}");
    let (status, text) = bash(&format!("cat leaf.pem | certwright check - {rest}"));
    assert_eq!(status, Some(0), "{text}");
    let (status, text) = bash(&format!("cat leaf.pem | certwright check - - {rest}"));
    assert_eq!(status, Some(1), "{text}");
    assert!(
        text.starts_with("-: error unreadable: standard input can be read once [certwright]\n"),
        "{text}"
    );
    let (status, text) = bash(&format!("certwright check <(true) {rest}"));
    assert_eq!(status, Some(1), "{text}");
    assert!(text.contains(": error unreadable: the file is empty [certwright]\n"), "{text}");
    let socket = std::os::unix::net::UnixListener::bind(world.path("socket")).unwrap();
    world.says("socket --ca ca.pem", "unreadable-socket");
    drop(socket);
}

fn nix_mkfifo(path: &std::path::Path) {
    let status = std::process::Command::new("mkfifo").arg(path).status().unwrap();
    assert!(status.success());
}

#[test]
fn passwords_come_from_the_environment_as_well() {
    let world = small_world();
    let key = fs::read_to_string(world.path("leaf-key.pem")).unwrap();
    let key = certwright::key::PrivateKey::from_pem(key.as_bytes(), None).unwrap();
    let password = certwright::key::Password::new(std::env::var("HOME").unwrap().into_bytes());
    world.write("leaf-key.pem", key.to_encrypted_pem(&password).unwrap()).mode("leaf-key.pem", 0o600);
    world.says("leaf.pem leaf-key.pem --ca ca.pem --password-env HOME", "key-opened-by-variable");
}

#[test]
fn a_day_is_a_time() {
    let world = small_world();
    world.says_at("2030-06-01", "leaf.pem --ca ca.pem", "day");
}

#[test]
fn a_folder_is_read_whole_but_for_what_is_hidden_or_earlier() {
    let world = small_world();
    let old = root("old", |_| {}).leaf("old.example", |params| {
        params.not_after = time::macros::datetime!(2030-02-01 0:00 UTC);
    });
    for folder in [".certwright", "previous", ".hidden", "sub"] {
        world.write(&format!("{folder}/old.pem"), old.pem());
    }
    world.write("README.txt", "no certificate").write("pki.json", "{}");
    symlink(world.path("sub"), world.path("loop")).unwrap();
    symlink(world.path("leaf.pem"), world.path("again.pem")).unwrap();
    world.says(".", "folder-of-apply");
    fs::remove_dir_all(world.path("sub")).unwrap();
    world.says(".", "folder-of-apply-clean");
}

#[test]
fn der_and_pem_in_other_files_are_read() {
    let root = good_root();
    let leaf = root.leaf("a.example", |_| {});
    let world = World::new();
    world.write("leaf.der", &leaf.der).write("leaf-key.der", leaf.key.serialized_der());
    world.write("ca.crt", &root.der);
    world.says(".", "read-der");
    let encoded = |text: String| {
        use base64::Engine as _;
        base64::engine::general_purpose::STANDARD.encode(text)
    };
    let config = format!(
        "clusters:\n- cluster:\n    certificate-authority-data: {}\nusers:\n- user:\n    client-certificate-data: \
         {}\n    client-key-data: {}\n",
        encoded(root.pem()),
        encoded(leaf.pem()),
        encoded(root.leaf("b.example", |_| {}).key_pem())
    );
    let other = World::new();
    other.write("admin.kubeconfig", config).mode("admin.kubeconfig", 0o600);
    other.says("admin.kubeconfig", "read-kubeconfig");
}

#[test]
fn findings_are_ignored_by_code_with_what_follows() {
    let root = good_root();
    let between = root.authority("between", |params| {
        params.not_after = time::macros::datetime!(2030-05-01 0:00 UTC);
    });
    let world = World::new();
    world.write("leaf.pem", between.leaf("a.example", |_| {}).pem() + &between.pem());
    world.write("ca.pem", root.pem());
    world.says("leaf.pem --ca ca.pem", "ignore-nothing");
    world.says("leaf.pem --ca ca.pem --ignore expired", "ignore-expired");
    world.says("leaf.pem --ca ca.pem --ignore expired-issuer,chain-extra", "ignore-consequence");
}

#[test]
fn a_role_says_what_is_lacking() {
    let world = small_world();
    world.says("leaf.pem leaf-key.pem --ca ca.pem --as etcd-server", "role-etcd-server");
    world.says("leaf.pem leaf-key.pem --ca ca.pem --as tls-server", "role-tls-server");
    world.says("ca.pem --as root", "role-root");
}

/// Who is asked for a host serves, whatever nobody has said of roles.
#[test]
fn who_is_asked_for_a_host_is_a_server() {
    let root = good_root();
    let of = |name: &str, purpose| root.leaf(name, |params| params.extended_key_usages = vec![purpose]);
    let client = of("client.example", ExtendedKeyUsagePurpose::ClientAuth);
    let any = of("a.example", ExtendedKeyUsagePurpose::Any);
    let mute = root.leaf("a.example", |params| params.key_usages = vec![KeyUsagePurpose::KeyAgreement]);
    let world = World::new();
    world.write("ca.pem", root.pem()).write("good.pem", root.leaf("a.example", |_| {}).pem());
    world.write("client.pem", client.pem()).write("any.pem", any.pem()).write("mute.pem", mute.pem());
    world.says("client.pem --ca ca.pem --host client.example", "server-for-clients");
    world.says("any.pem --ca ca.pem --host a.example", "server-for-anything");
    world.says("mute.pem --ca ca.pem --host a.example", "server-that-signs-nothing");
    world.says("good.pem client.pem --ca ca.pem --host a.example", "server-beside-a-client");
    world.says("client.pem --ca ca.pem", "nobody-asks-for-a-host");
}

#[test]
fn a_server_names_more_than_mail_addresses() {
    let root = good_root();
    let mail = |params: &mut rcgen::CertificateParams| {
        params.subject_alt_names = vec![SanType::Rfc822Name("a@b.example".try_into().unwrap())];
    };
    let person = root.leaf("a", |params| {
        mail(params);
        params.extended_key_usages.push(ExtendedKeyUsagePurpose::EmailProtection);
    });
    let world = World::new();
    world.write("ca.pem", root.pem()).write("leaf.pem", root.leaf("a", mail).pem());
    world.write("person.pem", person.pem());
    world.says("leaf.pem --ca ca.pem --host a.example", "server-of-mail-alone");
    world.says("person.pem --ca ca.pem", "person-with-mail");
}

/// What a role wants of keys, of their files, and of what is no certificate.
#[test]
fn roles_look_at_keys_and_their_files() {
    let root = good_root();
    let leaf = root.leaf("a.example", |_| {});
    let key = PrivateKey::from_pem(leaf.key_pem().as_bytes(), None).unwrap();
    let encrypted = key.to_encrypted_pem(&Password::new(b"secret".to_vec())).unwrap();
    let ed25519 = rcgen::KeyPair::generate_for(&rcgen::PKCS_ED25519).unwrap();
    let mut request = leaf_params("a.example");
    (request.serial_number, request.use_authority_key_identifier_extension) = (None, false);
    let request = request.serialize_request(&rcgen::KeyPair::generate().unwrap()).unwrap();
    let world = World::new();
    world.write("ca.pem", root.pem()).write("leaf.pem", leaf.pem()).write("leaf-key.pem", leaf.key_pem());
    world.write("sa-key.pem", pem::encode("PRIVATE KEY", ed25519.serialized_der()));
    world.write("leaf.csr", pem::encode("CERTIFICATE REQUEST", request.der()));
    world.write("beside.pem", leaf.pem()).write("beside.pem.key", leaf.key_pem());
    world.write("whole-key.pem", leaf.pem() + &leaf.key_pem()).write("opened", "secret");
    world.write("locked-key.pem", [leaf.pem().as_bytes(), encrypted.as_bytes()].concat());
    world.says("sa-key.pem --as service-account", "role-service-account-ed25519");
    world.says("leaf-key.pem --as service-account", "role-service-account");
    world.says("leaf.pem leaf-key.pem --ca ca.pem --as haproxy", "role-haproxy-without-key");
    world.says("beside.pem --ca ca.pem --as haproxy", "role-haproxy-key-beside");
    world.says("whole-key.pem --ca ca.pem --as haproxy", "role-haproxy");
    world.says("locked-key.pem --ca ca.pem --as haproxy", "role-haproxy-encrypted");
    world.says("locked-key.pem --ca ca.pem --as nginx --password-file opened", "role-nginx-encrypted");
    world.says("leaf.csr --as tls-server", "role-of-a-request");
    world.says("ca.pem --as java", "role-java-truststore");
}

#[test]
fn json_has_the_documented_shape() {
    let root = good_root();
    let between = root.authority("between", |_| {});
    let world = World::new();
    world.write("leaf.pem", between.leaf("a.example", |_| {}).pem() + &between.pem());
    world.write("ca.pem", root.pem());
    world.says_at("2035-01-01T00:00:00Z", "leaf.pem --ca ca.pem --json", "json");
}

#[test]
fn the_textfile_is_written_whole() {
    let world = small_world();
    world.write("odd.pem", root("q\"uote\\d\nname", |_| {}).leaf("b.example", |_| {}).pem());
    let arguments = format!("leaf.pem odd.pem ca.pem --at {NOW} --prometheus out.prom");
    assert_eq!(world.run(&arguments).status.code(), Some(1));
    let text = fs::read_to_string(world.path("out.prom")).unwrap();
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/check/expected/prometheus.txt");
    if std::env::var_os("CERTWRIGHT_BLESS").is_some() {
        fs::write(file, &text).unwrap();
    }
    assert_eq!(text, fs::read_to_string(file).unwrap());
    check_exposition(&text);
    let output = world.run(&arguments.replace("out.prom", "-"));
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(String::from_utf8(output.stdout).unwrap(), text);
    assert!(!world.path("-").exists());
    let error = world.fails("leaf.pem --ca ca.pem --prometheus missing/out.prom", 1);
    assert_eq!(
        error,
        "error: cannot write \"missing/out.prom\": no such file or directory\n  hint: folders are not made: \"missing\" \
                       must exist\n"
    );
}

/// What `promtool check metrics` and node_exporter's parser insist on.
fn check_exposition(text: &str) {
    assert!(text.ends_with('\n'));
    let mut family = String::new();
    let mut seen = std::collections::BTreeSet::new();
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("# ") {
            let mut words = rest.splitn(3, ' ');
            let (kind, name, value) = (words.next().unwrap(), words.next().unwrap(), words.next().unwrap());
            match kind {
                "HELP" => {
                    assert!(seen.insert(name.to_owned()), "the family {name} comes twice");
                    family = name.to_owned();
                }
                "TYPE" => assert_eq!((name, value), (family.as_str(), "gauge")),
                other => panic!("{other}"),
            }
            continue;
        }
        let (series, value) = line.rsplit_once(' ').unwrap();
        assert!(value.parse::<i64>().is_ok(), "{line}");
        let (name, labels) = series.split_once('{').unwrap_or((series, "}"));
        assert_eq!(name, family, "a sample outside of its family");
        assert!(seen.insert(format!("sample {series}")), "the series {series} comes twice");
        check_labels(labels.strip_suffix('}').unwrap());
    }
}

fn check_labels(mut labels: &str) {
    while !labels.is_empty() {
        let (name, rest) = labels.split_once("=\"").unwrap();
        assert!(name.chars().all(|c| c.is_ascii_lowercase() || c == '_'), "{name}");
        let mut escaped = false;
        let end = rest.find(|c| {
            let closes = c == '"' && !escaped;
            assert!(!escaped || "\\\"n".contains(c), "an escape of {c:?}");
            escaped = c == '\\' && !escaped;
            closes
        });
        labels = &rest[end.unwrap() + 1..];
        labels = labels.strip_prefix(',').unwrap_or(labels);
    }
}

/// A code that no list has cannot be ignored.
#[test]
fn every_code_is_in_the_list() {
    fn files(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
        let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
    }
    let mut found = 0;
    for path in files(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/check")) {
        let text = fs::read_to_string(&path).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap();
        for (at, _) in code.match_indices("Finding::new(") {
            let rest = code[at + 13..].trim_start();
            if let Some(word) = rest.strip_prefix('"').and_then(|rest| rest.split('"').next()) {
                assert!(certwright::check::codes::CODES.contains(&word), "{word}");
                found += 1;
            }
        }
    }
    assert!(found > 25, "only {found}: this test no longer reads the sources");
}
