//! How and where the files of an entry are written, when their certificate is renewed, and what is passed over in it.

use time::{Duration, OffsetDateTime};

use crate::vocab::duration::GoDuration;
use crate::wire::json::{Located, Notice, Place};

/// A private key's mode unless the manifest says otherwise.
const KEY_MODE: u32 = 0o600;

/// Linux takes 255 for the name of a file, and the longest ending has 15: `-truststore.p12`.
const MOST_OCTETS: usize = 240;

/// How and where the files of an entry are written.
#[derive(Clone, Debug)]
pub struct FileRules {
    /// Where the entry stands.
    pub entry: Place,
    /// The base name, folders included.
    pub name: Located<String>,
    /// The mode of files that hold a private key.
    pub key_mode: u32,
    /// The owner's name or number; empty for whoever runs this.
    pub owner: Located<String>,
    /// The group's name or number; empty for the one of whoever runs this.
    pub group: Located<String>,
    /// The words of the formats beside certificate, key and request.
    pub formats: Vec<Located<String>>,
    /// The environment variable with the password of formats that have one.
    pub password_env: Located<String>,
    /// The file with that password.
    pub password_file: Located<String>,
    /// The address a kubeconfig leads to.
    pub server: Located<String>,
    /// The namespace of a Kubernetes Secret.
    pub namespace: Located<String>,
    /// When to renew.
    pub renew: RenewBefore,
    /// The codes of lints that refuse nothing.
    pub ignored_lints: Vec<&'static str>,
}

/// How much of a lifetime is left when a certificate is renewed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RenewBefore {
    /// A part of the lifetime.
    Part {
        /// So many
        of: i64,
        /// of so many.
        all: i64,
    },
    /// A fixed time.
    Time(Duration),
}

/// A third of the lifetime.
impl Default for RenewBefore {
    fn default() -> Self {
        Self::Part { of: 1, all: 3 }
    }
}

impl RenewBefore {
    /// Reads `30%`, `720h` or `30d`; `None` where nothing was written.
    ///
    /// # Errors
    /// Neither a percentage nor a duration.
    pub fn parse(text: &Located<String>) -> Result<Option<Self>, Notice> {
        if text.value.is_empty() {
            return Ok(None);
        }
        let parsed = match text.value.strip_suffix('%') {
            Some(percent) => {
                percent.parse().ok().filter(|p| (1..100).contains(p)).map(|of| Self::Part { of, all: 100 })
            }
            None => GoDuration::parse_with_days(&text.value)
                .ok()
                .map(|parsed| Duration::nanoseconds(parsed.nanoseconds()))
                .filter(|time| time.is_positive())
                .map(Self::Time),
        };
        match parsed {
            Some(parsed) => Ok(Some(parsed)),
            None => {
                Err(Notice::new(&text.place, format!("\"{}\" says nothing about when to renew", text.value))
                    .with_hint("write how much of the lifetime is left then: \"30%\", \"720h\" or \"30d\""))
            }
        }
    }

    /// When a certificate is to be renewed.
    pub fn moment(self, not_before: OffsetDateTime, not_after: OffsetDateTime) -> OffsetDateTime {
        not_after.saturating_sub(self.before_the_end_of(not_after - not_before))
    }

    /// How long before its end a certificate of such a lifetime is renewed.
    pub(super) fn before_the_end_of(self, lifetime: Duration) -> Duration {
        match self {
            Self::Part { of, all } => {
                // Whole seconds, in 128 bits: a lifetime may be ten thousand years.
                let seconds = i128::from(lifetime.whole_seconds()) * i128::from(of) / i128::from(all);
                Duration::seconds(i64::try_from(seconds).unwrap_or(i64::MAX))
            }
            Self::Time(time) => time,
        }
    }
}

