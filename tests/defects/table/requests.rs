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
        .refused_by("openssl gnutls python")
        .finds(&["error csr-signature"]),
    Case::request("request-signed-with-sha1", |world| {
        world.request.signing.algorithms[1] = ecdsa_with_sha1();
        world.request.signing.sign = Key::sign_sha1;
    })
    .refused_by("python")
    .finds(&["error signature-sha1"]),
    Case::request("request-version-2", |world| world.request.version = element(INTEGER, [1]))
        .refused_by("python")
        .finds(&["error csr-version"]),
    Case::request("request-with-a-port", |world| {
        world.request.attributes = vec![asks_for(&[subject_alt_name([dns("server.example:443")])])];
    })
    .finds(&["error dns-port"]),
    Case::request("request-of-nothing", |world| {
        world.request.subject = sequence([]);
        world.request.attributes.clear();
    })
    .finds(&["error subject-empty-without-san"]),
    Case::request("request-asks-twice", |world| {
        let first = world.request.attributes[0].clone();
        world.request.attributes.push(first);
    })
    .finds(&["error csr-extensions-repeated", "error extension-repeated because of csr-extensions-repeated"]),
    Case::request("request-extension-twice", |world| {
        let name = subject_alt_name([dns(HOST)]);
        world.request.attributes = vec![asks_for(&[name.clone(), name])];
    })
    .refused_by("python")
    .finds(&["error extension-repeated"]),
    Case::request("request-attributes-malformed", |world| {
        world.request.attributes = vec![sequence([oid(crate::world::EXTENSION_REQUEST), null()])];
    })
    .refused_by("openssl gnutls python")
    .finds(&["error unreadable"]),
    Case::request("request-san-malformed", |world| {
        let malformed = Extension::new(SUBJECT_ALT_NAME, element(UTF8_STRING, HOST));
        world.request.attributes = vec![asks_for(&[malformed])];
    })
    .refused_by("python")
    .finds(&["error extension-malformed"]),
    Case::request("request-key-not-on-the-curve", |world| {
        let mut point = world.request.signing.key.point();
        point[64] ^= 1;
        world.request.public_key = public_key(&point);
    })
    .refused_by("openssl gnutls python")
    .finds(&["error ec-point-invalid"]),
    Case::request("request-not-der", |world| {
        world.request.signing.after = |der| long_form(0x30, content(&der));
    })
    .refused_by("python")
    .finds(&["error length-not-minimal"]),
    Case::request("request-truncated", |world| {
        world.request.signing.after = |der| der[..der.len() - 5].to_vec();
    })
    .refused_by("openssl gnutls python")
    .finds(&["error unreadable"]),
    Case::list("list-expired", |world| {
        (world.list.this_update, world.list.next_update) = (days(-30), days(-1));
    })
    .refused_by("openssl strict gnutls webpki")
    .finds(&["error crl-expired"]),
    Case::list("list-of-the-future", |world| world.list.this_update = days(2))
        .refused_by("openssl strict gnutls")
        .finds(&["error crl-not-yet-valid"]),
    Case::list("list-without-next-update", |world| world.list.next_update.clear())
        .refused_by("webpki")
        .finds(&["error crl-next-update-missing"]),
    Case::list("list-without-number", |world| {
        world.list.extensions.retain(|extension| extension.id != CRL_NUMBER);
    })
    .finds(&["error crl-number-missing"]),
    Case::list("list-number-critical", |world| {
        let number = Extension::new(CRL_NUMBER, element(INTEGER, [7])).critical();
        *world.list.extensions.last_mut().unwrap() = number;
    })
    .refused_by("openssl strict")
    .finds(&["error crl-number-critical"]),
    Case::list("list-without-aki", |world| {
        world.list.extensions.retain(|extension| extension.id == CRL_NUMBER);
    })
    .finds(&["error crl-authority-key-id-missing"]),
    Case::list("list-version-1", |world| world.list.version.clear())
        .refused_by("webpki")
        .finds(&["error crl-version"]),
    Case::list("list-signature-wrong", |world| world.list.signing.key = Rc::clone(&world.other))
        .refused_by(EVERYBODY)
        .finds(&["error crl-signature"]),
    Case::list("list-entry-twice", |world| {
        let entry = sequence([element(INTEGER, [5]), days(-2)]);
        world.list.entries = vec![entry.clone(), entry];
    })
    .beside(|world| {
        world.list.entries = vec![sequence([element(INTEGER, [5]), days(-2)])];
    })
    .finds(&["warning crl-entry-repeated"]),
    Case::list("list-revokes", |world| {
        world.list.entries = vec![sequence([element(INTEGER, &world.leaf.serial), days(-1)])];
    })
    .refused_by("openssl strict python webpki")
    .finds(&["error revoked"]),
    Case::list("list-entries-of-nothing", |world| world.list.entries = vec![Vec::new()])
        .finds(&["error crl-list-empty"]),
    Case::list("list-entry-unknown-critical", |world| {
        let unknown = Extension::new("1.3.6.1.4.1.55555.1", null()).critical();
        let entry = sequence([element(INTEGER, [5]), days(-2), extensions(&[unknown])]);
        world.list.entries = vec![entry];
    })
    .beside(|world| {
        world.list.entries = vec![sequence([element(INTEGER, [5]), days(-2)])];
    })
    .refused_by("openssl strict webpki")
    .finds(&["error crl-entry-extension-unknown-critical"]),
    Case::list("list-unknown-critical", |world| {
        world.list.extensions.push(Extension::new("1.3.6.1.4.1.55555.1", null()).critical());
    })
    .refused_by("openssl strict webpki")
    .finds(&["error extension-unknown-critical"]),
    Case::list("list-issuer-may-not-sign-lists", |world| {
        world.authority.set(key_usage(KEY_CERT_SIGN));
        assert!(world.authority.extension(KEY_USAGE).critical.len() == 3);
    })
    .refused_by("openssl strict gnutls webpki")
    .finds(&[
        "error crl-issuer-may-not-sign",
        "notice ca-without-crl-sign because of crl-issuer-may-not-sign",
    ]),
    Case::list("list-signed-with-sha1", |world| {
        world.list.signing.algorithms = [ecdsa_with_sha1(), ecdsa_with_sha1()];
        world.list.signing.sign = Key::sign_sha1;
    })
    .refused_by("python webpki")
    .finds(&["error signature-sha1"]),
    Case::list("list-truncated", |world| {
        world.list.signing.after = |der| der[..der.len() - 5].to_vec();
    })
    .refused_by(EVERYBODY)
    .finds(&["error unreadable"]),
    Case::list("list-algorithms-differ", |world| world.list.signing.algorithms[0] = ecdsa_with_sha1())
        .refused_by("python webpki")
        .finds(&["error signature-algorithms-differ"]),
];
