//! `app.themes`, `app.theme`, `app.kinds` and `app.branding`: what the portal looks like.

mod read;

use crate::config::section::Section;
use crate::theme::{BUILT_IN, Values};
use app::site::KindLook;

/// Everything that can be said of the look. The default is the one that is built in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThemeSettings {
    /// `app.themes`: in their order. Default none.
    pub themes: Vec<Theme>,
    /// `app.theme`: the look of who has not chosen. Default the first theme, or `callboard`, which
    /// is built in.
    pub default: String,
    /// `app.kinds`: icon and colour of kinds. Default those that are built in.
    pub kinds: Vec<KindLook>,
}

/// An entry of `app.themes`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Theme {
    /// `name`: small letters, digits and hyphens.
    pub name: String,
    /// `title`: what readers choose it by. Default the name.
    pub title: String,
    /// `product`: in place of `app.title`.
    pub product: Option<String>,
    /// `logo`: an SVG, in place of the brand mark.
    pub logo: Option<String>,
    /// `favicon`: an SVG.
    pub favicon: Option<String>,
    /// `tokens`, `light` and `dark`, checked, with what follows from them.
    pub values: Values,
}

impl Default for ThemeSettings {
    fn default() -> Self {
        Self {
            themes: Vec::new(),
            default: BUILT_IN.to_owned(),
            kinds: Vec::new(),
        }
    }
}

impl ThemeSettings {
    pub(super) fn read(root: &Section<'_>) -> Self {
        root.section("app")
            .map_or_else(Self::default, |app| read::settings(&app))
    }

    /// Whether readers can choose the built-in look: not where a theme has taken its name.
    pub fn offers_built_in(&self) -> bool {
        self.themes.iter().all(|theme| theme.name != BUILT_IN)
    }
}

#[cfg(test)]
mod tests;
