//! One earlier generation is kept of everything, and every key of an authority.

use std::fs;

use serde_json::json;

use crate::world::World;

fn world() -> World {
    World::applied(&json!({
        "authorities": {"ca": {"cn": "CA", "file": "own/ca"}},
        "certificates": {"www": {"role": "tls-server", "cn": "a.example", "hosts": ["a.example"]}},
    }))
}

/// The folders of earlier generations.
fn kept(world: &World) -> Vec<String> {
    let entries = fs::read_dir(world.path("previous")).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn no_key_of_an_authority_is_lost() {
    let world = world();
    let rotate = || {
        let key = world.read("own/ca-key.pem");
        world.succeeds(&["apply", "--rotate-ca", "ca", "--rekey"]);
        key
    };
    let first = rotate();
    assert_eq!(kept(&world), ["own+ca", "www"]);
    let [second, third] = [rotate(), rotate()];
    assert_eq!(kept(&world), ["own+ca", "own+ca++1", "own+ca++2", "www"]);
    assert_eq!(world.read("previous/own+ca++1/ca-key.pem"), first);
    assert_eq!(world.read("previous/own+ca++2/ca-key.pem"), second);
    assert_eq!(world.read("previous/own+ca/ca-key.pem"), third);
    for name in ["ca.pem", "ca.csr"] {
        world.read(&format!("previous/own+ca++1/{name}"));
    }
    // There and back is nothing new.
    world.succeeds(&["rollback", "own/ca"]);
    world.succeeds(&["rollback", "own/ca"]);
    assert_eq!(kept(&world).len(), 4);
    assert_eq!(world.read("previous/own+ca/ca-key.pem"), third);
}

/// A renewal that keeps the key drives out one that had another.
#[test]
fn a_renewal_spares_the_key_too() {
    let world = World::applied(&json!({"authorities": {"ca": {"cn": "CA"}}, "certificates": {}}));
    let first = world.read("ca-key.pem");
    world.succeeds(&["apply", "--rotate-ca", "ca"]);
    for round in 0..3 {
        world.succeeds(&["renew", "ca.pem"]);
        assert_eq!(kept(&world), ["ca", "ca++1"], "round {round}");
    }
    assert_eq!(world.read("previous/ca++1/ca-key.pem"), first);
    assert_eq!(world.read("previous/ca/ca-key.pem"), world.read("ca-key.pem"));
}

/// Somebody may look what there is to bring back; what is kept apart is not.
#[test]
fn what_is_kept_apart_is_not_brought_back() {
    let world = World::applied(&json!({"authorities": {"ca": {"cn": "CA"}}, "certificates": {}}));
    for _ in 0..2 {
        world.succeeds(&["apply", "--rotate-ca", "ca"]);
    }
    let said = world.fails(&["rollback", "other"]);
    let hint = "  hint: give the base name of the files; there is one of: ca\n";
    assert!(said.ends_with(hint), "{said}");
    world.fails(&["rollback", "ca++1"]);
}
