//! Lints about issuer and subject (RFC 5280 sections 4.1.2.4 and 4.1.2.6, appendix A.1).

use const_oid::ObjectIdentifier;

use super::der::{Element, tag};
use super::document::Document;
use super::extension::id;
use super::finding::Severity::{Notice, Warning};
use super::kind::Kind;
use super::names::{Attribute, DIRECTORY_STRINGS, DOMAIN_COMPONENT, EMAIL_ADDRESS, Name, arc, is_text};
use super::rule::{ALL, CERTIFICATE_AND_CRL, CERTIFICATE_AND_CSR, Found, Lint, RULE, when};
use super::rules_ca::is_signed_by_another_key;
use crate::vocab::name::upper_bound;
use crate::vocab::oid;

pub(super) const LINTS: &[Lint] = &[
    Lint {
        code: "name-malformed",
        on: ALL,
        source: "RFC 5280 section 4.1.2.4",
        message: "the {} is not a list of attributes",
        fix: "make it again with a program that writes names as RFC 5280 has them",
        find: |document| first_of(document, |word, name| (!name.is_well_formed).then(|| word.to_owned())),
        ..RULE
    },
    Lint {
        code: "issuer-empty",
        on: CERTIFICATE_AND_CRL,
        source: "RFC 5280 section 4.1.2.4",
        zlint: &[("e_issuer_field_empty", "RFC5280")],
        refused_by: &["OpenSSL -x509_strict"],
        message: "the issuer is empty, so nobody finds the CA",
        fix: "issue it again from a CA that has a name",
        find: |document| when(document.issuer.as_ref().is_some_and(Name::is_empty)),
        ..RULE
    },
    Lint {
        code: "ca-subject-empty",
        source: "RFC 5280 section 4.1.2.6",
        zlint: &[("e_ca_subject_field_empty", "RFC5280")],
        refused_by: &["OpenSSL -x509_strict", "Java", "GnuTLS"],
        message: "the subject of the CA is empty",
        fix: "issue it again with a subject",
        follows_from: &["issuer-empty"],
        find: |document| when(document.is_ca() && is_nameless(document)),
        ..RULE
    },
    Lint {
        code: "subject-empty-without-san",
        on: CERTIFICATE_AND_CSR,
        source: "RFC 5280 section 4.1.2.6",
        zlint: &[("e_subject_empty_without_san", "RFC5280")],
        refused_by: &["OpenSSL -x509_strict", "Java"],
        message: "it names nobody: the subject is empty and there are no other names",
        fix: "make it again with names (subjectAltName)",
        find: |document| {
            let names = document.extension(id::SUBJECT_ALT_NAME).is_some();
            when(is_nameless(document) && !names && !document.is_ca())
        },
        ..RULE
    },
    Lint {
        code: "subject-empty-san-not-critical",
        source: "RFC 5280 section 4.2.1.6",
        zlint: &[("e_ext_san_not_critical_without_subject", "RFC5280")],
        refused_by: &["OpenSSL -x509_strict", "Java"],
        message: "the subject is empty, and the names (subjectAltName) are not critical",
        fix: "issue it again with a subject, or with critical names",
        find: |document| {
            let names = document.extension(id::SUBJECT_ALT_NAME);
            when(
                is_nameless(document) && !document.is_ca() && names.is_some_and(|names| !names.is_critical()),
            )
        },
        ..RULE
    },
    Lint {
        code: "subject-is-issuer",
        source: "RFC 5280 section 6.1",
        message: "subject and issuer have the same name, but another key signed it: clients take it for self-signed",
        fix: "issue it again with a subject that is not the CA's",
        find: subject_is_issuer,
        ..RULE
    },
    Lint {
        code: "attribute-malformed",
        on: ALL,
        source: "RFC 5280 appendix A.1",
        refused_by: &["OpenSSL", "Go"],
        message: "the {} is not of the characters that its type has",
        fix: "make it again as UTF8String, in UTF-8",
        find: |document| attribute(document, |found| !has_its_characters(&found.value)),
        ..RULE
    },
    Lint {
        code: "printable-string-characters",
        on: CERTIFICATE_AND_CSR,
        source: "RFC 5280 appendix B",
        zlint: &[("e_subject_printable_string_badalpha", "RFC5280")],
        message: "the {} is a PrintableString with other characters than letters, digits and ' ()+,-./:=?",
        fix: "make it again as UTF8String",
        find: |document| {
            subject_attribute(document, |found| {
                found.value.tag == tag::PRINTABLE_STRING && !found.value.contents.iter().all(is_printable)
            })
        },
        ..RULE
    },
    Lint {
        code: "attribute-empty",
        on: ALL,
        source: "RFC 5280 appendix A.1",
        refused_by: &["GnuTLS"],
        message: "the {} is empty, and at least one character is needed",
        fix: "make it again without the attribute",
        find: |document| attribute(document, |found| found.value.contents.is_empty()),
        ..RULE
    },
    Lint {
        code: "attribute-type",
        on: ALL,
        source: "RFC 5280 appendix A.1",
        message: "the {} is no string of a type that it may have",
        fix: "make it again as UTF8String, a serial number as PrintableString",
        find: |document| attribute(document, has_wrong_type),
        ..RULE
    },
    Lint {
        code: "attribute-not-ia5-string",
        severity: Notice,
        on: CERTIFICATE_AND_CSR,
        source: "RFC 5280 appendix A.1",
        message: "the {} is not an IA5String, which nobody minds",
        fix: "put e-mail addresses into subjectAltName",
        find: |document| {
            subject_attribute(document, |found| {
                let is_ia5 = [EMAIL_ADDRESS, DOMAIN_COMPONENT].contains(&found.oid);
                is_ia5 && found.value.tag & !0x20 != tag::IA5_STRING
            })
        },
        ..RULE
    },
    Lint {
        code: "country-not-printable-string",
        on: ALL,
        source: "RFC 5280 appendix A.1",
        zlint: &[
            ("e_subject_dn_country_not_printable_string", "RFC5280"),
            ("e_issuer_dn_country_not_printable_string", "RFC5280"),
        ],
        message: "the {} is not a PrintableString",
        fix: "make it again with a program that follows RFC 5280",
        find: |document| {
            attribute(document, |found| {
                found.arc() == Some(arc::COUNTRY) && found.value.tag != tag::PRINTABLE_STRING
            })
        },
        ..RULE
    },
    Lint {
        code: "country-not-two-letters",
        on: CERTIFICATE_AND_CSR,
        source: "RFC 5280 appendix A.1",
        zlint: &[("e_subject_country_not_iso", "CABF_BR")],
        message: "the {} is not two letters",
        fix: "make it again with a code of ISO 3166, such as DE",
        find: |document| {
            subject_attribute(document, |found| {
                let text = found.value.contents;
                let letters = text.len() == 2 && text.iter().all(u8::is_ascii_alphabetic);
                found.arc() == Some(arc::COUNTRY) && !text.is_empty() && !letters
            })
        },
        ..RULE
    },
    Lint {
        code: "country-lower-case",
        severity: Notice,
        on: CERTIFICATE_AND_CSR,
        source: "RFC 5280 appendix A.1 and ISO 3166-1",
        message: "the {} is in lower case",
        fix: "write country codes in capitals",
        find: |document| {
            attribute(document, |found| {
                let text = found.value.contents;
                let letters = text.len() == 2 && text.iter().all(u8::is_ascii_alphabetic);
                found.arc() == Some(arc::COUNTRY) && letters && text.iter().any(u8::is_ascii_lowercase)
            })
        },
        ..RULE
    },
    Lint {
        code: "attribute-old-string",
        severity: Warning,
        on: CERTIFICATE_AND_CSR,
        source: "RFC 5280 section 4.1.2.4",
        message: "the {} is a TeletexString, BMPString or UniversalString, which programs read differently",
        fix: "make it again as UTF8String",
        find: |document| {
            attribute(document, |found| {
                let old = [tag::TELETEX_STRING, tag::BMP_STRING, tag::UNIVERSAL_STRING];
                is_directory_string(found) && old.contains(&found.value.tag)
            })
        },
        ..RULE
    },
    Lint {
        code: "attribute-control-characters",
        on: CERTIFICATE_AND_CSR,
        source: "RFC 5280 appendix A.1",
        zlint: &[("e_subject_dn_not_printable_characters", "RFC5280")],
        message: "the {} has control characters in it, such as a line break",
        fix: "make it again without them",
        find: |document| {
            attribute(document, |found| {
                let odd = |octet: &u8| octet.is_ascii_control();
                found.value.tag == tag::UTF8_STRING && found.value.contents.iter().any(odd)
            })
        },
        ..RULE
    },
    Lint {
        code: "attribute-outer-spaces",
        severity: Warning,
        on: CERTIFICATE_AND_CSR,
        source: "RFC 5280 section 7.1",
        zlint: &[
            ("w_subject_dn_leading_whitespace", "Community"),
            ("w_subject_dn_trailing_whitespace", "Community"),
        ],
        message: "the {} has spaces in front or behind, which some compare and others do not",
        fix: "make it again without them",
        find: |document| {
            subject_attribute(document, |found| {
                let text = found.value.contents;
                is_text(&found.value) && text.trim_ascii().len() < text.len() && !text.is_empty()
            })
        },
        ..RULE
    },
    Lint {
        code: "common-name-repeated",
        severity: Notice,
        on: CERTIFICATE_AND_CSR,
        source: "RFC 6125 section 1.8",
        message: "the subject has several common names (CN), and programs take one or another",
        fix: "keep one, and put the host names into subjectAltName",
        find: |document| {
            let names = |subject: &Name<'_>| subject.values(arc::COMMON_NAME).count();
            when(document.subject.as_ref().map_or(0, names) > 1)
        },
        ..RULE
    },
    too_long("common-name-too-long", &[("e_subject_common_name_max_length", "RFC5280")], |document| {
        longer(document, oid::COMMON_NAME)
    }),
    too_long("organization-too-long", &[("e_subject_organization_name_max_length", "RFC5280")], |document| {
        longer(document, oid::ORGANIZATION)
    }),
    too_long(
        "organizational-unit-too-long",
        &[("e_subject_organizational_unit_name_max_length", "RFC5280")],
        |document| longer(document, oid::ORGANIZATIONAL_UNIT),
    ),
    too_long("locality-too-long", &[("e_subject_locality_name_max_length", "RFC5280")], |document| {
        longer(document, oid::LOCALITY)
    }),
    too_long("state-too-long", &[("e_subject_state_name_max_length", "RFC5280")], |document| {
        longer(document, oid::STATE)
    }),
    too_long(
        "serial-number-attribute-too-long",
        &[("e_subject_dn_serial_number_max_length", "RFC5280")],
        |document| longer(document, oid::SERIAL_NUMBER),
    ),
    too_long("title-too-long", &[], |document| longer(document, oid::TITLE)),
    too_long("email-attribute-too-long", &[("e_subject_email_max_length", "RFC5280")], |document| {
        longer(document, oid::EMAIL_ADDRESS)
    }),
];

