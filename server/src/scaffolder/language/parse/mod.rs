//! Reads a template: from pieces and tokens to parts.

mod operators;
mod signature;
mod statements;
mod tokens;
mod values;

pub(super) use statements::parse;
