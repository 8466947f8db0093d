//! One entry: what is to be done about its files, issuing what is wanted, and the files that come of it.

use time::OffsetDateTime;
use zeroize::Zeroizing;

use crate::cli::own::failure::Failure;
use crate::formats::Material;
use crate::issue::certificate::Certificate;
use crate::issue::csr::CertificateSigningRequest;
use crate::issue::issuance::{Issuance, Made, Signer};
use crate::issue::path::IssuerPath;
use crate::issue::signer::Issuer;
use crate::issue::validity::MOMENTS;
use crate::key::{KeyError, PrivateKey, PublicKey};
use crate::plan::{self, Action, Cut, Decision, Departures, Reason, Wanted};
use crate::store::{Change, Digest, Folder, NewFile, Stage, StagedFile, StoreError};

use super::extras::ExtraFile;
use super::form::Form;
use super::found::Found;
use super::memory::{Memory, Verifiable};
use super::rights;
use super::strangers;

/// What is to be done about modes, owners and other formats, though the certificate may stay.
pub(super) fn about_files(
    found: &Found,
    form: &Form,
    chain: &[Certificate],
    (decision, folder): (&Decision, Option<&Folder>),
) -> Result<Vec<Reason>, Failure> {
    let mut reasons = rights::differences(found, form);
    if decision.action != Action::IssueWithNewKey
        && found.lying.key.good().is_some()
        && found.key.as_ref().is_some_and(|file| !form.extras.is_key_form(&file.contents))
    {
        reasons.push(Reason::KeyForm(found.lying.key_name()));
    }
    if let (Action::Keep, Some(certificate), true) =
        (decision.action, found.lying.certificate.good(), found.lying.key.good().is_some())
    {
        let key = found.private.as_ref();
        let material = Material { name: &found.lying.base, certificate, chain, key };
        if !found.lying.is_verified {
            reasons.extend(form.extras.differences(&found.extras, &material)?);
        }
    }
    strangers::mark(&mut reasons, found, (form, chain), folder)?;
    Ok(reasons)
}

/// What was issued for an entry.
pub(super) struct Issued {
    pub(super) certificate: Certificate,
    csr: CertificateSigningRequest,
    /// The contents of the key file.
    key: Zeroizing<Vec<u8>>,
    /// The other formats.
    extras: Vec<ExtraFile>,
    pub(super) departures: Departures,
}

/// Issues what is wanted for a key; without an issuer it signs itself.
pub(super) fn issue(
    wanted: &Wanted<'_>,
    key: &PrivateKey,
    above: Above<'_>,
    shape: (&str, &Form),
    now: OffsetDateTime,
) -> Result<Issued, Failure> {
    let csr = CertificateSigningRequest::build(wanted.request, key)?;
    let (approved, adjustments) = plan::approve_csr(wanted, &csr, now)?;
    let (base, Form { extras, ignored_lints, .. }) = shape;
    let for_no_client = extras.are_for_no_client(&approved);
    let signer = above.signer.map_or(Signer::Own(key), |(issuer, path)| Signer::Authority(issuer, path));
    let Made { certificate, cut } = Issuance { signer, ignored_lints, now }.issue(approved)?;
    let material = Material { name: base, certificate: &certificate, chain: above.chain, key: Some(key) };
    let others = extras.all(&material)?;
    let key = extras.key_file(&certificate, key)?;
    let cut = cut.map(|by| Cut { end: certificate.validity().not_after, by });
    Ok(Issued {
        csr,
        key,
        extras: others,
        departures: Departures { adjustments, cut, for_no_client },
        certificate,
    })
}

/// What is to be said of a certificate that is going to be issued.
pub(super) fn foresee(
    wanted: &Wanted<'_>,
    key: &PublicKey,
    issuer: &Certificate,
    form: &Form,
    now: OffsetDateTime,
) -> Result<Departures, Failure> {
    let (mut approved, adjustments) = plan::approve(wanted, key, now)?;
    let by = approved.cap(issuer).filter(|by| *by > MOMENTS);
    let cut = by.map(|by| Cut { end: approved.template().validity.not_after, by });
    Ok(Departures { adjustments, cut, for_no_client: form.extras.are_for_no_client(&approved) })
}

