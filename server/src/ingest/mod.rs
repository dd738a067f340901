//! From catalog files to claims on entities: read, parse, validate, relate. Writes nothing.

pub mod location;
pub mod parse;
pub mod relate;
pub mod validate;
