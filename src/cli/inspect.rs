//! `certwright inspect`: what files, folders and servers hold.

pub(super) mod documents;

use std::ffi::OsString;

use clap::Args;
use time::OffsetDateTime;

use self::documents::Documents;
use super::clock::{now, parse_time};
use super::own::failure::Failure;
use super::sources::{SourceArguments, word_parser};
use super::{Outcome, streams};
use crate::inspect::look::Report;
use crate::output::json::to_terminal_json;

const HELP: &str = "\
Examples:
  certwright inspect server.pem
  certwright inspect /etc/etcd/pki               a folder: who signed whom, and what ends when
  certwright inspect server.pem ca.pem server-key.pem
  certwright inspect keystore.p12 --password-file secret
  certwright inspect example.com:443             what a server shows; any certificate is taken
  certwright inspect db:5432 --starttls postgres
  openssl x509 -in server.pem -outform DER | certwright inspect - --text

A file that exists wins over a server of the same name. PEM with any number of blocks, that inside kubeconfigs, DER and
PKCS#12 are read: certificates, requests (CSRs), private and public keys, CRLs. Of private keys nothing but the public
half is shown. Names are written as in RFC 4514, the last attribute first. In a folder, names that begin with a dot, the folder
`previous`, links to folders, second names of one file, and files that hold nothing of the kind or more than 16 MiB are
passed over. Pipes are read, those of a shell's <(COMMAND) as well.

Above eight documents only the tree and the time line are shown, unless --text is given.

--json prints one document:
  documents[]   file, block (its number in the file, if there are several), alias (in PKCS#12), type, and by type
    certificate   kind (root, intermediate, self-issued-ca, server, client, peer, code-signing, email, ocsp-signing,
                  time-stamping, other, any-purpose), subject, common_name, issuer, serial, not_before, not_after,
                  lifetime_days, days_left, state (valid, expired, not-yet-valid), names {dns, ip, email, uri, other},
                  usages[], is_ca, path_length, key, signature_algorithm, self_signed (unless that cannot be
                  verified), subject_key_id, authority_key_id, extensions[] {oid, name, critical, value[]},
                  sha256, sha1, version
    request       subject, common_name, names, usages[], is_ca, path_length, key, signature_algorithm,
                  signature_verified, challenge_password, extensions[], sha256
    crl           issuer, this_update, next_update, days_left, revoked[] {serial, date, reason},
                  signature_algorithm, extensions[], sha256
    private-key   encrypted, note, key
    public-key    key
    encrypted-pkcs12
    unknown       label
    damaged       label, error; and unreadable where the system, or a password, is in the way
    where key is {algorithm, bits, curve, sha256}; and how it relates to others, by their places in documents from 0:
    signed_by[] (the best first; empty for what signed itself); where nobody did: not_signed_by[] (the issuer's name,
    another key), perhaps_signed_by[] (cannot be verified), not_all_tried (too many have the issuer's name);
    private_keys[], certificates[], requests[], same_as
  timeline[]    not_after, days_left, document; the soonest first
What does not apply is absent.

Exit status: 0 done, 1 something cannot be read (the rest is shown), 2 wrong command line.";

/// The arguments of `inspect`.
#[derive(Args, Debug)]
#[command(after_help = HELP)]
pub(super) struct InspectArguments {
    /// Files, folders, servers as `host:port`; `-` reads standard input
    #[arg(required = true, value_name = "PATH|HOST:PORT", value_parser = word_parser())]
    what: Vec<OsString>,
    /// Print JSON
    #[arg(long, conflicts_with = "text")]
    json: bool,
    /// Show everything: all extensions, keys and signatures
    #[arg(long)]
    text: bool,
    #[command(flatten)]
    source: SourceArguments,
    /// Take this for the present time, such as 2030-01-02 or 2030-01-02T15:04:05Z
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    at: Option<OffsetDateTime>,
}

/// Runs the command.
pub(super) fn run(arguments: &InspectArguments) -> Result<Outcome, Failure> {
    let password = arguments.source.password()?;
    let mut source = Documents::new(&arguments.source, now(arguments.at), password.as_ref());
    let mut documents = Vec::new();
    let mut outcome = Outcome::Done;
    for what in &arguments.what {
        match source.of(what) {
            Ok(found) => documents.extend(found),
            Err(failure) => {
                failure.print();
                outcome = Outcome::Failed;
            }
        }
    }
    let report = Report::new(documents);
    for damage in report.damage() {
        Failure::new(damage).print();
        outcome = Outcome::Failed;
    }
    let text = match arguments.json {
        true => to_terminal_json(&report.json()),
        false => report.text(arguments.text),
    };
    streams::print(&text).map_err(Failure::new)?;
    Ok(outcome)
}
