//! certwright under the name `cfssljson`: from cfssl's JSON to PEM files.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use base64::engine::general_purpose::STANDARD;
use base64::{DecodeError, Engine};
use serde_json::{Map, Value};
use zeroize::Zeroizing;

use crate::output::files::{FileKind, FileToWrite, write_all};
use crate::wire::api_response::{ApiResponse, Members};
use crate::wire::json;

use super::goflags::{FlagError, ParsedFlags, cfssljson, cfssljson_usage};
use super::{Outcome, cfssl, streams};

/// Runs `cfssljson`; `program` is the name it was started as.
pub fn run(program: &OsStr, args: &[OsString]) -> Outcome {
    let flags = match ParsedFlags::parse(cfssljson::TABLE, args) {
        Ok(flags) => flags,
        Err(error) => {
            streams::print_error(&error.report(&cfssljson_usage(program)));
            return if matches!(error, FlagError::Help) { Outcome::Done } else { Outcome::Misused };
        }
    };
    match run_with(&flags) {
        Ok(()) => Outcome::Done,
        Err(message) => {
            if !message.is_empty() {
                streams::print_error(&format!("{message}\n"));
            }
            Outcome::Failed
        }
    }
}

fn run_with(flags: &ParsedFlags) -> Result<(), String> {
    if flags.bool(cfssljson::VERSION) {
        return streams::print(&cfssl::version_text());
    }
    let result = read_result(flags)?;
    let parts = parts(&result)?;
    if parts.is_empty() {
        return Err(nothing_to_write(&result, flags.bool(cfssljson::BARE)));
    }
    if flags.bool(cfssljson::STDOUT) {
        return streams::print(&parts.iter().map(Part::printed).collect::<String>());
    }
    let base = flags.positionals().first().map_or(OsStr::new("cert"), OsString::as_os_str);
    write(base, parts)
}

/// The object that holds the parts.
fn read_result(flags: &ParsedFlags) -> Result<Map<String, Value>, String> {
    let path = flags.path(cfssljson::F).unwrap_or(OsStr::new(""));
    let bytes = streams::read(path)
        .map(Zeroizing::new)
        .map_err(|error| format!("Failed to read input: {}", streams::io_line(path, &error)))?;
    let unreadable = |notice: json::Notice| {
        let hint = if bytes.trim_ascii().is_empty() && has_flag_behind(flags) {
            Some("flags come before the base name".to_owned())
        } else if bytes.trim_ascii().is_empty() {
            Some("the command before the pipe printed nothing: see its error".to_owned())
        } else {
            notice.hint.clone()
        };
        with_hint(format!("Failed to parse input: {notice}"), hint)
    };
    if flags.bool(cfssljson::BARE) {
        return json::read::<Members>(&bytes).map(|document| document.value.0).map_err(unreadable);
    }
    let response = json::read::<ApiResponse>(&bytes).map_err(unreadable)?.value;
    if response.success {
        return Ok(response.result.0);
    }
    let errors: String = response.errors.iter().map(|error| format!("\n\t{}", error.message)).collect();
    // The output of cfssl's commands has no envelope.
    let hint = errors.is_empty().then(|| "for the output of a cfssl command, give -bare".to_owned());
    Err(with_hint(format!("Request failed:{errors}"), hint))
}

/// What follows the base name is passed over, also where it was meant for a flag such as `-f`.
fn has_flag_behind(flags: &ParsedFlags) -> bool {
    flags.positionals().iter().skip(1).any(|word| word.as_encoded_bytes().starts_with(b"-"))
}

fn with_hint(message: String, hint: Option<String>) -> String {
    match hint {
        Some(hint) => format!("{message}\nhint: {hint}"),
        None => message,
    }
}

fn nothing_to_write(result: &Map<String, Value>, bare: bool) -> String {
    let message = "nothing to write: the input has no certificate, key or request".to_owned();
    let enveloped = bare && result.contains_key("success");
    with_hint(message, enveloped.then(|| "this is an API answer: leave out -bare".to_owned()))
}

/// One file to be.
struct Part {
    suffix: &'static str,
    contents: Zeroizing<Vec<u8>>,
    kind: FileKind,
    binary: bool,
}

