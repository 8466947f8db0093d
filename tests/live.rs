//! The certificates of real servers on the loopback: OpenSSL, nginx, etcd, PostgreSQL, and things that are none.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "in a test, a panic is the report")]
#![allow(dead_code, reason = "the helpers are shared with other tests")]

mod support;

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use certwright::live::{Endpoint, LiveError, StartTls, fetch, fetch_from};
use certwright::vocab::pem;
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use rustls::sign::{CertifiedKey, SingleCertAndKey};

use support::{Workdir, require, wait_for};

const DEADLINE: Duration = Duration::from_secs(30);
const TIMEOUT: Duration = Duration::from_secs(10);

#[test]
fn openssl_shows_its_chain() {
    for (version, key) in
        [("-tls1_2", "p256"), ("-tls1_3", "p256"), ("-tls1_3", "p521"), ("-tls1_3", "ed25519")]
    {
        let files = chain_of("openssl", key);
        let server = openssl(&files, &format!("-cert leaf.pem -key leaf.key -cert_chain ca.pem {version}"));
        assert_eq!(
            fetched(&server).unwrap(),
            [der(&files, "leaf.pem"), der(&files, "ca.pem")],
            "{version} {key}"
        );
    }
}

#[test]
fn small_keys_are_shown() {
    for version in ["-tls1_2", "-tls1_3"] {
        let files = chain_of("openssl-rsa1024", "rsa1024");
        let server =
            openssl(&files, &format!("-cert leaf.pem -key leaf.key -cipher ALL@SECLEVEL=0 {version}"));
        assert_eq!(fetched(&server).unwrap()[0], der(&files, "leaf.pem"), "{version}");
    }
}

#[test]
fn a_server_that_wants_a_certificate_of_ours_still_shows_its_own() {
    for version in ["-tls1_2", "-tls1_3"] {
        let files = chain_of("openssl-mutual", "p256");
        let server =
            openssl(&files, &format!("-cert leaf.pem -key leaf.key -CAfile ca.pem -Verify 2 {version}"));
        let chain = fetched(&server).unwrap_or_else(|error| panic!("{version}: {error}"));
        assert_eq!(chain[0], der(&files, "leaf.pem"), "{version}");
    }
}

#[test]
fn the_name_asked_for_decides() {
    let files = chain_of("openssl-names", "p256");
    files.run("openssl req -x509 -newkey ed25519 -nodes -keyout other.key -out other.pem -subj /CN=other -days 9").succeeds();
    let server = openssl(
        &files,
        "-cert leaf.pem -key leaf.key -servername other.example -cert2 other.pem -key2 other.key",
    );
    let of = |name| fetch("127.0.0.1", server.port, name, TIMEOUT).unwrap();
    assert_eq!(of(Some("other.example")), [der(&files, "other.pem")]);
    assert_eq!(of(None)[0], der(&files, "leaf.pem"));
    assert_eq!(of(Some(""))[0], der(&files, "leaf.pem"));
    // Without a server_name the host is asked for.
    assert_eq!(fetch("localhost", server.port, None, TIMEOUT).unwrap()[0], der(&files, "leaf.pem"));
}

#[test]
fn an_address_of_ipv6_may_stand_in_brackets() {
    let Ok(listener) = TcpListener::bind((Ipv6Addr::LOCALHOST, 0)) else { return };
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let files = chain_of("openssl-v6", "p256");
    let server = Server::start(
        &files,
        "openssl",
        &format!("exec openssl s_server -quiet -accept [::1]:{port} -cert leaf.pem -key leaf.key"),
        port,
    );
    for host in ["[::1]", "::1"] {
        wait_for("openssl", DEADLINE, || {
            let chain =
                fetch(host, port, None, TIMEOUT).map_err(|error| format!("{error}\n{}", server.log()))?;
            assert_eq!(chain[0], der(&files, "leaf.pem"));
            Ok(())
        });
    }
}

