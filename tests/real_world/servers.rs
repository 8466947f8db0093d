//! Servers and clients of other projects on one applied PKI: nginx with mutual TLS, haproxy with a combined file,
//! PostgreSQL with client certificates, and a Java server with PKCS#12 files.

use std::fs::File;
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::support::{Outcome, Workdir, require, wait_for};

pub(crate) const DEADLINE: Duration = Duration::from_secs(60);
const POSTGRES: &str = "$(ls -d /usr/lib/postgresql/*/bin | tail -1)";

/// One authority, servers and clients; the database's key belongs to the user that the database runs as.
const MANIFEST: &str = r#"{
    "signing": "etcd",
    "authorities": { "ca": { "csr": { "CN": "Servers' CA", "key": { "algo": "ecdsa", "size": 256 } } } },
    "certificates": {
        "web": { "csr": { "CN": "web" }, "profile": "server", "hosts": ["localhost", "127.0.0.1"],
                 "formats": ["fullchain", "combined"] },
        "database": { "csr": { "CN": "database", "key": { "algo": "rsa", "size": 2048 } }, "profile": "server",
                      "hosts": ["localhost", "127.0.0.1"], "owner": "nobody", "group": "nogroup" },
        "java": { "csr": { "CN": "java" }, "profile": "server", "hosts": ["localhost", "127.0.0.1"],
                  "formats": ["pkcs12", "truststore"], "password_env": "STORE_PASSWORD" },
        "alice": { "csr": { "CN": "alice" }, "profile": "client" }
    }
}"#;

/// The Kubernetes manifest's etcd: the API server and the health check log in as clients, the front proxy cannot.
#[test]
fn etcd_of_the_kubernetes_manifest() {
    require("etcd", "etcd-server");
    let files = Workdir::new("kubernetes-etcd");
    // P-256 in place of RSA, for speed alone.
    files.run("certwright init kubernetes . && sed -i 's/\"algo\": \"rsa\"/\"algo\": \"ecdsa\"/; s/\"size\": 2048/\"size\": 256/' *.json").succeeds();
    files.run("certwright apply && certwright plan --check").succeeds();
    let [clients, peers] = [free_port(), free_port()];
    let [client_url, peer_url] = [clients, peers].map(|port| format!("https://127.0.0.1:{port}"));
    let command = format!(
        "exec etcd --name cp1 --data-dir data --listen-client-urls {client_url} --advertise-client-urls {client_url} \
         --listen-peer-urls {peer_url} --initial-advertise-peer-urls {peer_url} --initial-cluster cp1={peer_url} \
         --trusted-ca-file etcd/ca.pem --client-cert-auth --cert-file etcd/server.pem --key-file etcd/server-key.pem \
         --peer-trusted-ca-file etcd/ca.pem --peer-client-cert-auth --peer-cert-file etcd/peer.pem \
         --peer-key-file etcd/peer-key.pem"
    );
    let server = Server::start(&files, "etcd", &["sh", "-c", &command]);
    let health = |client: &str| {
        files.run(&format!(
            "ETCDCTL_API=3 etcdctl --endpoints={client_url} --cacert=etcd/ca.pem --cert={client}.pem \
             --key={client}-key.pem --command-timeout=2s --dial-timeout=2s endpoint health"
        ))
    };
    wait_for("etcd", DEADLINE, || {
        let answer = health("etcd/healthcheck-client");
        if answer.success() { Ok(()) } else { Err(format!("{answer}{}", server.log())) }
    });
    health("apiserver-etcd-client").succeeds().shows("is healthy");
    health("front-proxy-client").fails_with("unhealthy");
}

#[test]
fn nginx_asks_for_client_certificates() {
    require("nginx", "nginx-light");
    let files = applied("nginx");
    let port = free_port();
    files.write(
        "nginx.conf",
        format!(
            "daemon off; worker_processes 1; pid nginx.pid; error_log stderr;
events {{}}
http {{
    access_log off; client_body_temp_path t1; proxy_temp_path t2; fastcgi_temp_path t3; uwsgi_temp_path t4; scgi_temp_path t5;
    server {{
        listen 127.0.0.1:{port} ssl;
        ssl_certificate web-fullchain.pem; ssl_certificate_key web-key.pem;
        ssl_client_certificate ca.pem; ssl_verify_client on;
        location / {{ return 200 'hello $ssl_client_s_dn'; }}
    }}
}}"
        ),
    );
    let root = files.path("").display().to_string();
    let _server = Server::start(&files, "nginx", &["nginx", "-p", &root, "-c", "nginx.conf", "-e", "stderr"]);
    greets(&files, port, "hello CN=alice");
    // nginx finishes the handshake and answers with an error.
    curl(&files, port, "--cacert ca.pem").succeeds().shows("No required SSL certificate was sent");
    curl(&files, port, "").fails_with("SSL certificate problem");
}

