//! What some protocols say before TLS.

use std::io::{self, Read, Write};

use super::error::NotOffered;
use super::stream::TimedStream;

/// A protocol that starts without TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StartTls {
    /// PostgreSQL.
    Postgres,
}

/// PostgreSQL's SSLRequest: its length, and a number that is no version (PostgreSQL's documentation, "Message
/// Formats").
const SSL_REQUEST: [u8; 8] = [0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f];

impl StartTls {
    /// Every protocol.
    pub const ALL: [Self; 1] = [Self::Postgres];

    /// The word on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::Postgres => "postgres",
        }
    }

    /// The protocol a word names.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|protocol| protocol.word() == word)
    }

    /// Asks for TLS; what follows on the stream is the handshake.
    pub(super) fn negotiate(self, stream: &mut TimedStream) -> io::Result<()> {
        match self {
            Self::Postgres => {
                stream.write_all(&SSL_REQUEST)?;
                let mut answer = [0];
                stream.read_exact(&mut answer)?;
                if answer == *b"S" { Ok(()) } else { Err(io::Error::other(NotOffered)) }
            }
        }
    }
}
