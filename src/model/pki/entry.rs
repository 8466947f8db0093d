//! The entries of a manifest: which keys go together, and what they put in place of the request's.

use std::sync::Arc;

use time::Duration;

use crate::model::profile::{CaConstraint, Profile};
use crate::model::request::{CaRequest, CertificateRequest, KeyRequest};
use crate::model::role::complete;
use crate::vocab::algorithm::KeySpec;
use crate::vocab::duration::GoDuration;
use crate::vocab::role::Role;
use crate::vocab::spoken::span;
use crate::wire::csr_request::Key;
use crate::wire::json::{Located, Notice, Place};
use crate::wire::manifest::{Entry, Source};

use super::hosts::{check_authority_placeholders, check_hosts, check_hosts_of_nodes, check_placeholders};
use super::nodes::PLACEHOLDER;
use super::{
    Authority, AuthorityKind, Certificates, Documents, FileRules, Order, PkiReader, RenewBefore, files,
    nodes, role, unknown_issuer,
};

impl<D: Documents> PkiReader<'_, D> {
    pub(super) fn authority(&mut self, name: String, entry: Located<Entry>) -> Result<Authority, D::Error> {
        let Located { value: mut entry, place } = entry;
        for (written, key) in [(entry.nodes.is_some(), "nodes"), (entry.hosts.is_some(), "hosts")] {
            if written {
                let notice = misplaced(&place, key, "an authority");
                return Err(notice.with_hint(format!("remove \"{key}\": a CA is no host")).into());
            }
        }
        check_entry_name(&name, &place)?;
        let files = self.files(&name, &place, &entry)?;
        let role = role::of_authority(&entry)?;
        if !entry.cert.value.is_empty() {
            return Ok(Authority { kind: existing(entry, &place)?, name, files });
        }
        let csr = entry.csr.take();
        let key = generated_key(entry.key.take())?;
        let mut request = csr.map(|source| self.documents.request(source)).transpose()?.unwrap_or_default();
        override_request(&mut request, key, &entry);
        check_authority_placeholders(&request, &files.name, &place)?;
        let kind = if entry.issuer.value.is_empty() {
            if !entry.profile.value.is_empty() {
                return Err(Notice::new(&entry.profile.place, "a root has no profile: it signs itself")
                    .with_hint("name its \"issuer\" to make it an intermediate, or remove \"profile\"")
                    .into());
            }
            self.root(request, &entry, &place)?
        } else {
            let mut order = self.order(request, &entry, role, &place)?;
            if entry.profile.value.is_empty() && role.is_some() {
                self.give_path_length(&mut order, &name);
            }
            if order.profile.ca.is_none() {
                let (at, which) = named_profile(&entry, &place);
                return Err(Notice::new(at, format!("{which} issues no authorities"))
                    .with_hint("add \"ca_constraint\": {\"is_ca\": true} to the profile, or name another")
                    .into());
            }
            AuthorityKind::Intermediate(order)
        };
        Ok(Authority { name, kind, files })
    }

    /// Where no profile decides, an intermediate has the path length it asks for, or the one that it needs.
    fn give_path_length(&self, order: &mut Order, name: &str) {
        let is_decided = order.default.ca.is_some();
        let Some(ca) = order.profile.ca.filter(|_| !is_decided) else { return };
        let asked = order.request.ca.as_ref().and_then(|ca| ca.path_length);
        let path_length = asked.or(self.depths.get(name).copied()).or(ca.path_length);
        if path_length != ca.path_length {
            let ca = Some(CaConstraint { path_length });
            order.profile = Arc::new(Profile { ca, ..Profile::clone(&order.profile) });
        }
    }

    fn root(
        &self,
        mut request: CertificateRequest,
        entry: &Entry,
        at: &Place,
    ) -> Result<AuthorityKind, Notice> {
        if !entry.expiry.value.is_empty() {
            request.set_ca_expiry(lifetime(&entry.expiry)?, entry.expiry.place.clone());
        }
        request.require_subject().map_err(|error| error.notice(at))?;
        request.key.spec().map_err(|error| error.notice(at))?;
        let asked =
            request.ca.as_ref().map(CaRequest::expiry).transpose().map_err(|error| error.notice(at))?;
        let profile = Profile::root();
        let lifetime = asked.flatten().unwrap_or(profile.expiry);
        if lifetime.nanoseconds() <= 0 {
            let place = if entry.expiry.value.is_empty() { at } else { &entry.expiry.place };
            return Err(too_short(place));
        }
        self.check_renewal(entry, (lifetime, profile.backdating()), at)?;
        Ok(AuthorityKind::Root(request))
    }

    pub(super) fn certificates(
        &mut self,
        name: String,
        entry: Located<Entry>,
    ) -> Result<Certificates, D::Error> {
        let Located { value: mut entry, place } = entry;
        check_entry_name(&name, &place)?;
        if !entry.cert.value.is_empty() {
            return Err(misplaced(&entry.cert.place, "cert", "a certificate").into());
        }
        let csr = entry.csr.take();
        let key = generated_key(entry.key.take())?;
        let expanded = entry.nodes.take().map(nodes::expand).transpose()?;
        let mut request = csr.map(|source| self.documents.request(source)).transpose()?.unwrap_or_default();
        override_request(&mut request, key, &entry);
        let mut files = self.files(&name, &place, &entry)?;
        if expanded.is_some() && entry.file.value.is_empty() {
            files.name.value = format!("{name}-{PLACEHOLDER}");
        }
        let role = role::of_certificate(&entry)?;
        if let Some(role) = role {
            complete(role, &mut request);
        }
        let order = self.order(request, &entry, role, &place)?;
        if order.profile.ca.is_some() {
            let (at, which) = named_profile(&entry, &place);
            return Err(Notice::new(at, format!("{which} issues authorities"))
                .with_hint("name a profile for certificates; authorities stand under \"authorities\"")
                .into());
        }
        check_placeholders(&order.request, &files.name, expanded.is_some(), &place)?;
        check_hosts(&order.request, &place)?;
        let nodes = match expanded {
            None => None,
            Some(expanded) => {
                check_hosts_of_nodes(&order.request, &expanded)?;
                Some(expanded.nodes)
            }
        };
        let certificates = Certificates { name, order, nodes, files };
        if let Some(role) = role {
            let signs = self.ed25519.contains(&certificates.order.issuer);
            role::check(role, &certificates, &entry, signs)?;
        }
        Ok(certificates)
    }

    fn order(
        &mut self,
        request: CertificateRequest,
        entry: &Entry,
        role: Option<Role>,
        at: &Place,
    ) -> Result<Order, Notice> {
        let issuer = self.issuer(&entry.issuer, at)?;
        let mut profile = match role.filter(|_| entry.profile.value.is_empty()) {
            Some(role) => self.profiles.of_role(role, matches!(request.key.spec(), Ok(KeySpec::Rsa(_)))),
            None => self.profiles.get(&entry.profile, at)?,
        };
        if !entry.expiry.value.is_empty() {
            profile = with_expiry(&profile, &entry.expiry)?;
        }
        request.key.spec().map_err(|error| error.notice(at))?;
        let default = &self.profiles.default;
        let lifetime = if profile.expiry.is_zero() { default.expiry } else { profile.expiry };
        if profile.not_after.is_none() {
            self.check_renewal(entry, (lifetime, profile.backdating()), at)?;
        }
        Ok(Order { request, issuer, profile, default: Arc::clone(&self.profiles.default) })
    }

    /// What is due as soon as it is made would be made again at every run.
    fn check_renewal(
        &self,
        entry: &Entry,
        (lifetime, backdating): (GoDuration, Duration),
        at: &Place,
    ) -> Result<(), Notice> {
        let own = RenewBefore::parse(&entry.renew_before)?;
        let lifetime = Duration::nanoseconds(lifetime.nanoseconds());
        let before = own.unwrap_or(self.renew).before_the_end_of(lifetime);
        // Whether a lifetime can be at all is said elsewhere.
        if before < lifetime - backdating || lifetime <= backdating {
            return Ok(());
        }
        let spoken = |time: Duration| span(time.whole_seconds());
        let mut message =
            format!("it would be renewed {} before its end, and lives {}", spoken(before), spoken(lifetime));
        if before < lifetime {
            message += &format!(", {} of it before it is made", spoken(backdating));
        }
        let (place, hint) = match own {
            Some(_) => (&entry.renew_before.place, "write less than the lifetime, or a part of it: \"30%\""),
            None => (at, "give it a \"renew_before\" of its own, or one in percent for all"),
        };
        Err(Notice::new(place, message).with_hint(hint))
    }

    fn issuer(&self, issuer: &Located<String>, at: &Place) -> Result<usize, Notice> {
        if issuer.value.is_empty() {
            return match self.order.len() {
                1 => Ok(0),
                0 => Err(Notice::new(at, "there is no authority to sign it")
                    .with_hint("add \"authorities\": {\"ca\": {\"csr\": \"ca-csr.json\"}}")),
                _ => Err(Notice::new(at, "there are several authorities, and no \"issuer\" is named")
                    .with_hint(format!("one of: {}", self.names()))),
            };
        }
        self.order
            .get(&issuer.value)
            .copied()
            .ok_or_else(|| unknown_issuer(issuer, self.order.keys().map(String::as_str)))
    }

    fn names(&self) -> String {
        self.order.keys().map(String::as_str).collect::<Vec<_>>().join(", ")
    }

    fn files(&self, name: &str, at: &Place, entry: &Entry) -> Result<FileRules, Notice> {
        let own = entry.lint.ignore.iter().map(|code| self.documents.lint(code));
        let ignored_lints =
            self.ignored_lints.iter().copied().map(Ok).chain(own).collect::<Result<_, _>>()?;
        let base = match entry.file.value.as_str() {
            "" => Located { value: name.to_owned(), place: at.clone() },
            _ => entry.file.clone(),
        };
        files::check_name(&base)?;
        Ok(FileRules {
            entry: at.clone(),
            name: base,
            key_mode: files::key_mode(&entry.mode)?,
            owner: entry.owner.clone(),
            group: entry.group.clone(),
            formats: entry.formats.clone(),
            password_env: entry.password_env.clone(),
            password_file: entry.password_file.clone(),
            server: entry.server.clone(),
            namespace: entry.namespace.clone(),
            renew: RenewBefore::parse(&entry.renew_before)?.unwrap_or(self.renew),
            ignored_lints,
        })
    }
}

