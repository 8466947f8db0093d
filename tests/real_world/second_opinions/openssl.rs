//! OpenSSL's `verify`, in strict mode, and `req -verify`.

use super::{Case, Purpose, Verdict, cases, compare, files};
use crate::support::require;

#[test]
fn openssl_agrees() {
    require("openssl", "openssl");
    let answers = cases(|_| true).into_iter().map(|case| (case.clone(), judge(&case))).collect();
    compare("openssl", answers);
}

fn judge(case: &Case) -> Verdict {
    let subject = case.subject.display();
    let purpose = match case.purpose {
        Purpose::Request => return answer(&format!("openssl req -verify -noout -in {subject}")),
        // An authority has no purpose of its own here; x509_strict asks for what RFC 5280 wants of one.
        Purpose::Authority => String::new(),
        Purpose::Server => format!("-purpose sslserver -verify_hostname {}", case.host),
        Purpose::Client => "-purpose sslclient".to_owned(),
    };
    let intermediates =
        case.intermediates.as_ref().map(|path| format!("-untrusted {}", path.display())).unwrap_or_default();
    answer(&format!(
        "openssl verify -x509_strict -check_ss_sig -no-CApath -no-CAstore -CAfile {} {intermediates} {purpose} {subject}",
        case.trusted.display()
    ))
}

fn answer(command: &str) -> Verdict {
    let outcome = files().run(command);
    if outcome.success() { Ok(()) } else { Err(outcome.to_string()) }
}
