//! Software templates.

mod language;
mod skeleton;
