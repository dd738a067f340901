//! Entities by where they were read.

use super::summarise::link_of;
use super::{Entry, Model};
use app::catalog::EntityLink;
use bytes::Bytes;

/// The entities read from locations that begin like this, each with its location and as JSON.
pub fn located(model: &Model, beginning: &str) -> Vec<(String, Bytes)> {
    let entries = model.entries.iter();
    let here = entries.filter(|entry| entry.location.starts_with(beginning));
    here.map(|entry| (entry.location.to_string(), model.body(entry)))
        .collect()
}

/// The entities read from one location, as JSON.
pub fn at(model: &Model, location: &str) -> Vec<Bytes> {
    let entries = model.entries.iter();
    let here = entries.filter(|entry| *entry.location == *location);
    here.map(|entry| model.body(entry)).collect()
}

/// The entities that came by way of one registered location, by name.
pub fn colocated(model: &Model, origin: &str) -> Vec<EntityLink> {
    let came_by = |entry: &&Entry| {
        let source = model.sources.get(&entry.location);
        source.is_some_and(|source| source.origin == origin)
    };
    let entries = model.entries.iter().filter(came_by);
    entries.map(|entry| link_of(&model.entity(entry))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_not_its_neighbour() {
        let model = Model::default();
        assert!(located(&model, "url:https://github.com/acme/x/").is_empty());
    }
}
