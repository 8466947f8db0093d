//! Linting as zlint does under cfssl's `lint_error_level`: by its names, sources and levels.

use super::{Finding, Lint, certificate};

/// What is left out, and what refuses.
#[derive(Clone, Copy, Debug)]
pub struct Zlint<'a> {
    /// zlint's number of a level: 4 info, 5 warn, 6 error. What is above refuses.
    pub level: u8,
    /// Lints left out, by zlint's names.
    pub ignored: &'a [String],
    /// Lints left out, by zlint's sources.
    pub ignored_sources: &'a [String],
}

impl Zlint<'_> {
    /// What refuses a certificate: findings of lints that zlint has too. zlint looks at one whose signature is a
    /// stand-in's, so nothing is said of signatures.
    pub fn refusing(&self, der: &[u8]) -> Vec<(&'static str, Finding)> {
        let named = certificate(der).into_iter().filter_map(|finding| {
            let name = self.name_of(Lint::from_code(finding.code)?)?;
            Some((name, finding))
        });
        named.collect()
    }

    /// zlint's first name for a lint, unless one of them is left out or below the level.
    fn name_of(&self, lint: &Lint) -> Option<&'static str> {
        let is_left_out = |(name, source): &(&str, &str)| {
            self.ignored.iter().any(|ignored| ignored == name)
                || self.ignored_sources.iter().any(|ignored| ignored == source)
                || level_of(name) <= self.level
                || OF_SIGNATURES.contains(name)
        };
        let (name, _) = lint.zlint.first().filter(|_| !lint.zlint.iter().any(is_left_out))?;
        Some(name)
    }
}

/// zlint's result of a lint that finds something is its name's first letter.
fn level_of(name: &str) -> u8 {
    match name.as_bytes().first() {
        Some(b'n') => 4,
        Some(b'w') => 5,
        _ => 6,
    }
}

const OF_SIGNATURES: [&str; 3] = [
    "e_cert_sig_alg_not_match_tbs_sig_alg",
    "e_tbs_signature_rsa_encryption_parameter_not_null",
    "e_mp_ecdsa_signature_encoding_correct",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn refuses(level: u8, ignored: &[&str], sources: &[&str], code: &str) -> bool {
        let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        let (ignored, ignored_sources) = (owned(ignored), owned(sources));
        let zlint = Zlint { level, ignored: &ignored, ignored_sources: &ignored_sources };
        zlint.name_of(Lint::from_code(code).unwrap()).is_some()
    }

    #[test]
    fn what_is_above_the_level_refuses() {
        for (code, highest) in [("serial-zero", 5), ("key-usage-not-critical", 4)] {
            for level in 1..=7 {
                assert_eq!(refuses(level, &[], &[], code), level <= highest, "{code} {level}");
            }
        }
    }

    #[test]
    fn any_name_or_source_that_is_left_out_silences() {
        assert!(!refuses(5, &["e_serial_number_not_positive"], &[], "serial-zero"));
        assert!(!refuses(5, &[], &["RFC5280"], "serial-zero"));
        assert!(refuses(5, &["e_rfc_dnsname_empty_label"], &["CABF_BR"], "serial-zero"));
        // It has two names, of different sources.
        assert!(refuses(5, &[], &[], "rsa-key-too-short"));
        assert!(!refuses(5, &[], &["Mozilla"], "rsa-key-too-short"));
    }

    #[test]
    fn what_zlint_has_not_and_signatures_refuse_nothing() {
        for code in ["dns-port", "signature-sha1", "signature-parameters", "rsa-signature-without-null"] {
            assert!(!refuses(3, &[], &[], code), "{code}");
        }
    }
}
