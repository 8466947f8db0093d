//! Documents as a tree of who signed whom, and a time line.

use std::collections::HashSet;
use std::fmt::Write as _;

use super::document::{Content, Document};
use super::facts::CertificateFacts;
use super::relations::Relations;
use super::shown::{date, moment};
use super::summary::{Places, title};

/// Octets of indentation after which a tree starts again at the margin: some thirty certificates deep.
const MOST_INDENT: usize = 120;

/// The tree: roots, what they signed, and what belongs to nothing here.
pub(super) fn tree(documents: &[Document], relations: &[Relations]) -> String {
    Tree::new(documents, relations).text()
}

struct Tree<'a> {
    documents: &'a [Document],
    relations: &'a [Relations],
    /// What each certificate signed, and where else it stands.
    children: Vec<Vec<usize>>,
    copies: Vec<Vec<usize>>,
    shown: Vec<bool>,
    out: String,
}

impl<'a> Tree<'a> {
    fn new(documents: &'a [Document], relations: &'a [Relations]) -> Self {
        let mut children = vec![Vec::new(); documents.len()];
        let mut copies = vec![Vec::new(); documents.len()];
        for (at, related) in relations.iter().enumerate() {
            if let Some(first) = related.same_as {
                copies[first].push(at);
            } else if let Some(parent) = parent(related) {
                children[parent].push(at);
            }
        }
        Self {
            documents,
            relations,
            children,
            copies,
            shown: vec![false; documents.len()],
            out: String::new(),
        }
    }

    fn text(mut self) -> String {
        let is_top =
            |at: &usize| parent(&self.relations[*at]).is_none() && self.relations[*at].same_as.is_none();
        let tops: Vec<_> =
            (0..self.documents.len()).filter(|at| self.is_signed(*at)).filter(is_top).collect();
        let is_root =
            |at: &usize| self.certificate(*at).is_some_and(|facts| facts.self_signed != Some(false));
        let (roots, orphans): (Vec<_>, Vec<_>) = tops.into_iter().partition(is_root);
        self.section("", &roots);
        self.section("signed by none of these:", &orphans);
        // Authorities that signed each other have no top.
        let left: Vec<_> = (0..self.documents.len())
            .filter(|at| self.is_signed(*at) && self.relations[*at].same_as.is_none())
            .collect();
        for at in left {
            if !self.shown[at] {
                let top = self.of_circle(at);
                self.section("signed in a circle:", &[top]);
            }
        }
        self.others();
        self.out
    }

    /// The first certificate of the circle that a way up ends in.
    fn of_circle(&self, at: usize) -> usize {
        let above = |at: usize| parent(&self.relations[at]);
        let mut met = HashSet::new();
        let on_circle = std::iter::successors(Some(at), |at| above(*at)).find(|at| !met.insert(*at));
        let Some(start) = on_circle else { return at };
        let circle = std::iter::successors(Some(start), |at| above(*at).filter(|next| *next != start));
        circle.min().unwrap_or(start)
    }

