//! `name_whitelist`: a regular expression that every name of a certificate must match somewhere.

use regex_lite::Regex;

/// How often Go lets an expression be repeated by a count.
const MAX_COUNT: u32 = 1000;

/// A compiled whitelist.
///
/// The engine runs in linear time and, like Go's, reads `\d`, `\w` and `\b` as ASCII; it lacks Unicode classes
/// such as `\pL`, which are refused. What it knows and Go does not, or reads otherwise, is refused too.
#[derive(Clone, Debug)]
pub struct NameWhitelist(Regex);

/// Why an expression is refused.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WhitelistError {
    /// Not an expression of the engine.
    #[error(transparent)]
    Engine(#[from] regex_lite::Error),
    /// Something that means another thing to Go, or nothing.
    #[error("{0} is not read here as in Go")]
    NotAsInGo(&'static str),
}

impl NameWhitelist {
    /// Compiles an expression.
    ///
    /// # Errors
    /// Not an expression of the engine, or one that Go would read otherwise.
    pub fn new(expression: &str) -> Result<Self, WhitelistError> {
        let compiled = Regex::new(expression)?;
        match Screen::new(expression).difference() {
            Some(what) => Err(WhitelistError::NotAsInGo(what)),
            None => Ok(Self(compiled)),
        }
    }

    /// The expression matches somewhere in the name (it is not anchored).
    pub fn allows(&self, name: &str) -> bool {
        self.0.is_match(name)
    }
}

/// Looks through an expression the engine has accepted for what Go reads otherwise.
struct Screen<'e> {
    rest: &'e str,
    /// How many operators stand directly before: `a+` 1, `a+?` 2.
    operators: usize,
}

impl<'e> Screen<'e> {
    fn new(expression: &'e str) -> Self {
        Self { rest: expression, operators: 0 }
    }

