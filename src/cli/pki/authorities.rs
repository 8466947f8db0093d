//! The authorities of a PKI: what lies there, what is to change, and who issues in the end.

use std::path::Path;

use time::OffsetDateTime;

use crate::cli::own::documents;
use crate::cli::own::failure::Failure;
use crate::formats::Format;
use crate::issue::certificate::Certificate;
use crate::issue::path::IssuerPath;
use crate::issue::policy::{Policy, PolicyError};
use crate::issue::root;
use crate::issue::signer::Issuer;
use crate::key::{KeyError, Password, PrivateKey};
use crate::model::pki::{Authority, AuthorityKind, Order, RenewBefore};
use crate::model::profile::Profile;
use crate::model::request::CertificateRequest;
use crate::plan::{self, Action, Decision, Lying, Permissions, PlanError, Reason, Refusal, Role, Wanted};
use crate::store::Folder;
use crate::vocab::algorithm::{Curve, KeySpec};
use crate::wire::json::Located;

use super::entry::{self, Above, Issued};
use super::form::Form;
use super::found::{self, Found};
use super::load::Loaded;
use super::lookups;
use super::setting::Setting;

/// An authority as it will stand when all is done.
pub(super) struct Standing {
    pub(super) name: String,
    pub(super) certificate: Certificate,
    /// `None` where the key is not there: nothing new can be issued.
    issuer: Option<Issuer>,
    /// Its own certificate and those above.
    pub(super) chain: Vec<Certificate>,
    /// Along which path what it issues is verified; `None` where a certificate that lies there is no authority's.
    path: Option<IssuerPath>,
    /// What is to be done with it; `None` for one that exists.
    pub(super) planned: Option<Planned>,
}

impl Standing {
    /// With what it issues; `None` where its key is not there.
    pub(super) fn signer(&self) -> Option<(&Issuer, &IssuerPath)> {
        self.issuer.as_ref().zip(self.path.as_ref())
    }

    /// What to do that what it issues may end later.
    pub(super) fn remedy(&self) -> String {
        match &self.planned {
            Some(planned) if planned.decision.held_up.is_none() => {
                format!("raise the \"renew_before\" of {}", self.name)
            }
            _ => format!("renew {} first", self.name),
        }
    }

    /// Its name, if it is made anew though nobody asked to replace it.
    pub(super) fn made_unasked(&self, setting: Setting<'_>) -> Option<&str> {
        let is_new = self.planned.as_ref()?.decision.reasons.contains(&Reason::New);
        let is_asked = setting.replace.contains(&self.name) || setting.rotate.contains(&self.name);
        (is_new && !is_asked).then_some(self.name.as_str())
    }

    /// The certificates above its own.
    pub(super) fn above(&self) -> &[Certificate] {
        self.chain.get(1..).unwrap_or_default()
    }
}

/// What is to be done with an authority.
pub(super) struct Planned {
    pub(super) base: String,
    pub(super) form: Form,
    pub(super) decision: Decision,
    pub(super) found: Found,
    pub(super) issued: Option<Issued>,
    request: CertificateRequest,
    profile: Option<Profile>,
    order: Option<Order>,
}

impl Planned {
    /// Who issues it; `None` for a root.
    pub(super) fn issuer<'s>(&self, standing: &'s [Standing]) -> Option<&'s Standing> {
        standing.get(self.order.as_ref()?.issuer)
    }
}

/// Decides about every authority, issuers first, and issues in memory what is to change.
pub(super) fn stand(authorities: &[Authority], setting: Setting<'_>) -> Result<Vec<Standing>, Failure> {
    let mut standing: Vec<Standing> = Vec::with_capacity(authorities.len());
    for authority in authorities {
        let next = match &authority.kind {
            AuthorityKind::Existing { certificate, key } => {
                let files = &authority.files;
                let password = lookups::password(files, setting.manifest_folder)
                    .map_err(|failure| failure.at(setting.manifest))?;
                existing(&authority.name, (certificate, key.as_ref()), password.as_ref(), setting)
                    .map_err(|failure| failure.at(setting.manifest))?
            }
            AuthorityKind::Root(request) => made(authority, request, None, &standing, setting)?,
            AuthorityKind::Intermediate(order) => {
                made(authority, &order.request, Some(order), &standing, setting)?
            }
        };
        standing.push(next);
    }
    Ok(standing)
}

/// Where a path length stands in a manifest.
fn about_path_length(error: PlanError) -> Failure {
    let is_about_it =
        matches!(&error, PlanError::Policy(PolicyError::NoCaBelowIssuer | PolicyError::PathTooLong { .. }));
    let failure = Failure::from(error);
    if !is_about_it {
        return failure;
    }
    failure.with_hint(
        "its issuer needs a path length of as many authorities as stand one below the other there: \"ca_constraint\": \
         {\"max_path_len\": N} in its profile, or, without a profile, \"ca\": {\"pathlen\": N} in its \"csr\"",
    )
}

