//! Entities in an order, for sorted pages.

use super::entries::Entries;
use super::field::Field;
use super::uid::Uid;
use roaring::RoaringBitmap;
use std::sync::{Arc, OnceLock};

/// Entities in an order: first those with a value, by value, then by uid; then those without one.
#[derive(Debug, Default)]
pub struct Ranked {
    ids: Vec<u32>,
    /// How many of `ids` have a value.
    valued: usize,
    /// Where each value of the field ends in `ids`, when that is not where its rows end: an entity
    /// with several values is listed at its first.
    ends: Option<Vec<u32>>,
    /// The place of each entity, `u32::MAX` for one that is not in it; made when first asked for.
    places: OnceLock<Vec<u32>>,
}

/// An order with the values it is by, where it is by values.
#[derive(Debug, Clone)]
pub struct Column {
    field: Option<Arc<Field>>,
    ranked: Arc<Ranked>,
}

/// What comes before a row: its value and its uid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark<'a> {
    /// `None` for an entity that has the key without a value that can be compared.
    pub value: Option<&'a str>,
    pub uid: &'a str,
}

impl Ranked {
    /// The entities of a field, each once, at its first value.
    pub(super) fn of(field: &Field, entries: &Entries) -> Self {
        let uid = |id: &u32| entries.uid(*id);
        let mut ids: Vec<u32> = Vec::with_capacity(field.rows());
        let mut seen = RoaringBitmap::new();
        let once = field.several.is_empty();
        let mut ends = Vec::new();
        for group in 0..field.len() {
            let start = ids.len();
            if once {
                ids.extend_from_slice(field.ids(group));
            } else {
                let several = |id: &&u32| !field.several.contains(**id);
                let rows = field.ids(group).iter();
                ids.extend(rows.filter(|id| several(id) || seen.insert(**id)));
                ends.push(number(ids.len()));
            }
            if ids.len() > start + 1 {
                ids[start..].sort_unstable_by(|a, b| uid(a).cmp(uid(b)));
            }
        }
        let valued = ids.len();
        if field.exists.len() > valued as u64 {
            let having: RoaringBitmap = ids.iter().copied().collect();
            ids.extend((&field.exists - having).iter());
            ids[valued..].sort_unstable_by(|a, b| uid(a).cmp(uid(b)));
        }
        ids.shrink_to_fit();
        Self {
            ids,
            valued,
            ends: (!once).then_some(ends),
            places: OnceLock::new(),
        }
    }

    /// These entities without any value to be ordered by.
    pub(super) fn plain(ids: Vec<u32>) -> Self {
        Self {
            ids,
            ..Self::default()
        }
    }

    pub(super) fn ids(&self) -> &[u32] {
        &self.ids
    }

    /// The place of each entity by its number.
    pub(super) fn places(&self) -> &[u32] {
        self.places.get_or_init(|| {
            let most = self.ids.iter().max().map_or(0, |id| *id as usize + 1);
            let mut places = vec![u32::MAX; most];
            for (place, &id) in (0u32..).zip(&self.ids) {
                places[id as usize] = place;
            }
            places
        })
    }

    pub(super) fn has_places(&self) -> bool {
        self.places.get().is_some()
    }

    fn end_of(&self, field: &Field, group: usize) -> usize {
        match &self.ends {
            Some(ends) => ends[group] as usize,
            None => field.row_range(group).end,
        }
    }

    fn start_of(&self, field: &Field, group: usize) -> usize {
        group
            .checked_sub(1)
            .map_or(0, |before| self.end_of(field, before))
    }

    /// The value to which a row belongs.
    fn group_of(&self, field: &Field, row: usize) -> usize {
        match &self.ends {
            Some(ends) => ends.partition_point(|&end| end as usize <= row),
            None => field.group_of_row(row),
        }
    }
}

impl Column {
    pub(super) fn new(field: Option<Arc<Field>>, ranked: Arc<Ranked>) -> Self {
        Self { field, ranked }
    }

    pub fn count(&self) -> usize {
        self.ranked.ids.len()
    }

    /// The entity at a place in the ascending or descending order. Entities without a value are last
    /// in both.
    pub fn at(&self, place: usize, descending: bool) -> u32 {
        self.ranked.ids[self.row(place, descending)]
    }

    /// The value behind a place of the order.
    pub fn value_at(&self, place: usize, descending: bool) -> Option<&str> {
        let field = self.field.as_ref().filter(|_| place < self.ranked.valued)?;
        let group = self.ranked.group_of(field, self.row(place, descending));
        Some(field.value(group))
    }

    /// The place of an entity in the order; `None` when it does not have the key.
    pub fn place_of(&self, id: u32, descending: bool) -> Option<usize> {
        let row = *self.ranked.places().get(id as usize)?;
        (row != u32::MAX).then(|| self.row(row as usize, descending))
    }

