//! A certificate extension as bytes (RFC 5280 section 4.1.2.9).

use const_oid::ObjectIdentifier;

/// An extension: its type, whether it is critical, and the DER of its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extension {
    /// extnID
    pub oid: ObjectIdentifier,
    /// critical
    pub critical: bool,
    /// extnValue, without its OCTET STRING
    pub value: Vec<u8>,
}

impl Extension {
    /// An extension that may be ignored.
    pub fn new(oid: ObjectIdentifier, value: Vec<u8>) -> Self {
        Self { oid, critical: false, value }
    }

    /// An extension that must be understood.
    pub fn critical(oid: ObjectIdentifier, value: Vec<u8>) -> Self {
        Self { oid, critical: true, value }
    }
}

/// basicConstraints (RFC 5280 section 4.2.1.9).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BasicConstraints {
    /// cA
    pub ca: bool,
    /// pathLenConstraint
    pub path_length: Option<u32>,
}
