//! `certwright renew`: certificates issued again in place.

mod entry;

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;
use time::OffsetDateTime;

use crate::cli::clock::{now, parse_time};
use crate::cli::export::source::password_of;
use crate::cli::own::failure::Failure;
use crate::cli::pki::{spare_key, take_lock};
use crate::cli::{Outcome, streams};
use crate::issue::certificate::Certificate;
use crate::issue::clean::Adjustment;
use crate::issue::error::IssueError;
use crate::issue::issuance::{Issuance, Made, Signer};
use crate::issue::renewal::Renewal;
use crate::issue::signer::Issuer;
use crate::issue::validity::Validity;
use crate::key::{Password, PrivateKey, PublicKey};
use crate::model::profile::Profile;
use crate::output::json::to_go_json_indented;
use crate::store::{Folder, Transaction};
use crate::vocab::spoken::moment;

use super::issuer::{Authority, IssuerArguments, Opener};
use super::lifetime::Lifetime;
use super::{LintArguments, misused, note, told_of_cut};
use entry::{Entry, Renewed};

const EXAMPLES: &str = "\
Examples:
  certwright renew server.pem client.pem --ca ca.pem
  certwright renew server.pem --ca ca.pem --ca-key /safe/ca-key.pem --rekey --days 90
  certwright renew ca.pem
  certwright renew ca.pem server.pem --ca ca.pem
  certwright renew server.pem --ca new-ca.pem --replace-issuer

The subject, the names, the usages and every other extension stay as they are, and so does the key; serial number and
validity are new, of the same length unless said otherwise. All certificates are renewed or none is. The files that
were replaced lie below `previous`, and `certwright rollback server` brings them back. NAME.csr is made anew where
there is one. What a lint finds an error in is not written. The key beside a certificate is NAME-key.pem; it may be
elsewhere unless --rekey is given. A new key is written in the form of the old one, encrypted with the same password.

With --json standard output gets {\"renewed\":[{\"name\",\"certificate\",\"not_before\",\"not_after\",\"rekeyed\"}],
\"notes\":[TEXT]}.";

/// The arguments of `renew`.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(in crate::cli) struct RenewArguments {
    /// The certificates, of one folder
    #[arg(required = true, value_name = "CERT")]
    certificates: Vec<PathBuf>,
    #[command(flatten)]
    issuer: IssuerArguments,
    /// The private key of the only CERT [default: beside it, as NAME-key.pem]
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
    /// The file with the password of each CERT's key [default: the authority's]
    #[arg(long, value_name = "FILE", conflicts_with = "key_password_env")]
    key_password_file: Option<PathBuf>,
    /// The environment variable with the password of each CERT's key [default: the authority's]
    #[arg(long, value_name = "VARIABLE")]
    key_password_env: Option<OsString>,
    /// Make a new key of the same kind
    #[arg(long)]
    rekey: bool,
    #[command(flatten)]
    lifetime: Lifetime,
    /// Let --ca sign what another authority signed before
    #[arg(long, requires = "ca")]
    replace_issuer: bool,
    #[command(flatten)]
    lints: LintArguments,
    /// Fail rather than let one end earlier than asked
    #[arg(long)]
    strict: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
    /// Take this for the present time, such as 2030-01-02 or 2030-01-02T15:04:05Z
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    at: Option<OffsetDateTime>,
}

