//! Software templates.

mod language;
