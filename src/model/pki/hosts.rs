//! Hosts and placeholders: what a client could ask for, and where `{node}` stands for a node's name.

use crate::model::request::CertificateRequest;
use crate::vocab::name::AttributeType;
use crate::vocab::san::{DnsFault, GeneralName, classify, dns_fault, oddity};
use crate::wire::json::{Located, Notice, Place};

use super::nodes::{Expanded, PLACEHOLDER};

/// `{node}` means something only where there are nodes, and several nodes need it in the file name.
pub(super) fn check_placeholders(
    request: &CertificateRequest,
    name: &Located<String>,
    has_nodes: bool,
    at: &Place,
) -> Result<(), Notice> {
    let texts = request.hosts.iter().map(|host| (host.value.as_str(), &host.place));
    let cn = (request.subject.common_name(), at);
    for (text, place) in texts.chain([cn, (name.value.as_str(), &name.place)]) {
        let known = if has_nodes { text.replace(PLACEHOLDER, "") } else { text.to_owned() };
        if known.contains(['{', '}']) {
            let hint = match has_nodes {
                true => "the only placeholder is {node}",
                false => "placeholders need \"nodes\": [\"node-[1-3]\"]",
            };
            return Err(
                unknown_placeholder(text, if place.is_nowhere() { at } else { place }).with_hint(hint)
            );
        }
    }
    check_subject(request, has_nodes, at)?;
    if has_nodes && !name.value.contains(PLACEHOLDER) {
        return Err(Notice::new(&name.place, "the nodes' files need names of their own")
            .with_hint(format!("\"file\": \"{}-{{node}}\"", name.value)));
    }
    Ok(())
}

/// Nothing is filled into the rest of a subject; other text in braces is text where there are no nodes.
fn check_subject(request: &CertificateRequest, has_nodes: bool, at: &Place) -> Result<(), Notice> {
    let is_filled = |text: &str| text.contains(PLACEHOLDER) || has_nodes && text.contains(['{', '}']);
    let kinds = AttributeType::all().filter(|kind| *kind != AttributeType::CommonName);
    let found = kinds.flat_map(|kind| request.subject.values(kind)).find(|text| is_filled(text));
    match found {
        None => Ok(()),
        Some(text) => Err(unknown_placeholder(text, at).with_hint(
            "{node} stands for a node's name in \"cn\", \"hosts\" and \"file\", and nowhere else",
        )),
    }
}

/// An authority is one.
pub(super) fn check_authority_placeholders(
    request: &CertificateRequest,
    name: &Located<String>,
    at: &Place,
) -> Result<(), Notice> {
    let texts = [(request.subject.common_name(), at), (name.value.as_str(), &name.place)];
    match texts.into_iter().find(|(text, _)| text.contains(PLACEHOLDER)) {
        None => check_subject(request, false, at),
        Some((text, place)) => {
            Err(unknown_placeholder(text, place).with_hint("an authority has no nodes: write a name"))
        }
    }
}

fn unknown_placeholder(text: &str, at: &Place) -> Notice {
    Notice::new(at, format!("\"{text}\" has a placeholder that is not known here"))
}

/// A host that no client could ask for, which our own commands issue nothing for. `{node}` stands for a name.
pub fn odd_host(host: &Located<String>) -> Option<Notice> {
    let advice = strange(&host.value.replace(PLACEHOLDER, "node"))?;
    Some(no_client_asks_for(&host.value, &host.place).with_hint(advice))
}

fn strange(host: &str) -> Option<&'static str> {
    oddity(host).or_else(|| match classify(host) {
        GeneralName::Dns(name) => dns_fault(name.as_bytes()).and_then(DnsFault::advice),
        _ => None,
    })
}

pub(super) fn check_hosts(request: &CertificateRequest, at: &Place) -> Result<(), Notice> {
    match request.hosts.iter().find_map(odd_host) {
        None => Ok(()),
        Some(notice) if notice.place.is_nowhere() => Err(Notice { place: at.clone(), ..notice }),
        Some(notice) => Err(notice),
    }
}

/// The hosts that a node's name makes, and those of its own.
pub(super) fn check_hosts_of_nodes(request: &CertificateRequest, expanded: &Expanded) -> Result<(), Notice> {
    let templates: Vec<_> = request
        .hosts
        .iter()
        .map(|host| host.value.as_str())
        .filter(|host| host.contains(PLACEHOLDER))
        .collect();
    for (number, node) in expanded.nodes.iter().enumerate() {
        for template in &templates {
            let host = node.fill(template);
            if let Some(advice) = strange(&host) {
                return Err(no_client_asks_for(&host, &expanded.place(number)).with_hint(advice));
            }
        }
        for (at, host) in node.hosts.iter().enumerate() {
            let place = || {
                let place = expanded.place(number);
                Place { path: format!("{}.hosts[{at}]", place.path), ..place }
            };
            if host.contains(PLACEHOLDER) {
                return Err(Notice::new(&place(), format!("nothing is filled into \"{host}\""))
                    .with_hint("{node} is filled into the \"hosts\" of the entry, which every node gets"));
            }
            if let Some(advice) = strange(host) {
                return Err(no_client_asks_for(host, &place()).with_hint(advice));
            }
        }
    }
    Ok(())
}

fn no_client_asks_for(host: &str, at: &Place) -> Notice {
    Notice::new(at, format!("no client could ask for the host \"{host}\""))
}
