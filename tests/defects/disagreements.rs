//! Where a judge and we disagree about a defective twin, and why. A line that is no longer true fails the test.

/// What some judges say to some cases, other than we.
pub(crate) struct Disagreement {
    pub(crate) judges: &'static [&'static str],
    pub(crate) cases: &'static [&'static str],
    /// Why; for the reader.
    pub(crate) reason: &'static str,
}

pub(crate) const DISAGREEMENTS: &[Disagreement] = &[
    Disagreement {
        judges: &["python"],
        cases: &["default-written", "default-written-in-basic-constraints"],
        reason: "Python alone refuses a default value that is written out: we warn",
    },
    Disagreement {
        judges: &["gnutls"],
        cases: &[
            "aki-critical",
            "authority-information-critical",
            "authority-outside-of-its-own-issuer",
            "directory-name-not-permitted",
            "path-length-negative",
            "purposes-empty",
            "ski-critical",
        ],
        reason: "RFC 5280's rule for extensions, which other judges keep and this one does not",
    },
    Disagreement {
        judges: &["gnutls", "openssl", "python", "strict", "webpki"],
        cases: &["aki-issuer-without-serial", "name-constraints-not-critical"],
        reason: "RFC 5280's rule for extensions, which other judges keep and this one does not",
    },
    Disagreement {
        judges: &["gnutls", "openssl", "python", "webpki"],
        cases: &[
            "aki-without-key-identifier",
            "authority-without-aki",
            "authority-without-ski",
            "path-length-of-a-leaf",
        ],
        reason: "RFC 5280's rule for extensions, which other judges keep and this one does not",
    },
    Disagreement {
        judges: &["gnutls", "openssl", "strict"],
        cases: &["leaf-is-authority", "name-constraint-with-a-wildcard"],
        reason: "RFC 5280's rule for extensions, which other judges keep and this one does not",
    },
    Disagreement {
        judges: &["gnutls", "openssl", "strict", "webpki"],
        cases: &[
            "authority-information-malformed",
            "name-constraints-in-leaf",
            "name-constraints-of-nothing",
        ],
        reason: "RFC 5280's rule for extensions, which other judges keep and this one does not",
    },
    Disagreement {
        judges: &["gnutls", "openssl", "webpki"],
        cases: &[
            "authority-without-key-usage",
            "basic-constraints-not-critical",
            "leaf-may-sign",
            "leaf-without-aki",
        ],
        reason: "RFC 5280's rule for extensions, which other judges keep and this one does not",
    },
    Disagreement {
        judges: &["gnutls", "python", "webpki"],
        cases: &["aki-of-root-is-not-its-ski", "aki-serial-of-another", "key-usage-empty", "ski-malformed"],
        reason: "RFC 5280's rule for extensions, which other judges keep and this one does not",
    },
    Disagreement {
        judges: &["gnutls"],
        cases: &["issuer-name-in-other-string-type"],
        reason: "it looks for what it trusts octet by octet, and for the issuer of what it is shown by the texts",
    },
    Disagreement {
        judges: &["openssl", "strict"],
        cases: &["issuer-name-in-other-case", "issuer-name-in-other-string-type"],
        reason: "it compares names as RFC 5280 section 7.1 has it, and others octet by octet",
    },
    Disagreement {
        judges: &["gnutls", "openssl", "python", "strict", "webpki"],
        cases: &["algorithm-unknown"],
        reason: "what we cannot verify others may, though nobody knows the algorithm of this case: we warn",
    },
    Disagreement {
        judges: &["gnutls"],
        cases: &["expired-authority-in-front"],
        reason: "it takes a chain as it is shown, and others look for a way up: we warn",
    },
    Disagreement {
        judges: &["openssl", "strict"],
        cases: &["root-is-an-intermediate"],
        reason: "it wants a way up to a root, and others trust what they are told to: we warn",
    },
    Disagreement {
        judges: &["gnutls", "python", "webpki"],
        cases: &["file-in-openssls-own-form"],
        reason: "they read no certificate of this label, and OpenSSL alone writes it: we warn",
    },
    Disagreement {
        judges: &["gnutls"],
        cases: &["for-any-purpose"],
        reason: "it takes any purpose for each, and OpenSSL and rustls do not",
    },
    Disagreement {
        judges: &["gnutls", "webpki"],
        cases: &["root-for-clients-only"],
        reason: "of a trust anchor the judge takes name and key, or does not look at these extensions",
    },
    Disagreement {
        judges: &["gnutls", "openssl", "strict"],
        cases: &["san-of-mail-alone"],
        reason: "the judge does not look at the form of a subject, or takes the common name for the host",
    },
    Disagreement {
        judges: &["openssl", "webpki"],
        cases: &["issuer-name-empty"],
        reason: "RFC 5280's rule for extensions, which other judges keep and this one does not",
    },
    Disagreement {
        judges: &["python", "webpki"],
        cases: &["authority-key-identifier-of-another"],
        reason: "RFC 5280's rule for extensions, which other judges keep and this one does not",
    },
    Disagreement {
        judges: &["webpki"],
        cases: &["authority-may-not-sign", "path-length"],
        reason: "RFC 5280's rule for extensions, which other judges keep and this one does not",
    },
    Disagreement {
        judges: &["gnutls", "openssl", "python", "strict", "webpki"],
        cases: &["same-name-as-authority"],
        reason: "a leaf of its authority's name is taken for the authority by other programs only",
    },
    Disagreement {
        judges: &["gnutls", "openssl", "python", "strict", "webpki"],
        cases: &[
            "san-address-and-mask",
            "san-address-as-text",
            "san-brackets",
            "san-cidr",
            "san-email-without-at",
            "san-empty-label",
            "san-five-octets",
            "san-leading-dot",
            "san-long-label",
            "san-not-ascii",
            "san-port",
            "san-space",
            "san-space-at-the-end",
            "san-trailing-dot",
            "san-uri-with-zone",
            "san-uri-without-scheme",
            "san-url-as-dns-name",
            "san-zone",
            "wildcard-alone",
            "wildcard-within",
        ],
        reason: "nobody can ever match such a name, and a judge looks only for the name it is asked for",
    },
    Disagreement {
        judges: &["gnutls", "openssl", "strict"],
        cases: &["wildcard-covers-excluded"],
        reason: "nobody can ever match such a name, and a judge looks only for the name it is asked for",
    },
    Disagreement {
        judges: &["openssl", "python", "strict", "webpki"],
        cases: &["san-empty-name"],
        reason: "nobody can ever match such a name, and a judge looks only for the name it is asked for",
    },
    Disagreement {
        judges: &["openssl", "strict"],
        cases: &["wildcard-partial"],
        reason: "nobody can ever match such a name, and a judge looks only for the name it is asked for",
    },
    Disagreement {
        judges: &["webpki"],
        cases: &["san-registered-id-empty", "san-unknown-kind"],
        reason: "nobody can ever match such a name, and a judge looks only for the name it is asked for",
    },
    Disagreement {
        judges: &["gnutls", "openssl"],
        cases: &[
            "request-extension-twice",
            "request-not-der",
            "request-san-malformed",
            "request-signed-with-sha1",
            "request-version-2",
        ],
        reason: "of a request the judge looks at its signature, if at anything",
    },
    Disagreement {
        judges: &["gnutls", "openssl", "python"],
        cases: &["request-asks-twice", "request-of-nothing", "request-with-a-port"],
        reason: "of a request the judge looks at its signature, if at anything",
    },
    Disagreement {
        judges: &["gnutls", "openssl", "python", "webpki"],
        cases: &["root-without-ski"],
        reason: "of a trust anchor the judge takes name and key, or does not look at these extensions",
    },
    Disagreement {
        judges: &["gnutls", "openssl", "webpki"],
        cases: &["root-basic-constraints-not-critical", "root-without-key-usage"],
        reason: "of a trust anchor the judge takes name and key, or does not look at these extensions",
    },
    Disagreement {
        judges: &["webpki"],
        cases: &["root-expired", "root-is-no-authority", "unknown-critical-in-root"],
        reason: "of a trust anchor the judge takes name and key, or does not look at these extensions",
    },
    Disagreement {
        judges: &["gnutls", "openssl", "python", "strict", "webpki"],
        cases: &[
            "common-name-long",
            "common-name-with-a-zero",
            "country-in-utf8",
            "country-of-three",
            "subject-of-an-empty-set",
        ],
        reason: "the judge does not look at the form of a subject, or takes the common name for the host",
    },
    Disagreement {
        judges: &["gnutls", "openssl", "strict"],
        cases: &["common-name-only"],
        reason: "the judge does not look at the form of a subject, or takes the common name for the host",
    },
    Disagreement {
        judges: &["gnutls", "openssl", "strict", "webpki"],
        cases: &["common-name-not-printable", "subject-set-out-of-order"],
        reason: "the judge does not look at the form of a subject, or takes the common name for the host",
    },
    Disagreement {
        judges: &["gnutls", "openssl", "webpki"],
        cases: &["subject-empty-and-no-san", "subject-empty-san-not-critical"],
        reason: "the judge does not look at the form of a subject, or takes the common name for the host",
    },
    Disagreement {
        judges: &["gnutls", "python", "webpki"],
        cases: &["common-name-not-utf8"],
        reason: "the judge does not look at the form of a subject, or takes the common name for the host",
    },
    Disagreement {
        judges: &["openssl", "python", "strict", "webpki"],
        cases: &["common-name-empty"],
        reason: "the judge does not look at the form of a subject, or takes the common name for the host",
    },
    Disagreement {
        judges: &["gnutls", "openssl", "python", "strict", "webpki"],
        cases: &["key-file-damaged", "key-file-empty", "key-of-another"],
        reason: "the judge is not given the private key",
    },
    Disagreement {
        judges: &["gnutls"],
        cases: &["integer-padded", "pem-end-missing", "signature-not-der", "utc-time-without-seconds"],
        reason: "the judge reads more than DER and RFC 5280's form",
    },
    Disagreement {
        judges: &["gnutls", "openssl", "python", "strict"],
        cases: &["unique-identifier"],
        reason: "the judge reads more than DER and RFC 5280's form",
    },
    Disagreement {
        judges: &["gnutls", "openssl", "python", "strict", "webpki"],
        cases: &["serial-of-21-octets", "serial-zero"],
        reason: "the judge reads more than DER and RFC 5280's form",
    },
    Disagreement {
        judges: &["gnutls", "openssl", "strict"],
        cases: &[
            "algorithm-with-null",
            "boolean-one",
            "length-of-the-certificate",
            "length-of-what-is-signed",
            "version-4",
        ],
        reason: "the judge reads more than DER and RFC 5280's form",
    },
    Disagreement {
        judges: &["gnutls", "openssl", "strict", "webpki"],
        cases: &["generalized-time-before-2050", "octets-within-an-extension", "serial-negative"],
        reason: "the judge reads more than DER and RFC 5280's form",
    },
    Disagreement {
        judges: &["gnutls", "python"],
        cases: &["pem-lines-glued"],
        reason: "the judge reads more than DER and RFC 5280's form",
    },
    Disagreement {
        judges: &["gnutls", "webpki"],
        cases: &["serial-empty", "serial-with-leading-zero"],
        reason: "the judge reads more than DER and RFC 5280's form",
    },
    Disagreement {
        judges: &["openssl"],
        cases: &["version-1-with-extensions", "version-2-with-extensions"],
        reason: "the judge reads more than DER and RFC 5280's form",
    },
    Disagreement {
        judges: &["openssl", "strict"],
        cases: &[
            "indefinite-length",
            "indefinite-length-of-what-is-signed",
            "octet-string-in-parts",
            "octets-after-the-certificate",
        ],
        reason: "the judge reads more than DER and RFC 5280's form",
    },
    Disagreement {
        judges: &["webpki"],
        cases: &["utc-time-from-2050"],
        reason: "the judge reads more than DER and RFC 5280's form",
    },
    Disagreement {
        judges: &["gnutls", "openssl", "python", "strict", "webpki"],
        cases: &["rsa-even-exponent", "rsa-exponent-1"],
        reason: "the judge's default level takes weaker keys and hashes, or does not look at the key before it uses it",
    },
    Disagreement {
        judges: &["gnutls", "python", "webpki"],
        cases: &["point-not-on-the-curve"],
        reason: "the judge's default level takes weaker keys and hashes, or does not look at the key before it uses it",
    },
    Disagreement {
        judges: &["openssl", "python", "strict", "webpki"],
        cases: &["p192", "rsa-1024"],
        reason: "the judge's default level takes weaker keys and hashes, or does not look at the key before it uses it",
    },
    Disagreement {
        judges: &["openssl", "strict"],
        cases: &["authority-signed-with-sha1", "signed-with-sha1"],
        reason: "the judge's default level takes weaker keys and hashes, or does not look at the key before it uses it",
    },
    Disagreement {
        judges: &["python", "webpki"],
        cases: &["curve-spelled-out"],
        reason: "the judge's default level takes weaker keys and hashes, or does not look at the key before it uses it",
    },
    Disagreement {
        judges: &["gnutls"],
        cases: &["list-revokes"],
        reason: "these judges do not look at this part of a revocation list, or take one for what it says",
    },
    Disagreement {
        judges: &["gnutls", "openssl", "python", "strict"],
        cases: &["list-version-1", "list-without-next-update"],
        reason: "these judges do not look at this part of a revocation list, or take one for what it says",
    },
    Disagreement {
        judges: &["gnutls", "openssl", "python", "strict", "webpki"],
        cases: &["list-entries-of-nothing", "list-without-aki", "list-without-number"],
        reason: "these judges do not look at this part of a revocation list, or take one for what it says",
    },
    Disagreement {
        judges: &["gnutls", "openssl", "strict"],
        cases: &["list-algorithms-differ", "list-signed-with-sha1"],
        reason: "these judges do not look at this part of a revocation list, or take one for what it says",
    },
    Disagreement {
        judges: &["gnutls", "python"],
        cases: &["list-entry-unknown-critical", "list-unknown-critical"],
        reason: "these judges do not look at this part of a revocation list, or take one for what it says",
    },
    Disagreement {
        judges: &["gnutls", "python", "webpki"],
        cases: &["list-number-critical"],
        reason: "these judges do not look at this part of a revocation list, or take one for what it says",
    },
    Disagreement {
        judges: &["python"],
        cases: &["list-expired", "list-issuer-may-not-sign-lists"],
        reason: "these judges do not look at this part of a revocation list, or take one for what it says",
    },
    Disagreement {
        judges: &["python", "webpki"],
        cases: &["list-of-the-future"],
        reason: "these judges do not look at this part of a revocation list, or take one for what it says",
    },
];

/// What a consumer refuses in use, and our judge that stands for it does not see: judge, cases, reason.
pub(crate) const BEYOND: &[(&str, &[&str], &str)] = &[
    (
        "webpki",
        &[
            "rsa-1024",
            "rsa-exponent-1",
            "rsa-even-exponent",
            "point-not-on-the-curve",
            "curve-spelled-out",
            "p192",
        ],
        "rustls needs the last certificate's key for the signature of the handshake, which a path does not have",
    ),
    (
        "openssl",
        &["signed-with-sha1", "authority-signed-with-sha1", "rsa-1024"],
        "`openssl verify` judges with no security level, TLS of Debian with the second",
    ),
    ("java", &["key-of-another"], "a chain is judged without the key"),
];
