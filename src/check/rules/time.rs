//! Not yet valid, expired, about to expire.

use crate::check::facts::Index;
use crate::check::graph::Graph;
use crate::check::material::Origin;
use crate::check::question::Question;
use crate::check::rules::{EVERYBODY, renew, renew_early};
use crate::check::text::moment;
use crate::lint::{Finding, Severity};
use crate::vocab::spoken::span;

/// RFC 5280 section 4.1.2.5: valid from notBefore through notAfter, both included.
const VALIDITY: &str = "RFC 5280 section 4.1.2.5";

/// What the clock says of a certificate.
pub(in crate::check) fn of(graph: &Graph<'_>, question: &Question, index: Index) -> Option<Finding> {
    let facts = graph.facts(index);
    let now = question.now;
    let (begins, ends) = (facts.not_before, facts.not_after);
    if ends < begins {
        // A lint's.
        return None;
    }
    if now > ends {
        let message = format!("it expired on {}, {} ago", moment(ends), span(now - ends));
        return Some(match graph.replacement(index, now) {
            Some(other) => replaced(graph, index, other, message),
            None => Finding::new("expired", Severity::Error, VALIDITY, message, renew(graph, index))
                .refused_by(EVERYBODY),
        });
    }
    if now < begins {
        let message = format!("it is valid from {} on, in {}", moment(begins), span(begins - now));
        let fix = "set the clocks right, or issue it with a notBefore that has passed";
        return Some(
            Finding::new("not-yet-valid", Severity::Error, VALIDITY, message, fix).refused_by(EVERYBODY),
        );
    }
    if ends - now <= question.notice_period(begins, ends) {
        let message = format!("it expires on {}, in {}", moment(ends), span(ends - now));
        return Some(Finding::new(
            "expiring",
            Severity::Warning,
            VALIDITY,
            message,
            renew_early(graph, index),
        ));
    }
    None
}

/// An authority with a valid certificate of the same name and key beside the expired one. Who tries them all finds it;
/// GnuTLS takes a chain as it is shown, the first that fits.
fn replaced(graph: &Graph<'_>, index: Index, other: Index, expired: String) -> Finding {
    let label = graph.material.label(other);
    let (old, new) = (graph.facts(index), graph.facts(other));
    let is_shown = graph.material.files[old.file].origin != Origin::Trusted && old.position > 0;
    if is_shown && old.file == new.file && old.position < new.position {
        let message = format!("{expired}; {label} is the same authority and valid, and stands behind it");
        let fix = format!("leave it out, or put it behind {label}");
        let finding = Finding::new("expired-in-front", Severity::Warning, VALIDITY, message, fix);
        return finding.refused_by(&["GnuTLS"]);
    }
    let message = format!("{expired}; {label} is the same authority and valid");
    let fix = "remove it once nobody needs it any more";
    Finding::new("expired", Severity::Notice, VALIDITY, message, fix)
}

/// What becomes of a certificate when the clock says this of an authority above it.
pub(in crate::check) fn consequence(code: &'static str) -> Option<(&'static str, &'static str)> {
    match code {
        "expired" => Some(("expired-issuer", "has expired")),
        "not-yet-valid" => Some(("issuer-not-yet-valid", "is not valid yet")),
        "expiring" => Some(("expiring-issuer", "is about to expire, and this with it")),
        _ => None,
    }
}
