//! `certwright issue`: one certificate, no manifest.

use std::path::PathBuf;

use clap::Args;
use time::OffsetDateTime;

use crate::cli::clock::{now, parse_time};
use crate::cli::own::failure::Failure;
use crate::cli::roles::role_parser;
use crate::cli::{Outcome, streams};
use crate::issue::csr::CertificateSigningRequest;
use crate::issue::issuance::{Issuance, Made as MadeCertificate, Signer};
use crate::issue::policy::Policy;
use crate::issue::root;
use crate::key::{Password, PublicKey, PublicKeyKind};
use crate::model::pki::RenewBefore;
use crate::model::profile::{Profile, TEN_YEARS};
use crate::model::request::CaRequest;
use crate::output::json::to_go_json;
use crate::plan::{self, Wanted};
use crate::vocab::duration::GoDuration;
use crate::vocab::role::Role;
use crate::vocab::spoken::moment;
use crate::wire::response::Issued;

use super::files::{Files, Kinds, base_name, check_base};
use super::issuer::{Authority, IssuerArguments};
use super::key_source::{Key, KeySource};
use super::lifetime::Lifetime;
use super::profile::{Choice, Terms};
use super::refusals::{check_leaf, check_positive, refuse_hosts, refuse_key_of, refuse_path_length};
use super::request::{Asked, Flags, KeyChoice};
use super::{LintArguments, misused, note, pkcs8_pem, told_of_cut};

const EXAMPLES: &str = "\
Examples:
  certwright issue --root --cn \"My CA\" --name ca
  certwright issue --ca ca.pem --cn www.example.com --host www.example.com --host 10.0.0.1
  certwright issue --ca ca.pem --cn alice --profile client --days 30 --out clients/
  certwright issue --ca ca.pem --as etcd-server --cn m1 --host 10.0.0.1 --host m1.example.com
  certwright issue --ca ca.pem --intermediate --cn \"My issuing CA\" --name issuing
  certwright issue --ca ca.pem --config ca-config.json --profile server server.json
  certwright issue --ca ca.pem --csr from-elsewhere.csr --name elsewhere
  certwright issue --ca ca.pem --intermediate --cn \"Upper CA\" --path-length 1
  certwright issue --root ca-csr.json --json | cfssljson -bare ca

Built-in profiles, where there is no --config: server (the default), client, peer (server and client) and
intermediate. In place of one, --as ROLE: `certwright roles list`. Leaves live one year, authorities ten. No
certificate ends later than the one of its issuer.

