//! The read model: the whole catalog in memory, ready to be asked.

use super::bodies::{Bodies, Piece};
use super::column::{Column, Ranked};
use super::declared::{self, Edge};
pub use super::entries::{Entries, Entry};
use super::index::Index;
use super::orders::Orders;
use super::registered::Registered;
use super::seen::Seen;
use super::shards::Shards;
use super::uid::Uid;
use crate::ingest::LocationRef;
use crate::store::{StoredSource, Tombstone};
use app::catalog::{EntityLink, EntityRef, Problem, SortField};
use bytes::Bytes;
use roaring::RoaringBitmap;
use serde_json::Value;
use std::collections::{BTreeSet, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, OnceLock, RwLock};

/// The catalog as of one change. It never changes: a new one takes its place, and shares with it
/// whatever the change has not touched.
#[derive(Debug, Default)]
pub struct Model {
    /// The number of the change it was built from.
    pub change: i64,
    pub entries: Entries,
    pub index: Index,
    pub(super) orders: Orders,
    /// Worst first, then by source and line; name conflicts included.
    pub problems: Arc<Vec<Problem>>,
    pub sources: Shards<Arc<Source>>,
    /// What tells this content from any other; the same on every replica.
    pub fingerprint: u64,
    /// Whether it was built from a store; the model of the very beginning was not.
    pub(crate) followed: bool,
    pub(super) bodies: Bodies,
    pub(super) declared: Bodies,
    /// What is wrong with each source, as it was read.
    pub(super) reported: Shards<Arc<[Problem]>>,
    /// What sources tell Location entities, by their lower-case references: which source, and the
    /// number of the problem there. Made when first asked for.
    pub(super) told: OnceLock<HashMap<String, Vec<(String, usize)>>>,
    /// Claims in vain, by name.
    pub(super) losers: Shards<Arc<[Loser]>>,
    /// Tombstones that are in force, by name.
    pub(super) kept_out: Arc<HashMap<String, Tombstone>>,
    /// What people and programs have registered.
    pub(super) registered: Registered,
    /// Numbers of `problems` by the entity they are about.
    pub(super) problems_of: Arc<HashMap<String, Vec<usize>>>,
    /// Of all entities together, in whatever order.
    pub(super) content: u64,
    pub(super) by_uid: OnceLock<Arc<Ranked>>,
    pub(super) by_key: OnceLock<Arc<Ranked>>,
    /// The links that rows have shown: a team that owns much is large to read.
    pub(super) links: RwLock<HashMap<String, EntityLink>>,
    /// Set when some of the whole is hidden.
    pub(super) seen: Option<Arc<Seen>>,
}

/// A location that was read.
#[derive(Debug)]
pub struct Source {
    pub origin: String,
    /// The location that led to this one; none for one that was registered.
    pub parent: Option<String>,
    /// Nothing leads to it any more.
    pub(super) orphan: bool,
    read_at: AtomicI64,
}

/// A claim of a name that another owns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Loser {
    /// The lower, the earlier: the number of the first claim, the location, and the place in it.
    pub(super) rank: Rank,
    pub(super) line: u32,
}

impl Loser {
    /// The line that people are told.
    pub(super) fn shown_line(&self) -> Option<u32> {
        LocationRef::has_lines(&self.rank.1).then_some(self.line)
    }
}

/// What decides between claims of a name: the lowest owns it.
pub(super) type Rank = (i64, Arc<str>, i64);