/// Fails as [`issue`] would: what is wrong with the wanted certificate shows in a plan too.
pub(super) fn rehearse(
    wanted: &Wanted<'_>,
    key: &PublicKey,
    signer: (&Issuer, &IssuerPath),
    form: &Form,
    now: OffsetDateTime,
) -> Result<(), Failure> {
    let (approved, _) = plan::approve(wanted, key, now)?;
    let signer = Signer::Authority(signer.0, signer.1);
    Issuance { signer, ignored_lints: &form.ignored_lints, now }.issue(approved)?;
    Ok(())
}

/// What stands above an entry.
#[derive(Clone, Copy)]
pub(super) struct Above<'a> {
    /// Who signs, and the path the result is verified along; `None` for a root.
    pub(super) signer: Option<(&'a Issuer, &'a IssuerPath)>,
    /// The certificates from the issuer's to the root's.
    pub(super) chain: &'a [Certificate],
}

/// The key a decision asks for: the one that lies there, which is taken out, or a new one.
pub(super) fn key_for(
    decision: &Decision,
    found: &mut Found,
    wanted: &Wanted<'_>,
) -> Result<PrivateKey, Failure> {
    if decision.action != Action::IssueWithNewKey
        && let Some(key) = found.private.take()
    {
        return Ok(key);
    }
    let spec = wanted.request.key.spec().map_err(|error| Failure::new(error.to_string()))?;
    Ok(PrivateKey::generate(spec)?)
}

/// What is written for an entry, and how.
pub(super) struct Output<'a> {
    pub(super) base: &'a str,
    pub(super) form: &'a Form,
    pub(super) decision: &'a Decision,
    pub(super) found: &'a Found,
}

