//! What a request asks for and does not get, for those who asked.
//!
//! Under cfssl's names nothing of this is said: cfssl leaves it out in silence.

use const_oid::ObjectIdentifier;

use crate::model::extension::Extension;
use crate::model::request::CaRequest;
use crate::vocab::san::SubjectAltNames;
use crate::vocab::{asn1, oid};

use super::certificate::Certificate;
use super::clean::Adjustment;
use super::csr::CertificateSigningRequest;
use super::policy::ApprovedTemplate;

impl ApprovedTemplate {
    /// What the request asks for that will not be in the certificate, issued by an issuer or, without one, by itself.
    pub fn left_out(&self, csr: &CertificateSigningRequest, issuer: Option<&Certificate>) -> Vec<Adjustment> {
        let mut found = Vec::new();
        let template = self.template();
        let names = csr.subject_alt_names();
        if template.basic_constraints.ca {
            found.extend(hosts_of(names).cloned().map(Adjustment::HostOfAuthority));
        }
        let is_copied = |extension: &Extension| template.extra.iter().any(|own| own.oid == extension.oid);
        let missing: Vec<_> = csr.extensions().iter().filter(|extension| !is_copied(extension)).collect();
        let others = missing.iter().filter(|extension| extension.oid == oid::SUBJECT_ALT_NAME);
        let others = others.map(|extension| other_names(extension, names)).sum();
        if others > 0 {
            found.push(Adjustment::OtherNames(others));
        }
        let mut missing =
            missing.into_iter().filter(|extension| !DECIDED.contains(&extension.oid)).peekable();
        if missing.peek().is_some() {
            let written = self.extensions(issuer).unwrap_or_default();
            let is_there = |extension: &Extension| {
                written.iter().any(|own| (own.oid, &own.value) == (extension.oid, &extension.value))
            };
            found.extend(
                missing.filter(|extension| !is_there(extension)).map(|e| Adjustment::Extension(e.oid)),
            );
        }
        found
    }

    /// What the `ca` of a request asks for, where a profile decides about the authority.
    pub fn left_out_of_ca(&self, ca: Option<&CaRequest>) -> Vec<Adjustment> {
        let Some(ca) = ca else { return Vec::new() };
        let own = self.template().basic_constraints.path_length;
        let asked = ca.path_length.filter(|asked| Some(*asked) != own).map(|_| "pathlen");
        let expiry = ca.expiry_place().map(|_| "expiry");
        asked.into_iter().chain(expiry).map(Adjustment::OfCa).collect()
    }
}

/// Looked at in their own ways.
const DECIDED: [ObjectIdentifier; 2] = [oid::SUBJECT_ALT_NAME, oid::BASIC_CONSTRAINTS];

fn hosts_of(names: &SubjectAltNames) -> impl Iterator<Item = &String> {
    names.dns.iter().chain(&names.email).chain(&names.uri)
}

/// How many names are of kinds that are not read.
fn other_names(extension: &Extension, read: &SubjectAltNames) -> usize {
    let all = asn1::sequence_elements(&extension.value).map(|elements| elements.len()).unwrap_or_default();
    all.saturating_sub(hosts_of(read).count() + read.ip.len())
}
