//! Servers of every make, with clients of every make: which client refuses what.

use std::collections::{BTreeMap, BTreeSet};

use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, ServerName, UnixTime};
use webpki::{EndEntityCert, KeyUsage, anchor_from_trusted_cert, ring};

use super::{AGREES, AUTHORITY, BOTH, CLIENT, LEAF, Lacking, NAMES, SERVER, SIGNS, World};
use crate::servers::{DEADLINE, Server, curl, free_port};
use crate::support::{Workdir, require, wait_for};

/// What a server can lack.
const SERVERS: &[Lacking] = &[
    Lacking::new("purpose", "extended key usage \"server auth\"", &[NAMES, SIGNS, CLIENT, LEAF]),
    Lacking::new("signing", "key usage \"digital signature\"", &[NAMES, AGREES, BOTH, LEAF]),
    Lacking::new("names", "a host name or IP address", &[SIGNS, BOTH, LEAF]),
    Lacking::new(
        "authority",
        "no \"CA:TRUE\"",
        &[NAMES, "keyUsage=critical,digitalSignature,keyCertSign", BOTH, AUTHORITY],
    ),
];

/// Clients that run here; of others the table tells from elsewhere.
const CLIENTS: [&str; 4] = ["OpenSSL", "GnuTLS", "Java", "rustls"];

#[test]
fn openssl_serves_clients_of_every_make() {
    let world = World::new("tls-server");
    let ports = make(&world, "--cn localhost --host localhost --host 127.0.0.1");
    let servers: Vec<_> = ports.iter().map(|(name, port)| s_server(&world.files, name, *port)).collect();
    clients_refuse_what_the_table_says(&world, &ports, &[]);
    drop(servers);
    // Nothing is limited where there are no usages, and nobody minds.
    world.openssl("free", "/CN=free", &[NAMES, LEAF]);
    assert_eq!(world.found("free"), []);
    let port = free_port();
    let _server = s_server(&world.files, "free", port);
    assert_eq!(refused_by(&world, &[("free", port)]), BTreeMap::new());
}

#[test]
fn openssl_peers_serve_clients_of_every_make() {
    let world = World::new("mtls-peer");
    let ports = make(&world, "--cn peer --host localhost --host 127.0.0.1");
    let _servers: Vec<_> = ports.iter().map(|(name, port)| s_server(&world.files, name, *port)).collect();
    let refused = refused_by(&world, &ports);
    for lacking in SERVERS {
        let need = world.need(lacking.property);
        let by = refused.get(lacking.name).cloned().unwrap_or_default();
        assert!(!by.is_empty() || need.refused_by.contains(&"OpenSSL"), "{}", lacking.name);
        assert!(by.iter().all(|client| need.refused_by.contains(client)), "{}: {by:?}", lacking.name);
    }
    assert_eq!(refused.get("whole"), None);
}

#[test]
fn nginx_serves_clients_of_every_make() {
    require("nginx", "nginx-light");
    let world = World::new("nginx");
    let ports = make(&world, "--cn localhost --host localhost --host 127.0.0.1");
    let block = |(name, port): &(&str, u16)| {
        format!(
            "server {{ listen 127.0.0.1:{port} ssl; ssl_certificate {name}.pem; ssl_certificate_key {name}-key.pem; \
             location / {{ return 200 'hello'; }} }}\n"
        )
    };
    let blocks: String = ports.iter().map(block).collect();
    let root = world.files.path("").display().to_string();
    let start = |blocks: &str| {
        let temporary = "client_body_temp_path t1; proxy_temp_path t2; fastcgi_temp_path t3; uwsgi_temp_path t4; scgi_temp_path t5;";
        let conf = format!(
            "daemon off; worker_processes 1; pid nginx.pid; error_log stderr; events {{}}\n\
             http {{ access_log off; {temporary}\n{blocks} }}"
        );
        world.files.write("nginx.conf", conf);
    };
    start(&blocks);
    let _server =
        Server::start(&world.files, "nginx", &["nginx", "-p", &root, "-c", "nginx.conf", "-e", "stderr"]);
    clients_refuse_what_the_table_says(&world, &ports, &["a key that is not encrypted"]);

    // An encrypted key, with its password and without it.
    world.files.write("secret", "secret");
    world.files.run(ENCRYPT).succeeds();
    let own =
        "server { listen 127.0.0.1:1 ssl; ssl_certificate whole.pem; ssl_certificate_key locked-key.pem;";
    let tried = format!("nginx -t -p {root} -c nginx.conf -e stderr < /dev/null");
    start(&format!("{own} }}"));
    world.files.run(&tried).fails_with("PEM_read_bio_PrivateKey() failed");
    start(&format!("{own} ssl_password_file secret; }}"));
    world.files.run(&tried).succeeds();
    assert_eq!(codes(&world, "whole.pem locked-key.pem --ca ca.pem"), ["role-key-encrypted"]);

    // A key of another certificate.
    start("server { listen 127.0.0.1:1 ssl; ssl_certificate whole.pem; ssl_certificate_key names-key.pem; }");
    world.files.run(&format!("nginx -t -p {root} -c nginx.conf -e stderr")).fails_with("key values mismatch");
    assert_eq!(codes(&world, "whole.pem names-key.pem --ca ca.pem"), ["key-mismatch"]);
}

