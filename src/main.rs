//! The `certwright` program; started as `cfssl` or `cfssljson` it is a drop-in for these.
//!
//! Scripts start eight of these processes for one small PKI, so the program is lean about what happens before its
//! first line: it does without Rust's runtime, which reads /proc/self/maps to know the guard of the stack (a tenth of
//! the time of a process), and without libm.so. What the runtime does that is needed here is done here.
#![no_main]

#[cfg(target_env = "musl")]
mod allocator;

use std::ffi::{CStr, OsStr, OsString, c_char, c_int};
use std::os::unix::ffi::OsStrExt;

use nix::sys::signal::{SigHandler, Signal, signal};

#[cfg(target_env = "musl")]
#[global_allocator]
static ALLOCATOR: allocator::Allocator = allocator::Allocator::new();

// SAFETY: there is no other symbol of this name, and this is what C's startup code calls.
#[allow(unsafe_code, clippy::disallowed_methods)]
#[unsafe(no_mangle)]
extern "C" fn main(count: c_int, arguments: *const *const c_char) -> c_int {
    certwright::cli::claim_streams();
    // SAFETY: ignoring a signal runs no code of ours. Where it fails, a closed pipe ends the program: no result is lost.
    let _ = unsafe { signal(Signal::SIGPIPE, SigHandler::SigIgn) };
    // SAFETY: C promises so many strings, which stay; `std::env::args_os` knows of them only with GNU's C library.
    let args = unsafe { owned(count, arguments) };
    std::process::exit(certwright::cli::run(&args).exit_status().into())
}

/// # Safety
///
/// `arguments` points to `count` pointers to strings of C.
#[allow(unsafe_code)]
unsafe fn owned(count: c_int, arguments: *const *const c_char) -> Vec<OsString> {
    (0..usize::try_from(count).unwrap_or(0))
        .map(|number| {
            // SAFETY: `number` is below `count`.
            let argument = unsafe { CStr::from_ptr(*arguments.add(number)) };
            OsStr::from_bytes(argument.to_bytes()).to_owned()
        })
        .collect()
}

// SAFETY: the same function as the C library's, for whoever asks for it: indicatif, to estimate what is left.
#[allow(unsafe_code)]
#[unsafe(no_mangle)]
extern "C" fn pow(base: f64, exponent: f64) -> f64 {
    libm::pow(base, exponent)
}
