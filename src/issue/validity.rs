//! From when to when a certificate is valid (RFC 5280 section 4.1.2.5).

use time::{Duration, OffsetDateTime, UtcOffset};

use crate::model::profile::{DEFAULT_BACKDATE, Profile, SELF_SIGNED_EXPIRY};
use crate::vocab::duration::GoDuration;

/// How far a certificate may outlive its issuer, or be cut short by its end, without a word: enough for an authority
/// and a first certificate of equal lifetimes, made one after the other by hand.
pub const MOMENTS: Duration = Duration::hours(1);

/// Both ends, in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Validity {
    /// notBefore
    pub not_before: OffsetDateTime,
    /// notAfter
    pub not_after: OffsetDateTime,
}

/// A validity outside the years a certificate can name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a certificate cannot name a time outside the years 0 to 9999")]
pub struct TimeOutOfRange;

/// The longest of Go's durations.
const LONGEST: Duration = Duration::nanoseconds(i64::MAX);

impl Validity {
    /// The validity a profile gives at a moment; what it leaves open comes from the default profile.
    ///
    /// # Errors
    /// An end outside the years 0 to 9999.
    pub fn of_profile(
        profile: &Profile,
        default: &Profile,
        now: OffsetDateTime,
    ) -> Result<Self, TimeOutOfRange> {
        let expiry = if profile.expiry.is_zero() { default.expiry } else { profile.expiry };
        let backdate = match profile.backdate {
            backdate if backdate.is_zero() => DEFAULT_BACKDATE,
            backdate => to_duration(backdate),
        };
        let not_before = match profile.not_before {
            Some(fixed) => fixed,
            None => checked(round_to_minute(now).checked_sub(backdate))?,
        };
        let not_after = match profile.not_after {
            Some(fixed) => fixed,
            None => checked(not_before.checked_add(to_duration(expiry)))?,
        };
        Self::new(not_before, not_after)
    }

    /// `selfsign`'s validity: five minutes back without rounding, the lifetime from now.
    ///
    /// # Errors
    /// An end outside the years 0 to 9999.
    pub fn of_self_signed(profile: &Profile, now: OffsetDateTime) -> Result<Self, TimeOutOfRange> {
        let expiry = if profile.expiry.is_zero() { SELF_SIGNED_EXPIRY } else { profile.expiry };
        let not_before = checked(now.checked_sub(DEFAULT_BACKDATE))?;
        Self::new(not_before, checked(now.checked_add(to_duration(expiry)))?)
    }

    /// The same length, starting as a new certificate would now. A CA that ends in 9999 never ends (RFC 5280
    /// section 4.1.2.5); what comes of it has the longest length cfssl knows, about 292 years.
    ///
    /// # Errors
    /// An end outside the years 0 to 9999.
    pub fn renewed(self, now: OffsetDateTime) -> Result<Self, TimeOutOfRange> {
        let not_before = checked(round_to_minute(now).checked_sub(DEFAULT_BACKDATE))?;
        let length = (self.not_after - self.not_before).min(LONGEST);
        Self::new(not_before, checked(not_before.checked_add(length))?)
    }

    /// How much of it lies before now, to the minute, if that is more than a hundredth.
    pub fn lost_by(self, now: OffsetDateTime) -> Option<Duration> {
        let lost = now - self.not_before;
        let minutes = (lost + Duration::seconds(30)).whole_minutes();
        (lost.saturating_mul(100) > self.not_after - self.not_before).then(|| Duration::minutes(minutes))
    }

    /// Ends with an issuer that ends earlier; by how much earlier.
    pub(super) fn cap(&mut self, issuer: Self) -> Option<Duration> {
        let cut = self.not_after - issuer.not_after;
        if !cut.is_positive() {
            return None;
        }
        self.not_after = issuer.not_after;
        Some(cut)
    }

    fn new(not_before: OffsetDateTime, not_after: OffsetDateTime) -> Result<Self, TimeOutOfRange> {
        Ok(Self { not_before: representable(not_before)?, not_after: representable(not_after)? })
    }
}

/// RFC 5280 section 4.1.2.5.2: GeneralizedTime has four digits for the year, and no fraction of a second.
fn representable(time: OffsetDateTime) -> Result<OffsetDateTime, TimeOutOfRange> {
    let utc = checked(time.checked_to_offset(UtcOffset::UTC))?;
    let whole_second = utc.replace_nanosecond(0).ok();
    checked(whole_second.filter(|time| (0..=9999).contains(&time.year())))
}