#[test]
fn haproxy_serves_clients_of_every_make() {
    require("haproxy", "haproxy");
    let world = World::new("haproxy");
    let ports = make(&world, "--cn localhost --host localhost --host 127.0.0.1");
    world
        .files
        .run("for n in *-key.pem; do cat ${n%-key.pem}.pem $n > ${n%-key.pem}-combined.pem; done")
        .succeeds();
    let front = |(name, port): &(&str, u16)| {
        format!(
            "frontend {name}\n    bind 127.0.0.1:{port} ssl crt {name}-combined.pem\n    \
             http-request return status 200 content-type text/plain string hello\n"
        )
    };
    let defaults =
        "defaults\n    mode http\n    timeout client 5s\n    timeout server 5s\n    timeout connect 5s\n";
    let fronts: String = ports.iter().map(front).collect();
    world.files.write("haproxy.cfg", format!("{defaults}{fronts}"));
    let _server = Server::start(&world.files, "haproxy", &["haproxy", "-db", "-f", "haproxy.cfg"]);
    let elsewhere = ["the key in the file", "a key that is not encrypted"];
    clients_refuse_what_the_table_says(&world, &ports, &elsewhere);

    // The key is neither in the file nor beside it, or encrypted; and a key of another certificate.
    world.files.run("cat whole.pem names-key.pem > mixed.pem && chmod 600 mixed.pem").succeeds();
    world
        .files
        .run("cat whole.pem whole-key.pem names-key.pem > stray.pem && chmod 600 stray.pem")
        .succeeds();
    world.files.write("secret", "secret");
    world.files.run(ENCRYPT).succeeds();
    world.files.run("cat whole.pem locked-key.pem > locked.pem && cp whole.pem alone.pem").succeeds();
    world.files.run("chmod 600 locked.pem").succeeds();
    for (file, complaint) in [
        ("alone.pem", "No Private Key found"),
        ("locked.pem", "No Private Key found"),
        ("mixed.pem", "inconsistencies between private key and certificate"),
    ] {
        let bind = format!("frontend f\n    bind 127.0.0.1:1 ssl crt {file}\n");
        world.files.write("broken.cfg", format!("{defaults}{bind}"));
        world.files.run("setsid -w haproxy -c -f broken.cfg < /dev/null").fails_with(complaint);
    }
    for file in ["whole.pem", "stray.pem"] {
        let bind = format!("frontend f\n    bind 127.0.0.1:1 ssl crt {file}\n");
        world.files.write("good.cfg", format!("{defaults}{bind}"));
        world.files.run("haproxy -c -f good.cfg").succeeds();
    }
    assert_eq!(codes(&world, "alone.pem --ca ca.pem"), ["role-key-missing"]);
    assert_eq!(codes(&world, "locked.pem --ca ca.pem"), ["role-key-encrypted"]);
    assert_eq!(codes(&world, "stray.pem --ca ca.pem"), ["key-extra"]);
    assert_eq!(codes(&world, "mixed.pem --ca ca.pem"), ["key-mismatch"]);
}

/// The key of `whole.pem`, encrypted.
const ENCRYPT: &str = "openssl pkcs8 -topk8 -in whole-key.pem -passout file:secret -out locked-key.pem && chmod 600 locked-key.pem";

