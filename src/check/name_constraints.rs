//! Name constraints (RFC 5280 section 4.2.1.10): what an authority may certify, and what a certificate names.

use const_oid::ObjectIdentifier;
use der::asn1::AnyRef;
use der::{Decode, Tag, TagNumber};

use super::facts::Facts;
use super::names::{Name, general_names};
use crate::vocab::{asn1, oid};

/// Go (crypto/x509, maxConstraintComparisons) and rustls-webpki give up here.
const MOST_COMPARISONS: usize = 250_000;

/// What nameConstraints say.
#[derive(Debug, Default)]
pub(super) struct NameConstraints<'a> {
    permitted: Vec<Name<'a>>,
    excluded: Vec<Name<'a>>,
}

/// A name that an authority may not certify.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Violation {
    /// Which, and why not.
    pub(super) text: String,
    /// It is a wildcard of which some names are excluded.
    pub(super) is_of_wildcard: bool,
}

impl<'a> NameConstraints<'a> {
    /// Reads the value of the extension.
    ///
    /// # Errors
    /// Why it is none.
    pub(super) fn read(value: &'a [u8]) -> Result<Self, String> {
        let mut found = Self::default();
        let malformed = || "they cannot be read".to_owned();
        for part in asn1::sequence_elements(value).map_err(|_| malformed())? {
            let part = AnyRef::from_der(part).map_err(|_| malformed())?;
            let bases = subtrees(part.value()).ok_or_else(malformed)?;
            match part.header().tag() {
                Tag::ContextSpecific { number: TagNumber(0), .. } => found.permitted = bases,
                Tag::ContextSpecific { number: TagNumber(1), .. } => found.excluded = bases,
                _ => return Err(malformed()),
            }
        }
        match found.permitted.iter().chain(&found.excluded).find_map(odd) {
            Some(reason) => Err(reason),
            None if found.permitted.is_empty() && found.excluded.is_empty() => {
                Err("they permit and exclude nothing".to_owned())
            }
            None => Ok(found),
        }
    }

    /// The first name of a certificate that lies outside: `DNS a.test is not within example.com`.
    pub(super) fn violation(&self, facts: &Facts) -> Option<Violation> {
        let (names, bases) = (names_of(facts), self.permitted.len() + self.excluded.len());
        if names.len().saturating_mul(bases) > MOST_COMPARISONS {
            let names = names.len();
            let text =
                format!("its {names} names and the {bases} constraints are more than anybody compares");
            return Some(Violation { text, is_of_wildcard: false });
        }
        names.iter().find_map(|name| self.outside(name))
    }

    fn outside(&self, name: &Name<'_>) -> Option<Violation> {
        let (kind, text) = (name.kind(), name.text());
        if let Some(base) = self.excluded.iter().find(|base| is_excluded(name, base)) {
            let is_of_wildcard = text.starts_with("*.");
            let text = format!("{kind} {text} is within {}, which is excluded", base.text());
            return Some(Violation { text, is_of_wildcard });
        }
        let mut same_kind = self.permitted.iter().filter(|base| is_same_kind(name, base)).peekable();
        same_kind.peek()?;
        let permitted: Vec<_> = same_kind.clone().map(Name::text).collect();
        let inside = same_kind.any(|base| is_within(name, base));
        let text = format!("{kind} {text} is not within {}", permitted.join(", "));
        (!inside).then_some(Violation { text, is_of_wildcard: false })
    }
}

fn subtrees(contents: &[u8]) -> Option<Vec<Name<'_>>> {
    let subtrees = asn1::elements(contents).ok()?;
    let base = |subtree| Name::from_der(asn1::sequence_elements(subtree).ok()?.first()?);
    subtrees.into_iter().map(base).collect()
}

/// Why a base is not what the RFC has there.
fn odd(base: &Name<'_>) -> Option<String> {
    let text = base.text();
    match base {
        // "DNS name restrictions are expressed as host.example.com".
        Name::Dns(octets) if octets.contains(&b'*') => Some(format!("the DNS name {text:?} has a wildcard")),
        Name::Ip(octets) if !matches!(octets.len(), 8 | 32) => {
            Some(format!("an address and its mask have 8 or 32 octets, and these have {}", octets.len()))
        }
        Name::Ip(octets) if !is_mask(&octets[octets.len() / 2..]) => {
            Some(format!("the mask of the address {text} is none"))
        }
        Name::Email(octets) if octets.iter().filter(|octet| **octet == b'@').count() > 1 => {
            Some(format!("the mail address {text:?} is none"))
        }
        _ => None,
    }
}

/// Ones, then zeros.
fn is_mask(octets: &[u8]) -> bool {
    let ones = octets.iter().map(|octet| octet.leading_ones()).take_while(|ones| *ones == 8).count();
    let (next, rest) = match octets.get(ones..) {
        Some([next, rest @ ..]) => (*next, rest),
        _ => return true,
    };
    next.leading_ones() == next.count_ones() && rest.iter().all(|octet| *octet == 0)
}