    fn difference(mut self) -> Option<&'static str> {
        loop {
            let mut rest = self.rest.chars();
            let found = rest.next()?;
            self.rest = rest.as_str();
            let difference = match found {
                '*' | '+' | '?' => self.operator(found == '?'),
                '{' => self.count().or_else(|| self.operator(false)),
                _ => {
                    self.operators = 0;
                    match found {
                        '\\' => self.escape(),
                        '[' => self.class(),
                        '(' => self.group(),
                        _ => None,
                    }
                }
            };
            if difference.is_some() {
                return difference;
            }
        }
    }

    /// One operator, and one `?` behind it, is what Go allows.
    fn operator(&mut self, question_mark: bool) -> Option<&'static str> {
        self.operators += 1;
        match (self.operators, question_mark) {
            (1, _) | (2, true) => None,
            _ => Some("a repetition of a repetition"),
        }
    }

    /// `{2}`, `{2,}` or `{2,3}`; every other brace is a letter to Go.
    fn count(&mut self) -> Option<&'static str> {
        const LETTER: Option<&str> = Some("a brace without a count");
        let Some((inside, rest)) = self.rest.split_once('}') else { return LETTER };
        self.rest = rest;
        let (least, most) = inside.split_once(',').unwrap_or((inside, inside));
        let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !is_number(least) || !(most.is_empty() || is_number(most)) {
            return LETTER;
        }
        let too_many = |text: &str| text.parse::<u32>().map_or(!text.is_empty(), |count| count > MAX_COUNT);
        (too_many(least) || too_many(most)).then_some("a repetition of more than 1000")
    }

    fn escape(&mut self) -> Option<&'static str> {
        let mut rest = self.rest.chars();
        let escaped = rest.next();
        self.rest = rest.as_str();
        match escaped {
            Some('u' | 'U') => Some("the escape \\u"),
            Some('<' | '>') => Some("the escape \\< or \\>"),
            Some('b') if self.rest.starts_with('{') => Some("a brace behind \\b"),
            Some('x') => {
                // The braces of \x{41} are no count.
                if let Some((_, rest)) = self.rest.strip_prefix('{').and_then(|rest| rest.split_once('}')) {
                    self.rest = rest;
                }
                None
            }
            _ => None,
        }
    }

    /// Passes over a class; what stands in it is read alike, but for escapes.
    fn class(&mut self) -> Option<&'static str> {
        self.rest = self.rest.strip_prefix('^').unwrap_or(self.rest);
        self.rest = self.rest.strip_prefix(']').unwrap_or(self.rest);
        loop {
            let mut rest = self.rest.chars();
            let found = rest.next()?;
            self.rest = rest.as_str();
            match found {
                ']' => return None,
                // A named class such as [:alpha:] has a bracket of its own.
                '[' => self.rest = self.rest.split_once(":]").map_or("", |(_, rest)| rest),
                '\\' => {
                    let difference = self.escape();
                    if difference.is_some() {
                        return difference;
                    }
                }
                _ => {}
            }
        }
    }

    fn group(&mut self) -> Option<&'static str> {
        let options = self.rest.strip_prefix('?')?;
        if let Some(name) = options.strip_prefix("P<").or_else(|| options.strip_prefix('<')) {
            let (name, rest) = name.split_once('>')?;
            self.rest = rest;
            let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
            return (!plain).then_some("the name of a group that is not of letters, digits and _");
        }
        let (flags, rest) = options.split_at_checked(options.find([':', ')'])?)?;
        // The end of a group of flags only, or the colon, begins nothing that could be repeated.
        self.rest = rest.strip_prefix(':').unwrap_or(rest);
        flags.contains(['x', 'R', 'u']).then_some("a flag other than i, m, s and U")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whitelist_matches_as_in_go() {
        for (expression, name, allowed) in [
            (r"^(www\.)?example\.com$", "www.example.com", true),
            (r"^(www\.)?example\.com$", "wwwxexample.com", false),
            (r"(?i)^EXAMPLE", "example.com", true),
            (r"^\d+$", "\u{661}", false),
            (r"^\w+$", "\u{e4}", false),
            (r"^[[:alpha:]?*+{]+\x{2e}[]a]{2,3}?$", "a?{.]a", true),
            (r"^(?P<n>a|b)+?(?:c)*$", "abcc", true),
            (r"^\*\+\{$", "*+{", true),
        ] {
            assert_eq!(NameWhitelist::new(expression).unwrap().allows(name), allowed, "{expression} {name}");
        }
    }

    #[test]
    fn what_go_reads_otherwise_is_refused() {
        for (expression, what) in [
            ("a**", "a repetition of a repetition"),
            ("a++", "a repetition of a repetition"),
            ("a?+", "a repetition of a repetition"),
            ("a{2}{3}", "a repetition of a repetition"),
            ("a+??", "a repetition of a repetition"),
            ("a{ 2 }", "a brace without a count"),
            ("a{1001}", "a repetition of more than 1000"),
            ("a{1,1001}", "a repetition of more than 1000"),
            (r"\u0041", "the escape \\u"),
            (r"[\u0041]", "the escape \\u"),
            (r"\<a\>", "the escape \\< or \\>"),
            (r"\b{start}a", "a brace behind \\b"),
            ("(?x)a b", "a flag other than i, m, s and U"),
            ("(?R)a", "a flag other than i, m, s and U"),
            ("(?i-u:a)", "a flag other than i, m, s and U"),
            ("(?P<a.b>a)", "the name of a group that is not of letters, digits and _"),
        ] {
            let error = NameWhitelist::new(expression).unwrap_err().to_string();
            assert_eq!(error, format!("{what} is not read here as in Go"), "{expression}");
        }
    }

    #[test]
    fn whitelist_go_only_syntax_is_refused() {
        for expression in [r"\pL", r"\p{Greek}", r"\Qa.b\E", r"\07", "{", "a{,3}", "(?#c)"] {
            assert!(matches!(NameWhitelist::new(expression), Err(WhitelistError::Engine(_))), "{expression}");
        }
    }
}
