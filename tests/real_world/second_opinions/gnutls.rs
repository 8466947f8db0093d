//! GnuTLS's certtool.

use super::{Case, Purpose, Verdict, cases, compare, files, keys};
use crate::support::require;

#[test]
fn gnutls_agrees() {
    require("certtool", "gnutls-bin");
    let answers = cases(|_| true).into_iter().map(|case| (case.clone(), judge(&case))).collect();
    compare("gnutls", answers);
}

/// GnuTLS reads every private key, and its public half is the certificate's.
#[test]
fn gnutls_reads_keys() {
    require("certtool", "gnutls-bin");
    let keys = keys();
    assert!(keys.len() >= 36);
    for (key, certificate) in keys {
        let public = files().run(&format!("certtool --load-privkey {key} --pubkey-info")).succeeds();
        let certified =
            files().run(&format!("certtool --load-certificate {certificate} --pubkey-info")).succeeds();
        assert!(!pem_of(&public.stdout).is_empty(), "{public}");
        assert_eq!(pem_of(&public.stdout), pem_of(&certified.stdout), "{public}{certified}");
    }
}

/// The PEM block at the end of what certtool tells about a key.
fn pem_of(text: &str) -> &str {
    text.find("-----BEGIN PUBLIC KEY-----").map_or("", |start| &text[start..])
}

fn judge(case: &Case) -> Verdict {
    let subject = case.subject.display();
    let purpose = match case.purpose {
        Purpose::Request => {
            let outcome = files().run(&format!("certtool --crq-info --infile {subject}"));
            let verified = outcome.success() && outcome.says("Self signature: verified");
            return if verified { Ok(()) } else { Err(outcome.to_string()) };
        }
        Purpose::Authority => String::new(),
        Purpose::Server => format!("--verify-purpose 1.3.6.1.5.5.7.3.1 --verify-hostname {}", case.host),
        Purpose::Client => "--verify-purpose 1.3.6.1.5.5.7.3.2".to_owned(),
    };
    let intermediates =
        case.intermediates.as_ref().map(|path| path.display().to_string()).unwrap_or_default();
    let outcome = files().run(&format!(
        "cat {subject} {intermediates} | certtool --verify --verify-profile medium {purpose} --load-ca-certificate {}",
        case.trusted.display()
    ));
    let verified = outcome.success() && outcome.says("Chain verification output: Verified.");
    if verified { Ok(()) } else { Err(outcome.to_string()) }
}