impl From<StoredSource> for Source {
    fn from(stored: StoredSource) -> Self {
        Self {
            origin: stored.origin,
            parent: stored.parent,
            orphan: stored.orphan,
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
        self.number(key).map(|number| self.entry(number))
    }

    /// The number of the entity of that lower-case reference.
    pub fn number(&self, key: &str) -> Option<u32> {
        self.entries.number(key)
    }

    /// The entity of a number of this model.
    pub fn entry(&self, number: u32) -> &Entry {
        self.entries.get(number)
    }

    /// The number of the entity of that uid.
    pub fn number_of_uid(&self, uid: &str) -> Option<u32> {
        self.entries.number_of_uid(&Uid::from(uid))
    }

    /// The finished entity as JSON, relations and all.
    pub fn body(&self, entry: &Entry) -> Bytes {
        self.cut(entry)
            .unwrap_or_else(|| self.bodies.get(entry.place))
    }

    /// Whether who looks gets it without some of its relations.
    pub fn is_cut(&self, entry: &Entry) -> bool {
        self.cut(entry).is_some()
    }

    fn cut(&self, entry: &Entry) -> Option<Bytes> {
        let seen = self.seen.as_ref()?;
        seen.body(self.number(&entry.key)?)
    }

    /// The same to look into.
    pub fn entity(&self, entry: &Entry) -> Value {
        serde_json::from_slice(&self.body(entry)).unwrap_or_default()
    }

    /// The relations that an entity declares itself.
    pub(super) fn declared(&self, entry: &Entry) -> BTreeSet<Edge> {
        declared::read(&entry.key, &self.declared.get(entry.declared))
    }

    /// The entities as JSON with commas between them, in as few pieces as possible.
    pub fn joined(&self, ids: &[u32]) -> Vec<Piece> {
        let stored = |ids: &[u32]| {
            self.bodies
                .joined(ids.iter().map(|&id| self.entry(id).place))
        };
        let Some(seen) = &self.seen else {
            return stored(ids);
        };
        let mut pieces = Vec::new();
        for run in ids.chunk_by(|a, b| !seen.cut().contains(*a) && !seen.cut().contains(*b)) {
            if !pieces.is_empty() {
                pieces.push(Piece::Ready(Bytes::from_static(b",")));
            }
            match run.first().and_then(|id| seen.body(*id)) {
                Some(shown) => pieces.push(Piece::Ready(shown)),
                None => pieces.extend(stored(run)),
            }
        }
        pieces
    }

    /// The numbers of all entities.
    pub fn everything(&self) -> RoaringBitmap {
        RoaringBitmap::clone(self.entries.live())
    }

    /// All entities in the order of their uids.
    pub(super) fn uid_order(&self) -> Column {
        if self.is_part() {
            return self.whole().uid_order();
        }
        let make = || {
            let mut ids: Vec<u32> = self.entries.live().iter().collect();
            let uid = |id: &u32| self.entries.uid(*id);
            ids.sort_unstable_by(|a, b| uid(a).cmp(uid(b)));
            Arc::new(Ranked::plain(ids))
        };
        Column::new(None, Arc::clone(self.by_uid.get_or_init(make)))
    }

    /// All entities in the order of their references.
    pub(super) fn key_order(&self) -> &Arc<Ranked> {
        if self.is_part() {
            return self.whole().key_order();
        }
        self.by_key.get_or_init(|| {
            let mut ids: Vec<u32> = self.entries.live().iter().collect();
            let key = |id: &u32| &*self.entry(*id).key;
            ids.sort_by(|a, b| key(a).cmp(key(b)));
            Arc::new(Ranked::plain(ids))
        })
    }

    /// The entities that have a key, in the order of it. What is hidden is among them: whoever goes
    /// through it passes over what is not selected.
    pub(super) fn order(&self, key: &str) -> Option<Column> {
        self.index.order(key, &self.whole().entries)
    }

    /// These entities in the order of a column of lists.
    pub(super) fn sorted(
        &self,
        ids: &RoaringBitmap,
        field: SortField,
        descending: bool,
    ) -> Vec<u32> {
        let whole = self.whole();
        whole.orders.sort(whole, ids, field, descending)
    }

    /// Prepares what has been asked of an earlier model, so that nobody waits for it.
    pub(super) fn warm_like(&self, earlier: &Self) {
        self.index.warm_like(&earlier.index, &self.entries);
        if earlier.by_uid.get().is_some() {
            self.uid_order();
        }
        if earlier.by_key.get().is_some_and(|order| order.has_places()) {
            self.key_order().places();
        }
        self.orders.warm_like(&earlier.orders, self);
    }

    /// What is wrong about that lower-case reference, in whichever source claims it.
    pub fn problems_of(&self, key: &str) -> impl Iterator<Item = &Problem> {
        let numbers = self.problems_of.get(key);
        numbers.into_iter().flatten().map(|&at| &self.problems[at])
    }

    /// How many problems the owner of that lower-case reference has itself.
    pub(super) fn own_problems(&self, entry: &Entry) -> usize {
        let problems = self.problems_of(&entry.key);
        problems
            .filter(|problem| problem.source == *entry.location)
            .count()
    }

    /// The locations that claim the name of an entity in vain.
    pub fn also_claimed_by(&self, entry: &Entry) -> Vec<String> {
        let losers = self.losers.get(&entry.key).into_iter();
        losers
            .flat_map(|losers| losers.iter())
            .map(|loser| loser.rank.1.to_string())
            .collect()
    }

    /// Says what tells this content from any other.
    pub(super) fn sign(&mut self) {
        let mut hasher = DefaultHasher::new();
        (self.change, self.content).hash(&mut hasher);
        self.fingerprint = hasher.finish();
    }
}

/// What an entity adds to the content: taken together by exclusive or, so it can be taken out again.
pub(super) fn signature(entry: &Entry) -> u64 {
    let mut hasher = DefaultHasher::new();
    (entry.version, &*entry.key).hash(&mut hasher);
    hasher.finish()
}
