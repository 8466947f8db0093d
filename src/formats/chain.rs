//! The certificates above a certificate.

use crate::issue::certificate::Certificate;

use super::Material;

/// The certificates of a pool that stand above a certificate: its issuer first, as far up as the pool leads. Names
/// alone do not count, each signature is checked; the rest of the pool is left out.
pub fn order(certificate: &Certificate, pool: &[Certificate]) -> Vec<Certificate> {
    let mut chain: Vec<Certificate> = Vec::new();
    let mut below = certificate;
    while !is_root(below) {
        let known = |found: &Certificate| {
            found.der() == certificate.der() || chain.iter().any(|other| other.der() == found.der())
        };
        let Some(issuer) = pool.iter().find(|found| issued(found, below) && !known(found)) else { break };
        chain.push(issuer.clone());
        below = issuer;
    }
    chain
}

/// Signed with its own key. Not every certificate that names itself as issuer is: a CA's new key may be certified
/// by its old one (RFC 5280 section 3.2, "self-issued").
pub(super) fn is_root(certificate: &Certificate) -> bool {
    issued(certificate, certificate)
}

fn issued(issuer: &Certificate, certificate: &Certificate) -> bool {
    issuer.subject() == certificate.issuer() && certificate.verify(issuer.public_key()).is_ok()
}

impl<'a> Material<'a> {
    /// The certificate and what a server sends with it. RFC 8446 section 4.4.2: the trust anchor may be omitted, the
    /// other side has to have it anyway.
    pub(super) fn full_chain(&self) -> impl Iterator<Item = &'a Certificate> {
        [self.certificate].into_iter().chain(self.chain.iter().filter(|certificate| !is_root(certificate)))
    }
}

#[cfg(test)]
mod tests {
    use super::super::error::tests::leaf;
    use super::*;

    #[test]
    fn a_pool_in_any_order_makes_the_chain() {
        let material = leaf();
        let [intermediate, root] = material.chain else { panic!("two certificates") };
        let pool = [root.clone(), material.certificate.clone(), intermediate.clone(), root.clone()];
        let chain = order(material.certificate, &pool);
        let ders: Vec<_> = chain.iter().map(Certificate::der).collect();
        assert_eq!(ders, [intermediate.der(), root.der()]);
        assert!(order(material.certificate, std::slice::from_ref(root)).is_empty());
        assert!(order(root, &pool).is_empty());
    }

    #[test]
    fn an_issuer_in_name_alone_is_none() {
        let material = leaf();
        let other = Certificate::from_pem(include_bytes!("testdata/other-intermediate.pem")).unwrap();
        assert_eq!(other.subject(), material.certificate.issuer());
        assert!(order(material.certificate, &[other]).is_empty());
    }

    #[test]
    fn the_full_chain_is_without_the_root() {
        let material = leaf();
        let ders: Vec<_> = material.full_chain().map(Certificate::der).collect();
        assert_eq!(ders, [material.certificate.der(), material.chain[0].der()]);
        let root = Material { certificate: &material.chain[1], chain: &[], ..material };
        assert_eq!(root.full_chain().count(), 1);
    }
}
