//! The signer of the command line: issuer, profile, and what cfssl does not say about them.

use time::OffsetDateTime;

use crate::cli::goflags::cfssl;
use crate::issue::certificate::Certificate;
use crate::issue::judge::{Judge, Verdict};
use crate::issue::policy::{Policy, PolicyError, SigningRequest};
use crate::issue::signer::{Issuer, Signed};
use crate::issue::validity::MOMENTS;
use crate::lint::Zlint;
use crate::model::config::SigningConfig;
use crate::model::profile::{LintLevel, LintPolicy, Profile};
use crate::vocab::oid;
use crate::vocab::spoken::moment;
use crate::wire::json::Notice;

use super::failure::Failure;
use super::genkey::log_signed;
use super::inputs::read_issuer;
use super::session::{LoadedConfig, Session};

/// The issuer and the policy that `gencert` and `sign` sign with.
pub(super) struct Signer<'a> {
    issuer: Issuer,
    profile: &'a Profile,
    default: &'a Profile,
    config: Option<&'a LoadedConfig>,
}

impl<'a> Signer<'a> {
    /// From the flags; the texts are what cfssl logs, and then succeeds, when a flag is missing.
    pub(super) fn from_flags(
        session: &Session,
        config: Option<&'a LoadedConfig>,
        need_ca: &str,
        need_key: &str,
    ) -> Result<Self, Failure> {
        let flags = &session.flags;
        refuse_unsupported(session)?;
        if config.is_none() {
            for (missing, text, flag) in [
                (flags.path(cfssl::CA).is_none(), need_ca, "-ca"),
                (flags.path(cfssl::CA_KEY).is_none(), need_key, "-ca-key"),
            ] {
                if missing {
                    return Err(Failure::plain(format!("{text} (provide one with {flag})")));
                }
            }
        }
        let (profile, default) = choose_profile(session, config)?;
        if let Some(remote) = &profile.remote {
            return Err(Failure::not_supported(&format!("signing by the remote \"{remote}\"")));
        }
        Ok(Self { issuer: read_issuer(session)?, profile, default, config })
    }

    /// Signs, logs the serial number, and warns of a certificate that outlives its CA.
    pub(super) fn sign(&self, session: &Session, request: &SigningRequest<'_>) -> Result<Signed, Failure> {
        let policy = Policy { profile: self.profile, default: self.default };
        let approved = policy
            .approve(request, Some(self.issuer.certificate()), session.now)
            .map_err(|error| self.explain(session, error))?;
        let not_after = approved.template().validity.not_after;
        self.note_lifetime(session, not_after)?;
        if approved.template().subject == self.issuer.certificate().subject() {
            let hint = "OpenSSL takes it for self-signed: give it another CN";
            session.warn("the certificate has the name of its CA".into(), Some(hint.into()))?;
        }
        let signed = self.issuer.sign_approved(&approved)?;
        self.note_names(session, &signed.certificate)?;
        self.lint(&signed.certificate)?;
        log_signed(session, &signed.serial.to_decimal());
        Ok(signed)
    }

    /// What takes the place of zlint; cfssl lints before it signs, and hands nothing out either.
    fn lint(&self, certificate: &Certificate) -> Result<(), Failure> {
        let LintPolicy { error_level, ignored_lints, ignored_sources } = &self.profile.lint;
        if *error_level == LintLevel::Reserved {
            return Ok(());
        }
        let zlint = Zlint { level: error_level.number(), ignored: ignored_lints, ignored_sources };
        let refusing = zlint.refusing(certificate.der());
        let Some((name, first)) = refusing.first() else { return Ok(()) };
        let line = format!("pre-issuance linting found {} error results", refusing.len());
        let detail: Vec<_> = refusing
            .iter()
            .map(|(name, found)| format!("{name}: {} [{}]", found.message, found.source))
            .collect();
        let hint = format!("{}, or add \"{name}\" to \"ignored_lints\"", first.fix);
        Err(Failure::plain(line).with_detail(detail.join("\n")).with_hint(Some(hint)))
    }

    /// A profile without usages is mostly the default one, chosen by leaving `-profile` out.
    fn explain(&self, session: &Session, error: PolicyError) -> Failure {
        let is_missing_profile =
            error == PolicyError::NoUsages && session.flags.text(cfssl::PROFILE).is_none();
        let (true, Some(loaded)) = (is_missing_profile, self.config) else { return error.into() };
        let names: Vec<_> = loaded.config.profile_names().collect();
        let hint = (!names.is_empty()).then(|| format!("choose one with -profile: {}", names.join(", ")));
        Failure::from(error)
            .with_detail(format!("{}: the default profile has no usages", loaded.path.display()))
            .with_hint(hint)
    }

