//! `roadiehq:utils:*`: actions on files and values that many public templates use. They do nothing beyond
//! the workspace.
//!
//! `files` writes, reads and changes files, `merge` puts values into structured ones, `serialize` makes
//! texts of values, `zip` packs; `sleep` waits.

mod files;
mod merge;
mod serialize;
mod sleep;
mod zip;

pub(super) use files::{Append, Parse, Replace, Write};
pub(super) use merge::{Merge, MergeJson};
pub(super) use serialize::{SerializeJson, SerializeYaml};
pub(super) use sleep::Sleep;
pub(super) use zip::Zip;

use super::ActionError;
use serde_json::Value;

/// Reads JSON or YAML from a text of a file or of the input.
fn json(text: &str, what: &str) -> Result<Value, ActionError> {
    serde_json::from_str(text).map_err(|error| unreadable(what, "JSON", &error))
}

fn yaml(text: &str, what: &str) -> Result<Value, ActionError> {
    serde_yaml::from_str(text).map_err(|error| unreadable(what, "YAML", &error))
}

/// All documents of a YAML file.
fn documents(text: &str, what: &str) -> Result<Vec<Value>, ActionError> {
    serde_yaml::from_multiple(text).map_err(|error| unreadable(what, "YAML", &error))
}

fn unreadable(what: &str, format: &str, error: &dyn std::fmt::Display) -> ActionError {
    ActionError::Input(format!("{what} is no {format} that can be read: {error}"))
}

fn as_yaml(value: &Value) -> Result<String, ActionError> {
    serde_yaml::to_string(value).map_err(|error| ActionError::Failed(error.to_string()))
}