impl Output<'_> {
    /// Stages what was issued.
    pub(super) fn stage_issued(&self, issued: &Issued, stage: &mut Stage) -> Result<Change, StoreError> {
        let new_key = self.decision.action == Action::IssueWithNewKey;
        let mut files = Vec::new();
        if self.writes_key() {
            files.push(self.key_file(issued.key.clone()));
        }
        for ExtraFile { name, contents, holds_key } in &issued.extras {
            files.push(self.extra_file(name.clone(), contents.clone(), *holds_key));
        }
        files.push(self.public_file(format!("{}.csr", self.base), issued.csr.to_pem()));
        files.push(self.public_file(format!("{}.pem", self.base), issued.certificate.to_pem()));
        let lying = &self.found.lying;
        let replaces = lying.certificate.exists() || self.found.key.is_some();
        let old = if replaces || self.has_strangers() { self.all_names() } else { Vec::new() };
        let fresh = !replaces && !lying.csr.exists() && self.found.extras.iter().all(Option::is_none);
        let files = stage_all(&files, stage)?;
        Ok(Change { base: self.base.to_owned(), files, old, together: new_key && replaces, fresh })
    }

    /// The name of what was issued in the memory of what was verified.
    pub(super) fn digest(&self, issued: &Issued, memory: &Memory, chain: &[Certificate]) -> Option<Digest> {
        if !memory.is_kept() {
            return None;
        }
        let key = match &self.found.key {
            Some(file) if !self.writes_key() => &file.contents,
            _ => &issued.key,
        };
        let files = [issued.certificate.to_pem(), issued.csr.to_pem()];
        let others: Vec<&[u8]> = issued.extras.iter().map(|file| file.contents.as_slice()).collect();
        let what = Verifiable { base: self.base, chain, extras: &self.form.extras };
        memory.digest(what, [files[0].as_bytes(), key, files[1].as_bytes()], &others)
    }

    fn writes_key(&self) -> bool {
        self.decision.action == Action::IssueWithNewKey || self.is_named(&self.found.lying.key_name())
    }

    /// Stages what is written again though the certificate stays.
    pub(super) fn stage_repairs(
        &self,
        wanted: &Wanted<'_>,
        chain: &[Certificate],
        stage: &mut Stage,
    ) -> Result<Change, Failure> {
        let mut files = Vec::new();
        let lying = &self.found.lying;
        if let (Some(certificate), Some(key)) = (lying.certificate.good(), &self.found.private) {
            let material = Material { name: self.base, certificate, chain, key: Some(key) };
            for ExtraFile { name, contents, holds_key } in self.form.extras.all(&material)? {
                if self.is_outdated(&name) {
                    files.push(self.extra_file(name, contents, holds_key));
                }
            }
            if self.is_outdated(&lying.key_name()) {
                files.push(self.key_file(self.form.extras.key_file(certificate, key)?));
            }
        }
        if self.decision.write_csr
            && let Some(key) = &self.found.private
        {
            let csr = CertificateSigningRequest::build(wanted.request, key)?;
            files.push(self.public_file(lying.csr_name(), csr.to_pem()));
        }
        for (ending, holds_key, file) in self.found.files(self.form) {
            let name = self.found.name(ending);
            if self.has_strange_rights(&name) && !files.iter().any(|new| new.name == name) {
                files.push(self.extra_file(name, file.contents.clone(), holds_key));
            }
        }
        let files = stage_all(&files, stage)?;
        let old = if self.has_strangers() { self.all_names() } else { Vec::new() };
        Ok(Change { base: self.base.to_owned(), files, old, together: false, fresh: false })
    }

    /// Every file of a generation.
    fn all_names(&self) -> Vec<String> {
        let lying = &self.found.lying;
        let own = [lying.key_name(), lying.csr_name(), lying.certificate_name()];
        own.into_iter().chain(self.form.extras.names(self.base)).collect()
    }

    fn has_strangers(&self) -> bool {
        self.decision.reasons.iter().any(|reason| matches!(reason, Reason::Foreign(_)))
    }

    /// Whether a file is to be written anew for any reason.
    fn is_named(&self, name: &str) -> bool {
        self.is_outdated(name) || self.has_strange_rights(name)
    }

    /// Whether a file is to have other contents, though the certificate stays.
    fn is_outdated(&self, name: &str) -> bool {
        self.decision.reasons.iter().any(|reason| match reason {
            Reason::Missing(file)
            | Reason::Outdated(file)
            | Reason::KeyForm(file)
            | Reason::Foreign(file) => file == name,
            _ => false,
        })
    }

    fn has_strange_rights(&self, name: &str) -> bool {
        self.decision.reasons.iter().any(|reason| match reason {
            Reason::LooseMode { file, .. } | Reason::Owner(file) => file == name,
            _ => false,
        })
    }

    fn key_file(&self, contents: Zeroizing<Vec<u8>>) -> NewFile {
        NewFile { name: format!("{}-key.pem", self.base), contents, rights: self.form.rights.key() }
    }

    fn extra_file(&self, name: String, contents: Zeroizing<Vec<u8>>, holds_key: bool) -> NewFile {
        let rights = if holds_key { self.form.rights.key() } else { self.form.rights.public() };
        NewFile { name, contents, rights }
    }

    fn public_file(&self, name: String, text: String) -> NewFile {
        NewFile { name, contents: Zeroizing::new(text.into_bytes()), rights: self.form.rights.public() }
    }
}

fn stage_all(files: &[NewFile], stage: &mut Stage) -> Result<Vec<StagedFile>, StoreError> {
    files.iter().map(|file| stage.write(file)).collect()
}

/// Whether a certificate is of a key, as files; a generation that is not a pair is of no use. An encrypted key cannot
/// be told.
pub(super) fn is_pair(key: &[u8], certificate: &[u8]) -> bool {
    match (PrivateKey::from_consistent_pem(key, None), Certificate::from_pem(certificate)) {
        (Ok(key), Ok(certificate)) => key.public_key().key_bits() == certificate.public_key().key_bits(),
        (Err(KeyError::Encrypted), Ok(_)) => true,
        _ => false,
    }
}
