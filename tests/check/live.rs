//! What a server shows: openssl's.

use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::maker::{NOW, World, good_root};

struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts one with the leaf, and with what stands above it if a file is given.
fn serve(world: &World, chain: &str) -> (Server, u16) {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let mut command = Command::new("openssl");
    command.args(["s_server", "-quiet", "-accept", &format!("127.0.0.1:{port}"), "-cert", "leaf.pem"]);
    command.args(["-key", "leaf-key.pem"]).current_dir(world.path("."));
    if !chain.is_empty() {
        command.args(["-cert_chain", chain]);
    }
    let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let server = Server(child);
    let start = Instant::now();
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(start.elapsed() < Duration::from_secs(10), "the server does not listen");
        std::thread::sleep(Duration::from_millis(20));
    }
    (server, port)
}

#[test]
fn a_server_is_checked_as_its_clients_do() {
    let root = good_root();
    let upper = root.authority("upper", |_| {});
    let lower = upper.authority("lower", |_| {});
    let leaf = lower.leaf("a.example", |_| {});
    let world = World::new();
    world.write("leaf.pem", leaf.pem()).write("leaf-key.pem", leaf.key_pem()).write("ca.pem", root.pem());
    world.write("upper.pem", upper.pem());
    world.write("chain.pem", lower.pem() + &upper.pem()).write("short.pem", lower.pem());
    let check = |port: u16, rest: &str| {
        let output = world.run(&format!("127.0.0.1:{port} --ca ca.pem{rest} --at {NOW}"));
        (
            output.status.code().unwrap(),
            String::from_utf8(output.stdout).unwrap().replace(&port.to_string(), "PORT"),
        )
    };
    let end = "next to expire: 127.0.0.1:PORT on 2031-01-01T00:00:00Z, in 214 days\n";
    let (_server, port) = serve(&world, "chain.pem");
    assert_eq!(check(port, " --host a.example"), (0, format!("{end}3 certificates: nothing found\n")));
    let missing = "127.0.0.1:PORT: error host-missing: 127.0.0.1 is not among its names: a.example \
                   [RFC 9525 section 6]\n  refused by: OpenSSL, Go, rustls, Java, GnuTLS\n  fix: add 127.0.0.1 to the \
                   \"hosts\" of its request and issue it again\n";
    assert_eq!(check(port, " --server-name a.example --timeout 20s").0, 0);
    // No name at all.
    assert_eq!(
        check(port, " --server-name  --timeout 20s"),
        (1, format!("{missing}{end}3 certificates: 1 error\n"))
    );
    assert_eq!(check(port, ""), (1, format!("{missing}{end}3 certificates: 1 error\n")));
    let (_short, port) = serve(&world, "short.pem");
    let (status, text) = check(port, " --host a.example upper.pem");
    let expected = "127.0.0.1:PORT: error missing-intermediate: the server does not show the intermediate of \
                    upper.pem: who trusts the root alone refuses it [RFC 8446 section 4.4.2]\n";
    assert!(status == 1 && text.starts_with(expected), "{status} {text}");
}

/// What a server shows is judged as a server's, and vouches for nothing.
#[test]
fn a_server_is_no_client_and_no_authority() {
    let root = good_root();
    let world = World::new();
    let client = root.leaf("a.example", |params| {
        params.extended_key_usages = vec![rcgen::ExtendedKeyUsagePurpose::ClientAuth];
    });
    let says = |world: &World, chain: &str, rest: &str, expected: &str| {
        let (_server, port) = serve(world, chain);
        let output = world.run(&format!("127.0.0.1:{port} --host a.example --at {NOW}{rest}"));
        let text = String::from_utf8(output.stdout).unwrap().replace(&port.to_string(), "PORT");
        assert_eq!(text, expected);
    };
    world.write("ca.pem", root.pem());
    world.write("leaf.pem", client.pem()).write("leaf-key.pem", client.key_pem());
    let end = "next to expire: 127.0.0.1:PORT on 2031-01-01T00:00:00Z, in 214 days\n";
    let lacking = "127.0.0.1:PORT: error role-eku-missing: it lacks the extended key usage \"server auth\": clients take \
                   only a certificate that is for servers [OpenSSL 3.0, GnuTLS 3.7, Go 1.27 and Java 17, run; RFC \
                   5280 section 4.2.1.12]\n  refused by: OpenSSL, GnuTLS, Go, Java, rustls\n  fix: issue it with the \
                   extended key usage \"server auth\"\n";
    says(&world, "", " --ca ca.pem", &format!("{lacking}{end}1 certificate: 1 error\n"));
    let good = root.leaf("a.example", |_| {});
    world.write("leaf.pem", good.pem()).write("leaf-key.pem", good.key_pem());
    let unknown = "127.0.0.1:PORT#2: notice untrusted-root: it signed itself, and only a server showed it: whether \
                   anybody trusts it is not known [RFC 5280 section 6.1]\n  fix: name the file of the authority that is \
                   trusted: --ca FILE\n";
    says(&world, "ca.pem", "", &format!("{unknown}{end}2 certificates: 1 notice\n"));
    says(&world, "ca.pem", " ca.pem", &format!("{end}2 certificates: nothing found\n"));
    world.write("other.pem", crate::maker::root("other", |_| {}).pem());
    let untrusted = "127.0.0.1:PORT#2: error untrusted-root: it signed itself, and is not among the trusted authorities \
                     [RFC 5280 section 6.1]\n  refused by: OpenSSL, Go, rustls, Java, GnuTLS\n  fix: trust it, if it is \
                     yours: --ca with a file of it\n";
    let follows = "127.0.0.1:PORT: error issuer-invalid: its issuer 127.0.0.1:PORT#2 is refused, and this with it \
                   [RFC 5280 section 6.1]\n  because of: untrusted-root\n  fix: mend 127.0.0.1:PORT#2 first: trust it, \
                   if it is yours: --ca with a file of it\n";
    says(
        &world,
        "ca.pem",
        " --ca other.pem",
        &format!("{follows}{untrusted}{end}2 certificates: 2 errors\n"),
    );
}

#[test]
fn nobody_there_is_found() {
    let world = World::new();
    world.write("ca.pem", good_root().pem());
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let output = world.run(&format!("127.0.0.1:{port} --ca ca.pem"));
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.starts_with(&format!("127.0.0.1:{port}: error unreadable: ")), "{text}");
}
