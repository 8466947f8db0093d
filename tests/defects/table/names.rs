//! Names: the host's, the alternative ones, and the subject's.

use crate::case::{Case, EVERYBODY};
use crate::der::{
    IA5_STRING, PRINTABLE_STRING, SEQUENCE, SET, UTF8_STRING, element, implicit, oid, sequence, tagged,
};
use crate::extension::{
    CLIENT_AUTH, EXTENDED_KEY_USAGE, SUBJECT_ALT_NAME, SUBJECT_KEY_IDENTIFIER, dns, email,
    extended_key_usage, ip, subject_alt_name, uri,
};
use crate::maker::{COMMON_NAME, COUNTRY, Extension, ORGANIZATION, attribute, common_name, name};
use crate::world::HOST;

pub(crate) const CASES: &[Case] = &[
    Case::server("host-missing", |world| world.names([dns("other.example")]))
        .refused_by(EVERYBODY)
        .finds(&["error host-missing"]),
    Case::server("address-missing", |world| world.names([dns(HOST), ip(&[10, 0, 0, 2])]))
        .beside(|world| world.host = "10.0.0.1")
        .refused_by(EVERYBODY)
        .finds(&["error host-missing"]),
    Case::server("address-as-dns-name", |world| world.names([dns(HOST), dns("10.0.0.1")]))
        .beside(|world| world.host = "10.0.0.1")
        .refused_by(EVERYBODY)
        .finds(&["error dns-is-ip", "error host-missing because of dns-is-ip"]),
    Case::server("common-name-only", |world| world.leaf.take(SUBJECT_ALT_NAME))
        .refused_by("python webpki")
        .beside(|world| world.leaf.subject = common_name(HOST))
        .finds(&[
            "error host-missing because of san-missing",
            "error role-name-missing",
            "error san-missing because of role-name-missing",
        ]),
    Case::server("san-of-mail-alone", |world| world.names([email("somebody@server.example")]))
        .refused_by("python webpki")
        .beside(|world| world.leaf.subject = common_name(HOST))
        .finds(&[
            "error host-missing because of san-without-host",
            "error role-name-missing",
            "error san-without-host because of role-name-missing",
            "notice common-name-not-in-san",
        ]),
    Case::server("wildcard-too-deep", |world| world.names([dns("*.host.example")]))
        .beside(|world| {
            world.host = "a.server.host.example";
            world.names([dns("*.server.host.example")]);
        })
        .refused_by(EVERYBODY)
        .finds(&["error host-missing"]),
    Case::server("wildcard-within", |world| world.names([dns(HOST), dns("a.*.example")]))
        .finds(&["error dns-wildcard-place"]),
    Case::server("wildcard-alone", |world| world.names([dns(HOST), dns("*")]))
        .finds(&["error dns-bare-wildcard"]),
    Case::server("wildcard-partial", |world| world.names([dns("ser*.host.example")]))
        .beside(|world| {
            world.host = "server.host.example";
            world.names([dns("*.host.example")]);
        })
        .refused_by("gnutls python webpki")
        .finds(&["error dns-wildcard-place", "error host-missing because of dns-wildcard-place"]),
    Case::server("san-port", |world| world.names([dns(HOST), dns("server.example:443")]))
        .finds(&["error dns-port"]),
    Case::server("san-brackets", |world| world.names([dns(HOST), dns("[::1]")]))
        .finds(&["error dns-brackets"]),
    Case::server("san-cidr", |world| world.names([dns(HOST), dns("10.0.0.0/8")])).finds(&["error dns-range"]),
    Case::server("san-zone", |world| world.names([dns(HOST), dns("fe80::1%eth0")]))
        .finds(&["error dns-zone"]),
    Case::server("san-trailing-dot", |world| world.names([dns(HOST), dns("server.example.")]))
        .finds(&["error dns-trailing-dot"]),
    Case::server("san-leading-dot", |world| world.names([dns(HOST), dns(".server.example")]))
        .finds(&["error dns-leading-dot"]),
    Case::server("san-space", |world| world.names([dns(HOST), dns("server two.example")]))
        .finds(&["error dns-spaces"]),
    Case::server("san-space-at-the-end", |world| world.names([dns(HOST), dns("server.example ")]))
        .finds(&["error dns-spaces"]),
    Case::server("san-empty-name", |world| world.names([dns(HOST), dns("")]))
        .refused_by("gnutls")
        .finds(&["error san-name-empty"]),
    Case::server("san-of-nothing", |world| {
        world.leaf.set(subject_alt_name([]));
    })
    .refused_by(EVERYBODY)
    .finds(&[
        "error host-missing because of san-empty",
        "error role-name-missing because of san-empty",
        "error san-empty",
    ]),
    Case::server("san-url-as-dns-name", |world| world.names([dns(HOST), dns("https://server.example/")]))
        .finds(&["error dns-url"]),
    Case::server("san-long-label", |world| {
        world.names([dns(HOST), dns(&format!("{}.example", "a".repeat(64)))]);
    })
    .finds(&["error dns-label-too-long"]),
    Case::server("san-not-ascii", |world| world.names([dns(HOST), dns("bücher.example")]))
        .finds(&["error dns-not-ascii"]),
    Case::server("san-empty-label", |world| world.names([dns(HOST), dns("server..example")]))
        .finds(&["error dns-empty-label"]),
    Case::server("san-hyphen", |world| world.names([dns(HOST), dns("-server.example")]))
        .finds(&["warning dns-hyphen"]),
    Case::server("san-five-octets", |world| world.names([dns(HOST), ip(&[10, 0, 0, 1, 8])]))
        .finds(&["error ip-length"]),
    Case::server("san-address-and-mask", |world| {
        world.names([dns(HOST), ip(&[10, 0, 0, 0, 255, 0, 0, 0])]);
    })
    .finds(&["error ip-length"]),
    Case::server("san-address-as-text", |world| world.names([dns(HOST), ip(b"10.0.0.1")]))
        .finds(&["error ip-length"]),
    Case::server("san-email-without-at", |world| world.names([dns(HOST), email("somebody.example")]))
        .finds(&["error mail-malformed"]),
    Case::server("san-uri-without-scheme", |world| world.names([dns(HOST), uri("server.example/path")]))
        .finds(&["error uri-without-scheme"]),
    Case::server("san-uri-with-zone", |world| world.names([dns(HOST), uri("fe80::1%eth0")]))
        .finds(&["error uri-malformed"]),
    Case::server("san-unknown-kind", |world| world.names([dns(HOST), implicit(9, "name")]))
        .refused_by("openssl strict gnutls python")
        .finds(&["error extension-malformed"]),
    Case::server("san-registered-id-empty", |world| world.names([dns(HOST), implicit(8, [])]))
        .refused_by("openssl strict gnutls python")
        .finds(&["error san-name-empty"]),
    Case::server("san-twice", |world| world.names([dns(HOST), dns(HOST)])).finds(&["notice san-repeated"]),
    Case::server("san-malformed", |world| {
        world.leaf.set(Extension::new(SUBJECT_ALT_NAME, element(IA5_STRING, HOST)));
    })
    .refused_by(EVERYBODY)
    .finds(&[
        "error extension-malformed",
        "error host-missing because of extension-malformed",
        "error role-name-missing because of extension-malformed",
    ]),
    Case::server("subject-empty-san-not-critical", |world| {
        world.leaf.extension(SUBJECT_ALT_NAME).critical.clear();
    })
    .beside(|world| {
        world.leaf.subject = sequence([]);
        world.leaf.set(subject_alt_name([dns(HOST)]).critical());
    })
    .refused_by("strict python")
    .finds(&["error subject-empty-san-not-critical"]),
    Case::client("subject-empty-and-no-san", |world| world.leaf.take(SUBJECT_ALT_NAME))
        .beside(|world| {
            world.leaf.set(extended_key_usage(&[CLIENT_AUTH]));
            world.leaf.subject = sequence([]);
            world.leaf.set(subject_alt_name([email("somebody@host.example")]).critical());
        })
        .refused_by("strict python")
        .finds(&["error subject-empty-without-san"]),
    Case::server("country-of-three", |world| {
        world.leaf.subject = name(&[(COUNTRY, "DEU"), (ORGANIZATION, "Defects"), (COMMON_NAME, HOST)]);
    })
    .finds(&["error country-not-two-letters"]),
    Case::server("country-in-utf8", |world| {
        let country = sequence([oid(COUNTRY), element(UTF8_STRING, "DE")]);
        world.leaf.subject = sequence([element(SET, country), element(SET, attribute(COMMON_NAME, HOST))]);
    })
    .finds(&["error country-not-printable-string"]),
    Case::server("common-name-long", |world| world.leaf.subject = common_name(&"a".repeat(65)))
        .finds(&["error common-name-too-long"]),
    Case::server("common-name-empty", |world| world.leaf.subject = common_name(""))
        .refused_by("gnutls")
        .finds(&["error attribute-empty"]),
    Case::server("common-name-not-printable", |world| {
        let value = element(PRINTABLE_STRING, "server@example");
        world.leaf.subject = sequence([element(SET, sequence([oid(COMMON_NAME), value]))]);
    })
    .refused_by("python")
    .finds(&["error printable-string-characters"]),
    Case::server("common-name-not-utf8", |world| {
        let value = element(UTF8_STRING, b"server\xff");
        world.leaf.subject = sequence([element(SET, sequence([oid(COMMON_NAME), value]))]);
    })
    .refused_by("openssl strict")
    .finds(&["error attribute-malformed"]),
    Case::server("subject-of-an-empty-set", |world| {
        world.leaf.subject = sequence([element(SET, attribute(COMMON_NAME, HOST)), element(SET, [])]);
    })
    .finds(&["error name-malformed"]),
    Case::server("subject-set-out-of-order", |world| {
        let set = [attribute(COMMON_NAME, HOST), attribute(ORGANIZATION, "Defects")].concat();
        world.leaf.subject = sequence([element(SET, set)]);
    })
    .beside(|world| {
        let set = [attribute(ORGANIZATION, "Defects"), attribute(COMMON_NAME, HOST)].concat();
        world.leaf.subject = sequence([element(SET, set)]);
    })
    .refused_by("python")
    .finds(&["error set-not-sorted"]),
    Case::server("purpose-missing", |world| world.leaf.set(extended_key_usage(&[CLIENT_AUTH])))
        .refused_by(EVERYBODY)
        .finds(&["error role-eku-missing"]),
    Case::client("purpose-missing-for-a-client", |world| {
        world.leaf.set(extended_key_usage(&[crate::extension::SERVER_AUTH]));
    })
    .beside(|world| world.leaf.set(extended_key_usage(&[CLIENT_AUTH])))
    .refused_by(EVERYBODY)
    .finds(&["error role-eku-missing"]),
    Case::server("purposes-empty", |world| {
        world.leaf.set(Extension::new(EXTENDED_KEY_USAGE, element(SEQUENCE, [])));
    })
    .refused_by("openssl strict python webpki")
    .finds(&["error extended-key-usage-empty", "error role-eku-missing because of extended-key-usage-empty"]),
    Case::server("ski-malformed", |world| {
        world.leaf.set(Extension::new(SUBJECT_KEY_IDENTIFIER, tagged(0, [1])));
    })
    .refused_by("openssl strict")
    .finds(&["error extension-malformed"]),
];
