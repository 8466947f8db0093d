//! What the commands under certwright's own name share.

pub(super) mod failure;
