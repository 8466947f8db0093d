//! Reading DER by tag, length and value, also where it is not quite DER: what is wrong with it is [`strict`](super::strict)'s
//! to say.

/// The identifier octets that certificates are made of (X.690 section 8.1.2).
pub(super) mod tag {
    pub(in crate::lint) const BOOLEAN: u8 = 0x01;
    pub(in crate::lint) const INTEGER: u8 = 0x02;
    pub(in crate::lint) const BIT_STRING: u8 = 0x03;
    pub(in crate::lint) const OCTET_STRING: u8 = 0x04;
    pub(in crate::lint) const NULL: u8 = 0x05;
    pub(in crate::lint) const OID: u8 = 0x06;
    pub(in crate::lint) const ENUMERATED: u8 = 0x0a;
    pub(in crate::lint) const UTF8_STRING: u8 = 0x0c;
    pub(in crate::lint) const PRINTABLE_STRING: u8 = 0x13;
    pub(in crate::lint) const TELETEX_STRING: u8 = 0x14;
    pub(in crate::lint) const IA5_STRING: u8 = 0x16;
    pub(in crate::lint) const UTC_TIME: u8 = 0x17;
    pub(in crate::lint) const GENERALIZED_TIME: u8 = 0x18;
    pub(in crate::lint) const VISIBLE_STRING: u8 = 0x1a;
    pub(in crate::lint) const UNIVERSAL_STRING: u8 = 0x1c;
    pub(in crate::lint) const BMP_STRING: u8 = 0x1e;
    pub(in crate::lint) const SEQUENCE: u8 = 0x30;
    pub(in crate::lint) const SET: u8 = 0x31;

    /// A context-specific tag, primitive.
    pub(in crate::lint) const fn context(number: u8) -> u8 {
        0x80 | number
    }

    /// A context-specific tag, constructed.
    pub(in crate::lint) const fn constructed(number: u8) -> u8 {
        0xa0 | number
    }
}

/// One element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Element<'a> {
    /// The identifier octet.
    pub(super) tag: u8,
    /// What is in it.
    pub(super) contents: &'a [u8],
    /// All of it, with tag and length.
    pub(super) whole: &'a [u8],
}

impl<'a> Element<'a> {
    /// The elements inside.
    pub(super) fn inner(&self) -> Elements<'a> {
        Elements(self.contents)
    }
}

/// Elements one behind the other; the iteration ends where no element can be read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Elements<'a>(pub(super) &'a [u8]);

impl<'a> Elements<'a> {
    /// The next element, if it has this tag.
    pub(super) fn read(&mut self, tag: u8) -> Option<Element<'a>> {
        if self.0.first() == Some(&tag) { self.next() } else { None }
    }

    /// The next element, if it has one of these tags.
    pub(super) fn read_any(&mut self, tags: &[u8]) -> Option<Element<'a>> {
        if tags.contains(self.0.first()?) { self.next() } else { None }
    }

    /// Whether all was read.
    pub(super) fn is_done(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether elements follow up to the end.
    pub(super) fn are_well_formed(mut self) -> bool {
        while self.next().is_some() {}
        self.is_done()
    }
}

impl<'a> Iterator for Elements<'a> {
    type Item = Element<'a>;

    #[inline]
    fn next(&mut self) -> Option<Element<'a>> {
        let bytes = self.0;
        let header = header(bytes)?;
        let end = header.octets.checked_add(header.length)?;
        let contents = bytes.get(header.octets..end)?;
        self.0 = &bytes[end..];
        Some(Element { tag: header.tag, contents, whole: &bytes[..end] })
    }
}

/// Tag and length of an element.
pub(super) struct Header {
    /// The identifier octet.
    pub(super) tag: u8,
    /// How many octets tag and length take.
    pub(super) octets: usize,
    /// The length of the contents.
    pub(super) length: usize,
}

/// Reads a header with a definite length; more than one identifier octet is nothing of ours.
#[inline]
pub(super) fn header(bytes: &[u8]) -> Option<Header> {
    let (&tag, &first) = (bytes.first()?, bytes.get(1)?);
    if tag & 0x1f == 0x1f {
        return None;
    }
    if first < 0x80 {
        return Some(Header { tag, octets: 2, length: usize::from(first) });
    }
    let count = usize::from(first & 0x7f);
    if !(1..=8).contains(&count) {
        return None;
    }
    let length = bytes
        .get(2..2 + count)?
        .iter()
        .try_fold(0usize, |sum, &octet| sum.checked_mul(256).map(|sum| sum | usize::from(octet)))?;
    Some(Header { tag, octets: 2 + count, length })
}

/// The single element that `bytes` are.
pub(super) fn single(bytes: &[u8]) -> Option<Element<'_>> {
    let mut elements = Elements(bytes);
    let element = elements.next()?;
    elements.is_done().then_some(element)
}

/// The single element that `bytes` are, if it has this tag.
pub(super) fn single_of(tag: u8, bytes: &[u8]) -> Option<Element<'_>> {
    single(bytes).filter(|element| element.tag == tag)
}
