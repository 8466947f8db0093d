//! Pairs of keys and certificates, files with several certificates, modes, names of hosts, lifetimes, revocation.

use certwright::key::{Password, PrivateKey};
use certwright::vocab::pem;
use rcgen::{
    CertificateRevocationListParams, ExtendedKeyUsagePurpose, Issuer, KeyIdMethod, KeyUsagePurpose,
    RevocationReason, RevokedCertParams, SanType, SerialNumber,
};
use time::macros::datetime;

use crate::maker::{Made, World, dns, good_root, leaf_params, new_key, root, same_key};

#[test]
fn keys_belong_to_their_certificates() {
    let root = good_root();
    let [one, other] = ["etcd.example", "other.example"].map(|name| root.leaf(name, |_| {}));
    let world = World::new();
    world.write("etcd.pem", one.pem()).write("etcd-key.pem", other.key_pem()).write("other.pem", other.pem());
    world.write("ca.pem", root.pem());
    world.says(".", "key-of-another");
    world.says("etcd.pem etcd-key.pem --ca ca.pem", "key-of-nobody-here");
    world.write("other-key.pem", one.key_pem());
    world.says(".", "keys-swapped");
}

/// What lies as our commands write it can be renewed; the copies follow.
#[test]
fn one_of_the_copies_stands_for_all() {
    let root = good_root();
    let leaf = root.leaf("a.example", |params| params.not_after = datetime!(2030-06-20 0:00 UTC));
    let world = World::new();
    world.write("ca.pem", root.pem()).write("a.pem", leaf.pem()).write("server.crt", leaf.pem());
    world.write("server-fullchain.pem", leaf.pem() + &root.pem()).write("z.pem", leaf.pem());
    world.says(". --within 30d", "copies-without-a-key");
    world
        .write("server.pem", leaf.pem())
        .write("server-key.pem", leaf.key_pem())
        .mode("server-key.pem", 0o600);
    world.says(". --within 30d", "copies");
    world.says("server.crt server.pem server-key.pem --ca ca.pem --within 30d", "copies-named");
}

#[test]
fn what_was_made_of_an_earlier_pair_is_told() {
    let root = good_root();
    let old = root.leaf("a.example", |_| {});
    let new = root.leaf("a.example", |params| {
        params.not_before = datetime!(2030-05-01 0:00 UTC);
        params.serial_number = Some(SerialNumber::from(vec![0x42]));
    });
    let world = World::new();
    world.write("ca.pem", root.pem()).write("server.pem", new.pem()).write("server-key.pem", new.key_pem());
    world.write("server-fullchain.pem", old.pem()).write("server-combined.pem", old.pem() + &old.key_pem());
    world.write("server.der", &old.der).write("server-key.der", old.key.serialized_der());
    world.write("server.crt", old.pem());
    for name in ["server-key.pem", "server-combined.pem", "server-key.der"] {
        world.mode(name, 0o600);
    }
    world.says(".", "exports-outdated");
    world.write("pki.json", "{}").write(".certwright/lock", "");
    world.says(".", "exports-outdated-before-apply");
    // Without the new key, nobody can tell.
    world.write("server-key.pem", old.key_pem());
    world.says("server.pem server-fullchain.pem server-key.pem --ca ca.pem", "exports-with-the-earlier-key");
}

#[test]
fn a_wrong_password_is_no_clean_result() {
    let root = good_root();
    let leaf = root.leaf("a.example", |_| {});
    let key = PrivateKey::from_pem(leaf.key_pem().as_bytes(), None).unwrap();
    let encrypted = key.to_encrypted_pem(&Password::new(b"right".to_vec())).unwrap();
    let world = World::new();
    world.write("server.pem", leaf.pem()).write("server-key.pem", encrypted).write("ca.pem", root.pem());
    world.mode("server-key.pem", 0o600).write("right", "right").write("wrong", "wrong");
    world.says("server.pem server-key.pem --ca ca.pem", "key-encrypted");
    world.says("server.pem server-key.pem --ca ca.pem --password-file right", "key-opened");
    world.says("server.pem server-key.pem --ca ca.pem --password-file wrong", "key-with-another-password");
}

