//! A whole PKI: the manifest, parsed.

mod entry;
mod files;
mod hosts;
mod nodes;
mod role;

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use crate::vocab::algorithm::KeySpec;
use crate::vocab::role::Role;
use crate::wire::csr_request::CsrRequest;
use crate::wire::json::{Located, Notice, Place, nearest};
use crate::wire::manifest::{Entry, Manifest, Source};
use crate::wire::signing_config::ConfigFile;

use super::config::SigningConfig;
use super::profile::Profile;
use super::request::CertificateRequest;
use super::role as model_role;

pub use files::{FileRules, RenewBefore, is_base_name};
pub use hosts::odd_host;
pub use nodes::Node;

/// A whole PKI. Every issuer is an index into `authorities`, and stands before what it issues.
#[derive(Clone, Debug)]
pub struct Pki {
    /// What issues others, issuers first.
    pub authorities: Vec<Authority>,
    /// Everything else, in the order of the text.
    pub certificates: Vec<Certificates>,
}

/// An entry of `authorities`.
#[derive(Clone, Debug)]
pub struct Authority {
    /// Its name in the manifest.
    pub name: String,
    /// What kind of authority.
    pub kind: AuthorityKind,
    /// How and where its files are written.
    pub files: FileRules,
}

/// Where an authority comes from.
#[derive(Clone, Debug)]
pub enum AuthorityKind {
    /// It is made here and signs itself.
    Root(CertificateRequest),
    /// It is made here and signed by another one.
    Intermediate(Order),
    /// It exists: its files are read and never written.
    Existing {
        /// The file of its certificate, as the manifest has it.
        certificate: Located<String>,
        /// The file of its key; without one it can issue nothing new.
        key: Option<Located<String>>,
    },
}

/// What an issuer is asked for.
#[derive(Clone, Debug)]
pub struct Order {
    /// The request.
    pub request: CertificateRequest,
    /// The issuer's index.
    pub issuer: usize,
    /// The profile that decides.
    pub profile: Arc<Profile>,
    /// The profile that fills its gaps.
    pub default: Arc<Profile>,
}

/// An entry of `certificates`: one certificate, or one for each node.
#[derive(Clone, Debug)]
pub struct Certificates {
    /// Its name in the manifest.
    pub name: String,
    /// What is asked for; with nodes, with placeholders.
    pub order: Order,
    /// The nodes; `None` where the entry is one certificate.
    pub nodes: Option<Vec<Node>>,
    /// How and where the files are written.
    pub files: FileRules,
}

/// One certificate of an entry.
#[derive(Clone, Debug)]
pub struct Member {
    /// Its name: the entry's, with the node's behind it.
    pub name: String,
    /// The base name of its files.
    pub file: String,
    /// The request, placeholders filled in.
    pub request: CertificateRequest,
}

/// Reads the documents a manifest names.
pub trait Documents {
    /// Why one cannot be used; also a fault of the manifest itself.
    type Error: From<Notice>;

    /// The signing configuration.
    ///
    /// # Errors
    /// It cannot be read, or means nothing.
    fn signing(&self, source: Source<ConfigFile>) -> Result<SigningConfig, Self::Error>;

    /// A request.
    ///
    /// # Errors
    /// It cannot be read, or means nothing.
    fn request(&self, source: Source<CsrRequest>) -> Result<CertificateRequest, Self::Error>;

    /// The code of a lint that there is.
    ///
    /// # Errors
    /// There is none.
    fn lint(&self, code: &Located<String>) -> Result<&'static str, Notice>;
}

impl Pki {
    /// The meaning of a manifest.
    ///
    /// # Errors
    /// The first fault, of the manifest or of a document it names.
    pub fn from_document<D: Documents>(manifest: Manifest, documents: &D) -> Result<Self, D::Error> {
        let Manifest { schema: _, comment: _, signing, authorities, certificates, renew_before, lint } =
            manifest;
        let config = signing.map(|source| documents.signing(source)).transpose()?;
        let renew = RenewBefore::parse(&renew_before)?.unwrap_or_default();
        let mut reader = PkiReader {
            documents,
            profiles: Profiles::new(config),
            order: BTreeMap::new(),
            depths: BTreeMap::new(),
            ed25519: HashSet::new(),
            renew,
            ignored_lints: lint.ignore.iter().map(|code| documents.lint(code)).collect::<Result<_, _>>()?,
        };
        let mut pki = Self { authorities: Vec::new(), certificates: Vec::new() };
        let authorities = issuers_first(authorities.0)?;
        reader.depths = depths(&authorities);
        for (name, entry) in authorities {
            let authority = reader.authority(name, entry)?;
            if authority.has_ed25519() {
                reader.ed25519.insert(pki.authorities.len());
            }
            reader.order.insert(authority.name.clone(), pki.authorities.len());
            pki.authorities.push(authority);
        }
        for (name, entry) in certificates.0 {
            pki.certificates.push(reader.certificates(name, entry)?);
        }
        pki.check_file_names()?;
        Ok(pki)
    }

