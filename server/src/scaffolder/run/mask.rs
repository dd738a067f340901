//! Hides secrets in whatever is told of a run.

use crate::scaffolder::language::Secrets;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{PoisonError, RwLock};

const HIDDEN: &str = "***";
/// When more texts are known to be secret, nothing is shown any more: none of them can be forgotten.
const MOST: usize = 20_000;

/// Texts that must not be shown, in the ways in which they are written: as they are, each of their
/// lines, as base64, percent-encoded, and as JSON has them.
#[derive(Debug, Default)]
pub struct Mask {
    texts: RwLock<Texts>,
    /// There were more than can be kept.
    is_full: AtomicBool,
}

#[derive(Debug, Default)]
struct Texts {
    /// The longest first.
    written: Vec<String>,
    /// What a later run of the task cannot know by itself, as it is.
    found: Vec<String>,
}

/// What a run has found to be secret, for the one that goes on with its task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    texts: Vec<String>,
    is_full: bool,
}

impl Found {
    /// How many texts it holds.
    pub fn count(&self) -> usize {
        self.texts.len()
    }
}

impl Mask {
    /// Hides what every run is given, and what a later one need not be told of.
    pub fn give<'a>(&self, secrets: impl IntoIterator<Item = &'a str>) {
        self.hide(secrets, false);
    }

    /// Hides these from now on.
    pub fn add<'a>(&self, secrets: impl IntoIterator<Item = &'a str>) {
        self.hide(secrets, true);
    }

    /// Hides what an earlier run has found.
    pub fn restore(&self, found: &Found) {
        self.add(found.texts.iter().map(String::as_str));
        if found.is_full {
            self.is_full.store(true, Ordering::SeqCst);
        }
    }

    /// What has been found, when it is more than `known` texts.
    pub fn found_beyond(&self, known: usize) -> Option<Found> {
        let texts = self.texts.read().unwrap_or_else(PoisonError::into_inner);
        (texts.found.len() > known).then(|| Found {
            texts: texts.found.clone(),
            is_full: self.is_full.load(Ordering::SeqCst),
        })
    }

    fn hide<'a>(&self, secrets: impl IntoIterator<Item = &'a str>, is_found: bool) {
        let mut texts = self.texts.write().unwrap_or_else(PoisonError::into_inner);
        let Texts {
            written: texts,
            found,
        } = &mut *texts;
        let known: HashSet<String> = texts.iter().cloned().collect();
        for secret in secrets {
            let secret = secret.trim();
            if texts.len() > MOST {
                self.is_full.store(true, Ordering::SeqCst);
                break;
            }
            if secret.is_empty() || known.contains(secret) {
                continue;
            }
            if is_found {
                found.push(secret.to_owned());
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
    }

    /// Hides every text in the parts of a value that were computed from a secret.
    pub fn add_parts(&self, value: &Value, secrets: &Secrets) {
        let mut texts = Vec::new();
        for part in secrets.pointers().filter_map(|it| value.pointer(it)) {
            collect(part, &mut texts);
        }
        if !texts.is_empty() {
            self.add(texts.iter().map(String::as_str));
        }
    }

    /// The text with stars where there is anything to hide.
    pub fn apply(&self, text: &str) -> String {
        if self.is_full.load(Ordering::SeqCst) {
            return HIDDEN.to_owned();
        }
        let texts = self.texts.read().unwrap_or_else(PoisonError::into_inner);
        let mut shown = text.to_owned();
        for secret in &texts.written {
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

/// Every text and number in a value.
fn collect(value: &Value, texts: &mut Vec<String>) {
    match value {
        Value::Null | Value::Bool(_) => {}
        Value::Number(number) => texts.push(number.to_string()),
        Value::String(text) => texts.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| collect(item, texts)),
        Value::Object(entries) => entries.values().for_each(|item| collect(item, texts)),
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
    fn no_secret_is_pushed_out_by_others() {
        let mask = Mask::default();
        mask.add(["hunter2"]);
        let others = (0..MOST).map(|number| format!("something longer {number}"));
        let others: Vec<String> = others.collect();
        mask.add(others.iter().map(String::as_str));
        assert_eq!(mask.apply("it is hunter2"), "***");
        assert_eq!(
            mask.apply("nothing to see"),
            "***",
            "what cannot be told apart is hidden"
        );
    }

    #[test]
    fn a_later_run_hides_what_an_earlier_one_has_found() {
        let mask = Mask::default();
        mask.give(["of every run"]);
        assert_eq!(mask.found_beyond(0), None, "every run is given it");
        mask.add(["hunter2"]);
        let found = mask.found_beyond(0).expect("a text was found");
        assert_eq!(mask.found_beyond(found.count()), None);
        let later = Mask::default();
        later.restore(&found);
        let shown = later.apply(&format!("it is hunter2 or {}", STANDARD.encode("hunter2")));
        assert_eq!(shown, "it is *** or ***");

        let others = (0..MOST).map(|number| format!("something longer {number}"));
        let others: Vec<String> = others.collect();
        mask.add(others.iter().map(String::as_str));
        mask.add(["one too many"]);
        let later = Mask::default();
        later.restore(&mask.found_beyond(found.count()).expect("more were found"));
        assert_eq!(later.apply("nothing to see"), "***");
    }

    #[test]
    fn values_are_hidden_whole() {
        let mask = Mask::default();
        let value = json!({ "x": {"a": ["token"], "b": 4711}, "c": "open" });
        mask.add_parts(&value, &["/x".to_owned()].into_iter().collect());
        assert_eq!(
            mask.apply_to(&json!({"x": "a token", "token": 4711, "n": "open"})),
            json!({"x": "a ***", "***": "***", "n": "open"})
        );
    }
}
