//! Who may read the files.

use std::collections::HashSet;

use crate::check::material::{Access, Located, Material};
use crate::check::question::Question;
use crate::check::role;
use crate::lint::{Finding, Severity};
use crate::vocab::shell;

const OTHERS: u32 = 0o007;
const GROUP: u32 = 0o070;
const GROUP_WRITES: u32 = 0o020;
const READS: u32 = 0o444;

/// What is wrong with the modes of files.
pub(in crate::check) fn of(material: &Material, question: &Question) -> Vec<Located> {
    let mut found = Vec::new();
    let key_files: HashSet<_> = material.keys.iter().map(|key| key.file).collect();
    for (file, source) in material.files.iter().enumerate() {
        let Some(access) = source.access else { continue };
        let finding = match key_files.contains(&file) {
            true => of_key(access, &source.label, source.encrypted, question),
            // Of what was opened, it is known that it holds none.
            false => of_certificate(access, &source.label, source.encrypted && source.certificates == 0),
        };
        found.extend(finding.map(|finding| Located { file, position: None, finding }));
    }
    found
}

fn of_key(access: Access, label: &str, encrypted: bool, question: &Question) -> Option<Finding> {
    let Access { mode, uid, gid } = access;
    if let Some(finding) = question.role.and_then(|role| role::mode_finding(role, mode, uid == 0)) {
        // The role knows the mode, and the file is known here.
        let fix = format!("{} {}", finding.fix, shell::path(label));
        return Some(Finding { fix, ..finding });
    }
    if question.role.is_some_and(|role| role.key_mode().is_some()) {
        return None;
    }
    let mut fix = format!("chmod 600 {}", shell::path(label));
    let (severity, message) = match mode {
        mode if mode & OTHERS != 0 && encrypted => (
            Severity::Notice,
            format!("everybody on this machine can read this encrypted key (mode {mode:04o})"),
        ),
        mode if mode & OTHERS != 0 => (
            Severity::Warning,
            format!("everybody on this machine can get at this private key (mode {mode:04o})"),
        ),
        mode if mode & GROUP_WRITES != 0 => {
            (Severity::Warning, format!("the group {gid} can replace this private key (mode {mode:04o})"))
        }
        mode if mode & GROUP != 0 => {
            fix += ", unless a program of that group needs it";
            (Severity::Notice, format!("the group {gid} can read this private key (mode {mode:04o})"))
        }
        _ => return None,
    };
    Some(Finding::new("key-mode", severity, "POSIX; PostgreSQL, ssh and others refuse it", message, fix))
}

/// What could not be opened may hold a key.
fn of_certificate(access: Access, label: &str, closed: bool) -> Option<Finding> {
    let mode = access.mode;
    let fix = format!("chmod {} {}", if closed { 600 } else { 644 }, shell::path(label));
    if mode & READS == 0 {
        let message = format!("nobody but root can read it (mode {mode:04o})");
        return Some(Finding::new("certificate-mode", Severity::Warning, "POSIX", message, fix));
    }
    if mode & 0o002 != 0 {
        let message = format!("everybody on this machine can replace it (mode {mode:04o})");
        return Some(Finding::new("certificate-mode", Severity::Warning, "POSIX", message, fix));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::role::Role;

    fn told(finding: Option<Finding>) -> Option<(Severity, String, String)> {
        finding.map(|finding| (finding.severity, finding.message, finding.fix))
    }

    #[test]
    fn keys_are_their_owners_alone() {
        let key = |mode, encrypted| {
            told(of_key(Access { mode, uid: 0, gid: 7 }, "k", encrypted, &Question::default()))
        };
        assert_eq!([key(0o600, false), key(0o400, false)], [None, None]);
        let expected = |severity, text: &str| Some((severity, text.to_owned(), "chmod 600 k".to_owned()));
        let text = "everybody on this machine can get at this private key (mode 0644)";
        assert_eq!(key(0o644, false), expected(Severity::Warning, text));
        let text = "everybody on this machine can read this encrypted key (mode 0644)";
        assert_eq!(key(0o644, true), expected(Severity::Notice, text));
        let text = "the group 7 can read this private key (mode 0640)";
        let fix = "chmod 600 k, unless a program of that group needs it".to_owned();
        assert_eq!(key(0o640, false), Some((Severity::Notice, text.to_owned(), fix)));
        let text = "the group 7 can replace this private key (mode 0660)";
        assert_eq!(key(0o660, false), expected(Severity::Warning, text));
    }

    #[test]
    fn a_role_has_its_own_rule() {
        let question = Question { role: Some(Role::PostgresServer), ..Question::default() };
        let key = |mode, uid| {
            of_key(Access { mode, uid, gid: 7 }, "k", false, &question).map(|finding| finding.code)
        };
        assert_eq!([key(0o600, 5), key(0o640, 0)], [None, None]);
        assert_eq!([key(0o640, 5), key(0o644, 0)], [Some("role-key-mode"); 2]);
    }

    #[test]
    fn certificates_can_be_read_and_not_replaced() {
        let of = |mode| told(of_certificate(Access { mode, uid: 0, gid: 0 }, "c", false));
        let expected = |text: &str| Some((Severity::Warning, text.to_owned(), "chmod 644 c".to_owned()));
        assert_eq!([of(0o644), of(0o600), of(0o444)], [None, None, None]);
        assert_eq!(of(0), expected("nobody but root can read it (mode 0000)"));
        assert_eq!(of(0o666), expected("everybody on this machine can replace it (mode 0666)"));
        let closed = of_certificate(Access { mode: 0o666, uid: 0, gid: 0 }, "c.p12", true);
        assert_eq!(closed.map(|finding| finding.fix).as_deref(), Some("chmod 600 c.p12"));
    }
}
