//! How long a certificate is to live, as flags.

use clap::Args;
use time::OffsetDateTime;

use crate::cli::clock::parse_time;
use crate::cli::own::failure::Failure;
use crate::model::profile::Profile;
use crate::vocab::duration::GoDuration;
use crate::vocab::spoken::moment;

const NANOSECONDS_A_DAY: i64 = 24 * 3600 * 1_000_000_000;

/// At most one of them.
#[derive(Args, Clone, Copy, Debug)]
pub(super) struct Lifetime {
    /// How many days it is valid
    #[arg(long, value_name = "N", conflicts_with_all = ["expiry", "not_after"], allow_negative_numbers = true,
        value_parser = clap::value_parser!(u32).range(1..=106_750))]
    days: Option<u32>,
    /// How long it is valid, such as 8760h, 90d or 1y
    #[arg(long, value_name = "DURATION", conflicts_with = "not_after", allow_hyphen_values = true,
        value_parser = parse_expiry)]
    expiry: Option<GoDuration>,
    /// When it ends, such as 2030-01-02 or 2030-01-02T15:04:05Z
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    not_after: Option<OffsetDateTime>,
}

fn parse_expiry(text: &str) -> Result<GoDuration, String> {
    match GoDuration::parse_with_days(text) {
        Ok(expiry) if expiry.nanoseconds() > 0 => Ok(expiry),
        Ok(_) => Err("a lifetime has to be longer than nothing".into()),
        Err(error) => match error.hint() {
            Some(hint) => Err(format!("{error}; {hint}")),
            None => Err(error.to_string()),
        },
    }
}

impl Lifetime {
    pub(super) fn is_given(&self) -> bool {
        self.days.is_some() || self.expiry.is_some() || self.not_after.is_some()
    }

    /// A length, which backdating makes shorter.
    pub(super) fn is_length(&self) -> bool {
        self.days.is_some() || self.expiry.is_some()
    }

    /// What ends before it begins is refused.
    pub(super) fn check(&self, now: OffsetDateTime) -> Result<(), Failure> {
        match self.not_after {
            Some(end) if end <= now => {
                Err(Failure::new(format!("--not-after {} is in the past", moment(end)))
                    .with_hint(format!("it is {} now", moment(now.replace_nanosecond(0).unwrap_or(now)))))
            }
            _ => Ok(()),
        }
    }

    /// Puts it in place of a profile's.
    pub(super) fn put_into(&self, profile: &mut Profile) {
        let days = self.days.map(|days| GoDuration::from_nanoseconds(i64::from(days) * NANOSECONDS_A_DAY));
        if let Some(expiry) = days.or(self.expiry) {
            profile.expiry = expiry;
            profile.not_after = None;
        }
        if self.not_after.is_some() {
            profile.not_after = self.not_after;
        }
    }
}
