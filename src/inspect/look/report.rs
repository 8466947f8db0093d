//! All that was found, and how it belongs together.

use serde::Serialize;

use super::details::details;
use super::document::Document;
use super::relations::{Relations, relate};
use super::summary::summary;
use super::tree::{timeline, timeline_text, tree};

/// With more documents than this, summaries would hide the tree.
const MOST_SUMMARIES: usize = 8;

/// Documents and their relations.
#[derive(Debug)]
pub struct Report {
    documents: Vec<Document>,
    relations: Vec<Relations>,
}

/// The report for programs.
#[derive(Serialize)]
struct Json<'a> {
    documents: Vec<Related<'a>>,
    timeline: Vec<Dated<'a>>,
}

#[derive(Serialize)]
struct Related<'a> {
    #[serde(flatten)]
    document: &'a Document,
    #[serde(flatten)]
    relations: &'a Relations,
}

#[derive(Serialize)]
struct Dated<'a> {
    not_after: &'a str,
    days_left: i64,
    document: usize,
}

impl Report {
    /// Finds out how documents relate.
    pub fn new(documents: Vec<Document>) -> Self {
        let relations = relate(&documents);
        Self { documents, relations }
    }

    /// What could not be read.
    pub fn damage(&self) -> impl Iterator<Item = String> {
        self.documents.iter().filter_map(Document::damage)
    }

    /// For people: summaries (with everything else if `full`), the tree, and the time line.
    pub fn text(&self, full: bool) -> String {
        let readable: Vec<_> =
            (0..self.documents.len()).filter(|at| self.documents[*at].damage().is_none()).collect();
        let mut parts = Vec::new();
        if full || readable.len() <= MOST_SUMMARIES {
            for at in &readable {
                let mut text = summary(*at, &self.documents, &self.relations);
                if full {
                    text += &details(&self.documents[*at]);
                }
                parts.push(text);
            }
        }
        if readable.len() > 1 {
            parts.push(format!("Who signed whom\n{}", tree(&self.documents, &self.relations)));
            let order = timeline(&self.documents, &self.relations);
            if order.len() > 1 {
                parts.push(format!("What ends when\n{}", timeline_text(&self.documents, &order)));
            }
        }
        parts.join("\n")
    }

    /// For programs.
    pub fn json(&self) -> impl Serialize {
        let documents = self.documents.iter().zip(&self.relations);
        let dated = timeline(&self.documents, &self.relations).into_iter().filter_map(|at| {
            let lifetime = self.documents[at].lifetime()?;
            Some(Dated { not_after: &lifetime.not_after, days_left: lifetime.days_left, document: at })
        });
        Json {
            documents: documents.map(|(document, relations)| Related { document, relations }).collect(),
            timeline: dated.collect(),
        }
    }
}
