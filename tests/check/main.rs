//! `certwright check` as a program: for every code a folder with that one defect, and the exact text.

#![allow(clippy::disallowed_methods, reason = "tests write their own files")]
#![allow(clippy::unwrap_used, reason = "in a test, a panic is the report")]

mod chains;
mod command;
mod files;
mod live;
mod maker;
mod paths;
