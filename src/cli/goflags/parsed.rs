//! clap's reading of a translated argument vector, with typed access.

use std::any::Any;
use std::ffi::{OsStr, OsString};

use clap::builder::ValueParser;
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};

use super::duration::GoDuration;
use super::error::FlagError;
use super::flag::{Flag, GoFlag, Kind};
use super::translate::{Translated, translate};
use super::value::{go_bool, go_duration, go_int};

/// The flags and positional arguments of one run. A flag that was not given has the default of its table.
#[derive(Clone, Debug)]
pub struct ParsedFlags {
    matches: ArgMatches,
    positionals: Vec<OsString>,
}

impl ParsedFlags {
    /// Reads `args`, which are without program and command name, by Go's grammar.
    pub fn parse(table: &'static [GoFlag], args: &[OsString]) -> Result<Self, FlagError> {
        Self::from_translated(table, translate(table, args)?)
    }

    fn from_translated(table: &'static [GoFlag], translated: Translated) -> Result<Self, FlagError> {
        let mut matches = command(table)
            .try_get_matches_from(translated.into_arguments())
            .map_err(|refusal| FlagError::Refused { message: refusal.to_string() })?;
        let positionals = matches.remove_many(POSITIONALS).map(Iterator::collect).unwrap_or_default();
        Ok(Self { matches, positionals })
    }

    /// A text flag; none if it is empty, which is how cfssl says "not given".
    pub fn text(&self, flag: Flag<str>) -> Option<&str> {
        let text = self.given::<String>(flag.row()).map_or(flag.row().default, String::as_str);
        Some(text).filter(|text| !text.is_empty())
    }

    /// A file name flag; none if it is empty. It may carry cfssl's `env:` or `file:` prefix.
    pub fn path(&self, flag: Flag<OsStr>) -> Option<&OsStr> {
        let default = OsStr::new(flag.row().default);
        let path = self.given::<OsString>(flag.row()).map_or(default, OsString::as_os_str);
        Some(path).filter(|path| !path.is_empty())
    }

    /// A boolean flag.
    pub fn bool(&self, flag: Flag<bool>) -> bool {
        self.value(flag.row(), go_bool)
    }

    /// An integer flag.
    pub fn int(&self, flag: Flag<i64>) -> i64 {
        self.value(flag.row(), go_int)
    }

    /// A duration flag.
    pub fn duration(&self, flag: Flag<GoDuration>) -> GoDuration {
        self.value(flag.row(), go_duration)
    }

    /// Whether the flag was typed, be it with its default.
    pub fn was_given<T: ?Sized>(&self, flag: Flag<T>) -> bool {
        self.matches.try_contains_id(flag.row().name).unwrap_or(false)
    }

    /// What follows the flags.
    pub fn positionals(&self) -> &[OsString] {
        &self.positionals
    }

    fn given<T: Any + Clone + Send + Sync>(&self, row: GoFlag) -> Option<&T> {
        // An error would mean a flag of the other program's table, which was then not given either.
        self.matches.try_get_one(row.name).ok().flatten()
    }

    fn value<T, E>(&self, row: GoFlag, parse: fn(&str) -> Result<T, E>) -> T
    where
        T: Any + Clone + Default + Send + Sync,
    {
        // A test parses the default of every row; T's own only satisfies the type.
        self.given(row).cloned().unwrap_or_else(|| parse(row.default).unwrap_or_default())
    }
}

/// No flag's name has capitals.
const POSITIONALS: &str = "ARGUMENTS";

fn command(table: &'static [GoFlag]) -> Command {
    Command::new("flags")
        .no_binary_name(true)
        .disable_help_flag(true)
        .disable_version_flag(true)
        .args_override_self(true)
        .args(table.iter().map(option))
        .arg(Arg::new(POSITIONALS).num_args(0..).value_parser(value_parser!(OsString)))
}

fn option(flag: &GoFlag) -> Arg {
    Arg::new(flag.name).long(flag.name).action(ArgAction::Set).value_parser(value_parser(flag.kind))
}