/// All names that constraints are about: also the subject, and the mail addresses in it where there are no others.
fn names_of(facts: &Facts) -> Vec<Name<'_>> {
    let mut names = facts.names().map(general_names).unwrap_or_default();
    let has_mail = names.iter().any(|name| matches!(name, Name::Email(_)));
    let rdns = asn1::sequence_elements(facts.subject()).unwrap_or_default();
    if !has_mail {
        names.extend(rdns.iter().filter_map(|rdn| mail_in(rdn)));
    }
    if !rdns.is_empty() {
        names.push(Name::Directory(facts.subject()));
    }
    names
}

/// The emailAddress that an RDN begins with.
fn mail_in(rdn: &[u8]) -> Option<Name<'_>> {
    let attributes = asn1::elements(asn1::contents(Tag::Set, rdn).ok()?).ok()?;
    let parts = asn1::sequence_elements(attributes.first()?).ok()?;
    let [kind, value] = parts[..] else { return None };
    let is_mail = ObjectIdentifier::from_der(kind).is_ok_and(|kind| kind == oid::EMAIL_ADDRESS);
    is_mail.then_some(Name::Email(AnyRef::from_der(value).ok()?.value()))
}

fn is_same_kind(name: &Name<'_>, base: &Name<'_>) -> bool {
    match (name, base) {
        (Name::Other(name), Name::Other(base)) => name == base,
        (name, base) => name.kind() == base.kind(),
    }
}

/// A wildcard stands for what is excluded below it, too.
fn is_excluded(name: &Name<'_>, base: &Name<'_>) -> bool {
    if is_within(name, base) {
        return true;
    }
    match (name, base) {
        (Name::Dns(name), Name::Dns(base)) => {
            let Some(above) = name.strip_prefix(b"*") else { return false };
            let Some(length) = base.len().checked_sub(above.len()) else { return false };
            let (label, rest) = base.split_at(length);
            rest.eq_ignore_ascii_case(above) && !label.is_empty() && !label.contains(&b'.')
        }
        // What cannot be compared has to count as excluded.
        (Name::Other(name), Name::Other(base)) => name == base,
        _ => false,
    }
}

fn is_within(name: &Name<'_>, base: &Name<'_>) -> bool {
    match (name, base) {
        (Name::Dns(name), Name::Dns(base)) => is_dns_within(name, base),
        (Name::Email(name), Name::Email(base)) => is_mail_within(name, base),
        (Name::Uri(name), Name::Uri(base)) => uri_host(name).is_some_and(|host| is_host_within(host, base)),
        (Name::Ip(name), Name::Ip(base)) => is_address_within(name, base),
        (Name::Directory(name), Name::Directory(base)) => is_directory_within(name, base).unwrap_or(false),
        _ => false,
    }
}

fn is_dns_within(name: &[u8], base: &[u8]) -> bool {
    let name = name.strip_prefix(b"*.").unwrap_or(name);
    let Some(start) = name.len().checked_sub(base.len()) else { return false };
    let (rest, end) = name.split_at(start);
    // A period in front is not the RFC's; whoever takes it means what is below.
    if base.starts_with(b".") {
        return end.eq_ignore_ascii_case(base) && !rest.is_empty();
    }
    base.is_empty() || (end.eq_ignore_ascii_case(base) && (rest.is_empty() || rest.ends_with(b".")))
}

/// A base is a mailbox, all of a host, or with a period in front all hosts below.
fn is_mail_within(name: &[u8], base: &[u8]) -> bool {
    let split = |mail: &[u8]| {
        mail.iter().rposition(|octet| *octet == b'@').map(|at| (mail[..at].to_vec(), mail[at + 1..].to_vec()))
    };
    let Some((local, host)) = split(name) else { return false };
    match split(base) {
        Some((base_local, base_host)) => local == base_local && host.eq_ignore_ascii_case(&base_host),
        None => is_host_within(&host, base),
    }
}

fn is_host_within(host: &[u8], base: &[u8]) -> bool {
    let (host, base) = (host.to_ascii_lowercase(), base.to_ascii_lowercase());
    match base.first() {
        Some(b'.') => host.len() > base.len() && host.ends_with(&base),
        _ => host == base,
    }
}

/// The host of a URI; none where it is an address, which constraints say nothing of.
fn uri_host(uri: &[u8]) -> Option<&[u8]> {
    let at = uri.windows(3).position(|window| window == b"://")? + 3;
    let rest = &uri[at..];
    let authority = rest.split(|octet| b"/?#".contains(octet)).next()?;
    let host = authority.rsplit(|octet| *octet == b'@').next()?;
    let host = host.split(|octet| *octet == b':').next()?;
    (!host.is_empty() && !host.starts_with(b"[")).then_some(host)
}

