//! A connection all of whose waiting ends at one moment.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use super::error::{LiveError, Waiting, reason};
use super::resolve::addresses;

/// A TCP connection with a deadline.
pub(super) struct TimedStream {
    stream: TcpStream,
    address: SocketAddr,
    deadline: Instant,
    timeout: Duration,
}

impl TimedStream {
    /// Connects to the first of a host's addresses that answers.
    pub(super) fn connect(host: &str, port: u16, timeout: Duration) -> Result<Self, LiveError> {
        let deadline = Instant::now() + timeout;
        let addresses = addresses(host, port, timeout)?;
        let mut failure =
            LiveError::Resolve { host: host.to_owned(), reason: "it has no address".to_owned() };
        for (at, address) in addresses.iter().enumerate() {
            // An address where nobody answers must not use up the time of the next one.
            let left = u32::try_from(addresses.len() - at).unwrap_or(u32::MAX);
            match TcpStream::connect_timeout(address, remaining(deadline) / left) {
                Ok(stream) => return Ok(Self { stream, address: *address, deadline, timeout }),
                Err(error) => failure = not_connected(*address, &error, timeout),
            }
        }
        Err(failure)
    }

    /// What an error in the middle of a conversation means.
    pub(super) fn failure(&self, error: io::Error) -> LiveError {
        let address = self.address;
        if is_timeout(&error) {
            return LiveError::TimedOut { address, timeout: self.timeout, waiting: Waiting::Answer };
        }
        match error.kind() {
            io::ErrorKind::UnexpectedEof
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::BrokenPipe => LiveError::Closed { address },
            _ => LiveError::from_handshake(address, &error),
        }
    }

    fn arm(&self) -> io::Result<()> {
        if Instant::now() >= self.deadline {
            return Err(io::ErrorKind::TimedOut.into());
        }
        let left = remaining(self.deadline);
        self.stream.set_read_timeout(Some(left))?;
        self.stream.set_write_timeout(Some(left))
    }
}

impl Read for TimedStream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.arm()?;
        self.stream.read(buffer)
    }
}

impl Write for TimedStream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.arm()?;
        self.stream.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}

/// The time left; zero would mean "for ever" to a socket.
fn remaining(deadline: Instant) -> Duration {
    deadline.saturating_duration_since(Instant::now()).max(Duration::from_millis(1))
}

fn is_timeout(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock)
}

fn not_connected(address: SocketAddr, error: &io::Error, timeout: Duration) -> LiveError {
    match error.kind() {
        io::ErrorKind::ConnectionRefused => LiveError::Refused { address },
        _ if is_timeout(error) => LiveError::TimedOut { address, timeout, waiting: Waiting::Connection },
        _ => LiveError::Connect { address, reason: reason(error) },
    }
}
