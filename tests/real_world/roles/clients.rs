//! Clients that log in to servers of every make: which server refuses what.

use std::collections::BTreeSet;

use webpki::KeyUsage;

use super::servers::webpki_accepts;
use super::{AUTHORITY, BOTH, COMMITS, LEAF, Lacking, NAMES, SERVER, SIGNS, World};
use crate::servers::{DEADLINE, Server, curl, free_port};
use crate::support::{Outcome, require, wait_for};

const CLIENTS: &[Lacking] = &[
    Lacking::new("purpose", "extended key usage \"client auth\"", &[NAMES, SIGNS, SERVER, LEAF]),
    Lacking::new("signing", "key usage \"digital signature\"", &[NAMES, COMMITS, BOTH, LEAF]),
    Lacking::new(
        "authority",
        "no \"CA:TRUE\"",
        &[NAMES, "keyUsage=critical,digitalSignature,keyCertSign", BOTH, AUTHORITY],
    ),
];

#[test]
fn servers_of_every_make_know_their_clients() {
    require("gnutls-serv", "gnutls-bin");
    require("java", "default-jdk-headless");
    let world = World::new("tls-client");
    world.all_taken_away(CLIENTS, &[]);
    world.issue("whole", "--cn alice");
    CLIENTS.iter().for_each(|lacking| lacking.make(&world));
    let doors = Doors::open(&world);
    assert_eq!(doors.refuse("whole"), BTreeSet::new());
    for lacking in CLIENTS {
        let by = world.need(lacking.property).refused_by;
        let expected: BTreeSet<_> =
            ["OpenSSL", "GnuTLS", "Java", "rustls"].into_iter().filter(|make| by.contains(make)).collect();
        assert_eq!(doors.refuse(lacking.name), expected, "{}", lacking.property);
        world.names(lacking);
    }
}

/// One certificate for both ends: what it lacks as a client. As a server: `servers.rs`.
#[test]
fn peers_are_clients_too() {
    let world = World::new("mtls-peer");
    let lacking =
        Lacking::new("purpose", "extended key usage \"client auth\"", &[NAMES, SIGNS, SERVER, LEAF]);
    let elsewhere = [
        "extended key usage \"server auth\"",
        "key usage \"digital signature\"",
        "a host name",
        "no \"CA:TRUE\"",
    ];
    world.all_taken_away([&lacking], &elsewhere);
    world.issue("whole", "--cn peer --host localhost");
    lacking.make(&world);
    let doors = Doors::open(&world);
    assert_eq!(doors.refuse("whole"), BTreeSet::new());
    assert_eq!(doors.refuse("purpose"), ["Java", "OpenSSL", "rustls"].into());
    world.names(&lacking);
    // Names are for servers; a client needs none.
    world.openssl("nameless", "/CN=peer", &[SIGNS, BOTH, LEAF]);
    assert_eq!(doors.refuse("nameless"), BTreeSet::new());
}

/// Servers that ask for a client certificate.
struct Doors<'w> {
    world: &'w World,
    ports: Vec<(&'static str, u16)>,
    _servers: Vec<Server>,
}

impl<'w> Doors<'w> {
    fn open(world: &'w World) -> Self {
        let files = &world.files;
        files
            .run("certwright issue --ca ca.pem --as tls-server --cn localhost --host localhost --name door")
            .succeeds();
        files
            .run("openssl pkcs12 -export -in door.pem -inkey door-key.pem -passout pass:secret -out door.p12")
            .succeeds();
        files.write("Door.java", JAVA);
        files.run("javac -d . Door.java").succeeds();
        let [a, b, c] = [free_port(), free_port(), free_port()];
        let commands = [
            (
                "OpenSSL",
                a,
                format!(
                    "exec openssl s_server -accept 127.0.0.1:{a} -cert door.pem -key door-key.pem -CAfile ca.pem -Verify 3 -verify_return_error -www -quiet"
                ),
            ),
            (
                "GnuTLS",
                b,
                format!(
                    "exec gnutls-serv -p {b} --http --require-client-cert --verify-client-cert --x509cafile ca.pem --x509certfile door.pem --x509keyfile door-key.pem"
                ),
            ),
            ("Java", c, format!("exec java -cp . Door {c}")),
        ];
        let servers = commands
            .iter()
            .map(|(name, _, command)| Server::start(files, name, &["sh", "-c", command]))
            .collect();
        let doors = Self {
            world,
            ports: commands.iter().map(|(name, port, _)| (*name, *port)).collect(),
            _servers: servers,
        };
        for (name, port) in &doors.ports {
            wait_for(name, DEADLINE, || {
                let answer = doors.knock(*port, "whole");
                if answer.success() { Ok(()) } else { Err(answer.to_string()) }
            });
        }
        doors
    }

    fn knock(&self, port: u16, name: &str) -> Outcome {
        curl(&self.world.files, port, &format!("--cacert ca.pem --cert {name}.pem --key {name}-key.pem"))
    }

    /// Who refuses a client.
    fn refuse(&self, name: &str) -> BTreeSet<&'static str> {
        let judged = webpki_accepts(&self.world.files, name, KeyUsage::client_auth());
        let closed =
            self.ports.iter().filter(|(_, port)| !self.knock(*port, name).success()).map(|(make, _)| *make);
        closed.chain((!judged).then_some("rustls")).collect()
    }
}

const JAVA: &str = r#"
import java.io.*; import java.security.*; import java.security.cert.*; import javax.net.ssl.*;
class Door {
    public static void main(String[] args) throws Exception {
        KeyStore own = KeyStore.getInstance("PKCS12");
        try (InputStream in = new FileInputStream("door.p12")) { own.load(in, "secret".toCharArray()); }
        KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(own, "secret".toCharArray());
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        try (InputStream in = new FileInputStream("ca.pem")) {
            trusted.setCertificateEntry("ca", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        SSLServerSocket server = (SSLServerSocket) context.getServerSocketFactory().createServerSocket(Integer.parseInt(args[0]));
        server.setNeedClientAuth(true);
        while (true) {
            try (SSLSocket client = (SSLSocket) server.accept()) {
                client.startHandshake();
                client.getInputStream().read(new byte[4096]);
                client.getOutputStream().write("HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello".getBytes());
            } catch (IOException stranger) { System.err.println(stranger); }
        }
    }
}
"#;
