//! Everything in a document, for people: what stands below its summary with `--text`.

use std::fmt::Write as _;

use super::document::{Content, Document};
use super::extension::ExtensionFacts;
use super::facts::CrlFacts;
use super::key::KeyFacts;
use super::shown::hex;
use super::signature;

/// Octets in one line of hexadecimal.
const OCTETS_PER_LINE: usize = 24;

/// All of a document that its summary does not say.
pub(super) fn details(document: &Document) -> String {
    let mut out = String::new();
    match &document.content {
        Content::Certificate(facts) => {
            let _ = writeln!(out, "  version    {}", facts.version);
            extensions(&mut out, &facts.extensions);
            key(&mut out, &facts.key);
            signature_octets(&mut out, &facts.der);
        }
        Content::Request(facts) => {
            if facts.challenge_password {
                out.push_str("  challenge password: there is one\n");
            }
            extensions(&mut out, &facts.extensions);
            key(&mut out, &facts.key);
            signature_octets(&mut out, &facts.der);
        }
        Content::Crl(facts) => {
            extensions(&mut out, &facts.extensions);
            revoked(&mut out, facts);
            signature_octets(&mut out, &facts.der);
        }
        Content::PrivateKey(facts) => facts.key.iter().for_each(|found| key(&mut out, found)),
        Content::PublicKey { key: found } => key(&mut out, found),
        Content::EncryptedPkcs12
        | Content::Unknown { .. }
        | Content::Unreadable { .. }
        | Content::Damaged { .. } => {}
    }
    out
}

fn extensions(out: &mut String, extensions: &[ExtensionFacts]) {
    if extensions.is_empty() {
        out.push_str("  no extensions\n");
        return;
    }
    out.push_str("  extensions\n");
    for extension in extensions {
        let ExtensionFacts { oid, name, critical, value } = extension;
        let title = name.map_or_else(|| oid.clone(), |name| format!("{name} ({oid})"));
        let _ = writeln!(out, "    {title}{}", if *critical { ", critical" } else { "" });
        for line in value {
            wrapped(out, "      ", line);
        }
    }
}

fn key(out: &mut String, key: &KeyFacts) {
    let _ = writeln!(out, "  public key {}", key.text());
    let _ = writeln!(out, "    SHA-256 {}", key.sha256);
    if let Some(octets) = key.octets() {
        wrapped(out, "    ", &octets);
    }
}

fn signature_octets(out: &mut String, der: &[u8]) {
    let _ = writeln!(out, "  signature {}", signature::algorithm(der));
    if let Some(octets) = signature::octets(der) {
        wrapped(out, "    ", &hex(octets));
    }
}

fn revoked(out: &mut String, facts: &CrlFacts) {
    out.push_str("  revoked\n");
    for entry in &facts.revoked {
        let reason = entry.reason.as_ref().map_or_else(String::new, |reason| format!(", {reason}"));
        let _ = writeln!(out, "    {} on {}{reason}", entry.serial, entry.date);
    }
}

/// Long rows of octets in lines; other text as it is.
fn wrapped(out: &mut String, indent: &str, text: &str) {
    let is_octets =
        text.len() > OCTETS_PER_LINE * 3 && text.bytes().all(|c| c.is_ascii_hexdigit() || c == b':');
    let width = if is_octets { OCTETS_PER_LINE * 3 } else { usize::MAX };
    let mut rest = text;
    loop {
        let (line, behind) = rest.split_at_checked(width).unwrap_or((rest, ""));
        let _ = writeln!(out, "{indent}{line}");
        if behind.is_empty() {
            return;
        }
        rest = behind;
    }
}
