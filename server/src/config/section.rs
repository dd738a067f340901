//! Reads one part of the configuration into a struct, keeping note of every key asked for and of
//! everything that was wrong.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::Value;

use super::duration::read_duration;
use super::error::ConfigProblem;
use super::node::{Node, Origin};
use super::reader::{ConfigReader, ReadError};
use super::secret::Secret;

/// What reading found out, shared by all sections.
#[derive(Default)]
pub(crate) struct Trace {
    pub(crate) problems: RefCell<Vec<ConfigProblem>>,
    pub(crate) warnings: RefCell<Vec<ConfigProblem>>,
    pub(crate) asked: RefCell<Asked>,
}

/// The keys that were asked for, whether present or not.
#[derive(Debug, Default)]
pub(crate) struct Asked {
    /// Read with everything below.
    pub(crate) values: BTreeSet<String>,
    /// Looked into.
    pub(crate) sections: BTreeSet<String>,
}

impl Asked {
    fn note(&mut self, key: &str, whole: bool) {
        for (end, _) in key.match_indices(['.', '[']) {
            self.sections.insert(key[..end].to_owned());
        }
        let keys = if whole {
            &mut self.values
        } else {
            &mut self.sections
        };
        keys.insert(key.to_owned());
    }
}

/// A part of the configuration. A value that cannot be used reads as absent and leaves a problem.
#[derive(Clone)]
pub(crate) struct Section<'a> {
    reader: ConfigReader<'a>,
    trace: &'a Trace,
}

impl<'a> Section<'a> {
    pub(crate) fn new(reader: ConfigReader<'a>, trace: &'a Trace) -> Self {
        Self { reader, trace }
    }

    pub(crate) fn string(&self, key: &str) -> Option<String> {
        self.note(key, true);
        self.keep(self.reader.optional_string(key))
    }

    pub(crate) fn required_string(&self, key: &str) -> Option<String> {
        self.note(key, true);
        let value = self.reader.optional_string(key);
        self.keep(value.and_then(|value| self.reader.required(key, value).map(Some)))
    }

    /// Text, or a number written without quotes.
    pub(crate) fn text(&self, key: &str) -> Option<String> {
        match self.node(key).map(Node::to_json) {
            Some(Value::Number(number)) => {
                self.note(key, true);
                Some(number.to_string())
            }
            _ => self.string(key),
        }
    }

    pub(crate) fn secret(&self, key: &str) -> Option<Secret> {
        self.text(key).map(Secret::new)
    }

    pub(crate) fn boolean(&self, key: &str) -> Option<bool> {
        self.note(key, true);
        self.keep(self.reader.optional_boolean(key))
    }

    /// A whole number from 0 to 65535.
    pub(crate) fn port(&self, key: &str) -> Option<u16> {
        self.note(key, true);
        let number = self.keep(self.reader.optional_number(key))?;
        if (0.0..=f64::from(u16::MAX)).contains(&number) && number.fract() == 0.0 {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a whole number in range, as just checked"
            )]
            return Some(number as u16);
        }
        self.refuse(key, "should be a port, a whole number up to 65535");
        None
    }

    /// A whole number above 0.
    pub(crate) fn count(&self, key: &str) -> Option<usize> {
        self.note(key, true);
        let number = self.keep(self.reader.optional_number(key))?;
        if (1.0..=1e9).contains(&number) && number.fract() == 0.0 {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a whole number in range, as just checked"
            )]
            return Some(number as usize);
        }
        self.refuse(key, "should be a whole number from 1 to a billion");
        None
    }

    pub(crate) fn strings(&self, key: &str) -> Option<Vec<String>> {
        self.note(key, true);
        self.keep(self.reader.optional_string_array(key))
    }

    pub(crate) fn duration(&self, key: &str) -> Option<Duration> {
        self.note(key, true);
        self.node(key)?;
        let duration = self.keep(read_duration(&self.reader, Some(key)).map(Some))?;
        let length = duration.to_duration();
        if length.is_none() {
            self.refuse(key, "should be a positive duration such as '30 minutes'");
        }
        length
    }

    /// One of a few words.
    pub(crate) fn choice<T: Copy>(&self, key: &str, choices: &[(&str, T)]) -> Option<T> {
        let word = self.string(key)?;
        let found = choices.iter().find(|(name, _)| *name == word);
        if found.is_none() {
            let names: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
            self.refuse(
                key,
                &format!("is '{word}', should be one of {}", names.join(", ")),
            );
        }
        found.map(|(_, value)| *value)
    }

    pub(crate) fn section(&self, key: &str) -> Option<Self> {
        self.note(key, false);
        let reader = self.keep(self.reader.topmost_config(key))?;
        Some(Self { reader, ..*self })
    }

    pub(crate) fn sections(&self, key: &str) -> Option<Vec<Self>> {
        self.note(key, false);
        let readers = self.keep(self.reader.optional_config_array(key))?;
        let sections = readers.into_iter().enumerate().map(|(index, reader)| {
            self.note(&format!("{key}[{index}]"), false);
            Self { reader, ..*self }
        });
        Some(sections.collect())
    }

    pub(crate) fn keys(&self) -> Vec<String> {
        self.reader.keys()
    }

    /// The merged value with everything below; the empty key means this section.
    pub(crate) fn value(&self, key: &str) -> Option<Value> {
        self.note(key, true);
        self.keep(self.reader.optional(key))
    }

    /// The value as it is written, without noting that it was read.
    pub(crate) fn node(&self, key: &str) -> Option<&'a Node> {
        self.reader.find(key).ok().flatten()
    }

    /// Records that the value at `key` cannot be used; `reason` follows the key's name.
    pub(crate) fn refuse(&self, key: &str, reason: &str) {
        let problem = self.problem(key, reason);
        self.trace.problems.borrow_mut().push(problem);
    }

    /// Records that the value at `key` is not used; `reason` follows the key's name.
    pub(crate) fn warn(&self, key: &str, reason: &str) {
        let problem = self.problem(key, reason);
        self.trace.warnings.borrow_mut().push(problem);
    }

    /// Records that something within the value at `key` is not used, where `origin` says.
    pub(crate) fn warn_at(&self, origin: &Origin, key: &str, message: &str) {
        let full = self.reader.full_key(key);
        let problem = ConfigProblem::at(origin, &full, format!("'{full}' {message}"));
        self.trace.warnings.borrow_mut().push(problem);
    }

    fn problem(&self, key: &str, reason: &str) -> ConfigProblem {
        let full = self.reader.full_key(key);
        let node = self.node(key).or_else(|| self.node(""));
        let origin = node.map_or_else(
            || Origin::named("configuration"),
            |node| node.origin.clone(),
        );
        ConfigProblem::at(&origin, &full, format!("'{full}' {reason}"))
    }

    fn note(&self, key: &str, whole: bool) {
        let full = self.reader.full_key(key);
        self.trace.asked.borrow_mut().note(&full, whole);
    }

    fn keep<T>(&self, read: Result<Option<T>, ReadError>) -> Option<T> {
        read.unwrap_or_else(|error| {
            let origin = error
                .origin
                .unwrap_or_else(|| Origin::named("configuration"));
            self.trace.problems.borrow_mut().push(ConfigProblem::at(
                &origin,
                &error.key,
                error.message,
            ));
            None
        })
    }
}
