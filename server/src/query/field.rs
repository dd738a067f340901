//! One searchable key with all its values.

use super::column::Column;
use super::posting::Posting;
use bytes::Bytes;
use roaring::RoaringBitmap;
use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

/// Facets with more values are counted when they are asked for.
const MAX_KEPT_FACET: usize = 1000;

#[derive(Debug, Default)]
pub(super) struct Field {
    /// The entities that have it, with whatever value.
    pub(super) exists: RoaringBitmap,
    /// By lower-case value.
    values: BTreeMap<Box<str>, Spellings>,
    /// Whether an entity has more than one value.
    several: bool,
    order: OnceLock<Arc<Column>>,
    pub(super) text: OnceLock<Arc<Column>>,
    /// The number of the use that was the last of its columns; 0 when there was none.
    last_use: AtomicU64,
    /// Its values and their counts as JSON, of all entities.
    facet: OnceLock<Bytes>,
}

/// A value in all its spellings.
#[derive(Debug, Default)]
struct Spellings {
    /// Who writes it in lower case.
    lower: Option<Posting>,
    /// How others write it; most values have no other spelling.
    others: Option<Box<Others>>,
}

type Others = Vec<(Box<str>, Posting)>;

impl Field {
    /// A key that these entities have with the same value.
    pub(super) fn of(value: &str, ids: Posting) -> Self {
        let mut exists = RoaringBitmap::new();
        ids.add_to(&mut exists);
        let spellings = Spellings {
            lower: Some(ids),
            others: None,
        };
        Self {
            exists,
            values: BTreeMap::from([(value.into(), spellings)]),
            ..Self::default()
        }
    }

    pub(super) fn add(&mut self, id: u32, value: Option<String>) {
        let known = !self.exists.insert(id);
        let Some(value) = value else { return };
        self.several |= known;
        let lower = value.to_lowercase();
        let spellings = match self.values.get_mut(lower.as_str()) {
            Some(spellings) => spellings,
            None => self.values.entry(lower.as_str().into()).or_default(),
        };
        if lower == value {
            match &mut spellings.lower {
                Some(ids) => ids.push(id),
                None => spellings.lower = Some(Posting::of(id)),
            }
            return;
        }
        let others = spellings.others.get_or_insert_default();
        match others.iter_mut().find(|(known, _)| **known == *value) {
            Some((_, ids)) => ids.push(id),
            None => others.push((value.into(), Posting::of(id))),
        }
    }

    /// Gives back memory that no further entity needs.
    pub(super) fn finish(&mut self) {
        self.exists.optimize();
        for spellings in self.values.values_mut() {
            let others = spellings.others.iter_mut();
            let others = others.flat_map(|others| others.iter_mut().map(|(_, ids)| ids));
            spellings
                .lower
                .iter_mut()
                .chain(others)
                .for_each(Posting::finish);
        }
    }

    /// Every spelling of every value, in the order of their lower case.
    pub(super) fn spellings(&self) -> impl Iterator<Item = (&str, &Posting)> {
        self.values.iter().flat_map(|(value, spellings)| {
            let lower = spellings.lower.iter().map(|ids| (&**value, ids));
            let others = spellings.others.iter().flat_map(|others| others.iter());
            lower.chain(others.map(|(text, ids)| (&**text, ids)))
        })
    }

    /// Adds the entities whose value this is, in whatever spelling.
    pub(super) fn add_matching(&self, value: &str, ids: &mut RoaringBitmap) {
        if let Some(spellings) = self.values.get(value.to_lowercase().as_str()) {
            spellings.iter().for_each(|posting| posting.add_to(ids));
        }
    }

    /// Adds the entities with a value that begins so.
    pub(super) fn add_prefixed(&self, prefix: &str, ids: &mut RoaringBitmap) {
        let prefix = prefix.to_lowercase();
        let from = (Bound::Included(prefix.as_str()), Bound::Unbounded);
        let values = self.values.range::<str, _>(from);
        for (_, spellings) in values.take_while(|(value, _)| value.starts_with(&prefix)) {
            spellings.iter().for_each(|posting| posting.add_to(ids));
        }
    }

    /// The entities in the order of their values, each once, at its first.
    pub(super) fn order(&self, uid_place: &[u32]) -> &Arc<Column> {
        if self.several {
            self.order.get_or_init(|| self.column(true, uid_place))
        } else {
            self.text(uid_place)
        }
    }

    /// All values with their entities.
    pub(super) fn text(&self, uid_place: &[u32]) -> &Arc<Column> {
        self.text.get_or_init(|| self.column(false, uid_place))
    }

    /// The counts of all entities, made by `make` when first asked for; kept when the values are few.
    pub(super) fn facet(&self, make: impl FnOnce() -> Bytes) -> Bytes {
        if self.values.len() > MAX_KEPT_FACET {
            return make();
        }
        self.facet.get_or_init(make).clone()
    }

    pub(super) fn last_use(&self) -> u64 {
        self.last_use.load(Ordering::Relaxed)
    }

    pub(super) fn note_use(&self, number: u64) {
        self.last_use.store(number, Ordering::Relaxed);
    }

    /// Makes what `other` has made.
    pub(super) fn warm_like(&self, other: &Self, uid_place: &[u32]) {
        if let Some(known) = other.text.get() {
            self.text(uid_place).warm_like(known);
        }
        if let Some(known) = other.order.get() {
            self.order(uid_place).warm_like(known);
        }
    }

    fn column(&self, once: bool, uid_place: &[u32]) -> Arc<Column> {
        let values = self.values.iter();
        let values = values.map(|(value, spellings)| {
            let ids = spellings.iter().flat_map(Posting::iter);
            (&**value, ids)
        });
        Arc::new(Column::of(values, &self.exists, once, uid_place))
    }
}

impl Spellings {
    fn iter(&self) -> impl Iterator<Item = &Posting> {
        let others = self.others.iter().flat_map(|others| others.iter());
        self.lower.iter().chain(others.map(|(_, ids)| ids))
    }
}
