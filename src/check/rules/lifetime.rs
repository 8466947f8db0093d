//! Lifetimes that some consumers limit, each with its date.

use time::macros::datetime;

use crate::check::facts::Index;
use crate::check::graph::Graph;
use crate::check::policy::Policy;
use crate::check::question::Question;
use crate::check::role::Role;
use crate::check::rules::chain::purposes_of;
use crate::check::text::{DAY, moment};
use crate::lint::{Finding, Severity};
use crate::vocab::oid;
use crate::vocab::spoken::span;

/// A limit: issued from when on, how many days, who says so.
type Limit = (i64, i64, &'static str);

/// "TLS server certificates must have a validity period of 825 days or fewer": also those of private roots.
const APPLE: Limit =
    (datetime!(2019-07-01 0:00 UTC).unix_timestamp(), 825, "Apple, support.apple.com/103769, 2019-07-01");

/// Certificates of public authorities; Apple has had the one of 398 days "only for roots preinstalled".
const PUBLIC: [Limit; 5] = [
    (datetime!(2029-03-15 0:00 UTC).unix_timestamp(), 47, "CA/Browser Forum ballot SC-081v3, 2029-03-15"),
    (datetime!(2027-03-15 0:00 UTC).unix_timestamp(), 100, "CA/Browser Forum ballot SC-081v3, 2027-03-15"),
    (datetime!(2026-03-15 0:00 UTC).unix_timestamp(), 200, "CA/Browser Forum ballot SC-081v3, 2026-03-15"),
    (datetime!(2020-09-01 0:00 UTC).unix_timestamp(), 398, "Apple, support.apple.com/102028, 2020-09-01"),
    (datetime!(2018-03-01 0:00 UTC).unix_timestamp(), 825, "CA/Browser Forum ballot 193, 2018-03-01"),
];

/// The limits that a server's certificate exceeds.
pub(in crate::check) fn of(graph: &Graph<'_>, question: &Question, index: Index) -> Vec<Finding> {
    let facts = graph.facts(index);
    let asked = |policy| question.policies.contains(&policy);
    if facts.is_authority() || facts.not_after < facts.not_before {
        return Vec::new();
    }
    let purposes = purposes_of(graph, index);
    let serves = purposes.as_ref().is_none_or(|purposes| purposes.contains(&oid::SERVER_AUTH));
    let mut found = Vec::new();
    if asked(Policy::Apple) && facts.not_before >= APPLE.0 && facts.purposes().is_none() {
        let message = "it has no extKeyUsage, and Apple's systems want serverAuth in it";
        let fix = "issue it again with \"server auth\" among its usages";
        found.push(
            Finding::new("apple-purpose", Severity::Error, APPLE.2, message, fix).refused_by(&["Apple"]),
        );
    }
    if asked(Policy::Browsers) && purposes.is_none() {
        let message = "it is not limited to servers: extKeyUsage is missing, or has anyExtendedKeyUsage";
        let fix = "issue it again with \"server auth\" among its usages";
        let source = "CA/Browser Forum Baseline Requirements 7.1.2.7.10";
        found.push(
            Finding::new("public-purpose", Severity::Error, source, message, fix).refused_by(&["browsers"]),
        );
    }
    if serves {
        // Who has it log in as a client, too, is no web server.
        let is_plain = purposes.is_some_and(|purposes| !purposes.contains(&oid::CLIENT_AUTH));
        let is_web = matches!(question.role, None | Some(Role::TlsServer | Role::Nginx | Role::Haproxy));
        if asked(Policy::Apple) || (is_plain && is_web) {
            let severity = if asked(Policy::Apple) { Severity::Error } else { Severity::Notice };
            let (begins, ends) = (facts.not_before, facts.not_after);
            let finding = exceeds("apple-lifetime", severity, &APPLE, begins, ends);
            found.extend(finding.map(|finding| finding.refused_by(&["Apple"])));
        }
        if asked(Policy::Browsers) {
            let limit = PUBLIC.iter().find(|limit| facts.not_before >= limit.0);
            let finding = limit.and_then(|limit| {
                exceeds("public-lifetime", Severity::Error, limit, facts.not_before, facts.not_after)
            });
            found.extend(finding.map(|finding| finding.refused_by(&["browsers"])));
        }
    }
    found
}

/// Both ends count: a life of a day ends a second before the next one begins.
fn exceeds(code: &'static str, severity: Severity, limit: &Limit, begins: i64, ends: i64) -> Option<Finding> {
    let (from, days, source) = *limit;
    let seconds = ends - begins + 1;
    if begins < from || seconds <= days * DAY {
        return None;
    }
    // Rounded down, as everywhere; what is beyond the limit by less than a day is named.
    let lasts = match (seconds - 1) / DAY {
        lasts if lasts > days => format!("{lasts} days"),
        _ => format!("{days} days and {}", span(seconds - days * DAY)),
    };
    let since = moment(from);
    let since = since.split('T').next().unwrap_or_default();
    let message =
        format!("it lasts {lasts}, and certificates issued from {since} on may last {days} at most");
    // `--days`, like others, leaves the second out that the end itself counts for.
    let fix = format!("issue it for less than {days} days: certwright issue --days {}", days - 1);
    Some(Finding::new(code, severity, source, message, fix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_counts_from_its_date_and_to_the_second() {
        let (from, days, _) = APPLE;
        let of = |begins, seconds| exceeds("x", Severity::Error, &APPLE, begins, begins + seconds - 1);
        assert_eq!(of(from, days * DAY), None);
        assert_eq!(of(from - 1, days * DAY + 1), None);
        let finding = of(from, days * DAY + 1).unwrap();
        assert_eq!(
            finding.message,
            "it lasts 825 days and 1 second, and certificates issued from 2019-07-01 on may last 825 at most"
        );
        assert_eq!(finding.fix, "issue it for less than 825 days: certwright issue --days 824");
        let finding = of(from, (days + 1) * DAY).unwrap();
        assert!(finding.message.starts_with("it lasts 825 days and 24 hours, and "), "{}", finding.message);
        let finding = of(from, (days + 1) * DAY + 1).unwrap();
        assert!(finding.message.starts_with("it lasts 826 days, and "), "{}", finding.message);
    }

    #[test]
    fn public_limits_come_latest_first() {
        assert!(PUBLIC.is_sorted_by(|one, other| one.0 > other.0));
    }
}