fn is_address_within(address: &[u8], base: &[u8]) -> bool {
    if 2 * address.len() != base.len() {
        return false;
    }
    let (network, mask) = base.split_at(address.len());
    address.iter().zip(network).zip(mask).all(|((octet, network), mask)| octet & mask == network & mask)
}

/// The base's RDNs begin the name.
fn is_directory_within(name: &[u8], base: &[u8]) -> Option<bool> {
    let (name, base) = (asn1::sequence_elements(name).ok()?, asn1::sequence_elements(base).ok()?);
    let same = |(one, other): (&&[u8], &&[u8])| one == other || folded(one) == folded(other);
    Some(base.len() <= name.len() && base.iter().zip(&name).all(same))
}

/// An RDN without what RFC 5280 section 7.1 has compared alike: string types, case, spaces.
fn folded(rdn: &[u8]) -> Option<Vec<(Vec<u8>, String)>> {
    let attributes = asn1::elements(asn1::contents(Tag::Set, rdn).ok()?).ok()?;
    let attribute = |der| {
        let parts = asn1::sequence_elements(der).ok()?;
        let [kind, value] = parts[..] else { return None };
        let text = std::str::from_utf8(AnyRef::from_der(value).ok()?.value()).ok()?;
        Some((kind.to_vec(), text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()))
    };
    attributes.into_iter().map(attribute).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn within(name: Name<'_>, base: Name<'_>) -> [bool; 2] {
        [is_within(&name, &base), is_excluded(&name, &base)]
    }

    #[test]
    fn dns_names_are_within_a_domain_and_wildcards_reach_into_it() {
        let dns = |name: &'static str, base: &'static str| {
            within(Name::Dns(name.as_bytes()), Name::Dns(base.as_bytes()))
        };
        assert_eq!(dns("a.Example.com", "example.com"), [true, true]);
        assert_eq!(dns("example.com", "example.com"), [true, true]);
        assert_eq!(dns("badexample.com", "example.com"), [false, false]);
        assert_eq!(dns("*.example.com", "example.com"), [true, true]);
        assert_eq!(dns("*.example.com", "a.example.com"), [false, true]);
        assert_eq!(dns("*.example.com", "b.a.example.com"), [false, false]);
        assert_eq!(dns("anything", ""), [true, true]);
        assert_eq!(dns("a.example.com", ".example.com"), [true, true]);
        assert_eq!(dns("example.com", ".example.com"), [false, false]);
    }

    #[test]
    fn mail_uris_and_addresses_follow_their_own_rules() {
        let mail = |name: &'static str, base: &'static str| {
            within(Name::Email(name.as_bytes()), Name::Email(base.as_bytes()))[0]
        };
        assert!(mail("a@example.com", "a@Example.com") && !mail("A@example.com", "a@example.com"));
        assert!(mail("a@example.com", "example.com") && !mail("a@b.example.com", "example.com"));
        assert!(mail("a@b.example.com", ".example.com") && !mail("a@example.com", ".example.com"));
        let uri = |name: &'static str, base: &'static str| {
            within(Name::Uri(name.as_bytes()), Name::Uri(base.as_bytes()))[0]
        };
        assert!(uri("spiffe://cluster.local/ns", "cluster.local"));
        assert!(uri("https://u@a.example.com:1/", ".example.com") && !uri("urn:x", "x"));
        let ip = |base: &'static [u8]| within(Name::Ip(&[10, 1, 2, 3]), Name::Ip(base))[0];
        let both = is_same_kind(&Name::Ip(&[0; 16]), &Name::Ip(&[10, 0, 0, 0, 255, 0, 0, 0]));
        assert!(both, "where addresses of IPv4 alone are permitted, those of IPv6 are not");
        assert!(ip(&[10, 0, 0, 0, 255, 0, 0, 0]) && !ip(&[11, 0, 0, 0, 255, 0, 0, 0]) && !ip(&[10, 0, 0, 0]));
    }

    #[test]
    fn what_is_no_constraint_is_told() {
        let read = |kind: u32, base: &[u8]| {
            let subtree = asn1::sequence(&[asn1::context(kind, false, base)]);
            let value = asn1::sequence(&[asn1::context(0, true, &subtree)]);
            NameConstraints::read(&value).map(|_| ()).unwrap_err()
        };
        assert_eq!(read(2, b"*.a"), "the DNS name \"*.a\" has a wildcard");
        assert_eq!(read(7, &[1, 2, 3, 4]), "an address and its mask have 8 or 32 octets, and these have 4");
        assert_eq!(read(7, &[10, 0, 0, 0, 255, 0, 255, 0]), "the mask of the address 10.0.0.0/16 is none");
        assert_eq!(NameConstraints::read(&[0x30, 0]).unwrap_err(), "they permit and exclude nothing");
        assert_eq!(NameConstraints::read(&[0x30, 2, 4, 0]).unwrap_err(), "they cannot be read");
    }
}
