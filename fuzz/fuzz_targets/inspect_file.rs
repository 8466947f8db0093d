//! A file of any kind (PEM bundle, DER, PKCS#12): read, related, and reported on in all three ways.
#![no_main]

use certwright::inspect::look::{Comparison, Reading, Report, Side, read};
use time::macros::datetime;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let reading = Reading { now: datetime!(2030-01-01 0:00 UTC), password: None };
    let documents = read(bytes, "file", reading);
    let sides: Vec<Side> = documents.iter().filter_map(Side::of).take(2).collect();
    if let [first, .., last] = sides.as_slice() {
        let _ = Comparison::of(first, last).text();
    }
    let report = Report::new(documents);
    let _ = (report.text(false), report.text(true), report.damage().count());
    serde_json::to_string(&report.json()).unwrap();
});
