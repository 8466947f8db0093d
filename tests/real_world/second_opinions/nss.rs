//! NSS, the library of Firefox: certutil puts the certificates into a database and validates there.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::{Case, Purpose, Question, Verdict, cases, compare, files};
use crate::support::require;

#[test]
fn nss_agrees() {
    require("certutil", "libnss3-tools");
    // NSS's tools write requests but do not read them.
    let asked = |question| question != Question::Request;
    let answers = cases(asked).into_iter().map(|case| (case.clone(), judge(&case))).collect();
    compare("nss", answers);
}

fn judge(case: &Case) -> Verdict {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let usage = match case.purpose {
        Purpose::Authority => "L",
        Purpose::Server => "V",
        Purpose::Client => "C",
        Purpose::Request => unreachable!("not asked"),
    };
    let mut script = format!("db=sql:nss{}; mkdir ${{db#sql:}} && ", COUNT.fetch_add(1, Ordering::Relaxed));
    script += "certutil -N -d $db --empty-password";
    let own_anchor = case.trusted == case.subject;
    // C and T: trusted to issue server and client certificates; P: a trusted peer, for a leaf that stands for itself.
    let trust = if own_anchor && case.purpose != Purpose::Authority { "P,," } else { "CT,," };
    script += &format!(" && certutil -A -d $db -n trusted -t {trust} -i {}", case.trusted.display());
    if let Some(intermediates) = &case.intermediates {
        // certutil imports one certificate a call.
        script += &format!(" && csplit -s -z -f $db.part {} '/BEGIN/' '{{*}}'", intermediates.display());
        script += " && for part in $db.part*; do certutil -A -d $db -n $part -t ,, -i $part || exit 1; done";
    }
    let name = if own_anchor { "trusted" } else { "subject" };
    if !own_anchor {
        script += &format!(" && certutil -A -d $db -n subject -t ,, -i {}", case.subject.display());
    }
    script += &format!(" && certutil -V -d $db -n {name} -e -u {usage}");
    let outcome = files().run(&script);
    let valid = outcome.success() && outcome.says("certificate is valid");
    if valid { Ok(()) } else { Err(outcome.to_string()) }
}
