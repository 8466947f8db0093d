//! PEM labels and framing (RFC 7468): tolerant reading as Go's `encoding/pem` does it, exact writing.
