//! Why a server showed no certificate.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use rustls::{AlertDescription, Error as TlsError, InvalidMessage};

/// The server does not go on to TLS.
#[derive(Debug, thiserror::Error)]
#[error("the server does not offer TLS")]
pub(super) struct NotOffered;

/// What was waited for in vain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waiting {
    /// That somebody takes the connection.
    Connection,
    /// The server's part of the handshake.
    Answer,
}

/// Why a server showed no certificate.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum LiveError {
    /// The host has no address.
    #[error("the host \"{}\" cannot be looked up: {reason}", host.escape_debug())]
    Resolve {
        /// The host.
        host: String,
        /// The resolver's words.
        reason: String,
    },
    /// Whoever was asked for the host's addresses did not answer.
    #[error("the host \"{}\" cannot be looked up: no name server answered within {} s", host.escape_debug(), timeout.as_secs_f32())]
    NoNameServer {
        /// The host.
        host: String,
        /// How long it was waited.
        timeout: Duration,
    },
    /// Nobody listens there.
    #[error("{address}: the connection was refused")]
    Refused {
        /// Where.
        address: SocketAddr,
    },
    /// The connection failed otherwise.
    #[error("{address}: cannot connect: {reason}")]
    Connect {
        /// Where.
        address: SocketAddr,
        /// The system's words.
        reason: String,
    },
    /// Too slow.
    #[error("{address}: no {} within {} s", match waiting {
        Waiting::Connection => "connection",
        Waiting::Answer => "answer",
    }, timeout.as_secs_f32())]
    TimedOut {
        /// Where.
        address: SocketAddr,
        /// How long it was waited.
        timeout: Duration,
        /// For what.
        waiting: Waiting,
    },
    /// The connection was closed in the middle of the handshake.
    #[error("{address}: the server closed the connection without an answer")]
    Closed {
        /// Where.
        address: SocketAddr,
    },
    /// Something else than TLS came back.
    #[error("{address}: the server does not speak TLS")]
    NotTls {
        /// Where.
        address: SocketAddr,
    },
    /// The server says that it has no TLS to offer.
    #[error("{address}: the server does not offer TLS")]
    NotOffered {
        /// Where.
        address: SocketAddr,
    },
    /// The server refused before it showed a certificate.
    #[error("{address}: the server refused the handshake: {alert}")]
    Alert {
        /// Where.
        address: SocketAddr,
        /// The alert's name (RFC 8446 section 6).
        alert: String,
    },
    /// The handshake is not signed with the key of the certificate shown.
    #[error("the server does not hold the key of the certificate it shows")]
    BadSignature,
    /// A handshake without a certificate.
    #[error("the server showed no certificate")]
    NoCertificate,
    /// Another failure of the handshake, in rustls' words.
    #[error("the TLS handshake failed: {0}")]
    Handshake(String),
}

/// Alerts that come before a certificate, their names in RFC 8446 section 6, and what to do about them.
const ALERTS: [(AlertDescription, &str, Option<&str>); 7] = [
    (AlertDescription::HandshakeFailure, "handshake_failure", Some(NOTHING_IN_COMMON)),
    (AlertDescription::InsufficientSecurity, "insufficient_security", Some(NOTHING_IN_COMMON)),
    (
        AlertDescription::ProtocolVersion,
        "protocol_version",
        Some("the server wants TLS 1.1 or older; TLS 1.2 and 1.3 are spoken here"),
    ),
    (
        AlertDescription::UnrecognisedName,
        "unrecognized_name",
        Some("the server knows no certificate for the name asked for; give another with --server-name"),
    ),
    (AlertDescription::NoApplicationProtocol, "no_application_protocol", None),
    (
        AlertDescription::InternalError,
        "internal_error",
        Some(
            "the server may have no certificate for the name asked for; give one with --server-name, or look into its log",
        ),
    ),
    (AlertDescription::AccessDenied, "access_denied", None),
];

const NOTHING_IN_COMMON: &str = "the server shares no cipher with TLS 1.3 or with TLS 1.2's ECDHE suites";

