//! etcd: members, peers and clients.

use super::{AGREES, BOTH, CLIENT, LEAF, Lacking, NAMES, SERVER, SIGNS, World};
use crate::servers::{DEADLINE, Server, free_port};
use crate::support::{Outcome, require, wait_for};

const INCOMPATIBLE: &str = "certificate specifies an incompatible key usage";

#[test]
fn members_answer_etcdctl_and_their_gateway() {
    let world = World::new("etcd-server");
    let lacking = [
        Lacking::new("purpose", "extended key usage \"server auth\"", &[NAMES, SIGNS, CLIENT, LEAF]),
        Lacking::new("gateway", "extended key usage \"client auth\"", &[NAMES, SIGNS, SERVER, LEAF]),
        Lacking::new("names", "a host name or IP address", &[SIGNS, BOTH, LEAF]),
    ];
    world.all_taken_away(&lacking, &[]);
    world.issue("whole", "--cn m1 --host localhost --host 127.0.0.1");
    client(&world);
    let member = Member::start(&world, "whole");
    wait_for("etcd", DEADLINE, || success(member.health("client")));
    member.status("client").succeeds().shows("\"header\"");
    drop(member);
    for lacking in &lacking {
        lacking.make(&world);
        let member = Member::start(&world, lacking.name);
        member.is_listening();
        match lacking.name {
            // The model case: healthy, and the gateway is dead.
            "gateway" => {
                wait_for("etcd", DEADLINE, || success(member.health("client")));
                let answer = member.status("client");
                assert!(!answer.says("\"header\""), "{answer}");
                member.logs(INCOMPATIBLE);
            }
            name => {
                let answer = member.health("client");
                assert!(!answer.success(), "{name}\n{answer}");
            }
        }
        world.names(lacking);
    }
    // Any purpose is enough for Go, and so is none; and nobody looks at the key usage.
    world.openssl("any", "/CN=m1", &[NAMES, AGREES, "extendedKeyUsage=2.5.29.37.0", LEAF]);
    let member = Member::start(&world, "any");
    wait_for("etcd", DEADLINE, || success(member.health("client")));
    // curl is of another opinion about the server, which is not asked here.
    member.status_from("client", "--insecure").succeeds().shows("\"header\"");
    let found = world.found("any");
    assert!(found.iter().all(|(code, _)| !code.starts_with("role-")), "{found:?}");
}

#[test]
fn members_know_their_clients() {
    let world = World::new("etcd-client");
    let lacking = [
        Lacking::new("purpose", "extended key usage \"client auth\"", &[NAMES, SIGNS, SERVER, LEAF]),
        Lacking {
            subject: "/O=nobody",
            ..Lacking::new("nobody", "a common name", &[NAMES, SIGNS, CLIENT, LEAF])
        },
    ];
    world.all_taken_away(&lacking, &[]);
    lacking.iter().for_each(|lacking| lacking.make(&world));
    world
        .files
        .run("certwright issue --ca ca.pem --as etcd-server --cn m1 --host 127.0.0.1 --name server")
        .succeeds();
    world.issue("whole", "--cn root");
    let member = Member::start(&world, "server");
    wait_for("etcd", DEADLINE, || success(member.health("whole")));
    let refused = member.health("purpose");
    assert!(!refused.success(), "{refused}");
    member.logs(INCOMPATIBLE);
    world.names(&lacking[0]);
    // Without users the common name is all the same; with users it is the user's.
    member.health("nobody").succeeds();
    member.etcdctl("whole", "user add root --new-user-password x").succeeds();
    member.etcdctl("whole", "user grant-role root root").succeeds();
    member.etcdctl("whole", "auth enable").succeeds();
    member.etcdctl("whole", "put a b").succeeds();
    member.etcdctl("nobody", "put a b").fails_with("permission denied");
    let said = world.files.run("certwright check --as etcd-client nobody.pem --ca ca.pem").succeeds();
    said.shows("notice role-subject").shows(&world.need("a common name").message());
}

