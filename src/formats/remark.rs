//! What of a format can be made, and may be of no use.

use const_oid::ObjectIdentifier;
use der::Decode as _;

use super::{Format, Material, chain};
use crate::issue::certificate::Certificate;
use crate::vocab::name::DistinguishedName;
use crate::vocab::{asn1, oid};

/// What is worth knowing about something in a format.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Remark {
    /// It carries the intermediates, and none is given.
    #[error(
        "the issuer \"{}\" is not given; if it is an intermediate, programs need it: --chain FILE",
        .issuer.escape_debug()
    )]
    NoIssuer {
        /// Its common name.
        issuer: String,
    },
    /// It says whom to trust, and that is no root: OpenSSL without `-partial_chain` finds no way up to one.
    #[error(
        "the root is not given, and the intermediate \"{}\" stands in its place, which some programs do not trust: \
         --chain FILE",
        .intermediate.escape_debug()
    )]
    NoRoot {
        /// Its common name.
        intermediate: String,
    },
    /// Go's crypto/x509, by which an API server judges, takes a client's certificate only with this usage.
    #[error("the certificate lacks the extended key usage \"client auth\": the API server will refuse it")]
    NoClient,
}

impl Material<'_> {
    /// What is worth knowing about it in a format.
    pub fn remarks(&self, format: Format) -> impl Iterator<Item = Remark> {
        let top = self.chain.last().unwrap_or(self.certificate);
        let lacks_issuer = format.holds_chain() && self.chain.is_empty() && !chain::is_root(top);
        let lacks_root = format.holds_anchor() && !chain::is_root(top);
        let lacks_usage = format == Format::Kubeconfig && !is_for_clients(self.certificate);
        let no_issuer = || Remark::NoIssuer { issuer: common_name(self.certificate.issuer()) };
        let no_root = || Remark::NoRoot { intermediate: common_name(top.subject()) };
        let remarks =
            [lacks_issuer.then(no_issuer), lacks_root.then(no_root), lacks_usage.then_some(Remark::NoClient)];
        remarks.into_iter().flatten()
    }
}

fn common_name(name: &[u8]) -> String {
    DistinguishedName::from_der(name).unwrap_or_default().common_name().to_owned()
}

/// RFC 5280 section 4.2.1.12: without the extension a key may be used for anything.
fn is_for_clients(certificate: &Certificate) -> bool {
    let extensions = certificate.extensions().unwrap_or_default();
    let Some(usages) = extensions.iter().find(|one| one.oid == oid::EXTENDED_KEY_USAGE) else { return true };
    let usages = asn1::sequence_elements(&usages.value).unwrap_or_default();
    let fits = |usage: ObjectIdentifier| usage == oid::CLIENT_AUTH || usage == oid::ANY_PURPOSE;
    usages.into_iter().any(|der| ObjectIdentifier::from_der(der).is_ok_and(fits))
}

#[cfg(test)]
mod tests {
    use super::super::error::tests::leaf;
    use super::*;

    #[test]
    fn a_chain_that_lacks_the_issuer_is_remarked() {
        let is_no_issuer = |remark| matches!(remark, Remark::NoIssuer { .. });
        let bare = Material { chain: &[], ..leaf() };
        let remarked: Vec<_> =
            Format::ALL.into_iter().filter(|format| bare.remarks(*format).any(is_no_issuer)).collect();
        assert_eq!(remarked, [Format::Fullchain, Format::Combined, Format::Pkcs12, Format::Pkcs12Legacy]);
        assert!(Format::ALL.into_iter().all(|format| leaf().remarks(format).count() == 0));
        let root = Material { certificate: &leaf().chain[1], chain: &[], ..leaf() };
        assert_eq!(root.remarks(Format::Fullchain).count(), 0);
    }

    #[test]
    fn an_anchor_that_is_no_root_is_remarked() {
        let cut = Material { chain: &leaf().chain[..1], ..leaf() };
        let remarked: Vec<_> =
            Format::ALL.into_iter().filter(|format| cut.remarks(*format).count() > 0).collect();
        assert_eq!(remarked, [Format::Truststore, Format::KubernetesSecret, Format::Kubeconfig]);
    }
}
