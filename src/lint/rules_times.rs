//! Lints about the form of times (RFC 5280 sections 4.1.2.5 and 5.1.2.4); the time of day plays no part.

use super::document::Document;
use super::rule::{CERTIFICATE, CERTIFICATE_AND_CRL, CRL, Found, Lint, RULE, when};
use super::times::{Time, TimeFault};

pub(super) const LINTS: &[Lint] = &[
    Lint {
        code: "time-malformed",
        on: CERTIFICATE_AND_CRL,
        source: "RFC 5280 section 4.1.2.5",
        refused_by: &["OpenSSL", "Go", "rustls", "Java", "GnuTLS"],
        message: "{} is not a time",
        fix: "issue it again",
        find: |document| fault(document, TimeFault::Malformed),
        ..RULE
    },
    Lint {
        code: "time-not-utc",
        on: CERTIFICATE_AND_CRL,
        source: "RFC 5280 section 4.1.2.5.1",
        zlint: &[("e_utc_time_not_in_zulu", "RFC5280"), ("e_generalized_time_not_in_zulu", "RFC5280")],
        refused_by: &["OpenSSL", "Go", "rustls", "GnuTLS"],
        message: "the time {} does not end in Z, so it is not UTC",
        fix: "issue it again with times in UTC",
        find: |document| fault(document, TimeFault::NotZulu),
        ..RULE
    },
    Lint {
        code: "time-fraction",
        on: CERTIFICATE_AND_CRL,
        source: "RFC 5280 section 4.1.2.5.2",
        zlint: &[("e_generalized_time_includes_fraction_seconds", "RFC5280")],
        refused_by: &["OpenSSL", "Go", "rustls", "GnuTLS"],
        message: "the time {} has fractions of a second",
        fix: "issue it again with times in whole seconds",
        find: |document| fault(document, TimeFault::Fraction),
        ..RULE
    },
    Lint {
        code: "time-without-seconds",
        on: CERTIFICATE_AND_CRL,
        source: "RFC 5280 section 4.1.2.5.1",
        zlint: &[
            ("e_utc_time_does_not_include_seconds", "RFC5280"),
            ("e_generalized_time_does_not_include_seconds", "RFC5280"),
        ],
        refused_by: &["OpenSSL", "rustls"],
        message: "the time {} has no seconds",
        fix: "issue it again with times to the second",
        find: |document| fault(document, TimeFault::NoSeconds),
        ..RULE
    },
    Lint {
        code: "time-generalized-before-2050",
        on: CERTIFICATE_AND_CRL,
        source: "RFC 5280 section 4.1.2.5",
        zlint: &[("e_wrong_time_format_pre2050", "RFC5280")],
        message: "the time {} is a GeneralizedTime, and before 2050 it has to be a UTCTime",
        fix: "issue it again with a program that follows RFC 5280",
        find: |document| fault(document, TimeFault::Generalized),
        ..RULE
    },
    Lint {
        code: "not-after-before-not-before",
        on: CERTIFICATE,
        source: "RFC 5280 section 4.1.2.5",
        zlint: &[("e_validity_time_not_positive", "Community")],
        refused_by: &["OpenSSL", "Go", "GnuTLS"],
        message: "it ends before it starts, so it is never valid",
        fix: "issue it again with a lifetime that is positive",
        find: backwards,
        ..RULE
    },
    Lint {
        code: "crl-next-update-before-this-update",
        on: CRL,
        source: "RFC 5280 section 5.1.2.5",
        message: "nextUpdate lies before thisUpdate, so it is never valid",
        fix: "make the CRL again with a later nextUpdate",
        find: backwards,
        ..RULE
    },
];

fn fault(document: &Document<'_>, fault: TimeFault) -> Found {
    let text = |text: &[u8]| format!("\"{}\"", text.escape_ascii());
    let times = document.times.iter().flatten();
    let entry = document.entries.date.filter(|(_, found)| *found == fault);
    times
        .filter(|time| time.fault == Some(fault))
        .map(|time| time.text)
        .chain(entry.map(|(text, _)| text))
        .next()
        .map(text)
}

fn backwards(document: &Document<'_>) -> Found {
    let stamp = |time: &Option<Time<'_>>| time.and_then(|time| time.stamp);
    let [start, end] = &document.times;
    when(stamp(start).zip(stamp(end)).is_some_and(|(start, end)| end < start))
}
