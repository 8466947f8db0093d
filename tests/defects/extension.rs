//! The extensions that the suite's certificates have.

use super::der::{BOOLEAN, INTEGER, OCTET_STRING, bits, element, implicit, oid, sequence, tagged};
use super::maker::Extension;

pub(crate) const SUBJECT_KEY_IDENTIFIER: &str = "2.5.29.14";
pub(crate) const KEY_USAGE: &str = "2.5.29.15";
pub(crate) const SUBJECT_ALT_NAME: &str = "2.5.29.17";
pub(crate) const BASIC_CONSTRAINTS: &str = "2.5.29.19";
pub(crate) const CRL_NUMBER: &str = "2.5.29.20";
pub(crate) const NAME_CONSTRAINTS: &str = "2.5.29.30";
pub(crate) const AUTHORITY_KEY_IDENTIFIER: &str = "2.5.29.35";
pub(crate) const EXTENDED_KEY_USAGE: &str = "2.5.29.37";
pub(crate) const AUTHORITY_INFORMATION: &str = "1.3.6.1.5.5.7.1.1";

pub(crate) const ANY_PURPOSE: &str = "2.5.29.37.0";
pub(crate) const SERVER_AUTH: &str = "1.3.6.1.5.5.7.3.1";
pub(crate) const CLIENT_AUTH: &str = "1.3.6.1.5.5.7.3.2";

/// keyUsage, from the most significant bit of the first octet down.
pub(crate) const DIGITAL_SIGNATURE: u8 = 0x80;
pub(crate) const KEY_CERT_SIGN: u8 = 0x04;
pub(crate) const CRL_SIGN: u8 = 0x02;

pub(crate) fn basic_constraints(authority: bool, path_length: Option<u8>) -> Extension {
    let authority = if authority { element(BOOLEAN, [0xff]) } else { Vec::new() };
    let path_length = path_length.map(|length| element(INTEGER, [length])).unwrap_or_default();
    Extension::new(BASIC_CONSTRAINTS, sequence([authority, path_length])).critical()
}

pub(crate) fn key_usage(usage: u8) -> Extension {
    Extension::new(KEY_USAGE, bits(usage.trailing_zeros() as u8, &[usage])).critical()
}

pub(crate) fn extended_key_usage(purposes: &[&str]) -> Extension {
    Extension::new(EXTENDED_KEY_USAGE, sequence(purposes.iter().map(|purpose| oid(purpose))))
}

pub(crate) fn subject_key_identifier(identifier: &[u8]) -> Extension {
    Extension::new(SUBJECT_KEY_IDENTIFIER, element(OCTET_STRING, identifier))
}

pub(crate) fn authority_key_identifier(identifier: &[u8]) -> Extension {
    Extension::new(AUTHORITY_KEY_IDENTIFIER, sequence([implicit(0, identifier)]))
}

pub(crate) fn subject_alt_name(names: impl IntoIterator<Item = Vec<u8>>) -> Extension {
    Extension::new(SUBJECT_ALT_NAME, sequence(names))
}

/// Name constraints: a list of permitted and one of excluded names.
pub(crate) fn name_constraints(permitted: &[Vec<u8>], excluded: &[Vec<u8>]) -> Extension {
    let subtrees = |number, names: &[Vec<u8>]| match names {
        [] => Vec::new(),
        _ => tagged(number, names.iter().map(|name| sequence([name.clone()])).collect::<Vec<_>>().concat()),
    };
    Extension::new(NAME_CONSTRAINTS, sequence([subtrees(0, permitted), subtrees(1, excluded)])).critical()
}

pub(crate) fn email(address: &str) -> Vec<u8> {
    implicit(1, address)
}

pub(crate) fn dns(name: &str) -> Vec<u8> {
    implicit(2, name)
}

pub(crate) fn directory(name: Vec<u8>) -> Vec<u8> {
    tagged(4, name)
}

pub(crate) fn uri(uri: &str) -> Vec<u8> {
    implicit(6, uri)
}

pub(crate) fn ip(octets: &[u8]) -> Vec<u8> {
    implicit(7, octets)
}
