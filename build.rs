//! Links gcc's unwinder into the program.
//!
//! Cluster scripts start eight of these processes for one small PKI, and a quarter of the time of each went into
//! loading libgcc_s.so, of which nothing but the unwinder is used. The C library stays shared: users, groups and host
//! names are looked up through the machine's own plugins.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What stands where the linker looks for the shared library: take the static one.
const LINKER_SCRIPT: &str = "INPUT(-lgcc_eh -lgcc)\n";

// The program's own files are written with more care.
#[allow(clippy::disallowed_methods)]
fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    if has_lld() {
        // Generic code compiled twice to the same instructions is kept once.
        println!("cargo:rustc-link-arg-bins=-Wl,--icf=all");
        // A bit, not 24 octets, for most of the places that are moved when the program is loaded (glibc 2.36).
        println!("cargo:rustc-link-arg-bins=-Wl,-z,pack-relative-relocs");
    }
    if has_static_unwinder() {
        let folder = PathBuf::from(env::var_os("OUT_DIR").expect("cargo names a folder"));
        fs::write(folder.join("libgcc_s.so"), LINKER_SCRIPT).expect("cargo's folder is writable");
        println!("cargo:rustc-link-search=native={}", folder.display());
    }
}

/// Rust's own linker on this target.
fn has_lld() -> bool {
    env::var("TARGET").is_ok_and(|name| name == "x86_64-unknown-linux-gnu")
}

/// Only where we build for the machine we are on, with GNU's C library, and its compiler names the library's file.
fn has_static_unwinder() -> bool {
    let native = env::var_os("HOST") == env::var_os("TARGET");
    let gnu = env::var("CARGO_CFG_TARGET_ENV").is_ok_and(|name| name == "gnu");
    native
        && gnu
        && Command::new("cc")
            .arg("-print-file-name=libgcc_eh.a")
            .output()
            .is_ok_and(|found| Path::new(String::from_utf8_lossy(&found.stdout).trim()).is_absolute())
}