fn value_parser(kind: Kind) -> ValueParser {
    match kind {
        Kind::Bool => ValueParser::new(go_bool),
        Kind::Int => ValueParser::new(go_int),
        Kind::Duration => ValueParser::new(go_duration),
        Kind::Text => ValueParser::string(),
        Kind::Path => ValueParser::os_string(),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::ffi::{OsStrExt, OsStringExt};

    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;
    use crate::cli::goflags::{cfssl, cfssljson};

    #[test]
    fn outcomes_are_those_of_go() {
        let outcomes: Vec<Value> = include_str!("testdata/outcomes.jsonl")
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        assert!(outcomes.len() >= 180);
        for outcome in &outcomes {
            match ParsedFlags::parse(cfssl::TABLE, &words(&outcome["args"])) {
                Ok(flags) => assert_parsed(&flags, outcome),
                Err(FlagError::Help) => assert_eq!(outcome["help"], true, "{outcome}"),
                // Go prints a name's bytes as they are; a Rust message is text.
                Err(mistake) => {
                    let expected = word(outcome["mistake"].as_str().unwrap_or_else(|| panic!("{outcome}")));
                    assert_eq!(mistake.to_string(), expected.to_string_lossy(), "{outcome}");
                }
            }
        }
    }

    fn assert_parsed(flags: &ParsedFlags, outcome: &Value) {
        assert_eq!(flags.positionals(), words(&outcome["positionals"]), "{outcome}");
        let expected = outcome["flags"].as_object().unwrap_or_else(|| panic!("{outcome}"));
        for row in cfssl::TABLE {
            let value = expected.get(row.name).map(|value| word(value.as_str().unwrap()));
            assert_eq!(shown(flags, *row), value.unwrap_or_else(|| shown(&none_given(), *row)), "{outcome}");
        }
    }

    /// A flag's value as the probe prints it.
    fn shown(flags: &ParsedFlags, row: GoFlag) -> OsString {
        match row.kind {
            Kind::Bool => flags.value(row, go_bool).to_string().into(),
            Kind::Int => flags.value(row, go_int).to_string().into(),
            Kind::Duration => flags.value(row, go_duration).nanoseconds().to_string().into(),
            Kind::Text => flags.given::<String>(row).map_or(row.default.into(), OsString::from),
            Kind::Path => flags.given::<OsString>(row).map_or(row.default.into(), OsString::from),
        }
    }

    #[test]
    fn defaults_are_those_of_the_table() {
        let flags = none_given();
        assert_eq!(flags.text(cfssl::FLAVOR), Some("ubiquitous"));
        assert_eq!(flags.text(cfssl::PROFILE), None);
        assert_eq!(flags.path(cfssl::CA), None);
        assert!(!flags.bool(cfssl::INITCA));
        assert_eq!(flags.int(cfssl::PORT), 8888);
        assert_eq!(flags.int(cfssl::LOGLEVEL), 1);
        assert_eq!(flags.duration(cfssl::EXPIRY), GoDuration::parse("168h").unwrap());
        assert!(!flags.was_given(cfssl::PORT));
    }

    #[test]
    fn given_values_replace_the_defaults() {
        let flags = parse(&["-port=8888", "-flavor=", "-ca", "a", "-cn", "b", "-expiry", "1s", "-initca=f"]);
        assert!(flags.was_given(cfssl::PORT) && flags.was_given(cfssl::INITCA));
        assert_eq!(flags.text(cfssl::FLAVOR), None);
        assert_eq!(flags.path(cfssl::CA), Some(OsStr::new("a")));
        assert_eq!(flags.text(cfssl::CN), Some("b"));
        assert_eq!(flags.duration(cfssl::EXPIRY), GoDuration::parse("1s").unwrap());
        assert!(!flags.bool(cfssl::INITCA));
    }

    #[test]
    fn cfssljson_has_its_own_flags() {
        let args = ["-bare", "-f", "in.json", "client", "-stdout"].map(OsString::from);
        let flags = ParsedFlags::parse(cfssljson::TABLE, &args).unwrap();
        assert!(flags.bool(cfssljson::BARE) && !flags.bool(cfssljson::STDOUT));
        assert_eq!(flags.path(cfssljson::F), Some(OsStr::new("in.json")));
        assert_eq!(flags.positionals(), ["client", "-stdout"]);
        let refusal = ParsedFlags::parse(cfssljson::TABLE, &["-ca".into(), "x".into()]).unwrap_err();
        assert_eq!(refusal.to_string(), "flag provided but not defined: -ca");
    }

    #[test]
    fn an_empty_table_finds_the_command() {
        let args = ["--", "version", "-x"].map(OsString::from);
        assert_eq!(ParsedFlags::parse(&[], &args).unwrap().positionals(), ["version", "-x"]);
        let refusal = ParsedFlags::parse(&[], &["-loglevel".into(), "0".into()]).unwrap_err();
        assert_eq!(refusal.to_string(), "flag provided but not defined: -loglevel");
    }

    #[test]
    fn text_must_be_utf8() {
        let args = ["-cn".into(), OsString::from_vec(b"a\xff".to_vec())];
        let refusal = ParsedFlags::parse(cfssl::TABLE, &args).unwrap_err();
        assert_eq!(refusal.to_string(), "invalid value \"a\\xff\" for flag -cn: not valid UTF-8");
    }

    #[test]
    fn the_other_programs_flag_was_not_given() {
        let flags = none_given();
        assert!(!flags.bool(cfssljson::BARE) && !flags.was_given(cfssljson::BARE));
    }

    proptest! {
        #[test]
        fn no_vector_panics(args in prop::collection::vec(any_word(), 0..6)) {
            let _ = ParsedFlags::parse(cfssl::TABLE, &args);
        }

        #[test]
        fn clap_reads_what_was_translated(args in likely_vector()) {
            let Ok(translated) = translate(cfssl::TABLE, &args) else { return Ok(()) };
            let flags = ParsedFlags::from_translated(cfssl::TABLE, translated.clone());
            let flags = flags.map_err(|refusal| TestCaseError::fail(refusal.to_string()))?;
            prop_assert_eq!(flags.positionals(), translated.positionals());
            for row in cfssl::TABLE {
                let last = last_value(&translated, row.name);
                prop_assert_eq!(flags.matches.contains_id(row.name), last.is_some());
                if let (Kind::Text | Kind::Path, Some(value)) = (row.kind, last) {
                    prop_assert_eq!(shown(&flags, *row), value);
                }
            }
        }
    }

    /// The value of the last `--name=value` before the `--`.
    fn last_value(translated: &Translated, name: &str) -> Option<OsString> {
        let options = translated.clone().into_arguments().take_while(|word| word != "--");
        let prefix = format!("--{name}=");
        let values =
            options.filter_map(|word| word.as_bytes().strip_prefix(prefix.as_bytes()).map(<[u8]>::to_vec));
        values.last().map(OsString::from_vec)
    }

    fn any_word() -> impl Strategy<Value = OsString> {
        let dashes = prop::sample::select(vec!["", "-", "--", "---"]);
        (dashes, any_bytes())
            .prop_map(|(dashes, bytes)| OsString::from_vec([dashes.as_bytes(), &bytes].concat()))
    }

    /// Vectors of which many are right: flags of the table, mostly with values of their kind.
    fn likely_vector() -> impl Strategy<Value = Vec<OsString>> {
        let flag = (prop::sample::select(cfssl::TABLE), any::<u8>(), any_bytes(), any::<bool>());
        let flags = prop::collection::vec(flag.prop_map(flag_words), 0..6);
        let rest = prop::collection::vec(any_word(), 0..3);
        (flags, rest).prop_map(|(flags, rest)| flags.into_iter().flatten().chain(rest).collect())
    }

    fn flag_words((flag, pick, bytes, inline): (GoFlag, u8, Vec<u8>, bool)) -> Vec<OsString> {
        let choices: &[&str] = match flag.kind {
            Kind::Bool => &["true", "F", "1"],
            Kind::Int => &["-5", "0x1f", "1_0"],
            Kind::Duration => &["-1h", "0", "1.5s"],
            Kind::Text => &["", "--", "é", "-h", "a=b", "--ca=x"],
            Kind::Path => &[],
        };
        let choice = choices.get(usize::from(pick) % choices.len().max(1));
        let value = choice.map_or(OsString::from_vec(bytes), OsString::from);
        let mut word = OsString::from(format!("-{}", flag.name));
        if inline || flag.kind == Kind::Bool {
            word.push("=");
            word.push(value);
            return vec![word];
        }
        vec![word, value]
    }

    fn any_bytes() -> impl Strategy<Value = Vec<u8>> {
        let byte = prop_oneof![prop::sample::select(&b"-=,a1 \xff"[..]), 1..=255u8];
        prop::collection::vec(byte, 0..6)
    }

    fn none_given() -> ParsedFlags {
        parse(&[])
    }

    fn parse(args: &[&str]) -> ParsedFlags {
        let args: Vec<OsString> = args.iter().map(OsString::from).collect();
        ParsedFlags::parse(cfssl::TABLE, &args).unwrap()
    }

    fn words(array: &Value) -> Vec<OsString> {
        array.as_array().unwrap().iter().map(|text| word(text.as_str().unwrap())).collect()
    }

    /// The file has bytes as Latin-1.
    fn word(text: &str) -> OsString {
        OsString::from_vec(text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect())
    }
}
