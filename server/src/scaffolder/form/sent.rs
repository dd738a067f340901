//! What a browser sends of a form: the values so far, the answers of the page, and what is to be done.
//!
//! It comes as pairs, from a script or as the fields of a form. What begins with a slash is an answer,
//! named by the JSON pointer of its value; the other names are few.

use app::error::ApiError;
use serde_json::{Map, Value};
use std::collections::{BTreeSet, HashMap};

/// More is not read, in bytes. A form is filled in by hand, and values of 10 pages are some kB.
const MAX_BYTES: usize = 512 * 1024;
/// Pairs of one form.
const MAX_PAIRS: usize = 5_000;

/// A form as it was sent.
#[derive(Debug, Clone, Default)]
pub(super) struct Sent {
    /// None when nothing has been filled in yet.
    pub(super) values: Option<Map<String, Value>>,
    /// What a link fills in.
    pub(super) given: Map<String, Value>,
    pub(super) page: usize,
    pub(super) act: Act,
    /// Answers by the pointer of their value and what follows it.
    pub(super) answers: Vec<(String, String)>,
    /// Which variant was chosen, by the pointer of its value.
    pub(super) chosen: HashMap<String, usize>,
    /// The same as the page was shown.
    pub(super) was: HashMap<String, usize>,
    pub(super) touched: BTreeSet<String>,
    pub(super) tried: bool,
    /// A script has sent it, which keeps what is concealed.
    pub(super) by_script: bool,
}

/// What is to be done with it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) enum Act {
    #[default]
    Show,
    Next,
    Back,
    Turn(usize),
    Add(String),
    Remove(String),
    Rise(String),
    Sink(String),
    /// The reader has left a field.
    Changed(String),
    /// It was kept in the browser.
    Restore,
}

impl Act {
    fn parse(text: &str) -> Self {
        let (word, rest) = text.split_once(':').unwrap_or((text, ""));
        let rest = || rest.to_owned();
        match word {
            "next" => Self::Next,
            "back" => Self::Back,
            "turn" => rest().parse().map_or(Self::Show, Self::Turn),
            "add" => Self::Add(rest()),
            "remove" => Self::Remove(rest()),
            "rise" => Self::Rise(rest()),
            "sink" => Self::Sink(rest()),
            "changed" => Self::Changed(rest()),
            "restore" => Self::Restore,
            _ => Self::Show,
        }
    }
}

impl Sent {
    /// # Errors
    /// [`ApiError::Invalid`] when it is too large, or its values are no object.
    pub(super) fn read(pairs: &[(String, String)]) -> Result<Self, ApiError> {
        let bytes: usize = pairs
            .iter()
            .map(|(name, value)| name.len() + value.len())
            .sum();
        if bytes > MAX_BYTES || pairs.len() > MAX_PAIRS {
            let message = "This is more than a form can hold; shorten the longest answers";
            return Err(ApiError::invalid("form", message));
        }
        let mut sent = Self::default();
        for (name, value) in pairs {
            match name.as_str() {
                "values" => sent.values = Some(object("values", value)?),
                "formData" => sent.given = object("formData", value)?,
                // Existing installations count pages in the same way.
                "page" => sent.page = value.parse().unwrap_or(0),
                "do" => sent.act = Act::parse(value),
                "touched" => drop(sent.touched.insert(value.clone())),
                "tried" => sent.tried = true,
                "script" => sent.by_script = true,
                name if name.starts_with('/') => {
                    sent.answers.push((name.to_owned(), value.clone()));
                }
                name => sent.take_variant(name, value),
            }
        }
        Ok(sent)
    }

    /// The variants that were chosen on a page.
    pub(super) fn chosen_at(&self, page: usize) -> HashMap<String, usize> {
        if page == self.page {
            self.chosen.clone()
        } else {
            HashMap::new()
        }
    }

    fn take_variant(&mut self, name: &str, value: &str) {
        let Ok(chosen) = value.parse() else { return };
        let (variants, path) = if let Some(path) = name.strip_prefix("variant:") {
            (&mut self.chosen, path)
        } else if let Some(path) = name.strip_prefix("was:") {
            (&mut self.was, path)
        } else {
            return;
        };
        variants.insert(path.to_owned(), chosen);
    }

    /// The answers whose names are this pointer or begin with it and a mark.
    pub(super) fn answers_of<'a>(
        &'a self,
        path: &'a str,
        mark: &'a str,
    ) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.answers.iter().filter_map(move |(name, value)| {
            let rest = name.strip_prefix(path)?.strip_prefix(mark)?;
            Some((rest, value.as_str()))
        })
    }

    /// The last answer of exactly that name: a box that is not ticked is preceded by one that is not
    /// seen.
    pub(super) fn answer(&self, path: &str) -> Option<&str> {
        let answers = self.answers.iter().rev();
        let mut named = answers.filter(|(name, _)| name == path);
        named.next().map(|(_, value)| value.as_str())
    }
}

fn object(field: &str, text: &str) -> Result<Map<String, Value>, ApiError> {
    serde_json::from_str(text)
        .map_err(|error| ApiError::invalid(field, format!("{field} is not a JSON object: {error}")))
}
