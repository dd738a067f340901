//! Hides secrets in whatever is told of a run.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;
use std::sync::{PoisonError, RwLock};

const HIDDEN: &str = "***";
/// What is known to be secret is not repeated beyond that many texts.
const MOST: usize = 10_000;

/// Texts that must not be shown, in the ways in which they are written: as they are, each of their
/// lines, as base64, percent-encoded, and as JSON has them.
#[derive(Debug, Default)]
pub struct Mask {
    /// The longest first.
    texts: RwLock<Vec<String>>,
}

impl Mask {
    /// Hides these from now on.
    pub fn add<'a>(&self, secrets: impl IntoIterator<Item = &'a str>) {
        let mut texts = self.texts.write().unwrap_or_else(PoisonError::into_inner);
        for secret in secrets {
            let secret = secret.trim();
            if secret.is_empty() || texts.iter().any(|text| text == secret) {
                continue;
            }
            texts.push(secret.to_owned());
            for engine in [&STANDARD, &STANDARD_NO_PAD, &URL_SAFE, &URL_SAFE_NO_PAD] {
                texts.push(engine.encode(secret));
            }
            texts.push(utf8_percent_encode(secret, NON_ALPHANUMERIC).to_string());
            texts.push(url::form_urlencoded::byte_serialize(secret.as_bytes()).collect());
            let json = Value::from(secret).to_string();
            texts.push(json[1..json.len() - 1].to_owned());
            if secret.contains('\n') {
                let lines = secret.lines().map(str::trim).filter(|line| line.len() > 3);
                texts.extend(lines.map(ToOwned::to_owned));
            }
        }
        texts.sort_by(|one, other| other.len().cmp(&one.len()).then_with(|| one.cmp(other)));
        texts.dedup();
        texts.truncate(MOST);
    }

    /// Hides every text in a value that was computed from a secret.
    pub fn add_value(&self, value: &Value) {
        match value {
            Value::Null | Value::Bool(_) => {}
            Value::Number(number) => self.add([number.to_string().as_str()]),
            Value::String(text) => self.add([text.as_str()]),
            Value::Array(items) => items.iter().for_each(|item| self.add_value(item)),
            Value::Object(entries) => entries.values().for_each(|item| self.add_value(item)),
        }
    }

    /// The text with stars where there is anything to hide.
    pub fn apply(&self, text: &str) -> String {
        let secrets = self.texts.read().unwrap_or_else(PoisonError::into_inner);
        let mut shown = text.to_owned();
        for secret in secrets.iter() {
            if shown.contains(secret.as_str()) {
                shown = shown.replace(secret.as_str(), HIDDEN);
            }
        }
        shown
    }

    /// The same for every text in a value, keys included.
    pub fn apply_to(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => self.apply(text).into(),
            Value::Array(items) => items.iter().map(|item| self.apply_to(item)).collect(),
            Value::Object(entries) => entries
                .iter()
                .map(|(key, item)| (self.apply(key), self.apply_to(item)))
                .collect(),
            Value::Number(number) if self.apply(&number.to_string()) == HIDDEN => HIDDEN.into(),
            other => other.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_secret_is_hidden_however_it_is_written() {
        let mask = Mask::default();
        mask.add(["s3cr&t/\"x\""]);
        for written in [
            "s3cr&t/\"x\"".to_owned(),
            STANDARD.encode("s3cr&t/\"x\""),
            URL_SAFE_NO_PAD.encode("s3cr&t/\"x\""),
            "s3cr%26t%2F%22x%22".to_owned(),
            r#"s3cr&t/\"x\""#.to_owned(),
        ] {
            assert_eq!(
                mask.apply(&format!("a {written} b")),
                "a *** b",
                "{written}"
            );
        }
    }

    #[test]
    fn each_line_of_a_key_is_hidden() {
        let mask = Mask::default();
        mask.add(["-----BEGIN-----\nabcdef\n-----END-----\n"]);
        assert_eq!(mask.apply("it says abcdef here"), "it says *** here");
    }

    #[test]
    fn values_are_hidden_whole() {
        let mask = Mask::default();
        mask.add_value(&json!({"a": ["token"], "b": 4711}));
        assert_eq!(
            mask.apply_to(&json!({"x": "a token", "token": 4711, "n": 1})),
            json!({"x": "a ***", "***": "***", "n": 1})
        );
    }
}
