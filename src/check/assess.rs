//! What is wrong along a way from a certificate up to what is trusted, and which way is the best.

use std::rc::Rc;

use super::facts::Index;
use super::graph::{Chain, Graph, Link, MOST_AUTHORITIES};
use super::name_constraints::NameConstraints;
use super::question::Question;
use super::rules::{chain, time};
use crate::issue::judge::Verdict;
use crate::lint::{Finding, Severity};

/// A finding and the certificate that it is about, which may be an authority further up.
#[derive(Clone, Debug)]
pub(super) struct Problem {
    /// The certificate at fault.
    pub(super) owner: Index,
    /// What is wrong with it.
    pub(super) finding: Finding,
    /// A lint says so already.
    pub(super) is_told: bool,
}

impl Problem {
    fn new(owner: Index, finding: Finding) -> Self {
        Self { owner, finding, is_told: false }
    }
}

/// A certificate with the best way up.
#[derive(Clone, Debug, Default)]
pub(super) struct Assessed {
    /// The certificates above it, its issuer first.
    pub(super) chain: Vec<Index>,
    /// Whether the last one is trusted.
    pub(super) is_complete: bool,
    /// What is wrong, with it and with them.
    pub(super) problems: Vec<Problem>,
    /// Who signed it; for the rules about files with several certificates.
    pub(super) signers: Vec<Index>,
}

impl Assessed {
    fn cost(&self) -> (usize, usize, usize) {
        let count =
            |severity| self.problems.iter().filter(|problem| problem.finding.severity == severity).count();
        (count(Severity::Error), count(Severity::Warning), self.chain.len())
    }
}

/// Assesses a certificate: an end entity, or an authority for what stands below it.
pub(super) fn assess(graph: &mut Graph<'_>, question: &Question, index: Index) -> Assessed {
    let facts = graph.facts(index);
    let link = graph.link(index);
    if graph.is_trusted(index) {
        return Assessed { is_complete: true, problems: own_problems(graph, index), ..Assessed::default() };
    }
    let chains = chains_above(graph, index, &link);
    let assessed = chains.into_iter().map(|chain| along(graph, question, index, chain));
    let best = assessed.min_by_key(Assessed::cost).unwrap_or_default();
    let mut best = Assessed { signers: link.signers.clone(), ..best };
    if best.chain.is_empty() {
        let (owner, finding) = (index, chain::without_issuer(graph, index, &link));
        best.problems.extend(finding.map(|finding| Problem::new(owner, finding)));
    } else if !facts.is_authority() {
        second_opinion(graph, index, &link, &mut best);
    }
    best
}

fn chains_above(graph: &mut Graph<'_>, index: Index, link: &Rc<Link>) -> Vec<Chain> {
    let others = link.signers.iter().filter(|signer| **signer != index);
    let mut chains: Vec<Chain> = Vec::new();
    for signer in others {
        let met = |chain: &&Chain| !chain.certificates.contains(&index);
        chains.extend(graph.chains(*signer).iter().filter(met).cloned());
    }
    chains
}

/// What is wrong along one way.
fn along(graph: &mut Graph<'_>, question: &Question, index: Index, chain: Chain) -> Assessed {
    let Chain { certificates, is_complete } = chain;
    let way: Vec<Index> = [index].into_iter().chain(certificates.iter().copied()).collect();
    let mut problems = Vec::new();
    for (at, above) in way.iter().enumerate().skip(1) {
        let below = way[at - 1];
        problems.extend(
            chain::as_issuer(graph, *above, below).map(|finding| issuer_problem(graph, *above, finding)),
        );
        problems.extend(own_problems(graph, *above));
        let clock = time::of(graph, question, *above);
        problems.extend(clock.map(|finding| Problem::new(*above, finding)));
        let between = chain::of_link(graph, below, *above).into_iter();
        problems.extend(between.map(|finding| Problem::new(below, finding)));
    }
    problems.extend(path_lengths(graph, &way));
    problems.extend(names_within_constraints(graph, &way));
    problems.extend(chain::purposes(graph, &way).map(|finding| Problem::new(index, finding)));
    if let Some(top) = certificates.last().copied().filter(|_| !is_complete) {
        let link = graph.link(top);
        let is_cut = certificates.len() >= MOST_AUTHORITIES && !link.signers.is_empty();
        let finding = match is_cut {
            true => Some(chain::too_long(MOST_AUTHORITIES)),
            false => chain::without_issuer(graph, top, &link),
        };
        problems.extend(finding.map(|finding| Problem::new(top, finding)));
    }
    Assessed { chain: certificates, is_complete, problems, signers: Vec::new() }
}