#[test]
fn haproxy_takes_the_combined_file() {
    require("haproxy", "haproxy");
    let files = applied("haproxy");
    let port = free_port();
    files.write(
        "haproxy.cfg",
        format!(
            "defaults
    mode http
    timeout client 5s
    timeout server 5s
    timeout connect 5s
frontend web
    bind 127.0.0.1:{port} ssl crt web-combined.pem ca-file ca.pem verify required
    http-request return status 200 content-type text/plain lf-string \"hello CN=%{{+Q}}[ssl_c_s_dn(cn)]\\n\"
"
        ),
    );
    let _server = Server::start(&files, "haproxy", &["haproxy", "-db", "-f", "haproxy.cfg"]);
    greets(&files, port, "alice");
    assert!(!curl(&files, port, "--cacert ca.pem").success());
}

#[test]
fn postgres_knows_its_clients_by_certificate() {
    require("psql", "postgresql-client");
    let files = applied("postgres");
    let port = free_port();
    // The database runs as nobody, whose folder has to be reachable.
    let folder = files.run("mktemp -d /tmp/certwright-postgres-XXXXXX").succeeds().stdout.trim().to_owned();
    files.run(&format!("cp -p ca.pem database.pem database-key.pem {folder}")).succeeds();
    let access = "local all all trust\\nhostssl all all 127.0.0.1/32 cert clientcert=verify-full";
    files.run(&postgres_set_up(&folder, port, access)).succeeds();
    let command = format!("exec {}", postgres_command(&folder));
    let server = Server::start(&files, "postgres", &["sh", "-c", &command]);
    wait_for("the database", DEADLINE, || {
        let made = files
            .run(&format!("psql -h {folder} -p {port} -U postgres -c 'create role alice login' postgres"));
        if made.success() || made.says("already exists") {
            Ok(())
        } else {
            Err(format!("{made}{}", server.log()))
        }
    });
    let login = |options: &str| {
        files.run(&format!(
            "psql 'host=localhost hostaddr=127.0.0.1 port={port} user=alice dbname=postgres sslmode=verify-full \
             sslrootcert=ca.pem {options}' -Atc 'select ssl, client_dn from pg_stat_ssl where pid = pg_backend_pid()'"
        ))
    };
    login("sslcert=alice.pem sslkey=alice-key.pem").succeeds().shows("t|/CN=alice");
    login("sslcert=none sslkey=none").fails_with("requires a valid client certificate");
    // Its rule about keys that others can read.
    files.run(&format!("chmod 0644 {folder}/database-key.pem")).succeeds();
    drop(server);
    files.run(&command).fails_with("has group or world access");
    files.run(&format!("rm -rf {folder}")).succeeds();
}

