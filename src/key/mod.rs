//! Private and public keys: generated, read, written, signed and verified with.

#[allow(dead_code)]
mod rsa_generate;
