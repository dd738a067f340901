//! The values of one key in their order, for sorted pages and for text search.

use memchr::memmem::Finder;
use roaring::RoaringBitmap;
use std::collections::HashSet;
use std::sync::OnceLock;

/// The rows of a key: each value with an entity that has it, by value, then by uid.
///
/// Values stand one behind the other in one text, so that a search is a single pass over memory.
#[derive(Debug, Default)]
pub struct Column {
    /// The distinct values, lower case, ascending, each followed by a line feed.
    text: String,
    /// Where each value ends in `text`, and where its rows end in `ids`.
    groups: Vec<(u32, u32)>,
    /// First the entities with a value, then those that have the key without one.
    ids: Vec<u32>,
    /// How many of `ids` have a value.
    valued: usize,
    /// The rows in the order of their entities; made when first asked for.
    by_id: OnceLock<Vec<u32>>,
}

/// What comes before a row: its value and its uid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark<'a> {
    /// `None` for an entity that has the key without a value that can be compared.
    pub value: Option<&'a str>,
    pub uid: &'a str,
}

impl Column {
    /// The rows of `values`, which come in ascending order, and of those in `exists` that have none.
    /// `once` leaves each entity its first value alone.
    pub(super) fn of<'a>(
        values: impl Iterator<Item = (&'a str, impl Iterator<Item = u32>)>,
        exists: &RoaringBitmap,
        once: bool,
        uid_place: &[u32],
    ) -> Self {
        let mut column = Self::default();
        let mut seen = HashSet::new();
        let mut having = RoaringBitmap::new();
        let place = |id: &u32| uid_place[*id as usize];
        for (value, ids) in values {
            let start = column.ids.len();
            column
                .ids
                .extend(ids.filter(|id| !once || seen.insert(*id)));
            if column.ids.len() == start {
                continue;
            }
            having.extend(&column.ids[start..]);
            column.ids[start..].sort_unstable_by_key(place);
            column.text.push_str(value);
            let end = column.text.len();
            column.text.push('\n');
            column.groups.push((number(end), number(column.ids.len())));
        }
        column.valued = column.ids.len();
        column.ids.extend((exists - &having).iter());
        column.ids[column.valued..].sort_unstable_by_key(place);
        column.text.shrink_to_fit();
        column.groups.shrink_to_fit();
        column.ids.shrink_to_fit();
        column
    }

    /// Entities without any key to be ordered by: the uid alone.
    pub(super) fn of_uids(uid_place: &[u32]) -> Self {
        let mut ids: Vec<u32> = (0..number(uid_place.len())).collect();
        ids.sort_unstable_by_key(|id| uid_place[*id as usize]);
        Self {
            ids,
            ..Self::default()
        }
    }

    pub fn len(&self) -> usize {
        self.ids.len()
    }

    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// The entity at a place in the ascending or descending order. Entities without a value are last
    /// in both.
    pub fn at(&self, place: usize, descending: bool) -> u32 {
        let (valued, len) = (self.valued, self.ids.len());
        match (descending, place < valued) {
            (false, _) => self.ids[place],
            (true, true) => self.ids[valued - 1 - place],
            (true, false) => self.ids[len - 1 - (place - valued)],
        }
    }

    /// The value behind a place of the order.
    pub fn value_at(&self, place: usize, descending: bool) -> Option<&str> {
        if place >= self.valued {
            return None;
        }
        let row = if descending {
            self.valued - 1 - place
        } else {
            place
        };
        let group = self.groups.partition_point(|&(_, end)| end as usize <= row);
        Some(self.text_of(group))
    }

    /// The place of an entity in the order; `None` when it does not have the key.
    pub fn place_of(&self, id: u32, descending: bool) -> Option<usize> {
        let by_id = self.by_id();
        let at = by_id.binary_search_by_key(&id, |&row| self.ids[row as usize]);
        let row = by_id[at.ok()?] as usize;
        Some(match (descending, row < self.valued) {
            (false, _) => row,
            (true, true) => self.valued - 1 - row,
            (true, false) => self.valued + (self.ids.len() - 1 - row),
        })
    }

