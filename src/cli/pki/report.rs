//! What `plan` and `apply` say.

use serde::Serialize;
use time::Duration;
use time::format_description::well_known::Rfc3339;

use crate::issue::certificate::Certificate;
use crate::plan::{Action, Decision};

/// Something worth a word about what was done.
pub(super) struct Note(pub(super) String);

impl Note {
    /// A certificate ends with its issuer.
    pub(super) fn cut(name: &str, issuer: &str, certificate: &Certificate, cut: Duration) -> Self {
        let end = certificate.validity().not_after;
        let end = end.format(&Rfc3339).unwrap_or_else(|_| end.to_string());
        Self(format!("{name} ends on {end} with {issuer}, {} earlier than asked", days(cut)))
    }
}

fn days(time: Duration) -> String {
    match time.whole_days() {
        0 => format!("{} hours", time.whole_hours()),
        1 => "1 day".into(),
        days => format!("{days} days"),
    }
}

/// What becomes of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Status {
    New,
    Change,
    Unchanged,
    Refused,
}

impl Status {
    fn sign(self) -> char {
        match self {
            Self::New => '+',
            Self::Change => '~',
            Self::Unchanged => '=',
            Self::Refused => '!',
        }
    }
}

/// One line of a plan.
#[derive(Debug, Serialize)]
pub(super) struct Line {
    pub(super) name: String,
    pub(super) status: Status,
    pub(super) reasons: Vec<LineReason>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) refusal: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) hint: Option<String>,
}

/// A reason, for machines and for people.
#[derive(Debug, Serialize)]
pub(super) struct LineReason {
    pub(super) code: &'static str,
    pub(super) text: String,
}

impl Line {
    pub(super) fn unchanged(name: String) -> Self {
        Self { name, status: Status::Unchanged, reasons: Vec::new(), refusal: None, hint: None }
    }

    pub(super) fn of(name: &str, decision: &Decision) -> Self {
        let is_new = decision.reasons.iter().any(|reason| reason.code() == "new");
        let status = match (&decision.refusal, decision.action) {
            (Some(_), _) => Status::Refused,
            (None, Action::Keep) if decision.reasons.is_empty() => Status::Unchanged,
            (None, _) if is_new => Status::New,
            (None, _) => Status::Change,
        };
        let reasons =
            decision.reasons.iter().map(|r| LineReason { code: r.code(), text: r.to_string() }).collect();
        let refusal = decision.refusal.as_ref();
        Self {
            name: name.to_owned(),
            status,
            reasons,
            refusal: refusal.map(ToString::to_string),
            hint: refusal.and_then(crate::plan::Refusal::hint),
        }
    }

    /// The line for people.
    pub(super) fn text(&self) -> String {
        let why: Vec<_> = match &self.refusal {
            Some(refusal) => vec![refusal.as_str()],
            None => self.reasons.iter().map(|reason| reason.text.as_str()).collect(),
        };
        let mut text = format!("{} {}", self.status.sign(), self.name);
        if !why.is_empty() {
            text += &format!(": {}", why.join(", "));
        }
        if let Some(hint) = &self.hint {
            text += &format!("\n  hint: {hint}");
        }
        text.push('\n');
        text
    }
}

/// How many entries there are of each status.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub(super) struct Summary {
    pub(super) new: usize,
    pub(super) changed: usize,
    pub(super) unchanged: usize,
    pub(super) refused: usize,
}

impl Summary {
    pub(super) fn count(&mut self, status: Status) {
        match status {
            Status::New => self.new += 1,
            Status::Change => self.changed += 1,
            Status::Unchanged => self.unchanged += 1,
            Status::Refused => self.refused += 1,
        }
    }

    /// Whether there is something to do.
    pub(super) fn is_work(&self) -> bool {
        self.new + self.changed + self.refused > 0
    }
}

/// The whole plan, for machines.
#[derive(Debug, Serialize)]
pub(super) struct Report<'a> {
    pub(super) entries: &'a [Line],
    pub(super) notes: &'a [String],
    pub(super) summary: Summary,
}
