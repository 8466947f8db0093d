//! Private and public keys: generated, read, written, signed and verified with.
