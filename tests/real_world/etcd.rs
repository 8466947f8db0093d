//! A cluster of three etcd members on certificates made by the walk-through that Container Linux and etcd point their
//! users to (github.com/coreos/docs, os/generate-self-signed-certificates.md), its commands run through `sh` as written.
//!
//! Two deviations, each with its reason:
//! - the files of the members are named `etcd` where the walk-through says `coreos1` and `member1`;
//! - the members that answer the HTTP gateway have a certificate of profile `peer`. The walk-through's profile `server`
//!   has no `client auth`, and etcd's gateway logs in to its own member with the server certificate as client
//!   certificate; [`server_profile_breaks_the_gateway`] shows that failure with the profile as written.

use std::fs::File;
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::support::{Outcome, Workdir, require, testing_the_original, wait_for};

const ADDRESSES: [&str; 3] = ["127.0.0.131", "127.0.0.132", "127.0.0.133"];
const DEADLINE: Duration = Duration::from_secs(90);

const CA_CONFIG: &str = r#"{
    "signing": {
        "default": {
            "expiry": "43800h"
        },
        "profiles": {
            "server": {
                "expiry": "43800h",
                "usages": [
                    "signing",
                    "key encipherment",
                    "server auth"
                ]
            },
            "client": {
                "expiry": "43800h",
                "usages": [
                    "signing",
                    "key encipherment",
                    "client auth"
                ]
            },
            "peer": {
                "expiry": "43800h",
                "usages": [
                    "signing",
                    "key encipherment",
                    "server auth",
                    "client auth"
                ]
            }
        }
    }
}
"#;

/// The walk-through, from the first command to the last file.
const WALK_THROUGH: [&str; 4] = [
    "cfssl gencert -initca ca-csr.json | cfssljson -bare ca -",
    "cfssl gencert -ca=ca.pem -ca-key=ca-key.pem -config=ca-config.json -profile=server etcd.json | cfssljson -bare server",
    "cfssl gencert -ca=ca.pem -ca-key=ca-key.pem -config=ca-config.json -profile=peer etcd.json | cfssljson -bare peer",
    "cfssl gencert -ca=ca.pem -ca-key=ca-key.pem -config=ca-config.json -profile=client client.json | cfssljson -bare client",
];

