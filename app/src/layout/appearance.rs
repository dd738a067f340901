//! How the pages look to one reader: theme, density, side bar; kept in a cookie.
//!
//! The server reads the cookie and writes attributes on `<html>`, so that the first paint is right;
//! the browser changes the attributes at once and tells the server.

use crate::error::ApiError;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// Light, dark, or what the reader's system says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Theme {
    #[default]
    System,
    Light,
    Dark,
}

/// What a reader has chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Appearance {
    pub theme: Theme,
    pub compact: bool,
    pub folded: bool,
}

/// One choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Choice {
    System,
    Light,
    Dark,
    Normal,
    Compact,
    Unfolded,
    Folded,
}

impl Choice {
    /// Its word in the form and in the cookie.
    pub fn word(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
            Self::Normal => "normal",
            Self::Compact => "compact",
            Self::Unfolded => "unfolded",
            Self::Folded => "folded",
        }
    }
}

impl Appearance {
    pub fn with(mut self, choice: Choice) -> Self {
        match choice {
            Choice::System => self.theme = Theme::System,
            Choice::Light => self.theme = Theme::Light,
            Choice::Dark => self.theme = Theme::Dark,
            Choice::Normal => self.compact = false,
            Choice::Compact => self.compact = true,
            Choice::Unfolded => self.folded = false,
            Choice::Folded => self.folded = true,
        }
        self
    }

    /// Whether it is so chosen.
    pub fn has(self, choice: Choice) -> bool {
        match choice {
            Choice::System => self.theme == Theme::System,
            Choice::Light => self.theme == Theme::Light,
            Choice::Dark => self.theme == Theme::Dark,
            Choice::Normal => !self.compact,
            Choice::Compact => self.compact,
            Choice::Unfolded => !self.folded,
            Choice::Folded => self.folded,
        }
    }

    /// The value of `data-theme`; none is the system's.
    pub fn theme_attribute(self) -> Option<&'static str> {
        match self.theme {
            Theme::System => None,
            Theme::Light => Some("light"),
            Theme::Dark => Some("dark"),
        }
    }

    /// The value of `data-density`.
    pub fn density_attribute(self) -> Option<&'static str> {
        self.compact.then_some("compact")
    }

    /// The value of `data-sidebar`.
    pub fn sidebar_attribute(self) -> Option<&'static str> {
        self.folded.then_some("folded")
    }

    /// The attributes of `<html>` that say it.
    fn attributes(self) -> [(&'static str, Option<&'static str>); 3] {
        [
            ("data-theme", self.theme_attribute()),
            ("data-density", self.density_attribute()),
            ("data-sidebar", self.sidebar_attribute()),
        ]
    }

    /// Reads words in any order; unknown ones are of another version and mean nothing.
    fn from_words<'a>(words: impl IntoIterator<Item = &'a str>) -> Self {
        words
            .into_iter()
            .fold(Self::default(), |look, word| match word {
                "light" => look.with(Choice::Light),
                "dark" => look.with(Choice::Dark),
                "compact" => look.with(Choice::Compact),
                "folded" => look.with(Choice::Folded),
                _ => look,
            })
    }

    /// What the request's cookie says.
    #[cfg(feature = "ssr")]
    pub fn of_request() -> Self {
        let words = crate::cookie::of_request(COOKIE);
        words.map_or_else(Self::default, |words| Self::from_words(words.split('.')))
    }

    /// What the document that the browser has loaded says.
    #[cfg(not(feature = "ssr"))]
    pub fn of_request() -> Self {
        let html = document().document_element();
        let words: Vec<String> = Self::default()
            .attributes()
            .into_iter()
            .filter_map(|(name, _)| html.as_ref()?.get_attribute(name))
            .collect();
        Self::from_words(words.iter().map(String::as_str))
    }

    /// Shows it in the document at once.
    fn show(self) {
        let Some(html) = document().document_element() else {
            return;
        };
        for (name, value) in self.attributes() {
            let _ = match value {
                Some(value) => html.set_attribute(name, value),
                None => html.remove_attribute(name),
            };
        }
    }

    /// The cookie's value.
    fn to_words(self) -> String {
        self.attributes()
            .into_iter()
            .filter_map(|(_, value)| value)
            .collect::<Vec<_>>()
            .join(".")
    }
}

/// Chooses in the browser: shows it at once, and has it remembered. The whole look is sent, for a
/// request that is still under way may not have left its choice in the cookie yet.
pub(crate) fn choose(look: RwSignal<Appearance>, choice: Choice) {
    let chosen = look.get_untracked().with(choice);
    look.set(chosen);
    chosen.show();
    leptos::task::spawn_local(async move {
        let _ = set_appearance(choice, Some(chosen.to_words())).await;
    });
}

/// The cookie.
#[cfg(feature = "ssr")]
const COOKIE: &str = "callboard-look";

/// Remembers a choice in the reader's browser for a year, beside those that `look` says or, from a
/// form that was sent without scripts, those that the cookie says.
#[server(prefix = "/_fn", endpoint = "set_appearance")]
pub(crate) async fn set_appearance(choice: Choice, look: Option<String>) -> Result<(), ApiError> {
    let words = look
        .map_or_else(Appearance::of_request, |look| {
            Appearance::from_words(look.split('.'))
        })
        .with(choice)
        .to_words();
    crate::cookie::keep(COOKIE, &words);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_look_survives_its_words() {
        let look = Appearance::default()
            .with(Choice::Dark)
            .with(Choice::Compact)
            .with(Choice::Folded);
        let words = look.to_words();
        assert_eq!(words, "dark.compact.folded");
        assert_eq!(Appearance::from_words(words.split('.')), look);
        let default = Appearance::default();
        assert_eq!(
            Appearance::from_words(default.to_words().split('.')),
            default
        );
        assert_eq!(Appearance::from_words(["neon", ""]), Appearance::default());
    }
}
