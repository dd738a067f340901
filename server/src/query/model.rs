//! The read model: the whole catalog in memory, ready to be asked.

use super::bodies::{Bodies, Place};
use super::index::Index;
use super::orders::Orders;
use crate::store::StoredSource;
use app::catalog::{EntityRef, EntitySummary, Problem};
use bytes::Bytes;
use roaring::RoaringBitmap;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// The catalog as of one change. It never changes: a new one takes its place.
#[derive(Debug, Default)]
pub struct Model {
    /// The number of the change it was built from.
    pub change: i64,
    /// In the order of references; an entity's number is its place here.
    pub entries: Vec<Entry>,
    pub index: Index,
    pub orders: Orders,
    /// Worst first, then by source and line; name conflicts included.
    pub problems: Vec<Problem>,
    pub sources: HashMap<String, Source>,
    /// Whether it was built from a store; the model of the very beginning was not.
    pub(crate) followed: bool,
    /// What tells this content from any other; the same on every replica.
    pub fingerprint: u64,
    pub(super) bodies: Bodies,
    pub(super) by_key: HashMap<Arc<str>, u32>,
    pub(super) by_uid: HashMap<Arc<str>, u32>,
    /// Numbers of `problems` by the entity they are about.
    pub(super) problems_of: HashMap<String, Vec<usize>>,
}

/// A location that was read.
#[derive(Debug)]
pub struct Source {
    pub origin: String,
    /// The location that led to this one; none for one that was registered.
    pub parent: Option<String>,
    read_at: AtomicI64,
}

/// One entity, ready to be shown and sent.
#[derive(Debug)]
pub struct Entry {
    /// `kind:namespace/name`, lower case.
    pub key: Arc<str>,
    pub uid: Arc<str>,
    /// The finished entity as JSON, relations and all.
    pub body: Bytes,
    pub(super) place: Place,
    /// Without what depends on the viewer.
    pub summary: EntitySummary,
    /// What a text filter looks into, lower case.
    pub haystack: String,
    /// The location whose claim won, and the line there.
    pub location: Arc<str>,
    pub line: u32,
    /// Locations that claim the same name in vain.
    pub also_claimed_by: Vec<String>,
    /// The groups it is a direct member of. Other relations are in the body alone.
    pub member_of: Vec<EntityRef>,
}

impl From<StoredSource> for Source {
    fn from(stored: StoredSource) -> Self {
        Self {
            origin: stored.origin,
            parent: stored.parent,
            read_at: AtomicI64::new(stored.read_at),
        }
    }
}

impl Source {
    /// When it was last read, in Unix milliseconds.
    pub fn read_at(&self) -> i64 {
        self.read_at.load(Ordering::Relaxed)
    }

    /// Reading what has not changed is no change of the catalog, so it makes no new model.
    pub(crate) fn set_read_at(&self, millis: i64) {
        self.read_at.fetch_max(millis, Ordering::Relaxed);
    }
}

impl Model {
    /// The entity of that name.
    pub fn get(&self, entity_ref: &EntityRef) -> Option<&Entry> {
        self.get_key(&entity_ref.to_string())
    }

    /// The entity of that lower-case reference.
    pub fn get_key(&self, key: &str) -> Option<&Entry> {
        self.number(key)
            .map(|number| &self.entries[number as usize])
    }

    /// The number of the entity of that lower-case reference.
    pub fn number(&self, key: &str) -> Option<u32> {
        self.by_key.get(key).copied()
    }

    /// The entity of that uid.
    pub fn get_uid(&self, uid: &str) -> Option<&Entry> {
        self.number_of_uid(uid)
            .map(|number| &self.entries[number as usize])
    }

    /// The number of the entity of that uid.
    pub fn number_of_uid(&self, uid: &str) -> Option<u32> {
        self.by_uid.get(uid).copied()
    }

    /// The entities as JSON with commas between them, in as few pieces as possible.
    pub fn joined(&self, ids: &[u32]) -> Vec<Bytes> {
        let places = ids.iter().map(|&id| self.entries[id as usize].place);
        self.bodies.joined(places)
    }

    /// Prepares what has been asked of an earlier model, so that nobody waits for it.
    pub(super) fn warm_like(&self, earlier: &Self) {
        self.index.warm_like(&earlier.index);
    }

    /// The numbers of all entities.
    pub fn everything(&self) -> RoaringBitmap {
        let end = u32::try_from(self.entries.len()).expect("a catalog is below 4 billion");
        let mut ids = RoaringBitmap::new();
        ids.insert_range(0..end);
        ids
    }

    /// What is wrong about that lower-case reference, in whichever source claims it.
    pub fn problems_of(&self, key: &str) -> impl Iterator<Item = &Problem> {
        let numbers = self.problems_of.get(key);
        numbers.into_iter().flatten().map(|&at| &self.problems[at])
    }
}
