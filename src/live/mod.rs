//! The certificates a server shows in a TLS handshake.
