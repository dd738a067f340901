//! Templates: what they ask of whoever uses them, and what they make of the answers.
//!
//! [`language`] is what stands between `${{` and `}}`.

pub mod language;
pub mod parameters;
