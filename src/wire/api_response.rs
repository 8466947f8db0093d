//! What cfssl prints and its API answers: the documents `cfssljson` takes apart.

use serde_json::{Map, Value};

use super::json::{Merge, Notice, Reader};

/// The envelope of an API answer.
#[derive(Clone, Debug, Default)]
pub struct ApiResponse {
    /// Whether the request was served.
    pub success: bool,
    /// What it yielded.
    pub result: Members,
    /// What went wrong.
    pub errors: Vec<ApiMessage>,
    /// What else the server said.
    pub messages: Vec<ApiMessage>,
}

json_object! { ApiResponse {
    "success" => success,
    "result" => result,
    "errors" => errors,
    "messages" => messages,
} }

/// An error or a message of an answer.
#[derive(Clone, Debug, Default)]
pub struct ApiMessage {
    /// Its code; cfssl reads it under this key, and writes it under `code`.
    pub int: i64,
    /// Its code.
    pub code: i64,
    /// Its text.
    pub message: String,
}

json_object! { ApiMessage { "int" => int, "code" => code, "message" => message } }

/// An object with free keys and values of any kind; keys match exactly, the last of several counts.
#[derive(Clone, Debug, Default)]
pub struct Members(pub Map<String, Value>);

impl Merge for Members {
    fn merge(&mut self, raw: &str, reader: &mut Reader<'_>) -> Result<(), Notice> {
        let Some(members) = reader.members(raw)? else {
            self.0.clear();
            return Ok(());
        };
        for (key, raw) in members {
            let value = serde_json::from_str(raw)
                .map_err(|error| Notice::new(&reader.place(raw), format!("\"{key}\": {error}")))?;
            self.0.insert(key, value);
        }
        Ok(())
    }
}