#[test]
fn etcd_that_asks_for_clients_certificates_shows_its_own() {
    require("etcd", "etcd-server");
    let files = chain_of("live-etcd", "p256");
    let [port, peer] = [free_port(), free_port()];
    let server = Server::start(
        &files,
        "etcd",
        &format!(
            "exec etcd --data-dir data --listen-client-urls https://127.0.0.1:{port} --advertise-client-urls \
             https://127.0.0.1:{port} --listen-peer-urls http://127.0.0.1:{peer} --initial-advertise-peer-urls \
             http://127.0.0.1:{peer} --initial-cluster default=http://127.0.0.1:{peer} --trusted-ca-file ca.pem \
             --client-cert-auth --cert-file leaf.pem --key-file leaf.key"
        ),
        port,
    );
    server.wait();
    assert_eq!(fetched(&server).unwrap(), [der(&files, "leaf.pem")]);
}

#[test]
fn postgres_is_asked_for_tls() {
    let (port, answers) = (free_port(), [(b'S', true), (b'N', false)]);
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).unwrap();
    let endpoint =
        Endpoint { host: "127.0.0.1", port, server_name: None, starttls: StartTls::from_word("postgres") };
    for (answer, offered) in answers {
        let failure = thread::scope(|scope| {
            scope.spawn(|| {
                let (mut stream, _) = listener.accept().unwrap();
                let mut request = [0; 8];
                stream.read_exact(&mut request).unwrap();
                assert_eq!(request, [0, 0, 0, 8, 4, 210, 22, 47]);
                stream.write_all(&[answer]).unwrap();
            });
            fetch_from(&endpoint, TIMEOUT).unwrap_err()
        });
        let address: SocketAddr = (Ipv4Addr::LOCALHOST, port).into();
        let expected =
            if offered { LiveError::Closed { address } } else { LiveError::NotOffered { address } };
        assert_eq!(failure, expected);
    }
}

/// A server that shows a certificate and signs with another key; programs of other projects refuse to be that.
#[test]
fn a_server_without_the_key_is_found_out() {
    let files = chain_of("live-wrong-key", "p256");
    let key = PrivatePkcs8KeyDer::from(der(&files, "ca.key"));
    let provider = rustls::crypto::ring::default_provider();
    let key = provider.key_provider.load_private_key(key.into()).unwrap();
    let shown = CertifiedKey::new(vec![CertificateDer::from(der(&files, "leaf.pem"))], key);
    for version in [&rustls::version::TLS12, &rustls::version::TLS13] {
        let config = rustls::ServerConfig::builder_with_provider(Arc::new(provider.clone()))
            .with_protocol_versions(&[version])
            .unwrap()
            .with_no_client_auth()
            .with_cert_resolver(Arc::new(SingleCertAndKey::from(shown.clone())));
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut connection = rustls::ServerConnection::new(Arc::new(config)).unwrap();
            while connection.is_handshaking() && connection.complete_io(&mut stream).is_ok() {}
        });
        assert_eq!(fetch("127.0.0.1", port, None, TIMEOUT), Err(LiveError::BadSignature));
        server.join().unwrap();
    }
}

