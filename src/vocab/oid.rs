//! Object identifiers, each with its source.

use const_oid::ObjectIdentifier as Oid;

/// Names every OID once.
macro_rules! oids {
    ($($(#[$doc:meta])+ $name:ident = $text:literal;)+) => {
        $($(#[$doc])+ pub const $name: Oid = Oid::new_unwrap($text);)+
    };
}

oids! {
    /// commonName (RFC 5280 appendix A.1)
    COMMON_NAME = "2.5.4.3";
    /// serialNumber of a subject
    SERIAL_NUMBER = "2.5.4.5";
    /// countryName
    COUNTRY = "2.5.4.6";
    /// localityName
    LOCALITY = "2.5.4.7";
    /// stateOrProvinceName
    STATE = "2.5.4.8";
    /// streetAddress (RFC 4519)
    STREET = "2.5.4.9";
    /// organizationName
    ORGANIZATION = "2.5.4.10";
    /// organizationalUnitName
    ORGANIZATIONAL_UNIT = "2.5.4.11";
    /// postalCode (RFC 4519)
    POSTAL_CODE = "2.5.4.17";
    /// rsaEncryption (RFC 8017 appendix A.1)
    RSA_ENCRYPTION = "1.2.840.113549.1.1.1";
    /// id-RSASSA-PSS (RFC 8017 appendix A.2.3)
    RSA_PSS = "1.2.840.113549.1.1.10";
    /// emailAddress (RFC 2985)
    EMAIL_ADDRESS = "1.2.840.113549.1.9.1";
    /// domainComponent (RFC 4519 section 2.4)
    DOMAIN_COMPONENT = "0.9.2342.19200300.100.1.25";
    /// extensionRequest attribute (RFC 2985 section 5.4.2)
    EXTENSION_REQUEST = "1.2.840.113549.1.9.14";

    /// subjectKeyIdentifier (RFC 5280 section 4.2.1.2)
    SUBJECT_KEY_IDENTIFIER = "2.5.29.14";
    /// keyUsage (RFC 5280 section 4.2.1.3)
    KEY_USAGE = "2.5.29.15";
    /// subjectAltName (RFC 5280 section 4.2.1.6)
    SUBJECT_ALT_NAME = "2.5.29.17";
    /// basicConstraints (RFC 5280 section 4.2.1.9)
    BASIC_CONSTRAINTS = "2.5.29.19";
    /// nameConstraints (RFC 5280 section 4.2.1.10)
    NAME_CONSTRAINTS = "2.5.29.30";
    /// cRLDistributionPoints (RFC 5280 section 4.2.1.13)
    CRL_DISTRIBUTION_POINTS = "2.5.29.31";
    /// certificatePolicies (RFC 5280 section 4.2.1.4)
    CERTIFICATE_POLICIES = "2.5.29.32";
    /// authorityKeyIdentifier (RFC 5280 section 4.2.1.1)
    AUTHORITY_KEY_IDENTIFIER = "2.5.29.35";
    /// extKeyUsage (RFC 5280 section 4.2.1.12)
    EXTENDED_KEY_USAGE = "2.5.29.37";
    /// authorityInfoAccess (RFC 5280 section 4.2.2.1)
    AUTHORITY_INFO_ACCESS = "1.3.6.1.5.5.7.1.1";
    /// id-pkix-ocsp-nocheck (RFC 6960 section 4.2.2.2.1)
    OCSP_NO_CHECK = "1.3.6.1.5.5.7.48.1.5";
    /// signed certificate timestamps (RFC 6962 section 3.3)
    SIGNED_TIMESTAMPS = "1.3.6.1.4.1.11129.2.4.2";
    /// DelegationUsage (RFC 9345 section 4.2)
    DELEGATION_USAGE = "1.3.6.1.4.1.44363.44";

    /// id-ad-ocsp (RFC 5280 section 4.2.2.1)
    AD_OCSP = "1.3.6.1.5.5.7.48.1";
    /// id-ad-caIssuers (RFC 5280 section 4.2.2.1)
    AD_CA_ISSUERS = "1.3.6.1.5.5.7.48.2";
    /// id-qt-cps (RFC 5280 section 4.2.1.4)
    QT_CPS = "1.3.6.1.5.5.7.2.1";
    /// id-qt-unotice (RFC 5280 section 4.2.1.4)
    QT_UNOTICE = "1.3.6.1.5.5.7.2.2";
}
