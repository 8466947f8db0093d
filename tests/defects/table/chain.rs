//! Chains: who signed whom, when, and with what right.

use std::rc::Rc;

use crate::case::{Case, EVERYBODY};
use crate::der::{PRINTABLE_STRING, SET, UTF8_STRING, element, oid, sequence};
use crate::extension::{
    ANY_PURPOSE, BASIC_CONSTRAINTS, CLIENT_AUTH, CRL_SIGN, DIGITAL_SIGNATURE, KEY_CERT_SIGN, KEY_USAGE,
    SERVER_AUTH, authority_key_identifier, basic_constraints, directory, dns, email, extended_key_usage, ip,
    key_usage, name_constraints, subject_alt_name, subject_key_identifier,
};
use crate::maker::{COMMON_NAME, COUNTRY, Key, ORGANIZATION, common_name, days, name};
use crate::world::authority;

pub(crate) const CASES: &[Case] = &[
    Case::server("chain-missing", |world| world.chain = Some(vec![world.leaf.clone()]))
        .refused_by(EVERYBODY)
        .finds(&["error unknown-issuer"]),
    Case::server("chain-wrong", |world| {
        let stranger = authority("Stranger", &world.other, "Root", &world.root.signing.key, 900);
        world.chain = Some(vec![world.leaf.clone(), stranger]);
    })
    .refused_by(EVERYBODY)
    .finds(&["error unknown-issuer"]),
    Case::server("chain-order", |world| {
        world.chain.as_mut().unwrap().swap(1, 2);
    })
    .beside(|world| {
        world.upper();
    })
    .finds(&["warning chain-order"]),
    Case::server("chain-leaf-last", |world| {
        world.chain = Some(vec![world.authority.clone(), world.leaf.clone()]);
    })
    .refused_by(EVERYBODY)
    .finds(&["error chain-order"]),
    Case::server("root-unknown", |world| {
        world.root = authority("Other Root", &world.other, "Other Root", &world.other, 3650);
    })
    .refused_by(EVERYBODY)
    .finds(&["error issuer-invalid because of unknown-issuer", "error unknown-issuer"]),
    Case::server("root-of-another-key", |world| {
        world.root = authority("Root", &world.other, "Root", &world.other, 3650);
    })
    .refused_by(EVERYBODY)
    .finds(&["error issuer-invalid because of issuer-replaced", "error issuer-replaced"]),
    Case::server("authority-of-another-key", |world| {
        // The authority has been made anew; the leaf is of the time before.
        world.authority.public_key = world.other.public();
        world.authority.set(subject_key_identifier(&world.other.identifier()));
    })
    .refused_by(EVERYBODY)
    .finds(&["error issuer-replaced"]),
    Case::server("authority-key-identifier-of-another", |world| {
        world.leaf.set(authority_key_identifier(&world.other.identifier()));
    })
    .refused_by("openssl strict gnutls")
    .finds(&["error aki-mismatch"]),
    Case::server("signature-wrong", |world| world.leaf.signing.key = Rc::clone(&world.other))
        .refused_by(EVERYBODY)
        .finds(&["error bad-signature"]),
    Case::server("authority-signature-wrong", |world| {
        world.authority.signing.key = Rc::clone(&world.other);
    })
    .refused_by(EVERYBODY)
    .finds(&["error bad-signature", "error issuer-invalid because of bad-signature"]),
    Case::server("signature-bit-flipped", |world| {
        world.leaf.signing.sign = |key, message| {
            let mut signature = key.sign(message);
            *signature.last_mut().unwrap() ^= 1;
            signature
        };
    })
    .refused_by(EVERYBODY)
    .finds(&["error bad-signature"]),
    Case::server("not-yet-valid", |world| world.leaf.not_before = days(2))
        .refused_by(EVERYBODY)
        .finds(&["error not-yet-valid"]),
    Case::server("expired", |world| {
        (world.leaf.not_before, world.leaf.not_after) = (days(-90), days(-1));
    })
    .beside(|world| {
        world.authority.not_before = days(-100);
        world.root.not_before = days(-100);
    })
    .refused_by(EVERYBODY)
    .finds(&["error expired"]),
    Case::server("expiring", |world| world.leaf.not_after = days(7))
        .beside(|world| {
            world.root.not_before = days(-100);
            world.authority.not_before = days(-100);
            world.leaf.not_before = days(-80);
        })
        .finds(&["warning expiring"]),
    Case::server("authority-expired", |world| {
        (world.authority.not_before, world.authority.not_after) = (days(-90), days(-1));
        world.leaf.not_after = days(-1);
    })
    .refused_by(EVERYBODY)
    .finds(&["error expired"]),
    Case::server("outlives-authority", |world| world.authority.not_after = days(60))
        .finds(&["warning outlives-issuer"]),
    Case::server("root-expired", |world| {
        (world.root.not_before, world.root.not_after) = (days(-90), days(-1));
    })
    .refused_by("openssl strict gnutls python")
    .finds(&["error expired", "error expired-issuer because of expired"]),
    Case::server("authority-not-yet-valid", |world| world.authority.not_before = days(2))
        .refused_by(EVERYBODY)
        .finds(&["error issuer-not-yet-valid because of not-yet-valid", "error not-yet-valid"]),
    Case::server("ends-before-it-begins", |world| {
        (world.leaf.not_before, world.leaf.not_after) = (days(-2), days(-9));
    })
    .refused_by(EVERYBODY)
    .finds(&["error not-after-before-not-before"]),
    Case::server("same-name-as-authority", |world| world.leaf.subject = world.authority.subject.clone())
        .finds(&["error subject-is-issuer"]),
    Case::server("path-length", |world| world.root.set(basic_constraints(true, Some(0))))
        .beside(|world| world.root.set(basic_constraints(true, Some(1))))
        .refused_by("openssl strict gnutls python")
        .finds(&["error issuer-invalid because of path-length", "error path-length"]),
    Case::server("path-length-of-authority", |world| {
        let mut upper = world.upper();
        upper.set(basic_constraints(true, Some(0)));
        world.chain = Some(vec![world.leaf.clone(), world.authority.clone(), upper]);
    })
    .beside(|world| {
        world.upper();
    })
    .refused_by(EVERYBODY)
    .finds(&["error issuer-invalid because of path-length", "error path-length"]),
    Case::server("issued-by-a-leaf", |world| {
        world.authority.set(basic_constraints(false, None));
        world.authority.set(key_usage(DIGITAL_SIGNATURE));
    })
    .refused_by(EVERYBODY)
    .finds(&["error issuer-invalid because of issuer-not-ca", "error issuer-not-ca"]),
    Case::server("authority-without-basic-constraints", |world| world.authority.take(BASIC_CONSTRAINTS))
        .refused_by(EVERYBODY)
        .finds(&[
            "error cert-sign-without-ca",
            "error issuer-invalid because of cert-sign-without-ca",
            "notice crl-sign-without-ca because of cert-sign-without-ca",
        ]),
    Case::server("authority-may-not-sign", |world| world.authority.set(key_usage(CRL_SIGN)))
        .refused_by("openssl strict gnutls python")
        .finds(&["error ca-without-cert-sign", "error issuer-invalid because of ca-without-cert-sign"]),
    Case::server("authority-without-key-usage", |world| world.authority.take(KEY_USAGE))
        .refused_by("strict python")
        .finds(&["error ca-key-usage-missing"]),
    Case::server("basic-constraints-not-critical", |world| {
        world.authority.extension(BASIC_CONSTRAINTS).critical.clear();
    })
    .refused_by("strict python")
    .finds(&["error basic-constraints-not-critical"]),
    Case::server("root-basic-constraints-not-critical", |world| {
        world.root.extension(BASIC_CONSTRAINTS).critical.clear();
    })
    .refused_by("strict python")
    .finds(&["error basic-constraints-not-critical"]),
    Case::server("root-without-key-usage", |world| world.root.take(KEY_USAGE))
        .refused_by("strict python")
        .finds(&["error ca-key-usage-missing"]),
    Case::server("authority-for-clients-only", |world| {
        world.authority.set(extended_key_usage(&[CLIENT_AUTH]));
    })
    .beside(|world| world.authority.set(extended_key_usage(&[SERVER_AUTH])))
    .refused_by(EVERYBODY)
    .finds(&["error purpose-not-allowed"]),
    Case::server("for-any-purpose", |world| world.leaf.set(extended_key_usage(&[ANY_PURPOSE])))
        .beside(|world| world.leaf.set(extended_key_usage(&[ANY_PURPOSE, SERVER_AUTH])))
        .refused_by("openssl strict python webpki")
        .finds(&["error role-eku-missing"]),
    Case::server("root-for-clients-only", |world| world.root.set(extended_key_usage(&[CLIENT_AUTH])))
        .beside(|world| world.root.set(extended_key_usage(&[SERVER_AUTH])))
        .refused_by("openssl strict python")
        .finds(&["error purpose-not-allowed"]),
    Case::server("root-is-an-intermediate", |world| world.root = world.authority.clone())
        .refused_by("openssl strict")
        .finds(&["warning trusted-not-root"]),
    Case::server("expired-authority-in-front", |world| {
        let mut old = world.authority.clone();
        (old.not_before, old.not_after) = (days(-90), days(-1));
        old.serial[0] ^= 1;
        world.chain = Some(vec![world.leaf.clone(), old, world.authority.clone()]);
    })
    .beside(|world| world.root.not_before = days(-100))
    .refused_by("gnutls")
    .finds(&["warning expired-in-front"]),
    Case::server("name-not-permitted", |world| {
        world.authority.set(name_constraints(&[dns("elsewhere"), ip(&[10, 0, 0, 0, 255, 0, 0, 0])], &[]));
    })
    .beside(|world| {
        world.authority.set(name_constraints(&[dns("example"), ip(&[10, 0, 0, 0, 255, 0, 0, 0])], &[]));
    })
    .refused_by(EVERYBODY)
    .finds(&["error name-constraints"]),
    Case::server("name-excluded", |world| {
        world.authority.set(name_constraints(&[], &[dns("server.example")]));
    })
    .beside(|world| world.authority.set(name_constraints(&[], &[dns("other.example")])))
    .refused_by(EVERYBODY)
    .finds(&["error name-constraints"]),
    Case::server("address-not-permitted", |world| {
        world.authority.set(name_constraints(&[ip(&[192, 168, 0, 0, 255, 255, 0, 0])], &[]));
    })
    .beside(|world| world.authority.set(name_constraints(&[ip(&[10, 0, 0, 0, 255, 0, 0, 0])], &[])))
    .refused_by(EVERYBODY)
    .finds(&["error name-constraints"]),
    Case::server("wildcard-covers-excluded", |world| world.names([dns("*.host.example")]))
        .beside(|world| {
            world.host = "server.host.example";
            world.names([dns("server.host.example")]);
            world.authority.set(name_constraints(&[], &[dns("secret.host.example")]));
        })
        .refused_by("python webpki")
        .finds(&["error name-constraints"]),
    Case::client("email-not-permitted", |world| {
        world.leaf.set(subject_alt_name([email("somebody@elsewhere.example")]));
    })
    .beside(|world| {
        world.leaf.set(extended_key_usage(&[CLIENT_AUTH]));
        world.leaf.set(subject_alt_name([email("somebody@host.example")]));
        world.authority.set(name_constraints(&[email("host.example")], &[]));
    })
    .refused_by(EVERYBODY)
    .twin_refused_by("webpki")
    .finds(&["error name-constraints"]),
    Case::client("directory-name-not-permitted", |world| {
        world.leaf.subject = name(&[(COUNTRY, "DE"), (ORGANIZATION, "Elsewhere"), (COMMON_NAME, "client")]);
    })
    .beside(|world| {
        world.leaf.set(extended_key_usage(&[CLIENT_AUTH]));
        let permitted = name(&[(COUNTRY, "DE"), (ORGANIZATION, "Defects")]);
        world.authority.set(name_constraints(&[directory(permitted)], &[]));
    })
    .refused_by("openssl strict python webpki")
    .twin_refused_by("python webpki")
    .finds(&["error name-constraints"]),
    Case::server("authority-outside-of-its-own-issuer", |world| {
        let mut upper = world.upper();
        upper.set(name_constraints(&[dns("example")], &[]));
        world.authority.set(subject_alt_name([dns("authority.elsewhere")]));
        world.chain = Some(vec![world.leaf.clone(), world.authority.clone(), upper]);
    })
    .beside(|world| {
        let mut upper = world.upper();
        upper.set(name_constraints(&[dns("example")], &[]));
        world.authority.set(subject_alt_name([dns("authority.example")]));
        world.chain = Some(vec![world.leaf.clone(), world.authority.clone(), upper]);
    })
    .refused_by("openssl strict python webpki")
    .finds(&["error issuer-invalid because of name-constraints", "error name-constraints"]),
    Case::server("issuer-name-differs", |world| world.leaf.issuer = common_name("Another Authority"))
        .refused_by(EVERYBODY)
        .finds(&["error unknown-issuer"]),
    Case::server("issuer-name-empty", |world| {
        world.authority.subject = element(0x30, []);
        world.leaf.issuer = element(0x30, []);
    })
    .refused_by("strict gnutls python")
    .finds(&["error ca-subject-empty", "error issuer-empty because of ca-subject-empty"]),
    Case::server("issuer-name-in-other-case", |world| {
        // Compared without regard to case (RFC 5280 section 7.1), but not by everybody.
        world.leaf.issuer = name(&[(COUNTRY, "DE"), (ORGANIZATION, "DEFECTS"), (COMMON_NAME, "AUTHORITY")]);
    })
    .refused_by("gnutls python webpki")
    .finds(&["error issuer-name-written"]),
    Case::server("issuer-name-in-other-string-type", |world| {
        let value = element(PRINTABLE_STRING, "Authority");
        let attribute = |kind, value| element(SET, sequence([oid(kind), value]));
        world.leaf.issuer = sequence([
            attribute(COUNTRY, element(PRINTABLE_STRING, "DE")),
            attribute(ORGANIZATION, element(PRINTABLE_STRING, "Defects")),
            attribute(COMMON_NAME, value),
        ]);
    })
    .refused_by("python webpki")
    .finds(&["error issuer-name-written"]),
    Case::server("self-signed-leaf", |world| {
        world.leaf.issuer = world.leaf.subject.clone();
        world.leaf.signing.key = Rc::clone(&world.other);
        world.leaf.public_key = world.other.public();
        world.leaf.set(subject_key_identifier(&world.other.identifier()));
        world.leaf.set(authority_key_identifier(&world.other.identifier()));
        world.key = Some(world.other.pem());
    })
    .refused_by(EVERYBODY)
    .finds(&["error self-signed"]),
    Case::server("root-is-no-authority", |world| {
        world.root.set(basic_constraints(false, None));
        world.root.set(key_usage(DIGITAL_SIGNATURE));
    })
    .refused_by("openssl strict gnutls python")
    .finds(&["error issuer-invalid because of issuer-not-ca", "error issuer-not-ca"]),
    Case::server("key-of-another", |world| world.key = Some(Key::new().pem())).finds(&["error key-mismatch"]),
    Case::server("leaf-may-sign", |world| world.leaf.set(key_usage(DIGITAL_SIGNATURE | KEY_CERT_SIGN)))
        .refused_by("strict python")
        .finds(&["error cert-sign-without-ca"]),
    Case::server("leaf-is-authority", |world| {
        world.leaf.set(basic_constraints(true, None));
        world.leaf.set(key_usage(DIGITAL_SIGNATURE | KEY_CERT_SIGN | CRL_SIGN));
    })
    .refused_by("python webpki")
    .finds(&["error role-is-authority"]),
    Case::server("name-constraint-with-a-wildcard", |world| {
        world.authority.set(name_constraints(&[], &[dns("*.elsewhere")]));
    })
    .beside(|world| world.authority.set(name_constraints(&[], &[dns("elsewhere")])))
    .refused_by("python webpki")
    .finds(&["error name-constraints-dns"]),
    Case::server("name-constraint-of-five-octets", |world| {
        world.authority.set(name_constraints(&[], &[ip(&[192, 168, 0, 0, 255])]));
    })
    .beside(|world| world.authority.set(name_constraints(&[], &[ip(&[192, 168, 0, 0, 255, 255, 0, 0])])))
    .refused_by(EVERYBODY)
    .finds(&["error name-constraints-ip"]),
    Case::server("common-name-with-a-zero", |world| {
        let value = element(UTF8_STRING, b"server.example\0.elsewhere");
        let attribute = crate::der::sequence([crate::der::oid(COMMON_NAME), value]);
        world.leaf.subject = crate::der::sequence([element(crate::der::SET, attribute)]);
    })
    .finds(&["error attribute-control-characters"]),
];
