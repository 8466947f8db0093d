//! `certwright schema`: the JSON Schema of the manifest.

use super::own::failure::Failure;
use super::streams;

/// Kept true by the tests of `wire::manifest`, which compare it with what is read.
const SCHEMA: &str = include_str!("../wire/manifest.schema.json");

/// Prints it.
pub(super) fn run() -> Result<(), Failure> {
    streams::print(SCHEMA).map_err(Failure::new)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::Format;
    use serde_json::Value;

    #[test]
    fn it_knows_every_format() {
        let schema: Value = serde_json::from_str(SCHEMA).unwrap();
        let words = schema["$defs"]["formats"]["items"]["enum"].as_array().unwrap();
        let words: Vec<_> = words.iter().map(|word| word.as_str().unwrap()).collect();
        assert_eq!(words, Format::ALL.map(Format::word));
    }
}