/// A server without its intermediate.
#[test]
fn chains_are_complete() {
    let world = World::new("tls-server");
    world.files.run("certwright issue --ca ca.pem --as intermediate --cn Below --name below").succeeds();
    world
        .files
        .run("certwright issue --ca below.pem --as tls-server --cn localhost --host localhost --name leaf")
        .succeeds();
    world.files.run("cat leaf.pem below.pem > chain.pem && cp leaf-key.pem chain-key.pem").succeeds();
    let ports = [free_port(), free_port()];
    let _servers = [s_server(&world.files, "leaf", ports[0]), s_server(&world.files, "chain", ports[1])];
    for port in ports {
        wait_for("both", DEADLINE, || {
            let open = std::net::TcpStream::connect(("127.0.0.1", port));
            open.map(drop).map_err(|error| error.to_string())
        });
    }
    curl(&world.files, ports[1], "--cacert ca.pem").succeeds();
    curl(&world.files, ports[0], "--cacert ca.pem").fails_with("unable to get local issuer certificate");
    assert_eq!(codes(&world, "chain.pem chain-key.pem --ca ca.pem"), <[&str; 0]>::default());
    assert_eq!(codes(&world, "leaf.pem leaf-key.pem --ca ca.pem"), ["unknown-issuer"]);
}

/// A Java server on each key store, and a Java client with a trust store, in one process.
#[test]
fn java_serves_java() {
    require("java", "default-jdk-headless");
    let world = World::new("java");
    let lacking = [
        Lacking::new("purpose", "extended key usage \"server auth\"", &[NAMES, SIGNS, CLIENT, LEAF]),
        Lacking::new("signing", "key usage \"digital signature\"", &[NAMES, AGREES, BOTH, LEAF]),
        Lacking {
            subject: "/O=nobody",
            ..Lacking::new("nobody", "a host name or IP address, or", &[SIGNS, SERVER, LEAF])
        },
    ];
    world.all_taken_away(&lacking, &[]);
    lacking.iter().for_each(|lacking| lacking.make(&world));
    // A common name is enough.
    world.openssl("common", "/CN=localhost", &[SIGNS, SERVER, LEAF]);
    world.issue("whole", "--cn localhost --host localhost");
    let names = ["whole", "common", "purpose", "signing", "nobody"];
    for name in names {
        world.files.run(&format!("openssl pkcs12 -export -in {name}.pem -inkey {name}-key.pem -passout pass:secret -out {name}.p12")).succeeds();
    }
    world.files.write("Pairs.java", JAVA);
    let said =
        world.files.run(&format!("javac -d . Pairs.java && java -cp . Pairs {}", names.join(" "))).succeeds();
    for line in ["whole: hello", "common: hello"] {
        assert!(said.stdout.lines().any(|said| said == line), "{line}\n{said}");
    }
    for lacking in &lacking {
        let line = format!("{}: refused: ", lacking.name);
        assert!(said.stdout.lines().any(|said| said.starts_with(&line)), "{line}\n{said}");
        world.names(lacking);
    }
}

/// What the role issues, and what lacks something, each with a port.
fn make(world: &World, asked: &str) -> Vec<(&'static str, u16)> {
    world.issue("whole", asked);
    SERVERS.iter().for_each(|lacking| lacking.make(world));
    ["whole"]
        .into_iter()
        .chain(SERVERS.iter().map(|lacking| lacking.name))
        .map(|name| (name, free_port()))
        .collect()
}

fn s_server(files: &Workdir, name: &str, port: u16) -> Server {
    let accept = format!("127.0.0.1:{port}");
    let [cert, key] = [format!("{name}.pem"), format!("{name}-key.pem")];
    let chain = ["-cert_chain", cert.as_str()];
    let command = ["openssl", "s_server", "-accept", &accept, "-cert", &cert, "-key", &key, "-www", "-quiet"];
    Server::start(files, name, &[&command[..], &chain].concat())
}

