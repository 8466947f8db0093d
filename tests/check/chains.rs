//! A certificate and those above it.

use rcgen::{
    BasicConstraints, DistinguishedName, DnType, DnValue, ExtendedKeyUsagePurpose, GeneralSubtree, IsCa,
    KeyIdMethod, KeyUsagePurpose, NameConstraints,
};
use time::macros::datetime;

use crate::maker::{Made, World, dns, extension, good_root, leaf_params, named, new_key, root, same_key};

#[test]
fn a_good_chain_is_clean() {
    let root = good_root();
    let between = root.authority("between", |_| {});
    let leaf = between.leaf("a.example", |_| {});
    let world = World::new();
    world.write("leaf.pem", leaf.pem() + &between.pem()).write("leaf-key.pem", leaf.key_pem());
    world.write("ca.pem", root.pem());
    let arguments = "leaf.pem leaf-key.pem --ca ca.pem --host a.example";
    world.says(arguments, "a-good-chain-is-clean-1");
    world.says(".", "a-good-chain-is-clean-2");
}

/// Authorities of others sign with RSASSA-PSS; what is damaged is told from what cannot be verified.
#[test]
fn signatures_by_pss_are_verified() {
    let world = World::new();
    world.openssl(
        "req -x509 -newkey rsa:2048 -nodes -keyout ca-key.pem -out ca.pem -subj /CN=root -days 900 -sha384
         -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign
         -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:-1",
    );
    let leaf = |salt: &str| {
        world.openssl(&format!(
            "req -x509 -newkey rsa:2048 -nodes -keyout leaf-key.pem -out leaf.pem -subj /CN=a.example -days 90
             -CA ca.pem -CAkey ca-key.pem -addext basicConstraints=critical,CA:FALSE
             -addext subjectAltName=DNS:a.example -addext extendedKeyUsage=serverAuth
             -addext keyUsage=critical,digitalSignature
             -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:{salt}"
        ));
        String::from_utf8(world.run("leaf.pem leaf-key.pem --ca ca.pem --host a.example").stdout).unwrap()
    };
    assert_eq!(leaf("-1").lines().last(), Some("1 certificate, 1 key: nothing found"));
    let unusual = leaf("20");
    let finding = "its signature cannot be verified: unsupported signature algorithm 1.2.840.113549.1.1.10";
    assert!(unusual.contains(finding), "{unusual}");
    leaf("-1");
    let text = std::fs::read(world.path("leaf.pem")).unwrap();
    let mut der = certwright::vocab::pem::decode(&text).unwrap().0.contents().to_vec();
    *der.last_mut().unwrap() ^= 1;
    world.write("leaf.pem", certwright::vocab::pem::encode("CERTIFICATE", &der));
    let damaged = String::from_utf8(world.run("leaf.pem --ca ca.pem").stdout).unwrap();
    assert!(damaged.contains("error bad-signature"), "{damaged}");
}

#[test]
fn an_issuer_that_is_nowhere_is_missed() {
    let root = good_root();
    let leaf = root.authority("between", |_| {}).leaf("a.example", |_| {});
    let world = World::new();
    world.write("leaf.pem", leaf.pem()).write("ca.pem", root.pem());
    world.says("leaf.pem --ca ca.pem", "an-issuer-that-is-nowhere-is-missed-1");
    world.says("leaf.pem", "an-issuer-that-is-nowhere-is-missed-2");
}

#[test]
fn a_replaced_authority_is_told_from_a_damaged_signature() {
    let (old, new) = (
        good_root(),
        root("root", |params| {
            params.key_identifier_method = KeyIdMethod::PreSpecified(vec![7; 20]);
        }),
    );
    let leaf = old.leaf("a.example", |_| {});
    let world = World::new();
    world.write("leaf.pem", leaf.pem()).write("ca.pem", new.pem());
    world.says("leaf.pem --ca ca.pem", "a-replaced-authority-is-told-from-a-damaged-signature-1");
    let mut damaged = leaf.der.clone();
    *damaged.last_mut().unwrap() ^= 1;
    world
        .write("leaf.pem", certwright::vocab::pem::encode("CERTIFICATE", &damaged))
        .write("ca.pem", old.pem());
    world.says("leaf.pem --ca ca.pem", "a-replaced-authority-is-told-from-a-damaged-signature-2");
}

#[test]
fn roots_that_nobody_trusts_are_told() {
    let (root, other) = (good_root(), root("other", |_| {}));
    let leaf = root.leaf("a.example", |_| {});
    let world = World::new();
    world.write("leaf.pem", leaf.pem()).write("ca.pem", root.pem()).write("other.pem", other.pem());
    world.says("leaf.pem ca.pem --ca other.pem", "roots-that-nobody-trusts-are-told-1");
}

