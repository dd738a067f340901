//! Themes: what the tokens of the look may be set to, and what has to stay legible.
//!
//! A theme is a list of values for the custom properties of `style/00-tokens.css`. What it does not
//! name stays as it is there, so a theme of one colour is a whole theme.

mod contrast;
mod derive;
mod sheet;
mod tokens;

pub use contrast::{Faint, faint};
pub use derive::accents;
pub use sheet::Themes;
pub use tokens::{Scheme, Values, built_in, check};

/// The name of the look that is built in.
pub const BUILT_IN: &str = "callboard";

#[cfg(test)]
mod tests;
