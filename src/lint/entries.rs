//! The entries of a CRL (RFC 5280 section 5.3), and what is wrong with them.

use std::collections::HashSet;

use super::der::{self, Element, Elements, tag};
use super::extension::{Extension, id};
use super::seen::Seen;
use super::times::{Time, TimeFault};

/// For each fault the first entry that has it: its serial number, or its place in the list.
#[derive(Debug, Default)]
pub(super) struct EntryFaults<'a> {
    /// An entry that is none, such as one without a date: its place, from 1.
    pub(super) malformed: Option<usize>,
    /// A date that is not well formed.
    pub(super) date: Option<(&'a [u8], TimeFault)>,
    /// A serial number that was there before.
    pub(super) repeated: Option<&'a [u8]>,
    /// A reason that is not one (RFC 5280 section 5.3.1), and its entry.
    pub(super) reason: Option<&'a [u8]>,
    /// The reason `unspecified`, which should not be written.
    pub(super) unspecified: Option<&'a [u8]>,
    /// An extension twice.
    pub(super) repeated_extension: Option<&'a [u8]>,
    /// A critical extension that nobody knows.
    pub(super) unknown_critical: Option<&'a [u8]>,
    /// A `reasonCode` or `invalidityDate` that is critical.
    pub(super) critical: Option<&'a [u8]>,
    /// Whether an entry has extensions.
    pub(super) has_extensions: bool,
    /// Whether entries name issuers of their own, so that serial numbers may occur again.
    is_indirect: bool,
    /// The latest revocation date.
    pub(super) latest: Option<u64>,
    /// Whether there is an entry.
    pub(super) are_any: bool,
}

impl<'a> EntryFaults<'a> {
    /// Looks at all entries.
    pub(super) fn of(mut entries: Elements<'a>) -> Self {
        let mut faults = Self::default();
        let mut seen = HashSet::new();
        let mut count = 0;
        for (index, entry) in entries.by_ref().enumerate() {
            count = index + 1;
            faults.are_any = true;
            let Some(serial) = faults.look_at(entry) else {
                faults.malformed.get_or_insert(index + 1);
                continue;
            };
            if !seen.insert(serial) && !faults.is_indirect {
                faults.repeated.get_or_insert(serial);
            }
        }
        if !entries.is_done() {
            faults.malformed.get_or_insert(count + 1);
        }
        faults
    }

    fn look_at(&mut self, entry: Element<'a>) -> Option<&'a [u8]> {
        if entry.tag != tag::SEQUENCE {
            return None;
        }
        let mut parts = entry.inner();
        let serial = parts.read(tag::INTEGER)?.contents;
        let time = Time::read(parts.read_any(&[tag::UTC_TIME, tag::GENERALIZED_TIME])?);
        if let Some(fault) = time.fault {
            self.date.get_or_insert((time.text, fault));
        }
        self.latest = self.latest.max(time.stamp);
        if let Some(extensions) = parts.read(tag::SEQUENCE) {
            self.has_extensions = true;
            self.look_at_extensions(serial, extensions)?;
        }
        parts.is_done().then_some(serial)
    }

    fn look_at_extensions(&mut self, serial: &'a [u8], extensions: Element<'a>) -> Option<()> {
        let mut seen = Seen::default();
        let mut elements = extensions.inner();
        for element in elements.by_ref() {
            let extension = Extension::read(element)?;
            if !seen.insert(extension.oid) {
                self.repeated_extension.get_or_insert(serial);
            }
            match extension.id {
                id::CERTIFICATE_ISSUER => self.is_indirect = true,
                id::REASON => self.look_at_reason(serial, &extension),
                id::INVALIDITY_DATE if extension.is_critical() => _ = self.critical.get_or_insert(serial),
                id::OTHER if extension.is_critical() => _ = self.unknown_critical.get_or_insert(serial),
                _ => {}
            }
        }
        elements.is_done().then_some(())
    }

    fn look_at_reason(&mut self, serial: &'a [u8], extension: &Extension<'a>) {
        match der::single_of(tag::ENUMERATED, extension.value).map(|reason| reason.contents) {
            Some([0]) => _ = self.unspecified.get_or_insert(serial),
            Some([1..=6 | 8..=10]) => {}
            _ => _ = self.reason.get_or_insert(serial),
        }
        if extension.is_critical() {
            self.critical.get_or_insert(serial);
        }
    }
}
