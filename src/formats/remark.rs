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
    /// Go's crypto/x509, by which an API server judges, takes a client's certificate only with this usage.
    #[error("the certificate lacks the extended key usage \"client auth\": the API server will refuse it")]
    NoClient,
}

impl Material<'_> {
    /// What is worth knowing about it in a format.
    pub fn remark(&self, format: Format) -> Option<Remark> {
        if format.holds_chain() && self.chain.is_empty() && !chain::is_root(self.certificate) {
            let issuer = DistinguishedName::from_der(self.certificate.issuer()).unwrap_or_default();
            return Some(Remark::NoIssuer { issuer: issuer.common_name().to_owned() });
        }
        (format == Format::Kubeconfig && !is_for_clients(self.certificate)).then_some(Remark::NoClient)
    }
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
        let bare = Material { chain: &[], ..leaf() };
        let remarked: Vec<_> =
            Format::ALL.into_iter().filter(|format| bare.remark(*format).is_some()).collect();
        assert_eq!(remarked, [Format::Fullchain, Format::Combined, Format::Pkcs12, Format::Pkcs12Legacy]);
        assert!(Format::ALL.into_iter().all(|format| leaf().remark(format).is_none()));
        let root = Material { certificate: &leaf().chain[1], chain: &[], ..leaf() };
        assert_eq!(root.remark(Format::Fullchain), None);
    }
}
