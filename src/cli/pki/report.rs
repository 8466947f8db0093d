//! What `plan` and `apply` say.

use serde::{Serialize, Serializer};

use crate::cli::own::failure::Failure;
use crate::formats::Remark;
use crate::plan::{Action, Cut, Decision, Departures, HeldUp, Reason};
use crate::vocab::spoken::{moment, span};

use super::authorities::Standing;

/// What is worth a word about what was done.
#[derive(Default)]
pub(super) struct Remarks {
    /// Certificates that end with their issuers.
    cuts: Vec<String>,
    /// Every change against profile or request, and whom it concerns.
    adjustments: Vec<(String, Concerned)>,
}

/// The first few entries something concerns, and how many there are: memory stays flat.
#[derive(Default)]
struct Concerned {
    first: Vec<String>,
    count: usize,
}

impl Concerned {
    /// So many are named.
    const NAMED: usize = 3;

    fn text(&self) -> String {
        let names = self.first.join(", ");
        match self.count - self.first.len() {
            0 => names,
            more => format!("{names} and {more} more"),
        }
    }
}

impl Remarks {
    /// Notes what is worth a word about what was issued, or is going to be.
    pub(super) fn add(&mut self, name: &str, issuer: &str, departures: &Departures) {
        if let Some(cut) = departures.cut {
            self.cuts.push(cut_short(name, issuer, cut));
        }
        if departures.for_no_client {
            self.concern(Remark::NoClient.to_string(), vec![name.to_owned()], 1);
        }
        for adjustment in &departures.adjustments {
            self.concern(adjustment.to_string(), vec![name.to_owned()], 1);
        }
    }

    /// Notes that a certificate is due, and cannot be renewed for longer.
    pub(super) fn add_held_up(&mut self, name: &str, held_up: HeldUp, issuer: &Standing) {
        let why = match held_up {
            HeldUp::ByIssuer(end) => format!("{} ends on {}; {}", issuer.name, moment(end), issuer.remedy()),
            HeldUp::ByProfile(end) => {
                format!("the profile's \"not_after\" is {}; move it", moment(end))
            }
        };
        let sentence = format!("to be renewed by now, and a new one would end no later: {why}");
        self.concern(sentence, vec![name.to_owned()], 1);
    }

    /// Notes a file with a private key that nothing writes any more.
    pub(super) fn add_leftover(&mut self, file: String) {
        let sentence =
            "a private key that no entry writes any more: remove the file, or name its format in \"formats\"";
        self.concern(sentence.to_owned(), vec![file], 1);
    }

    /// Notes a file of an entry that is no more.
    pub(super) fn add_gone(&mut self, file: String) {
        let sentence = "no entry writes these files any more: remove them, with keys, requests and other formats, \
                        if nobody uses them";
        self.concern(sentence.to_owned(), vec![file], 1);
    }

    /// Notes a file that changes, and that another manifest has an entry for too.
    pub(super) fn add_rival(&mut self, file: String, manifest: &str) {
        let sentence = format!(
            "{manifest} has an entry for these files too: give one of the two another \"file\", or each makes them its own \
             in turn"
        );
        self.concern(sentence, vec![file], 1);
    }

    /// Notes a file of the earlier generation with a private key that is encrypted by now.
    pub(super) fn add_plain_copy(&mut self, file: String) {
        let sentence = "the private key that is encrypted now lies here in plain: remove the file once nobody needs \
                        the way back";
        self.concern(sentence.to_owned(), vec![file], 1);
    }

    /// Takes over another's.
    pub(super) fn append(&mut self, other: Self) {
        self.cuts.extend(other.cuts);
        for (sentence, Concerned { first, count }) in other.adjustments {
            self.concern(sentence, first, count);
        }
    }

    fn concern(&mut self, sentence: String, names: Vec<String>, count: usize) {
        let at = match self.adjustments.iter().position(|(known, _)| *known == sentence) {
            Some(at) => at,
            None => {
                self.adjustments.push((sentence, Concerned::default()));
                self.adjustments.len() - 1
            }
        };
        let Some((_, concerned)) = self.adjustments.get_mut(at) else { return };
        concerned.count += count;
        let room = Concerned::NAMED.saturating_sub(concerned.first.len());
        concerned.first.extend(names.into_iter().take(room));
    }

    /// That none ends earlier than asked.
    pub(super) fn refuse_cuts(&self) -> Result<(), Failure> {
        match self.cuts.first() {
            None => Ok(()),
            Some(cut) => {
                Err(Failure::new(cut.as_str()).with_hint("shorten its \"expiry\", or renew its issuer"))
            }
        }
    }

    /// Everything: a change is said once, with those it concerns in front.
    pub(super) fn into_notes(self) -> Vec<String> {
        let changes = self.adjustments.iter().map(|(sentence, who)| format!("{}: {sentence}", who.text()));
        let changes: Vec<_> = changes.collect();
        self.cuts.into_iter().chain(changes).collect()
    }
}

/// A certificate ends with its issuer, in words.
pub(in crate::cli) fn cut_short(name: &str, issuer: &str, cut: Cut) -> String {
    let Cut { end, by } = cut;
    format!("{name} ends on {} with {issuer}, {} earlier than asked", moment(end), span(by.whole_seconds()))
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
    /// What a decision makes of its entry.
    pub(super) fn of(decision: &Decision) -> Self {
        let is_new = decision.reasons.contains(&Reason::New);
        match (&decision.refusal, decision.action) {
            (Some(_), _) => Self::Refused,
            (None, Action::Keep) if decision.reasons.is_empty() => Self::Unchanged,
            (None, _) if is_new => Self::New,
            (None, _) => Self::Change,
        }
    }

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
        let reasons =
            decision.reasons.iter().map(|r| LineReason { code: r.code(), text: r.to_string() }).collect();
        let refusal = decision.refusal.as_ref();
        Self {
            name: name.to_owned(),
            status: Status::of(decision),
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
#[derive(Serialize)]
pub(super) struct Report<'a, Lines: Iterator<Item = Line> + Clone> {
    #[serde(serialize_with = "one_by_one")]
    pub(super) entries: Lines,
    pub(super) notes: &'a [String],
    pub(super) summary: Summary,
}

fn one_by_one<S: Serializer>(
    lines: &(impl Iterator<Item = Line> + Clone),
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(lines.clone())
}
