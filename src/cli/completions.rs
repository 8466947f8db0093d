//! `certwright completions SHELL`: what a shell completes, made from the commands themselves.

use clap::{Command, ValueEnum};
use clap_complete::{Shell as Generator, generate};

use super::own::failure::Failure;
use super::streams;

/// Where each shell looks.
pub(super) const EXAMPLES: &str = "Examples:
  certwright completions bash >/usr/share/bash-completion/completions/certwright
  certwright completions zsh >\"${fpath[1]}/_certwright\"
  certwright completions fish >~/.config/fish/completions/certwright.fish
  source <(certwright completions bash)      for this bash alone";

/// The shells we know.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum Shell {
    /// bash
    Bash,
    /// zsh
    Zsh,
    /// fish
    Fish,
}

/// Prints the script of a shell.
pub(super) fn run(shell: Shell, mut program: Command) -> Result<(), Failure> {
    let generator = match shell {
        Shell::Bash => Generator::Bash,
        Shell::Zsh => Generator::Zsh,
        Shell::Fish => Generator::Fish,
    };
    let name = program.get_name().to_owned();
    let mut script = Vec::new();
    generate(generator, &mut program, name, &mut script);
    streams::print_bytes(&script).map_err(Failure::new)
}
