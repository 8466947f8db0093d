//! Go's flag grammar for the names `cfssl` and `cfssljson`, on top of clap.
//!
//! Scripts written for cfssl rely on Go's `flag` package: `-name value`, `-bool` without a value, the first
//! word that is no flag ending the flags. [`translate`] checks an argument vector against a table of
//! [`GoFlag`]s, answers mistakes in Go's words ([`FlagError`]) and rewrites the rest for clap;
//! [`ParsedFlags`] gives typed access to what clap read. The tables are [`cfssl`] and [`cfssljson`].

mod command;
mod error;
mod flag;
mod parsed;
mod table;
mod translate;
mod usage;
mod value;

pub use command::{COMMANDS, GoCommand};
pub use error::{FlagError, ValueFault};
pub use flag::{Flag, GoFlag, Kind};
pub use parsed::ParsedFlags;
pub use table::{cfssl, cfssljson};
pub use translate::{Translated, translate};
pub use usage::{cfssljson_usage, command_usage, top_usage};
