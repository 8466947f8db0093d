//! PostgreSQL and its clients.

use super::{AGREES, BOTH, CLIENT, COMMITS, LEAF, Lacking, NAMES, SERVER, SIGNS, World};
use crate::servers::{DEADLINE, Server, free_port, postgres_command, postgres_set_up};
use crate::support::{Outcome, require, wait_for};

#[test]
fn clients_judge_the_server() {
    let world = World::new("postgres-server");
    let lacking = [
        Lacking::new("purpose", "extended key usage \"server auth\"", &[NAMES, SIGNS, CLIENT, LEAF]),
        Lacking::new("usage", "key usage \"digital signature\" or", &[NAMES, COMMITS, BOTH, LEAF]),
        Lacking {
            subject: "/O=nobody",
            ..Lacking::new("nobody", "a host name or IP address, or", &[SIGNS, SERVER, LEAF])
        },
    ];
    world.all_taken_away(&lacking, &["a signature other than Ed25519", "a key file of mode"]);
    world.issue("whole", "--cn db --host localhost --host 127.0.0.1");
    let database = Database::start(&world, "whole");
    let works = |name: &str| {
        database.show(name);
        database.log_in("user=scram password=x sslcert=none sslkey=none")
    };
    works("whole").succeeds();
    database.checked("localhost").succeeds();
    database.checked("other.example").fails_with("other.example");
    for lacking in &lacking {
        lacking.make(&world);
        assert!(!works(lacking.name).success(), "{}", lacking.name);
        world.names(lacking);
        database.checked("localhost").fails_with(&world.need(lacking.property).message());
    }
    // libpq does not mind a common name alone, nor a key usage that is of use to somebody.
    world.openssl("common", "/CN=localhost", &[AGREES, SERVER, LEAF]);
    works("common").succeeds();
    let of_role = world.found("common").into_iter().filter(|(code, _)| code.starts_with("role-")).count();
    assert_eq!(of_role, 0);
    signed_with_ed25519(&world, &database);
    open_key(&world, database);
}

fn signed_with_ed25519(world: &World, database: &Database<'_>) {
    let files = &world.files;
    files.run("certwright issue --root --cn 'Ed CA' --key ed25519 --name ed").succeeds();
    world.openssl_below("ed", "signed", "/CN=db", &[NAMES, SIGNS, SERVER, LEAF]);
    files.run("cat ca.pem ed.pem > both.pem").succeeds();
    database.show("signed");
    let options = "user=scram password=x sslcert=none sslkey=none sslrootcert=both.pem";
    database.log_in(options).fails_with("could not find digest for NID UNDEF");
    database.log_in(&format!("{options} channel_binding=disable")).succeeds();
    let need = world.need("a signature other than Ed25519");
    let found = world.found_in("signed.pem signed-key.pem --ca ed.pem");
    assert_eq!(found, [("role-signature".to_owned(), need.message())]);
}

/// The server does not start on a key that others can read.
fn open_key(world: &World, database: Database<'_>) {
    database.show("whole");
    let Database { folder, server, .. } = &database;
    drop(server.borrow_mut().take());
    for (owner, mode, starts) in [("nobody", "0640", false), ("root", "0640", true), ("root", "0644", false)]
    {
        world.files.run(&format!("chown {owner}:nogroup {folder}/database-key.pem && chmod {mode} {folder}/database-key.pem && chown {owner} whole-key.pem && chmod {mode} whole-key.pem")).succeeds();
        let tried = world.files.run(&format!("timeout -s INT 2 {}", postgres_command(folder)));
        assert_eq!(!tried.says("has group or world access"), starts, "{owner} {mode}\n{tried}");
        assert_eq!(tried.says("ready to accept connections"), starts, "{owner} {mode}\n{tried}");
        let found: Vec<_> = world.found("whole").into_iter().map(|(code, _)| code).collect();
        assert_eq!(found == ["role-key-mode"], !starts, "{owner} {mode}: {found:?}");
    }
}