Written are BASE.pem, BASE-key.pem (PKCS#8, mode 0600) and BASE.csr; with --csr or --existing-key no key, with --csr
no request. With --json nothing is written, and standard output gets {\"cert\":PEM,\"csr\":PEM,\"key\":PEM} as cfssl
prints it, without what would not be written. `certwright rollback BASE` undoes a --force.";

/// The arguments of `issue`.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(in crate::cli) struct IssueArguments {
    /// What is asked for, as cfssl's CSR JSON; `-` reads standard input
    request: Option<PathBuf>,
    /// A request from elsewhere in place of it: its key, its subject and its names
    #[arg(long, value_name = "FILE", conflicts_with_all = ["request", "key", "existing_key", "root"])]
    csr: Option<PathBuf>,
    /// Make a new root, which signs itself
    #[arg(long, conflicts_with_all = ["ca", "ca_key", "intermediate", "profile", "config"])]
    root: bool,
    #[command(flatten)]
    issuer: IssuerArguments,
    /// The signing configuration with the profiles
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The profile [default: server, or the default one of --config]
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
    /// What it is for, such as etcd-server: the role gives the usages, and what it needs has to be there
    #[arg(long = "as", value_name = "ROLE", value_parser = role_parser())]
    role: Option<Role>,
    /// Make an authority below --ca: the profile `intermediate` unless another is named
    #[arg(long)]
    intermediate: bool,
    /// How many authorities may stand below this one, in place of what the request or profile says
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    path_length: Option<u32>,
    /// The common name, in place of the request's
    #[arg(long, value_name = "NAME")]
    cn: Option<String>,
    /// A host name, IP address, e-mail address or URI, in place of the request's; repeatable
    #[arg(long, value_name = "HOST")]
    host: Vec<String>,
    /// The kind of key to make [default: the request's, or p256]
    #[arg(long, value_name = "KIND", conflicts_with = "existing_key")]
    key: Option<KeyChoice>,
    /// A private key that exists, in place of a new one (--ca-password-* opens it too)
    #[arg(long, value_name = "FILE")]
    existing_key: Option<PathBuf>,
    #[command(flatten)]
    lifetime: Lifetime,
    /// The folder for the files
    #[arg(long, value_name = "FOLDER", default_value = ".")]
    out: PathBuf,
    /// The base name of the files [default: of the common name]
    #[arg(long, value_name = "BASE")]
    name: Option<String>,
    /// Print JSON and write nothing
    #[arg(long, conflicts_with_all = ["out", "name", "force"])]
    json: bool,
    /// Replace files that exist; they are kept below `previous`
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    lints: LintArguments,
    /// Fail rather than let it end earlier than asked
    #[arg(long)]
    strict: bool,
    /// Take this for the present time, such as 2030-01-02 or 2030-01-02T15:04:05Z
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    at: Option<OffsetDateTime>,
}

/// Runs the command.
pub(in crate::cli) fn issue(arguments: &IssueArguments) -> Result<Outcome, Failure> {
    if let Some(failure) = arguments.too_little() {
        return Ok(misused(&failure));
    }
    let now = now(arguments.at);
    arguments.lifetime.check(now)?;
    let flags = Flags { cn: arguments.cn.as_deref(), hosts: &arguments.host, key: arguments.key };
    let asked = Asked::read(arguments.request.as_deref(), arguments.csr.as_deref(), &flags)?;
    asked.check_hosts()?;
    let password = arguments.issuer.password()?;
    let key = KeySource::choose(&asked, arguments.existing_key.as_deref(), password.as_ref())?;
    let authority = arguments.issuer.read(password.as_ref())?;
    if let Some(authority) = &authority {
        authority.check_time(now)?;
    }
    let job = match authority {
        None => Job::root(arguments, asked)?,
        Some(authority) => Job::below(arguments, asked, authority, &key)?,
    };
    if arguments.json {
        let made = job.make(key, arguments.strict, now)?;
        return made.print().map(|()| Outcome::Done);
    }
    let base = job.base(arguments)?;
    // Before a key is made, which may take a while.
    let kinds = Kinds {
        base: &base,
        key: key.existing(),
        password: password.as_ref(),
        csr: arguments.csr.is_none(),
        is_authority: job.profile.ca.is_some(),
        signer: &arguments.issuer.files(),
    };
    kinds.check(&arguments.out, arguments.force)?;
    let made = job.make(key, arguments.strict, now)?;
    made.write(base, arguments, password.as_ref())
}

impl IssueArguments {
    fn makes_intermediate(&self) -> bool {
        self.intermediate || self.role == Some(Role::Intermediate)
    }

    fn too_little(&self) -> Option<Failure> {
        if !self.root && self.issuer.ca.is_none() {
            return Some(Failure::new("nothing is said about who signs").with_hint(
                "--ca CA.pem for the authority that signs (its key: --ca-key), or --root to make a new root",
            ));
        }
        if let Some(role) = self.role
            && let Some(failure) = super::role::misplaced(role, self.root, self.makes_intermediate())
        {
            return Some(failure);
        }
        if let (true, Err(failure)) = (self.root || self.makes_intermediate(), refuse_hosts(&self.host)) {
            return Some(failure);
        }
        if self.request.is_none() && self.csr.is_none() && self.cn.is_none() && self.host.is_empty() {
            return Some(Failure::new("nothing is said about whom the certificate is for").with_hint(
                "--cn NAME and --host HOST, a CSR JSON, or a request from elsewhere: --csr FILE",
            ));
        }
        None
    }
}

/// All that is known before there is a key.
struct Job {
    asked: Asked,
    authority: Option<Authority>,
    profile: Profile,
    default: Profile,
    ignored_lints: Vec<&'static str>,
}

impl Job {
    fn root(arguments: &IssueArguments, mut asked: Asked) -> Result<Self, Failure> {
        asked.request.require_subject().map_err(|error| asked.at_top(&error))?;
        let ca = asked.request.ca.get_or_insert_default();
        let is_written = ca.expiry_place().is_some();
        ca.path_length = arguments.path_length.or(ca.path_length);
        let mut profile = root::new_root_profile(&asked.request).map_err(|error| asked.at_top(&error))?;
        if !is_written {
            profile.expiry = GoDuration::parse(TEN_YEARS).unwrap_or(profile.expiry);
        }
        arguments.lifetime.put_into(&mut profile);
        check_positive(&asked, &profile)?;
        let ignored_lints = arguments.lints.ignored.clone();
        Ok(Self { asked, authority: None, default: profile.clone(), profile, ignored_lints })
    }

    fn below(
        arguments: &IssueArguments,
        mut asked: Asked,
        authority: Authority,
        key: &KeySource,
    ) -> Result<Self, Failure> {
        let choice = Choice {
            config: arguments.config.as_deref(),
            name: arguments.profile.as_deref(),
            intermediate: arguments.makes_intermediate(),
            role: arguments.role,
            is_rsa: key.is_rsa(),
        };
        let mut terms = choice.terms()?;
        if terms.profile.ca.is_some() {
            refuse_hosts(&arguments.host)?;
            as_intermediate(&mut asked, &mut terms, arguments.path_length)?;
            authority.check_path(terms.profile.ca.and_then(|ca| ca.path_length))?;
        } else {
            check_leaf(&asked, &terms)?;
            refuse_key_of(&authority, key)?;
            refuse_path_length(arguments.path_length)?;
        }
        if let Some(role) = arguments.role {
            let signs = authority.certificate().public_key().kind();
            super::role::check(role, &mut asked, &terms, (key.kind(), signs == PublicKeyKind::Ed25519))?;
        }
        let Terms { mut profile, default, .. } = terms;
        arguments.lifetime.put_into(&mut profile);
        let ignored_lints = arguments.lints.ignored.clone();
        Ok(Self { asked, authority: Some(authority), profile, default, ignored_lints })
    }

    /// The base name of the files.
    fn base(&self, arguments: &IssueArguments) -> Result<String, Failure> {
        if let Some(name) = &arguments.name {
            check_base(name)?;
            return Ok(name.clone());
        }
        self.asked.title().and_then(base_name).ok_or_else(|| {
            Failure::new("the files need a name, and none can be made of the common name")
                .with_hint("--name BASE")
        })
    }

    fn make(self, key: KeySource, strict: bool, now: OffsetDateTime) -> Result<Made, Failure> {
        let request = &self.asked.request;
        let policy = Policy { profile: &self.profile, default: &self.default };
        let role = match &self.authority {
            None => plan::Role::Root(&self.profile),
            Some(authority) => plan::Role::Issued { issuer: authority.certificate(), policy },
        };
        let is_authority = self.profile.ca.is_some();
        let name = self.asked.title().unwrap_or("the certificate");
        let wanted = Wanted { name, request, role, renew: RenewBefore::default(), is_authority };
        let Key { private, public, is_new } = key.make()?;
        let (approved, adjustments) = plan::approve(&wanted, &public, now)?;
        let path = self.authority.as_ref().map(Authority::verification_path).transpose()?;
        let signer = match (&self.authority, &path, &private) {
            (Some(authority), Some(path), _) => Signer::Authority(&authority.issuer, path),
            (_, _, Some(private)) => Signer::Own(private),
            (_, _, None) => return Err(Failure::new("a root needs its own private key")),
        };
        let issuance = Issuance { signer, ignored_lints: &self.ignored_lints, now };
        let MadeCertificate { certificate, cut } = issuance.issue(approved)?;
        if let (Some(cut), Some(above)) = (cut, &self.authority) {
            note(&told_of_cut(name, &above.path, &certificate, cut, strict)?);
        }
        adjustments.iter().for_each(|adjustment| note(&format!("{name}: {adjustment}")));
        let csr = private.as_ref().map(|key| CertificateSigningRequest::build(request, key)).transpose()?;
        Ok(Made {
            certificate: certificate.to_pem(),
            ends: moment(certificate.validity().not_after),
            csr: csr.map(|csr| csr.to_pem()),
            key: private.as_ref().filter(|_| is_new).map(pkcs8_pem),
            existing: (!is_new).then_some(public),
            is_root: self.authority.is_none(),
            is_authority,
        })
    }
}

/// What was made.
struct Made {
    certificate: String,
    ends: String,
    csr: Option<String>,
    key: Option<zeroize::Zeroizing<Vec<u8>>>,
    existing: Option<PublicKey>,
    is_root: bool,
    is_authority: bool,
}

impl Made {
    fn print(&self) -> Result<(), Failure> {
        let key = self.key.as_deref().and_then(|key| std::str::from_utf8(key).ok());
        let issued = Issued { cert: Some(&self.certificate), csr: self.csr.as_deref(), key };
        let text = zeroize::Zeroizing::new(format!("{}\n", to_go_json(&issued)));
        Ok(streams::print(&text)?)
    }

    fn write(
        self,
        base: String,
        arguments: &IssueArguments,
        password: Option<&Password>,
    ) -> Result<Outcome, Failure> {
        let out = &arguments.out;
        let Self { certificate, ends, csr, key, existing, is_root, is_authority } = self;
        let has_csr = csr.is_some();
        let files = Files { base, key, csr, certificate };
        let kinds = Kinds {
            base: &files.base,
            key: existing.as_ref(),
            password,
            csr: has_csr,
            is_authority,
            signer: &arguments.issuer.files(),
        };
        let replaces = files.write(kinds, out, arguments.force)?;
        let sign = if replaces { '~' } else { '+' };
        let what = if is_root { "a new root, " } else { "" };
        streams::print(&format!("{sign} {}: {what}ends on {ends}: {}\n", files.base, files.names(out)))?;
        if replaces && let Some(left_behind) = files.told_of_left_behind(out, is_authority)? {
            note(&left_behind);
        }
        Ok(Outcome::Done)
    }
}

/// A request for an authority, as the profile makes it; a built-in profile leaves path length and life to it.
fn as_intermediate(asked: &mut Asked, terms: &mut Terms, path_length: Option<u32>) -> Result<(), Failure> {
    if asked.request.subject.is_empty() {
        return Err(Failure::new("an authority needs a name").with_hint("--cn NAME"));
    }
    let written = asked.request.ca.clone();
    if terms.is_built_in {
        let expiry = written.as_ref().map(CaRequest::expiry).transpose();
        if let Some(expiry) = expiry.map_err(|error| asked.at_top(&error))?.flatten() {
            terms.profile.expiry = expiry;
            check_positive(asked, &terms.profile)?;
        }
        if let (Some(CaRequest { path_length: Some(length), .. }), Some(ca)) =
            (&written, &mut terms.profile.ca)
        {
            ca.path_length = Some(*length);
        }
    }
    if let (Some(_), Some(ca)) = (path_length, &mut terms.profile.ca) {
        ca.path_length = path_length;
    }
    asked.drop_basic_constraints();
    asked.request.ca = Some(CaRequest::with_path_length(terms.profile.ca.and_then(|ca| ca.path_length)));
    Ok(())
}
