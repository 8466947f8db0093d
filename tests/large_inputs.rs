//! Large inputs take time in proportion: a MiB made to keep a reader busy takes a second or two, not a minute.

use std::time::{Duration, Instant};

use certwright::inspect::certificate_report;
use certwright::vocab::pem;
use certwright::wire::csr_request::CsrRequest;
use certwright::wire::json;
use certwright::wire::signing_config::ConfigFile;

const MIB: usize = 1 << 20;
/// What took quadratic time took from 17 seconds to minutes; a busy machine needs some room.
const LIMIT: Duration = Duration::from_secs(10);

fn in_time<T>(what: &str, work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let result = work();
    let taken = start.elapsed();
    assert!(taken < LIMIT, "{what}: {taken:?}");
    result
}

/// Numbered pieces of text, a MiB in all.
fn pieces(piece: impl Fn(usize) -> String) -> String {
    let mut text = String::new();
    for number in 0.. {
        if text.len() >= MIB {
            break;
        }
        text += &piece(number);
    }
    text
}

#[test]
fn a_list_on_one_line() {
    let text = format!(r#"{{"hosts":["a"{}]}}"#, r#","a""#.repeat(MIB / 4));
    let request = in_time("hosts", || json::read::<CsrRequest>(text.as_bytes())).unwrap().value;
    assert_eq!(request.hosts.last().unwrap().place.column, text.len() - 4);
}

#[test]
fn keys_of_all_kinds() {
    let unknown = format!(r#"{{"a":0{}}}"#, pieces(|i| format!(r#","{i}":0"#)));
    let document = in_time("unknown keys", || json::read::<CsrRequest>(unknown.as_bytes())).unwrap();
    assert!(document.notices.len() > 90_000);
    let endless = format!(r#"{{"{}":0}}"#, "a".repeat(MIB));
    assert_eq!(
        in_time("endless key", || json::read::<CsrRequest>(endless.as_bytes())).unwrap().notices.len(),
        1
    );

    let profiles =
        format!(r#"{{"signing":{{"profiles":{{"a":null{}}}}}}}"#, pieces(|i| format!(r#","{i}":null"#)));
    let document = in_time("profiles", || json::read::<ConfigFile>(profiles.as_bytes())).unwrap();
    assert!(document.value.signing.unwrap().value.profiles.0.len() > 80_000);

    let (key, usages) = ("k".repeat(MIB / 2), r#","a""#.repeat(MIB / 8));
    let below = format!(r#"{{"signing":{{"profiles":{{"{key}":{{"usages":["a"{usages}]}}}}}}}}"#);
    in_time("values below an endless key", || json::read::<ConfigFile>(below.as_bytes())).unwrap();
}

#[test]
fn pem_headers() {
    let text = format!("-----BEGIN X-----\n{}\nQUJD\n-----END X-----\n", pieces(|i| format!("{i}:\n")));
    let (block, _) = in_time("headers", || pem::decode(text.as_bytes())).unwrap();
    assert!(block.headers().len() > 100_000);
}

#[test]
fn certificate_extensions() {
    let certificate = include_bytes!("data/inspect/cert-cfssl.pem");
    let certificate = pem::decode(certificate).unwrap().0.into_contents();
    let whole = elements(&certificate);
    let mut signed = elements(whole[0]).into_iter().map(<[u8]>::to_vec).collect::<Vec<_>>();
    let numbered = (0..MIB / 10).flat_map(|i| {
        let number = [1, 2, 3].map(|byte| (i >> (7 * (3 - byte))) as u8 & 0x7f);
        element(
            0x30,
            &[&[6, 4, 0x2a, 0x80 | (number[0] + 1), number[1] | 0x80, number[2]][..], &[4, 0]].concat(),
        )
    });
    *signed.last_mut().unwrap() = element(0xa3, &element(0x30, &numbered.collect::<Vec<_>>()));
    let der = element(0x30, &[&element(0x30, &signed.concat())[..], whole[1], whole[2]].concat());
    let report = in_time("extensions", || certificate_report(&der));
    assert!(report.is_ok(), "{report:?}");
}

fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = (content.len() as u32).to_be_bytes();
    let zeros = length.iter().take_while(|byte| **byte == 0).count();
    let header = match content.len() {
        short @ ..0x80 => vec![tag, short as u8],
        _ => [&[tag, 0x80 | (4 - zeros) as u8], &length[zeros..]].concat(),
    };
    [&header[..], content].concat()
}

/// The elements inside an element.
fn elements(der: &[u8]) -> Vec<&[u8]> {
    let mut rest = &der[header(der).0..];
    let mut elements = Vec::new();
    while !rest.is_empty() {
        let (header, content) = header(rest);
        let (element, next) = rest.split_at(header + content);
        elements.push(element);
        rest = next;
    }
    elements
}

/// The lengths of an element's header and content.
fn header(der: &[u8]) -> (usize, usize) {
    match usize::from(der[1]) {
        short @ ..0x80 => (2, short),
        long => {
            let end = 2 + (long & 0x7f);
            (end, der[2..end].iter().fold(0, |length, byte| length << 8 | usize::from(*byte)))
        }
    }
}
