//! Randomness that others know how to judge: keys by badkeys, serial numbers by counting.

use std::collections::HashSet;

use certwright::vocab::serial::SerialNumber;

use crate::support::{Workdir, python};

/// `key` object and how many.
const KEYS: [(&str, usize); 6] = [
    (r#"{"algo":"rsa","size":2048}"#, 120),
    (r#"{"algo":"rsa","size":3072}"#, 10),
    (r#"{"algo":"rsa","size":4096}"#, 5),
    (r#"{"algo":"ecdsa","size":256}"#, 100),
    (r#"{"algo":"ecdsa","size":384}"#, 50),
    (r#"{"algo":"ecdsa","size":521}"#, 50),
];

/// badkeys finds nothing in a few hundred keys, and finds the weak keys that its script makes for comparison.
///
/// Its lists of known keys are not asked: they are a download, and a fresh key in them would be a wonder. So it looks
/// at RSA keys only; EC keys are checked to be read, to match their request and to be different.
#[test]
fn badkeys_finds_nothing() {
    let python = python();
    let work = Workdir::new("badkeys");
    work.write("check_keys.py", include_str!("check_keys.py"));
    let mut expected = 0;
    for (index, (key, count)) in KEYS.iter().enumerate() {
        work.write("request.json", format!(r#"{{"CN": "key", "key": {key}}}"#));
        work.run(&format!(
            "n=0; while [ $n -lt {count} ]; do cfssl genkey -loglevel 5 request.json > key-{index}-$n.out || exit 1; \
             n=$((n+1)); done"
        ))
        .succeeds();
        expected += count;
    }
    let outcome = work.run(&format!("{} check_keys.py key-*.out", python.display())).succeeds();
    let report = outcome.stdout.lines().last().unwrap_or_default();
    assert_eq!(report, format!("{expected} keys, 0 bad, 3 of 3 weak keys found"), "{outcome}");
}

#[test]
fn a_million_serials_are_positive_unique_and_short() {
    const COUNT: usize = 1_000_000;
    let mut seen = HashSet::with_capacity(COUNT);
    for _ in 0..COUNT {
        let serial = SerialNumber::random().unwrap();
        let octets = serial.octets();
        // In DER, a positive number whose first bit is set gets an octet in front.
        let encoded = octets.len() + usize::from(octets.first().is_some_and(|first| *first >= 0x80));
        assert!((1..=20).contains(&encoded) && octets[0] != 0, "{octets:?}");
        assert!(seen.insert(octets.to_vec()), "twice: {octets:?}");
    }
}