/// Names of entries go to terminals and into file names.
fn check_entry_name(name: &str, at: &Place) -> Result<(), Notice> {
    if !name.contains(char::is_control) {
        return Ok(());
    }
    Err(Notice::new(at, format!("the name {name:?} has a control character"))
        .with_hint("name the entry with letters, digits and signs that can be seen"))
}

/// Where the profile of an entry is named, and how to speak of it.
fn named_profile<'e>(entry: &'e Entry, at: &'e Place) -> (&'e Place, &'static str) {
    match entry.profile.value.is_empty() {
        true => (at, "no \"profile\" is given, and the default one"),
        false => (&entry.profile.place, "this profile"),
    }
}

fn misplaced(at: &Place, key: &str, where_: &str) -> Notice {
    Notice::new(at, format!("\"{key}\" has no place in {where_}"))
}

/// An authority that exists brings its certificate, and its key if it is to issue.
fn existing(entry: Entry, at: &Place) -> Result<AuthorityKind, Notice> {
    if entry.csr.is_some() || !entry.issuer.value.is_empty() || !entry.profile.value.is_empty() {
        return Err(Notice::new(at, "an authority with a \"cert\" exists: nothing is made for it")
            .with_hint("remove \"csr\", \"issuer\" and \"profile\", or \"cert\""));
    }
    if let Some((key, place)) = without_effect(&entry) {
        let message =
            format!("\"{key}\" has no effect here: an authority with a \"cert\" is read, and never written");
        return Err(Notice::new(place, message).with_hint(format!("remove \"{key}\", or \"cert\"")));
    }
    let key = match entry.key {
        None => None,
        Some(Source::Named(path)) => Some(path),
        Some(Source::Inline(key)) => {
            return Err(Notice::new(&key.place, "the key of an authority that exists is a file")
                .with_hint("\"key\": \"ca-key.pem\""));
        }
    };
    Ok(AuthorityKind::Existing { certificate: entry.cert, key })
}

