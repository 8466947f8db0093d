//! The `certwright` program; started as `cfssl` or `cfssljson` it is a drop-in for these.

use std::process::ExitCode;

/// Before `main`, since Rust's runtime opens /dev/null in place of a closed standard output.
#[ctor::ctor(unsafe)]
fn before_main() {
    certwright::cli::note_closed_stdout();
}

fn main() -> ExitCode {
    let args: Vec<_> = std::env::args_os().collect();
    certwright::cli::run(&args).exit_status().into()
}