#[test]
fn the_only_key_is_for_the_only_certificate() {
    let root = good_root();
    let leaf = root.leaf("a.example", |_| {});
    let world = World::new();
    world.write("server.pem", leaf.pem()).write("secret-key.pem", root.key_pem()).write("ca.pem", root.pem());
    world
        .write("combined.pem", leaf.pem() + &root.leaf("b.example", |_| {}).key_pem())
        .mode("combined.pem", 0o600);
    world.write("lone/key.pem", new_key_pem());
    world.says("server.pem lone/key.pem --ca ca.pem", "key-named-otherwise");
    world.says("combined.pem --ca ca.pem", "key-in-the-same-file");
    world.write("first-key.pem", leaf.pem() + &leaf.key_pem() + &new_key_pem());
    world.says("first-key.pem --ca ca.pem", "key-and-another");
    world.write("second-key.pem", leaf.pem() + &new_key_pem() + &leaf.key_pem());
    world.says("second-key.pem --ca ca.pem", "key-behind-another");
    world.says("lone", "key-alone");
    world.says("server.pem secret-key.pem ca.pem", "key-of-the-authority");
}

fn new_key_pem() -> String {
    pem::encode("PRIVATE KEY", new_key().serialized_der())
}

#[test]
fn requests_belong_to_their_keys() {
    let root = good_root();
    let leaf = root.leaf("a.example", |_| {});
    let mut params = leaf_params("a.example");
    params.use_authority_key_identifier_extension = false;
    params.serial_number = None;
    let request = |key| pem::encode("CERTIFICATE REQUEST", params.serialize_request(key).unwrap().der());
    let world = World::new();
    world.write("a.pem", leaf.pem()).write("a-key.pem", leaf.key_pem()).write("ca.pem", root.pem());
    world.write("a.csr", request(&leaf.key));
    world.says("a.pem a-key.pem a.csr --ca ca.pem", "request-of-the-key");
    world.write("a.csr", request(&new_key()));
    world.says("a.pem a-key.pem a.csr --ca ca.pem", "request-of-another");
    let mut changed = params.serialize_request(&leaf.key).unwrap().der().to_vec();
    let at = changed.windows(9).position(|window| window == b"a.example").unwrap();
    changed[at] = b'b';
    world.write("a.csr", pem::encode("CERTIFICATE REQUEST", &changed));
    world.says("a.pem a-key.pem a.csr --ca ca.pem", "request-changed");
    world.says("a.csr", "request-changed-alone");
    // `apply` keeps this folder.
    world.write(".certwright/lock", "");
    world.says("a.pem a-key.pem a.csr --ca ca.pem", "request-changed-of-apply");
}

#[test]
fn what_is_trusted_is_an_authority() {
    let root = good_root();
    let leaf = root.leaf("a.example", |_| {});
    let own = root_like_a_leaf();
    let world = World::new();
    world.write("leaf.pem", leaf.pem()).write("own.pem", own.pem()).write("ca.pem", root.pem());
    world.says("leaf.pem --ca leaf.pem", "trusted-leaf");
    world.says("leaf.pem --ca own.pem", "trusted-own");
    world.says("own.pem --ca own.pem", "trusted-own-itself");
    world.write("both.pem", leaf.pem() + &root.pem());
    world.says("leaf.pem --ca both.pem", "trusted-both");
    let between = root.authority("between", |_| {});
    world.write("below.pem", between.leaf("b.example", |_| {}).pem()).write("between.pem", between.pem());
    world.says("below.pem --ca between.pem", "trusted-intermediate");
    world.says("below.pem --ca between.pem --ca ca.pem", "trusted-intermediate-and-root");
}

#[test]
fn serial_numbers_are_given_once() {
    let (root, namesake) = (good_root(), good_root());
    let number = |made: &Made, name: &str, number: u8| {
        made.leaf(name, |params| params.serial_number = Some(SerialNumber::from(vec![0x42, number]))).pem()
    };
    let world = World::new();
    world.write("ca.pem", root.pem()).write("one.pem", number(&root, "one.example", 1));
    world.write("two.pem", number(&root, "two.example", 1)).write("three.pem", number(&root, "c.example", 3));
    world.says("one.pem two.pem --ca ca.pem", "serial-repeated");
    world.says("one.pem three.pem one.pem --ca ca.pem", "serials-of-their-own");
    world.write("other.pem", number(&namesake, "d.example", 1)).write("namesake.pem", namesake.pem());
    world.says("one.pem other.pem --ca ca.pem --ca namesake.pem", "serial-of-another-authority");
}

/// A server's certificate that signed itself.
fn root_like_a_leaf() -> Made {
    root("own.example", |params| {
        let leaf = leaf_params("own.example");
        params.not_after = leaf.not_after;
        params.is_ca = leaf.is_ca;
        params.key_usages = leaf.key_usages;
        params.extended_key_usages = leaf.extended_key_usages;
        params.subject_alt_names = leaf.subject_alt_names;
    })
}