/// The first key that is about what is made.
fn without_effect(entry: &Entry) -> Option<(&'static str, &Place)> {
    let texts = [
        ("cn", &entry.cn),
        ("expiry", &entry.expiry),
        ("renew_before", &entry.renew_before),
        ("file", &entry.file),
        ("mode", &entry.mode),
        ("owner", &entry.owner),
        ("group", &entry.group),
        ("server", &entry.server),
        ("namespace", &entry.namespace),
    ];
    let lists = [("formats", &entry.formats), ("lint", &entry.lint.ignore)];
    let of_lists = lists.into_iter().filter_map(|(key, list)| Some((key, &list.first()?.place)));
    let of_texts = texts.into_iter().filter(|(_, text)| !text.value.is_empty());
    of_texts.map(|(key, text)| (key, &text.place)).chain(of_lists).next()
}

fn generated_key(key: Option<Source<Key>>) -> Result<Option<Located<Key>>, Notice> {
    match key {
        None => Ok(None),
        Some(Source::Inline(key)) => Ok(Some(Located { value: *key.value, place: key.place })),
        Some(Source::Named(path)) => {
            Err(Notice::new(&path.place, "a key that exists goes with a \"cert\" that exists")
                .with_hint("to generate one, write {\"algo\": \"ecdsa\", \"size\": 256}"))
        }
    }
}

fn override_request(request: &mut CertificateRequest, key: Option<Located<Key>>, entry: &Entry) {
    if let Some(key) = key {
        request.key = KeyRequest::from_document(key);
    }
    if !entry.cn.value.is_empty() {
        request.set_common_name(entry.cn.value.clone());
    }
    if let Some(hosts) = &entry.hosts {
        request.hosts.clone_from(&hosts.value);
    }
    request.drop_lone_empty_host();
}

fn lifetime(text: &Located<String>) -> Result<GoDuration, Notice> {
    GoDuration::parse_with_days(&text.value)
        .map_err(|error| Notice::new(&text.place, error.to_string()).with_hints(error.hint()))
}

fn too_short(at: &Place) -> Notice {
    Notice::new(at, "the lifetime has to be longer than nothing")
        .with_hint("write how long it lives: \"90d\", \"8760h\"")
}

fn with_expiry(profile: &Profile, text: &Located<String>) -> Result<Arc<Profile>, Notice> {
    let expiry = lifetime(text)?;
    if expiry.nanoseconds() <= 0 {
        return Err(too_short(&text.place));
    }
    let changed = Profile { expiry, expiry_text: text.value.clone(), not_after: None, ..profile.clone() };
    Ok(Arc::new(Profile { expiry_place: Some(text.place.clone()), ..changed }))
}
