//! GnuTLS's certtool.

use super::{Case, Purpose, Verdict, cases, compare, files};
use crate::support::require;

#[test]
fn gnutls_agrees() {
    require("certtool", "gnutls-bin");
    let answers = cases(|_| true).into_iter().map(|case| (case.clone(), judge(&case))).collect();
    compare("gnutls", answers);
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
