//! Whether the hosts that somebody connects to are among a certificate's names.

use x509_parser::prelude::FromDer;
use x509_parser::x509::X509Name;

use crate::check::facts::{Facts, Index};
use crate::check::graph::Graph;
use crate::check::names::{Coverage, Host, Name, coverage, general_names};
use crate::check::rules::EVERYBODY;
use crate::check::text::some_of;
use crate::lint::{Finding, Severity};
use crate::vocab::quote::printable;

const SOURCE: &str = "RFC 9525 section 6";

/// The hosts a certificate is not for; one finding for all of them.
pub(in crate::check) fn of(graph: &Graph<'_>, index: Index, hosts: &[Host]) -> Vec<Finding> {
    let facts = graph.facts(index);
    let names = facts.names().map(general_names).unwrap_or_default();
    let of = |wanted| {
        let found = hosts.iter().filter(|host| coverage(host, &names) == wanted);
        found.map(ToString::to_string).collect::<Vec<_>>()
    };
    let (missing, too_wide) = (of(Coverage::Missing), of(Coverage::TooWide));
    [missing_hosts(facts, &missing), wide_wildcard(facts, &too_wide)].into_iter().flatten().collect()
}

fn missing_hosts(facts: &Facts, missing: &[String]) -> Option<Finding> {
    if missing.is_empty() {
        return None;
    }
    let names = facts.names().map(general_names).unwrap_or_default();
    let there: Vec<_> =
        names.iter().filter(|name| matches!(name, Name::Dns(_) | Name::Ip(_))).map(Name::text).collect();
    let hosts = missing.join(", ");
    let verb = if missing.len() == 1 { "is" } else { "are" };
    let found = pitfall(missing, &names);
    let message = match (there.is_empty(), common_name(facts)) {
        (true, Some(name)) if *missing == [name.to_ascii_lowercase()] => format!(
            "{hosts} stands in the common name only, where nobody looks any more; there are no alternative names"
        ),
        (true, _) => format!("{hosts} {verb} not among its names: it has no DNS name and no IP address"),
        (false, _) => {
            let hint = found.map_or("", |(hint, _)| hint);
            format!("{hosts} {verb} not among its names: {}{hint}", some_of(&there, 12))
        }
    };
    let fix = format!("add {hosts} to the \"hosts\" of its request and issue it again");
    let finding = Finding::new("host-missing", Severity::Error, SOURCE, message, fix).refused_by(EVERYBODY);
    let cause = if there.is_empty() { Some("san-missing") } else { found.and_then(|(_, cause)| cause) };
    Some(because_of_lint(facts, finding, cause))
}

/// The finding as what follows from a lint's, if that was found.
fn because_of_lint(facts: &Facts, finding: Finding, cause: Option<&'static str>) -> Finding {
    match cause.filter(|cause| facts.lints.iter().any(|lint| lint.code == *cause)) {
        Some(cause) => finding.because_of(cause),
        None => finding,
    }
}

/// Why a name that looks right is not, and the lint that says so.
fn pitfall(missing: &[String], names: &[Name<'_>]) -> Option<(&'static str, Option<&'static str>)> {
    let dns = |text: &str| {
        names
            .iter()
            .any(|name| matches!(name, Name::Dns(found) if found.eq_ignore_ascii_case(text.as_bytes())))
    };
    let above = |host: &str| host.split_once('.').is_some_and(|(_, rest)| dns(&format!("*.{rest}")));
    missing.iter().find_map(|host| {
        if dns(host) {
            return Some((
                " (an address has to be an IP name, and is there as a DNS name)",
                Some("dns-is-ip"),
            ));
        }
        if dns(&format!("{host}.")) {
            return Some((" (with a period at its end it is another name)", Some("dns-trailing-dot")));
        }
        if dns(&format!("*.{host}")) {
            return Some((" (a wildcard is not for the domain itself)", None));
        }
        if names.iter().any(|name| matches!(name, Name::Dns(found) if is_wildcard_within(found, host))) {
            return Some((" (a wildcard stands for a whole label)", Some("dns-wildcard-place")));
        }
        let deeper = host.split_once('.').is_some_and(|(_, rest)| above(rest));
        deeper.then_some((" (a wildcard is for one label only)", None))
    })
}

/// Whether a name such as `f*.example` would be for the host if its wildcard could stand for a part of a label.
fn is_wildcard_within(name: &[u8], host: &str) -> bool {
    let Some((start, end)) = std::str::from_utf8(name).ok().and_then(|name| name.split_once('*')) else {
        return false;
    };
    let (host, start, end) =
        (host.to_ascii_lowercase(), start.to_ascii_lowercase(), end.to_ascii_lowercase());
    let between = host.strip_prefix(&start).and_then(|rest| rest.strip_suffix(&end));
    let is_whole = start.is_empty() && end.starts_with('.');
    !is_whole && between.is_some_and(|between| !between.contains('.'))
}

fn wide_wildcard(facts: &Facts, hosts: &[String]) -> Option<Finding> {
    let message = format!(
        "{} is covered by a wildcard right below a top-level name, which OpenSSL does not take",
        hosts.first().map(|_| hosts.join(", "))?
    );
    let fix = format!("name {} itself in the \"hosts\" of its request", hosts.join(", "));
    let source = "OpenSSL X509_check_host";
    let finding = Finding::new("wildcard-too-wide", Severity::Error, source, message, fix);
    Some(because_of_lint(facts, finding.refused_by(&["OpenSSL"]), Some("dns-wildcard-broad")))
}

fn common_name(facts: &Facts) -> Option<String> {
    let (_, subject) = X509Name::from_der(facts.subject()).ok()?;
    let name = subject.iter_common_name().next()?.as_str().ok()?;
    Some(printable(name))
}