    /// How many certificates there are, the authorities' that exist left out.
    pub fn len(&self) -> usize {
        let made = self.authorities.iter().filter(|a| !matches!(a.kind, AuthorityKind::Existing { .. }));
        made.count() + self.certificates.iter().map(Certificates::len).sum::<usize>()
    }

    /// Whether there is nothing to make.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// No two certificates may be written to one place.
    fn check_file_names(&self) -> Result<(), Notice> {
        let mut seen = HashSet::new();
        let made = self.authorities.iter().filter(|a| !matches!(a.kind, AuthorityKind::Existing { .. }));
        for authority in made {
            seen.insert(authority.files.name.value.clone());
        }
        for entry in &self.certificates {
            for index in 0..entry.len() {
                let file = entry.file(index);
                if let Some(twice) = seen.replace(file) {
                    let message = format!("two certificates would be written to {twice}.pem");
                    return Err(Notice::new(&entry.files.name.place, message)
                        .with_hint("give one of them another \"file\", or its nodes other names"));
                }
            }
        }
        Ok(())
    }
}

impl Authority {
    /// Whether its key is to be one; of a key that exists nothing is known here.
    fn has_ed25519(&self) -> bool {
        let request = match &self.kind {
            AuthorityKind::Root(request) => request,
            AuthorityKind::Intermediate(order) => &order.request,
            AuthorityKind::Existing { .. } => return false,
        };
        matches!(request.key.spec(), Ok(KeySpec::Ed25519))
    }
}

impl Certificates {
    /// How many certificates.
    pub fn len(&self) -> usize {
        self.nodes.as_ref().map_or(1, Vec::len)
    }

    /// Whether it has an empty list of nodes.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The certificate for a node, or the only one.
    pub fn member(&self, index: usize) -> Member {
        let Some(node) = self.node(index) else {
            let request = self.order.request.clone();
            return Member { name: self.name.clone(), file: self.file(index), request };
        };
        let mut request = self.order.request.clone();
        let name = node.fill(request.subject.common_name());
        request.set_common_name(name);
        let hosts: Vec<_> = request
            .hosts
            .iter()
            .map(|host| node.fill(&host.value))
            .chain(node.hosts.iter().cloned())
            .collect();
        request.set_hosts(hosts);
        Member { name: format!("{}-{}", self.name, node.name), file: self.file(index), request }
    }

    /// The base name of a certificate's files.
    pub fn file(&self, index: usize) -> String {
        match self.node(index) {
            Some(node) => node.fill(&self.files.name.value),
            None => self.files.name.value.clone(),
        }
    }

    fn node(&self, index: usize) -> Option<&Node> {
        self.nodes.as_ref()?.get(index)
    }
}

/// The profiles of the signing configuration, each of them once.
struct Profiles {
    config: Option<SigningConfig>,
    default: Arc<Profile>,
    shared: BTreeMap<String, Arc<Profile>>,
    /// Those of roles, by word and whether the key is RSA.
    roles: BTreeMap<(&'static str, bool), Arc<Profile>>,
}

impl Profiles {
    fn new(config: Option<SigningConfig>) -> Self {
        let default = match &config {
            Some(config) => config.default_profile().clone(),
            None => Profile::built_in(),
        };
        Self { config, default: Arc::new(default), shared: BTreeMap::new(), roles: BTreeMap::new() }
    }

    /// What a role is issued by: the default profile with the role's usages, or one of its own.
    fn of_role(&mut self, role: Role, is_rsa: bool) -> Arc<Profile> {
        let default = self.config.as_ref().map(SigningConfig::default_profile);
        let made = || {
            let mut profile = model_role::profile(role, default, is_rsa);
            if default.is_none() && role.is_authority() {
                // As long as a root of a manifest, or it would be cut short.
                profile.expiry = Profile::root().expiry;
                profile.expiry_text = Profile::root().expiry_text;
            }
            Arc::new(profile)
        };
        Arc::clone(self.roles.entry((role.word(), is_rsa)).or_insert_with(made))
    }

