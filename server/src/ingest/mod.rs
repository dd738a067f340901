//! From catalog files to claims on entities: read, parse, validate, relate. Writes nothing.

pub mod location;
pub mod parse;
pub mod placeholder;
pub mod relate;
pub mod rules;
pub mod validate;
