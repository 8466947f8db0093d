//! Go's duration grammar.