/// The database runs as another user, whose folder has to lie where that user may go.
#[test]
fn a_real_postgres_shows_its_certificate() {
    require("psql", "postgresql-client");
    let files = chain_of("live-postgres", "p256");
    let port = free_port();
    let folder = files.run("mktemp -d /tmp/certwright-live-XXXXXX").succeeds().stdout.trim().to_owned();
    let user = "setpriv --reuid=nobody --clear-groups --regid=nogroup";
    let programs = "$(ls -d /usr/lib/postgresql/*/bin | tail -1)";
    files
        .run(&format!(
            "set -e; cp leaf.pem {folder}/leaf.pem; cp leaf.key {folder}/leaf.key; chmod 600 {folder}/leaf.key
chown -R nobody:nogroup {folder}
{user} env HOME={folder} {programs}/initdb -D {folder}/data -U postgres -A trust >/dev/null
cat >> {folder}/data/postgresql.conf <<CONF
listen_addresses = '127.0.0.1'
port = {port}
unix_socket_directories = '{folder}'
ssl = on
ssl_cert_file = '{folder}/leaf.pem'
ssl_key_file = '{folder}/leaf.key'
CONF"
        ))
        .succeeds();
    let server =
        Server::start(&files, "postgres", &format!("exec {user} {programs}/postgres -D {folder}/data"), port);
    let shown = || {
        let endpoint = Endpoint {
            host: "localhost",
            port,
            server_name: None,
            starttls: StartTls::from_word("postgres"),
        };
        fetch_from(&endpoint, TIMEOUT).map_err(|error| format!("{error}\n{}", server.log()))
    };
    wait_for("postgres", DEADLINE, || shown().map(drop));
    assert_eq!(shown().unwrap(), [der(&files, "leaf.pem")]);
    let plain = fetched(&server).unwrap_err();
    assert_eq!(plain, LiveError::Closed { address: (Ipv4Addr::LOCALHOST, port).into() });
    drop(server);
    files.run(&format!("rm -rf {folder}")).succeeds();
}

/// The command: a report of what the server shows, and the same in a comparison.
#[test]
fn the_program_asks_servers() {
    let files = chain_of("live-program", "p256");
    let server = openssl(&files, "-cert leaf.pem -key leaf.key -cert_chain ca.pem");
    let (program, port) = (env!("CARGO_BIN_EXE_certwright"), server.port);
    let shown = files.run(&format!("'{program}' inspect 127.0.0.1:{port}")).succeeds().stdout;
    for part in [
        format!(
            "127.0.0.1:{port}#1: peer certificate (server and client) \"leaf\"\n  for        DNS:localhost, IP:127.0.0.1\n"
        ),
        format!("  issued by  CN=ca, in 127.0.0.1:{port}#2\n"),
        format!("127.0.0.1:{port}#2: root CA \"ca\""),
        format!("\n└─ 127.0.0.1:{port}#1: peer"),
    ] {
        assert!(shown.contains(&part), "{part}\n{shown}");
    }
    let same = files.run(&format!("'{program}' diff leaf.pem localhost:{port}")).succeeds();
    assert_eq!(same.stdout, "");
    let other = files.run(&format!("'{program}' diff ca.pem localhost:{port} --server-name ''"));
    assert!(other.stdout.contains("subject\n  - CN=ca\n  + CN=leaf\n"), "{other}");
}

#[test]
fn failures_say_what_to_do() {
    let nobody = free_port();
    let text = |result: Result<Vec<Vec<u8>>, LiveError>| {
        let error = result.unwrap_err();
        format!("{error}\n{}", error.hint().unwrap_or_default())
    };
    assert_eq!(
        text(fetch("127.0.0.1", nobody, None, TIMEOUT)),
        format!(
            "127.0.0.1:{nobody}: the connection was refused\n\
             nothing listens on this port: is the server running, and is it this port?"
        )
    );
    let unknown = text(fetch("no such\u{1b} host.invalid", 1, None, TIMEOUT));
    assert!(
        unknown.starts_with("the host \"no such\\u{1b} host.invalid\" cannot be looked up: "),
        "{unknown}"
    );

    let (port, _talker) = listen(Some(b"HTTP/1.1 400 Bad Request\r\n\r\n"));
    assert_eq!(
        text(fetch("127.0.0.1", port, None, TIMEOUT)),
        format!(
            "127.0.0.1:{port}: the server does not speak TLS\n\
             is this the port for TLS? PostgreSQL needs --starttls postgres"
        )
    );
    let (port, _talker) = listen(Some(b"SSH-2.0-OpenSSH_9.2\r\n"));
    assert!(text(fetch("127.0.0.1", port, None, TIMEOUT)).contains("does not speak TLS"));

    let (port, _silent) = listen(None);
    let started = Instant::now();
    assert_eq!(
        text(fetch("127.0.0.1", port, None, Duration::from_millis(300))),
        format!(
            "127.0.0.1:{port}: no answer within 0.3 s\nthe server may expect another protocol before TLS (see \
             --starttls); --timeout waits longer"
        )
    );
    assert!(started.elapsed() < Duration::from_secs(5));

    let (port, _closer) = listen(Some(b""));
    assert!(
        text(fetch("127.0.0.1", port, None, TIMEOUT)).contains("closed the connection without an answer")
    );
}

