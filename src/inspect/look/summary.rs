//! The summary of one document, for people.

use super::document::{Content, Document, PrivateKeyFacts};
use super::extension::basic_constraints;
use super::facts::{CertificateFacts, CrlFacts, Lifetime, RequestFacts};
use super::relations::Relations;
use super::shown::{moment, quoted};
use crate::vocab::spoken::{counted, span};

/// Lines with a word in front, in a column.
pub(super) struct Lines(String);

impl Lines {
    pub(super) fn new(title: &str) -> Self {
        Self(format!("{title}\n"))
    }

    /// One line; nothing where there is nothing to say.
    pub(super) fn add(&mut self, word: &str, text: impl AsRef<str>) {
        let text = text.as_ref();
        if !text.is_empty() {
            self.0 += &format!("  {word:<11}{text}\n");
        }
    }

    pub(super) fn text(self) -> String {
        self.0
    }
}

impl Document {
    /// What is wrong with it, if it cannot be read: `FILE: damaged certificate: REASON`.
    pub fn damage(&self) -> Option<String> {
        let is_damaged = matches!(self.content, Content::Damaged { .. } | Content::Unreadable { .. });
        is_damaged.then(|| format!("{}: {}", self.place(), title(self)))
    }
}

/// What the document is and for whom: `server certificate "etcd-1"`.
pub(super) fn title(document: &Document) -> String {
    let name = |common_name: &Option<String>, subject: &str| match common_name {
        Some(name) => format!(" {}", quoted(name)),
        None if subject.is_empty() => String::new(),
        None => format!(" {subject}"),
    };
    let title = match &document.content {
        Content::Certificate(facts) => {
            let self_signed =
                if facts.self_signed == Some(true) && !facts.is_ca { "self-signed " } else { "" };
            format!("{self_signed}{}{}", facts.kind.text(), name(&facts.common_name, &facts.subject))
        }
        Content::Request(facts) => {
            format!("certificate request (CSR){}", name(&facts.common_name, &facts.subject))
        }
        Content::Crl(facts) => format!("CRL of {}", facts.issuer),
        Content::PrivateKey(PrivateKeyFacts { encrypted, note, key }) => {
            let kind = key.as_ref().map_or_else(String::new, |key| format!(" {}", key.text()));
            let note = note.as_ref().map_or_else(String::new, |note| format!(": {note}"));
            format!("private key{kind}{}{note}", if *encrypted { ", encrypted" } else { "" })
        }
        Content::PublicKey { key } => format!("public key {}", key.text()),
        Content::EncryptedPkcs12 => "PKCS#12 file, encrypted".to_owned(),
        Content::Unknown { label } => format!("{}, not looked into", crate::vocab::quote::printable(label)),
        Content::Unreadable { label, error } => {
            format!("unreadable {label}: {}", crate::vocab::quote::printable(error))
        }
        Content::Damaged { label, error } => {
            let [label, error] = [label, error].map(|text| crate::vocab::quote::printable(text));
            format!("damaged {label}: {error}")
        }
    };
    match &document.alias {
        Some(alias) => format!("{title}, alias {}", quoted(alias)),
        None => title,
    }
}

/// The summary of a document among others.
pub(super) fn summary(at: usize, documents: &[Document], relations: &[Relations]) -> String {
    let (Some(document), Some(related)) = (documents.get(at), relations.get(at)) else {
        return String::new();
    };
    let mut lines = Lines::new(&format!("{}: {}", document.place(), title(document)));
    let places = Places(documents);
    match &document.content {
        Content::Certificate(facts) => certificate(&mut lines, facts, related, places),
        Content::Request(facts) => request(&mut lines, facts, related, places),
        Content::Crl(facts) => crl(&mut lines, facts, related, places),
        Content::PrivateKey(facts) => private_key(&mut lines, facts, related, places),
        Content::PublicKey { key } => lines.add("SHA-256", &key.sha256),
        Content::EncryptedPkcs12 => lines.add("contents", "--password-file and --password-env open it"),
        Content::Unknown { .. } | Content::Unreadable { .. } | Content::Damaged { .. } => {}
    }
    lines.text()
}

/// So many places are named in a list.
const MOST_PLACES: usize = 4;

/// Names documents by their numbers; the first few of many.
#[derive(Clone, Copy)]
pub(super) struct Places<'a>(pub(super) &'a [Document]);

impl Places<'_> {
    pub(super) fn of(self, numbers: &[usize]) -> String {
        let places = numbers.iter().filter_map(|at| self.0.get(*at)).map(Document::place);
        let text = places.take(MOST_PLACES).collect::<Vec<_>>().join(", ");
        match numbers.len() {
            0..=MOST_PLACES => text,
            more => format!("{text} and {} more", more - MOST_PLACES),
        }
    }
}

