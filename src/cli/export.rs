//! `certwright export`: a certificate, its key and its chain in other formats.

pub(super) mod source;
mod target;

use std::ffi::OsString;
use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};

use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

use self::source::Source;
use self::target::Target;
use super::own::failure::Failure;
use super::own::texts;
use super::streams;
use crate::formats::{self, Format, Material, Options, Remark};
use crate::output::files::{FileKind, FileToWrite, Report, write_all};

const EXAMPLES: &str = "\
Examples:
  certwright export server.pem --key server-key.pem --chain ca.pem --format fullchain,combined
  certwright export client.pem --key client-key.pem --chain ca.pem --format pkcs12 --password-file secret
  certwright export ca.pem --format truststore --password-env STORE_PASSWORD --out conf/
  certwright export server.pem --key server-key.pem --chain ca.pem --format kubernetes-secret --out - \\
    | kubectl apply -f -
  certwright export admin.pem --key admin-key.pem --chain ca.pem --format kubeconfig \\
    --server https://10.0.0.1:6443

Files are named BASE and the format's ending: server.pem, server-key.pem, server-key.der, server-fullchain.pem,
server-chain.pem, server-combined.pem, server.der, server.p12, server-truststore.p12, server-secret.yaml,
server.kubeconfig. What holds a private key has mode 0600.";

/// The arguments of `export`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct ExportArguments {
    /// The certificate: PEM (its chain and key may follow), DER or PKCS#12; `-` reads standard input
    cert: PathBuf,
    /// The formats, by comma or repeated
    #[arg(long, required = true, value_delimiter = ',', value_parser = formats_parser())]
    format: Vec<Format>,
    /// The certificate's private key: PEM, DER or PKCS#12, also encrypted
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
    /// Certificates above the certificate, in any order; repeatable
    #[arg(long, value_name = "FILE")]
    chain: Vec<PathBuf>,
    /// The file, the folder for the files (with a slash at its end, or with several formats, it is made where it is missing), or `-` for standard output [default: the current folder]
    #[arg(long, value_name = "PATH")]
    out: Option<PathBuf>,
    /// The base name of the files and of what is named in them [default: CERT's name without ending]
    #[arg(long, value_name = "BASE")]
    name: Option<String>,
    /// The file with the password, for what is encrypted
    #[arg(long, value_name = "FILE", conflicts_with = "password_env")]
    password_file: Option<PathBuf>,
    /// The environment variable with the password, for what is encrypted
    #[arg(long, value_name = "VARIABLE")]
    password_env: Option<OsString>,
    /// The file with the password of KEY, or of a CERT in PKCS#12 if it is not the same
    #[arg(long, value_name = "FILE", conflicts_with = "key_password_env")]
    key_password_file: Option<PathBuf>,
    /// The environment variable with the password of KEY, or of a CERT in PKCS#12 if it is not the same
    #[arg(long, value_name = "VARIABLE")]
    key_password_env: Option<OsString>,
    /// The API server's URL, for a kubeconfig
    #[arg(long, value_name = "URL")]
    server: Option<String>,
    /// The cluster's name in a kubeconfig [default: kubernetes]
    #[arg(long, value_name = "NAME")]
    cluster: Option<String>,
    /// The user's name in a kubeconfig [default: the certificate's common name]
    #[arg(long, value_name = "NAME")]
    user: Option<String>,
    /// The namespace of a Kubernetes Secret or kubeconfig
    #[arg(long, value_name = "NAMESPACE")]
    namespace: Option<String>,
    /// The name of the entry in a PKCS#12 file or truststore [default: BASE; ca for a root above CERT]
    #[arg(long, value_name = "NAME")]
    alias: Option<String>,
    /// Replace files that exist
    #[arg(long)]
    force: bool,
}

fn formats_parser() -> impl TypedValueParser<Value = Format> {
    let words = Format::ALL.map(|format| PossibleValue::new(format.word()).help(format.about()));
    PossibleValuesParser::new(words)
        .try_map(|word| Format::from_word(&word).ok_or("this is not in the table of formats"))
}

