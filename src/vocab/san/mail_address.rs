//! One mail address (RFC 5322 section 3.4), in the dialect of Go's `net/mail`.
//!
//! Go departs from the RFC: comments are taken only behind an address and between words of a display name,
//! line folding is not, every character outside ASCII is an ordinary letter (RFC 6532), and a domain in
//! brackets has to be an IP address.

use std::net::IpAddr;

use crate::vocab::pem::decode_base64;

/// The bare address of `text`: `b@x` for `"Bob" <b@x> (at work)`; `None` if it is not exactly one address.
pub(super) fn parse(text: &str) -> Option<String> {
    // Most hosts are none, and to see it from their grammar takes long.
    if !text.contains('@') {
        return None;
    }
    let mut cursor = Cursor { rest: text };
    let mut found = cursor.address(Groups::Allowed)?;
    cursor.skip_comments()?;
    let address = found.pop()?;
    (cursor.rest.is_empty() && found.is_empty()).then_some(address)
}

/// Groups (`name: a@x, b@x;`) do not nest.
#[derive(Clone, Copy, PartialEq)]
enum Groups {
    Allowed,
    Forbidden,
}

/// Reads from the left. A method that returns `None` may have consumed something, unless it says otherwise.
#[derive(Clone, Copy)]
struct Cursor<'a> {
    rest: &'a str,
}

impl<'a> Cursor<'a> {
    /// `address = mailbox / group`; `mailbox = name-addr / addr-spec`. A group yields all its addresses.
    fn address(&mut self, groups: Groups) -> Option<Vec<String>> {
        self.skip_blanks();
        if let Some(address) = self.addr_spec() {
            self.skip_blanks();
            if self.rest.starts_with('(') {
                self.display_name_comment()?;
            }
            return Some(vec![address]);
        }
        if !self.rest.starts_with('<') {
            self.phrase()?;
        }
        self.skip_blanks();
        if groups == Groups::Allowed && self.take(':') {
            return self.group_members();
        }
        self.expect('<')?;
        let address = self.addr_spec()?;
        self.expect('>')?;
        Some(vec![address])
    }

    /// What follows the colon of a group, up to its semicolon and the comments behind it.
    fn group_members(&mut self) -> Option<Vec<String>> {
        let mut members = Vec::new();
        self.skip_blanks();
        while !self.take(';') {
            if !members.is_empty() {
                self.expect(',')?;
            }
            self.skip_blanks();
            members.extend(self.address(Groups::Forbidden)?);
            self.skip_comments()?;
        }
        self.skip_comments()?;
        Some(members)
    }

    /// `addr-spec = local-part "@" domain`; consumes nothing unless it succeeds.
    fn addr_spec(&mut self) -> Option<String> {
        let mut ahead = *self;
        ahead.skip_blanks();
        let local = if ahead.rest.starts_with('"') {
            ahead.quoted_string().filter(|local| !local.is_empty())?
        } else {
            ahead.dot_atom()?.to_owned()
        };
        ahead.expect('@')?;
        ahead.skip_blanks();
        let domain = if ahead.rest.starts_with('[') { ahead.domain_literal()? } else { ahead.dot_atom()? };
        *self = ahead;
        Some(format!("{local}@{domain}"))
    }

    /// `phrase = 1*word`. It ends where no word starts; only the complete lack of words is a failure.
    fn phrase(&mut self) -> Option<()> {
        // Encoded words count once their joint text is not empty; only a plain word makes room for comments.
        let (mut plain, mut encoded) = (false, false);
        loop {
            if plain {
                self.skip_comments()?;
            }
            self.skip_blanks();
            if self.rest.is_empty() {
                return Some(());
            }
            match self.word() {
                Some(Word::Plain) => (plain, encoded) = (true, false),
                Some(Word::Encoded { is_empty }) => encoded |= !is_empty,
                None => return (plain || encoded).then_some(()),
            }
        }
    }

    /// `word = atom / quoted-string`, dots allowed anywhere.
    fn word(&mut self) -> Option<Word> {
        if self.rest.starts_with('"') {
            return self.quoted_string().map(|_| Word::Plain);
        }
        decode_word(self.dotted_letters()?)
    }

    /// A quoted-string without its quotes and backslashes; consumes nothing unless it succeeds.
    fn quoted_string(&mut self) -> Option<String> {
        let mut text = String::new();
        let mut characters = self.rest.strip_prefix('"')?.chars();
        loop {
            let c = match characters.next()? {
                '"' => break,
                '\\' => characters.next()?,
                c => c,
            };
            if !is_visible(c) && !is_blank(c) {
                return None;
            }
            text.push(c);
        }
        self.rest = characters.as_str();
        Some(text)
    }