#[test]
fn the_server_judges_clients() {
    let world = World::new("postgres-client");
    let lacking = [
        Lacking::new("purpose", "extended key usage \"client auth\"", &[NAMES, SIGNS, SERVER, LEAF]),
        Lacking::new("usage", "key usage \"digital signature\" or", &[COMMITS, CLIENT, LEAF]),
        Lacking {
            subject: "/O=alice",
            ..Lacking::new("nobody", "a common name", &[NAMES, SIGNS, CLIENT, LEAF])
        },
    ];
    world.all_taken_away(&lacking, &["a key file of mode"]);
    world
        .files
        .run("certwright issue --ca ca.pem --as postgres-server --cn db --host localhost --name server")
        .succeeds();
    world.issue("whole", "--cn localhost");
    let database = Database::start(&world, "server");
    let log_in =
        |name: &str| database.log_in(&format!("user=localhost sslcert={name}.pem sslkey={name}-key.pem"));
    log_in("whole").succeeds();
    for lacking in &lacking {
        lacking.make(&world);
        assert!(!log_in(lacking.name).success(), "{}", lacking.name);
        world.names(lacking);
    }
    // PostgreSQL does not mind a client that agrees on keys only.
    world.openssl("agrees", "/CN=localhost", &[AGREES, CLIENT, LEAF]);
    log_in("agrees").succeeds();
    let of_role = world.found("agrees").into_iter().filter(|(code, _)| code.starts_with("role-")).count();
    assert_eq!(of_role, 0);
    // libpq on a key that others can read; root owns it.
    for (mode, reads) in [("0640", true), ("0644", false), ("0660", false)] {
        world.files.run(&format!("chmod {mode} whole-key.pem")).succeeds();
        assert_eq!(log_in("whole").success(), reads, "{mode}");
        let found: Vec<_> = world.found("whole").into_iter().map(|(code, _)| code).collect();
        assert_eq!(found == ["role-key-mode"], !reads, "{mode}: {found:?}");
    }
}

/// A database with the users `scram`, by password, and `localhost`, by certificate.
struct Database<'w> {
    world: &'w World,
    folder: String,
    port: u16,
    server: std::cell::RefCell<Option<Server>>,
}

impl<'w> Database<'w> {
    fn start(world: &'w World, name: &str) -> Self {
        require("psql", "postgresql-client");
        let files = &world.files;
        let port = free_port();
        // The database runs as nobody, whose folder has to be reachable.
        let folder = files.run("mktemp -d /tmp/certwright-roles-XXXXXX").succeeds().stdout.trim().to_owned();
        let database = Self { world, folder, port, server: None.into() };
        let Self { folder, .. } = &database;
        database.put(name);
        let access = "local all all trust\\nhostssl all scram 127.0.0.1/32 scram-sha-256\\n\
                      hostssl all all 127.0.0.1/32 cert";
        files.run(&postgres_set_up(folder, port, access)).succeeds();
        let command = format!("exec {}", postgres_command(folder));
        *database.server.borrow_mut() = Some(Server::start(files, "postgres", &["sh", "-c", &command]));
        wait_for("the database", DEADLINE, || {
            let sql = "create role localhost login; create role scram login password 'x'";
            let made = files.run(&format!("psql -h {folder} -p {port} -U postgres -c \"{sql}\" postgres"));
            if made.success() || made.says("already exists") { Ok(()) } else { Err(made.to_string()) }
        });
        database
    }

    fn put(&self, name: &str) {
        let folder = &self.folder;
        let copy = format!(
            "set -e; cp ca.pem {folder}/ca.pem; cp {name}.pem {folder}/database.pem; cp {name}-key.pem {folder}/database-key.pem; \
             chmod 600 {folder}/database-key.pem; chown nobody {folder}/*.pem"
        );
        self.world.files.run(&copy).succeeds();
    }

    /// Shows another certificate from now on.
    fn show(&self, name: &str) {
        self.put(name);
        let Self { folder, port, .. } = self;
        let files = &self.world.files;
        files.run(&format!("kill -HUP $(head -1 {folder}/data/postmaster.pid)")).succeeds();
        let wanted = files.run(&format!("openssl x509 -in {name}.pem -noout -fingerprint")).succeeds().stdout;
        wait_for(name, DEADLINE, || {
            let shown = files.run(&format!("echo | openssl s_client -starttls postgres -connect 127.0.0.1:{port} 2>/dev/null | openssl x509 -noout -fingerprint"));
            if shown.stdout == wanted { Ok(()) } else { Err(shown.to_string()) }
        });
    }

    /// `check` of the running server, as its clients see it.
    fn checked(&self, host: &str) -> Outcome {
        let port = self.port;
        let command = format!(
            "certwright check 127.0.0.1:{port} --starttls postgres --as postgres-server --ca ca.pem --host {host}"
        );
        self.world.files.run(&command)
    }

    fn log_in(&self, options: &str) -> Outcome {
        self.world.files.run(&format!(
            "psql 'host=localhost hostaddr=127.0.0.1 port={} dbname=postgres sslmode=verify-full sslrootcert=ca.pem \
             {options}' -Atc 'select 1'",
            self.port
        ))
    }
}

impl Drop for Database<'_> {
    fn drop(&mut self) {
        drop(self.server.borrow_mut().take());
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