    fn get(&mut self, name: &Located<String>, at: &Place) -> Result<Arc<Profile>, Notice> {
        if let Some(shared) = self.shared.get(&name.value) {
            return Ok(Arc::clone(shared));
        }
        let Some(config) = &self.config else {
            return Err(Notice::new(at, "there is no \"signing\", which holds the profiles")
                .with_hint("add \"signing\": \"ca-config.json\", or the name of a built-in one: \"etcd\""));
        };
        let profile = match (name.value.as_str(), config.profile(&name.value)) {
            ("", _) if !config.has_default() => return Err(without_default(config, at)),
            ("", _) => config.default_profile(),
            (_, Some(profile)) => profile,
            (word, None) => return Err(unknown_profile(config, word, &name.place)),
        };
        if profile.usages.is_empty() {
            return Err(without_usages(config, name, at));
        }
        let shared = Arc::new(profile.clone());
        self.shared.insert(name.value.clone(), Arc::clone(&shared));
        Ok(shared)
    }
}

fn unknown_profile(config: &SigningConfig, word: &str, place: &Place) -> Notice {
    let notice = Notice::new(place, format!("the signing configuration has no profile \"{word}\""));
    notice.with_hint(config.advice_for(word))
}

fn without_default(config: &SigningConfig, at: &Place) -> Notice {
    Notice::new(at, "no \"profile\" is given, and the signing configuration has no default one")
        .with_hint(config.advice_for_none("name one"))
}

fn without_usages(config: &SigningConfig, name: &Located<String>, at: &Place) -> Notice {
    let (place, which) = match name.value.as_str() {
        "" => (at, "no \"profile\" is given, and the default one".to_owned()),
        word => (&name.place, format!("the profile \"{word}\"")),
    };
    Notice::new(place, format!("{which} has no usages"))
        .with_hint(config.advice_for_none("name a profile that has some"))
}

struct PkiReader<'d, D> {
    documents: &'d D,
    profiles: Profiles,
    /// The authorities read so far and their indexes.
    order: BTreeMap<String, usize>,
    /// How many authorities stand one below the other below each.
    depths: BTreeMap<String, u32>,
    /// Those that sign with an Ed25519 key.
    ed25519: HashSet<usize>,
    renew: RenewBefore,
    ignored_lints: Vec<&'static str>,
}

/// Sorts authorities so that each stands behind its issuer, and otherwise as in the text.
fn issuers_first(
    mut entries: Vec<(String, Located<Entry>)>,
) -> Result<Vec<(String, Located<Entry>)>, Notice> {
    let known: Vec<String> = entries.iter().map(|(name, _)| name.clone()).collect();
    for (_, entry) in &entries {
        let issuer = &entry.value.issuer;
        if !issuer.value.is_empty() && !known.contains(&issuer.value) {
            return Err(unknown_issuer(issuer, known.iter().map(String::as_str)));
        }
    }
    let mut sorted: Vec<(String, Located<Entry>)> = Vec::with_capacity(entries.len());
    while !entries.is_empty() {
        let is_ready = |(_, entry): &(String, Located<Entry>)| {
            let issuer = &entry.value.issuer.value;
            issuer.is_empty() || sorted.iter().any(|(name, _)| name == issuer)
        };
        let Some(ready) = entries.iter().position(is_ready) else {
            let circle: Vec<_> = entries.iter().map(|(name, _)| name.as_str()).collect();
            let message = format!("these authorities issue each other: {}", circle.join(", "));
            let place =
                entries.first().map(|(_, entry)| entry.value.issuer.place.clone()).unwrap_or_default();
            return Err(Notice::new(&place, message).with_hint("a root has no \"issuer\""));
        };
        let next = entries.remove(ready);
        sorted.push(next);
    }
    Ok(sorted)
}

/// How many authorities stand below each that issues some, one below the other.
fn depths(issuers_first: &[(String, Located<Entry>)]) -> BTreeMap<String, u32> {
    let mut depths = BTreeMap::new();
    for (name, entry) in issuers_first.iter().rev() {
        let issuer = &entry.value.issuer.value;
        if !issuer.is_empty() {
            let own = depths.get(name).copied().unwrap_or(0_u32);
            let below = depths.entry(issuer.clone()).or_default();
            *below = (*below).max(own.saturating_add(1));
        }
    }
    depths
}

fn unknown_issuer<'k>(issuer: &Located<String>, known: impl Iterator<Item = &'k str> + Clone) -> Notice {
    let notice = Notice::new(&issuer.place, format!("there is no authority \"{}\"", issuer.value));
    match nearest(&issuer.value, known.clone()) {
        Some(near) => notice.with_hint(format!("did you mean \"{near}\"?")),
        None => notice.with_hint(format!("the authorities: {}", known.collect::<Vec<_>>().join(", "))),
    }
}
