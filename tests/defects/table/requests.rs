//! Requests and revocation lists.

use std::rc::Rc;

use crate::case::{Case, EVERYBODY};
use crate::der::{INTEGER, UTF8_STRING, content, element, long_form, null, oid, sequence};
use crate::extension::{
    CRL_NUMBER, KEY_CERT_SIGN, KEY_USAGE, SUBJECT_ALT_NAME, dns, key_usage, subject_alt_name,
};
use crate::maker::{Extension, Key, days, ecdsa_with_sha1, extensions, public_key};
use crate::world::{HOST, asks_for};

pub(crate) const CASES: &[Case] = &[
    Case::request("request-signature-wrong", |world| world.request.signing.key = Rc::clone(&world.other))
        .refused_by("openssl gnutls python"),
    Case::request("request-signed-with-sha1", |world| {
        world.request.signing.algorithms[1] = ecdsa_with_sha1();
        world.request.signing.sign = Key::sign_sha1;
    })
    .refused_by("python"),
    Case::request("request-version-2", |world| world.request.version = element(INTEGER, [1]))
        .refused_by("python"),
    Case::request("request-with-a-port", |world| {
        world.request.attributes = vec![asks_for(&[subject_alt_name([dns("server.example:443")])])];
    }),
    Case::request("request-of-nothing", |world| {
        world.request.subject = sequence([]);
        world.request.attributes.clear();
    }),
    Case::request("request-asks-twice", |world| {
        let first = world.request.attributes[0].clone();
        world.request.attributes.push(first);
    }),
    Case::request("request-extension-twice", |world| {
        let name = subject_alt_name([dns(HOST)]);
        world.request.attributes = vec![asks_for(&[name.clone(), name])];
    })
    .refused_by("python"),
    Case::request("request-attributes-malformed", |world| {
        world.request.attributes = vec![sequence([oid(crate::world::EXTENSION_REQUEST), null()])];
    })
    .refused_by("openssl gnutls python"),
    Case::request("request-san-malformed", |world| {
        let malformed = Extension::new(SUBJECT_ALT_NAME, element(UTF8_STRING, HOST));
        world.request.attributes = vec![asks_for(&[malformed])];
    })
    .refused_by("python"),
    Case::request("request-key-not-on-the-curve", |world| {
        let mut point = world.request.signing.key.point();
        point[64] ^= 1;
        world.request.public_key = public_key(&point);
    })
    .refused_by("openssl gnutls python"),
    Case::request("request-not-der", |world| {
        world.request.signing.after = |der| long_form(0x30, content(&der));
    })
    .refused_by("python"),
    Case::request("request-truncated", |world| {
        world.request.signing.after = |der| der[..der.len() - 5].to_vec();
    })
    .refused_by("openssl gnutls python"),
    Case::list("list-expired", |world| {
        (world.list.this_update, world.list.next_update) = (days(-30), days(-1));
    })
    .refused_by("openssl strict gnutls webpki"),
    Case::list("list-of-the-future", |world| world.list.this_update = days(2))
        .refused_by("openssl strict gnutls"),
    Case::list("list-without-next-update", |world| world.list.next_update.clear()).refused_by("webpki"),
    Case::list("list-without-number", |world| {
        world.list.extensions.retain(|extension| extension.id != CRL_NUMBER);
    }),
    Case::list("list-number-critical", |world| {
        let number = Extension::new(CRL_NUMBER, element(INTEGER, [7])).critical();
        *world.list.extensions.last_mut().unwrap() = number;
    })
    .refused_by("openssl strict"),
    Case::list("list-without-aki", |world| {
        world.list.extensions.retain(|extension| extension.id == CRL_NUMBER);
    }),
    Case::list("list-version-1", |world| world.list.version.clear()).refused_by("webpki"),
    Case::list("list-signature-wrong", |world| world.list.signing.key = Rc::clone(&world.other))
        .refused_by(EVERYBODY),
    Case::list("list-entry-twice", |world| {
        let entry = sequence([element(INTEGER, [5]), days(-2)]);
        world.list.entries = vec![entry.clone(), entry];
    })
    .beside(|world| {
        world.list.entries = vec![sequence([element(INTEGER, [5]), days(-2)])];
    }),
    Case::list("list-revokes", |world| {
        world.list.entries = vec![sequence([element(INTEGER, &world.leaf.serial), days(-1)])];
    })
    .refused_by("openssl strict python webpki"),
    Case::list("list-entries-of-nothing", |world| world.list.entries = vec![Vec::new()]),
    Case::list("list-entry-unknown-critical", |world| {
        let unknown = Extension::new("1.3.6.1.4.1.55555.1", null()).critical();
        let entry = sequence([element(INTEGER, [5]), days(-2), extensions(&[unknown])]);
        world.list.entries = vec![entry];
    })
    .beside(|world| {
        world.list.entries = vec![sequence([element(INTEGER, [5]), days(-2)])];
    })
    .refused_by("openssl strict webpki"),
    Case::list("list-unknown-critical", |world| {
        world.list.extensions.push(Extension::new("1.3.6.1.4.1.55555.1", null()).critical());
    })
    .refused_by("openssl strict webpki"),
    Case::list("list-issuer-may-not-sign-lists", |world| {
        world.authority.set(key_usage(KEY_CERT_SIGN));
        assert!(world.authority.extension(KEY_USAGE).critical.len() == 3);
    })
    .refused_by("openssl strict gnutls webpki"),
    Case::list("list-signed-with-sha1", |world| {
        world.list.signing.algorithms = [ecdsa_with_sha1(), ecdsa_with_sha1()];
        world.list.signing.sign = Key::sign_sha1;
    })
    .refused_by("python webpki"),
    Case::list("list-truncated", |world| {
        world.list.signing.after = |der| der[..der.len() - 5].to_vec();
    })
    .refused_by(EVERYBODY),
    Case::list("list-algorithms-differ", |world| world.list.signing.algorithms[0] = ecdsa_with_sha1())
        .refused_by("python webpki"),
];
