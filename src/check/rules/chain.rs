//! A certificate and its issuers.

use crate::check::facts::Index;
use crate::check::graph::{Graph, Link};
use crate::check::material::Origin;
use crate::check::name_constraints::Violation;
use crate::check::names::have_same_texts;
use crate::check::rules::{Again, EVERYBODY, reissue, renew};
use crate::check::text::{moment, name};
use crate::inspect::look::serial;
use crate::lint::{Finding, Severity};
use crate::vocab::shell;
use crate::vocab::spoken::hex;
use crate::vocab::usage::Usage;
use crate::vocab::{asn1, oid};
use const_oid::ObjectIdentifier;
use der::Decode;

/// Why nobody above a certificate is known to have signed it; nothing where that is as it should be.
pub(in crate::check) fn without_issuer(graph: &mut Graph<'_>, index: Index, link: &Link) -> Option<Finding> {
    let facts = graph.facts(index);
    if link.signers.contains(&index) {
        return self_signed(graph, index);
    }
    let issuer = name(facts.issuer());
    if let Some(reason) = &link.unverifiable {
        let message = format!("its signature cannot be verified: {reason}");
        let fix = "issue it again with an algorithm in common use";
        let source = "RFC 5280 section 6.1.3";
        // Others may know the algorithm: nobody is said to refuse it.
        return Some(Finding::new("signature-unknown", Severity::Warning, source, message, fix));
    }
    if let Some(other) = link.others.iter().copied().find(|other| *other != index) {
        return Some(wrong_key(graph, index, other));
    }
    if !graph.has_anchors {
        let message =
            format!("its issuer ({issuer}) is not among the files, so its signature was not verified");
        let fix = "name the certificate of its issuer: --ca FILE";
        return Some(Finding::new("issuer-not-given", Severity::Notice, "certwright", message, fix));
    }
    let message = format!(
        "its issuer ({issuer}) is neither here nor among the trusted authorities: an intermediate is missing, or it \
         belongs to another PKI"
    );
    let fix = "add the certificate of its issuer behind it, or trust it: --ca FILE";
    Some(
        Finding::new("unknown-issuer", Severity::Error, "RFC 5280 section 6.1", message, fix)
            .refused_by(EVERYBODY),
    )
}

/// A way up that was not gone to its end.
pub(in crate::check) fn too_long(most: usize) -> Finding {
    let message =
        format!("what signed it is here, and was not looked at: there are {most} authorities below it");
    let fix = "issue with an authority that is nearer to the root";
    Finding::new("unknown-issuer", Severity::Error, "RFC 5280 section 6.1", message, fix)
}

fn self_signed(graph: &Graph<'_>, index: Index) -> Option<Finding> {
    let is_authority = graph.facts(index).is_authority();
    let source = "RFC 5280 section 6.1";
    match (is_authority, graph.has_anchors) {
        (true, false) => {
            let message =
                "it signed itself, and only a server showed it: whether anybody trusts it is not known";
            let fix = "name the file of the authority that is trusted: --ca FILE";
            Some(Finding::new("untrusted-root", Severity::Notice, source, message, fix))
        }
        (true, true) => {
            let message = "it signed itself, and is not among the trusted authorities";
            let fix = match is_live(graph, index) {
                true => "trust it, if it is yours: --ca with a file of it".to_owned(),
                false => {
                    let place = shell::path(graph.material.place(index));
                    format!("trust it, if it is yours: --ca {place}")
                }
            };
            Some(Finding::new("untrusted-root", Severity::Error, source, message, fix).refused_by(EVERYBODY))
        }
        (false, true) => {
            let message = "it signed itself: no authority vouches for it";
            let fix = "issue it with your authority: certwright issue";
            Some(Finding::new("self-signed", Severity::Error, source, message, fix).refused_by(EVERYBODY))
        }
        (false, false) => {
            let message = "it signed itself: only who is given this very certificate trusts it";
            let fix = "issue it with an authority: certwright issue";
            Some(Finding::new("self-signed", Severity::Notice, source, message, fix))
        }
    }
}

fn is_live(graph: &Graph<'_>, index: Index) -> bool {
    graph.material.files[graph.facts(index).file].origin == Origin::Live
}

/// An authority has the issuer's name, and another key.
fn wrong_key(graph: &Graph<'_>, index: Index, other: Index) -> Finding {
    let (facts, issuer) = (graph.facts(index), graph.facts(other));
    let label = graph.material.label(other);
    let source = "RFC 5280 section 6.1.3";
    let fix = reissue(graph, index, other);
    let differs = |(asked, found): (&[u8], &[u8])| asked != found;
    if facts.aki().zip(issuer.ski()).is_some_and(differs) {
        let message = format!(
            "it is signed by another key than that of {label}, which has its issuer's name: by an older or newer \
             version of that authority"
        );
        return Finding::new("issuer-replaced", Severity::Error, source, message, fix).refused_by(EVERYBODY);
    }
    let message = match facts.aki().and(issuer.ski()) {
        Some(_) => {
            format!("its signature is not that of {label}, which has its issuer's name and key identifier")
        }
        None => format!("its signature is not that of {label}, which has its issuer's name"),
    };
    Finding::new("bad-signature", Severity::Error, source, message, fix).refused_by(EVERYBODY)
}

