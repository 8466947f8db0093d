//! Revocation lists among the files: whose they are, how old, and what they revoke.

use std::collections::HashMap;

use x509_parser::prelude::FromDer;
use x509_parser::revocation_list::{CertificateRevocationList, RevokedCertificate};
use x509_parser::x509::ReasonCode;

use crate::check::facts::Index;
use crate::check::graph::Graph;
use crate::check::material::{Located, RevocationList};
use crate::check::text::moment;
use crate::inspect::look::serial;
use crate::key::is_signed_by;
use crate::lint::{Finding, Severity};
use crate::vocab::quote::printable;

/// What is wrong with the lists, and what they revoke.
pub(in crate::check) fn of(graph: &mut Graph<'_>) -> Vec<Located> {
    let material = graph.material;
    if material.lists.is_empty() {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut by_number: HashMap<(&[u8], &[u8]), Vec<Index>> = HashMap::new();
    for (index, facts) in material.certificates.iter().enumerate() {
        if graph.is_first(index) {
            by_number.entry((facts.issuer(), facts.serial())).or_default().push(index);
        }
    }
    for list in &material.lists {
        let Ok((_, parsed)) = CertificateRevocationList::from_der(&list.der) else { continue };
        let issuers: Vec<Index> = (0..material.certificates.len())
            .filter(|index| graph.is_first(*index))
            .filter(|index| graph.facts(*index).subject() == parsed.issuer().as_raw())
            .filter(|index| graph.facts(*index).is_authority())
            .collect();
        let of_list = |finding| Located { file: list.file, position: None, finding };
        if let Some(fault) = issuer_fault(graph, list, &issuers) {
            found.push(of_list(fault));
            continue;
        }
        found.extend(out_of_time(graph, &parsed).map(of_list));
        // RFC 5280 section 5.3.1: removeFromCRL takes a revocation back.
        let is_revoked = |entry: &&RevokedCertificate<'_>| {
            entry.reason_code().is_none_or(|(_, reason)| reason != ReasonCode::RemoveFromCRL)
        };
        for entry in parsed.iter_revoked_certificates().filter(is_revoked) {
            let revoked = by_number.get(&(parsed.issuer().as_raw(), entry.raw_serial()));
            for index in revoked.into_iter().flatten() {
                let since = moment(entry.revocation_date.timestamp());
                let label = printable(material.file_label(list.file));
                let message = format!(
                    "it was revoked on {since} (serial number {} in {label})",
                    serial(entry.raw_serial())
                );
                let fix = "issue it anew with another key";
                let finding = Finding::new("revoked", Severity::Error, "RFC 5280 section 6.3", message, fix)
                    .refused_by(&["OpenSSL", "rustls"]);
                found.push(material.about(*index, finding));
            }
        }
    }
    found
}

const SIGNATURE_REFUSED_BY: &[&str] = &["OpenSSL", "Go", "rustls", "GnuTLS"];

/// Whether one of the authorities of its name signed a list and may do so.
fn issuer_fault(graph: &mut Graph<'_>, list: &RevocationList, issuers: &[Index]) -> Option<Finding> {
    if issuers.is_empty() {
        let message = "the authority that signed it is not among the files, so nothing is revoked by it";
        let fix = "name its certificate: --ca FILE";
        return Some(Finding::new("crl-issuer-not-given", Severity::Notice, "certwright", message, fix));
    }
    let signed = |graph: &mut Graph<'_>, index: &Index| {
        graph.public_key(*index).is_some_and(|key| is_signed_by(&list.der, key) == Ok(true))
    };
    let Some(signer) = issuers.iter().copied().find(|index| signed(graph, index)) else {
        let label = graph.material.label(issuers[0]);
        let message = format!("its signature is not that of {label}, which has its issuer's name");
        let fix = "have the authority sign a new list";
        let finding = Finding::new("crl-signature", Severity::Error, "RFC 5280 section 6.3.3", message, fix);
        return Some(finding.refused_by(SIGNATURE_REFUSED_BY));
    };
    if !graph.facts(signer).may_sign_lists() {
        let label = graph.material.label(signer);
        let message = format!("{label} signed it, and its keyUsage does not let it: cRLSign is missing");
        let fix = format!("issue {label} again with \"crl sign\" among its usages");
        let source = "RFC 5280 section 6.3.3 (f)";
        let finding = Finding::new("crl-issuer-may-not-sign", Severity::Error, source, message, fix);
        return Some(finding.refused_by(SIGNATURE_REFUSED_BY));
    }
    None
}

fn out_of_time(graph: &Graph<'_>, list: &CertificateRevocationList<'_>) -> Option<Finding> {
    let this = list.last_update().timestamp();
    if this > graph.now() {
        let message = format!("it was issued on {}, which is yet to come", moment(this));
        let fix = "set the clock, or have the authority sign a new list";
        let source = "RFC 5280 section 5.1.2.4";
        let finding = Finding::new("crl-not-yet-valid", Severity::Error, source, message, fix);
        return Some(finding.refused_by(&["OpenSSL", "GnuTLS"]));
    }
    let next = list.next_update()?.timestamp();
    if next >= graph.now() {
        return None;
    }
    let message = format!("its next update was due on {}", moment(next));
    let fix = "have the authority sign a new list";
    let source = "RFC 5280 section 5.1.2.5";
    let finding = Finding::new("crl-expired", Severity::Error, source, message, fix);
    Some(finding.refused_by(&["OpenSSL", "GnuTLS", "rustls"]))
}
