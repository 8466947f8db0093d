//! Every lint has a document that it speaks of, and that differs in one thing from one of which no lint speaks.

mod builder;
mod certificates;
mod crls;
mod csrs;
mod extensions;
mod names;

use std::collections::BTreeSet;

use builder::{Parts, Start};

use super::rule::RULE;
use super::{Finding, Kind, Severity, document, lints, without};

/// A lint, the good document, the one thing that is changed, and what takes the place of `{}`.
type Case = (&'static str, Start, fn(&mut Parts), &'static str);

fn cases() -> impl Iterator<Item = &'static Case> {
    [certificates::CASES, names::CASES, extensions::CASES, csrs::CASES, crls::CASES].into_iter().flatten()
}

fn findings(start: Start, change: impl Fn(&mut Parts)) -> Vec<Finding> {
    let mut parts = Parts::new(start);
    change(&mut parts);
    document(start.kind(), &parts.der())
}

fn own_codes(findings: &[Finding]) -> Vec<&'static str> {
    findings.iter().filter(|finding| finding.consequence_of.is_none()).map(|finding| finding.code).collect()
}

#[test]
fn nothing_is_said_of_good_documents() {
    for start in Start::ALL {
        assert_eq!(findings(start, |_| {}), [], "{start:?}");
    }
}

#[test]
fn each_defect_gives_one_finding_with_its_message() {
    let mut wrong = Vec::new();
    for (code, start, change, detail) in cases() {
        let found = findings(*start, change);
        let lint = super::Lint::from_code(code).unwrap();
        let own = own_codes(&found);
        let Some(finding) = found.iter().find(|finding| finding.code == *code) else {
            wrong.push(format!("{code} in {start:?}: {own:?}"));
            continue;
        };
        let message = lint.message.replace("{}", detail);
        let is_alone = own == [*code] || (finding.consequence_of.is_some() && own.len() == 1);
        if !is_alone
            || finding.message != message
            || (finding.fix.as_str(), finding.severity) != (lint.fix, lint.severity)
        {
            wrong.push(format!("{code} in {start:?}: {own:?}: {}", finding.message));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn each_lint_has_a_case_for_each_kind_it_is_the_only_one_of() {
    let covered: BTreeSet<_> = cases().map(|case| case.0).collect();
    let missing: Vec<_> = lints().map(|lint| lint.code).filter(|code| !covered.contains(code)).collect();
    assert!(missing.is_empty(), "no case triggers {missing:?}");
    assert!(lints().count() >= 80);
}

#[test]
fn rows_are_complete_and_codes_unique() {
    let mut seen = BTreeSet::new();
    for lint in lints() {
        assert!(seen.insert(lint.code), "{} is there twice", lint.code);
        let kebab =
            lint.code.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
        assert!(kebab && !lint.code.is_empty(), "{}", lint.code);
        for text in [lint.source, lint.message, lint.fix] {
            assert!(!text.is_empty() && !text.ends_with('.'), "{}: {text:?}", lint.code);
        }
        assert!(lint.message.matches("{}").count() <= 1, "{}", lint.code);
        assert!(!lint.on.is_empty(), "{}", lint.code);
        for cause in lint.follows_from {
            assert!(super::Lint::from_code(cause).is_some(), "{}: {cause} is no lint", lint.code);
        }
    }
}

#[test]
fn zlints_names_exist_there() {
    let known = include_str!("../../model/zlint_names.txt");
    let sources = ["RFC5280", "RFC5480", "RFC3279", "RFC8813", "CABF_BR", "Mozilla", "Community"];
    for lint in lints() {
        for (name, source) in lint.zlint {
            assert!(known.lines().any(|line| line == *name), "{}: zlint has no {name}", lint.code);
            assert!(sources.contains(source), "{}: {source}", lint.code);
        }
    }
}

#[test]
fn consequences_go_with_their_cause() {
    let found = findings(Start::Ca, |parts| {
        parts.set_extension(builder::BASIC_CONSTRAINTS, true, builder::ca_with_path_length(0));
        parts.remove_extension(builder::KEY_USAGE);
    });
    let told: Vec<_> = found.iter().map(|finding| (finding.code, finding.consequence_of)).collect();
    let cause = "ca-key-usage-missing";
    assert_eq!(told, [(cause, None), ("path-length-without-cert-sign", Some(cause))]);
    assert_eq!(without(found.clone(), &[cause]), []);
    assert_eq!(without(found, &["path-length-without-cert-sign"]).len(), 1);
}

#[test]
fn a_rule_that_says_nothing_finds_nothing() {
    let der = Parts::new(Start::Leaf).der();
    let document = super::document::Document::read(Kind::Certificate, &der).unwrap_or_else(|_| panic!());
    assert_eq!((RULE.find)(&document), None);
    assert_eq!(RULE.severity, Severity::Error);
}

/// What x509-parser cannot read has an error: there is no document that nobody says anything of.
#[test]
fn nothing_unreadable_passes() {
    use x509_parser::certificate::X509Certificate;
    use x509_parser::prelude::FromDer;
    let mut refused = 0;
    for start in [Start::Leaf, Start::RsaLeaf, Start::Ca, Start::Root] {
        let der = Parts::new(start).der();
        for at in 0..der.len() {
            for value in [0, 1, 0x0c, 0x13, 0x17, 0x18, 0x1e, 0x30, 0x7f, 0x80, 0x84, 0xff, der[at] ^ 1] {
                let mut changed = der.clone();
                changed[at] = value;
                if X509Certificate::from_der(&changed).is_err() {
                    refused += 1;
                    let found = document(Kind::Certificate, &changed);
                    let is_error = |finding: &Finding| finding.severity == Severity::Error;
                    assert!(found.iter().any(is_error), "{start:?} at {at}: {value:02x}");
                }
            }
        }
    }
    assert!(refused > 1000, "{refused}");
}

/// No byte of a document, whatever it is changed to, makes a lint panic, and what is cut off is unreadable.
#[test]
fn no_document_makes_a_lint_panic() {
    for start in Start::ALL {
        let der = Parts::new(start).der();
        for at in 0..der.len() {
            for value in [0, 1, 0x30, 0x7f, 0x80, 0x84, 0xff, der[at] ^ 1, der[at].wrapping_add(1)] {
                let mut changed = der.clone();
                changed[at] = value;
                Kind::ALL.iter().for_each(|kind| _ = document(*kind, &changed));
            }
            let cut = document(start.kind(), &der[..at]);
            assert_eq!(own_codes(&cut), ["unreadable"], "{start:?} cut at {at}");
        }
    }
}
