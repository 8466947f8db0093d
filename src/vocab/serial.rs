//! Certificate serial numbers.

use ring::rand::{SecureRandom, SystemRandom};

/// A positive serial number of at most 20 octets.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SerialNumber(Vec<u8>);

/// The system gave no random bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the operating system gave no random bytes")]
pub struct NoRandomness;

impl SerialNumber {
    /// 20 random octets with the top bit clear, as cfssl makes them.
    ///
    /// # Errors
    /// The system gave no random bytes.
    pub fn random() -> Result<Self, NoRandomness> {
        // RFC 5280 section 4.1.2.2: a positive integer of at most 20 octets.
        Self::random_octets::<20>()
    }

    /// 63 random bits, as cfssl gives a self-signed certificate.
    ///
    /// # Errors
    /// The system gave no random bytes.
    pub fn random_63_bits() -> Result<Self, NoRandomness> {
        Self::random_octets::<8>()
    }

    fn random_octets<const N: usize>() -> Result<Self, NoRandomness> {
        loop {
            let mut octets = [0; N];
            SystemRandom::new().fill(&mut octets).map_err(|_| NoRandomness)?;
            octets[0] &= 0x7f;
            if let Some(first) = octets.iter().position(|octet| *octet != 0) {
                return Ok(Self(octets[first..].to_vec()));
            }
        }
    }

    /// Big-endian octets without leading zeros.
    pub fn octets(&self) -> &[u8] {
        &self.0
    }

    /// As a decimal number, as cfssl logs it.
    pub fn to_decimal(&self) -> String {
        let mut digits = vec![0_u8];
        for octet in &self.0 {
            let mut carry = u32::from(*octet);
            for digit in &mut digits {
                carry += u32::from(*digit) << 8;
                *digit = (carry % 10) as u8;
                carry /= 10;
            }
            while carry > 0 {
                digits.push((carry % 10) as u8);
                carry /= 10;
            }
        }
        digits.iter().rev().map(|digit| char::from(b'0' + digit)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_serial_is_positive_and_short_enough() {
        for _ in 0..1000 {
            let serial = SerialNumber::random().unwrap();
            assert!((1..=20).contains(&serial.octets().len()));
            assert!(serial.octets()[0] != 0);
            assert!(serial.octets().len() < 20 || serial.octets()[0] < 0x80);
        }
    }

    #[test]
    fn decimal_is_exact() {
        assert_eq!(SerialNumber(vec![0xff; 16]).to_decimal(), u128::MAX.to_string());
        assert_eq!(SerialNumber(vec![1, 0]).to_decimal(), "256");
    }
}
