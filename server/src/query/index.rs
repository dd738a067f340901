//! Postings: which entities have a key, and which have a value under it.

use super::column::Column;
use super::field::Field;
use super::posting::Posting;
use super::search_rows::SearchRow;
use bytes::Bytes;
use roaring::RoaringBitmap;
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

/// The value of a flag.
const TRUE: &str = "true";
/// Keys whose columns are made again for the next model; others wait until someone asks.
const MAX_WARM: usize = 16;

/// For every searchable key and value the entities that hold it. Entities are numbers, their place
/// in the order of references. Neither keys nor values are seen by case.
#[derive(Debug, Default)]
pub struct Index {
    keys: HashMap<Box<str>, Key>,
    /// The place of each entity in the order of uids.
    uid_place: Vec<u32>,
    uids: OnceLock<Arc<Column>>,
    /// How often the column of a key has been used.
    uses: AtomicU64,
}

#[derive(Debug)]
enum Key {
    /// Whoever has it has it as `true`. Every item of a list is such a key, so most keys are.
    Flag(Posting),
    Field(Box<Field>),
}

impl Index {
    /// Adds the rows of an entity; entities must come in ascending order of their number.
    pub(super) fn add(&mut self, id: u32, rows: Vec<SearchRow>) {
        for SearchRow { key, value } in rows {
            let is_true = value.as_deref() == Some(TRUE);
            match self.keys.get_mut(key.as_str()) {
                Some(Key::Flag(ids)) if is_true => ids.push(id),
                Some(Key::Field(field)) => field.add(id, value),
                Some(known @ Key::Flag(_)) => {
                    let flag = std::mem::replace(known, Key::Field(Box::default()));
                    if let (Key::Field(field), Key::Flag(ids)) = (known, flag) {
                        **field = Field::of(TRUE, ids);
                        field.add(id, value);
                    }
                }
                None if is_true => {
                    self.keys.insert(key.into(), Key::Flag(Posting::of(id)));
                }
                None => {
                    let mut field = Box::<Field>::default();
                    field.add(id, value);
                    self.keys.insert(key.into(), Key::Field(field));
                }
            }
        }
    }

    /// What is done once, when all entities have been added: `uids` are theirs, by number.
    pub(super) fn finish(&mut self, uids: &[&str]) {
        let mut by_uid: Vec<u32> = (0u32..).take(uids.len()).collect();
        by_uid.sort_unstable_by_key(|&id| uids[id as usize]);
        self.uid_place = vec![0; uids.len()];
        for (place, id) in (0u32..).zip(by_uid) {
            self.uid_place[id as usize] = place;
        }
        for key in self.keys.values_mut() {
            match key {
                Key::Flag(ids) => ids.finish(),
                Key::Field(field) => field.finish(),
            }
        }
        self.keys.shrink_to_fit();
    }

    /// The entities that have the key, with whatever value.
    pub fn exists(&self, key: &str) -> Option<Cow<'_, RoaringBitmap>> {
        Some(match self.key(key)? {
            Key::Flag(ids) => Cow::Owned(all_of(ids)),
            Key::Field(field) => Cow::Borrowed(&field.exists),
        })
    }

    /// The entities whose `key` is `value`.
    pub fn matching(&self, key: &str, value: &str) -> RoaringBitmap {
        let mut ids = RoaringBitmap::new();
        self.add_matching(key, value, &mut ids);
        ids
    }

    /// Adds the entities whose `key` is `value`.
    pub fn add_matching(&self, key: &str, value: &str, ids: &mut RoaringBitmap) {
        match self.key(key) {
            Some(Key::Field(field)) => field.add_matching(value, ids),
            Some(Key::Flag(flagged)) if value.eq_ignore_ascii_case(TRUE) => flagged.add_to(ids),
            Some(Key::Flag(_)) | None => {}
        }
    }

    /// Adds the entities with a value of `key` that begins so.
    pub fn add_prefixed(&self, key: &str, prefix: &str, ids: &mut RoaringBitmap) {
        match self.key(key) {
            Some(Key::Field(field)) => field.add_prefixed(prefix, ids),
            Some(Key::Flag(flagged)) if TRUE.starts_with(&prefix.to_lowercase()) => {
                flagged.add_to(ids);
            }
            Some(Key::Flag(_)) | None => {}
        }
    }

    /// Every spelling of every value of a key.
    pub fn spellings(&self, key: &str) -> Box<dyn Iterator<Item = (&str, &Posting)> + '_> {
        match self.key(key) {
            Some(Key::Field(field)) => Box::new(field.spellings()),
            Some(Key::Flag(ids)) => Box::new(std::iter::once((TRUE, ids))),
            None => Box::new(std::iter::empty()),
        }
    }

    /// The counts of a key over all entities, from `make` unless they are still known.
    pub(super) fn facet(&self, key: &str, make: impl FnOnce() -> Bytes) -> Bytes {
        match self.key(key) {
            Some(Key::Field(field)) => field.facet(make),
            Some(Key::Flag(_)) | None => make(),
        }
    }

    /// The entities in the order of a key, each once, at its first value. Made when first asked for.
    pub fn order(&self, key: &str) -> Option<Arc<Column>> {
        Some(match self.key(key)? {
            Key::Field(field) => Arc::clone(self.used(field).order(&self.uid_place)),
            Key::Flag(ids) => {
                let values = std::iter::once((TRUE, ids.iter()));
                Arc::new(Column::of(values, &all_of(ids), false, &self.uid_place))
            }
        })
    }

    /// All entities in the order of their uids.
    pub fn uid_order(&self) -> Arc<Column> {
        let make = || Arc::new(Column::of_uids(&self.uid_place));
        Arc::clone(self.uids.get_or_init(make))
    }

    /// The place of an entity in the order of uids.
    pub fn uid_place(&self, id: u32) -> u32 {
        self.uid_place[id as usize]
    }

    /// The entities with a value of `key` that contains `term`, which must be lower case.
    pub fn containing(&self, key: &str, term: &str) -> RoaringBitmap {
        match self.key(key) {
            Some(Key::Field(field)) => self.used(field).text(&self.uid_place).containing(term),
            Some(Key::Flag(ids)) if TRUE.contains(term) => all_of(ids),
            Some(Key::Flag(_)) | None => RoaringBitmap::new(),
        }
    }

    /// Makes the columns that were last used of `other`, so that who asks next need not wait for
    /// them. The last of all comes last: it stays the last when a third index is made.
    pub(super) fn warm_like(&self, other: &Self) {
        let fields = other.keys.iter().filter_map(|(name, key)| match key {
            Key::Field(field) if field.last_use() > 0 => Some((field.last_use(), name, field)),
            Key::Field(_) | Key::Flag(_) => None,
        });
        let mut fields: Vec<_> = fields.collect();
        fields.sort_unstable_by_key(|(last_use, ..)| *last_use);
        let passed_over = fields.len().saturating_sub(MAX_WARM);
        for (_, name, known) in fields.into_iter().skip(passed_over) {
            if let Some(Key::Field(field)) = self.keys.get(name) {
                self.used(field).warm_like(known, &self.uid_place);
            }
        }
        if let Some(known) = other.uids.get() {
            self.uid_order().warm_like(known);
        }
    }

    fn used<'a>(&self, field: &'a Field) -> &'a Field {
        field.note_use(self.uses.fetch_add(1, Ordering::Relaxed) + 1);
        field
    }

    fn key(&self, key: &str) -> Option<&Key> {
        let exact = self.keys.get(key);
        exact.or_else(|| self.keys.get(key.to_lowercase().as_str()))
    }
}

