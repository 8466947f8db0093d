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
    /// surname
    SURNAME = "2.5.4.4";
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
    /// title
    TITLE = "2.5.4.12";
    /// postalCode (RFC 4519)
    POSTAL_CODE = "2.5.4.17";
    /// givenName
    GIVEN_NAME = "2.5.4.42";
    /// dnQualifier
    DN_QUALIFIER = "2.5.4.46";
    /// pseudonym
    PSEUDONYM = "2.5.4.65";
    /// emailAddress (RFC 2985)
    EMAIL_ADDRESS = "1.2.840.113549.1.9.1";
    /// domainComponent (RFC 4519 section 2.4)
    DOMAIN_COMPONENT = "0.9.2342.19200300.100.1.25";

    /// challengePassword attribute (RFC 2985 section 5.4.1)
    CHALLENGE_PASSWORD = "1.2.840.113549.1.9.7";
    /// extensionRequest attribute (RFC 2985 section 5.4.2)
    EXTENSION_REQUEST = "1.2.840.113549.1.9.14";

    /// id-PBES2 (RFC 8018 appendix A.4)
    PBES2 = "1.2.840.113549.1.5.13";
    /// pkcs-12PbeIds (RFC 7292 appendix C): what the schemes of PKCS#12 itself begin with
    PKCS12_PBE = "1.2.840.113549.1.12.1";

    /// rsaEncryption (RFC 8017 appendix A.1)
    RSA_ENCRYPTION = "1.2.840.113549.1.1.1";
    /// id-RSASSA-PSS (RFC 8017 appendix A.2.3): a kind of key, and of signature
    RSA_PSS = "1.2.840.113549.1.1.10";
    /// id-ecPublicKey (RFC 5480 section 2.1.1)
    EC_PUBLIC_KEY = "1.2.840.10045.2.1";
    /// id-dsa (RFC 3279 section 2.3.2)
    DSA = "1.2.840.10040.4.1";
    /// id-X25519 (RFC 8410 section 3)
    X25519 = "1.3.101.110";
    /// id-X448 (RFC 8410 section 3)
    X448 = "1.3.101.111";
    /// id-Ed25519 (RFC 8410 section 3): a kind of key, and of signature
    ED25519 = "1.3.101.112";
    /// id-Ed448 (RFC 8410 section 3): a kind of key, and of signature
    ED448 = "1.3.101.113";

    /// secp224r1 (RFC 5480 section 2.1.1.1)
    SECP224R1 = "1.3.132.0.33";
    /// secp256r1 (RFC 5480 section 2.1.1.1)
    SECP256R1 = "1.2.840.10045.3.1.7";
    /// secp384r1 (RFC 5480 section 2.1.1.1)
    SECP384R1 = "1.3.132.0.34";
    /// secp521r1 (RFC 5480 section 2.1.1.1)
    SECP521R1 = "1.3.132.0.35";

    /// md2WithRSAEncryption (RFC 8017 appendix A.2.4)
    RSA_MD2 = "1.2.840.113549.1.1.2";
    /// md4WithRSAEncryption (RFC 2313 section 11)
    RSA_MD4 = "1.2.840.113549.1.1.3";
    /// md5WithRSAEncryption (RFC 8017 appendix A.2.4)
    RSA_MD5 = "1.2.840.113549.1.1.4";
    /// sha1WithRSAEncryption (RFC 8017 appendix A.2.4)
    RSA_SHA1 = "1.2.840.113549.1.1.5";
    /// sha256WithRSAEncryption (RFC 4055 section 5)
    RSA_SHA256 = "1.2.840.113549.1.1.11";
    /// sha384WithRSAEncryption (RFC 4055 section 5)
    RSA_SHA384 = "1.2.840.113549.1.1.12";
    /// sha512WithRSAEncryption (RFC 4055 section 5)
    RSA_SHA512 = "1.2.840.113549.1.1.13";
    /// sha224WithRSAEncryption (RFC 4055 section 5)
    RSA_SHA224 = "1.2.840.113549.1.1.14";
    /// sha1WithRSASignature of OIW
    OIW_RSA_SHA1 = "1.3.14.3.2.29";
    /// dsa-with-sha1 (RFC 3279 section 2.2.2)
    DSA_SHA1 = "1.2.840.10040.4.3";
    /// The arc of ECDSA's signature algorithms (ANSI X9.62)
    ECDSA = "1.2.840.10045.4";
    /// ecdsa-with-SHA1 (RFC 3279 section 2.2.3)
    ECDSA_SHA1 = "1.2.840.10045.4.1";
    /// ecdsa-with-SHA256 (RFC 5758 section 3.2)
    ECDSA_SHA256 = "1.2.840.10045.4.3.2";
    /// ecdsa-with-SHA384 (RFC 5758 section 3.2)
    ECDSA_SHA384 = "1.2.840.10045.4.3.3";
    /// ecdsa-with-SHA512 (RFC 5758 section 3.2)
    ECDSA_SHA512 = "1.2.840.10045.4.3.4";

    /// subjectDirectoryAttributes (RFC 5280 section 4.2.1.8)
    SUBJECT_DIRECTORY_ATTRIBUTES = "2.5.29.9";
    /// subjectKeyIdentifier (RFC 5280 section 4.2.1.2)
    SUBJECT_KEY_IDENTIFIER = "2.5.29.14";
    /// keyUsage (RFC 5280 section 4.2.1.3)
    KEY_USAGE = "2.5.29.15";
    /// subjectAltName (RFC 5280 section 4.2.1.6)
    SUBJECT_ALT_NAME = "2.5.29.17";
    /// issuerAltName (RFC 5280 section 4.2.1.7)
    ISSUER_ALT_NAME = "2.5.29.18";
    /// basicConstraints (RFC 5280 section 4.2.1.9)
    BASIC_CONSTRAINTS = "2.5.29.19";
    /// cRLNumber (RFC 5280 section 5.2.3)
    CRL_NUMBER = "2.5.29.20";
    /// reasonCode (RFC 5280 section 5.3.1)
    REASON_CODE = "2.5.29.21";
    /// invalidityDate (RFC 5280 section 5.3.2)
    INVALIDITY_DATE = "2.5.29.24";
    /// deltaCRLIndicator (RFC 5280 section 5.2.4)
    DELTA_CRL_INDICATOR = "2.5.29.27";
    /// issuingDistributionPoint (RFC 5280 section 5.2.5)
    ISSUING_DISTRIBUTION_POINT = "2.5.29.28";
    /// certificateIssuer (RFC 5280 section 5.3.3)
    CERTIFICATE_ISSUER = "2.5.29.29";
    /// nameConstraints (RFC 5280 section 4.2.1.10)
    NAME_CONSTRAINTS = "2.5.29.30";
    /// cRLDistributionPoints (RFC 5280 section 4.2.1.13)
    CRL_DISTRIBUTION_POINTS = "2.5.29.31";
    /// certificatePolicies (RFC 5280 section 4.2.1.4)
    CERTIFICATE_POLICIES = "2.5.29.32";
    /// anyPolicy (RFC 5280 section 4.2.1.4)
    ANY_POLICY = "2.5.29.32.0";
    /// policyMappings (RFC 5280 section 4.2.1.5)
    POLICY_MAPPINGS = "2.5.29.33";
    /// authorityKeyIdentifier (RFC 5280 section 4.2.1.1)
    AUTHORITY_KEY_IDENTIFIER = "2.5.29.35";
    /// policyConstraints (RFC 5280 section 4.2.1.11)
    POLICY_CONSTRAINTS = "2.5.29.36";
    /// extKeyUsage (RFC 5280 section 4.2.1.12)
    EXTENDED_KEY_USAGE = "2.5.29.37";
    /// freshestCRL (RFC 5280 section 4.2.1.15)
    FRESHEST_CRL = "2.5.29.46";
    /// inhibitAnyPolicy (RFC 5280 section 4.2.1.14)
    INHIBIT_ANY_POLICY = "2.5.29.54";
    /// authorityInfoAccess (RFC 5280 section 4.2.2.1)
    AUTHORITY_INFO_ACCESS = "1.3.6.1.5.5.7.1.1";
    /// subjectInfoAccess (RFC 5280 section 4.2.2.2)
    SUBJECT_INFO_ACCESS = "1.3.6.1.5.5.7.1.11";
    /// id-pkix-ocsp-nocheck (RFC 6960 section 4.2.2.2.1)
    OCSP_NO_CHECK = "1.3.6.1.5.5.7.48.1.5";
    /// signed certificate timestamps (RFC 6962 section 3.3)
    SIGNED_TIMESTAMPS = "1.3.6.1.4.1.11129.2.4.2";
    /// The poison of a precertificate (RFC 6962 section 3.1)
    PRECERTIFICATE_POISON = "1.3.6.1.4.1.11129.2.4.3";
    /// DelegationUsage (RFC 9345 section 4.2)
    DELEGATION_USAGE = "1.3.6.1.4.1.44363.44";

    /// anyExtendedKeyUsage (RFC 5280 section 4.2.1.12)
    ANY_PURPOSE = "2.5.29.37.0";
    /// id-kp-serverAuth (RFC 5280 section 4.2.1.12)
    SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
    /// id-kp-clientAuth
    CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";
    /// id-kp-codeSigning
    CODE_SIGNING = "1.3.6.1.5.5.7.3.3";
    /// id-kp-emailProtection
    EMAIL_PROTECTION = "1.3.6.1.5.5.7.3.4";
    /// id-kp-timeStamping
    TIME_STAMPING = "1.3.6.1.5.5.7.3.8";
    /// id-kp-OCSPSigning
    OCSP_SIGNING = "1.3.6.1.5.5.7.3.9";

    /// id-ad-ocsp (RFC 5280 section 4.2.2.1)
    AD_OCSP = "1.3.6.1.5.5.7.48.1";
    /// id-ad-caIssuers (RFC 5280 section 4.2.2.1)
    AD_CA_ISSUERS = "1.3.6.1.5.5.7.48.2";
    /// id-qt-cps (RFC 5280 section 4.2.1.4)
    QT_CPS = "1.3.6.1.5.5.7.2.1";
    /// id-qt-unotice (RFC 5280 section 4.2.1.4)
    QT_UNOTICE = "1.3.6.1.5.5.7.2.2";
}

/// The last octet of an OID's contents: the short name of one among those of a family whose arcs are below 128.
pub const fn last_octet(oid: &Oid) -> u8 {
    let octets = oid.as_bytes();
    octets[octets.len() - 1]
}
