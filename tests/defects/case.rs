//! What a row of the tables of defects says.

use super::world::World;

/// What a case is about, and so what is asked of the judges.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A certificate with its chain: may this be the server [`World::host`]?
    Server,
    /// A certificate with its chain: may this be a client?
    Client,
    /// A certificate signing request: is it signed by its key?
    Request,
    /// A revocation list of the authority: does it say that the server's certificate is good?
    List,
}

impl Kind {
    /// The word for judges that are started once for all questions.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Kind::Server => "server",
            Kind::Client => "client",
            Kind::Request => "request",
            Kind::List => "list",
        }
    }

    /// The role that a certificate is checked for.
    const fn role(self) -> &'static str {
        match self {
            Kind::Client => "tls-client",
            _ => "tls-server",
        }
    }

    /// The file that befalls what [`World::text`] does.
    pub(crate) fn subject(self) -> &'static str {
        match self {
            Kind::Server | Kind::Client => "server.pem",
            Kind::Request => "request.csr",
            Kind::List => "list.crl",
        }
    }
}

/// The judges of a chain.
pub(crate) const EVERYBODY: &str = "openssl strict gnutls python webpki";

/// One defect, and what everybody says to it.
#[derive(Clone, Copy)]
pub(crate) struct Case {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    /// What the good twin and the defective one have in common beyond the usual.
    pub(crate) twin: fn(&mut World),
    /// The defect.
    pub(crate) defect: fn(&mut World),
    /// The role it is checked for.
    pub(crate) role: &'static str,
    /// What we find in the defective one: `error expired`, `error a because of b`. In the good twin it is nothing.
    pub(crate) findings: &'static [&'static str],
    /// The judges that refuse the defective one.
    pub(crate) refused_by: &'static str,
    /// The judges that refuse the good twin as well.
    pub(crate) twin_refused_by: &'static str,
}

impl Case {
    const fn new(kind: Kind, name: &'static str, defect: fn(&mut World)) -> Case {
        Case {
            name,
            kind,
            role: kind.role(),
            twin: |_| {},
            defect,
            findings: &[],
            refused_by: "",
            twin_refused_by: "",
        }
    }

    pub(crate) const fn server(name: &'static str, defect: fn(&mut World)) -> Case {
        Case::new(Kind::Server, name, defect)
    }

    pub(crate) const fn client(name: &'static str, defect: fn(&mut World)) -> Case {
        Case::new(Kind::Client, name, defect)
    }

    pub(crate) const fn request(name: &'static str, defect: fn(&mut World)) -> Case {
        Case::new(Kind::Request, name, defect)
    }

    pub(crate) const fn list(name: &'static str, defect: fn(&mut World)) -> Case {
        Case::new(Kind::List, name, defect)
    }

    pub(crate) const fn beside(self, twin: fn(&mut World)) -> Case {
        Case { twin, ..self }
    }

    pub(crate) const fn finds(self, findings: &'static [&'static str]) -> Case {
        Case { findings, ..self }
    }

    pub(crate) const fn refused_by(self, refused_by: &'static str) -> Case {
        Case { refused_by, ..self }
    }

    pub(crate) const fn twin_refused_by(self, twin_refused_by: &'static str) -> Case {
        Case { twin_refused_by, ..self }
    }

    /// The good twin or the defective one.
    pub(crate) fn world(&self, defective: bool) -> World {
        let mut world = World::new();
        (self.twin)(&mut world);
        if defective {
            (self.defect)(&mut world);
        }
        world
    }
}