impl LiveError {
    /// What went wrong in a handshake.
    pub(super) fn from_handshake(address: SocketAddr, error: &io::Error) -> Self {
        let inner = error.get_ref();
        if inner.is_some_and(|inner| inner.is::<NotOffered>()) {
            return Self::NotOffered { address };
        }
        match inner.and_then(|inner| inner.downcast_ref::<TlsError>()) {
            Some(TlsError::AlertReceived(alert)) => Self::Alert { address, alert: alert_name(*alert) },
            Some(TlsError::InvalidMessage(
                InvalidMessage::InvalidContentType
                | InvalidMessage::UnknownProtocolVersion
                | InvalidMessage::MessageTooLarge
                | InvalidMessage::InvalidEmptyPayload,
            )) => Self::NotTls { address },
            Some(other) => Self::Handshake(other.to_string()),
            None => Self::Handshake(error.to_string()),
        }
    }

    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Resolve { .. } => "check the spelling; an address can be given as well",
            Self::NoNameServer { .. } => "look at /etc/resolv.conf; an address can be given as well",
            Self::Refused { .. } => {
                "nothing listens on this port: is the server running, and is it this port?"
            }
            Self::TimedOut { waiting: Waiting::Connection, .. } => {
                "a firewall may drop the packets, or the host is down; --timeout waits longer"
            }
            Self::TimedOut { waiting: Waiting::Answer, .. } => {
                "the server may expect another protocol before TLS (see --starttls); --timeout waits longer"
            }
            Self::Closed { .. } => {
                "the port may speak another protocol, or want another name: see --server-name"
            }
            Self::NotTls { .. } => "is this the port for TLS? PostgreSQL needs --starttls postgres",
            Self::NotOffered { .. } => "switch TLS on in the server's configuration",
            Self::Alert { alert, .. } => {
                ALERTS.iter().find(|(_, name, _)| name == alert).and_then(|(_, _, hint)| *hint)?
            }
            Self::BadSignature => "give the server the key and the certificate that were made together",
            Self::Connect { .. } | Self::NoCertificate | Self::Handshake(_) => return None,
        };
        Some(hint.to_owned())
    }
}

fn alert_name(alert: AlertDescription) -> String {
    let known = ALERTS.iter().find(|(description, _, _)| *description == alert);
    known.map_or_else(|| format!("alert {}", u8::from(alert)), |(_, name, _)| (*name).to_owned())
}

/// The system's words without its number.
pub(super) fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or(&text);
    let text = text.strip_prefix("failed to lookup address information: ").unwrap_or(text);
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::Ipv4Addr;

    /// Texts and hints of what no server on the loopback does on demand; the others are in `tests/live.rs`.
    #[test]
    fn texts_and_hints_are_exact() {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 443));
        let timed_out =
            |waiting| LiveError::TimedOut { address, timeout: Duration::from_millis(1500), waiting };
        for (error, expected) in [
            (
                timed_out(Waiting::Connection),
                "127.0.0.1:443: no connection within 1.5 s\na firewall may drop the packets, or the host is down; \
                 --timeout waits longer",
            ),
            (
                LiveError::Connect { address, reason: "network is unreachable".into() },
                "127.0.0.1:443: cannot connect: network is unreachable\n",
            ),
            (
                LiveError::Closed { address },
                "127.0.0.1:443: the server closed the connection without an answer\nthe port may speak another \
                 protocol, or want another name: see --server-name",
            ),
            (
                LiveError::NotOffered { address },
                "127.0.0.1:443: the server does not offer TLS\nswitch TLS on in the server's configuration",
            ),
            (
                LiveError::BadSignature,
                "the server does not hold the key of the certificate it shows\ngive the server the key and the \
                 certificate that were made together",
            ),
            (LiveError::NoCertificate, "the server showed no certificate\n"),
            (LiveError::Handshake("why".into()), "the TLS handshake failed: why\n"),
            (
                LiveError::Alert { address, alert: alert_name(AlertDescription::UnrecognisedName) },
                "127.0.0.1:443: the server refused the handshake: unrecognized_name\nthe server knows no \
                 certificate for the name asked for; give another with --server-name",
            ),
            (
                LiveError::Alert { address, alert: alert_name(AlertDescription::DecodeError) },
                "127.0.0.1:443: the server refused the handshake: alert 50\n",
            ),
        ] {
            assert_eq!(format!("{error}\n{}", error.hint().unwrap_or_default()), expected);
        }
    }
}