fn certificate(lines: &mut Lines, facts: &CertificateFacts, related: &Relations, places: Places<'_>) {
    lines.add("for", facts.names.texts().join(", "));
    lines.add("subject", if facts.subject.is_empty() { "(empty)" } else { &facts.subject });
    lines.add("issued by", issuer(facts, related, places));
    lines.add("valid", validity(&facts.lifetime));
    lines.add("may", may(&facts.usages, facts.is_ca, facts.path_length));
    lines.add("key", with_places(&facts.key.text(), "in", &places.of(&related.private_keys)));
    lines.add("signature", &facts.signature_algorithm);
    lines.add("serial", &facts.serial);
    lines.add("SHA-256", &facts.sha256);
    lines.add("SHA-1", &facts.sha1);
    if let Some(first) = related.same_as {
        lines.add("same as", places.of(&[first]));
    }
}

fn with_places(text: &str, word: &str, places: &str) -> String {
    if places.is_empty() { text.to_owned() } else { format!("{text}, {word} {places}") }
}

fn issuer(facts: &CertificateFacts, related: &Relations, places: Places<'_>) -> String {
    let name = &facts.issuer;
    match facts.self_signed {
        Some(true) if related.signed_by.is_empty() => return "itself".to_owned(),
        None if related.signed_by.is_empty() => {
            return "itself, perhaps: the signature cannot be verified".to_owned();
        }
        _ => {}
    }
    let signed = places.of(&related.signed_by);
    let not = places.of(&related.not_signed_by);
    let perhaps = places.of(&related.perhaps_signed_by);
    match (signed.as_str(), not.as_str(), perhaps.as_str()) {
        ("", "", "") if facts.is_self_issued() => format!("{name}, but not with its own key"),
        ("", "", "") => name.clone(),
        ("", not, "") => format!("{name}, but not with the key of {not}{}", rest(related)),
        ("", _, perhaps) => format!("{name}, perhaps {perhaps} (the signature cannot be verified)"),
        (signed, _, _) => format!("{name}, in {signed}"),
    }
}

/// That there are more than what was tried.
fn rest(related: &Relations) -> &'static str {
    if related.not_all_tried { " (not all of its name were tried)" } else { "" }
}

/// From when to when, how long, and how long still.
pub(super) fn validity(lifetime: &Lifetime) -> String {
    let (begin, end) = (moment(lifetime.begin), moment(lifetime.end));
    let whole = match lifetime.end - lifetime.begin {
        whole if whole.is_negative() => "ends before it begins".to_owned(),
        whole => span(whole.whole_seconds()),
    };
    format!("{begin} to {end} ({whole}): {}", lifetime.left())
}

/// What a certificate may do.
fn may(usages: &[String], is_ca: bool, path_length: Option<u32>) -> String {
    let constraints = (is_ca || path_length.is_some()).then(|| basic_constraints(is_ca, path_length));
    let all: Vec<_> = usages.iter().cloned().chain(constraints).collect();
    if all.is_empty() { "anything: no usage is named".to_owned() } else { all.join(", ") }
}

fn request(lines: &mut Lines, facts: &RequestFacts, related: &Relations, places: Places<'_>) {
    lines.add("for", facts.names.texts().join(", "));
    lines.add("subject", if facts.subject.is_empty() { "(empty)" } else { &facts.subject });
    if facts.is_ca || facts.path_length.is_some() || !facts.usages.is_empty() {
        lines.add("asks for", may(&facts.usages, facts.is_ca, facts.path_length));
    }
    lines.add("key", with_places(&facts.key.text(), "in", &places.of(&related.private_keys)));
    let verdict = match facts.signature_verified {
        Some(true) => "by its key",
        Some(false) => "NOT by its key: the request was changed or is damaged",
        None => "which cannot be verified",
    };
    lines.add("signature", format!("{}, {verdict}", facts.signature_algorithm));
    lines.add("issued", places.of(&related.certificates));
    lines.add("SHA-256", &facts.sha256);
}

fn crl(lines: &mut Lines, facts: &CrlFacts, related: &Relations, places: Places<'_>) {
    let signed = places.of(&related.signed_by);
    let not = places.of(&related.not_signed_by);
    match (signed.as_str(), not.as_str()) {
        ("", "") => {}
        ("", not) => lines.add("signed by", format!("another key than that of {not}{}", rest(related))),
        (signed, _) => lines.add("signed by", signed),
    }
    match &facts.lifetime {
        Some(lifetime) => lines.add("valid", validity(lifetime)),
        None => lines.add("valid", format!("from {}, without a next update", facts.this_update)),
    }
    let count = facts.revoked.len();
    lines.add("revoked", counted(count, "certificate"));
    lines.add("signature", &facts.signature_algorithm);
    lines.add("SHA-256", &facts.sha256);
}

fn private_key(lines: &mut Lines, facts: &PrivateKeyFacts, related: &Relations, places: Places<'_>) {
    let Some(key) = &facts.key else { return };
    lines.add("belongs to", places.of(&[related.certificates.as_slice(), &related.requests].concat()));
    lines.add("public", format!("SHA-256 {}", key.sha256));
}
