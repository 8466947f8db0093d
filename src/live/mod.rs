//! The certificates a server shows in a TLS handshake.
//!
//! Any certificate is taken, since the worst ones are those that people want to look at; only whether the server holds
//! the key of what it shows is verified, wherever that can be told.

mod error;
mod resolve;
mod starttls;
mod stream;
mod verifier;

use std::io;
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::{DnsName, ServerName};
use rustls::{ClientConfig, ClientConnection, crypto};

pub use error::LiveError;
pub use starttls::StartTls;

use stream::TimedStream;
use verifier::Recorder;

/// What is said before the handshake, and to whom.
#[derive(Clone, Copy, Debug)]
pub struct Endpoint<'a> {
    /// A name or an address; an IPv6 address may stand in brackets.
    pub host: &'a str,
    /// The TCP port.
    pub port: u16,
    /// The name to ask for (SNI, RFC 6066 section 3); without one it is `host`. An address or the empty text asks
    /// for none.
    pub server_name: Option<&'a str>,
    /// What to say to get to TLS.
    pub starttls: Option<StartTls>,
}

/// Why a text is no `HOST:PORT`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoServer {
    /// It is something else.
    #[error("it is no host and port")]
    Form,
    /// Its port is a number, and none of a port.
    #[error("{0} is no port: ports are numbers from 1 to 65535")]
    Port(String),
}

/// `HOST:PORT`: an IPv6 address stands in brackets, and the port is a number from 1 to 65535.
///
/// # Errors
/// It is none.
pub fn host_and_port(text: &str) -> Result<(&str, u16), NoServer> {
    let (host, port) = text.rsplit_once(':').ok_or(NoServer::Form)?;
    let is_bracketed = host.starts_with('[') && host.ends_with(']');
    let is_host = !host.is_empty() && !host.contains(['/', '@']) && (is_bracketed || !host.contains(':'));
    let is_number = !port.is_empty() && port.bytes().all(|digit| digit.is_ascii_digit());
    if !is_host || !is_number {
        return Err(NoServer::Form);
    }
    match port.parse() {
        Ok(number) if number != 0 => Ok((host, number)),
        _ => Err(NoServer::Port(port.to_owned())),
    }
}

/// The certificates that a server shows, its own first, each as DER; `timeout` is for everything together but the
/// look-up of the host.
///
/// A server that ends the handshake because it wants a certificate of ours has shown its own before, and that is what
/// counts.
///
/// # Errors
/// Nobody is there, it does not speak TLS, it refuses us before it shows a certificate, or it does not hold the key of
/// the certificate it shows.
pub fn fetch(
    host: &str,
    port: u16,
    server_name: Option<&str>,
    timeout: Duration,
) -> Result<Vec<Vec<u8>>, LiveError> {
    fetch_from(&Endpoint { host, port, server_name, starttls: None }, timeout)
}

/// As [`fetch`], with all that can be chosen.
///
/// # Errors
/// As [`fetch`].
pub fn fetch_from(endpoint: &Endpoint<'_>, timeout: Duration) -> Result<Vec<Vec<u8>>, LiveError> {
    let host = bare(endpoint.host);
    let mut stream = TimedStream::connect(host, endpoint.port, timeout)?;
    if let Some(starttls) = endpoint.starttls {
        starttls.negotiate(&mut stream).map_err(|error| stream.failure(error))?;
    }
    let recorder = Arc::new(Recorder::default());
    let mut connection = connection(&recorder, endpoint.server_name.unwrap_or(host))?;
    let result = shake_hands(&mut connection, &mut stream);
    match (recorder.take(), result) {
        (_, Err(error)) if recorder.saw_a_bad_signature() => {
            drop(error);
            Err(LiveError::BadSignature)
        }
        (Some(chain), _) if !chain.is_empty() => Ok(chain),
        (_, Err(error)) => Err(stream.failure(error)),
        (_, Ok(())) => Err(LiveError::NoCertificate),
    }
}

/// An IPv6 address without its brackets.
fn bare(host: &str) -> &str {
    host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(host)
}

fn connection(recorder: &Arc<Recorder>, name: &str) -> Result<ClientConnection, LiveError> {
    let failed = |error: rustls::Error| LiveError::Handshake(error.to_string());
    let mut config = ClientConfig::builder_with_provider(Arc::new(crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(failed)?
        .dangerous()
        .with_custom_certificate_verifier(recorder.clone())
        .with_no_client_auth();
    let name = DnsName::try_from(name.to_owned()).map(ServerName::DnsName);
    // Whatever is no name of the DNS cannot be asked for (RFC 6066 section 3).
    config.enable_sni = name.is_ok();
    let nobody = || ServerName::IpAddress(std::net::Ipv4Addr::UNSPECIFIED.into());
    ClientConnection::new(Arc::new(config), name.unwrap_or_else(|_| nobody())).map_err(failed)
}

fn shake_hands(connection: &mut ClientConnection, stream: &mut TimedStream) -> io::Result<()> {
    while connection.is_handshaking() {
        connection.complete_io(stream)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_have_a_port() {
        for (text, expected) in [
            ("a.example:443", ("a.example", 443)),
            ("10.0.0.1:6443", ("10.0.0.1", 6443)),
            ("[::1]:2379", ("[::1]", 2379)),
        ] {
            assert_eq!(host_and_port(text), Ok(expected));
        }
        for text in [
            "a.example",
            "a:https",
            "a:+443",
            "a:",
            ":1",
            "::1:2379",
            "dir/a:1",
            "https://a:1",
            "u@a:1",
            "[::1:1",
        ] {
            assert_eq!(host_and_port(text), Err(NoServer::Form), "{text}");
        }
        for port in ["0", "65536", "99999999999999999999"] {
            let text = format!("a:{port}");
            let error = host_and_port(&text).map_err(|error| error.to_string());
            assert_eq!(error, Err(format!("{port} is no port: ports are numbers from 1 to 65535")));
        }
    }
}
