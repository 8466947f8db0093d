//! Who may do what with the files of an entry that lie there, against what is asked for.

use crate::plan::Reason;
use crate::store::FoundFile;

use super::form::Form;
use super::found::Found;
use super::lookups::{EntryRights, PUBLIC_MODE};

/// Whoever may write a file may put another in its place.
const OTHERS_WRITE: u32 = 0o022;

/// The files whose mode, owner or group is not as asked for.
pub(super) fn differences(found: &Found, form: &Form) -> Vec<Reason> {
    let (mut modes, mut owners) = (Vec::new(), Vec::new());
    for (ending, holds_key, file) in found.files(form) {
        if let Some(to) = wanted_mode(file.mode, holds_key, form.rights.key_mode) {
            modes.push(Reason::LooseMode { file: found.name(ending), from: file.mode, to });
        }
        if is_strange(file, form.rights) {
            owners.push(Reason::Owner(found.name(ending)));
        }
    }
    modes.into_iter().chain(owners).collect()
}

/// The mode a file is to have, if not this one.
fn wanted_mode(mode: u32, holds_key: bool, key_mode: u32) -> Option<u32> {
    if !holds_key {
        return (mode & OTHERS_WRITE != 0).then_some(PUBLIC_MODE);
    }
    // Tighter than the usual mode is fine.
    let is_tighter = key_mode == 0o600 && mode & !key_mode == 0;
    (mode != key_mode && !is_tighter).then_some(key_mode)
}

fn is_strange(file: &FoundFile, rights: EntryRights) -> bool {
    rights.owner.is_some_and(|owner| owner != file.owner)
        || rights.group.is_some_and(|group| group != file.group)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_loose_modes_are_changed() {
        let mode = |key_mode, mode, holds_key| wanted_mode(mode, holds_key, key_mode);
        assert_eq!([0o600, 0o400, 0].map(|found| mode(0o600, found, true)), [None; 3]);
        assert_eq!([0o644, 0o640, 0o700].map(|found| mode(0o600, found, true)), [Some(0o600); 3]);
        assert_eq!(
            [0o600, 0o644, 0o640].map(|found| mode(0o640, found, true)),
            [Some(0o640), Some(0o640), None]
        );
        assert_eq!([0o644, 0o600, 0o755].map(|found| mode(0o600, found, false)), [None; 3]);
        assert_eq!([0o666, 0o664, 0o646].map(|found| mode(0o600, found, false)), [Some(0o644); 3]);
    }
}
