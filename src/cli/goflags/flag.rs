//! One flag: as a table row, and as a name with the type of its value.

use std::marker::PhantomData;

/// What a flag's value is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Present or absent; `=value` is optional.
    Bool,
    /// A 64-bit integer in Go's syntax.
    Int,
    /// A duration in Go's syntax.
    Duration,
    /// UTF-8 text.
    Text,
    /// A file name, which need not be UTF-8; Go's tables call it a string as well.
    Path,
}

/// One row of a program's flag table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GoFlag {
    /// The name without dashes.
    pub name: &'static str,
    /// What its value is made of.
    pub kind: Kind,
    /// The default as the usage text shows it.
    pub default: &'static str,
    /// The description in the usage text.
    pub help: &'static str,
}

/// A flag whose value has the type `T`: `bool`, `i64`, [`GoDuration`](crate::vocab::duration::GoDuration), `str` or `OsStr`.
/// Only the tables make them, so a flag that can be named exists and can only be read as what it is.
pub struct Flag<T: ?Sized> {
    row: GoFlag,
    value: PhantomData<fn() -> *const T>,
}

impl<T: ?Sized> Flag<T> {
    pub(super) const fn new(row: GoFlag) -> Self {
        Self { row, value: PhantomData }
    }

    /// The flag's row in the table.
    pub const fn row(&self) -> GoFlag {
        self.row
    }
}