/// The upper bounds of RFC 5280 appendix A.1; an issuer's are its own certificate's.
const fn too_long(
    code: &'static str,
    zlint: &'static [(&'static str, &'static str)],
    find: fn(&Document<'_>) -> Found,
) -> Lint {
    Lint {
        code,
        on: CERTIFICATE_AND_CSR,
        source: "RFC 5280 appendix A.1",
        zlint,
        message: "the {} are allowed",
        fix: "make it again with a shorter one",
        find,
        ..RULE
    }
}

fn longer(document: &Document<'_>, oid: ObjectIdentifier) -> Found {
    let subject = document.subject.as_ref()?;
    subject.attributes.iter().filter(|found| found.oid == oid.as_bytes()).find_map(|found| {
        let (length, most) = (found.characters(), upper_bound(found.oid)?);
        let text = || format!("{} is {length} characters long, and at most {most}", found.word());
        (length > most).then(text)
    })
}

fn is_nameless(document: &Document<'_>) -> bool {
    document.subject.as_ref().is_some_and(Name::is_empty)
}

/// The first of subject and issuer of which something is to be said.
fn first_of(document: &Document<'_>, say: impl Fn(&'static str, &Name<'_>) -> Found) -> Found {
    let subject = document.subject.as_ref().and_then(|name| say("subject", name));
    subject.or_else(|| document.issuer.as_ref().and_then(|name| say("issuer", name)))
}

fn attribute(document: &Document<'_>, is_defect: impl Fn(&Attribute<'_>) -> bool) -> Found {
    first_of(document, |word, name| {
        let found = name.attributes.iter().find(|found| is_defect(found))?;
        Some(format!("{} of the {word}", found.word()))
    })
}

