//! What the commands under certwright's own name share.

pub(super) mod documents;
pub(super) mod failure;
pub(super) mod texts;
