//! Subjects: from the `names` of a request, and from `sign`'s SUBJECT document.

use const_oid::ObjectIdentifier;

use crate::vocab::name::{AttributeType, DistinguishedName};
use crate::vocab::oid;
use crate::wire::csr_request::Name;
use crate::wire::json::{Located, Notice, Place};
use crate::wire::subject::Subject;

/// A key of `names[].OID` that is no object identifier.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: \"{oid}\" is not an object identifier")]
pub struct InvalidOid {
    /// Where.
    pub place: Place,
    /// What was found.
    pub oid: String,
}

/// The subject that `sign` puts in place of the CSR's, and what of the document has no effect.
///
/// `E` and `OID` are read and not used, as in cfssl.
pub fn from_document(subject: Subject) -> (DistinguishedName, Vec<Notice>) {
    let Subject { cn, names, serial_number } = subject;
    let mut name = DistinguishedName::default();
    let mut notices = Vec::new();
    for Located { value: entry, place } in names {
        if !entry.e.is_empty() || !entry.oid.0.is_empty() {
            let notice = Notice::new(&place, "\"E\" and \"OID\" have no effect in a SUBJECT document");
            notices.push(notice.with_hint("put them into the CSR and sign it without a SUBJECT"));
        }
        notices.extend(ignored_serial_number(&entry));
        add_common(&mut name, &entry);
    }
    name.add(AttributeType::CommonName, cn.value);
    name.add(AttributeType::SerialNumber, serial_number);
    (name, notices)
}

/// Adds one entry of `names`.
///
/// # Errors
/// An `OID` key that is no object identifier.
pub fn add_entry(name: &mut DistinguishedName, entry: &Name) -> Result<(), InvalidOid> {
    add_common(name, entry);
    for (text, value) in &entry.oid.0 {
        let oid = ObjectIdentifier::new(text)
            .map_err(|_| InvalidOid { oid: text.clone(), place: value.place.clone() })?;
        name.add_extra(oid, value.value.clone());
    }
    if !entry.e.is_empty() {
        name.add_extra(oid::EMAIL_ADDRESS, entry.e.clone());
    }
    Ok(())
}

/// cfssl reads `SerialNumber` inside `names` and drops it.
pub fn ignored_serial_number(entry: &Name) -> Option<Notice> {
    let Located { value, place } = &entry.serial_number;
    (!value.is_empty()).then(|| {
        Notice::new(place, "\"SerialNumber\" has no effect inside \"names\"")
            .with_hint("write \"serialnumber\" beside \"CN\", outside of \"names\"")
    })
}

fn add_common(name: &mut DistinguishedName, entry: &Name) {
    name.add(AttributeType::Country, entry.c.clone());
    name.add(AttributeType::State, entry.st.clone());
    name.add(AttributeType::Locality, entry.l.clone());
    name.add(AttributeType::Organization, entry.o.clone());
    name.add(AttributeType::OrganizationalUnit, entry.ou.clone());
}

/// An entry without C, ST, L, O and OU, or with blank ones only, identifies nobody.
pub fn identifies(entry: &Name) -> bool {
    [&entry.c, &entry.st, &entry.l, &entry.o, &entry.ou].iter().any(|value| !value.trim().is_empty())
}
