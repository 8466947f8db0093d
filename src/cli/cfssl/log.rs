//! cfssl's log lines.

use time::OffsetDateTime;
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;

use crate::cli::streams::print_error;

/// A line's level, by cfssl's numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    /// 1
    Info = 1,
    /// 2
    Warning = 2,
    /// 3
    Error = 3,
}

impl Level {
    fn word(self) -> &'static str {
        match self {
            Self::Info => "INFO",
            Self::Warning => "WARNING",
            Self::Error => "ERROR",
        }
    }
}

/// Writes log lines from a level on.
#[derive(Debug)]
pub(super) struct Log {
    /// Lines below this are dropped; any number goes.
    pub(super) threshold: i64,
}

const TIMESTAMP: &[BorrowedFormatItem<'_>] =
    format_description!("[year]/[month]/[day] [hour]:[minute]:[second]");

impl Log {
    pub(super) fn info(&self, message: &str) {
        self.line(Level::Info, message);
    }

    pub(super) fn warning(&self, message: &str) {
        self.line(Level::Warning, message);
    }

    pub(super) fn error(&self, message: &str) {
        self.line(Level::Error, message);
    }

    fn line(&self, level: Level, message: &str) {
        if (level as i64) < self.threshold {
            return;
        }
        print_error(&format!("{} [{}] {message}\n", timestamp(), level.word()));
    }
}

/// Local time, as cfssl writes it; UTC where the zone cannot be read.
#[expect(clippy::disallowed_methods, reason = "the command line is where the clock is read")]
fn timestamp() -> String {
    let now = OffsetDateTime::now_local().unwrap_or_else(|_| OffsetDateTime::now_utc());
    now.format(TIMESTAMP).unwrap_or_default()
}