#[test]
fn peers_find_each_other() {
    let world = World::new("etcd-peer");
    let lacking = [
        (
            Lacking::new("server", "extended key usage \"server auth\"", &[NAMES, SIGNS, CLIENT, LEAF]),
            INCOMPATIBLE,
        ),
        (
            Lacking::new("client", "extended key usage \"client auth\"", &[NAMES, SIGNS, SERVER, LEAF]),
            INCOMPATIBLE,
        ),
        (
            Lacking::new("names", "a host name or IP address", &[SIGNS, BOTH, LEAF]),
            "doesn't contain any IP SANs",
        ),
    ];
    world.all_taken_away(lacking.iter().map(|(lacking, _)| lacking), &[]);
    world.issue("whole", "--cn peer --host localhost --host 127.0.0.1");
    world
        .files
        .run("certwright issue --ca ca.pem --as etcd-server --cn m --host 127.0.0.1 --name shown")
        .succeeds();
    world.files.run("certwright issue --ca ca.pem --as etcd-client --cn c --name user").succeeds();
    let members = Member::pair(&world, "whole");
    for member in &members {
        wait_for("both peers", DEADLINE, || success(member.health("user")));
    }
    drop(members);
    for (lacking, complaint) in &lacking {
        lacking.make(&world);
        let members = Member::pair(&world, lacking.name);
        members[0].logs(complaint);
        let answer = members[0].health("user");
        assert!(!answer.success(), "{}\n{answer}", lacking.name);
        world.names(lacking);
    }
}

fn client(world: &World) {
    world.files.run("certwright issue --ca ca.pem --as etcd-client --cn user --name client").succeeds();
}

fn success(outcome: Outcome) -> Result<(), String> {
    if outcome.success() { Ok(()) } else { Err(outcome.to_string()) }
}

/// An etcd that asks its clients for certificates.
struct Member<'w> {
    world: &'w World,
    url: String,
    server: Server,
}

impl<'w> Member<'w> {
    /// A member alone, which shows a certificate to its clients.
    fn start(world: &'w World, name: &str) -> Self {
        let peer = format!("http://127.0.0.1:{}", free_port());
        Self::run(world, "m1", name, &peer, &format!("m1={peer}"), "")
    }

    /// Two members, who show each other a certificate.
    fn pair(world: &'w World, name: &str) -> [Self; 2] {
        let peers = [free_port(), free_port()].map(|port| format!("https://127.0.0.1:{port}"));
        let cluster = format!("a-{name}={},b-{name}={}", peers[0], peers[1]);
        let options = format!(
            "--peer-trusted-ca-file ca.pem --peer-client-cert-auth --peer-cert-file {name}.pem --peer-key-file \
             {name}-key.pem"
        );
        ["a", "b"].map(|member| {
            let peer = if member == "a" { &peers[0] } else { &peers[1] };
            Self::run(world, &format!("{member}-{name}"), "shown", peer, &cluster, &options)
        })
    }

    fn run(world: &'w World, member: &str, shown: &str, peer: &str, cluster: &str, options: &str) -> Self {
        require("etcd", "etcd-server");
        require("etcdctl", "etcd-client");
        let url = format!("https://127.0.0.1:{}", free_port());
        let command = format!(
            "exec etcd --name {member} --data-dir data-{member}-{shown} --listen-client-urls {url} --advertise-client-urls \
             {url} --listen-peer-urls {peer} --initial-advertise-peer-urls {peer} --initial-cluster {cluster} \
             --unsafe-no-fsync --trusted-ca-file ca.pem --client-cert-auth --cert-file {shown}.pem --key-file \
             {shown}-key.pem {options}"
        );
        let server = Server::start(&world.files, &format!("{member}-{shown}"), &["sh", "-c", &command]);
        Self { world, url, server }
    }

    fn etcdctl(&self, client: &str, command: &str) -> Outcome {
        self.world.files.run(&format!(
            "ETCDCTL_API=3 etcdctl --endpoints={} --cacert=ca.pem --cert={client}.pem --key={client}-key.pem \
             --command-timeout=2s --dial-timeout=2s {command}",
            self.url
        ))
    }

    fn health(&self, client: &str) -> Outcome {
        self.etcdctl(client, "endpoint health")
    }

    /// The gRPC gateway: HTTPS with JSON.
    fn status(&self, client: &str) -> Outcome {
        self.status_from(client, "--cacert ca.pem")
    }

    fn status_from(&self, client: &str, options: &str) -> Outcome {
        self.world.files.run(&format!(
            "curl --silent --show-error --noproxy '*' --max-time 5 {options} --cert {client}.pem --key \
             {client}-key.pem --request POST --data '{{}}' {}/v3/maintenance/status",
            self.url
        ))
    }

    fn logs(&self, text: &str) {
        wait_for(text, DEADLINE, || {
            let log = self.server.log();
            if log.contains(text) { Ok(()) } else { Err(log) }
        });
    }

    fn is_listening(&self) {
        let address = self.url.trim_start_matches("https://").to_owned();
        wait_for("etcd", DEADLINE, || match std::net::TcpStream::connect(&address) {
            Ok(_) => Ok(()),
            Err(error) => Err(format!("{error}\n{}", self.server.log())),
        });
    }
}
