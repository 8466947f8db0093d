//! Where an export goes.

use std::collections::HashMap;
use std::fs;
use std::io::IsTerminal as _;
use std::os::unix::fs::FileTypeExt as _;
use std::path::{Path, PathBuf};

use crate::cli::own::failure::Failure;
use crate::formats::Format;

/// Where the formats go.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// Standard output.
    Stdout,
    /// A file a format, in their order.
    Files(Vec<PathBuf>),
}

impl Target {
    /// What `--out` means for the formats.
    pub(super) fn new(out: Option<&Path>, base: &str, formats: &[Format]) -> Result<Self, Failure> {
        let file_name = |format: &Format| format!("{base}{}", format.ending());
        let folder = match (out, formats) {
            (Some(out), [_]) if out.as_os_str() == "-" => return Ok(Self::Stdout),
            (Some(out), [_]) if !is_folder(out) => return Ok(Self::Files(vec![out.to_owned()])),
            (Some(out), _) if out.as_os_str() == "-" => {
                return Err(Failure::new("standard output takes one format, not several")
                    .with_hint("run it once a format, or name a folder: --out FOLDER"));
            }
            (Some(out), _) if !is_folder(out) && fs::symlink_metadata(out).is_ok() => {
                return Err(Failure::new(format!("several formats need a folder, and {out:?} is none"))
                    .with_hint("name a folder, or write one format a run"));
            }
            (Some(out), _) => out,
            (None, _) => Path::new(""),
        };
        let mut taken = HashMap::new();
        for format in formats {
            let name = file_name(format);
            match taken.insert(name.clone(), format) {
                None => {}
                Some(other) if other == format => {
                    return Err(Failure::new(format!("the format \"{format}\" is named twice")));
                }
                Some(other) => {
                    let message = format!("{other} and {format} would both be written to {name:?}");
                    return Err(Failure::new(message).with_hint("write one format a run, with --out FILE"));
                }
            }
        }
        Ok(Self::Files(formats.iter().map(|format| folder.join(file_name(format))).collect()))
    }

    /// The folder that `--out` means, if it means one.
    pub(super) fn folder<'a>(&self, out: Option<&'a Path>) -> Option<&'a Path> {
        out.filter(|out| match self {
            Self::Stdout => false,
            Self::Files(paths) => paths.len() > 1 || is_folder(out),
        })
    }

    /// Nothing is overwritten that was not meant to be, and nothing secret or binary appears on a screen.
    pub(super) fn check(&self, formats: &[Format], force: bool) -> Result<(), Failure> {
        match self {
            Self::Stdout if std::io::stdout().is_terminal() => formats.iter().try_for_each(refuse_on_screen),
            Self::Stdout => Ok(()),
            Self::Files(paths) => paths.iter().zip(formats).try_for_each(|(path, format)| {
                if is_terminal(path) { refuse_on_screen(format) } else { refuse_existing(path, force) }
            }),
        }
    }
}

/// A folder, or written as one.
pub(super) fn is_folder(path: &Path) -> bool {
    path.is_dir() || path.as_os_str().as_encoded_bytes().ends_with(b"/")
}

fn refuse_on_screen(format: &Format) -> Result<(), Failure> {
    let what = match (format.holds_key(), format.is_text()) {
        (true, _) => "holds the private key",
        (false, false) => "is binary",
        (false, true) => return Ok(()),
    };
    Err(Failure::new(format!("the format \"{format}\" {what} and is not written to a terminal"))
        .with_hint("name a file (--out FILE) or redirect standard output"))
}

/// Devices and pipes are no content to lose. A link that leads nowhere yet is somebody's plan.
fn refuse_existing(path: &Path, force: bool) -> Result<(), Failure> {
    let exists = match fs::metadata(path) {
        Ok(found) => found.is_file(),
        Err(_) => fs::symlink_metadata(path).is_ok(),
    };
    if exists && !force {
        return Err(Failure::new(format!("{path:?} exists"))
            .with_hint("--force replaces it; --out and --name write elsewhere"));
    }
    Ok(())
}

/// Such as /dev/tty, or /dev/stdout at a terminal.
fn is_terminal(path: &Path) -> bool {
    let is_device = fs::metadata(path).is_ok_and(|found| found.file_type().is_char_device());
    is_device && fs::File::open(path).is_ok_and(|device| device.is_terminal())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(failure: Failure) -> String {
        format!("{}\n{}", failure.message, failure.hint.unwrap_or_default())
    }

    fn refused(out: &str, formats: &[Format]) -> String {
        text(Target::new(Some(Path::new(out)), "a", formats).unwrap_err())
    }

    #[test]
    fn out_is_a_file_a_folder_or_standard_output() {
        let target =
            |out: Option<&str>, formats: &[Format]| Target::new(out.map(Path::new), "a", formats).unwrap();
        let files = |names: &[&str]| Target::Files(names.iter().map(PathBuf::from).collect());
        assert_eq!(target(Some("-"), &[Format::Pem]), Target::Stdout);
        assert_eq!(target(Some("b"), &[Format::Pem]), files(&["b"]));
        assert_eq!(target(Some("b/"), &[Format::Pem]), files(&["b/a.pem"]));
        assert_eq!(target(Some("/"), &[Format::Pem, Format::Der]), files(&["/a.pem", "/a.der"]));
        assert_eq!(target(Some("b"), &[Format::Pem, Format::Der]), files(&["b/a.pem", "b/a.der"]));
        assert_eq!(target(None, &[Format::Pem, Format::Key]), files(&["a.pem", "a-key.pem"]));
    }

    #[test]
    fn refusals_are_exact() {
        assert_eq!(
            refused("-", &[Format::Pem, Format::Der]),
            "standard output takes one format, not several\n\
             run it once a format, or name a folder: --out FOLDER"
        );
        assert_eq!(
            refused("Cargo.toml", &[Format::Pem, Format::Der]),
            "several formats need a folder, and \"Cargo.toml\" is none\n\
             name a folder, or write one format a run"
        );
        assert_eq!(
            refused("/", &[Format::Key, Format::TraditionalKey]),
            "key and traditional-key would both be written to \"a-key.pem\"\n\
             write one format a run, with --out FILE"
        );
        assert_eq!(
            text(refuse_on_screen(&Format::Combined).unwrap_err()),
            "the format \"combined\" holds the private key and is not written to a terminal\n\
             name a file (--out FILE) or redirect standard output"
        );
        assert_eq!(
            text(refuse_on_screen(&Format::Der).unwrap_err()),
            "the format \"der\" is binary and is not written to a terminal\n\
             name a file (--out FILE) or redirect standard output"
        );
        assert_eq!(refuse_on_screen(&Format::Fullchain), Ok(()));
    }
}