/// Makes a database in a folder that holds `ca.pem`, `database.pem` and `database-key.pem`; it runs as nobody.
pub(crate) fn postgres_set_up(folder: &str, port: u16, access: &str) -> String {
    format!(
        "set -e
chown nobody {folder} {folder}/*
setpriv --reuid=nobody --clear-groups --regid=nogroup env HOME={folder} {POSTGRES}/initdb -D {folder}/data -U postgres -A trust >/dev/null
cat >> {folder}/data/postgresql.conf <<CONF
ssl = on
ssl_ca_file = '{folder}/ca.pem'
ssl_cert_file = '{folder}/database.pem'
ssl_key_file = '{folder}/database-key.pem'
listen_addresses = '127.0.0.1'
port = {port}
unix_socket_directories = '{folder}'
fsync = off
CONF
printf '{access}\\n' > {folder}/data/pg_hba.conf
"
    )
}

/// Runs the database of a folder.
pub(crate) fn postgres_command(folder: &str) -> String {
    format!("setpriv --reuid=nobody --clear-groups --regid=nogroup {POSTGRES}/postgres -D {folder}/data")
}

/// A server that greets its client by name, on the key store and trust store as they are written.
const JAVA_SERVER: &str = r#"
import java.io.*; import java.net.*; import java.security.*; import javax.net.ssl.*;
class Greeter {
    static KeyStore load(String file, char[] password) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = new FileInputStream(file)) { store.load(in, password); }
        return store;
    }
    static SSLContext context() throws Exception {
        char[] password = System.getenv("STORE_PASSWORD").toCharArray();
        KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(load("java.p12", password), password);
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(load("java-truststore.p12", password));
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }
    public static void main(String[] args) throws Exception {
        SSLServerSocket server = (SSLServerSocket) context().getServerSocketFactory()
            .createServerSocket(Integer.parseInt(args[0]), 5, InetAddress.getByName("127.0.0.1"));
        server.setNeedClientAuth(true);
        while (true) {
            try (SSLSocket client = (SSLSocket) server.accept()) {
                client.startHandshake();
                String name = client.getSession().getPeerPrincipal().getName();
                client.getInputStream().read(new byte[4096]);
                String body = "hello " + name;
                client.getOutputStream().write(("HTTP/1.0 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body).getBytes());
            } catch (IOException stranger) { System.err.println(stranger); }
        }
    }
}
"#;

/// And a client of the server above, with the same stores.
const JAVA_CLIENT: &str = r#"
class Asker {
    public static void main(String[] args) throws Exception {
        java.net.URL url = new java.net.URL("https://localhost:" + args[0] + "/");
        javax.net.ssl.HttpsURLConnection connection = (javax.net.ssl.HttpsURLConnection) url.openConnection();
        connection.setSSLSocketFactory(Greeter.context().getSocketFactory());
        System.out.println(new String(connection.getInputStream().readAllBytes()));
    }
}
"#;

#[test]
fn java_reads_its_key_store_and_trust_store() {
    require("java", "default-jdk-headless");
    let files = applied("java");
    let port = free_port();
    files.write("Greeter.java", format!("{JAVA_SERVER}{JAVA_CLIENT}"));
    files.run("javac -d . Greeter.java").succeeds();
    let _server = Server::start(&files, "java", &["java", "-cp", ".", "Greeter", &port.to_string()]);
    greets(&files, port, "hello CN=alice");
    assert!(!curl(&files, port, "--cacert ca.pem").success());
    let asked = files.run(&format!("STORE_PASSWORD={PASSWORD} java -cp . Asker {port}"));
    // The profile "server" of etcd is for clients too.
    asked.succeeds().shows("hello CN=java");
}

const PASSWORD: &str = "correct-horse";

/// A folder with the applied manifest.
fn applied(name: &str) -> Workdir {
    require("curl", "curl");
    let files = Workdir::new(name);
    files.write("pki.json", MANIFEST);
    files.run(&format!("STORE_PASSWORD={PASSWORD} certwright apply")).succeeds();
    files
}

/// The client's certificate opens, and openssl agrees with curl.
fn greets(files: &Workdir, port: u16, greeting: &str) {
    wait_for(greeting, DEADLINE, || {
        let answer = curl(files, port, "--cacert ca.pem --cert alice.pem --key alice-key.pem");
        if answer.success() && answer.says(greeting) { Ok(()) } else { Err(answer.to_string()) }
    });
    files
        .run(&format!(
            "printf 'GET / HTTP/1.0\\r\\n\\r\\n' | openssl s_client -connect 127.0.0.1:{port} -servername localhost \
             -verify_hostname localhost -verify_return_error -x509_strict -CAfile ca.pem -cert alice.pem \
             -key alice-key.pem -ign_eof"
        ))
        .shows("Verify return code: 0 (ok)")
        .shows(greeting);
}

pub(crate) fn curl(files: &Workdir, port: u16, options: &str) -> Outcome {
    files.run(&format!(
        "curl --silent --show-error --noproxy '*' --max-time 20 {options} --resolve localhost:{port}:127.0.0.1 \
         https://localhost:{port}/"
    ))
}

pub(crate) fn free_port() -> u16 {
    TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port()
}

/// A server process; killed when dropped, and by the kernel when the test itself is killed.
pub(crate) struct Server {
    child: Child,
    log: std::path::PathBuf,
}

impl Server {
    pub(crate) fn start(files: &Workdir, name: &str, command: &[&str]) -> Server {
        let log = files.path(&format!("{name}.log"));
        let file = File::create(&log).unwrap();
        let child = Command::new(require("setpriv", "util-linux"))
            .args(["--pdeathsig", "KILL"])
            .args(command)
            .env("STORE_PASSWORD", PASSWORD)
            .current_dir(files.path(""))
            .stdin(Stdio::null())
            .stdout(file.try_clone().unwrap())
            .stderr(file)
            .spawn()
            .unwrap();
        Server { child, log }
    }

    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The database ends its own children on this, and leaves nothing behind.
        let _ = Command::new("kill").args(["-INT", &self.child.id().to_string()]).status();
        for _ in 0..50 {
            if matches!(self.child.try_wait(), Ok(Some(_))) {
                return;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
