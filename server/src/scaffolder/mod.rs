//! Templates: what they ask of whoever uses them, and what they make of the answers.

pub mod parameters;