#[test]
fn alerts_are_named() {
    for (arguments, alert) in [
        ("-tls1_1 -cipher ALL@SECLEVEL=0", "protocol_version"),
        ("-tls1_2 -cipher AES128-SHA@SECLEVEL=0", "handshake_failure"),
    ] {
        let files = chain_of("openssl-alert", "rsa2048");
        let server = openssl(&files, &format!("-cert leaf.pem -key leaf.key {arguments}"));
        let error = fetched(&server).unwrap_err();
        let expected = format!("127.0.0.1:{}: the server refused the handshake: {alert}", server.port);
        assert_eq!(error.to_string(), expected);
        assert!(error.hint().is_some());
    }
}

/// A server that takes one connection after the other, says this (or nothing, for long), and closes.
fn listen(words: Option<&'static [u8]>) -> (u16, thread::JoinHandle<()>) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    let handle = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut hello = [0; 2048];
        let _ = stream.read(&mut hello);
        match words {
            Some(words) => stream.write_all(words).unwrap(),
            None => thread::sleep(Duration::from_secs(2)),
        }
    });
    (port, handle)
}

/// An authority `ca.pem` and what it signed, `leaf.pem` with `leaf.key`.
fn chain_of(name: &str, key: &str) -> Workdir {
    let files = Workdir::new(name);
    let algorithm = match key {
        "p256" => "ec -pkeyopt ec_paramgen_curve:P-256",
        "p521" => "ec -pkeyopt ec_paramgen_curve:P-521",
        "rsa1024" => "rsa:1024",
        "rsa2048" => "rsa:2048",
        other => other,
    };
    files.write("san", "subjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=serverAuth,clientAuth\n");
    let command = format!(
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -out ca.pem -subj /CN=ca \
         -days 9 && openssl req -new -newkey {algorithm} -nodes -keyout leaf.key -out leaf.csr -subj /CN=leaf && \
         openssl x509 -req -in leaf.csr -CA ca.pem -CAkey ca.key -extfile san -days 8 -out leaf.pem"
    );
    files.run(&command).succeeds();
    files
}

fn der(files: &Workdir, name: &str) -> Vec<u8> {
    let text = std::fs::read(files.path(name)).unwrap();
    pem::decode(&text).unwrap().0.contents().to_vec()
}

fn openssl(files: &Workdir, arguments: &str) -> Server {
    let port = free_port();
    let command = format!("exec openssl s_server -quiet -accept 127.0.0.1:{port} {arguments}");
    let server = Server::start(files, "openssl", &command, port);
    server.wait();
    server
}

fn fetched(server: &Server) -> Result<Vec<Vec<u8>>, LiveError> {
    fetch("127.0.0.1", server.port, None, TIMEOUT)
}

/// A server of another project; stopped when dropped.
struct Server {
    process: Child,
    log: std::path::PathBuf,
    port: u16,
}

impl Server {
    fn start(files: &Workdir, name: &str, command: &str, port: u16) -> Self {
        let log = files.path(&format!("{name}.log"));
        let output = File::create(&log).unwrap();
        let process = Command::new("sh")
            .args(["-c", command])
            .current_dir(files.path(""))
            // s_server ends with its input.
            .stdin(Stdio::piped())
            .stdout(output.try_clone().unwrap())
            .stderr(output)
            .spawn()
            .unwrap();
        Self { process, log, port }
    }

    /// Waits until somebody takes connections.
    fn wait(&self) {
        wait_for("the server", DEADLINE, || {
            let connected = std::net::TcpStream::connect((Ipv4Addr::LOCALHOST, self.port));
            connected.map(drop).map_err(|error| format!("{error}\n{}", self.log()))
        });
    }

    fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn free_port() -> u16 {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port()
}
