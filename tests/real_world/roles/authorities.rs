//! Roots and intermediates: who takes what they have signed.

use super::{AUTHORITY, LEAF, Lacking, NAMES, SERVER, SIGNS, World};
use crate::support::{Outcome, require};

const LACKING: &[Lacking] = &[
    Lacking { subject: "/CN=Below", ..Lacking::new("leaf", "\"CA:TRUE\"", &[SIGNS, LEAF]) },
    Lacking {
        subject: "/CN=Below",
        ..Lacking::new("mute", "key usage \"cert sign\"", &["keyUsage=critical,cRLSign", AUTHORITY])
    },
    Lacking {
        subject: "/CN=Below",
        ..Lacking::new("listless", "key usage \"crl sign\"", &["keyUsage=critical,keyCertSign", AUTHORITY])
    },
];

#[test]
fn intermediates_sign_for_others() {
    require("certtool", "gnutls-bin");
    let world = World::new("intermediate");
    world.all_taken_away(LACKING, &[]);
    world.issue("whole", "--cn Below");
    signs(&world, "whole", "-untrusted whole.pem -CAfile ca.pem").succeeds();
    for lacking in LACKING {
        lacking.make(&world);
        is_refused(&world, lacking, &format!("-untrusted {}.pem -CAfile ca.pem", lacking.name));
    }
}

#[test]
fn roots_sign_for_others() {
    let world = World::new("root");
    world.all_taken_away(LACKING, &[]);
    world.files.run("certwright issue --root --as root --cn Root --name whole").succeeds();
    assert_eq!(world.found_in("whole.pem whole-key.pem"), []);
    signs(&world, "whole", "-CAfile whole.pem").succeeds();
    for lacking in LACKING {
        let extensions: String = lacking.extensions.iter().map(|text| format!("-addext '{text}' ")).collect();
        let name = lacking.name;
        world.files.write("bare.cnf", "[req]\ndistinguished_name = dn\n[dn]\n");
        world
            .files
            .run(&format!(
                "openssl req -x509 -config bare.cnf -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout \
                 {name}-key.pem -subj /CN=Root -days 90 {extensions} -addext subjectKeyIdentifier=hash -out {name}.pem \
                 && chmod 600 {name}-key.pem"
            ))
            .succeeds();
        is_refused(&world, lacking, &format!("-CAfile {name}.pem"));
    }
}

fn is_refused(world: &World, lacking: &Lacking, path: &str) {
    let name = lacking.name;
    let verified = signs(world, name, path);
    if name == "listless" {
        // It signs certificates, and no list of revoked ones: worth a notice.
        verified.succeeds();
        world.files.write(
            "ca.cnf",
            "[ca]\ndefault_ca = x\n[x]\ndatabase = index.txt\ndefault_md = sha256\ndefault_crl_days = 9\n",
        );
        let made = format!(
            "true > index.txt && openssl ca -config ca.cnf -gencrl -cert {name}.pem -keyfile {name}-key.pem -out {name}.crl"
        );
        world.files.run(&made).succeeds();
        world
            .files
            .run(&format!("openssl verify -crl_check -CRLfile {name}.crl {path} {name}-signed.pem"))
            .fails_with("key usage does not include CRL signing");
        let said =
            world.files.run(&format!("certwright check --as {} {name}.pem --ca ca.pem", world.role.word()));
        said.shows("notice role-ku-missing").shows(&world.need(lacking.property).message());
        return;
    }
    assert!(!verified.success(), "{name}: {verified}");
    let found = world.found_in(&format!("{name}.pem {name}-key.pem --ca ca.pem --ca {name}.pem"));
    let need = world.need(lacking.property);
    let named = (certwright::check::role::code(need.property).to_owned(), need.message());
    assert_eq!(found, [named], "{name}");
}

/// What an authority has signed, as openssl judges it.
fn signs(world: &World, name: &str, path: &str) -> Outcome {
    let signed = format!("{name}-signed");
    world.openssl_below(name, &signed, "/CN=localhost", &[NAMES, SIGNS, SERVER, LEAF]);
    world.files.run(&format!("openssl verify {path} {signed}.pem"))
}
