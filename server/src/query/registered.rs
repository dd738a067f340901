//! Registered locations, and names that are kept out.

use super::model::Model;
use super::shards::Shards;
use crate::ingest::LocationRef;
use crate::store::{StoredChanges, StoredLocation, Tombstone};
use std::cmp::Reverse;
use std::sync::Arc;

/// What people and programs have registered; the next state shares what a change does not touch.
#[derive(Debug, Clone, Default)]
pub(super) struct Registered {
    by_location: Shards<Arc<StoredLocation>>,
    by_id: Shards<Arc<StoredLocation>>,
}

impl Registered {
    pub(super) fn add(&mut self, locations: Vec<StoredLocation>) {
        for location in locations {
            self.put(Arc::new(location));
        }
    }

    /// Takes over what is registered of the sources of a change.
    pub(super) fn follow(&mut self, changes: &StoredChanges) {
        let sources = changes.sources.iter().map(|(location, _)| location);
        for location in sources.chain(&changes.removed) {
            if let Some(before) = self.by_location.remove(location) {
                self.by_id.remove(&before.id);
            }
        }
        for location in &changes.registered {
            self.put(Arc::new(location.clone()));
        }
    }

    fn put(&mut self, location: Arc<StoredLocation>) {
        let id = location.id.as_str().into();
        let place = location.location().to_string().into();
        self.by_id.insert(id, Arc::clone(&location));
        self.by_location.insert(place, location);
    }
}

/// All registered locations, in the order in which they were registered.
pub fn registered(model: &Model) -> Vec<&StoredLocation> {
    let all = model.registered.by_id.iter();
    let mut all: Vec<&StoredLocation> = all.map(|(_, location)| &**location).collect();
    all.sort_by_key(|it| it.ordinal);
    all
}

/// The registered location with that id.
pub fn registered_as<'a>(model: &'a Model, id: &str) -> Option<&'a StoredLocation> {
    model.registered.by_id.get(id).map(|it| &**it)
}

/// The registered location of that place.
pub fn registered_at<'a>(model: &'a Model, place: &LocationRef) -> Option<&'a StoredLocation> {
    let found = model.registered.by_location.get(&place.to_string());
    found.map(|it| &**it)
}

/// What is kept out, the latest first.
pub fn kept_out(model: &Model) -> Vec<&Tombstone> {
    let mut all: Vec<&Tombstone> = model.kept_out.values().collect();
    all.sort_by_key(|it| (Reverse(it.created_at), &it.entity_ref));
    all
}