/// Runs the command.
pub(in crate::cli) fn renew(arguments: &RenewArguments) -> Result<Outcome, Failure> {
    if arguments.key.is_some() && arguments.certificates.len() > 1 {
        let failure = Failure::new("--key is the key of one certificate, and several are named");
        return Ok(misused(&failure.with_hint("renew it alone, or put each key beside its certificate")));
    }
    let now = now(arguments.at);
    arguments.lifetime.check(now)?;
    let path = common_folder(&arguments.certificates)?;
    let Some(folder) = Folder::open(&path)? else {
        return Err(Failure::new(format!("there is no folder {}", path.display())));
    };
    let password = arguments.issuer.password()?;
    let key_password = password_of(&arguments.key_password_file, &arguments.key_password_env)?;
    let mut entries = Vec::new();
    for path in &arguments.certificates {
        let is_authority = arguments.issuer.ca.as_ref().is_some_and(|ca| is_same(ca, path));
        let opener = match is_authority {
            true => Opener::of_authority(password.as_ref()),
            false => Opener { password: key_password.as_ref().or(password.as_ref()), flag: "--key-password" },
        };
        let entry = Entry::read(&folder, path, arguments.key.as_deref(), opener)?;
        if !entries.iter().any(|known: &Entry<'_>| known.file == entry.file) {
            entries.push(entry);
        }
    }
    let authority = arguments.issuer.read(password.as_ref())?;
    let round = Round { arguments, password: password.as_ref(), now };
    let renewed = round.renew_all(&entries, authority)?;
    write(&folder, &entries, &renewed)?;
    let left_behind = renewed.iter().filter_map(|renewed| renewed.told_of_left_behind(&folder));
    let notes: Vec<_> = renewed.iter().flat_map(|renewed| renewed.notes.clone()).chain(left_behind).collect();
    report(arguments.json, &renewed, notes)
}

/// The folder all certificates lie in: they are put in place together.
fn common_folder(certificates: &[PathBuf]) -> Result<PathBuf, Failure> {
    let folder_of = |path: &PathBuf| match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    };
    let mut folders = certificates.iter().map(folder_of);
    let first = folders.next().unwrap_or_else(|| PathBuf::from("."));
    match folders.find(|other| !is_same(&first, other)) {
        None => Ok(first),
        Some(other) => Err(Failure::new(format!(
            "the certificates lie in different folders, {} and {}",
            first.display(),
            other.display()
        ))
        .with_hint("all are renewed or none is, which needs one folder: renew those of each folder alone")),
    }
}

fn is_same(one: &Path, other: &Path) -> bool {
    one == other || matches!((one.canonicalize(), other.canonicalize()), (Ok(one), Ok(other)) if one == other)
}

/// What all certificates are renewed with.
struct Round<'a> {
    arguments: &'a RenewArguments,
    /// What opens the authority's key.
    password: Option<&'a Password>,
    now: OffsetDateTime,
}

/// The authority as it was, which signed what lies there, and as it will be.
struct Above {
    before: Certificate,
    authority: Authority,
}

