//! What a lint or a check says about a document.

use serde::Serialize;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Severity {
    /// Nobody refuses it; it is worth knowing.
    Notice,
    /// It will matter: soon, or to some.
    Warning,
    /// Somebody it is made for refuses it.
    Error,
}

impl Severity {
    /// The word in reports.
    pub fn word(self) -> &'static str {
        match self {
            Self::Notice => "notice",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// One thing that is wrong: one sentence, one fix.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The stable word for this kind of finding, such as `expired`.
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What was found and what is allowed: a sentence without a full stop, in lower case.
    pub message: String,
    /// What to do about it, in the imperative.
    pub fix: String,
    /// Who says so: `RFC 5280 section 4.1.2.2`, `Apple, 2020-09-01`.
    pub source: &'static str,
    /// Which consumers refuse a document for it: `OpenSSL -x509_strict`, `Go`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub refused_by: Vec<&'static str>,
    /// The finding whose consequence this one is: it goes away with that one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub consequence_of: Option<&'static str>,
}

impl Finding {
    /// A finding of its own.
    pub fn new(
        code: &'static str,
        severity: Severity,
        source: &'static str,
        message: impl Into<String>,
        fix: impl Into<String>,
    ) -> Self {
        Self {
            code,
            severity,
            message: message.into(),
            fix: fix.into(),
            source,
            refused_by: Vec::new(),
            consequence_of: None,
        }
    }

    /// The finding as people read it, with the name of what it is about; several lines.
    pub fn text(&self, label: &str) -> String {
        let Self { code, severity, message, fix, source, refused_by, consequence_of } = self;
        let mut text = format!("{label}: {} {code}: {message} [{source}]\n", severity.word());
        if let Some(cause) = consequence_of {
            text += &format!("  because of: {cause}\n");
        }
        if !refused_by.is_empty() {
            text += &format!("  refused by: {}\n", refused_by.join(", "));
        }
        text + &format!("  fix: {fix}\n")
    }

    /// The same with who refuses it.
    #[must_use]
    pub fn refused_by(self, consumers: &'static [&'static str]) -> Self {
        Self { refused_by: consumers.to_vec(), ..self }
    }

    /// The same as a consequence of another.
    #[must_use]
    pub fn because_of(mut self, code: &'static str) -> Self {
        self.follows_from(code);
        self
    }

    /// Makes it a consequence of another, which says who refuses that.
    pub fn follows_from(&mut self, code: &'static str) {
        self.consequence_of = Some(code);
        self.refused_by.clear();
    }
}