/// Whether an issuer may be one.
pub(in crate::check) fn as_issuer(graph: &Graph<'_>, above: Index, below: Index) -> Option<Finding> {
    let facts = graph.facts(above);
    let below = graph.material.label(below);
    if !facts.is_authority() {
        let message = format!("it signed {below} and is no authority: its basicConstraints lack CA:TRUE");
        let fix = "sign with an authority, or issue this one again as an authority";
        let source = "RFC 5280 section 4.2.1.9";
        return Some(
            Finding::new("issuer-not-ca", Severity::Error, source, message, fix).refused_by(EVERYBODY),
        );
    }
    if !facts.may_sign_certificates() {
        let message = format!("it signed {below}, and its keyUsage does not let it: keyCertSign is missing");
        let fix = "issue it again with \"cert sign\" among its usages";
        let source = "RFC 5280 section 4.2.1.3";
        return Some(
            Finding::new("issuer-may-not-sign", Severity::Error, source, message, fix)
                .refused_by(&["OpenSSL", "Go", "Java", "GnuTLS"]),
        );
    }
    None
}

/// What does not fit between a certificate and its issuer.
pub(in crate::check) fn of_link(graph: &Graph<'_>, below: Index, above: Index) -> Vec<Finding> {
    let found = [
        issuer_name(graph, below, above),
        key_identifiers(graph, below, above),
        outlives(graph, below, above),
    ];
    found.into_iter().flatten().collect()
}

/// RFC 5280 section 7.1: names are compared without regard to string type, case and spaces; not by everybody.
fn issuer_name(graph: &Graph<'_>, below: Index, above: Index) -> Option<Finding> {
    if graph.facts(below).issuer() == graph.facts(above).subject() {
        return None;
    }
    let label = graph.material.label(above);
    let message = format!(
        "it names its issuer in other letters, spaces or string types than {label} itself has: the same name to \
         some, and another one to whoever compares octets"
    );
    let fix = reissue(graph, below, above);
    let finding = Finding::new("issuer-name-written", Severity::Error, "RFC 5280 section 7.1", message, fix);
    // GnuTLS looks for what it trusts by octets, and puts what it is shown together by the texts.
    let (named, own) = (graph.facts(below).issuer(), graph.facts(above).subject());
    let is_seen_through = !graph.is_trusted(above) && have_same_texts(named, own);
    let refused_by: &[_] = if is_seen_through { &["Go", "rustls"] } else { &["Go", "rustls", "GnuTLS"] };
    Some(finding.refused_by(refused_by))
}

/// RFC 5280 section 4.2.1.1: the authority key identifier is the issuer's subject key identifier.
fn key_identifiers(graph: &Graph<'_>, below: Index, above: Index) -> Option<Finding> {
    let (facts, issuer) = (graph.facts(below), graph.facts(above));
    let label = graph.material.label(above);
    let message = match (facts.aki(), issuer.ski(), facts.aki_serial()) {
        (Some(asked), Some(found), _) if asked != found => format!(
            "its authority key identifier {} is not the subject key identifier {} of its issuer {label}",
            hex(asked),
            hex(found)
        ),
        (_, _, Some(asked)) if asked != issuer.serial() => format!(
            "its authority key identifier names serial number {}, and its issuer {label} has {}",
            serial(asked),
            serial(issuer.serial())
        ),
        _ => return None,
    };
    let fix = renew(graph, below);
    let source = "RFC 5280 section 4.2.1.1";
    Some(Finding::new("aki-mismatch", Severity::Error, source, message, fix).refused_by(&["OpenSSL"]))
}

/// A root's authority key identifier, if it has one, is its own.
pub(in crate::check) fn own_key_identifier(graph: &mut Graph<'_>, index: Index) -> Option<Finding> {
    let facts = graph.facts(index);
    let differs = facts.aki().zip(facts.ski()).is_some_and(|(asked, own)| asked != own);
    if !differs || !graph.is_self_signed(index) {
        return None;
    }
    key_identifiers(graph, index, index)
}

fn outlives(graph: &Graph<'_>, below: Index, above: Index) -> Option<Finding> {
    let (facts, issuer) = (graph.facts(below), graph.facts(above));
    if facts.not_after <= issuer.not_after || issuer.not_after < graph.now() {
        return None;
    }
    let label = graph.material.label(above);
    let (ends, issuer_ends) = (moment(facts.not_after), moment(issuer.not_after));
    let message = format!("it ends on {ends}, and its issuer {label} before that, on {issuer_ends}");
    let fix = match Again::at_once(graph, above) {
        Again::Command(renewal) => format!("{renewal}, and then this one"),
        _ => format!("renew {label}, and then this one"),
    };
    Some(Finding::new("outlives-issuer", Severity::Warning, "RFC 5280 section 6.1.3", message, fix))
}