/// Where the password of an authority's key stands.
fn about_password(failure: Failure, name: &str) -> Failure {
    let is = |error: KeyError| failure.message.ends_with(&error.to_string());
    let hint = if is(KeyError::WrongPassword) {
        format!("look whether \"password_file\" or \"password_env\" of {name} leads to the right password")
    } else if is(KeyError::Encrypted) {
        format!("name where the password of {name} is: \"password_file\" or \"password_env\"")
    } else {
        return failure;
    };
    failure.with_hint(hint)
}

/// The names of all authorities, as they are and as they were before.
pub(super) fn names(
    authorities: &[Authority],
    folder: Option<&Folder>,
    Loaded { path: manifest, folder: manifest_folder, .. }: &Loaded,
) -> Result<Vec<Vec<u8>>, Failure> {
    let mut names = Vec::new();
    for authority in authorities {
        if let AuthorityKind::Existing { certificate, .. } = &authority.kind {
            let certificate = named_certificate(certificate, manifest_folder);
            names.push(certificate.map_err(|failure| failure.at(manifest))?.subject().to_vec());
            continue;
        }
        let Some(folder) = folder else { continue };
        let base = &authority.files.name.value;
        // What cannot be read is said where it is of use.
        let files = [folder.read(&format!("{base}.pem")), folder.read_previous(base, ".pem")];
        let found = files.into_iter().filter_map(|file| file.ok().flatten());
        let good = found.filter_map(|file| Certificate::from_pem(&file.contents).ok());
        names.extend(good.map(|certificate| certificate.subject().to_vec()));
    }
    Ok(names)
}

/// The certificate that a manifest names.
fn named_certificate(certificate: &Located<String>, folder: &Path) -> Result<Certificate, Failure> {
    let path = lookups::within(folder, &certificate.value);
    documents::authority(&path).map_err(|failure| named(failure, &path).within(&certificate.place))
}

/// A failure about a file that a manifest names.
fn named(failure: Failure, path: &Path) -> Failure {
    if path.exists() { failure } else { failure.with_hint(lookups::RELATIVE) }
}

fn existing(
    name: &str,
    (written, key): (&Located<String>, Option<&Located<String>>),
    password: Option<&Password>,
    setting: Setting<'_>,
) -> Result<Standing, Failure> {
    let certificate = named_certificate(written, setting.manifest_folder)?;
    let issuer = match key {
        None => None,
        Some(key) => {
            let path = lookups::within(setting.manifest_folder, &key.value);
            let private = documents::private_key(&path, password);
            let private =
                private.map_err(|failure| named(about_password(failure, name), &path).within(&key.place))?;
            let issuer = Issuer::new(certificate.clone(), private).map_err(Failure::from);
            let pair = format!("{} and {}", written.value, key.value);
            Some(issuer.map_err(|failure| failure.within(pair).within(&key.place))?)
        }
    };
    let chain = vec![certificate.clone()];
    // It is trusted as it is: what stands above it, if anything, is not ours.
    let path = IssuerPath::trusted(&certificate)
        .map_err(|error| Failure::from(error).within(&written.value).within(&written.place))?;
    let name = name.to_owned();
    Ok(Standing { name, certificate, issuer, chain, path: Some(path), planned: None })
}