impl Round<'_> {
    /// Renews everything in memory, what signs itself first: it may be the issuer of the rest.
    fn renew_all(
        &self,
        entries: &[Entry<'_>],
        authority: Option<Authority>,
    ) -> Result<Vec<Renewed>, Failure> {
        let mut above =
            authority.map(|authority| Above { before: authority.certificate().clone(), authority });
        let mut renewed: Vec<Option<Renewed>> = Vec::new();
        renewed.resize_with(entries.len(), || None);
        for (entry, place) in entries.iter().zip(&mut renewed) {
            if !self.renews_itself(entry, above.as_ref())? {
                continue;
            }
            let own = self.renew_own(entry, above.as_ref())?;
            if let Some(above) = above.as_mut().filter(|above| above.before.der() == entry.certificate.der())
            {
                let key = self.arguments.issuer.read_key(&above.authority.path, self.password)?;
                above.authority.issuer = Issuer::new(own.certificate.clone(), key)?;
            }
            *place = Some(own);
        }
        for (entry, place) in entries.iter().zip(&mut renewed) {
            if place.is_none() {
                let above = above.as_ref().ok_or_else(|| no_issuer(entry))?;
                *place = Some(self.renew_below(entry, above)?);
            }
        }
        Ok(renewed.into_iter().flatten().collect())
    }

    /// What signs itself renews itself, unless another authority is to sign it.
    fn renews_itself(&self, entry: &Entry<'_>, above: Option<&Above>) -> Result<bool, Failure> {
        let certificate = &entry.certificate;
        let signs_itself = certificate.issuer() == certificate.subject()
            && certificate.verify(certificate.public_key()).is_ok();
        if !signs_itself {
            return Ok(false);
        }
        match above {
            Some(above) if above.before.der() == certificate.der() => Ok(true),
            Some(_) if self.arguments.replace_issuer => Ok(false),
            _ => Ok(true),
        }
    }

    fn renew_own(&self, entry: &Entry<'_>, above: Option<&Above>) -> Result<Renewed, Failure> {
        let is_above = above.is_some_and(|above| above.before.der() == entry.certificate.der());
        let from_ca = match (is_above && entry.key.is_none(), above) {
            (true, Some(above)) => {
                Some(self.arguments.issuer.read_key(&above.authority.path, self.password)?)
            }
            _ => None,
        };
        let old = from_ca.as_ref().or_else(|| entry.private_key());
        let new_key = self.new_key(entry)?;
        let Some(key) = new_key.as_ref().or(old) else {
            return Err(Failure::new(format!(
                "{} signs itself, and its private key {} is not there",
                entry.shown(),
                entry.key_shown()
            ))
            .with_hint("--key FILE says where it is"));
        };
        let validity = self.validity(&entry.certificate)?;
        let renewal = Renewal { certificate: &entry.certificate, public_key: key.public_key(), validity };
        let made = self.issue(entry, renewal, Signer::Own(key))?;
        let in_vain =
            above.filter(|_| !is_above).map(|above| told_of_other_issuer(entry, &above.authority.path));
        let notes = self.told_of_backdating(entry, validity).into_iter().chain(in_vain).collect();
        Renewed::new(entry, made.certificate, new_key, notes)
    }

    fn renew_below(&self, entry: &Entry<'_>, above: &Above) -> Result<Renewed, Failure> {
        let Above { before, authority } = above;
        let certificate = &entry.certificate;
        if !self.arguments.replace_issuer {
            check_issuer(entry, before, &authority.path)?;
        }
        if certificate.basic_constraints().ca {
            authority.check_path(certificate.basic_constraints().path_length)?;
        }
        authority.check_time(self.now)?;
        let validity = self.validity(certificate)?;
        let new_key = self.new_key(entry)?;
        let public_key: &PublicKey =
            new_key.as_ref().map_or(certificate.public_key(), |key| key.public_key());
        let renewal = Renewal { certificate, public_key, validity };
        // Another authority may have other limits; what the same one certified before, it certifies again.
        let path = self.arguments.replace_issuer.then(|| authority.verification_path()).transpose()?;
        let issuer = &authority.issuer;
        let signer = path.as_ref().map_or(Signer::Again(issuer), |path| Signer::Authority(issuer, path));
        let Made { certificate, cut } = self.issue(entry, renewal, signer)?;
        let strict = self.arguments.strict;
        let cut = cut.map(|cut| told_of_cut(&entry.base, &authority.path, &certificate, cut, strict));
        let notes = cut.transpose()?.into_iter().chain(self.told_of_backdating(entry, validity)).collect();
        Renewed::new(entry, certificate, new_key, notes)
    }

    fn issue(&self, entry: &Entry<'_>, renewal: Renewal<'_>, signer: Signer<'_>) -> Result<Made, Failure> {
        let ignored_lints = &self.arguments.lints.ignored;
        Issuance { signer, ignored_lints, now: self.now }.renew(renewal).map_err(|error| {
            let hint = match &error {
                IssueError::Lint(found) => Some(format!(
                    "issue a new one without it: certwright issue, or silence the lint: --ignore-lint {}",
                    found.code
                )),
                _ => error.hint(),
            };
            Failure { hint, ..Failure::from(error).within(entry.shown()) }
        })
    }

    fn validity(&self, certificate: &Certificate) -> Result<Validity, Failure> {
        let lifetime = &self.arguments.lifetime;
        let validity = if lifetime.is_given() {
            let mut profile = Profile::default();
            lifetime.put_into(&mut profile);
            Validity::of_profile(&profile, &profile, self.now)
        } else {
            certificate.validity().renewed(self.now)
        };
        let validity = validity.map_err(IssueError::from)?;
        if validity.not_after <= self.now {
            return Err(Failure::new(format!(
                "the new certificate would end on {}, which is past",
                moment(validity.not_after)
            ))
            .with_hint(
                "its life is shorter than the five minutes it starts early: --expiry, --days or --not-after",
            ));
        }
        Ok(validity)
    }

    /// A length that was asked for and is not had.
    fn told_of_backdating(&self, entry: &Entry<'_>, validity: Validity) -> Option<String> {
        let lost = validity.lost_by(self.now).filter(|_| self.arguments.lifetime.is_length())?;
        Some(format!("{}: {}", entry.base, Adjustment::Backdated(lost)))
    }

    /// A new key of the same kind, if one is asked for.
    fn new_key(&self, entry: &Entry<'_>) -> Result<Option<PrivateKey>, Failure> {
        if !self.arguments.rekey {
            return Ok(None);
        }
        if entry.certificate.basic_constraints().ca {
            return Err(Failure::new(format!(
                "{} is an authority's: with another key, nothing it signed would be accepted any more",
                entry.shown()
            ))
            .with_hint("renew it without --rekey, or make a new authority: certwright issue --root"));
        }
        entry.new_key().map(Some)
    }
}

