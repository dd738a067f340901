//! Postings: which entities have a key, and which have a value under it.

use super::search_rows::SearchRow;
use roaring::RoaringBitmap;
use std::collections::HashMap;

/// For every searchable key and value the entities that hold it. Entities are numbers, their place
/// in the order of references.
#[derive(Debug, Default)]
pub struct Index {
    fields: HashMap<String, Field>,
}

/// One searchable key.
#[derive(Debug, Default)]
pub struct Field {
    /// The entities that have it, with whatever value.
    pub exists: RoaringBitmap,
    /// By lower-case value.
    values: HashMap<String, Vec<Spelling>>,
}

/// A value in one of its spellings.
#[derive(Debug)]
pub struct Spelling {
    pub text: String,
    pub ids: RoaringBitmap,
}

impl Index {
    /// Adds the rows of an entity; entities must come in ascending order of their number.
    pub fn add(&mut self, id: u32, rows: Vec<SearchRow>) {
        for row in rows {
            let field = self.fields.entry(row.key).or_default();
            field.exists.insert(id);
            let Some(value) = row.value else { continue };
            let spellings = field.values.entry(value.to_lowercase()).or_default();
            match spellings.iter_mut().find(|known| known.text == value) {
                Some(known) => {
                    known.ids.insert(id);
                }
                None => spellings.push(Spelling {
                    text: value,
                    ids: RoaringBitmap::from([id]),
                }),
            }
        }
    }

    /// The key, whatever its case.
    pub fn field(&self, key: &str) -> Option<&Field> {
        self.fields.get(&key.to_lowercase())
    }

    /// For each entity its lower-case value of `key`, the first where it has several.
    pub fn column(&self, key: &str, entities: usize) -> Vec<Option<&str>> {
        let mut column: Vec<Option<&str>> = vec![None; entities];
        let values = self.field(key).into_iter().flat_map(|field| &field.values);
        for (value, spellings) in values {
            for id in spellings.iter().flat_map(|spelling| &spelling.ids) {
                let place = &mut column[id as usize];
                if place.is_none_or(|known| value.as_str() < known) {
                    *place = Some(value);
                }
            }
        }
        column
    }

    /// The entities whose `key` is `value`, neither seen by case.
    pub fn matching(&self, key: &str, value: &str) -> RoaringBitmap {
        let mut ids = RoaringBitmap::new();
        let values = self
            .field(key)
            .and_then(|field| field.values.get(&value.to_lowercase()));
        for spelling in values.into_iter().flatten() {
            ids |= &spelling.ids;
        }
        ids
    }
}

impl Field {
    /// Every spelling of every value, in no order.
    pub fn spellings(&self) -> impl Iterator<Item = &Spelling> {
        self.values.values().flatten()
    }
}