#[test]
fn a_leaf_that_signed_itself_is_told() {
    let key = new_key();
    let params = leaf_params("a.example");
    let der = params.self_signed(&key).unwrap().der().to_vec();
    let world = World::new();
    world.write("leaf.pem", certwright::vocab::pem::encode("CERTIFICATE", &der));
    world.write("ca.pem", good_root().pem());
    world.says("leaf.pem --ca ca.pem", "a-leaf-that-signed-itself-is-told-1");
    world.says("leaf.pem", "a-leaf-that-signed-itself-is-told-2");
}

#[test]
fn issuers_are_authorities_that_may_sign() {
    let root = good_root();
    let plain = root.leaf("b.example", |_| {});
    let leaf = plain.leaf("a.example", |_| {});
    let world = World::new();
    world.write("leaf.pem", leaf.pem()).write("issuer.pem", plain.pem()).write("ca.pem", root.pem());
    world.says("leaf.pem issuer.pem --ca ca.pem", "issuers-are-authorities-that-may-sign-1");
    let mute = root.authority("mute", |params| params.key_usages = vec![KeyUsagePurpose::CrlSign]);
    let leaf = mute.leaf("a.example", |_| {});
    world.write("leaf.pem", leaf.pem()).write("issuer.pem", mute.pem());
    world.says("leaf.pem issuer.pem --ca ca.pem", "issuers-are-authorities-that-may-sign-2");
}

#[test]
fn path_lengths_count() {
    let root = root("root", |params| params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0)));
    let deep = root.authority("deep", |_| {});
    let leaf = deep.leaf("a.example", |_| {});
    let world = World::new();
    world.write("leaf.pem", leaf.pem()).write("deep.pem", deep.pem()).write("ca.pem", root.pem());
    world.says("leaf.pem deep.pem --ca ca.pem", "path-lengths-count-1");
    world.says("deep.pem --ca ca.pem", "path-lengths-count-2");
}

#[test]
fn names_stay_within_constraints() {
    let root = root("root", |params| {
        params.name_constraints = Some(NameConstraints {
            permitted_subtrees: vec![GeneralSubtree::DnsName("example".into())],
            excluded_subtrees: vec![GeneralSubtree::DnsName("secret.example".into())],
        });
    });
    let world = World::new();
    world.write("ca.pem", root.pem());
    world.write("leaf.pem", root.leaf("a.example", |_| {}).pem());
    world.says("leaf.pem --ca ca.pem", "names-stay-within-constraints-1");
    world.write("leaf.pem", root.leaf("a.test", |_| {}).pem());
    world.says("leaf.pem --ca ca.pem", "names-stay-within-constraints-2");
    world.write(
        "leaf.pem",
        root.leaf("a.example", |params| params.subject_alt_names.push(dns("*.example"))).pem(),
    );
    world.says("leaf.pem --ca ca.pem", "names-stay-within-constraints-3");
    let odd = good_root().authority("odd", |params| {
        let subtree = [0x30, 6, 0x82, 4, b'.', b'a', b'.', b'b'];
        params.custom_extensions.push(extension(
            &[2, 5, 29, 30],
            true,
            [&[0x30, 10, 0xa0, 8][..], &subtree].concat(),
        ));
    });
    world.write("odd.pem", odd.pem());
    world.says("odd.pem", "names-stay-within-constraints-4");
}

#[test]
fn key_identifiers_fit() {
    let root = good_root();
    let leaf = root.leaf("a.example", |params| {
        params.use_authority_key_identifier_extension = false;
        params.custom_extensions.push(extension(&[2, 5, 29, 35], false, vec![0x30, 4, 0x80, 2, 1, 2]));
    });
    let world = World::new();
    world.write("leaf.pem", leaf.pem()).write("ca.pem", root.pem());
    world.says("leaf.pem --ca ca.pem", "key-identifiers-fit-1");
}

#[test]
fn nobody_outlives_his_issuer() {
    let root = good_root();
    let short = root.authority("short", |params| params.not_after = datetime!(2030-12-01 0:00 UTC));
    let world = World::new();
    world
        .write("leaf.pem", short.leaf("a.example", |_| {}).pem())
        .write("short.pem", short.pem())
        .write("ca.pem", root.pem());
    world.says("leaf.pem short.pem --ca ca.pem", "nobody-outlives-his-issuer-1");
}

