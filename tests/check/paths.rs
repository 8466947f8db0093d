//! Path building, after the groups of x509-limbo: several candidates for an issuer, cross-signs, circles, expired
//! alternatives.

use std::time::{Duration, Instant};

use rcgen::{BasicConstraints, GeneralSubtree, IsCa, KeyIdMethod, NameConstraints, SerialNumber};
use time::macros::datetime;

use crate::maker::{Made, World, authority_params, good_root, leaf_params, root, same_key};

fn pem(parts: &[&Made]) -> String {
    parts.iter().map(|made| made.pem()).collect()
}

/// An authority's key certified by another authority, under its own name.
fn cross(authority: &Made, by: &Made, change: impl FnOnce(&mut rcgen::CertificateParams)) -> Made {
    let mut params = authority.params.clone();
    params.use_authority_key_identifier_extension = true;
    change(&mut params);
    by.sign_key(params, same_key(authority))
}

#[test]
fn an_expired_way_does_not_matter_where_another_is_good() {
    let (old, new) = (root("old", |_| {}), root("new", |_| {}));
    let expired = cross(&new, &old, |params| params.not_after = datetime!(2030-03-01 0:00 UTC));
    let leaf = new.leaf("a.example", |_| {});
    let world = World::new();
    world.write("leaf.pem", pem(&[&leaf, &expired])).write("ca.pem", pem(&[&old, &new]));
    world.says("leaf.pem --ca ca.pem", "path-expired-cross");
    world.write("ca.pem", old.pem());
    world.says("leaf.pem --ca ca.pem", "path-expired-cross-only");
}

#[test]
fn an_expired_root_does_not_matter_where_another_is_good() {
    let (old, new) =
        (root("old", |params| params.not_after = datetime!(2030-03-01 0:00 UTC)), root("new", |_| {}));
    let crossed = cross(&new, &old, |params| params.not_after = datetime!(2030-02-01 0:00 UTC));
    let world = World::new();
    world.write("leaf.pem", pem(&[&new.leaf("a.example", |_| {}), &crossed]));
    world.write("ca.pem", pem(&[&old, &new]));
    world.says("leaf.pem --ca ca.pem", "path-expired-root");
}

/// A renewed authority in a chain, the old one before it and behind it.
#[test]
fn an_expired_authority_in_front_of_its_successor_is_in_the_way() {
    let root = good_root();
    let between = root.authority("between", |_| {});
    let old = cross(&between, &root, |params| {
        params.not_after = datetime!(2030-03-01 0:00 UTC);
        params.serial_number = Some(SerialNumber::from(vec![0x42; 8]));
    });
    let leaf = between.leaf("a.example", |_| {});
    let world = World::new();
    world.write("leaf.pem", pem(&[&leaf, &old, &between])).write("ca.pem", root.pem());
    world.says("leaf.pem --ca ca.pem", "path-expired-in-front");
    world.write("leaf.pem", pem(&[&leaf, &between, &old]));
    world.says("leaf.pem --ca ca.pem", "path-expired-behind");
}

/// What was never valid all at once has expired, and nothing more.
#[test]
fn a_leaf_older_than_its_renewed_authority_has_one_error() {
    let root = good_root();
    let between = root.authority("between", |_| {});
    let renewed = cross(&between, &root, |params| params.not_before = datetime!(2030-05-01 0:00 UTC));
    let leaf = between.leaf("a.example", |params| params.not_after = datetime!(2030-04-01 0:00 UTC));
    let world = World::new();
    world.write("leaf.pem", pem(&[&leaf, &renewed])).write("ca.pem", root.pem());
    world.says("leaf.pem --ca ca.pem", "path-never-valid-at-once");
}

#[test]
fn an_authority_may_be_reached_from_either_root() {
    let (one, two) = (root("one", |_| {}), root("two", |_| {}));
    let between = one.authority("between", |_| {});
    let crossed = cross(&between, &two, |params| params.not_after = datetime!(2035-01-01 0:00 UTC));
    let leaf = between.leaf("a.example", |_| {});
    let world = World::new();
    world.write("leaf.pem", pem(&[&leaf, &between, &crossed]));
    for (root, name) in [(&one, "path-cross-one"), (&two, "path-cross-two")] {
        world.write("ca.pem", root.pem());
        world.says("leaf.pem --ca ca.pem", name);
    }
}

