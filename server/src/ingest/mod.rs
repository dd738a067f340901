//! From catalog files to claims on entities: read, parse, validate, relate. Writes nothing.

pub mod parse;
pub mod validate;
