//! For every searchable key and value the entities that hold it.

use super::column::{Column, Ranked};
use super::entries::Entries;
use super::field::Field;
use super::gather::{Gather, Gathered};
use super::merge::{Change, merge};
use super::search_rows::{LONG, MAX_KEY, RELATIONS};
use super::seen::Seen;
use super::values::Values;
use roaring::RoaringBitmap;
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Keys whose orders are made again for the next model; others wait until someone asks.
const MAX_WARM: usize = 16;

/// The fields by their keys. Neither keys nor values are seen by case. An index never changes: the
/// next one shares all fields that a change does not touch.
///
/// The flags of lists, `path.item = true`, are most of the keys and yet are not kept: they are made
/// from the values of `path` when someone asks.
#[derive(Debug, Clone, Default)]
pub struct Index {
    fields: Arc<HashMap<Arc<str>, Arc<Field>>>,
    /// Set when some entities are hidden: nothing but orders tells of them then.
    seen: Option<Arc<Seen>>,
    /// How often an order or a text has been used.
    uses: Arc<AtomicU64>,
}

impl Index {
    pub(super) fn of(fields: HashMap<Arc<str>, Arc<Field>>) -> Self {
        Self {
            fields: Arc::new(fields),
            ..Self::default()
        }
    }

    /// The same, with what can be seen alone.
    pub(super) fn within(&self, seen: Arc<Seen>) -> Self {
        Self {
            seen: Some(seen),
            ..self.clone()
        }
    }

    /// The index after changes to some of its keys, with the rows that are new.
    pub(super) fn changed(&self, changes: HashMap<String, Change>, mut new: Gathered) -> Self {
        let mut next = self.clone();
        let fields = Arc::make_mut(&mut next.fields);
        let none = Field::default();
        for (key, change) in changes {
            let new = new.remove(&key).map(Gather::finish).unwrap_or_default();
            let old = self.fields.get(key.as_str()).map_or(&none, |field| field);
            let field = merge(old, &change, &new);
            field.note_use(old.last_use());
            if field.exists.is_empty() {
                fields.remove(key.as_str());
            } else {
                fields.insert(key.into(), Arc::new(field));
            }
        }
        next
    }

    /// A key with its values, when any entity has it.
    pub fn field(&self, key: &str) -> Option<Values> {
        Some(self.values(self.raw(key)?))
    }

    fn values(&self, field: Arc<Field>) -> Values {
        Values::new(field, self.seen.clone())
    }

    /// The same with what is hidden, but for relations.
    pub(super) fn raw(&self, key: &str) -> Option<Arc<Field>> {
        let key = lower(key);
        if key == LONG {
            return None;
        }
        if let Some(seen) = self.seen.as_ref().filter(|_| key.starts_with(RELATIONS)) {
            return Some(seen.relation(&key, self.fields.get(&*key)?));
        }
        let known = self.fields.get(&*key);
        let Some(flagged) = self.flagged(&key) else {
            return known.cloned();
        };
        let flag = Field::flag(&flagged);
        let Some(known) = known else {
            return Some(Arc::new(flag));
        };
        let mut both = merge(known, &Change::default(), &flag);
        both.several |= &known.exists & flagged;
        Some(Arc::new(both))
    }

    /// The entities that have the key as a flag: the last part of it is an item of a list.
    fn flagged(&self, key: &str) -> Option<RoaringBitmap> {
        let mut flagged = RoaringBitmap::new();
        for (dot, _) in key.match_indices('.') {
            let list = self
                .fields
                .get(&key[..dot])
                .filter(|list| !list.listed.is_empty());
            if let Some(ids) = list.and_then(|list| list.matching(&key[dot + 1..])) {
                let mut found = RoaringBitmap::new();
                ids.add_to(&mut found);
                flagged |= list.map_or_else(RoaringBitmap::new, |list| found & &list.listed);
            }
        }
        let fits = key.len() <= MAX_KEY || key.chars().count() <= MAX_KEY;
        (fits && !flagged.is_empty()).then_some(flagged)
    }

    /// The entities that have a relation to one, whatever type it is of.
    pub(super) fn related(&self, to: &str) -> RoaringBitmap {
        let mut ids = RoaringBitmap::new();
        for (_, field) in self.relations() {
            if let Some(found) = field.matching(to) {
                found.add_to(&mut ids);
            }
        }
        ids
    }

    /// The types of relations, in lower case, with the entities that they lead from.
    pub(super) fn relations(&self) -> Vec<(&str, Arc<Field>)> {
        let fields = self.fields.iter();
        let relations = fields.filter_map(|(key, field)| {
            let kind = key.strip_prefix(RELATIONS)?;
            let field = match &self.seen {
                Some(seen) => seen.relation(key, field),
                None => Arc::clone(field),
            };
            Some((kind, field))
        });
        relations.collect()
    }

    /// Leaves what can be seen.
    fn shown(&self, mut ids: RoaringBitmap) -> RoaringBitmap {
        if let Some(seen) = &self.seen {
            ids &= seen.visible();
        }
        ids
    }

    /// The entities that have the key, with whatever value.
    pub fn exists(&self, key: &str) -> RoaringBitmap {
        let field = self.raw(key);
        let ids = field.map_or_else(RoaringBitmap::new, |field| field.exists.clone());
        self.shown(ids)
    }

