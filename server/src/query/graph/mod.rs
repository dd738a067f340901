//! What hangs together with what: the neighbourhood of entities, and what a system or domain holds.

mod diagram;
mod drawing;
mod net;
#[cfg(test)]
mod tests;
mod walk;

pub(super) use diagram::diagram;
pub(super) use drawing::drawing;
pub(super) use walk::{landscape, neighbourhood};

/// The relations of the catalog, as they are drawn.
pub(super) fn relation_names(model: &super::Model) -> Vec<String> {
    net::Relations::of(model).names()
}

/// Larger drawings help nobody.
const MOST: usize = 300;
