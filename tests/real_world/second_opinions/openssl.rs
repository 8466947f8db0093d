//! OpenSSL's `verify`, in strict mode, and `req -verify`.

use super::{Case, Purpose, Verdict, cases, compare, files, keys};
use crate::support::require;

#[test]
fn openssl_agrees() {
    require("openssl", "openssl");
    let answers = cases(|_| true).into_iter().map(|case| (case.clone(), judge(&case))).collect();
    compare("openssl", answers);
}

/// OpenSSL reads every private key, finds it consistent, and its public half is the certificate's.
#[test]
fn openssl_reads_keys() {
    require("openssl", "openssl");
    let keys = keys();
    assert!(keys.len() >= 36);
    for (key, certificate) in keys {
        files().run(&format!("openssl pkey -check -noout -in {key}")).succeeds().shows("Key is valid");
        let public = files().run(&format!("openssl pkey -pubout -in {key}")).succeeds().stdout;
        let certified =
            files().run(&format!("openssl x509 -pubkey -noout -in {certificate}")).succeeds().stdout;
        assert_eq!(public, certified, "{key} and {certificate}");
    }
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
