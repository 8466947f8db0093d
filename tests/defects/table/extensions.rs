//! Extensions: missing, twice, critical where they may not be.

use crate::case::{Case, EVERYBODY};
use crate::der::{BOOLEAN, INTEGER, bits, element, implicit, null, oid, sequence, tagged};
use crate::extension::{
    AUTHORITY_INFORMATION, AUTHORITY_KEY_IDENTIFIER, BASIC_CONSTRAINTS, KEY_USAGE, NAME_CONSTRAINTS,
    SUBJECT_KEY_IDENTIFIER, authority_key_identifier, dns, name_constraints, uri,
};
use crate::maker::{Extension, common_name};
use crate::world::version;

/// An extension nobody knows.
const UNKNOWN: &str = "1.3.6.1.4.1.55555.1";

/// `id-ad-caIssuers`.
const ISSUERS: &str = "1.3.6.1.5.5.7.48.2";

fn authority_information() -> Extension {
    let location = sequence([oid(ISSUERS), uri("http://ca.example/authority.crt")]);
    Extension::new(AUTHORITY_INFORMATION, sequence([location]))
}

pub(crate) const CASES: &[Case] = &[
    Case::server("extension-twice", |world| {
        let first = world.leaf.extension(KEY_USAGE).clone();
        world.leaf.extensions.push(first);
    })
    .refused_by(EVERYBODY),
    Case::server("unknown-critical", |world| {
        world.leaf.set(Extension::new(UNKNOWN, null()).critical());
    })
    .beside(|world| world.leaf.set(Extension::new(UNKNOWN, null())))
    .refused_by(EVERYBODY),
    Case::server("unknown-critical-in-authority", |world| {
        world.authority.set(Extension::new(UNKNOWN, null()).critical());
    })
    .beside(|world| world.authority.set(Extension::new(UNKNOWN, null())))
    .refused_by(EVERYBODY),
    Case::server("unknown-critical-in-root", |world| {
        world.root.set(Extension::new(UNKNOWN, null()).critical());
    })
    .beside(|world| world.root.set(Extension::new(UNKNOWN, null())))
    .refused_by("openssl strict gnutls python"),
    Case::server("authority-without-ski", |world| world.authority.take(SUBJECT_KEY_IDENTIFIER))
        .refused_by("strict"),
    Case::server("root-without-ski", |world| world.root.take(SUBJECT_KEY_IDENTIFIER)).refused_by("strict"),
    Case::server("leaf-without-aki", |world| world.leaf.take(AUTHORITY_KEY_IDENTIFIER))
        .refused_by("strict python"),
    Case::server("authority-without-aki", |world| world.authority.take(AUTHORITY_KEY_IDENTIFIER))
        .refused_by("strict"),
    Case::server("aki-critical", |world| {
        let critical = world.leaf.extension(AUTHORITY_KEY_IDENTIFIER).clone().critical();
        world.leaf.set(critical);
    })
    .refused_by("openssl strict python webpki"),
    Case::server("ski-critical", |world| {
        let critical = world.authority.extension(SUBJECT_KEY_IDENTIFIER).clone().critical();
        world.authority.set(critical);
    })
    .refused_by("openssl strict python webpki"),
    Case::server("aki-without-key-identifier", |world| {
        let issuer = tagged(1, tagged(4, common_name("Root")));
        let serial = implicit(2, &world.authority.serial);
        world.leaf.set(Extension::new(AUTHORITY_KEY_IDENTIFIER, sequence([issuer, serial])));
    })
    .refused_by("strict"),
    Case::server("aki-issuer-without-serial", |world| {
        let issuer = tagged(1, tagged(4, common_name("Root")));
        let key = implicit(0, world.leaf.signing.key.identifier());
        world.leaf.set(Extension::new(AUTHORITY_KEY_IDENTIFIER, sequence([key, issuer])));
    }),
    Case::server("aki-issuer-and-serial", |world| {
        let key = implicit(0, world.leaf.signing.key.identifier());
        let issuer = tagged(1, tagged(4, common_name("Root")));
        let serial = implicit(2, &world.authority.serial);
        world.leaf.set(Extension::new(AUTHORITY_KEY_IDENTIFIER, sequence([key, issuer, serial])));
    }),
    Case::server("aki-serial-of-another", |world| {
        let key = implicit(0, world.leaf.signing.key.identifier());
        let issuer = tagged(1, tagged(4, common_name("Root")));
        let serial = implicit(2, [7]);
        world.leaf.set(Extension::new(AUTHORITY_KEY_IDENTIFIER, sequence([key, issuer, serial])));
    })
    .refused_by("openssl strict"),
    Case::server("aki-of-root-is-not-its-ski", |world| {
        world.root.set(authority_key_identifier(&world.other.identifier()));
    })
    .beside(|world| {
        let own = authority_key_identifier(&world.root.signing.key.identifier());
        world.root.set(own);
    })
    .refused_by("openssl strict"),
    Case::server("key-usage-empty", |world| {
        world.leaf.set(Extension::new(KEY_USAGE, bits(0, &[])).critical());
    })
    .refused_by("openssl strict"),
    Case::server("path-length-of-a-leaf", |world| {
        let value = sequence([element(INTEGER, [0])]);
        world.leaf.set(Extension::new(BASIC_CONSTRAINTS, value).critical());
    })
    .refused_by("strict"),
    Case::server("path-length-negative", |world| {
        let value = sequence([element(BOOLEAN, [0xff]), element(INTEGER, [0xff])]);
        world.authority.set(Extension::new(BASIC_CONSTRAINTS, value).critical());
    })
    .refused_by("openssl strict python webpki"),
    Case::server("name-constraints-in-leaf", |world| {
        world.leaf.set(name_constraints(&[dns("example")], &[]));
    })
    .refused_by("python"),
    Case::server("name-constraints-not-critical", |world| {
        world.authority.extension(NAME_CONSTRAINTS).critical.clear();
    })
    .beside(|world| world.authority.set(name_constraints(&[], &[dns("elsewhere")]))),
    Case::server("name-constraints-of-nothing", |world| {
        world.authority.set(name_constraints(&[], &[]));
    })
    .refused_by("python"),
    Case::server("authority-information-critical", |world| {
        world.leaf.set(authority_information().critical());
    })
    .beside(|world| world.leaf.set(authority_information()))
    .refused_by("openssl strict python webpki"),
    Case::server("authority-information-malformed", |world| {
        world.leaf.extension(AUTHORITY_INFORMATION).value = element(0x0c, "http://ca.example/");
    })
    .beside(|world| world.leaf.set(authority_information()))
    .refused_by("python"),
    Case::server("version-1-with-extensions", |world| world.leaf.version = Vec::new())
        .refused_by("strict gnutls python webpki"),
    Case::server("version-2-with-extensions", |world| world.leaf.version = version(1))
        .refused_by("strict gnutls python webpki"),
    Case::server("version-4", |world| world.leaf.version = version(3)).refused_by("python webpki"),
    Case::server("version-1-authority", |world| {
        world.authority.version = Vec::new();
        world.authority.extensions.clear();
    })
    .refused_by(EVERYBODY),
    Case::server("unique-identifier", |world| world.leaf.unique_ids = implicit(2, [0, 1, 2, 3]))
        .refused_by("webpki"),
];
