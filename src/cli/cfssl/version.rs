//! `cfssl version`.

use crate::cli::streams;

use super::failure::Failure;

/// The version of cfssl we stand in for, and what it is that does.
pub(in crate::cli) fn text() -> String {
    format!("Version: 1.6.5\nRuntime: certwright {}\n", env!("CARGO_PKG_VERSION"))
}

pub(super) fn run() -> Result<(), Failure> {
    streams::print(&text()).map_err(Failure::plain)
}