    /// Names outside of what the CA may certify; cfssl does not look at its constraints.
    fn note_names(&self, session: &Session, certificate: &Certificate) -> Result<(), Failure> {
        let ca = self.issuer.certificate();
        let extensions = ca.extensions().unwrap_or_default();
        let is_limited = extensions.iter().any(|extension| extension.oid == oid::NAME_CONSTRAINTS);
        let Some(judge) = is_limited.then(|| Judge::new(ca.der(), &[]).ok()).flatten() else { return Ok(()) };
        let start = certificate.validity().not_before.max(ca.validity().not_before);
        match judge.judge(certificate.der(), start.unix_timestamp()) {
            Verdict::Names => {
                let hint = "clients refuse it: leave them out, or take another CA";
                session.warn("the CA may not certify its names (nameConstraints)".into(), Some(hint.into()))
            }
            _ => Ok(()),
        }
    }

    fn note_lifetime(&self, session: &Session, not_after: OffsetDateTime) -> Result<(), Failure> {
        let ca: &Certificate = self.issuer.certificate();
        if not_after < session.now {
            let end = moment(not_after);
            session.warn(format!("the certificate has expired already: it ends on {end}"), None)?;
        }
        let ca_end = ca.validity().not_after;
        if !outlives(not_after, ca_end) {
            return Ok(());
        }
        let (end, ca_end) = (moment(not_after), moment(ca_end));
        let text = format!("the certificate is to end on {end}, after its CA, which ends on {ca_end}");
        let hint = "nothing will accept it after its CA's end: shorten \"expiry\", or renew the CA first";
        match (self.config, &self.profile.expiry_place) {
            (Some(config), Some(place)) => {
                session.notices(&config.path, [Notice::new(place, text).with_hint(hint)])
            }
            _ => session.warn(text, Some(hint.into())),
        }
    }
}

/// Flags of cfssl's that are not there yet.
pub(super) fn refuse_unsupported(session: &Session) -> Result<(), Failure> {
    if session.flags.text(cfssl::REMOTE).is_some() {
        return Err(Failure::not_supported("-remote"));
    }
    if session.flags.path(cfssl::DB_CONFIG).is_some() {
        return Err(Failure::not_supported("-db-config"));
    }
    Ok(())
}

/// The profile of `-profile`, or else the default one, and the default one.
pub(super) fn choose_profile<'a>(
    session: &Session,
    config: Option<&'a LoadedConfig>,
) -> Result<(&'a Profile, &'a Profile), Failure> {
    static BUILT_IN: std::sync::LazyLock<SigningConfig> = std::sync::LazyLock::new(SigningConfig::built_in);
    let signing = config.map_or(&*BUILT_IN, |loaded| &loaded.config);
    let default = signing.default_profile();
    let Some(name) = session.flags.text(cfssl::PROFILE) else { return Ok((default, default)) };
    if let Some(profile) = signing.profile(name) {
        return Ok((profile, default));
    }
    let text = match config {
        Some(loaded) => {
            let path = loaded.path.display();
            format!("{path} has no profile \"{name}\": the default profile is used")
        }
        None => format!("there is no -config with a profile \"{name}\": the built-in profile is used"),
    };
    let names: Vec<_> = signing.profile_names().collect();
    let hint = match signing.nearest_profile(name) {
        Some(near) => Some(format!("did you mean \"{near}\"?")),
        None => (!names.is_empty()).then(|| format!("its profiles: {}", names.join(", "))),
    };
    session.warn(text, hint)?;
    Ok((default, default))
}

/// A CA may end with the year 9999, beyond which there are no moments.
fn outlives(not_after: OffsetDateTime, ca_end: OffsetDateTime) -> bool {
    not_after > ca_end.saturating_add(MOMENTS)
}

#[cfg(test)]
mod tests {
    use time::Duration;
    use time::macros::datetime;

    use super::*;

    #[test]
    fn moments_do_not_count_and_a_ca_may_end_with_the_calendar() {
        let end = datetime!(2030-01-01 0:00 UTC);
        assert!(!outlives(end + MOMENTS, end));
        assert!(outlives(end + MOMENTS + Duration::SECOND, end));
        let last = datetime!(9999-12-31 23:59:59 UTC);
        assert!(!outlives(last, last));
    }
}