/// RFC 5280 section 6.1.4 (l), (m): authorities that did not issue themselves count.
fn path_lengths(graph: &Graph<'_>, way: &[Index]) -> Option<Problem> {
    let is_authority = graph.facts(way[0]).is_authority();
    let below_of = |at: usize| &way[usize::from(!is_authority)..at];
    (1..way.len()).rev().find_map(|at| {
        let above = graph.facts(way[at]);
        let allowed = above.constraints.and_then(|constraints| constraints.path_length)? as usize;
        let mut counted = below_of(at).iter().rev().filter(|index| !graph.facts(**index).is_self_issued());
        let owner = *counted.nth(allowed)?;
        // What signed nothing is refused by nobody yet.
        let severity = if owner == way[0] { Severity::Warning } else { Severity::Error };
        Some(Problem::new(owner, Finding { severity, ..chain::path_length(graph, way[at], allowed) }))
    })
}

/// RFC 5280 section 6.1.3 (b), (c): an authority that issued itself may have any name, the last certificate may not.
fn names_within_constraints(graph: &Graph<'_>, way: &[Index]) -> Option<Problem> {
    for (at, above) in way.iter().enumerate().skip(1).rev() {
        let Some(Ok(constraints)) = graph.facts(*above).name_constraints().map(NameConstraints::read) else {
            continue;
        };
        for (place, below) in way[..at].iter().enumerate() {
            let facts = graph.facts(*below);
            if facts.is_self_issued() && (place > 0 || facts.is_authority()) {
                continue;
            }
            if let Some(violation) = constraints.violation(facts) {
                return Some(Problem::new(*below, chain::names(graph, *above, &violation)));
            }
        }
    }
    None
}

/// What a lint has found in an issuer is the cause, and told already.
fn issuer_problem(graph: &Graph<'_>, owner: Index, finding: Finding) -> Problem {
    let causes: &[&str] = match finding.code {
        "issuer-may-not-sign" => &["ca-without-cert-sign"],
        "issuer-not-ca" => &["cert-sign-without-ca", "version-1"],
        _ => &[],
    };
    let lints = &graph.facts(owner).lints;
    match lints.iter().find(|lint| causes.contains(&lint.code)) {
        Some(lint) => {
            Problem { owner, finding: Finding { severity: Severity::Error, ..lint.clone() }, is_told: true }
        }
        None => Problem::new(owner, finding),
    }
}

/// What is wrong with an authority, whoever stands below it.
fn own_problems(graph: &mut Graph<'_>, owner: Index) -> Vec<Problem> {
    let facts = graph.facts(owner);
    let is_told = facts.lints.iter().any(|lint| lint.code.starts_with("name-constraints-"));
    let constraints = match facts.name_constraints().map(NameConstraints::read) {
        Some(Err(reason)) if !is_told => Some(chain::malformed_name_constraints(&reason)),
        _ => None,
    };
    let found = [constraints, chain::own_key_identifier(graph, owner)];
    found.into_iter().flatten().map(|finding| Problem::new(owner, finding)).collect()
}

/// Where no rule finds an error, webpki has the last word.
fn second_opinion(graph: &mut Graph<'_>, index: Index, link: &Link, best: &mut Assessed) {
    let is_error = |problem: &Problem| problem.finding.severity == Severity::Error;
    if best.problems.iter().any(is_error) || graph.facts(index).has_lint_error() {
        return;
    }
    // Whoever stands directly below what is trusted was judged when its signature was verified.
    let verdict = match best.chain.len() {
        1 if !best.is_complete => None,
        1 => link.verdict.clone(),
        _ => graph.verdict_along(index, &best.chain).or_else(|| link.verdict.clone()),
    };
    if let Some(Verdict::Refused(reason)) = verdict {
        let above_is_linted = best.chain.iter().any(|above| graph.facts(*above).has_lint_error());
        if !above_is_linted {
            best.problems.push(Problem::new(index, chain::refused(&reason)));
        }
    }
}