    /// The places of the order that a mark separates: how many rows come before it, and how many
    /// before or at it.
    pub fn around<'m>(
        &self,
        mark: Mark<'_>,
        descending: bool,
        uid_of: impl Fn(u32) -> &'m str,
    ) -> (usize, usize) {
        let (start, end) = match mark.value {
            None => (self.valued, self.ids.len()),
            Some(value) => self.rows_of(value),
        };
        let rows = &self.ids[start..end];
        let before = start + rows.partition_point(|&id| uid_of(id) < mark.uid);
        let upto = start + rows.partition_point(|&id| uid_of(id) <= mark.uid);
        // The same rows seen from the other side, within the part they are in.
        match (descending, mark.value) {
            (false, _) => (before, upto),
            (true, Some(_)) => (self.valued - upto, self.valued - before),
            (true, None) => {
                let mirror = |row: usize| self.valued + (self.ids.len() - row);
                (mirror(upto), mirror(before))
            }
        }
    }

    /// The entities with a value that contains `term`, which must be lower case.
    pub fn containing(&self, term: &str) -> RoaringBitmap {
        let mut found = Vec::new();
        let finder = Finder::new(term);
        let text = self.text.as_bytes();
        let mut from = 0;
        while let Some(at) = finder.find(&text[from..]) {
            let at = from + at;
            let group = self
                .groups
                .partition_point(|&(end, _)| (end as usize) <= at);
            let Some(&(end, _)) = self.groups.get(group) else {
                break;
            };
            if at + term.len() <= end as usize {
                let (start, end) = self.rows_of_group(group);
                found.extend_from_slice(&self.ids[start..end]);
                from = self.groups[group].0 as usize + 1;
            } else {
                // It only looks like one: the end of a value and the beginning of the next.
                from = at + 1;
            }
        }
        found.sort_unstable();
        found.dedup();
        RoaringBitmap::from_sorted_iter(found).unwrap_or_default()
    }

    /// For each of `entities` the place of its value among the distinct values, `u32::MAX` without
    /// one. Only for a column that has each entity once.
    pub fn ranks(&self, entities: usize) -> Vec<u32> {
        let mut ranks = vec![u32::MAX; entities];
        for (rank, group) in (0u32..).zip(0..self.groups.len()) {
            let (start, end) = self.rows_of_group(group);
            for &id in &self.ids[start..end] {
                ranks[id as usize] = rank;
            }
        }
        ranks
    }

    /// Makes what `other` has made.
    pub(super) fn warm_like(&self, other: &Self) {
        if other.by_id.get().is_some() {
            self.by_id();
        }
    }

    fn by_id(&self) -> &[u32] {
        self.by_id.get_or_init(|| {
            let mut rows: Vec<u32> = (0..number(self.ids.len())).collect();
            rows.sort_unstable_by_key(|&row| self.ids[row as usize]);
            rows
        })
    }

    /// The rows of a value; when nothing has it, the empty place where they would be.
    fn rows_of(&self, value: &str) -> (usize, usize) {
        let (mut low, mut high) = (0, self.groups.len());
        while low < high {
            let middle = usize::midpoint(low, high);
            if self.text_of(middle) < value {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        if low < self.groups.len() && self.text_of(low) == value {
            return self.rows_of_group(low);
        }
        let start = self.start_of_group(low);
        (start, start)
    }

    fn rows_of_group(&self, group: usize) -> (usize, usize) {
        (self.start_of_group(group), self.groups[group].1 as usize)
    }

    fn start_of_group(&self, group: usize) -> usize {
        group
            .checked_sub(1)
            .map_or(0, |before| self.groups[before].1 as usize)
    }

    fn text_of(&self, group: usize) -> &str {
        let start = group
            .checked_sub(1)
            .map_or(0, |before| self.groups[before].0 as usize + 1);
        &self.text[start..self.groups[group].0 as usize]
    }
}

fn number(size: usize) -> u32 {
    u32::try_from(size).expect("the values of one key are below 4 GB")
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
        let column = model.index.order("metadata.title").unwrap();
        let order = |descending| {
            let places = 0..column.len();
            places
                .map(|place| column.at(place, descending))
                .collect::<Vec<_>>()
        };
        assert_eq!(order(false), [2, 0, 3, 1, 4]);
        assert_eq!(order(true), [3, 0, 2, 4, 1]);
        for descending in [false, true] {
            for place in 0..column.len() {
                let id = column.at(place, descending);
                assert_eq!(column.place_of(id, descending), Some(place));
                let mark = Mark {
                    value: column.value_at(place, descending),
                    uid: &model.entries[id as usize].uid,
                };
                let around = column.around(mark, descending, |id| &model.entries[id as usize].uid);
                assert_eq!(around, (place, place + 1), "{descending} {mark:?}");
            }
        }
        let gone = Mark {
            value: Some("aa"),
            uid: "7",
        };
        let around =
            |descending| column.around(gone, descending, |id| &model.entries[id as usize].uid);
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