    /// `dot-atom`: no dot at either end, no two in a row.
    fn dot_atom(&mut self) -> Option<&'a str> {
        self.dotted_letters().filter(|atom| atom.split('.').all(|part| !part.is_empty()))
    }

    /// One or more of atext and dots.
    fn dotted_letters(&mut self) -> Option<&'a str> {
        let (letters, rest) = split_while(self.rest, |c| is_atext(c) || c == '.');
        self.rest = rest;
        (!letters.is_empty()).then_some(letters)
    }

    /// `domain-literal`, brackets included.
    fn domain_literal(&mut self) -> Option<&'a str> {
        let start = self.rest;
        self.expect('[')?;
        let (dtext, rest) = split_while(self.rest, |c| is_visible(c) && !"[]\\".contains(c));
        self.rest = rest;
        self.expect(']')?;
        is_address_literal(dtext).then(|| &start[..dtext.len() + 2])
    }

    /// A comment behind an address stands for a display name, so its encoded words have to be readable.
    fn display_name_comment(&mut self) -> Option<()> {
        let start = self.rest.strip_prefix('(')?;
        self.comment()?;
        let comment = &start[..start.len() - self.rest.len() - 1];
        let text = without_escapes(comment);
        text.split(is_blank).all(|word| decode_word(word).is_some()).then_some(())
    }

    /// `[CFWS]` without line folding; fails on a comment that does not end.
    fn skip_comments(&mut self) -> Option<()> {
        self.skip_blanks();
        while self.rest.starts_with('(') {
            self.comment()?;
            self.skip_blanks();
        }
        Some(())
    }

    /// One comment, with the comments nested in it.
    fn comment(&mut self) -> Option<()> {
        let mut depth = 0_usize;
        let mut characters = self.rest.chars();
        loop {
            match characters.next()? {
                '(' => depth += 1,
                ')' => depth -= 1,
                '\\' => _ = characters.next()?,
                _ => {}
            }
            if depth == 0 {
                self.rest = characters.as_str();
                return Some(());
            }
        }
    }

    fn skip_blanks(&mut self) {
        self.rest = self.rest.trim_start_matches(is_blank);
    }

    fn expect(&mut self, c: char) -> Option<()> {
        self.take(c).then_some(())
    }

    fn take(&mut self, c: char) -> bool {
        let after = self.rest.strip_prefix(c);
        self.rest = after.unwrap_or(self.rest);
        after.is_some()
    }
}

/// A word of a display name, as far as it matters here.
enum Word {
    Plain,
    /// An encoded-word (RFC 2047).
    Encoded {
        is_empty: bool,
    },
}

/// Tells an encoded-word `=?charset?encoding?text?=` from a plain one; fails on charsets Go cannot read.
fn decode_word(word: &str) -> Option<Word> {
    let Some((charset, content)) = encoded_word(word) else { return Some(Word::Plain) };
    let readable = ["utf-8", "iso-8859-1", "us-ascii"].iter().any(|name| equals_folded(name, charset));
    readable.then_some(Word::Encoded { is_empty: content.is_empty() })
}

/// Charset and decoded bytes of an encoded-word.
fn encoded_word(word: &str) -> Option<(&str, Vec<u8>)> {
    let inner = word.strip_prefix("=?")?.strip_suffix("?=")?;
    let mut parts = inner.split('?');
    let (charset, encoding, text) = (parts.next()?, parts.next()?, parts.next()?);
    if charset.is_empty() || parts.next().is_some() {
        return None;
    }
    let content = match encoding {
        "B" | "b" => decode_base64(text.as_bytes()).map(|content| content.to_vec()),
        "Q" | "q" => decode_q(text.as_bytes()),
        _ => None,
    };
    Some((charset, content?))
}

/// Go folds case by Unicode's simple rules: the long s (U+017F) equals `s`, the Kelvin sign `k`.
fn equals_folded(name: &str, charset: &str) -> bool {
    charset.replace('\u{17f}', "s").eq_ignore_ascii_case(name)
}

/// The "Q" encoding (RFC 2047 section 4.2).
fn decode_q(text: &[u8]) -> Option<Vec<u8>> {
    let mut content = Vec::with_capacity(text.len());
    let mut rest = text;
    while let [first, after @ ..] = rest {
        rest = after;
        content.push(match first {
            b'_' => b' ',
            b'=' => {
                let (pair, after) = rest.split_at_checked(2)?;
                rest = after;
                hex_byte(pair)?
            }
            b' '..=b'~' | b'\t' | b'\r' | b'\n' => *first,
            _ => return None,
        });
    }
    Some(content)
}

fn hex_byte(pair: &[u8]) -> Option<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let value = digit(pair[0])? * 16 + digit(pair[1])?;
    u8::try_from(value).ok()
}

/// `IPv6:` in front promises IPv6, which Go does not hold anyone to.
fn is_address_literal(dtext: &str) -> bool {
    match dtext.strip_prefix("IPv6:") {
        Some(address) => address.parse::<IpAddr>().is_ok(),
        None => dtext.parse::<IpAddr>().is_ok_and(|ip| ip.to_canonical().is_ipv4()),
    }
}

fn without_escapes(comment: &str) -> String {
    let mut text = String::with_capacity(comment.len());
    let mut characters = comment.chars();
    while let Some(c) = characters.next() {
        text.push(if c == '\\' { characters.next().unwrap_or(c) } else { c });
    }
    text
}

fn split_while(text: &str, belongs: impl Fn(char) -> bool) -> (&str, &str) {
    text.split_at(text.find(|c| !belongs(c)).unwrap_or(text.len()))
}

/// RFC 5322 section 3.2.3: what is visible and not special.
fn is_atext(c: char) -> bool {
    is_visible(c) && !"()<>[]:;@\\,\".".contains(c)
}

/// VCHAR with RFC 6532's extension to everything outside ASCII.
fn is_visible(c: char) -> bool {
    c.is_ascii_graphic() || !c.is_ascii()
}

fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t')
}
