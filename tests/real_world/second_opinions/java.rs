//! Java's PKIX implementation and keytool.

use super::{Question, as_lines, cases, compare, files, from_lines};
use crate::support::require;

#[test]
fn java_agrees() {
    require("java", "default-jdk-headless");
    let cases = cases(|_| true);
    files().write("java.tsv", as_lines(&cases));
    files().write("Judge.java", include_str!("Judge.java"));
    // The class that keytool reads requests with is not exported.
    let outcome = files()
        .run("java --add-exports java.base/sun.security.pkcs10=ALL-UNNAMED Judge.java < java.tsv")
        .succeeds();
    compare("java", from_lines(cases, &outcome.stdout));
}

/// keytool prints every certificate; one call for all.
#[test]
fn keytool_prints_all() {
    require("keytool", "default-jdk-headless");
    let cases = cases(|question| question != Question::Request);
    let list: Vec<String> = cases.iter().map(|case| case.subject.display().to_string()).collect();
    let outcome = files()
        .run(&format!(
            "cat {} > all.pem && keytool -J-Duser.language=en -printcert -file all.pem",
            list.join(" ")
        ))
        .succeeds();
    assert_eq!(outcome.stdout.matches("Serial number: ").count(), cases.len(), "{outcome}");
    assert!(!outcome.says("Unparseable"), "{outcome}");
}
