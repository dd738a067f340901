//! From catalog files to claims on entities: read, parse, validate, relate. Writes nothing.

pub mod location;
pub mod parse;
pub mod placeholder;
pub mod relate;
pub mod rules;
mod update;
pub mod validate;
pub use location::LocationRef;
pub use update::{Claim, Outcome, SourceUpdate};