#[test]
fn of_two_authorities_with_one_name_the_signer_counts() {
    let (old, new) = (
        good_root(),
        root("root", |params| {
            params.key_identifier_method = KeyIdMethod::PreSpecified(vec![7; 20]);
        }),
    );
    let world = World::new();
    world.write("leaf.pem", new.leaf("a.example", |_| {}).pem()).write("ca.pem", pem(&[&old, &new]));
    world.says("leaf.pem --ca ca.pem", "path-two-of-one-name");
    // The same without a hint: both have one key identifier.
    let twin = good_root();
    world.write("leaf.pem", twin.leaf("a.example", |_| {}).pem()).write("ca.pem", pem(&[&old, &twin]));
    world.says("leaf.pem --ca ca.pem", "path-two-of-one-name-and-identifier");
}

#[test]
fn circles_end() {
    let (one, two) = (root("one", |_| {}), root("two", |_| {}));
    let (one_by_two, two_by_one) = (cross(&one, &two, |_| {}), cross(&two, &one, |_| {}));
    let world = World::new();
    world.write("leaf.pem", pem(&[&one.leaf("a.example", |_| {}), &one_by_two, &two_by_one]));
    world.write("ca.pem", good_root().pem());
    world.says("leaf.pem --ca ca.pem", "path-circle");
}

#[test]
fn what_issued_itself_does_not_count_for_path_lengths() {
    let root = root("root", |params| params.is_ca = IsCa::Ca(BasicConstraints::Constrained(1)));
    let renewed = root.sign({
        let mut params = root.params.clone();
        params.use_authority_key_identifier_extension = true;
        params.key_identifier_method = KeyIdMethod::PreSpecified(vec![9; 20]);
        params
    });
    let between =
        renewed.authority("between", |params| params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0)));
    let leaf = between.leaf("a.example", |_| {});
    let world = World::new();
    world.write("leaf.pem", pem(&[&leaf, &between, &renewed])).write("ca.pem", root.pem());
    world.says("leaf.pem --ca ca.pem", "path-self-issued");
}

#[test]
fn a_way_with_names_that_are_not_allowed_is_left_for_another() {
    let root = good_root();
    let key = |made: &Made| same_key(made);
    let narrow = root.authority("between", |params| {
        params.name_constraints = Some(NameConstraints {
            permitted_subtrees: vec![GeneralSubtree::DnsName("other.example".into())],
            excluded_subtrees: Vec::new(),
        });
    });
    let mut params = authority_params("between");
    params.use_authority_key_identifier_extension = true;
    params.not_after = datetime!(2038-01-01 0:00 UTC);
    params.serial_number = Some(5_u64.into());
    let wide = root.sign_key(params, key(&narrow));
    let leaf = narrow.leaf("a.example", |_| {});
    let world = World::new();
    world.write("leaf.pem", pem(&[&leaf, &narrow, &wide])).write("ca.pem", root.pem());
    world.says("leaf.pem --ca ca.pem", "path-constrained-and-not");
}

#[test]
fn an_intermediate_may_be_what_is_trusted() {
    let root = good_root();
    let between = root.authority("between", |_| {});
    let world = World::new();
    world.write("leaf.pem", between.leaf("a.example", |_| {}).pem() + &root.pem());
    world.write("ca.pem", between.pem());
    world.says("leaf.pem --ca ca.pem", "path-trusted-intermediate");
}

#[test]
fn a_crowd_of_authorities_that_signed_each_other_takes_no_time() {
    let names: Vec<String> = (0..60).map(|number| format!("authority {number}")).collect();
    let roots: Vec<Made> = names.iter().map(|name| root(name, |_| {})).collect();
    let mut crowd = String::new();
    for (at, one) in roots.iter().enumerate() {
        for by in roots.iter().skip(at + 1).chain(&roots[..at]).take(20) {
            crowd += &cross(one, by, |_| {}).pem();
        }
    }
    let mut params = leaf_params("a.example");
    params.serial_number = Some(5_u64.into());
    let world = World::new();
    world.write("leaf.pem", roots[0].sign(params).pem()).write("crowd.pem", crowd);
    world.write("ca.pem", good_root().pem());
    let start = Instant::now();
    let output = world.run("leaf.pem crowd.pem --ca ca.pem --at 2030-06-01T00:00:00Z");
    assert_eq!(output.status.code(), Some(1));
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
}
