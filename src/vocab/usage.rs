//! Key usages and extended key usages by cfssl's words.

use const_oid::ObjectIdentifier;
use der::Tag;

use super::{asn1, oid};

/// What an extended key usage needs no more octets than, in most cases.
const OID_LENGTH: usize = 12;

/// A word of a profile's `usages`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Usage {
    /// A keyUsage bit, counted as in RFC 5280 section 4.2.1.3.
    Key(u8),
    /// An extended key usage (RFC 5280 section 4.2.1.12), by its OID.
    Extended(ObjectIdentifier),
}

/// cfssl's word and what it means.
const WORDS: [(&str, Usage); 23] = [
    ("signing", Usage::Key(0)),
    ("digital signature", Usage::Key(0)),
    ("content commitment", Usage::Key(1)),
    ("key encipherment", Usage::Key(2)),
    ("data encipherment", Usage::Key(3)),
    ("key agreement", Usage::Key(4)),
    ("cert sign", Usage::Key(5)),
    ("crl sign", Usage::Key(6)),
    ("encipher only", Usage::Key(7)),
    ("decipher only", Usage::Key(8)),
    ("any", Usage::ANY),
    ("server auth", Usage::SERVER_AUTH),
    ("client auth", Usage::CLIENT_AUTH),
    ("code signing", Usage::Extended(oid::CODE_SIGNING)),
    ("email protection", Usage::Extended(oid::EMAIL_PROTECTION)),
    ("s/mime", Usage::Extended(oid::EMAIL_PROTECTION)),
    ("ipsec end system", extended("1.3.6.1.5.5.7.3.5")),
    ("ipsec tunnel", extended("1.3.6.1.5.5.7.3.6")),
    ("ipsec user", extended("1.3.6.1.5.5.7.3.7")),
    ("timestamping", Usage::Extended(oid::TIME_STAMPING)),
    ("ocsp signing", Usage::Extended(oid::OCSP_SIGNING)),
    ("microsoft sgc", extended("1.3.6.1.4.1.311.10.3.3")),
    ("netscape sgc", extended("2.16.840.1.113730.4.1")),
];

const fn extended(oid: &str) -> Usage {
    Usage::Extended(ObjectIdentifier::new_unwrap(oid))
}

impl Usage {
    /// digitalSignature
    pub const SIGNING: Self = Self::Key(0);
    /// nonRepudiation
    pub const CONTENT_COMMITMENT: Self = Self::Key(1);
    /// keyEncipherment
    pub const KEY_ENCIPHERMENT: Self = Self::Key(2);
    /// dataEncipherment
    pub const DATA_ENCIPHERMENT: Self = Self::Key(3);
    /// keyAgreement
    pub const KEY_AGREEMENT: Self = Self::Key(4);
    /// keyCertSign
    pub const CERT_SIGN: Self = Self::Key(5);
    /// cRLSign
    pub const CRL_SIGN: Self = Self::Key(6);
    /// encipherOnly
    pub const ENCIPHER_ONLY: Self = Self::Key(7);
    /// decipherOnly
    pub const DECIPHER_ONLY: Self = Self::Key(8);
    /// anyExtendedKeyUsage
    pub const ANY: Self = Self::Extended(oid::ANY_PURPOSE);
    /// id-kp-serverAuth
    pub const SERVER_AUTH: Self = Self::Extended(oid::SERVER_AUTH);
    /// id-kp-clientAuth
    pub const CLIENT_AUTH: Self = Self::Extended(oid::CLIENT_AUTH);

    /// The bit of a keyUsage whose bits are counted from the lowest; none for an extended usage.
    pub const fn bit(self) -> u16 {
        match self {
            Self::Key(bit) => 1 << bit,
            Self::Extended(_) => 0,
        }
    }

    /// The field's word for it: cfssl's first word for the first bit, "signing", is another one.
    pub fn field_word(&self) -> String {
        if *self == Self::SIGNING { "digital signature".to_owned() } else { self.word() }
    }

    /// The first word of the table for it; an extended usage without one is its OID.
    pub fn word(&self) -> String {
        match (WORDS.iter().find(|(_, known)| known == self), self) {
            (Some((word, _)), _) => (*word).to_owned(),
            (None, Self::Extended(oid)) => oid.to_string(),
            (None, Self::Key(bit)) => format!("key usage {bit}"),
        }
    }

    /// The usage a word names: exact spelling, as cfssl takes it.
    pub fn from_word(word: &str) -> Option<Self> {
        WORDS.iter().find(|(known, _)| *known == word).map(|(_, usage)| *usage)
    }

    /// Every word, in the order of the table.
    pub fn words() -> impl Iterator<Item = &'static str> {
        WORDS.iter().map(|(word, _)| *word)
    }
}

/// What a certificate's key may be used for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Usages {
    key: u16,
    extended: Vec<ObjectIdentifier>,
}

impl FromIterator<Usage> for Usages {
    fn from_iter<I: IntoIterator<Item = Usage>>(usages: I) -> Self {
        let mut collected = Self::default();
        for usage in usages {
            match usage {
                Usage::Key(bit) => collected.key |= 1 << bit,
                Usage::Extended(oid) => collected.extended.push(oid),
            }
        }
        collected
    }
}

impl Usages {
    /// Neither kind is there.
    pub fn is_empty(&self) -> bool {
        self.key == 0 && self.extended.is_empty()
    }

    /// Whether a usage is there.
    pub fn has(&self, usage: Usage) -> bool {
        match usage {
            Usage::Key(bit) => self.key & (1 << bit) != 0,
            Usage::Extended(oid) => self.extended.contains(&oid),
        }
    }