#[test]
fn apply_is_told_where_it_helps() {
    let root = good_root();
    let leaf = root.leaf("a.example", |_| {});
    let world = World::new();
    // `issue` and `renew` leave this folder too.
    world.write("leaf.pem", leaf.pem()).write("ca.pem", root.pem()).write(".certwright/lock", "");
    world.says("leaf.pem --ca ca.pem --within 300d", "expiring-without-manifest");
    world.says_at("2031-06-01", "leaf.pem --ca ca.pem", "expired-without-manifest");
    world.write("pki.json", "{}");
    world.says("leaf.pem --ca ca.pem --within 300d", "expiring-before-apply");
    world.says_at("2031-06-01", "leaf.pem --ca ca.pem", "expired-before-apply");
    let world = World::new();
    world.write("pki/leaf.pem", leaf.pem()).write("pki/.certwright/lock", "").write("pki/pki.json", "{}");
    world.write("ca.pem", root.pem());
    world.says_at("2031-06-01", "pki --ca ca.pem", "expired-before-apply-elsewhere");
}

/// The next certificate is in the file: it is not missing, the way is too long.
#[test]
fn a_chain_may_be_too_long_to_be_followed() {
    let root = good_root();
    let mut chain = vec![root.authority("a1", |_| {})];
    for number in 2..=18 {
        let next = chain[0].authority(&format!("a{number}"), |_| {});
        chain.insert(0, next);
    }
    let leaf = chain[0].leaf("a.example", |_| {});
    let world = World::new();
    let above: String = chain.iter().map(Made::pem).collect();
    world.write("ca.pem", root.pem()).write("leaf.pem", leaf.pem() + &above);
    world.says("leaf.pem --ca ca.pem", "chain-too-long");
}

/// `renew` takes a certificate and an authority that are alone in their files.
#[test]
fn fixes_name_files_that_renew_takes() {
    let root = good_root();
    let upper = root.authority("upper", |_| {});
    let leaf = upper.leaf("a.example", |_| {});
    let world = World::new();
    world.write("ca.pem", root.pem()).write("bundle.pem", root.pem() + &upper.pem());
    world.write("leaf.pem", leaf.pem()).write("chain.pem", leaf.pem() + &upper.pem());
    world.says_at("2031-06-01", "leaf.pem --ca ca.pem --ca bundle.pem", "expired-issuer-in-bundle");
    world.says_at("2031-06-01", "chain.pem --ca ca.pem", "expired-in-chain");
    world.write("upper.pem", upper.pem());
    world.says_at("2031-06-01", "leaf.pem upper.pem --ca ca.pem --ca bundle.pem", "expired-issuer-alone");
}

/// The command of the fix, with the names put in.
#[test]
fn a_new_pair_takes_the_place_of_one_whose_key_is_lost() {
    let world = World::new();
    let run = |command: &str| {
        let command = format!("cd '{}' && {command}", world.path(".").display());
        let program = std::path::Path::new(env!("CARGO_BIN_EXE_certwright")).parent().unwrap();
        let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap());
        std::process::Command::new("sh").args(["-c", &command]).env("PATH", path).output().unwrap()
    };
    let prepared = run(
        "certwright issue --root --cn C --name ca && for name in a b; do certwright issue --ca ca.pem \
                        --cn $name --host $name.example --name $name || exit 1; done && cp b-key.pem a-key.pem",
    );
    assert!(prepared.status.success(), "{prepared:?}");
    let checked = String::from_utf8(run("certwright check .").stdout).unwrap();
    let fixes: Vec<_> = checked.lines().filter_map(|line| line.strip_prefix("  fix: ")).collect();
    assert_eq!(
        fixes,
        [
            "put the key here that a.pem was made with, or issue a new pair with its names: certwright issue --ca ca.pem \
             --cn NAME --host NAME --name a --force",
            "mend a-key.pem first"
        ]
    );
    assert!(checked.contains("csr-mismatch") && checked.contains("because of: key-mismatch"), "{checked}");
    let command =
        fixes[0].split_once("names: ").unwrap().1.replacen("NAME", "a", 1).replace("NAME", "a.example");
    let mended = run(&command);
    assert!(mended.status.success(), "{mended:?}");
    assert!(run("certwright check .").status.success());
}

