//! `certwright diff`: what differs between two certificates, two requests, or one of each.

use std::ffi::{OsStr, OsString};
use std::path::Path;

use clap::Args;
use time::OffsetDateTime;

use super::clock::{now, parse_time};
use super::inspect::documents::Documents;
use super::own::documents;
use super::own::failure::Failure;
use super::sources::{Files, Named, SourceArguments, foreign};
use super::{Outcome, streams};
use crate::inspect::look::{Comparison, Document, Side};
use crate::output::json::to_terminal_json;
use crate::vocab::text;

const HELP: &str = "\
Examples:
  certwright diff old.pem new.pem
  certwright diff server.csr server.pem          did the certificate become what was asked for?
  certwright diff server.json server.pem         the same, against a request as JSON
  certwright diff server.pem example.com:443     does the server show this one?

A and B are certificates or requests (PEM, DER, PKCS#12; of several the first counts), requests as cfssl's CSR JSON,
or servers as host:port. Beside a request only what a request can ask for is compared, and of the extensions of a
certificate those that were asked for. Names and usages are compared without their order.

A line with - is only in A, one with + only in B. --json prints
  {\"a\": {\"file\", \"what\"}, \"b\": {\"file\", \"what\"}, \"same\", \"differences\": [{\"field\", \"removed\"[], \"added\"[]}]}
with the fields subject, issuer, serial, not before, not after, names, usages, basic constraints, key,
signature algorithm, extension NAME, encoding.

Exit status, as that of diff(1): 0 nothing differs, 1 something differs, 2 wrong command line or unreadable.";

/// The arguments of `diff`.
#[derive(Args, Debug)]
#[command(after_help = HELP)]
pub(super) struct DiffArguments {
    /// A certificate, a request, or host:port; `-` reads standard input
    a: OsString,
    /// What to compare it with
    b: OsString,
    /// Print JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    source: SourceArguments,
    /// Take this for the present time, such as 2030-01-02 or 2030-01-02T15:04:05Z
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    at: Option<OffsetDateTime>,
}

/// Runs the command.
pub(super) fn run(arguments: &DiffArguments) -> Outcome {
    // 1 says that something differs, so every failure is a 2, as in diff(1).
    compare(arguments).unwrap_or_else(|failure| {
        failure.print();
        Outcome::Misused
    })
}

fn compare(arguments: &DiffArguments) -> Result<Outcome, Failure> {
    if arguments.a == "-" && arguments.b == "-" {
        return Err(
            Failure::new("standard input can be read once").with_hint("name a file in place of one \"-\"")
        );
    }
    let password = arguments.source.password()?;
    let mut source = Documents::new(&arguments.source, now(arguments.at), password.as_ref());
    let (a, b) = (side(&mut source, &arguments.a)?, side(&mut source, &arguments.b)?);
    let comparison = Comparison::of(&a, &b);
    let text = if arguments.json { to_terminal_json(&comparison) } else { comparison.text() };
    streams::print(&text).map_err(Failure::new)?;
    // Not a failure: what was asked for is done.
    Ok(if comparison.same { Outcome::Done } else { Outcome::Failed })
}

fn side(source: &mut Documents<'_>, what: &OsStr) -> Result<Side, Failure> {
    let path = Path::new(what);
    let documents = match Named::of(what)? {
        Named::Server(host, port) => source.server(host, port)?,
        Named::Files(Files::Folder(_)) => {
            return Err(Failure::new(format!("{path:?} is a folder")).with_hint(
                "name one file of it: certificates, CSRs, and requests as CSR JSON are compared",
            ));
        }
        Named::Files(files) => {
            let bytes = source.bytes(files)?;
            // A byte-order mark in front of it is refused with it.
            if text::without_mark(&bytes).0.trim_ascii_start().first() == Some(&b'{') {
                let request = documents::request(documents::parse(&bytes, what)?, what)?;
                return Side::of_request(&path.display().to_string(), &request).map_err(|error| {
                    documents::in_file(path.display(), [error.notice(&Default::default())])
                });
            }
            if let Some(failure) = foreign(path, &bytes) {
                return Err(failure);
            }
            source.contents(&bytes, &path.display().to_string())
        }
    };
    documents.iter().find_map(Side::of).ok_or_else(|| {
        if let Some(damage) = documents.iter().find_map(Document::damage) {
            return Failure::new(damage);
        }
        Failure::new(format!("{path:?} holds no certificate and no request"))
            .with_hint("certificates, CSRs, and requests as CSR JSON are compared")
    })
}