#[test]
fn purposes_stay_within_the_issuers() {
    let root = good_root();
    let between = root.authority("between", |params| {
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth]
    });
    let world = World::new();
    world
        .write("leaf.pem", between.leaf("a.example", |_| {}).pem() + &between.pem())
        .write("ca.pem", root.pem());
    world.says("leaf.pem --ca ca.pem", "purposes-stay-within-the-issuers-1");
}

#[test]
fn a_root_has_purposes_too() {
    let root = root("root", |params| params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth]);
    let world = World::new();
    world.write("leaf.pem", root.leaf("a.example", |_| {}).pem()).write("ca.pem", root.pem());
    world.says("leaf.pem --ca ca.pem", "a-root-has-purposes-too-1");
}

#[test]
fn names_of_issuers_are_written_alike() {
    let (root, mut shouting) = (good_root(), good_root());
    shouting.params.distinguished_name = named("ROOT");
    let below = |by: &Made| Made { key: same_key(&root), params: by.params.clone(), der: Vec::new() };
    let leaf = below(&shouting).leaf("a.example", |_| {});
    let world = World::new();
    world.write("leaf.pem", leaf.pem()).write("ca.pem", root.pem());
    world.says("leaf.pem --ca ca.pem", "names-of-issuers-are-written-alike-1");
    // The same letters in another string type, and the authority shown.
    let mut between = root.authority("between", |_| {});
    let value = DnValue::PrintableString("between".try_into().unwrap());
    let mut printed = DistinguishedName::new();
    printed.push(DnType::CommonName, value);
    let pem_of_authority = between.pem();
    between.params.distinguished_name = printed;
    world.write("leaf.pem", between.leaf("a.example", |_| {}).pem() + &pem_of_authority);
    world.says("leaf.pem --ca ca.pem", "names-of-issuers-are-written-alike-2");
}

#[test]
fn a_leaf_has_a_name_of_its_own() {
    let root = good_root();
    let leaf = root.leaf("a.example", |params| params.distinguished_name = named("root"));
    let world = World::new();
    world.write("leaf.pem", leaf.pem()).write("ca.pem", root.pem());
    world.says("leaf.pem --ca ca.pem", "a-leaf-has-a-name-of-its-own-1");
}

#[test]
fn what_expires_above_counts_below() {
    let root = good_root();
    let between = root.authority("between", |params| params.not_after = datetime!(2030-07-01 0:00 UTC));
    let leaf = between.leaf("a.example", |params| params.not_after = datetime!(2030-06-30 0:00 UTC));
    let world = World::new();
    world.write("leaf.pem", leaf.pem() + &between.pem()).write("ca.pem", root.pem());
    world.says_at(
        "2030-06-01T00:00:00Z",
        "leaf.pem --ca ca.pem --within 2w",
        "what-expires-above-counts-below-1",
    );
    world.says_at(
        "2030-06-20T00:00:00Z",
        "leaf.pem --ca ca.pem --within 12h",
        "what-expires-above-counts-below-2",
    );
    world.says_at(
        "2030-06-20T00:00:00Z",
        "leaf.pem --ca ca.pem --within 10d",
        "what-expires-above-counts-below-3",
    );
    world.says_at("2030-07-02T00:00:00Z", "leaf.pem --ca ca.pem", "what-expires-above-counts-below-4");
    world.says_at("2029-12-31T00:00:00Z", "leaf.pem --ca ca.pem", "what-expires-above-counts-below-5");
    let long = between.leaf("b.example", |_| {});
    world.write("leaf.pem", long.pem() + &between.pem());
    world.says_at("2030-07-02T00:00:00Z", "leaf.pem --ca ca.pem", "what-expires-above-counts-below-6");
    let soon = between.leaf("b.example", |_| {});
    world.write("leaf.pem", soon.pem() + &between.pem());
    world.says_at("2030-06-20T00:00:00Z", "leaf.pem --ca ca.pem", "what-expires-above-counts-below-7");
}

#[test]
fn what_only_webpki_refuses_is_refused() {
    let root = good_root();
    // Certificate policies, critical: known to the rules, and to webpki not.
    let leaf = root.leaf("a.example", |params| {
        let policies = vec![0x30, 6, 0x30, 4, 6, 2, 0x2a, 3];
        params.custom_extensions.push(extension(&[2, 5, 29, 32], true, policies));
    });
    let world = World::new();
    world.write("leaf.pem", leaf.pem()).write("ca.pem", root.pem());
    world.says("leaf.pem --ca ca.pem", "what-only-webpki-refuses-is-refused-1");
}
