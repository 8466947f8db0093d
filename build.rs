//! Links gcc's unwinder into the program, and leaves out what is not needed at run time.
//!
//! Cluster scripts start eight of these processes for one small PKI, and a quarter of the time of each went into
//! loading libgcc_s.so, of which nothing but the unwinder is used. GNU's C library stays shared: users, groups and host
//! names are looked up through the machine's own plugins. (Where it is not wanted there is the static program, with musl.)

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What stands where the linker looks for the shared library: take the static one.
const STATIC_UNWINDER: &str = "INPUT(-lgcc_eh -lgcc)\n";

/// A release aborts where it panics, and has no names for a backtrace to print: a tenth of it, for nothing.
const WITHOUT_UNWIND_TABLES: &str =
    "SECTIONS { /DISCARD/ : { *(.eh_frame) *(.gcc_except_table*) } } INSERT AFTER .text;\n";

// The program's own files are written with more care.
#[allow(clippy::disallowed_methods)]
fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let folder = PathBuf::from(env::var_os("OUT_DIR").expect("cargo names a folder"));
    let write = |name, text| fs::write(folder.join(name), text).expect("cargo's folder is writable");
    if let Some(linker) = Linker::found() {
        // Generic code compiled twice to the same instructions is kept once.
        linker.pass(&["--icf=all"]);
        // At a fixed address, as cfssl is: moving its 6,800 addresses took a tenth of a short command. (The static
        // program is asked for so in .cargo/config.toml.)
        if linker == Linker::BehindCompiler {
            println!("cargo:rustc-link-arg-bins=-no-pie");
        }
        if env::var("PROFILE").is_ok_and(|name| name == "release") {
            write("sections.ld", WITHOUT_UNWIND_TABLES);
            linker.pass(&["--no-eh-frame-hdr", "-T", &format!("{}/sections.ld", folder.display())]);
        }
    }
    if has_static_unwinder() {
        write("libgcc_s.so", STATIC_UNWINDER);
        println!("cargo:rustc-link-search=native={}", folder.display());
    }
}

/// Where Rust's own linker takes its arguments from.
#[derive(PartialEq)]
enum Linker {
    /// From the C compiler.
    BehindCompiler,
    /// From us.
    Itself,
}

impl Linker {
    fn found() -> Option<Self> {
        match env::var("TARGET").ok()?.as_str() {
            "x86_64-unknown-linux-gnu" => Some(Self::BehindCompiler),
            "x86_64-unknown-linux-musl" if env::var("RUSTC_LINKER").is_ok_and(|name| name == "rust-lld") => {
                Some(Self::Itself)
            }
            _ => None,
        }
    }

    fn pass(&self, arguments: &[&str]) {
        let front = if *self == Self::Itself { "" } else { "-Wl," };
        for argument in arguments {
            println!("cargo:rustc-link-arg-bins={front}{argument}");
        }
    }
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