impl Part {
    /// As `-stdout` shows it.
    fn printed(&self) -> String {
        let text = match self.binary {
            true => STANDARD.encode(&*self.contents),
            false => String::from_utf8_lossy(&self.contents).into_owned(),
        };
        format!("{text}\n")
    }
}

/// What to look for, in the order of writing: the first key that is there wins.
const TEXTS: [(&[&str], &str, FileKind); 4] = [
    (&["cert", "certificate"], ".pem", FileKind::Certificate),
    (&["key", "private_key"], "-key.pem", FileKind::PrivateKey),
    (&["encrypted_key"], "-key.enc", FileKind::PrivateKey),
    (&["csr", "certificate_request"], ".csr", FileKind::Public),
];

fn parts(result: &Map<String, Value>) -> Result<Vec<Part>, String> {
    let mut parts = Vec::new();
    for (keys, suffix, kind) in TEXTS {
        let Some(key) = keys.iter().find(|key| result.contains_key(**key)) else { continue };
        let text = text(result, key)?;
        let binary = *key == "encrypted_key";
        if binary || !text.is_empty() {
            parts.push(Part { suffix, contents: Zeroizing::new(text.as_bytes().to_vec()), kind, binary });
        }
    }
    parts.extend(bundle_parts(result)?);
    if result.contains_key("ocspResponse") {
        let der = STANDARD
            .decode(text(result, "ocspResponse")?.replace(['\r', '\n'], ""))
            .map_err(|error| format!("Failed to parse ocspResponse: {}", go_base64_reason(&error)))?;
        let contents = Zeroizing::new(der);
        parts.push(Part { suffix: "-response.der", contents, kind: FileKind::Public, binary: true });
    }
    Ok(parts)
}

/// Go's words for text that is not base64, where it has the place.
fn go_base64_reason(error: &DecodeError) -> String {
    match error {
        DecodeError::InvalidByte(offset, _) => format!("illegal base64 data at input byte {offset}"),
        other => other.to_string(),
    }
}

fn text<'r>(result: &'r Map<String, Value>, key: &str) -> Result<&'r str, String> {
    let text = result.get(key).and_then(Value::as_str);
    text.ok_or_else(|| format!("Failed to parse input: the value of \"{key}\" is not a string"))
}

/// The bundle of an API answer, one level deeper.
fn bundle_parts(result: &Map<String, Value>) -> Result<Vec<Part>, String> {
    let Some(bundle) = result.get("result").and_then(|inner| inner.get("bundle")).and_then(Value::as_object)
    else {
        return Ok(Vec::new());
    };
    let part = |suffix, text: String| Part {
        suffix,
        contents: Zeroizing::new(text.into_bytes()),
        kind: FileKind::Public,
        binary: false,
    };
    let chain = bundle.get("bundle").and_then(Value::as_str).ok_or("inner bundle parsing failed!")?;
    let root = bundle.get("root").and_then(Value::as_str).ok_or("root parsing failed!")?;
    Ok(vec![part("-bundle.pem", format!("{chain}\n{root}")), part("-root.pem", root.to_owned())])
}

fn write(base: &OsStr, parts: Vec<Part>) -> Result<(), String> {
    let files: Vec<_> = parts
        .into_iter()
        .map(|Part { suffix, contents, kind, binary: _ }| {
            let mut path = base.to_owned();
            path.push(suffix);
            FileToWrite { path: PathBuf::from(path), contents, kind }
        })
        .collect();
    let report = write_all(&files).map_err(|error| with_hint(error.go_text(), error.hint()))?;
    for tightened in report.tightened {
        let path = tightened.path.display();
        streams::print_error(&format!(
            "warning: {path} had mode {:04o}, it has {:04o} now\n",
            tightened.from, tightened.to
        ));
    }
    for path in report.owner_not_kept {
        streams::print_error(&format!("warning: {} belongs to another user or group now\n", path.display()));
    }
    for path in report.left_behind {
        streams::print_error(&format!("warning: {} could not be removed\n", path.display()));
    }
    Ok(())
}