/// An authority deeper than one above it allows.
pub(in crate::check) fn path_length(graph: &Graph<'_>, above: Index, allowed: usize) -> Finding {
    let label = graph.material.label(above);
    let below = match allowed {
        0 => "no authority".to_owned(),
        1 => "1 authority".to_owned(),
        number => format!("{number} authorities"),
    };
    let message = format!("{label} allows {below} below it (pathlen:{allowed}), and this is one more");
    let fix = format!("issue with {label} itself, or make it again with a longer path length");
    // RFC 5280 section 6.1.1 (d): of what is trusted, path validation takes the name and the key.
    let refused_by = if graph.is_trusted(above) { &["OpenSSL", "Go", "GnuTLS"] } else { EVERYBODY };
    Finding::new("path-length", Severity::Error, "RFC 5280 section 4.2.1.9", message, fix)
        .refused_by(refused_by)
}

/// A name outside of what an authority may certify.
pub(in crate::check) fn names(graph: &Graph<'_>, above: Index, violation: &Violation) -> Finding {
    let Violation { text, is_of_wildcard } = violation;
    let message = format!("{text} (nameConstraints of {})", graph.material.label(above));
    // GnuTLS knows but some kinds of names, and looks at the last certificate only.
    let refused_by: &[_] =
        if *is_of_wildcard { &["Go", "rustls"] } else { &["OpenSSL", "Go", "rustls", "Java"] };
    let fix = "leave the name out, or take an authority that may certify it";
    Finding::new("name-constraints", Severity::Error, "RFC 5280 section 4.2.1.10", message, fix)
        .refused_by(refused_by)
}

/// Name constraints that are none.
pub(in crate::check) fn malformed_name_constraints(reason: &str) -> Finding {
    let message = format!("its nameConstraints are not as they should be: {reason}");
    let fix = "issue it again: domains without wildcard and period in front, addresses as network/prefix";
    Finding::new("limits-malformed", Severity::Error, "RFC 5280 section 4.2.1.10", message, fix)
}

/// Purposes that an authority above does not have.
pub(in crate::check) fn purposes(graph: &Graph<'_>, way: &[Index]) -> Option<Finding> {
    let (index, above) = way.split_first()?;
    let asked = purposes_of(graph, *index)?;
    let (issuer, lacking) = above.iter().copied().find_map(|issuer| {
        let allowed = purposes_of(graph, issuer)?;
        let lacking: Vec<_> = asked.iter().filter(|purpose| !allowed.contains(purpose)).collect();
        (!lacking.is_empty()).then_some((issuer, lacking))
    })?;
    let words: Vec<_> =
        lacking.iter().map(|purpose| format!("\"{}\"", Usage::Extended(**purpose).word())).collect();
    let message = format!(
        "it is for {}, and its issuer {} is not (extKeyUsage)",
        words.join(" and "),
        graph.material.label(issuer)
    );
    let fix = "take an authority without extKeyUsage, or with these among its purposes";
    // Of what is trusted, others take but the name and the key.
    let refused_by: &[_] = match graph.is_trusted(issuer) {
        true => &["OpenSSL", "Go"],
        false => &["OpenSSL", "Go", "rustls", "GnuTLS"],
    };
    let source = "RFC 5280 section 4.2.1.12";
    Some(Finding::new("purpose-not-allowed", Severity::Error, source, message, fix).refused_by(refused_by))
}

/// What an extKeyUsage limits to; nothing where it does not.
pub(in crate::check) fn purposes_of(graph: &Graph<'_>, index: Index) -> Option<Vec<ObjectIdentifier>> {
    let elements = asn1::sequence_elements(graph.facts(index).purposes()?).ok()?;
    let found: Vec<_> = elements.into_iter().filter_map(|der| ObjectIdentifier::from_der(der).ok()).collect();
    (!found.contains(&oid::ANY_PURPOSE)).then_some(found)
}

/// webpki refuses what no other rule finds fault with. Critical extensions it does not know are known to others.
pub(in crate::check) fn refused(reason: &str) -> Finding {
    let known_to_others = reason == "UnsupportedCriticalExtension";
    let severity = if known_to_others { Severity::Warning } else { Severity::Error };
    let message = format!("path validation refuses it: {reason}");
    let fix = "compare it with one that works: certwright diff";
    Finding::new("path-invalid", severity, "rustls-webpki 0.103", message, fix).refused_by(&["rustls"])
}

/// What follows for a certificate from a fault of an authority above it.
pub(in crate::check) fn consequence(
    graph: &Graph<'_>,
    owner: Index,
    cause: &Finding,
    words: Option<(&'static str, &'static str)>,
) -> Finding {
    let label = graph.material.label(owner);
    let (code, what) = words.unwrap_or(("issuer-invalid", "is refused, and this with it"));
    let message = format!("its issuer {label} {what}");
    let fix = format!("mend {label} first: {}", cause.fix);
    Finding::new(code, cause.severity, cause.source, message, fix).because_of(cause.code)
}