#[test]
fn cluster_on_rsa_2048() {
    cluster_works(r#"{ "algo": "rsa", "size": 2048 }"#);
}

#[test]
fn cluster_on_p256() {
    cluster_works(r#"{ "algo": "ecdsa", "size": 256 }"#);
}

#[test]
fn cluster_on_p384() {
    cluster_works(r#"{ "algo": "ecdsa", "size": 384 }"#);
}

/// etcd 3.4 takes Ed25519 everywhere: servers, peers and clients.
#[test]
fn cluster_on_ed25519() {
    cluster_works(r#"{ "algo": "ed25519", "size": 256 }"#);
}

/// The whole PKI by one command, from the built-in profile with the members' own hosts; then again, which changes nothing
/// under the running members, and a renewal of everything but the authority, after which old and new work together.
#[test]
fn cluster_on_an_applied_pki() {
    let cluster = Cluster::start_on("applied", "server", |files| {
        files.run("certwright init etcd .").succeeds();
        files.write("etcd.json", format!(r#"{{ "CN": "etcd", "hosts": [ {} ] }}"#, hosts()));
        files.run("certwright apply").succeeds().shows("4 changed");
    });
    use_cluster(&cluster);
    cluster.files.run("certwright apply").succeeds().shows("0 changed, 4 unchanged");
    cluster.files.run("rm server.pem peer.pem client.pem && certwright apply").succeeds().shows("3 changed");
    cluster.etcdctl_v3(&format!("--endpoints={} endpoint health", cluster.endpoints())).succeeds();
}

/// What etcd says to clients that must not get in.
#[test]
fn strangers_are_refused() {
    let cluster = Cluster::start("strangers", r#"{ "algo": "ecdsa", "size": 256 }"#, "peer");
    let range = r#"{"key":"Zm9v"}"#;
    fails_without_the_ca(&cluster);

    cluster.refuses("--cacert ca.pem", "tls: client didn't provide a certificate");

    // A client certificate of another authority with the same name.
    cluster.files.run("mkdir other && cp ca-csr.json ca-config.json client.json other").succeeds();
    for command in [WALK_THROUGH[0], WALK_THROUGH[3]] {
        cluster.files.run(&format!("cd other && {command}")).succeeds();
    }
    let stranger = "--cacert ca.pem --cert other/client.pem --key other/client-key.pem";
    cluster.refuses(stranger, "x509: certificate signed by unknown authority");

    cluster.gateway(0, "kv/range", range).succeeds().shows("\"header\"");
}

/// The walk-through's profile `server` as written: members and etcdctl are content, the gateway is not.
#[test]
fn server_profile_breaks_the_gateway() {
    let cluster = Cluster::start("gateway", r#"{ "algo": "ecdsa", "size": 256 }"#, "server");
    cluster.etcdctl_v3(&format!("--endpoints={} endpoint health", cluster.endpoints())).succeeds();
    let answer = cluster.gateway(0, "kv/range", r#"{"key":"Zm9v"}"#);
    assert!(!answer.says("\"header\""), "the gateway answers with a server-only certificate\n{answer}");
    wait_for("the member's complaint about its own certificate", DEADLINE, || {
        let log = cluster.files.read("member0.log");
        let expected = "certificate specifies an incompatible key usage";
        if log.contains(expected) { Ok(()) } else { Err(log) }
    });
}

fn cluster_works(key: &str) {
    use_cluster(&Cluster::start("etcd", key, "peer"));
}

/// Everything one does with a cluster.
fn use_cluster(cluster: &Cluster) {
    let (first, third) = (cluster.endpoint(0), cluster.endpoint(2));

    let health =
        cluster.etcdctl_v3(&format!("--endpoints={} endpoint health", cluster.endpoints())).succeeds();
    for member in 0..3 {
        let line = format!("{} is healthy", cluster.endpoint(member));
        assert!(health.says(&line), "no {line:?}\n{health}");
    }

    let list = cluster.etcdctl_v3(&format!("--endpoints={first} member list")).succeeds();
    assert_eq!(list.stdout.matches(", started, ").count(), 3, "{list}");

    // The v2 API, still asked by old scripts.
    let v2 = cluster.files.run(&format!(
        "ETCDCTL_API=2 etcdctl --ca-file ca.pem --cert-file client.pem --key-file client-key.pem --endpoints {} cluster-health",
        cluster.endpoints()
    ));
    let v2 = v2.succeeds().shows("cluster is healthy");
    assert_eq!(v2.stdout.matches("got healthy result from https://").count(), 3, "{v2}");

    cluster.etcdctl_v3(&format!("--endpoints={first} put foo bar")).succeeds().shows("OK");
    let got = cluster.etcdctl_v3(&format!("--endpoints={third} get foo --print-value-only")).succeeds();
    assert_eq!(got.stdout, "bar\n", "{got}");

    // base64 of "foo", and of "bar" in the answer.
    let answer = cluster.gateway(1, "kv/range", r#"{"key":"Zm9v"}"#).succeeds();
    answer.shows(r#""value":"YmFy""#);

    fails_without_the_ca(cluster);
}

/// Without the CA, etcdctl asks the system's roots. The v3 client hides the reason unless told to log.
fn fails_without_the_ca(cluster: &Cluster) {
    let reason = "x509: certificate signed by unknown authority";
    let first = cluster.endpoint(0);
    let timeouts = "--dial-timeout=3s --command-timeout=3s";
    cluster
        .etcdctl(&format!(
            "--debug --cert=client.pem --key=client-key.pem {timeouts} --endpoints={first} get foo"
        ))
        .fails_with(reason);
    cluster
        .files
        .run(&format!(
            "ETCDCTL_API=2 etcdctl --cert-file client.pem --key-file client-key.pem --endpoints {first} ls"
        ))
        .fails_with(reason);
}

/// Three running members and the files they run on.
struct Cluster {
    // The fields are dropped in this order: members before their files, the turn last.
    members: Vec<Member>,
    files: Workdir,
    client_ports: [u16; 3],
    _turn: MutexGuard<'static, ()>,
}

impl Cluster {
    /// Makes the files and starts the members; returns when all three answer.
    fn start(name: &str, key: &str, server_profile: &str) -> Cluster {
        Cluster::start_on(name, server_profile, |files| make_files(files, key))
    }

    /// The same with files made in another way.
    fn start_on(name: &str, server_profile: &str, make: impl FnOnce(&Workdir)) -> Cluster {
        // One cluster at a time: three members and their elections are enough for a small machine.
        static TURN: Mutex<()> = Mutex::new(());
        let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        require("etcd", "etcd-server");
        require("etcdctl", "etcd-client");
        require("curl", "curl");
        let files = Workdir::new(name);
        make(&files);

        // The listeners hold their ports until all are known, so that no two are the same.
        let listeners: Vec<[TcpListener; 2]> = ADDRESSES
            .iter()
            .map(|address| [0, 1].map(|_| TcpListener::bind((*address, 0)).unwrap()))
            .collect();
        let ports =
            |kind: usize| [0, 1, 2].map(|member: usize| listeners[member][kind].local_addr().unwrap().port());
        let (client_ports, peer_ports) = (ports(0), ports(1));
        drop(listeners);

        let members =
            (0..3).map(|n| Member::start(&files, n, client_ports, peer_ports, server_profile)).collect();
        let mut cluster = Cluster { members, files, client_ports, _turn: turn };
        wait_for("a cluster of three started members", DEADLINE, || cluster.is_up());
        cluster
    }

    fn is_up(&mut self) -> Result<(), String> {
        for (number, member) in self.members.iter_mut().enumerate() {
            if let Some(status) = member.0.try_wait().unwrap() {
                panic!(
                    "member {number} ended ({status}):\n{}",
                    self.files.read(&format!("member{number}.log"))
                );
            }
        }
        let options = format!("--endpoints={} --command-timeout=2s", self.endpoints());
        let health = self.etcdctl_v3(&format!("{options} endpoint health"));
        let list = self.etcdctl_v3(&format!("{options} member list"));
        let started = list.stdout.matches(", started, ").count();
        if health.success() && started == 3 { Ok(()) } else { Err(format!("{health}{list}{}", self.logs())) }
    }

    fn logs(&self) -> String {
        (0..3).map(|n| format!("member {n}:\n{}\n", self.files.read(&format!("member{n}.log")))).collect()
    }

    fn endpoint(&self, member: usize) -> String {
        format!("https://{}:{}", ADDRESSES[member], self.client_ports[member])
    }

    fn endpoints(&self) -> String {
        [0, 1, 2].map(|member| self.endpoint(member)).join(",")
    }

    fn etcdctl(&self, arguments: &str) -> Outcome {
        self.files.run(&format!("ETCDCTL_API=3 etcdctl {arguments}"))
    }

    fn etcdctl_v3(&self, arguments: &str) -> Outcome {
        self.etcdctl(&format!("--cacert=ca.pem --cert=client.pem --key=client-key.pem {arguments}"))
    }

    /// The first member turns a client away and logs the reason. What curl sees of it depends on who closes first.
    fn refuses(&self, options: &str, reason: &str) {
        let outcome = self.curl(options, 0, "kv/range", r#"{"key":"Zm9v"}"#);
        assert!(!outcome.success() && outcome.stdout.is_empty(), "{outcome}");
        wait_for(&format!("the member to log {reason:?}"), DEADLINE, || {
            let log = self.files.read("member0.log");
            let rejected = |line: &str| line.contains("rejected connection") && line.contains(reason);
            if log.lines().any(rejected) { Ok(()) } else { Err(log) }
        });
    }

    /// Asks the gRPC gateway as the walk-through's client.
    fn gateway(&self, member: usize, method: &str, body: &str) -> Outcome {
        self.curl("--cacert ca.pem --cert client.pem --key client-key.pem", member, method, body)
    }

    /// The gRPC gateway: HTTPS with JSON.
    fn curl(&self, options: &str, member: usize, method: &str, body: &str) -> Outcome {
        let url = format!("{}/v3/{method}", self.endpoint(member));
        self.files.run(&format!(
            "curl --silent --show-error --noproxy '*' --max-time 20 {options} --request POST --data '{body}' {url}"
        ))
    }
}

/// One etcd process; killed when dropped, and by the kernel when the test itself is killed.
struct Member(Child);

impl Member {
    fn start(files: &Workdir, number: usize, clients: [u16; 3], peers: [u16; 3], server: &str) -> Member {
        let client_url = format!("https://{}:{}", ADDRESSES[number], clients[number]);
        let peer_url = |n: usize| format!("https://{}:{}", ADDRESSES[n], peers[n]);
        let cluster = [0, 1, 2].map(|n| format!("m{n}={}", peer_url(n))).join(",");
        let log = File::create(files.path(&format!("member{number}.log"))).unwrap();
        let child = Command::new(require("setpriv", "util-linux"))
            .args(["--pdeathsig", "KILL", "etcd"])
            .args(["--name", &format!("m{number}"), "--data-dir", &format!("data{number}")])
            .args(["--listen-client-urls", &client_url, "--advertise-client-urls", &client_url])
            .args(["--listen-peer-urls", &peer_url(number)])
            .args(["--initial-advertise-peer-urls", &peer_url(number)])
            .args(["--initial-cluster", &cluster, "--initial-cluster-state", "new"])
            .args(["--initial-cluster-token", &format!("certwright-{}", clients[0])])
            .args(["--trusted-ca-file", "ca.pem", "--client-cert-auth"])
            .args(["--cert-file", &format!("{server}.pem"), "--key-file", &format!("{server}-key.pem")])
            .args(["--peer-trusted-ca-file", "ca.pem", "--peer-client-cert-auth"])
            .args(["--peer-cert-file", "peer.pem", "--peer-key-file", "peer-key.pem"])
            .arg("--enable-v2")
            .current_dir(files.path(""))
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap();
        Member(child)
    }
}

impl Drop for Member {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Members call each other from 127.0.0.1, and a peer's certificate has to name where it calls from; by address, since
/// not every machine can look up `localhost`.
fn hosts() -> String {
    format!(r#""{}", "127.0.0.1", "localhost", "etcd.local""#, ADDRESSES.join("\", \""))
}

/// The walk-through: default files, edited as it says, then its commands.
fn make_files(files: &Workdir, key: &str) {
    files.run("cfssl print-defaults config > ca-config.json").succeeds();
    files.run("cfssl print-defaults csr > ca-csr.json").succeeds();
    for default in ["ca-config.json", "ca-csr.json"] {
        let json: serde_json::Value = serde_json::from_str(&files.read(default)).unwrap();
        assert!(json.is_object(), "{default}");
    }
    files.write("ca-config.json", CA_CONFIG);
    files.write(
        "ca-csr.json",
        format!(
            r#"{{ "CN": "My own CA", "key": {key}, "names": [ {{ "C": "US", "L": "CA", "O": "My Company Name",
            "ST": "San Francisco", "OU": "Org Unit 1" }} ] }}"#
        ),
    );
    let hosts = hosts();
    files.write("etcd.json", format!(r#"{{ "CN": "etcd", "hosts": [ {hosts} ], "key": {key} }}"#));
    files.write("client.json", format!(r#"{{ "CN": "client", "hosts": [""], "key": {key} }}"#));
    for command in WALK_THROUGH {
        files.run(command).succeeds();
    }
    for name in ["ca", "server", "peer", "client"] {
        for file in [format!("{name}.pem"), format!("{name}-key.pem"), format!("{name}.csr")] {
            assert!(!files.read(&file).is_empty(), "{file} is empty");
        }
        if testing_the_original() {
            mend_ed25519_label(files, &format!("{name}-key.pem"));
        }
    }
}

/// The original labels Ed25519 keys `Ed25519 PRIVATE KEY`, which curl's OpenSSL cannot read.
fn mend_ed25519_label(files: &Workdir, name: &str) {
    files.write(name, files.read(name).replace("Ed25519 PRIVATE KEY", "PRIVATE KEY"));
}
