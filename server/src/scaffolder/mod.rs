//! Templates: what they ask of whoever uses them, and what they make of the answers.
//!
//! [`language`] is what stands between `${{` and `}}`, with [`filters`] about repositories and
//! entities; [`skeleton`] makes files of files with it.

pub mod filters;
pub mod language;
pub mod parameters;
pub mod skeleton;