    /// Whether there is any key usage.
    pub fn has_key_usage(&self) -> bool {
        self.key != 0
    }

    /// Whether there is any extended key usage.
    pub fn has_extended(&self) -> bool {
        !self.extended.is_empty()
    }

    /// Adds a usage; whether it was not there before.
    pub fn add(&mut self, usage: Usage) -> bool {
        let is_new = !self.has(usage);
        match usage {
            Usage::Key(bit) => self.key |= 1 << bit,
            Usage::Extended(oid) if is_new => self.extended.push(oid),
            Usage::Extended(_) => {}
        }
        is_new
    }

    /// Takes a usage away; whether it was there.
    pub fn remove(&mut self, usage: Usage) -> bool {
        let was_there = self.has(usage);
        match usage {
            Usage::Key(bit) => self.key &= !(1 << bit),
            Usage::Extended(oid) => self.extended.retain(|known| *known != oid),
        }
        was_there
    }

    /// Keeps the first of each extended usage; what was there again.
    pub fn remove_repetitions(&mut self) -> Vec<Usage> {
        let mut repeated = Vec::new();
        if self.extended.len() < 2 {
            return repeated;
        }
        let mut kept = Vec::with_capacity(self.extended.len());
        for oid in self.extended.drain(..) {
            match kept.contains(&oid) {
                false => kept.push(oid),
                true if repeated.contains(&Usage::Extended(oid)) => {}
                true => repeated.push(Usage::Extended(oid)),
            }
        }
        self.extended = kept;
        repeated
    }

    /// The keyUsage extension's value; `None` without a key usage.
    pub fn key_usage_der(&self) -> Option<Vec<u8>> {
        // RFC 5280 section 4.2.1.3: bit 0 is the first bit of the first octet; X.690 section 11.2.2: trailing zero
        // bits are removed.
        let bits = self.key.reverse_bits();
        let unused = u8::try_from(bits.trailing_zeros()).ok().filter(|_| bits != 0)?;
        let bytes = bits.to_be_bytes();
        let used = if unused >= 8 { &bytes[..1] } else { &bytes[..] };
        Some(asn1::element(Tag::BitString, &[&[unused % 8], used].concat()))
    }

    /// The extKeyUsage extension's value, in the order and with the repetitions of the profile; `None` without one.
    pub fn extended_key_usage_der(&self) -> Option<Vec<u8>> {
        let mut purposes = Vec::with_capacity(OID_LENGTH * self.extended.len());
        for oid in &self.extended {
            asn1::write_octets(&mut purposes, Tag::ObjectIdentifier, oid.as_bytes());
        }
        (!purposes.is_empty()).then(|| asn1::element(Tag::Sequence, &purposes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn der(words: &[&str]) -> (Option<Vec<u8>>, Option<Vec<u8>>) {
        let usages: Usages = words.iter().map(|word| Usage::from_word(word).unwrap()).collect();
        (usages.key_usage_der(), usages.extended_key_usage_der())
    }

    #[test]
    fn every_key_usage_word_sets_its_bit() {
        for (word, bits) in [
            ("signing", vec![0x03, 2, 7, 0x80]),
            ("digital signature", vec![0x03, 2, 7, 0x80]),
            ("content commitment", vec![0x03, 2, 6, 0x40]),
            ("key encipherment", vec![0x03, 2, 5, 0x20]),
            ("data encipherment", vec![0x03, 2, 4, 0x10]),
            ("key agreement", vec![0x03, 2, 3, 0x08]),
            ("cert sign", vec![0x03, 2, 2, 0x04]),
            ("crl sign", vec![0x03, 2, 1, 0x02]),
            ("encipher only", vec![0x03, 2, 0, 0x01]),
            ("decipher only", vec![0x03, 3, 7, 0x00, 0x80]),
        ] {
            assert_eq!(der(&[word]), (Some(bits), None), "{word}");
        }
        assert_eq!(der(&["cert sign", "crl sign"]).0.unwrap(), [3, 2, 1, 6]);
        assert_eq!(der(&["signing", "key encipherment"]).0.unwrap(), [3, 2, 5, 0xa0]);
    }

    #[test]
    fn extended_usages_keep_order_and_repetitions() {
        let (key, extended) = der(&["client auth", "server auth", "client auth"]);
        assert_eq!(key, None);
        let client = [6, 8, 43, 6, 1, 5, 5, 7, 3, 2];
        let server = [6, 8, 43, 6, 1, 5, 5, 7, 3, 1];
        assert_eq!(extended.unwrap(), [&[0x30, 30][..], &client, &server, &client].concat());
    }

    #[test]
    fn usages_come_and_go() {
        let mut usages: Usages = ["signing", "s/mime", "email protection"]
            .iter()
            .filter_map(|word| Usage::from_word(word))
            .collect();
        let mail = Usage::from_word("s/mime").unwrap();
        assert_eq!(usages.remove_repetitions(), [mail]);
        assert_eq!(mail.word(), "email protection");
        assert!(usages.remove(mail) && !usages.remove(mail));
        assert_eq!(usages.extended_key_usage_der(), None);
        assert!(usages.add(Usage::DECIPHER_ONLY) && !usages.add(Usage::DECIPHER_ONLY));
        assert!(usages.has(Usage::SIGNING) && usages.remove(Usage::SIGNING));
        assert_eq!(usages.key_usage_der().unwrap(), [3, 3, 7, 0x00, 0x80]);
    }

    #[test]
    fn words_are_unique_and_spelt_exactly() {
        let words: std::collections::BTreeSet<_> = Usage::words().collect();
        assert_eq!(words.len(), WORDS.len());
        assert_eq!(Usage::from_word("Server Auth"), None);
        assert!(Usages::default().is_empty());
    }
}