#[test]
fn chains_are_whole_and_in_order() {
    let root = good_root();
    let upper = root.authority("upper", |_| {});
    let lower = upper.authority("lower", |_| {});
    let leaf = lower.leaf("a.example", |_| {});
    let stranger = good_root().authority("stranger", |_| {});
    let world = World::new();
    world.write("ca.pem", root.pem()).write("upper.pem", upper.pem());
    let chain = |parts: &[&Made]| parts.iter().map(|made| made.pem()).collect::<String>();
    let says = |parts: &[&Made], others: &str, name: &str| {
        world.write("leaf.pem", chain(parts));
        world.says(&format!("leaf.pem{others} --ca ca.pem"), name);
    };
    says(&[&leaf, &lower, &upper], "", "chain-whole");
    says(&[&leaf, &lower, &upper, &root], "", "chain-with-root");
    says(&[&leaf, &upper, &lower], "", "chain-out-of-order");
    says(&[&lower, &leaf, &upper], "", "chain-leaf-not-first");
    world.write("leaf-key.pem", leaf.key_pem());
    says(&[&lower, &leaf, &upper], " leaf-key.pem", "chain-leaf-not-first-with-key");
    says(&[&leaf, &lower, &upper, &stranger], "", "chain-with-stranger");
    says(&[&leaf, &lower, &lower, &upper], "", "chain-with-double");
    says(&[&leaf, &lower], " upper.pem", "chain-incomplete");
    says(&[&leaf, &lower], "", "chain-cut-off");
    // Renewed, with the same key: a chain with its earlier certificate is as good.
    let mut params = lower.params.clone();
    params.serial_number = Some(vec![0x41; 16].into());
    let renewed = upper.sign_key(params, same_key(&lower));
    world.write("renewed.pem", renewed.pem());
    says(&[&leaf, &lower, &upper], " renewed.pem", "chain-with-earlier-generation");
    says(&[&leaf, &renewed, &upper], " renewed.pem", "chain-with-later-generation");
}

#[test]
fn files_have_the_modes_they_need() {
    let root = good_root();
    let leaf = root.leaf("a.example", |_| {});
    let world = World::new();
    world.write("leaf.pem", leaf.pem()).write("leaf-key.pem", leaf.key_pem()).write("ca.pem", root.pem());
    let says = |mode, role: &str, name: &str| {
        world.mode("leaf-key.pem", mode);
        world.says(&format!("leaf.pem leaf-key.pem --ca ca.pem{role}"), name);
    };
    says(0o600, " --as postgres-server", "mode-0600-postgres");
    says(0o644, "", "mode-0644");
    says(0o644, " --as postgres-server", "mode-0644-postgres");
    world.mode("leaf-key.pem", 0o600).mode("leaf.pem", 0o666);
    world.says("leaf.pem leaf-key.pem --ca ca.pem", "mode-0666-certificate");
    world.mode("leaf.pem", 0);
    world.says("leaf.pem leaf-key.pem --ca ca.pem", "mode-0000-certificate");
    world.mode("leaf.pem", 0o644);
    // What cannot be looked into may hold a key, and what can does not.
    world.openssl("pkcs12 -export -in leaf.pem -inkey leaf-key.pem -out leaf.p12 -passout pass:secret");
    world.openssl("pkcs12 -export -nokeys -in ca.pem -out ca.p12 -passout pass:secret");
    world.mode("leaf.p12", 0o666).mode("ca.p12", 0o666).write("secret", "secret");
    world.says("leaf.p12", "mode-0666-keystore");
    world.says("ca.p12 --password-file secret", "mode-0666-truststore");
}

#[test]
fn hosts_are_among_the_names() {
    let root = good_root();
    let world = World::new();
    world.write("ca.pem", root.pem());
    let says = |names: Vec<SanType>, hosts: &str, name: &str| {
        let leaf = root.leaf("a.example.com", |params| params.subject_alt_names = names);
        world.write("leaf.pem", leaf.pem());
        world.says(&format!("leaf.pem --ca ca.pem --host {hosts}"), name);
    };
    let address = SanType::IpAddress([10, 0, 0, 1].into());
    says(vec![dns("a.example.com"), address.clone()], "a.example.com --host 10.0.0.1", "host-there");
    says(vec![dns("a.example.com"), address], "b.example.com --host 10.0.0.2", "host-missing");
    says(vec![dns("10.0.0.1")], "10.0.0.1", "host-address-as-name");
    says(vec![dns("*.example.com")], "example.com", "host-below-wildcard");
    says(vec![dns("*.example.com")], "b.a.example.com", "host-two-labels");
    says(vec![dns("*.local")], "a.local", "host-wide-wildcard");
    says(vec![], "a.example.com", "host-in-common-name");
    says(vec![], "b.example.com", "host-of-no-names");
}