fn checked(time: Option<OffsetDateTime>) -> Result<OffsetDateTime, TimeOutOfRange> {
    time.ok_or(TimeOutOfRange)
}

fn to_duration(duration: GoDuration) -> Duration {
    Duration::nanoseconds(duration.nanoseconds())
}

/// Half a minute rounds up, as Go's `Time.Round` does.
fn round_to_minute(time: OffsetDateTime) -> OffsetDateTime {
    let into_minute =
        Duration::seconds(time.second().into()) + Duration::nanoseconds(time.nanosecond().into());
    let floor = time.saturating_sub(into_minute);
    if into_minute >= Duration::seconds(30) { floor.saturating_add(Duration::minutes(1)) } else { floor }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    fn profile(expiry: &str, backdate: &str) -> Profile {
        let parse = |text| GoDuration::parse(text).unwrap();
        Profile { expiry: parse(expiry), backdate: parse(backdate), ..Profile::default() }
    }

    #[test]
    fn the_start_is_rounded_to_the_nearest_minute() {
        assert_eq!(round_to_minute(datetime!(2026-01-02 3:04:29.999 UTC)), datetime!(2026-01-02 3:04 UTC));
        assert_eq!(round_to_minute(datetime!(2026-01-02 3:59:30 UTC)), datetime!(2026-01-02 4:00 UTC));
    }

    #[test]
    fn lifetimes_count_from_the_backdated_start() {
        let now = datetime!(2026-01-02 3:04:05 UTC);
        let validity = Validity::of_profile(&profile("1h", "0"), &Profile::built_in(), now).unwrap();
        assert_eq!(validity.not_before, datetime!(2026-01-02 2:59 UTC));
        assert_eq!(validity.not_after, datetime!(2026-01-02 3:59 UTC));
        let validity = Validity::of_profile(&profile("0", "-1h"), &Profile::built_in(), now).unwrap();
        assert_eq!(validity.not_before, datetime!(2026-01-02 4:04 UTC));
        assert_eq!(validity.not_after, datetime!(2027-01-02 4:04 UTC));
    }

    #[test]
    fn what_backdating_takes_counts_from_a_hundredth_on() {
        let now = datetime!(2026-01-02 3:04:05 UTC);
        for (expiry, lost) in [("6m", Some(5)), ("8h", Some(5)), ("9h", None)] {
            let validity = Validity::of_profile(&profile(expiry, "0"), &Profile::built_in(), now).unwrap();
            assert_eq!(validity.lost_by(now).map(Duration::whole_minutes), lost, "{expiry}");
        }
    }

    #[test]
    fn fixed_ends_override() {
        let fixed = Profile { not_before: Some(datetime!(2030-01-01 1:00:00.5 +1)), ..profile("1h", "0") };
        let validity = Validity::of_profile(&fixed, &fixed, datetime!(2026-01-02 3:04:05 UTC)).unwrap();
        assert_eq!(validity.not_before, datetime!(2030-01-01 0:00 UTC));
        assert_eq!(validity.not_after, datetime!(2030-01-01 1:00 UTC));
    }

    #[test]
    fn a_self_signed_certificate_lives_from_now() {
        let now = datetime!(2026-01-02 3:04:05.7 UTC);
        let validity = Validity::of_self_signed(&profile("1h", "0"), now).unwrap();
        assert_eq!(validity.not_before, datetime!(2026-01-02 2:59:05 UTC));
        assert_eq!(validity.not_after, datetime!(2026-01-02 4:04:05 UTC));
    }

    #[test]
    fn a_ca_without_end_can_be_renewed() {
        let endless = Validity {
            not_before: datetime!(2024-01-01 0:00 UTC),
            not_after: datetime!(9999-12-31 23:59:59 UTC),
        };
        let renewed = endless.renewed(datetime!(2026-01-02 3:05 UTC)).unwrap();
        assert_eq!(renewed.not_before, datetime!(2026-01-02 3:00 UTC));
        assert_eq!(renewed.not_after, datetime!(2318-04-14 2:47:16 UTC));
    }

    #[test]
    fn years_stay_within_four_digits() {
        let late = Profile { not_before: Some(datetime!(9999-12-31 23:00 UTC)), ..profile("2h", "0") };
        assert!(Validity::of_profile(&late, &late, datetime!(2026-01-02 3:04:05 UTC)).is_err());
    }
}