fn all_of(ids: &Posting) -> RoaringBitmap {
    let mut all = RoaringBitmap::new();
    ids.add_to(&mut all);
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(key: &str, value: Option<&str>) -> SearchRow {
        SearchRow::of(key.to_owned(), value.map(str::to_owned)).unwrap()
    }

    #[test]
    fn a_flag_becomes_a_field_when_someone_has_another_value() {
        let mut index = Index::default();
        index.add(0, vec![row("f", Some("true")), row("g", Some("true"))]);
        index.add(1, vec![row("f", Some("false")), row("f", Some("true"))]);
        index.add(2, vec![row("f", None), row("g", Some("true"))]);
        index.finish(&["c", "b", "a"]);
        let check = |ids: RoaringBitmap, expected: &[u32]| {
            assert_eq!(ids.iter().collect::<Vec<_>>(), expected);
        };
        check(index.matching("F", "TRUE"), &[0, 1]);
        check(index.matching("f", "false"), &[1]);
        check(index.exists("f").unwrap().into_owned(), &[0, 1, 2]);
        check(index.matching("g", "True"), &[0, 2]);
        check(index.matching("g", "x"), &[]);
        check(index.exists("G").unwrap().into_owned(), &[0, 2]);
        check(index.containing("g", "ru"), &[0, 2]);
        let mut prefixed = RoaringBitmap::new();
        index.add_prefixed("g", "TR", &mut prefixed);
        check(prefixed, &[0, 2]);
        let ordered = |key: &str| {
            let column = index.order(key).unwrap();
            (0..column.len())
                .map(|place| column.at(place, false))
                .collect::<Vec<_>>()
        };
        assert_eq!(ordered("g"), [2, 0]);
        assert_eq!(ordered("f"), [1, 0, 2]);
        let counts = |key| {
            index
                .spellings(key)
                .map(|(value, ids)| (value, ids.len()))
                .collect::<Vec<_>>()
        };
        assert_eq!(counts("f"), [("false", 1), ("true", 2)]);
        assert_eq!(counts("g"), [("true", 2)]);
    }

    #[test]
    fn the_columns_that_were_used_last_are_made_again() {
        let index = || {
            let mut index = Index::default();
            let rows = (0..30).map(|key| row(&format!("k{key}"), Some("x")));
            index.add(0, rows.collect());
            index.finish(&["a"]);
            index
        };
        let made = |index: &Index| {
            let is_made = |key: &u32| match index.key(&format!("k{key}")) {
                Some(Key::Field(field)) => field.text.get().is_some(),
                _ => false,
            };
            (0..30).filter(is_made).collect::<Vec<u32>>()
        };
        let first = index();
        for key in (0..20).chain([0]) {
            first.order(&format!("k{key}"));
        }
        let second = index();
        second.warm_like(&first);
        let expected: Vec<u32> = [0].into_iter().chain(5..20).collect();
        assert_eq!(made(&second), expected);
        // What was used last stays longest: here the first key.
        for key in 20..30 {
            second.containing(&format!("k{key}"), "x");
        }
        let third = index();
        third.warm_like(&second);
        let expected: Vec<u32> = [0].into_iter().chain(15..30).collect();
        assert_eq!(made(&third), expected);
    }
}