    /// The entities whose `key` is `value`.
    pub fn matching(&self, key: &str, value: &str) -> RoaringBitmap {
        let mut ids = RoaringBitmap::new();
        self.add_matching(key, value, &mut ids);
        ids
    }

    /// Adds the entities whose `key` is `value`.
    pub fn add_matching(&self, key: &str, value: &str, ids: &mut RoaringBitmap) {
        if let Some(field) = self.raw(key)
            && let Some(found) = field.matching(value)
        {
            match &self.seen {
                Some(seen) => found.add_to_within(ids, seen.visible()),
                None => found.add_to(ids),
            }
        }
    }

    /// Adds the entities with a value of `key` that begins so.
    pub fn add_prefixed(&self, key: &str, prefix: &str, ids: &mut RoaringBitmap) {
        if let Some(field) = self.raw(key) {
            let mut found = RoaringBitmap::new();
            field.add_prefixed(prefix, &mut found);
            *ids |= self.shown(found);
        }
    }

    /// The entities in the order of a key, each once, at its first value. Made when first asked for.
    pub(super) fn order(&self, key: &str, entries: &Entries) -> Option<Column> {
        let field = self.raw(key)?;
        self.note_use(&field);
        let make = || Arc::new(Ranked::of(&field, entries));
        let ranked = Arc::clone(field.order.get_or_init(make));
        Some(Column::new(Some(field), ranked))
    }

    /// The entities with a value of `key` that contains `term`, which must be lower case.
    pub fn containing(&self, key: &str, term: &str) -> RoaringBitmap {
        let field = self.raw(key);
        self.shown(field.map_or_else(RoaringBitmap::new, |field| field.containing(term)))
    }

    /// The entities with a text that contains `term`, among those too long to be filtered by.
    pub(super) fn long_containing(&self, term: &str) -> RoaringBitmap {
        let field = self.fields.get(LONG);
        self.shown(field.map_or_else(RoaringBitmap::new, |field| field.containing(term)))
    }

    /// Makes the orders that were last used of `earlier`, so that who asks next need not wait.
    pub(super) fn warm_like(&self, earlier: &Self, entries: &Entries) {
        let used = earlier
            .fields
            .iter()
            .filter(|(_, field)| field.last_use() > 0);
        let mut used: Vec<_> = used.collect();
        used.sort_unstable_by_key(|(_, field)| field.last_use());
        let passed_over = used.len().saturating_sub(MAX_WARM);
        for (key, known) in used.into_iter().skip(passed_over) {
            let (Some(field), Some(order)) = (self.fields.get(key), known.order.get()) else {
                continue;
            };
            let ranked = field
                .order
                .get_or_init(|| Arc::new(Ranked::of(field, entries)));
            if order.has_places() {
                ranked.places();
            }
        }
    }

    fn note_use(&self, field: &Field) {
        field.note_use(self.uses.fetch_add(1, Ordering::Relaxed) + 1);
    }
}

fn lower(key: &str) -> Cow<'_, str> {
    super::gather::lower(key)
}

#[cfg(test)]
mod tests {
    use crate::query::{Model, facets::facet};
    use roaring::RoaringBitmap;
    use serde_json::{Value, json};

    /// Entities with these specs, whose uids descend.
    fn model(specs: &[Value]) -> Model {
        let entities = specs.iter().enumerate().map(|(number, spec)| {
            let name = format!("e{number}");
            let entity = json!({ "kind": "k", "metadata": { "name": name }, "spec": spec });
            ((9 - number).to_string(), entity)
        });
        Model::of_entities(entities.collect())
    }

    fn check(ids: RoaringBitmap, expected: &[u32]) {
        assert_eq!(ids.iter().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn items_of_a_list_are_flags_whatever_else_has_such_a_key() {
        let model = model(&[
            json!({ "f": ["A.b", "c"] }),
            json!({ "f": "a.b" }),
            json!({ "f.a": { "b": false }, "f": ["A.b"] }),
            json!({ "f": [{ "A.b": null }] }),
            json!({ "f": ["a.b", 7] }),
        ]);
        let index = &model.index;
        check(index.exists("spec.F.A.b"), &[0, 2, 3, 4]);
        check(index.matching("spec.f.a.b", "TRUE"), &[0, 2, 4]);
        check(index.matching("spec.f.a.b", "false"), &[2]);
        check(index.exists("spec.f.7"), &[]);
        check(index.matching("spec.f", "A.B"), &[0, 1, 2, 4]);
        check(index.containing("spec.f.c", "ru"), &[0]);
        let mut prefixed = RoaringBitmap::new();
        index.add_prefixed("spec.f.a.b", "TR", &mut prefixed);
        check(prefixed, &[0, 2, 4]);
        let column = index.order("spec.f.a.b", &model.entries).unwrap();
        let order: Vec<u32> = (0..column.count())
            .map(|place| column.at(place, false))
            .collect();
        assert_eq!(order, [2, 4, 0, 3]);
        let counts = |key| {
            let counts = facet(&model, key, None).into_iter();
            counts
                .map(|facet| (facet.value, facet.count))
                .collect::<Vec<_>>()
        };
        assert_eq!(
            counts("spec.f.a.b"),
            [("false".to_owned(), 1), ("true".to_owned(), 3)]
        );
        let expected = [("7", 1), ("A.b", 2), ("a.b", 2), ("c", 1)];
        assert_eq!(
            counts("spec.f"),
            expected.map(|(value, count)| (value.to_owned(), count))
        );
        assert!(index.field("\0long").is_none());
    }
}
