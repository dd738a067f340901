//! Drawings of graphs: where boxes stand and lines go.
//!
//! [`layers`] knows nothing of entities; [`place`] gives boxes their sizes, and bundles what would only
//! be a long column.

mod cross;
mod layers;
mod place;
mod rank;
mod spread;
#[cfg(test)]
mod tests;
mod text;

pub(crate) use place::{Item, Line, Side, place};
