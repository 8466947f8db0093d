//! The addresses of a host, within a time.

use std::fs;
use std::io;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::error::{LiveError, reason};

const HOSTS: &str = "/etc/hosts";

/// The addresses of a host.
///
/// # Errors
/// It has none, or no name server answered in time.
pub(super) fn addresses(host: &str, port: u16, timeout: Duration) -> Result<Vec<SocketAddr>, LiveError> {
    let name = host.to_owned();
    let found = within(timeout, move || look_up(&name, port))
        .ok_or_else(|| LiveError::NoNameServer { host: host.to_owned(), timeout })?;
    found.map_err(|error| LiveError::Resolve { host: host.to_owned(), reason: reason(&error) })
}

fn look_up(host: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
    (host, port).to_socket_addrs().map(Iterator::collect).or_else(|error| {
        // RFC 4343: case does not count in names, but not every C library knows that of this file.
        let text = fs::read_to_string(HOSTS).unwrap_or_default();
        let found: Vec<_> = in_hosts(&text, host).map(|address| SocketAddr::new(address, port)).collect();
        if found.is_empty() { Err(error) } else { Ok(found) }
    })
}

/// The addresses of a host in the text of hosts(5).
fn in_hosts(text: &str, host: &str) -> impl Iterator<Item = IpAddr> {
    text.lines().filter_map(move |line| {
        let mut words = line.split('#').next()?.split_whitespace();
        let address = words.next()?.parse().ok()?;
        words.any(|name| name.eq_ignore_ascii_case(host)).then_some(address)
    })
}

/// What comes of work that nothing can stop, if it is done in time; a thread that is late ends with the program.
fn within<T: Send + 'static>(timeout: Duration, work: impl Fn() -> T + Clone + Send + 'static) -> Option<T> {
    let done = Arc::new(Mutex::new(None));
    let (deadline, waiting) = (Instant::now() + timeout, thread::current());
    let (work_there, done_there) = (work.clone(), Arc::clone(&done));
    let there = move || {
        let result = work_there();
        *done_there.lock().unwrap_or_else(PoisonError::into_inner) = Some(result);
        waiting.unpark();
    };
    if thread::Builder::new().spawn(there).is_err() {
        // Where the system refuses a thread, it takes the time it takes.
        return Some(work());
    }
    loop {
        let result = done.lock().unwrap_or_else(PoisonError::into_inner).take();
        let left = deadline.saturating_duration_since(Instant::now());
        if result.is_some() || left.is_zero() {
            return result;
        }
        thread::park_timeout(left);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_does_not_count_in_the_file_of_hosts() {
        let text = "127.0.0.1\tlocalhost\n::1 LocalHost ip6 # old\n#10.0.0.1 a\n10.0.0.2 MyHost my.alias\nnonsense a\n";
        let found = |host| in_hosts(text, host).map(|address| address.to_string()).collect::<Vec<_>>();
        assert_eq!(found("LOCALHOST"), ["127.0.0.1", "::1"]);
        assert_eq!(found("myhost"), ["10.0.0.2"]);
        assert_eq!(found("My.Alias"), ["10.0.0.2"]);
        assert_eq!(found("old"), [""; 0]);
        assert_eq!(found("a"), [""; 0]);
    }

    #[test]
    fn nobody_waits_longer_than_said() {
        assert_eq!(within(Duration::from_secs(60), || 1), Some(1));
        let never = || thread::sleep(Duration::from_secs(3600));
        assert_eq!(within(Duration::from_millis(20), never), None);
        let error = LiveError::NoNameServer { host: "a\n.example".into(), timeout: Duration::from_secs(2) };
        assert_eq!(
            error.to_string(),
            "the host \"a\\n.example\" cannot be looked up: no name server answered within 2 s"
        );
        assert_eq!(error.hint().unwrap(), "look at /etc/resolv.conf; an address can be given as well");
    }
}