fn subject_attribute(document: &Document<'_>, is_defect: impl Fn(&Attribute<'_>) -> bool) -> Found {
    let subject = document.subject.as_ref()?;
    let found = subject.attributes.iter().find(|found| is_defect(found))?;
    Some(format!("{} of the subject", found.word()))
}

fn is_directory_string(found: &Attribute<'_>) -> bool {
    found.arc().is_some_and(|arc| DIRECTORY_STRINGS.contains(&arc))
}

fn has_wrong_type(found: &Attribute<'_>) -> bool {
    const DIRECTORY: [u8; 5] = [
        tag::UTF8_STRING,
        tag::PRINTABLE_STRING,
        tag::TELETEX_STRING,
        tag::BMP_STRING,
        tag::UNIVERSAL_STRING,
    ];
    // A string in pieces is its own finding.
    let tag = found.value.tag & !0x20;
    match found.arc() {
        Some(arc::SERIAL_NUMBER | arc::DN_QUALIFIER) => tag != tag::PRINTABLE_STRING,
        _ if is_directory_string(found) => !DIRECTORY.contains(&tag),
        _ => false,
    }
}

/// The characters of a PrintableString (X.680 section 41.4).
fn is_printable(octet: &u8) -> bool {
    octet.is_ascii_alphanumeric() || b" '()+,-./:=?".contains(octet)
}

/// PrintableString has its own lint.
fn has_its_characters(value: &Element<'_>) -> bool {
    match value.tag {
        tag::IA5_STRING | tag::VISIBLE_STRING => value.contents.is_ascii(),
        tag::UTF8_STRING => std::str::from_utf8(value.contents).is_ok(),
        tag::BMP_STRING => value.contents.len().is_multiple_of(2),
        tag::UNIVERSAL_STRING => value.contents.len().is_multiple_of(4),
        _ => true,
    }
}

/// A CA may go on under its name with a new key; whoever is no CA is taken for self-signed.
fn subject_is_issuer(document: &Document<'_>) -> Found {
    let is_leaf = document.kind == Kind::Certificate && !document.is_ca() && !is_nameless(document);
    when(is_leaf && document.is_self_issued() && is_signed_by_another_key(document))
}
