//! Primitives without a domain word.

mod load;

pub use load::Load;
