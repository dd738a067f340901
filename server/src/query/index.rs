//! Postings: which entities have a key, and which have a value under it.

use super::column::Column;
use super::posting::Posting;
use super::search_rows::SearchRow;
use bytes::Bytes;
use roaring::RoaringBitmap;
use std::collections::{BTreeMap, HashMap};
use std::ops::Bound;
use std::sync::{Arc, OnceLock};

/// Facets with more values are counted when they are asked for.
const MAX_KEPT_FACET: usize = 1000;

/// For every searchable key and value the entities that hold it. Entities are numbers, their place
/// in the order of references.
#[derive(Debug, Default)]
pub struct Index {
    fields: HashMap<String, Field>,
    /// The place of each entity in the order of uids.
    uid_place: Arc<[u32]>,
    uids: OnceLock<Column>,
}

/// One searchable key.
#[derive(Debug, Default)]
pub struct Field {
    /// The entities that have it, with whatever value.
    pub exists: RoaringBitmap,
    /// By lower-case value.
    values: BTreeMap<Box<str>, Spellings>,
    /// Whether an entity has more than one value.
    several: bool,
    order: OnceLock<Column>,
    text: OnceLock<Column>,
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

impl Index {
    /// Adds the rows of an entity; entities must come in ascending order of their number.
    pub(super) fn add(&mut self, id: u32, rows: Vec<SearchRow>) {
        for row in rows {
            match self.fields.get_mut(row.key.as_str()) {
                Some(field) => field.add(id, row.value),
                None => self.fields.entry(row.key).or_default().add(id, row.value),
            }
        }
    }

    /// What is done once, when all entities have been added: `uids` are theirs, by number.
    pub(super) fn finish(&mut self, uids: &[&str]) {
        let mut by_uid: Vec<u32> = (0u32..).take(uids.len()).collect();
        by_uid.sort_unstable_by_key(|&id| uids[id as usize]);
        let mut places = vec![0; uids.len()];
        for (place, id) in (0u32..).zip(by_uid) {
            places[id as usize] = place;
        }
        self.uid_place = places.into();
        for field in self.fields.values_mut() {
            field.exists.optimize();
            let spellings = field.values.values_mut();
            let postings = spellings.flat_map(|value| {
                let others = value.others.iter_mut().flat_map(|others| others.iter_mut());
                value.lower.iter_mut().chain(others.map(|(_, ids)| ids))
            });
            postings.for_each(Posting::finish);
        }
    }

    /// The key, whatever its case.
    pub fn field(&self, key: &str) -> Option<&Field> {
        self.fields
            .get(key)
            .or_else(|| self.fields.get(key.to_lowercase().as_str()))
    }

    /// The entities whose `key` is `value`, neither seen by case.
    pub fn matching(&self, key: &str, value: &str) -> RoaringBitmap {
        let mut ids = RoaringBitmap::new();
        if let Some(field) = self.field(key) {
            field.add_matching(value, &mut ids);
        }
        ids
    }

    /// The entities in the order of a key, each once, at its first value. Made when first asked for.
    pub fn order(&self, key: &str) -> Option<&Column> {
        let field = self.field(key)?;
        if !field.several {
            return Some(self.text(field));
        }
        let order = || Column::of(field, true, &self.uid_place);
        Some(field.order.get_or_init(order))
    }

    /// All entities in the order of their uids.
    pub fn uid_order(&self) -> &Column {
        self.uids.get_or_init(|| Column::of_uids(&self.uid_place))
    }

    /// The entities with a value of `key` that contains `term`, which must be lower case.
    pub fn containing(&self, key: &str, term: &str) -> RoaringBitmap {
        let field = self.field(key);
        field.map_or_else(RoaringBitmap::new, |field| {
            self.text(field).containing(term)
        })
    }

    /// Makes the columns that `other` has made, so that who asks next need not wait for them.
    pub(super) fn warm_like(&self, other: &Self) {
        for (key, known) in &other.fields {
            if let Some(field) = self.fields.get(key) {
                if let Some(known) = known.text.get() {
                    self.text(field).warm_like(known);
                }
                if let Some(known) = known.order.get()
                    && let Some(order) = self.order(key)
                {
                    order.warm_like(known);
                }
            }
        }
        if let Some(known) = other.uids.get() {
            self.uid_order().warm_like(known);
        }
    }

    /// The place of an entity in the order of uids.
    pub fn uid_place(&self, id: u32) -> u32 {
        self.uid_place[id as usize]
    }

    fn text<'a>(&self, field: &'a Field) -> &'a Column {
        field
            .text
            .get_or_init(|| Column::of(field, false, &self.uid_place))
    }
}

impl Field {
    fn add(&mut self, id: u32, value: Option<String>) {
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

    /// Each value, lower case and ascending, with the entities that have it in any spelling.
    pub fn values(&self) -> impl Iterator<Item = (&str, impl Iterator<Item = u32>)> {
        let values = self.values.iter();
        values.map(|(value, spellings)| (&**value, spellings.iter().flat_map(Posting::iter)))
    }

    /// Every spelling of every value, in the order of their lower case.
    pub fn spellings(&self) -> impl Iterator<Item = (&str, &Posting)> {
        self.values.iter().flat_map(|(value, spellings)| {
            let lower = spellings.lower.iter().map(|ids| (&**value, ids));
            let others = spellings.others.iter().flat_map(|others| others.iter());
            lower.chain(others.map(|(text, ids)| (&**text, ids)))
        })
    }

    /// The counts of all entities, made by `make` when first asked for; kept when the values are few.
    pub(super) fn facet(&self, make: impl FnOnce() -> Bytes) -> Bytes {
        if self.values.len() > MAX_KEPT_FACET {
            return make();
        }
        self.facet.get_or_init(make).clone()
    }

    /// Adds the entities whose value this is, in whatever spelling.
    pub fn add_matching(&self, value: &str, ids: &mut RoaringBitmap) {
        if let Some(spellings) = self.values.get(value.to_lowercase().as_str()) {
            spellings.iter().for_each(|posting| posting.add_to(ids));
        }
    }

    /// Adds the entities with a value that begins so.
    pub fn add_prefixed(&self, prefix: &str, ids: &mut RoaringBitmap) {
        let prefix = prefix.to_lowercase();
        let from = (Bound::Included(prefix.as_str()), Bound::Unbounded);
        let values = self.values.range::<str, _>(from);
        for (_, spellings) in values.take_while(|(value, _)| value.starts_with(&prefix)) {
            spellings.iter().for_each(|posting| posting.add_to(ids));
        }
    }
}

impl Spellings {
    fn iter(&self) -> impl Iterator<Item = &Posting> {
        let others = self.others.iter().flat_map(|others| others.iter());
        self.lower.iter().chain(others.map(|(_, ids)| ids))
    }
}
