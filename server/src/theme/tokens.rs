//! The tokens of the look with their values, read from the stylesheet that has them.

use csscolorparser::Color;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The first block holds every token that a theme can set.
const STYLE: &str = include_str!("../../../style/00-tokens.css");
/// Sizes that the layout counts on.
const FIXED: [&str; 4] = ["row", "bar", "side", "gutter"];
/// A radius beyond that is no corner any more, in pixels.
const MAX_RADIUS: f32 = 32.0;

/// Light or dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    Light,
    Dark,
}

/// Token names, without their dashes, with the values in light and in dark.
pub type Values = BTreeMap<String, [String; 2]>;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sort {
    Color,
    Length,
    Font,
}

static BUILT_IN: LazyLock<Values> = LazyLock::new(|| {
    let block = STYLE.split_once(":root {").map_or("", |(_, rest)| rest);
    let block = block.split_once("\n}").map_or("", |(block, _)| block);
    let tokens = block.lines().filter_map(|line| {
        let (name, value) = line.trim().strip_prefix("--")?.split_once(':')?;
        let value = value.trim().strip_suffix(';')?;
        let pair = value.strip_prefix("light-dark(");
        let pair = pair.and_then(|pair| pair.strip_suffix(')')?.split_once(','));
        let (light, dark) = pair.unwrap_or((value, value));
        let values = [light, dark].map(|value| value.trim().to_owned());
        (!FIXED.contains(&name)).then(|| (name.to_owned(), values))
    });
    tokens.collect()
});

impl Scheme {
    pub const ALL: [Self; 2] = [Self::Light, Self::Dark];

    /// Its word in the configuration.
    pub fn word(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

/// The value of a token that is built in; empty when there is no such token.
pub fn built_in(name: &str, scheme: Scheme) -> &'static str {
    let known = BUILT_IN.get(name);
    known.map_or("", |pair| pair[scheme as usize].as_str())
}

/// The value of a token in a theme, or else the one that is built in.
pub(super) fn value<'a>(values: &'a Values, name: &str, scheme: Scheme) -> &'a str {
    let known = values.get(name);
    known.map_or_else(|| built_in(name, scheme), |pair| &pair[scheme as usize])
}

/// The value for a token as it goes into a stylesheet: a colour as hexadecimal digits, a length in
/// pixels, or a list of font families. Nothing else passes, so no value can end its declaration.
///
/// # Errors
/// What it should be.
pub fn check(name: &str, written: &str) -> Result<String, String> {
    let sort = BUILT_IN.get(name).map(|_| sort(name));
    match sort {
        None => Err(format!(
            "names the token '{name}', which there is not; there are {}",
            BUILT_IN
                .keys()
                .map(String::as_str)
                .collect::<Vec<_>>()
                .join(", ")
        )),
        Some(Sort::Color) => match csscolorparser::parse(written.trim()) {
            Ok(color) => Ok(Color::from(color.to_rgba8()).to_css_hex().to_string()),
            Err(_) => Err(format!(
                "sets {name} to '{written}', should be a colour such as '#5b54d0' or 'rebeccapurple'"
            )),
        },
        Some(Sort::Length) => {
            let number = written.trim().strip_suffix("px").unwrap_or(written.trim());
            match number.parse::<f32>() {
                Ok(pixels) if (0.0..=MAX_RADIUS).contains(&pixels) => Ok(format!("{pixels}px")),
                _ => Err(format!(
                    "sets {name} to '{written}', should be a length such as '6px', up to {MAX_RADIUS}px"
                )),
            }
        }
        Some(Sort::Font) => {
            let is_plain = |character: char| {
                character.is_alphanumeric()
                    || matches!(character, ' ' | ',' | '-' | '_' | '"' | '\'')
            };
            let quotes = |quote: char| written.chars().filter(|it| *it == quote).count() % 2 == 0;
            if !written.trim().is_empty()
                && written.chars().all(is_plain)
                && quotes('"')
                && quotes('\'')
            {
                return Ok(written.trim().to_owned());
            }
            Err(format!(
                "sets {name} to '{written}', should be names of fonts such as '\"Segoe UI\", sans-serif'"
            ))
        }
    }
}

fn sort(name: &str) -> Sort {
    if name.starts_with("radius-") {
        Sort::Length
    } else if name.starts_with("font") {
        Sort::Font
    } else {
        Sort::Color
    }
}