    /// The places of the order that a mark separates: how many rows come before it, and how many
    /// before or at it.
    pub fn around<'m>(
        &self,
        mark: Mark<'_>,
        descending: bool,
        uid_of: impl Fn(u32) -> &'m Uid,
    ) -> (usize, usize) {
        let Ranked { ids, valued, .. } = &*self.ranked;
        let (start, end) = match (mark.value, &self.field) {
            (Some(value), Some(field)) => match field.locate(value) {
                Ok(group) => (
                    self.ranked.start_of(field, group),
                    self.ranked.end_of(field, group),
                ),
                Err(group) => {
                    let start = self.ranked.start_of(field, group);
                    (start, start)
                }
            },
            _ => (*valued, ids.len()),
        };
        let uid = Uid::from(mark.uid);
        let rows = &ids[start..end];
        let before = start + rows.partition_point(|&id| *uid_of(id) < uid);
        let upto = start + rows.partition_point(|&id| *uid_of(id) <= uid);
        // The same rows seen from the other side, within the part they are in.
        match (descending, mark.value) {
            (false, _) => (before, upto),
            (true, Some(_)) => (valued - upto, valued - before),
            (true, None) => {
                let mirror = |row: usize| valued + (ids.len() - row);
                (mirror(upto), mirror(before))
            }
        }
    }

    /// The place among the distinct values of the value of each entity, by its number; `u32::MAX`
    /// without one.
    pub fn ranks(&self, entities: usize) -> Vec<u32> {
        let mut ranks = vec![u32::MAX; entities];
        let Some(field) = &self.field else {
            return ranks;
        };
        for (rank, group) in (0u32..).zip(0..field.len()) {
            let rows = self.ranked.start_of(field, group)..self.ranked.end_of(field, group);
            for &id in &self.ranked.ids[rows] {
                ranks[id as usize] = rank;
            }
        }
        ranks
    }

    /// The row at a place, and the place of a row: turning around is its own opposite.
    fn row(&self, place: usize, descending: bool) -> usize {
        let (valued, len) = (self.ranked.valued, self.ranked.ids.len());
        match (descending, place < valued) {
            (false, _) => place,
            (true, true) => valued - 1 - place,
            (true, false) => len - 1 - (place - valued),
        }
    }
}

fn number(size: usize) -> u32 {
    u32::try_from(size).expect("a catalog is below 4 billion")
}

#[cfg(test)]
mod tests {
    use crate::query::Model;
    use crate::query::column::Mark;
    use serde_json::json;

    /// Entities with uids `0`, `1` and so on, and these titles.
    fn titled(titles: &[Option<&str>]) -> Model {
        let entities = titles.iter().enumerate().map(|(number, title)| {
            let name = format!("e{number}");
            let entity = json!({ "kind": "k", "metadata": { "name": name, "title": title } });
            (number.to_string(), entity)
        });
        Model::of_entities(entities.collect())
    }

    #[test]
    fn both_directions_have_what_is_missing_last() {
        let long = "x".repeat(300);
        let model = titled(&[Some("b"), None, Some("A"), Some("b"), Some(&long)]);
        let column = model.index.order("metadata.title", &model.entries).unwrap();
        let order = |descending| {
            let places = 0..column.count();
            places
                .map(|place| column.at(place, descending))
                .collect::<Vec<_>>()
        };
        assert_eq!(order(false), [2, 0, 3, 1, 4]);
        assert_eq!(order(true), [3, 0, 2, 4, 1]);
        for descending in [false, true] {
            for place in 0..column.count() {
                let id = column.at(place, descending);
                assert_eq!(column.place_of(id, descending), Some(place));
                let mark = Mark {
                    value: column.value_at(place, descending),
                    uid: &model.entries.uid(id).to_string(),
                };
                let around = column.around(mark, descending, |id| model.entries.uid(id));
                assert_eq!(around, (place, place + 1), "{descending} {mark:?}");
            }
        }
        let gone = Mark {
            value: Some("aa"),
            uid: "7",
        };
        let around = |descending| column.around(gone, descending, |id| model.entries.uid(id));
        assert_eq!(around(false), (1, 1));
        assert_eq!(around(true), (2, 2));
    }

    #[test]
    fn text_is_found_within_a_value_and_not_across_two() {
        let model = titled(&[Some("ab"), Some("BC"), None, Some("a\nb"), Some("Ünder")]);
        let check = |term: &str, expected: &[u32]| {
            let found = model.index.containing("metadata.title", term);
            assert_eq!(found.iter().collect::<Vec<_>>(), expected, "{term:?}");
        };
        check("b", &[0, 1, 3]);
        check("ab", &[0]);
        check("b\nb", &[]);
        check("a\nb", &[3]);
        check("ün", &[4]);
        check("%", &[]);
        check(&"b".repeat(10_000), &[]);
    }
}
