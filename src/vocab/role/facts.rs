//! What a certificate is or will be, as far as roles look at it, and what it lacks.

use crate::vocab::usage::{Usage, Usages};

use super::{AnyUsage, KeyKind, Need, Property, Role};

/// What roles look at.
#[derive(Clone, Debug, Default)]
pub struct Facts<'a> {
    /// Key usages and extended key usages; none of a kind limits nothing.
    pub usages: Usages,
    /// Host names.
    pub names: Vec<&'a str>,
    /// Whether there are IP addresses.
    pub has_ip: bool,
    /// The common name; empty where there is none.
    pub common_name: &'a str,
    /// The organizations.
    pub organizations: Vec<&'a str>,
    /// The kind of key; `None` is one that no role knows.
    pub key: Option<KeyKind>,
    /// Whether it is signed with Ed25519, which has no digest of its own.
    pub is_signed_with_ed25519: bool,
    /// Whether it is an authority.
    pub is_authority: bool,
}

impl Facts<'_> {
    /// What it lacks for a role, in the order of the table. What files are like is no property of a certificate.
    pub fn lacks(&self, role: Role) -> impl Iterator<Item = &'static Need> {
        role.needs().iter().filter(move |need| !self.has(need.property, role.description().any_usage))
    }

    fn has(&self, property: Property, any_usage: AnyUsage) -> bool {
        let cn = self.common_name;
        match property {
            Property::Usage(usage) => self.may(usage, any_usage),
            Property::OneOfUsages(some) => some.iter().any(|usage| self.may(*usage, any_usage)),
            Property::AnyName => self.has_ip || !self.names.is_empty(),
            Property::AnyNameOrCommonName => self.has_ip || !self.names.is_empty() || !cn.is_empty(),
            Property::AnyIp => self.has_ip,
            Property::Name(name) => self.names.iter().any(|known| matches(known, name)),
            Property::NameWith(start) => self.names.iter().any(|known| begins(known, start)),
            Property::CommonName => !cn.is_empty(),
            Property::CommonNameOf(some) => some.contains(&cn),
            Property::CommonNameWith(start) => cn.len() > start.len() && cn.starts_with(start),
            Property::Organization(name) => self.organizations.contains(&name),
            Property::Key(kinds) => self.key.is_some_and(|key| kinds.contains(&key)),
            Property::DigestSignature => !self.is_signed_with_ed25519,
            Property::Authority => self.is_authority,
            Property::NoAuthority => !self.is_authority,
            Property::Mode(_) | Property::PlainKey | Property::KeyBeside => true,
        }
    }

    /// Usages limit only where there are some: RFC 5280 sections 4.2.1.3 and 4.2.1.12.
    fn may(&self, usage: Usage, any_usage: AnyUsage) -> bool {
        let is_limited = match usage {
            Usage::Key(_) => self.usages.has_key_usage(),
            Usage::Extended(_) => self.usages.has_extended(),
        };
        let is_any = matches!(usage, Usage::Extended(_))
            && any_usage == AnyUsage::Counts
            && self.usages.has(Usage::ANY);
        !is_limited || is_any || self.usages.has(usage)
    }
}

/// A wildcard stands for the first label (RFC 9525 section 6.3).
fn matches(known: &str, name: &str) -> bool {
    let of_wildcard = || Some(known.strip_prefix("*.")?.eq_ignore_ascii_case(name.split_once('.')?.1));
    known.eq_ignore_ascii_case(name) || of_wildcard() == Some(true)
}

fn begins(known: &str, start: &str) -> bool {
    let long = |text: &str, start: &str| {
        text.len() > start.len()
            && text.is_char_boundary(start.len())
            && text[..start.len()].eq_ignore_ascii_case(start)
    };
    let of_wildcard = || Some(long(known.strip_prefix("*.")?, start.split_once('.')?.1));
    long(known, start) || of_wildcard() == Some(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lacking(role: Role, facts: &Facts<'_>) -> Vec<Property> {
        facts.lacks(role).map(|need| need.property).collect()
    }

    #[test]
    fn names_are_compared_as_clients_do() {
        for (known, is_met) in [
            ("kubernetes.default.svc", true),
            ("Kubernetes.Default.svc", true),
            ("*.default.svc", true),
            ("*.svc", false),
            ("kubernetes.default.svc.cluster.local", false),
        ] {
            assert_eq!(matches(known, "kubernetes.default.svc"), is_met, "{known}");
        }
        for (known, is_met) in [
            ("kubernetes.default.svc.cluster.local", true),
            ("*.default.svc.example.com", true),
            ("kubernetes.default.svc.", false),
            ("kubernetes.default.svc", false),
            ("*.default.svc", false),
        ] {
            assert_eq!(begins(known, "kubernetes.default.svc."), is_met, "{known}");
        }
    }

    #[test]
    fn usages_limit_only_where_there_are_some() {
        let mut facts = Facts { names: vec!["a"], ..Facts::default() };
        assert_eq!(lacking(Role::TlsServer, &facts), []);
        facts.usages = [Usage::KEY_ENCIPHERMENT, Usage::ANY].into_iter().collect();
        let lack = [Property::Usage(Usage::SERVER_AUTH), Property::Usage(Usage::SIGNING)];
        assert_eq!(lacking(Role::TlsServer, &facts), lack);
        assert_eq!(lacking(Role::EtcdServer, &facts), []);
    }

    #[test]
    fn a_node_is_known_by_its_name_and_group() {
        let mut facts =
            Facts { common_name: "system:node:", organizations: vec!["nodes"], ..Facts::default() };
        let lack = [Property::Organization("system:nodes"), Property::CommonNameWith("system:node:")];
        assert_eq!(lacking(Role::KubeletClient, &facts), lack);
        facts.organizations.push("system:nodes");
        facts.common_name = "system:node:a";
        assert_eq!(lacking(Role::KubeletClient, &facts), []);
    }
}