    fn certificate(&self, at: usize) -> Option<&'a CertificateFacts> {
        match &self.documents.get(at)?.content {
            Content::Certificate(facts) => Some(facts),
            _ => None,
        }
    }

    fn is_signed(&self, at: usize) -> bool {
        matches!(self.documents[at].content, Content::Certificate(_) | Content::Crl(_))
    }

    fn section(&mut self, heading: &str, tops: &[usize]) {
        if tops.is_empty() {
            return;
        }
        if !heading.is_empty() {
            self.out.push_str(heading);
            self.out.push('\n');
        }
        for top in tops {
            self.branch(*top);
        }
    }

    /// A top and all below it. A list in place of recursion: a chain may be as long as its author likes.
    fn branch(&mut self, top: usize) {
        let mut waiting = vec![(top, String::new(), String::new())];
        while let Some((at, first, rest)) = waiting.pop() {
            if std::mem::replace(&mut self.shown[at], true) {
                continue;
            }
            let line = self.line(at);
            let _ = writeln!(self.out, "{first}{line}");
            let children = &self.children[at];
            for (number, child) in children.iter().enumerate().rev() {
                let is_last = number + 1 == children.len();
                let (corner, bar) = if is_last { ("└─ ", "   ") } else { ("├─ ", "│  ") };
                // Chains may be as long as their author likes; lines may not.
                let indent = if rest.len() < MOST_INDENT { rest.as_str() } else { "" };
                waiting.push((*child, format!("{indent}{corner}"), format!("{indent}{bar}")));
            }
        }
    }

    /// `server.pem, all.pem#1: server certificate "etcd-1", 364 days left, key in server-key.pem`
    fn line(&self, at: usize) -> String {
        let (document, related) = (&self.documents[at], &self.relations[at]);
        let places = Places(self.documents);
        let mut place = document.place();
        if !self.copies[at].is_empty() {
            let _ = write!(place, ", {}", places.of(&self.copies[at]));
        }
        let mut text = format!("{place}: {}", title(document));
        match &document.content {
            Content::Certificate(facts) => {
                let _ = write!(text, ", {}", facts.lifetime.left());
                self.outlives(&mut text, at, facts);
            }
            Content::Crl(facts) => {
                if let Some(lifetime) = &facts.lifetime {
                    let _ = write!(text, ", {}", lifetime.left());
                }
            }
            _ => {}
        }
        if !related.private_keys.is_empty() {
            let _ = write!(text, ", key in {}", places.of(&related.private_keys));
        }
        if related.signed_by.is_empty() && !related.not_signed_by.is_empty() {
            let _ = write!(
                text,
                "; not signed by {}, which {} its issuer's name",
                places.of(&related.not_signed_by),
                if related.not_signed_by.len() == 1 { "has" } else { "have" }
            );
        }
        if related.not_all_tried {
            text.push_str("; not all were tried that have its issuer's name");
        }
        if related.signed_by.is_empty() && !related.perhaps_signed_by.is_empty() {
            text.push_str("; its signature cannot be verified");
        }
        text
    }

    /// No chain lasts longer than the certificate in it that ends first.
    fn outlives(&self, text: &mut String, at: usize, facts: &CertificateFacts) {
        let signer = parent(&self.relations[at]).and_then(|parent| self.certificate(parent));
        if let Some(signer) = signer.filter(|signer| signer.lifetime.end < facts.lifetime.end) {
            let _ = write!(text, " (but its issuer ends on {})", date(signer.lifetime.end));
        }
    }

    /// Requests, keys, and what is not looked into.
    fn others(&mut self) {
        let mut requests = Vec::new();
        let mut lonely = Vec::new();
        let mut unread = Vec::new();
        for (at, (document, related)) in self.documents.iter().zip(self.relations).enumerate() {
            match &document.content {
                Content::Request(_) => requests.push(at),
                Content::PrivateKey(_) if related.certificates.is_empty() && related.requests.is_empty() => {
                    lonely.push(at)
                }
                Content::PublicKey { .. } | Content::EncryptedPkcs12 | Content::Unknown { .. } => {
                    unread.push(at)
                }
                _ => {}
            }
        }
        let places = Places(self.documents);
        for (heading, list) in
            [("requests:", requests), ("keys without a certificate:", lonely), ("others:", unread)]
        {
            if !list.is_empty() {
                let _ = writeln!(self.out, "{heading}");
            }
            for at in list {
                let (document, related) = (&self.documents[at], &self.relations[at]);
                let mut line = format!("{}: {}", document.place(), title(document));
                if let Content::Request(_) = document.content {
                    for (word, numbers) in
                        [("issued as", &related.certificates), ("key in", &related.private_keys)]
                    {
                        if !numbers.is_empty() {
                            let _ = write!(line, ", {word} {}", places.of(numbers));
                        }
                    }
                }
                let _ = writeln!(self.out, "{line}");
            }
        }
    }
}

fn parent(related: &Relations) -> Option<usize> {
    related.signed_by.first().or(related.perhaps_signed_by.first()).copied()
}

/// What ends when, the soonest first.
pub(super) fn timeline(documents: &[Document], relations: &[Relations]) -> Vec<usize> {
    let mut dated: Vec<_> = documents
        .iter()
        .zip(relations)
        .enumerate()
        .filter(|(_, (_, related))| related.same_as.is_none())
        .filter_map(|(at, (document, _))| Some((document.lifetime()?.end, at)))
        .collect();
    dated.sort();
    dated.into_iter().map(|(_, at)| at).collect()
}

/// The time line for people.
pub(super) fn timeline_text(documents: &[Document], order: &[usize]) -> String {
    let mut out = String::new();
    for document in order.iter().filter_map(|at| documents.get(*at)) {
        if let Some(lifetime) = document.lifetime() {
            let line = format!(
                "{}  {:<21}  {}: {}",
                moment(lifetime.end),
                lifetime.left(),
                document.place(),
                title(document)
            );
            out += &format!("{line}\n");
        }
    }
    out
}