/// The clients that refuse are exactly those of the table, and `check` names the same property.
fn clients_refuse_what_the_table_says(
    world: &World,
    ports: &[(&'static str, u16)],
    of_the_server: &[&'static str],
) {
    world.all_taken_away(SERVERS, of_the_server);
    let refused = refused_by(world, ports);
    assert_eq!(refused.get("whole"), None, "{refused:?}");
    for lacking in SERVERS {
        let by = world.need(lacking.property).refused_by;
        let expected: BTreeSet<_> = CLIENTS.into_iter().filter(|client| by.contains(client)).collect();
        assert_eq!(refused.get(lacking.name), Some(&expected), "{}", lacking.property);
        world.names(lacking);
    }
}

/// Who refuses which server.
fn refused_by(
    world: &World,
    ports: &[(&'static str, u16)],
) -> BTreeMap<&'static str, BTreeSet<&'static str>> {
    require("gnutls-cli", "gnutls-bin");
    require("java", "default-jdk-headless");
    let files = &world.files;
    let mut refused: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    let mut note = |name, client, accepts: bool| {
        if !accepts {
            refused.entry(name).or_default().insert(client);
        }
    };
    for &(name, port) in ports {
        wait_for(name, DEADLINE, || {
            let open = std::net::TcpStream::connect(("127.0.0.1", port));
            open.map(drop).map_err(|error| error.to_string())
        });
        note(name, "OpenSSL", curl(files, port, "--cacert ca.pem").success());
        let gnutls = format!("echo | timeout 20 gnutls-cli --x509cafile ca.pem -p {port} localhost");
        note(name, "GnuTLS", files.run(&gnutls).says("Handshake was completed"));
        note(name, "rustls", webpki_accepts(files, name, KeyUsage::server_auth()));
    }
    let asked: Vec<_> = ports.iter().map(|(name, port)| format!("{name}={port}")).collect();
    files.write("Pairs.java", JAVA);
    let java =
        files.run(&format!("javac -d . Pairs.java && java -cp . Pairs {}", asked.join(" "))).succeeds();
    for &(name, _) in ports {
        note(name, "Java", java.stdout.lines().any(|line| line == format!("{name}: hello")));
        assert!(java.says(&format!("{name}: ")), "{java}");
    }
    refused
}

/// The verifier of rustls, which judges a server by its certificate and its name, and a client by its certificate.
pub(super) fn webpki_accepts(files: &Workdir, name: &str, usage: KeyUsage) -> bool {
    let read = |name: &str| CertificateDer::from_pem_file(files.path(&format!("{name}.pem"))).unwrap();
    let (subject, trusted) = (read(name), read("ca"));
    let anchors = [anchor_from_trusted_cert(&trusted).unwrap()];
    let leaf = EndEntityCert::try_from(&subject).unwrap();
    let is_server = usage == KeyUsage::server_auth();
    let algorithms = &[ring::ECDSA_P256_SHA256, ring::ECDSA_P256_SHA384];
    let path = leaf.verify_for_usage(algorithms, &anchors, &[], UnixTime::now(), usage, None, None);
    let host = ServerName::try_from("localhost").unwrap();
    path.is_ok() && (!is_server || leaf.verify_is_valid_for_subject_name(&host).is_ok())
}

fn codes(world: &World, arguments: &str) -> Vec<String> {
    world.found_in(arguments).into_iter().map(|(code, _)| code).collect()
}

/// `NAME=PORT` asks a server, `NAME` alone serves NAME.p12 to a client beside.
const JAVA: &str = r#"
import java.io.*; import java.net.*; import java.security.*; import java.security.cert.*; import javax.net.ssl.*;
class Pairs {
    static SSLContext context(String store) throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        try (InputStream in = new FileInputStream("ca.pem")) {
            trusted.setCertificateEntry("ca", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(trusted);
        KeyManager[] managers = null;
        if (store != null) {
            KeyStore own = KeyStore.getInstance("PKCS12");
            try (InputStream in = new FileInputStream(store)) { own.load(in, "secret".toCharArray()); }
            KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
            keys.init(own, "secret".toCharArray());
            managers = keys.getKeyManagers();
        }
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers, trust.getTrustManagers(), null);
        return context;
    }
    static void ask(int port) throws Exception {
        Socket plain = new Socket("127.0.0.1", port);
        try (SSLSocket socket = (SSLSocket) context(null).getSocketFactory().createSocket(plain, "localhost", port, true)) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
            socket.startHandshake();
        }
    }
    public static void main(String[] pairs) throws Exception {
        for (String pair : pairs) {
            String[] words = pair.split("=");
            try {
                if (words.length == 2) {
                    ask(Integer.parseInt(words[1]));
                } else {
                    SSLServerSocket server = (SSLServerSocket) context(pair + ".p12").getServerSocketFactory().createServerSocket(0);
                    new Thread(() -> {
                        try (SSLSocket client = (SSLSocket) server.accept()) { client.startHandshake(); }
                        catch (IOException refused) { }
                    }).start();
                    ask(server.getLocalPort());
                }
                System.out.println(words[0] + ": hello");
            } catch (Exception refusal) {
                System.out.println(words[0] + ": refused: " + refusal.getMessage());
            }
        }
    }
}
"#;
