//! A file of any kind, and the same once more as what is trusted: all rules over it.
#![no_main]

use certwright::check::check;
use certwright::check::material::{Input, Material, Origin};
use certwright::check::question::Question;
use certwright::check::report::Document;
use certwright::check::role::Role;

/// 2030-01-01 in seconds since 1970.
const NOW: i64 = 1_893_456_000;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let input = |label, origin| Input { label, bytes, origin, access: None, managed: false, manifest: None, password: None };
    for trusts_itself in [false, true] {
        let mut material = Material::default();
        material.add(input("file.pem", Origin::Named));
        if trusts_itself {
            material.add(input("trusted.pem", Origin::Trusted));
        }
        let hosts = ["server.example", "10.0.0.1"].iter().filter_map(|host| host.parse().ok()).collect();
        let question = Question { now: NOW, hosts, role: Some(Role::TlsServer), ..Question::default() };
        let report = check(&material, &question);
        for finding in &report.findings {
            let _ = finding.text(&material);
        }
        let _ = report.summary(&material);
        serde_json::to_string(&Document::new(&report, &material, NOW)).unwrap();
    }
});