/// The signature is checked, not just the name: an authority made again has the same one.
fn check_issuer(entry: &Entry<'_>, ca: &Certificate, path: &Path) -> Result<(), Failure> {
    let path = path.display();
    let message = if entry.certificate.issuer() != ca.subject() {
        format!("{} was not issued by {path}", entry.shown())
    } else if entry.certificate.verify(ca.public_key()).is_err() {
        format!("{path} has the name of the issuer of {}, and another key", entry.shown())
    } else {
        return Ok(());
    };
    Err(Failure::new(message)
        .with_hint("name the authority that signed it, or let this one sign it: --replace-issuer"))
}

fn told_of_other_issuer(entry: &Entry<'_>, path: &Path) -> String {
    format!(
        "{} signs itself, and --ca {} signs nothing of it: --replace-issuer would let it",
        entry.shown(),
        path.display()
    )
}

fn no_issuer(entry: &Entry<'_>) -> Failure {
    Failure::new(format!("{} does not sign itself, and no authority is named", entry.shown()))
        .with_hint("--ca CA.pem, and --ca-key KEY if it does not lie beside")
}

/// Puts all in place together, if what lies there is still what was read.
fn write(folder: &Folder, entries: &[Entry<'_>], renewed: &[Renewed]) -> Result<(), Failure> {
    let transaction = Transaction::begin(folder, take_lock(folder, false)?)?;
    for entry in entries {
        entry.check_unchanged(folder)?;
    }
    for renewed in renewed.iter().filter(|renewed| renewed.certificate.basic_constraints().ca) {
        spare_key(&transaction, folder, &renewed.base)?;
    }
    let staged = stage(&transaction, renewed);
    let written = staged.and_then(|changes| Ok(transaction.commit(changes)?));
    transaction.remove_staged()?;
    written
}

fn stage(transaction: &Transaction<'_>, renewed: &[Renewed]) -> Result<Vec<crate::store::Change>, Failure> {
    let files = renewed.iter().map(|renewed| renewed.files.len()).sum();
    let mut stage = transaction.stage(files)?;
    renewed.iter().map(|renewed| renewed.stage(&mut stage)).collect()
}

/// What was done, for machines.
#[derive(Serialize)]
struct Report {
    renewed: Vec<Line>,
    notes: Vec<String>,
}

#[derive(Serialize)]
struct Line {
    name: String,
    certificate: String,
    not_before: String,
    not_after: String,
    rekeyed: bool,
}

fn report(json: bool, renewed: &[Renewed], notes: Vec<String>) -> Result<Outcome, Failure> {
    let line = |renewed: &Renewed| {
        let validity = renewed.certificate.validity();
        Line {
            name: renewed.base.clone(),
            certificate: renewed.shown.clone(),
            not_before: moment(validity.not_before),
            not_after: moment(validity.not_after),
            rekeyed: renewed.rekeyed,
        }
    };
    let lines: Vec<_> = renewed.iter().map(line).collect();
    if json {
        let report = Report { renewed: lines, notes };
        streams::print(&format!("{}\n", to_go_json_indented(&report, "  ")))?;
        return Ok(Outcome::Done);
    }
    let mut text = String::new();
    for Line { name, not_after, rekeyed, .. } in &lines {
        let key = if *rekeyed { " with a new key" } else { "" };
        text += &format!("~ {name}: renewed{key}, ends on {not_after}\n");
    }
    streams::print(&text)?;
    notes.iter().for_each(|text| note(text));
    Ok(Outcome::Done)
}
