//! A whole PKI under change, crash, full disks and many hands: `plan`, `apply` and `rollback` as programs.
//!
//! The folders lie on `/dev/shm`, where syncing costs nothing. Other users, mounts and `strace` are needed, so the
//! tests run as root where `tests/run` has been.

#![allow(clippy::print_stdout, reason = "how many points were tried is part of the result")]
#![allow(clippy::disallowed_methods, reason = "tests write their own files and read the clock")]
#![allow(clippy::unwrap_used, reason = "in a test, a panic is the report")]

mod concurrency;
mod crash;
mod forms;
mod generations;
mod limits;
mod many;
mod matrix;
mod world;
