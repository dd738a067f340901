//! The catalog as pages know it: references, summaries, filters and the questions they may ask.

mod entity_ref;
mod problem;
pub mod relation;

pub use entity_ref::{DEFAULT_NAMESPACE, EntityRef, InvalidEntityRef, RefDefaults};
pub use problem::{Problem, Severity};
pub use relation::Relation;
