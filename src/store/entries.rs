//! Which entries a manifest had: their files stay when they go, and nobody else knows whose they were.
//!
//! `.certwright/entries` holds a section for each manifest that writes to the folder: a line with `/` and the manifest,
//! then a line for each base name. It is a memory and no proof: it is written over in place and not synced, and half of it
//! is only half a memory. It is also the file that is locked: see [`super::Lock`].

use super::folder::{ENTRIES, Folder, OWN, StoreError};
use super::transaction::Transaction;

/// The base names of each manifest's files, a line each.
#[derive(Debug, Default)]
pub struct Entries(Vec<(String, String)>);

impl Entries {
    /// What is known of a folder; nothing, where that cannot be read.
    pub fn of(folder: &Folder) -> Self {
        let file = folder.read(&format!("{OWN}/{ENTRIES}")).ok().flatten();
        file.and_then(|file| std::str::from_utf8(&file.contents).ok().map(Self::parse)).unwrap_or_default()
    }

    fn parse(text: &str) -> Self {
        // Half a line would be another name.
        let whole = text.rfind('\n').map_or("", |end| &text[..=end]);
        // No base name starts with a slash.
        let sections = whole.strip_prefix('/').into_iter().flat_map(|rest| rest.split("\n/"));
        let parts = sections.map(|section| section.split_once('\n').unwrap_or((section, "")));
        let closed = |names: &str| match names {
            "" => String::new(),
            names => format!("{}\n", names.trim_end_matches('\n')),
        };
        Self(parts.map(|(manifest, names)| (manifest.to_owned(), closed(names))).collect())
    }

    fn text(&self) -> String {
        self.0.iter().map(|(manifest, names)| format!("/{manifest}\n{names}")).collect()
    }

    /// A manifest's base names, a line each.
    pub fn of_manifest(&self, manifest: &str) -> &str {
        self.0.iter().find(|(known, _)| known == manifest).map_or("", |(_, names)| names)
    }

    /// The other manifests, with theirs.
    pub fn of_others(&self, manifest: &str) -> impl Iterator<Item = (&str, &str)> {
        let others = self.0.iter().filter(move |(known, _)| known != manifest);
        others.map(|(known, names)| (known.as_str(), names.as_str()))
    }

    /// Changes a manifest's.
    pub fn set(&mut self, manifest: &str, names: String) {
        self.0.retain(|(known, _)| known != manifest);
        self.0.push((manifest.to_owned(), names));
    }
}

impl Transaction<'_> {
    /// Keeps what is known for the next run.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn keep_entries(&self, entries: &Entries) -> Result<(), StoreError> {
        self.write_over(ENTRIES, entries.text().as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_read_again() {
        let mut entries = Entries::default();
        entries.set("pki.json", "ca\nnodes/a\n".to_owned());
        entries.set("/etc/other.json", String::new());
        entries.set("third.json", "b\n".to_owned());
        let again = Entries::parse(&entries.text());
        assert_eq!(again.text(), "/pki.json\nca\nnodes/a\n//etc/other.json\n/third.json\nb\n");
        assert_eq!(again.of_manifest("pki.json"), "ca\nnodes/a\n");
        assert_eq!(again.of_manifest("none.json"), "");
        let others: Vec<_> = again.of_others("pki.json").collect();
        assert_eq!(others, [("/etc/other.json", ""), ("third.json", "b\n")]);
    }

    #[test]
    fn half_a_name_is_none() {
        assert_eq!(Entries::parse("/pki.json\nca\nserver-1").of_manifest("pki.json"), "ca\n");
        assert_eq!(Entries::parse("nonsense\n").text(), "");
        assert_eq!(Entries::parse("").text(), "");
    }
}
