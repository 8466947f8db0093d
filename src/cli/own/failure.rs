//! How a failure of our own commands reads: `error: MESSAGE`, then `hint: ADVICE` where there is advice.

use crate::cli::streams;
use crate::formats::FormatError;
use crate::formats::pkcs12::Pkcs12Error;
use crate::issue::certificate::CertificateError;
use crate::issue::csr::CsrError;
use crate::issue::error::IssueError;
use crate::issue::path::PathError;
use crate::key::KeyError;
use crate::output::files::{WriteError, go_reason};
use crate::plan::PlanError;
use crate::store::StoreError;

/// A failure of a command.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::cli) struct Failure {
    /// What is wrong, a fragment without a full stop.
    pub(in crate::cli) message: String,
    /// What to do about it.
    pub(in crate::cli) hint: Option<String>,
}

impl Failure {
    /// A message without advice.
    pub(in crate::cli) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), hint: None }
    }

    /// The same with this advice.
    pub(in crate::cli) fn with_hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    /// The same with what failed in front: `CONTEXT: MESSAGE`.
    pub(in crate::cli) fn within(self, context: impl std::fmt::Display) -> Self {
        Self { message: format!("{context}: {}", self.message), ..self }
    }

    /// The same, for a message that begins with a place in this file: `FILE:LINE:COLUMN: MESSAGE`.
    pub(in crate::cli) fn at(self, file: &std::path::Path) -> Self {
        Self { message: format!("{}:{}", file.display(), self.message), ..self }
    }

    /// Prints it to standard error; nothing where there is nothing to say, see [`streams::print`].
    pub(in crate::cli) fn print(&self) {
        if self.message.is_empty() {
            return;
        }
        let hint = self.hint.as_ref().map_or_else(String::new, |hint| format!("  hint: {hint}\n"));
        streams::print_error(&format!("error: {}\n{hint}", self.message));
    }
}

impl From<String> for Failure {
    fn from(message: String) -> Self {
        Self::new(message)
    }
}

/// An error with its causes on one line, and its advice.
fn explained(error: &dyn std::error::Error, hint: Option<String>) -> Failure {
    let mut message = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        // Some texts hold their cause already.
        let text = error.to_string();
        if !message.ends_with(&text) {
            message += &format!(": {text}");
        }
        cause = error.source();
    }
    Failure { message, hint }
}

macro_rules! from_errors_with_hints {
    ($($error:ty),* $(,)?) => {
        $(impl From<$error> for Failure {
            fn from(error: $error) -> Self {
                explained(&error, error.hint())
            }
        })*
    };
}

from_errors_with_hints![
    CertificateError,
    CsrError,
    FormatError,
    IssueError,
    KeyError,
    PathError,
    Pkcs12Error,
    PlanError,
    StoreError,
];

impl From<WriteError> for Failure {
    fn from(error: WriteError) -> Self {
        Self { message: format!("{error}: {}", go_reason(error.reason())), hint: error.hint() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io;

    #[test]
    fn causes_and_advice_are_told() {
        let failure = Failure::from(CertificateError::Key(KeyError::NoPem)).within("cannot read \"a\"");
        assert_eq!(
            failure.message,
            "cannot read \"a\": the key of the certificate cannot be read: no PEM block with a private key found"
        );
        let source = || io::Error::from(io::ErrorKind::UnexpectedEof);
        let failure = Failure::from(WriteError::Write { path: "a".into(), source: source() });
        assert_eq!(
            (failure.message.as_str(), failure.hint),
            ("cannot write \"a\": unexpected end of file", None)
        );
        let failure = Failure::from(FormatError::NoServer);
        assert_eq!(failure.hint, FormatError::NoServer.hint());
    }
}