/// Reads a mode for private keys: octal, and nothing for the world.
pub(super) fn key_mode(text: &Located<String>) -> Result<u32, Notice> {
    if text.value.is_empty() {
        return Ok(KEY_MODE);
    }
    let hint = "the mode of the private key, in octal: \"0600\", \"0640\" (with a \"group\"), \"0400\"";
    let refuse = |message: String| Err(Notice::new(&text.place, message).with_hint(hint));
    match u32::from_str_radix(&text.value, 8) {
        Ok(mode) if mode & !0o660 == 0 && mode & 0o400 != 0 => Ok(mode),
        Ok(mode) if mode & 0o007 != 0 => refuse(format!("{} opens a private key to everybody", text.value)),
        _ => refuse(format!("\"{}\" is no mode for a private key", text.value)),
    }
}

/// Whether a text can be the base name of files: inside the output folder, and none of ours, and the only name of
/// that place. A `+` stands for `/` in the names of earlier generations.
pub fn is_base_name(name: &str) -> bool {
    let is_plain = name.split('/').all(|part| !part.is_empty() && !part.starts_with('.'));
    let is_ours = name.split('/').next() == Some("previous");
    is_plain && !is_ours && !name.contains('+') && !name.contains(char::is_control)
}

pub(super) fn check_name(name: &Located<String>) -> Result<(), Notice> {
    if let Some(long) = name.value.split('/').map(str::len).find(|length| *length > MOST_OCTETS) {
        let message = format!("the name of its files has {long} octets, and {MOST_OCTETS} are the most");
        return Err(Notice::new(&name.place, message).with_hint("give it another \"file\""));
    }
    if is_base_name(&name.value) {
        return Ok(());
    }
    Err(Notice::new(&name.place, format!("{:?} cannot be the base name of files", name.value)).with_hint(
        "a name, or folders and a name, inside the output folder; without + and control characters, no part is \
         empty or starts with a dot, and the first is not \"previous\"",
    ))
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    fn located(text: &str) -> Located<String> {
        Located { value: text.into(), ..Located::default() }
    }

    #[test]
    fn renewal_is_a_percentage_or_a_time() {
        let [from, to] = [datetime!(2026-01-01 0:00 UTC), datetime!(2026-04-11 0:00 UTC)];
        for (text, moment) in [
            ("10%", datetime!(2026-04-01 0:00 UTC)),
            ("30d", datetime!(2026-03-12 0:00 UTC)),
            ("24h", datetime!(2026-04-10 0:00 UTC)),
        ] {
            assert_eq!(RenewBefore::parse(&located(text)).unwrap().unwrap().moment(from, to), moment);
        }
        assert_eq!(RenewBefore::parse(&located("")).unwrap(), None);
        assert_eq!(
            RenewBefore::default().moment(from, datetime!(2026-01-04 0:00 UTC)),
            datetime!(2026-01-03 0:00 UTC)
        );
        for text in ["0%", "100%", "-1h", "0", "x", "3 d", "%"] {
            let error = RenewBefore::parse(&located(text)).unwrap_err().message;
            assert_eq!(error, format!("\"{text}\" says nothing about when to renew"));
        }
    }

    #[test]
    fn a_key_is_for_its_owner_and_group_at_most() {
        for (text, mode) in [("", 0o600), ("0640", 0o640), ("400", 0o400), ("0660", 0o660)] {
            assert_eq!(key_mode(&located(text)).unwrap(), mode);
        }
        assert_eq!(key_mode(&located("0644")).unwrap_err().message, "0644 opens a private key to everybody");
        for text in ["0200", "0700", "rw", "8", "4600"] {
            let error = key_mode(&located(text)).unwrap_err().message;
            assert_eq!(error, format!("\"{text}\" is no mode for a private key"));
        }
    }

    #[test]
    fn names_stay_inside() {
        for name in ["server", "etcd/server", "a.b"] {
            check_name(&located(name)).unwrap();
        }
        for name in [
            "",
            "/etc/x",
            "../x",
            "a/../b",
            "./x",
            ".x",
            "a/.b",
            "a/",
            "previous/x",
            "previous",
            "a+b",
            "a//b",
            "a/./b",
            "a/.",
            "a\n",
            "a\u{1b}[2J",
            "a\u{9b}",
        ] {
            assert!(check_name(&located(name)).is_err(), "{name}");
        }
    }
}
