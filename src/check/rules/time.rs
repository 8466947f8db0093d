//! Not yet valid, expired, about to expire.

use crate::check::facts::Index;
use crate::check::graph::Graph;
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
        let replaced = graph.replacement(index, now);
        let severity = if replaced.is_some() { Severity::Notice } else { Severity::Error };
        let (message, fix) = match replaced {
            Some(other) => (
                format!("{message}; {} is the same authority and valid", graph.material.label(other)),
                "remove it once nobody needs it any more".to_owned(),
            ),
            None => (message, renew(graph, index)),
        };
        return Some(Finding::new("expired", severity, VALIDITY, message, fix).refused_by(EVERYBODY));
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

/// What becomes of a certificate when the clock says this of an authority above it.
pub(in crate::check) fn consequence(code: &'static str) -> Option<(&'static str, &'static str)> {
    match code {
        "expired" => Some(("expired-issuer", "has expired")),
        "not-yet-valid" => Some(("issuer-not-yet-valid", "is not valid yet")),
        "expiring" => Some(("expiring-issuer", "is about to expire, and this with it")),
        _ => None,
    }
}