/// Runs the command.
pub(super) fn run(arguments: &ExportArguments) -> Result<(), Failure> {
    let base = base_name(arguments)?;
    let target = Target::new(arguments.out.as_deref(), &base, &arguments.format)?;
    target.check(&arguments.format, arguments.force)?;
    let source = Source::read(arguments)?;
    let material = Material {
        name: &base,
        certificate: &source.certificate,
        chain: &source.chain,
        key: source.key.as_ref(),
    };
    let ExportArguments { alias, server, cluster, user, namespace, .. } = arguments;
    let options = Options {
        password: source.password.as_ref(),
        alias: alias.as_deref(),
        server: server.as_deref(),
        cluster: cluster.as_deref(),
        user: user.as_deref(),
        namespace: namespace.as_deref(),
    };
    let mut files = Vec::with_capacity(arguments.format.len());
    for format in &arguments.format {
        files.push((*format, formats::render(*format, &material, &options)?));
    }
    tell_remarks(&arguments.format, &material);
    let folder = target.folder(arguments.out.as_deref());
    match target {
        Target::Stdout => files.iter().try_for_each(|(_, bytes)| Ok(streams::print_bytes(bytes)?)),
        Target::Files(paths) => {
            let made = folder.map(texts::make_folder).transpose()?.unwrap_or_default();
            let files = paths.into_iter().zip(files).map(|(path, (format, contents))| FileToWrite {
                path,
                contents,
                kind: kind(format),
            });
            write(files).inspect_err(|_| texts::remove_folders(&made))
        }
    }
}

/// What may be of no use, each remark once.
fn tell_remarks(formats: &[Format], material: &Material<'_>) {
    let mut told: Vec<(Remark, Vec<&str>)> = Vec::new();
    let all =
        formats.iter().flat_map(|format| material.remarks(*format).map(|remark| (remark, format.word())));
    for (remark, word) in all {
        match told.iter_mut().find(|(known, _)| *known == remark) {
            Some((_, words)) => words.push(word),
            None => told.push((remark, vec![word])),
        }
    }
    told.iter().for_each(|(remark, words)| note(&format!("{}: {remark}", words.join(", "))));
}

/// `--name`, or CERT's name without its ending; of standard input, that of the file that is written.
fn base_name(arguments: &ExportArguments) -> Result<String, Failure> {
    let out = arguments.out.as_deref();
    let to_stdout = out.is_some_and(|out| out.as_os_str() == "-");
    let out = out.filter(|out| !to_stdout && arguments.format.len() == 1 && !target::is_folder(out));
    let name = match &arguments.name {
        Some(name) => Some(name.as_str()),
        None if arguments.cert.as_os_str() == "-" => out.and_then(stem_of),
        None => stem_of(&arguments.cert),
    };
    let is_nowhere = to_stdout && !arguments.format.iter().any(|format| format.holds_name());
    match name {
        None if is_nowhere => Ok(String::new()),
        None => {
            Err(Failure::new("the base name of the files is not known").with_hint("name it: --name BASE"))
        }
        Some(name) if name.is_empty() || name.contains(['/', '\0']) => {
            Err(Failure::new(format!("the base name {name:?} is not part of a file name"))
                .with_hint("folders go into --out"))
        }
        Some(name) => Ok(name.to_owned()),
    }
}

fn stem_of(path: &Path) -> Option<&str> {
    path.file_stem().and_then(|stem| stem.to_str())
}

fn kind(format: Format) -> FileKind {
    if format.holds_key() { FileKind::PrivateKey } else { FileKind::Certificate }
}

fn write(files: impl Iterator<Item = FileToWrite>) -> Result<(), Failure> {
    let files: Vec<_> = files.collect();
    let report = write_all(&files)?;
    // Quiet in scripts; at a terminal, one wants to know the names.
    if std::io::stderr().is_terminal() {
        for file in &files {
            note(&format!("{:?} written", file.path));
        }
    }
    tell(&report);
    Ok(())
}

fn tell(report: &Report) {
    let Report { tightened, owner_not_kept, left_behind } = report;
    for tightened in tightened {
        let (path, from, to) = (&tightened.path, tightened.from, tightened.to);
        note(&format!("{path:?} had mode {from:04o}, it has {to:04o} now"));
    }
    for path in owner_not_kept {
        note(&format!("{path:?} belongs to another user or group now"));
    }
    for path in left_behind {
        note(&format!("{path:?} could not be removed"));
    }
}

fn note(text: &str) {
    streams::print_error(&format!("note: {text}\n"));
}

/// A file's name in a message.
fn named(path: &Path) -> String {
    if path.as_os_str() == "-" { "standard input".to_owned() } else { format!("{path:?}") }
}
