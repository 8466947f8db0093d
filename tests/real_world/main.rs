//! The programs among others: etcd runs on their certificates, other verifiers judge them, and Debian's cfssl has to
//! agree with them. `tests/run` installs what is needed; what is missing makes a test fail, never skip.

#![allow(clippy::disallowed_methods, reason = "tests write their own files and read the clock")]
#![allow(clippy::unwrap_used, reason = "in a test, a panic is the report")]

mod cfssljson;
mod clean;
mod etcd;
mod facts;
mod keys_and_serials;
mod live;
mod roles;
mod second_opinions;
mod servers;
#[path = "../support/mod.rs"]
mod support;
