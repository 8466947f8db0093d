//! The verifier of Python's `cryptography`, whose default policy is that of the web.

use super::{as_lines, cases, compare, files, from_lines};
use crate::support::python;

#[test]
fn python_agrees() {
    let python = python();
    let cases = cases(|_| true);
    files().write("python.tsv", as_lines(&cases));
    files().write("judge.py", include_str!("judge.py"));
    let outcome = files().run(&format!("{} judge.py < python.tsv", python.display())).succeeds();
    compare("python", from_lines(cases, &outcome.stdout));
}
