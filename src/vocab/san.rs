//! Subject alternative names.