fn made(
    authority: &Authority,
    request: &CertificateRequest,
    order: Option<&Order>,
    standing: &[Standing],
    setting: Setting<'_>,
) -> Result<Standing, Failure> {
    let base = authority.files.name.value.clone();
    let form = Form::new(&authority.files, &request.key, setting)?;
    let client = Format::Kubeconfig.word();
    if let Some(word) = authority.files.formats.iter().find(|word| word.value == client) {
        let failure = Failure::new("a kubeconfig is a client's, and would give away the key of an authority");
        return Err(failure
            .within(&word.place)
            .at(setting.manifest)
            .with_hint("name it in the \"formats\" of a certificate for clients"));
    }
    let profile = match order {
        Some(_) => None,
        None => Some(root::new_root_profile(request).map_err(|error| Failure::new(error.to_string()))?),
    };
    let mut found = found::find(setting.folder, &base, &form, None)?;
    let issuer = order.and_then(|order| standing.get(order.issuer));
    let role = match (&profile, order, issuer) {
        (Some(profile), ..) => Role::Root(profile),
        (None, Some(order), Some(above)) => Role::Issued {
            issuer: &above.certificate,
            policy: Policy { profile: &order.profile, default: &order.default },
        },
        _ => return Err(Failure::new(format!("{} has no issuer", authority.name))),
    };
    let renew = authority.files.renew;
    let wanted = Wanted { name: &authority.name, request, role, renew, is_authority: true };
    let rotate_authority = setting.rotate.contains(&authority.name);
    let permissions = Permissions {
        replace_authority: rotate_authority || setting.replace.contains(&authority.name),
        rotate_authority,
        new_issuer: issuer.and_then(|above| above.made_unasked(setting)),
        ..setting.permissions
    };
    let within = |failure: Failure| form.at_entry(failure, &authority.name);
    let mut decision = plan::decide(&found.lying, &wanted, permissions, setting.now)
        .map_err(|error| within(about_path_length(error)))?;
    let above = issuer.map(|above| above.chain.clone()).unwrap_or_default();
    let about_files = entry::about_files(&found, &form, &above, (&decision, setting.folder));
    decision.reasons.extend(about_files.map_err(within)?);
    if let Some(issuer) = issuer {
        refuse_key_of(std::slice::from_ref(issuer), &found.lying, &mut decision);
    }
    form.rights.check(&mut decision);
    if decision.action != Action::Keep && decision.refusal.is_none() {
        decision.refusal = issuer.and_then(|above| cannot_issue(above, setting.now));
    }
    let (own, certificate, issued) = if decision.action == Action::Keep || decision.refusal.is_some() {
        let certificate = found.lying.certificate.good().cloned();
        // What lies in its place and is none stands for no authority.
        let certificate = certificate.filter(|found| found.basic_constraints().ca);
        (certificate.clone().and_then(|certificate| as_it_lies(certificate, &mut found)), certificate, None)
    } else {
        let key = if setting.only_plan && decision.action == Action::IssueWithNewKey {
            stand_in()?
        } else {
            entry::key_for(&decision, &mut found, &wanted).map_err(within)?
        };
        let over = Above { signer: issuer.and_then(Standing::signer), chain: &above };
        let issued = entry::issue(&wanted, &key, over, (&base, &form), setting.now).map_err(within)?;
        let certificate = issued.certificate.clone();
        (Some(Issuer::new(certificate.clone(), key)?), Some(certificate), Some(issued))
    };
    let certificate = match certificate {
        Some(certificate) => certificate,
        None => stand_in_certificate(&wanted, &form, setting).map_err(within)?,
    };
    let path = match issuer {
        Some(above) => above.path.as_ref().and_then(|path| path.below(&certificate).ok()),
        None => IssuerPath::trusted(&certificate).ok(),
    };
    let planned = Planned {
        base,
        form,
        decision,
        found,
        issued,
        request: request.clone(),
        profile,
        order: order.cloned(),
    };
    let chain = std::iter::once(certificate.clone()).chain(above.iter().cloned()).collect();
    let name = authority.name.clone();
    Ok(Standing { name, certificate, issuer: own, chain, path, planned: Some(planned) })
}

/// An authority that stays, if its key is there; the key is taken out of what was found.
fn as_it_lies(certificate: Certificate, found: &mut Found) -> Option<Issuer> {
    Issuer::new(certificate, found.private.take()?).ok()
}

/// A key for an authority that is only planned: nobody sees it.
fn stand_in() -> Result<PrivateKey, Failure> {
    Ok(PrivateKey::generate(KeySpec::Ecdsa(Curve::P256))?)
}

/// A certificate for an authority that was refused and has none, so that the rest can be looked at.
fn stand_in_certificate(
    wanted: &Wanted<'_>,
    form: &Form,
    setting: Setting<'_>,
) -> Result<Certificate, Failure> {
    let key = stand_in()?;
    let profile = Profile::root();
    let own = Wanted { role: Role::Root(&profile), ..*wanted };
    let nobody = Above { signer: None, chain: &[] };
    Ok(entry::issue(&own, &key, nobody, ("", form), setting.now)?.certificate)
}

/// Whoever serves with an authority's key could sign with it.
pub(super) fn refuse_key_of(authorities: &[Standing], lying: &Lying, decision: &mut Decision) {
    let Some(key) = lying.key.good().filter(|_| decision.action != Action::IssueWithNewKey) else { return };
    let bits = |authority: &Standing| authority.certificate.public_key().key_bits() == key.key_bits();
    if let Some(authority) = authorities.iter().find(|authority| bits(authority)) {
        let (file, authority) = (lying.key_name(), authority.name.clone());
        decision.refusal = Some(Refusal::KeyOfAuthority { file, authority });
    }
}

/// Why an authority cannot issue anything now.
pub(super) fn cannot_issue(authority: &Standing, now: OffsetDateTime) -> Option<Refusal> {
    if authority.planned.as_ref().is_some_and(|planned| planned.decision.refusal.is_some()) {
        return Some(Refusal::IssuerRefused(authority.name.clone()));
    }
    if authority.signer().is_none() {
        return Some(Refusal::NoIssuerKey(authority.name.clone()));
    }
    (authority.certificate.validity().not_after <= now)
        .then(|| Refusal::IssuerExpired(authority.name.clone()))
}

impl Planned {
    /// What is wanted of it, for repairs of its files.
    pub(super) fn wanted<'a>(&'a self, name: &'a str, standing: &'a [Standing]) -> Option<Wanted<'a>> {
        let role = match (&self.profile, &self.order) {
            (Some(profile), _) => Role::Root(profile),
            (None, Some(order)) => Role::Issued {
                issuer: &standing.get(order.issuer)?.certificate,
                policy: Policy { profile: &order.profile, default: &order.default },
            },
            _ => return None,
        };
        let renew = RenewBefore::default();
        Some(Wanted { name, request: &self.request, role, renew, is_authority: true })
    }
}