#[test]
fn lifetimes_are_those_of_the_policies() {
    let root = good_root();
    let leaf = |end, purposes: &[ExtendedKeyUsagePurpose]| {
        let purposes = purposes.to_vec();
        root.leaf("a.example", move |params| {
            params.not_after = end;
            params.extended_key_usages = purposes;
        })
    };
    let server = [ExtendedKeyUsagePurpose::ServerAuth];
    let both = [ExtendedKeyUsagePurpose::ServerAuth, ExtendedKeyUsagePurpose::ClientAuth];
    let world = World::new();
    world.write("ca.pem", root.pem());
    let long = datetime!(2033-01-01 0:00 UTC);
    world.write("leaf.pem", leaf(long, &server).pem());
    world.says("leaf.pem --ca ca.pem", "lifetime-long");
    world.says("leaf.pem --ca ca.pem --policy apple", "lifetime-long-apple");
    world.says("leaf.pem --ca ca.pem --as etcd-client", "lifetime-long-etcd-client");
    world.write("leaf.pem", leaf(long, &both).pem());
    world.says("leaf.pem --ca ca.pem", "lifetime-long-peer");
    world.write("leaf.pem", leaf(datetime!(2030-08-01 0:00 UTC), &server).pem());
    world.says("leaf.pem --ca ca.pem --policy apple", "lifetime-short-apple");
    world.says("leaf.pem --ca ca.pem --policy browsers", "lifetime-short-browsers");
    world.write("leaf.pem", leaf(datetime!(2030-08-01 0:00 UTC), &[]).pem());
    world.says("leaf.pem --ca ca.pem --policy apple", "lifetime-without-purpose-apple");
    world.says("leaf.pem --ca ca.pem --policy browsers", "lifetime-without-purpose-browsers");
}

fn list(issuer: &Made, serials: &[SerialNumber], next: time::OffsetDateTime) -> String {
    let revoked = |serial: &SerialNumber| RevokedCertParams {
        serial_number: serial.clone(),
        revocation_time: datetime!(2030-02-01 0:00 UTC),
        reason_code: Some(RevocationReason::KeyCompromise),
        invalidity_date: None,
    };
    let params = CertificateRevocationListParams {
        this_update: datetime!(2030-03-01 0:00 UTC),
        next_update: next,
        crl_number: SerialNumber::from(5_u64),
        issuing_distribution_point: None,
        revoked_certs: serials.iter().map(revoked).collect(),
        key_identifier_method: issuer.params.key_identifier_method.clone(),
    };
    let issuer = Issuer::from_params(&issuer.params, &issuer.key);
    pem::encode("X509 CRL", params.signed_by(&issuer).unwrap().der())
}

#[test]
fn lists_revoke() {
    let root = good_root();
    let leaf = root.leaf("a.example", |_| {});
    let serial = leaf.params.serial_number.clone().unwrap();
    let later = datetime!(2030-09-01 0:00 UTC);
    let world = World::new();
    world.write("leaf.pem", leaf.pem()).write("ca.pem", root.pem());
    let says = |text: String, name: &str| {
        world.write("list.crl", text);
        world.says("leaf.pem list.crl --ca ca.pem", name);
    };
    says(list(&root, &[SerialNumber::from(77_u64)], later), "list-of-another");
    says(list(&root, std::slice::from_ref(&serial), later), "list-revokes");
    says(list(&root, &[serial], datetime!(2030-05-01 0:00 UTC)), "list-old");
    says(list(&good_root(), &[], later), "list-of-another-key");
    says(list(&self::root("stranger", |_| {}), &[], later), "list-of-a-stranger");
    let mute = self::root("root", |params| params.key_usages.push(KeyUsagePurpose::DigitalSignature));
    let text = list(&mute, &[], later);
    // The same authority, made again without the usage.
    let mut params = mute.params.clone();
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    params.key_identifier_method =
        KeyIdMethod::PreSpecified(b"root".iter().copied().chain([0; 16]).collect());
    let made = pem::encode("CERTIFICATE", params.self_signed(&mute.key).unwrap().der());
    world.write("ca.pem", made).write("list.crl", text);
    world.says("list.crl --ca ca.pem", "list-by-who-may-not");
}
