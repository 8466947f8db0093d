//! All rules over all that was read.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use x509_parser::certificate::X509Certificate;
use x509_parser::prelude::FromDer;

use super::assess::{Assessed, Problem, assess};
use super::causes;
use super::facts::Index;
use super::graph::Graph;
use super::material::{Located, Material, Origin};
use super::names::Host;
use super::question::Question;
use super::report::{Report, Row};
use super::role::{self, Role};
use super::rules::chain::{consequence, purposes_of};
use super::rules::{files, hosts, lifetime, modes, pairing, revocation, roles, serials, time, trusted};
use crate::lint::{self, Finding, Severity};

/// What is wrong between a certificate and its issuers.
const OF_CHAINS: [&str; 10] = [
    "aki-mismatch",
    "bad-signature",
    "issuer-invalid",
    "issuer-name-written",
    "issuer-replaced",
    "outlives-issuer",
    "path-length",
    "signature-unknown",
    "unknown-issuer",
    "untrusted-root",
];

/// What hinders others although nobody needs it.
const IN_THE_WAY: &str = "expired-in-front";

/// Who takes nothing but the name and the key from a certificate that is trusted (RFC 5280 section 6.1.1 (d)).
const TRUST_AS_IT_IS: [&str; 2] = ["rustls", "Java"];

/// Checks what was read.
pub fn check(material: &Material, question: &Question) -> Report {
    let mut run = Run::new(material, question);
    run.certificates();
    run.files();
    run.roles_and_hosts();
    run.lints();
    run.requests();
    let mut findings = std::mem::take(&mut run.findings);
    let by_owner = std::mem::take(&mut run.by_owner);
    let untold = by_owner.into_iter().filter(|(key, _)| !run.told.contains(key));
    findings.extend(untold.map(|((owner, _), finding)| material.about(owner, finding)));
    findings.extend(pairing::of(&run.graph, question.role));
    findings.extend(trusted::of(&mut run.graph, &run.above));
    findings.extend(modes::of(material, question));
    findings.extend(revocation::of(&mut run.graph));
    findings.extend(serials::of(&mut run.graph));
    findings.extend(material.findings.iter().cloned());
    causes::mark(&mut findings);
    let findings = run.settled(findings);
    Report { findings, certificates: run.rows }
}

