//! The entities by their numbers, by name and by uid.
//!
//! An entity keeps its number for life; the number of one that has gone is given out again. They
//! stand in pieces that a model shares with the next, but for those that a change touches.

use super::bodies::Place;
use super::uid::Uid;
use hashbrown::{DefaultHashBuilder, HashTable};
use roaring::RoaringBitmap;
use std::hash::BuildHasher;
use std::sync::Arc;

/// Entities in one piece.
const PIECE: usize = 256;

/// One entity, without its document.
#[derive(Debug, Clone)]
pub struct Entry {
    /// `kind:namespace/name`, lower case.
    pub key: Arc<str>,
    pub uid: Uid,
    /// The location whose claim won, and the line there.
    pub location: Arc<str>,
    pub line: u32,
    /// What tells this state of the entity from any other; the same on every replica.
    pub version: u64,
    /// The place of its document within the location, and the number of its first claim.
    pub(super) position: i64,
    pub(super) claimed: i64,
    pub(super) place: Place,
    /// What it declares of its relations itself.
    pub(super) declared: Place,
}

#[derive(Debug, Clone, Default)]
pub struct Entries {
    pieces: Vec<Arc<Vec<Option<Entry>>>>,
    live: Arc<RoaringBitmap>,
    /// All numbers are below this, where some are hidden.
    slots: Option<usize>,
    by_key: Arc<HashTable<u32>>,
    by_uid: Arc<HashTable<u32>>,
    hasher: DefaultHashBuilder,
}

impl Entries {
    /// How many there are.
    pub fn len(&self) -> usize {
        usize::try_from(self.live.len()).unwrap_or(usize::MAX)
    }

    pub fn is_empty(&self) -> bool {
        self.live.is_empty()
    }

    /// All numbers are below this.
    pub(super) fn slots(&self) -> usize {
        let last = || self.live.max().map_or(0, |last| last as usize + 1);
        self.slots.unwrap_or_else(last)
    }

    /// The numbers of all.
    pub(super) fn live(&self) -> &Arc<RoaringBitmap> {
        &self.live
    }

    pub fn iter(&self) -> impl Iterator<Item = &Entry> {
        let is_part = self.slots.is_some();
        let slots = self.pieces.iter().flat_map(|piece| piece.iter());
        let entries = (0u32..).zip(slots);
        entries
            .filter(move |(id, _)| !is_part || self.live.contains(*id))
            .filter_map(|(_, entry)| entry.as_ref())
    }

    /// The same with nothing but these.
    pub(super) fn within(&self, visible: Arc<RoaringBitmap>) -> Self {
        Self {
            slots: Some(self.slots()),
            live: visible,
            ..self.clone()
        }
    }

    fn is_live(&self, id: u32) -> bool {
        self.slots.is_none() || self.live.contains(id)
    }

    pub(super) fn find(&self, id: u32) -> Option<&Entry> {
        let piece = self.pieces.get(id as usize / PIECE)?;
        piece.get(id as usize % PIECE)?.as_ref()
    }

    /// The entity of a number of this model.
    pub(super) fn get(&self, id: u32) -> &Entry {
        self.find(id)
            .expect("the numbers of a model are those of its entities")
    }

    pub(super) fn uid(&self, id: u32) -> &Uid {
        &self.get(id).uid
    }

    /// The number of the entity of that lower-case reference.
    pub(super) fn number(&self, key: &str) -> Option<u32> {
        let is_it = |&id: &u32| self.find(id).is_some_and(|entry| *entry.key == *key);
        let found = self.by_key.find(self.hasher.hash_one(key), is_it).copied();
        found.filter(|id| self.is_live(*id))
    }

    pub(super) fn number_of_uid(&self, uid: &Uid) -> Option<u32> {
        let is_it = |&id: &u32| self.find(id).is_some_and(|entry| entry.uid == *uid);
        let found = self.by_uid.find(self.hasher.hash_one(uid), is_it).copied();
        found.filter(|id| self.is_live(*id))
    }

