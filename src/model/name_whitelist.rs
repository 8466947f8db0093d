//! `name_whitelist`: a regular expression that every name of a certificate must match somewhere.

use regex_lite::Regex;

/// A compiled whitelist.
///
/// The engine runs in linear time and, like Go's, reads `\d`, `\s`, `\w` and `\b` as ASCII; it lacks Unicode
/// classes such as `\pL`, which are refused.
#[derive(Clone, Debug)]
pub struct NameWhitelist(Regex);

impl NameWhitelist {
    /// Compiles an expression.
    ///
    /// # Errors
    /// Not an expression of the engine.
    pub fn new(expression: &str) -> Result<Self, regex_lite::Error> {
        Regex::new(expression).map(Self)
    }

    /// The expression matches somewhere in the name (it is not anchored).
    pub fn allows(&self, name: &str) -> bool {
        self.0.is_match(name)
    }
}