/// A run over the material.
struct Run<'m> {
    graph: Graph<'m>,
    question: &'m Question,
    /// Every certificate once, without those that are only trusted.
    targets: Vec<Index>,
    findings: Vec<Located>,
    /// What is wrong along chains, once for each certificate at fault and each code.
    by_owner: BTreeMap<(Index, &'static str), Finding>,
    /// What among them a lint says.
    told: HashSet<(Index, &'static str)>,
    /// Authorities that an end entity stands below.
    used: HashSet<Index>,
    /// Authorities that anything stands below.
    above: HashSet<Index>,
    rows: Vec<Row>,
}

impl<'m> Run<'m> {
    fn new(material: &'m Material, question: &'m Question) -> Self {
        let graph = Graph::new(material, question.now);
        let is_target = |index: &Index| {
            let origin = material.files[material.certificates[*index].file].origin;
            graph.is_first(*index) && origin != Origin::Trusted
        };
        let targets = (0..material.certificates.len()).filter(is_target).collect();
        Self {
            graph,
            question,
            targets,
            findings: Vec::new(),
            by_owner: BTreeMap::new(),
            told: HashSet::new(),
            used: HashSet::new(),
            above: HashSet::new(),
            rows: Vec::new(),
        }
    }

    fn certificates(&mut self) {
        for index in self.targets.clone() {
            let assessed = assess(&mut self.graph, self.question, index);
            let facts = self.graph.facts(index);
            let ends = assessed.chain.iter().map(|above| self.graph.facts(*above).not_after);
            let effective_not_after = ends.fold(facts.not_after, i64::min);
            self.rows.push(Row { index, effective_not_after });
            self.above.extend(assessed.chain.iter().copied());
            if !facts.is_authority() {
                self.used.extend(assessed.chain.iter().copied());
            }
            for finding in lifetime::of(&self.graph, self.question, index) {
                self.add(index, finding);
            }
            if let Some(finding) = time::of(&self.graph, self.question, index) {
                self.by_owner.insert((index, finding.code), finding);
            }
            self.problems(index, assessed);
        }
    }

    /// What is wrong with a certificate, and what follows for it from what is wrong above it.
    fn problems(&mut self, index: Index, assessed: Assessed) {
        let mut worst: Option<Problem> = None;
        for problem in assessed.problems {
            let Problem { owner, finding, is_told } = &problem;
            if *is_told {
                self.told.insert((*owner, finding.code));
            }
            let known = self.by_owner.entry((*owner, finding.code)).or_insert_with(|| finding.clone());
            if known.severity < finding.severity {
                known.clone_from(finding);
            }
            let follows = finding.severity == Severity::Error || time::consequence(finding.code).is_some();
            let is_worse = worst.as_ref().is_none_or(|worst| worst.finding.severity < finding.severity);
            if *owner != index && follows && is_worse {
                worst = Some(problem);
            }
        }
        if let Some(Problem { owner, finding, is_told: _ }) = worst {
            let words = time::consequence(finding.code);
            // Who has the same fault is told so already.
            if self.by_owner.contains_key(&(index, finding.code)) {
                return;
            }
            let finding = consequence(&self.graph, owner, &finding, words);
            self.add(index, finding);
        }
    }

    /// Files with several certificates, and what servers show.
    fn files(&mut self) {
        let material = self.graph.material;
        for file in 0..material.files.len() {
            if material.files[file].origin == Origin::Trusted {
                continue;
            }
            let is_live = material.files[file].origin == Origin::Live;
            if material.files[file].embedded {
                continue;
            }
            let range = material.certificates_of(file);
            if range.len() < 2 && !is_live {
                continue;
            }
            let leaf = range.clone().find(|index| !self.graph.facts(*index).is_authority());
            if let Some(leaf) = leaf {
                let first = self.graph.first(leaf);
                let assessed = assess(&mut self.graph, self.question, first);
                self.findings.extend(files::of(&self.graph, file, leaf, &assessed));
            }
        }
    }

    fn roles_and_hosts(&mut self) {
        let hosts = &self.question.hosts;
        let asked = if hosts.is_empty() { Vec::new() } else { self.servers() };
        let shown = self.shown();
        match self.question.role {
            Some(role) => {
                let meant = self.of_role(role);
                for index in &meant {
                    self.lacks(*index, |parsed| role::findings(role, parsed));
                }
                self.findings.extend(roles::of(&self.graph, role, &meant));
            }
            None => {
                let servers: BTreeSet<_> =
                    shown.iter().map(|(index, _)| *index).chain(asked.clone()).collect();
                servers.into_iter().for_each(|index| self.lacks(index, role::findings_of_server));
            }
        }
        for index in asked {
            hosts::of(&self.graph, index, hosts).into_iter().for_each(|finding| self.add(index, finding));
        }
        // Servers that were connected to have to have the name they were asked for by.
        for (index, host) in shown.into_iter().filter(|_| hosts.is_empty()) {
            let Some(host) = host else { continue };
            hosts::of(&self.graph, index, &[host]).into_iter().for_each(|finding| self.add(index, finding));
        }
    }

    fn lacks(&mut self, index: Index, rule: impl Fn(&X509Certificate<'_>) -> Vec<Finding>) {
        if let Ok((_, parsed)) = X509Certificate::from_der(&self.graph.facts(index).der) {
            rule(&parsed).into_iter().for_each(|finding| self.add(index, finding));
        }
    }

    /// The certificates a role is about: authorities or end entities; where there are none, all.
    fn of_role(&self, role: Role) -> Vec<Index> {
        let is_meant = |index: &Index| {
            let facts = self.graph.facts(*index);
            match role {
                Role::Root => facts.is_authority() && facts.is_self_issued(),
                Role::Intermediate => facts.is_authority() && !facts.is_self_issued(),
                _ => !facts.is_authority() && !self.above.contains(index),
            }
        };
        let mut meant = self.targets_that(is_meant);
        // Authorities without any key are what clients on Java trust.
        if role == Role::Java && self.graph.material.keys.is_empty() {
            meant.retain(|index| !self.graph.facts(*index).is_authority() || self.is_shown(*index));
        }
        meant
    }

    fn is_shown(&self, index: Index) -> bool {
        self.graph.material.files[self.graph.facts(index).file].origin == Origin::Live
    }

    /// End entities that may be servers.
    fn servers(&self) -> Vec<Index> {
        const SERVER_AUTH: &str = "1.3.6.1.5.5.7.3.1";
        let leaves = self
            .targets_that(|index| !self.graph.facts(*index).is_authority() && !self.above.contains(index));
        let serves = |index: &Index| {
            let purposes = purposes_of(&self.graph, *index);
            purposes.is_none_or(|found| found.iter().any(|purpose| purpose.to_string() == SERVER_AUTH))
        };
        let shown: BTreeSet<_> = self.shown().into_iter().map(|(index, _)| index).collect();
        let files = leaves.iter().copied().filter(|index| serves(index) && !shown.contains(index));
        let servers: Vec<_> = shown.iter().copied().chain(files).collect();
        if servers.is_empty() { leaves } else { servers }
    }

    fn targets_that(&self, is_meant: impl Fn(&Index) -> bool) -> Vec<Index> {
        let meant: Vec<_> = self.targets.iter().copied().filter(is_meant).collect();
        let first_of_file = |index: &Index| self.graph.facts(*index).position == 0;
        // Who is meant may be the one that cannot be read.
        match meant.is_empty() && !self.graph.material.is_broken {
            true => self.targets.iter().copied().filter(first_of_file).collect(),
            false => meant,
        }
    }

    /// The certificates of servers that were connected to, and the hosts they were asked for by.
    fn shown(&self) -> Vec<(Index, Option<Host>)> {
        let files = self.graph.material.files.iter();
        let shown = files.filter(|file| file.origin == Origin::Live && file.certificates > 0);
        shown.map(|file| (self.graph.first(file.first_certificate), file.host.clone())).collect()
    }

    fn lints(&mut self) {
        let material = self.graph.material;
        for (index, facts) in material.certificates.iter().enumerate() {
            let is_trusted_only = material.files[facts.file].origin == Origin::Trusted;
            if self.graph.is_first(index) && (!is_trusted_only || self.above.contains(&index)) {
                let lints = facts.lints.iter().cloned();
                self.findings.extend(lints.map(|finding| material.about(index, finding)));
            }
        }
    }

    /// Requests. To verify one takes most of its time, so that of those that `apply` keeps, by the thousand, the ones
    /// are left out that say what their certificates say.
    fn requests(&mut self) {
        let material = self.graph.material;
        let certified: HashMap<_, _> = match material.requests.is_empty() {
            true => HashMap::new(),
            false => material.certificates.iter().map(|facts| (facts.key, facts)).collect(),
        };
        for request in &material.requests {
            let certificate = request.key.and_then(|key| certified.get(&key));
            let is_managed = material.files[request.file].managed;
            let is_vouched_for = is_managed && certificate.is_some_and(|facts| request.says_the_same(facts));
            let found =
                if is_vouched_for { lint::granted_csr(&request.der) } else { lint::csr(&request.der) };
            let located = |finding| Located { file: request.file, position: None, finding };
            self.findings.extend(found.into_iter().map(located));
        }
    }

    fn add(&mut self, index: Index, finding: Finding) {
        self.findings.push(self.graph.material.about(index, finding));
    }

    /// The findings as they are told: what nobody needs is a notice, what is refused by whom one asked for an error;
    /// in the order of the files.
    fn settled(&self, mut findings: Vec<Located>) -> Vec<Located> {
        let material = self.graph.material;
        let is_ignored = |code: &str| self.question.ignored.iter().any(|ignored| ignored == code);
        findings.retain(|found| {
            let Finding { code, consequence_of, .. } = &found.finding;
            !is_ignored(code) && !consequence_of.is_some_and(is_ignored)
        });
        let spare = self.spare();
        findings.retain_mut(|found| {
            let is_spare = self.index_of(found).is_some_and(|index| spare.contains(&index))
                && found.finding.code != IN_THE_WAY;
            if !is_spare {
                return true;
            }
            let is_trusted = material.files[found.file].origin == Origin::Trusted;
            let is_alone = material.certificates_of(found.file).len() == 1 && !is_trusted;
            if !is_alone || found.finding.code == "untrusted-root" {
                found.finding.severity = Severity::Notice;
            }
            // Who has another way up does not mind what else is trusted.
            if is_trusted {
                found.finding.refused_by.clear();
            }
            // Who its issuers are does not matter if nobody needs it; that it is there, or old, is worth knowing.
            is_alone || !OF_CHAINS.contains(&found.finding.code)
        });
        for found in &mut findings {
            // What a role needs is asked of what is shown, trusted or not.
            let is_of_role = found.finding.code.starts_with("role-");
            if !is_of_role && self.index_of(found).is_some_and(|index| self.graph.is_trusted(index)) {
                found.finding.refused_by.retain(|consumer| !TRUST_AS_IT_IS.contains(consumer));
            }
            self.question.policies.iter().for_each(|policy| policy.judge(&mut found.finding));
        }
        findings.sort_by_key(|found| (found.file, found.position, std::cmp::Reverse(found.finding.severity)));
        findings
    }

    /// The certificate a finding is about.
    fn index_of(&self, found: &Located) -> Option<Index> {
        let range = self.graph.material.certificates_of(found.file);
        match found.position {
            Some(position) => Some(range.start + position),
            None if range.len() == 1 => Some(range.start),
            None => None,
        }
    }

    /// Authorities that no end entity here stands below, though there are end entities.
    fn spare(&self) -> HashSet<Index> {
        if self.used.is_empty() {
            return HashSet::new();
        }
        let is_spare = |index: &Index| self.graph.facts(*index).is_authority() && !self.used.contains(index);
        let trusted = self.above.iter().copied().filter(|index| self.graph.is_trusted(*index));
        self.targets.iter().copied().chain(trusted).filter(is_spare).collect()
    }
}