    /// Numbers that are free, lowest first, without end.
    pub(super) fn free(&self) -> impl Iterator<Item = u32> + use<> {
        let live = Arc::clone(&self.live);
        (0u32..).filter(move |id| !live.contains(*id))
    }

    /// Puts an entity at a number, in place of what was there.
    pub(super) fn put(&mut self, id: u32, entry: Entry) {
        let known = self.find(id);
        if known.is_none_or(|known| known.key != entry.key || known.uid != entry.uid) {
            self.remove(id);
            let (key, uid) = (
                self.hasher.hash_one(&*entry.key),
                self.hasher.hash_one(&entry.uid),
            );
            self.set(id, entry);
            let Self { pieces, hasher, .. } = self;
            let at = |id: u32| pieces[id as usize / PIECE][id as usize % PIECE].as_ref();
            let key_of = |id: &u32| at(*id).map_or(0, |entry| hasher.hash_one(&*entry.key));
            let uid_of = |id: &u32| at(*id).map_or(0, |entry| hasher.hash_one(&entry.uid));
            Arc::make_mut(&mut self.by_key).insert_unique(key, id, key_of);
            Arc::make_mut(&mut self.by_uid).insert_unique(uid, id, uid_of);
            Arc::make_mut(&mut self.live).insert(id);
        } else {
            self.set(id, entry);
        }
    }

    /// Takes an entity away.
    pub(super) fn remove(&mut self, id: u32) {
        let Some(entry) = self.find(id) else { return };
        let (key, uid) = (
            self.hasher.hash_one(&*entry.key),
            self.hasher.hash_one(&entry.uid),
        );
        for (table, hash) in [(&mut self.by_key, key), (&mut self.by_uid, uid)] {
            if let Ok(found) = Arc::make_mut(table).find_entry(hash, |known| *known == id) {
                found.remove();
            }
        }
        Arc::make_mut(&mut self.live).remove(id);
        let piece = Arc::make_mut(&mut self.pieces[id as usize / PIECE]);
        piece[id as usize % PIECE] = None;
    }

    pub(super) fn get_mut(&mut self, id: u32) -> Option<&mut Entry> {
        let piece = Arc::make_mut(self.pieces.get_mut(id as usize / PIECE)?);
        piece.get_mut(id as usize % PIECE)?.as_mut()
    }

    fn set(&mut self, id: u32, entry: Entry) {
        while self.pieces.len() <= id as usize / PIECE {
            self.pieces.push(Arc::default());
        }
        let piece = Arc::make_mut(&mut self.pieces[id as usize / PIECE]);
        if piece.len() < PIECE {
            piece.resize(PIECE, None);
        }
        piece[id as usize % PIECE] = Some(entry);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(key: &str, uid: &str) -> Entry {
        Entry {
            key: key.into(),
            uid: uid.into(),
            location: "".into(),
            line: 1,
            version: 0,
            position: 0,
            claimed: 0,
            place: Place::default(),
            declared: Place::default(),
        }
    }

    #[test]
    fn an_earlier_state_stays_as_it_was() {
        let mut entries = Entries::default();
        for id in 0..1000 {
            entries.put(id, entry(&format!("k{id}"), &format!("u{id}")));
        }
        let earlier = entries.clone();
        entries.remove(7);
        entries.put(8, entry("k8", "new"));
        assert_eq!(entries.free().next(), Some(7));
        entries.put(7, entry("late", "u7"));
        assert_eq!((entries.len(), earlier.len()), (1000, 1000));
        assert_eq!(entries.number("k7"), None);
        assert_eq!(earlier.number("k7"), Some(7));
        assert_eq!(entries.number("late"), Some(7));
        assert_eq!(earlier.number("late"), None);
        assert_eq!(entries.number_of_uid(&"u8".into()), None);
        assert_eq!(entries.number_of_uid(&"new".into()), Some(8));
        assert_eq!(earlier.number_of_uid(&"u8".into()), Some(8));
        assert_eq!(entries.free().next(), Some(1000));
        assert_eq!(entries.iter().count(), 1000);
    }
}
