//! One searchable key with all its values, as flat sorted arrays.
//!
//! A field never changes. `merge` makes the next one; `gather` makes the first.

use super::column::Ranked;
use bytes::Bytes;
use memchr::memmem::Finder;
use roaring::RoaringBitmap;
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

/// Facets with more values are counted when they are asked for.
const MAX_KEPT_FACET: usize = 1000;
/// Values of that many entities have their set made in advance.
const LARGE: usize = 128;

#[derive(Debug, Default)]
pub struct Field {
    /// The distinct values, lower case, ascending, each followed by a line feed: a search is a
    /// single pass over memory.
    text: String,
    /// Where each value ends in `text`, and where its entities end in `ids`.
    ends: Vec<(u32, u32)>,
    /// The entities of each value, ascending.
    ids: Vec<u32>,
    /// The sets of those values that many have.
    large: Vec<(u32, Arc<RoaringBitmap>)>,
    spelled: Spelled,
    /// The entities that have the key, with whatever value.
    pub(super) exists: RoaringBitmap,
    /// Those that may have more than one value.
    pub(super) several: RoaringBitmap,
    /// Those whose values are the texts of a list: each text is a flag of theirs as well.
    pub(super) listed: RoaringBitmap,
    pub(super) order: OnceLock<Arc<Ranked>>,
    /// The number of the use that was the last of its order or text; 0 when there was none.
    last_use: AtomicU64,
    /// Its values and their counts as JSON, of all entities.
    facet: OnceLock<Bytes>,
}

/// How values are written that are not always written in lower case.
#[derive(Debug, Default)]
struct Spelled {
    text: String,
    /// For each spelling the value it belongs to, ascending, and where it ends in `text` and `ids`.
    ends: Vec<(u32, u32, u32)>,
    /// Who writes it so; nobody stands for all who have the value.
    ids: Vec<u32>,
}

/// The entities that have a value, or write it in one way.
#[derive(Debug, Clone, Copy)]
pub enum Ids<'a> {
    Few(&'a [u32]),
    Many(&'a RoaringBitmap),
}

/// A field in the making; values come in ascending order.
#[derive(Debug, Default)]
pub(super) struct Writer(Field);

impl Field {
    /// A key that these entities have as a flag.
    pub(super) fn flag(ids: &RoaringBitmap) -> Self {
        let mut writer = Writer::default();
        let numbers: Vec<u32> = ids.iter().collect();
        writer.push("true", &[("true", &numbers)]);
        writer.finish(ids.clone(), RoaringBitmap::new(), RoaringBitmap::new())
    }

    /// How many values it has.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// How many rows of value and entity it has.
    pub(super) fn rows(&self) -> usize {
        self.ids.len()
    }

    /// A value in lower case.
    pub(super) fn value(&self, group: usize) -> &str {
        &self.text[self.text_range(group)]
    }

    /// The place of a lower-case value among the values: where it is, or where it would be.
    pub(super) fn locate(&self, value: &str) -> Result<usize, usize> {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = usize::midpoint(low, high);
            if self.value(middle) < value {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        if low < self.len() && self.value(low) == value {
            Ok(low)
        } else {
            Err(low)
        }
    }

    /// The entities of a value, ascending.
    pub(super) fn ids(&self, group: usize) -> &[u32] {
        &self.ids[self.row_range(group)]
    }

    /// Where the rows of a value are among all rows.
    pub(super) fn row_range(&self, group: usize) -> Range<usize> {
        let start = group.checked_sub(1).map_or(0, |before| self.ends[before].1);
        start as usize..self.ends[group].1 as usize
    }

    /// The value to which a row belongs.
    pub(super) fn group_of_row(&self, row: usize) -> usize {
        self.ends.partition_point(|&(_, end)| end as usize <= row)
    }

    fn text_range(&self, group: usize) -> Range<usize> {
        let start = group
            .checked_sub(1)
            .map_or(0, |before| self.ends[before].0 + 1);
        start as usize..self.ends[group].0 as usize
    }

    fn of_group(&self, group: usize) -> Ids<'_> {
        let ids = self.ids(group);
        if ids.len() < LARGE {
            return Ids::Few(ids);
        }
        let large = self
            .large
            .partition_point(|&(known, _)| (known as usize) < group);
        match self.large.get(large) {
            Some((known, set)) if *known as usize == group => Ids::Many(set),
            _ => Ids::Few(ids),
        }
    }

    /// Every spelling of a value with who writes it so.
    pub(super) fn spellings_of(&self, group: usize) -> impl Iterator<Item = (&str, Ids<'_>)> {
        let spelled = self.spelled.of_group(group);
        let plain = spelled
            .is_empty()
            .then(|| (self.value(group), self.of_group(group)));
        let spelled = spelled.map(move |at| {
            let ids = self.spelled.ids(at);
            let ids = if ids.is_empty() {
                self.of_group(group)
            } else {
                Ids::Few(ids)
            };
            (self.spelled.text(at), ids)
        });
        plain.into_iter().chain(spelled)
    }

    /// Every spelling of every value, in the order of their lower case.
    pub(super) fn spellings(&self) -> impl Iterator<Item = (&str, Ids<'_>)> {
        (0..self.len()).flat_map(|group| self.spellings_of(group))
    }

    /// The entities whose value this is, in whatever spelling.
    pub(super) fn matching(&self, value: &str) -> Option<Ids<'_>> {
        let group = self.locate(&value.to_lowercase()).ok()?;
        Some(self.of_group(group))
    }

    /// Adds the entities with a value that begins so.
    pub(super) fn add_prefixed(&self, prefix: &str, found: &mut RoaringBitmap) {
        let prefix = prefix.to_lowercase();
        let start = self.locate(&prefix).unwrap_or_else(|place| place);
        let mut end = start;
        while end < self.len() && self.value(end).starts_with(&prefix) {
            end += 1;
        }
        if end - start > LARGE {
            let rows = self.row_range(start).start..self.row_range(end - 1).end;
            let mut ids = self.ids[rows].to_vec();
            ids.sort_unstable();
            found.extend(ids);
            return;
        }
        for group in start..end {
            self.of_group(group).add_to(found);
        }
    }

    /// The entities with a value that contains `term`, which must be lower case.
    pub(super) fn containing(&self, term: &str) -> RoaringBitmap {
        let mut found = Vec::new();
        let finder = Finder::new(term);
        let text = self.text.as_bytes();
        let mut from = 0;
        while let Some(at) = finder.find(&text[from..]) {
            let at = from + at;
            let group = self.ends.partition_point(|&(end, _)| (end as usize) <= at);
            let Some(&(end, _)) = self.ends.get(group) else {
                break;
            };
            if at + term.len() <= end as usize {
                found.extend_from_slice(self.ids(group));
                from = end as usize + 1;
            } else {
                // It only looks like one: the end of a value and the beginning of the next.
                from = at + 1;
            }
        }
        found.sort_unstable();
        found.dedup();
        RoaringBitmap::from_sorted_iter(found).unwrap_or_default()
    }

    /// The counts of all entities, made by `make` when first asked for; kept when the values are few.
    pub(super) fn facet(&self, make: impl FnOnce() -> Bytes) -> Bytes {
        if self.len() > MAX_KEPT_FACET {
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
}

impl Spelled {
    fn of_group(&self, group: usize) -> Range<usize> {
        let start = self
            .ends
            .partition_point(|&(known, ..)| (known as usize) < group);
        let more = self.ends[start..].iter();
        let end = start
            + more
                .take_while(|&&(known, ..)| known as usize == group)
                .count();
        start..end
    }

    fn text(&self, at: usize) -> &str {
        let start = at.checked_sub(1).map_or(0, |before| self.ends[before].1);
        &self.text[start as usize..self.ends[at].1 as usize]
    }

    fn ids(&self, at: usize) -> &[u32] {
        let start = at.checked_sub(1).map_or(0, |before| self.ends[before].2);
        &self.ids[start as usize..self.ends[at].2 as usize]
    }
}

impl Ids<'_> {
    pub fn count(self) -> u64 {
        match self {
            Self::Few(ids) => ids.len() as u64,
            Self::Many(ids) => ids.len(),
        }
    }

    /// How many of them are in `chosen`.
    pub fn count_in(self, chosen: &RoaringBitmap) -> u64 {
        match self {
            Self::Few(ids) => ids.iter().filter(|&&id| chosen.contains(id)).count() as u64,
            Self::Many(ids) => ids.intersection_len(chosen),
        }
    }

    /// Hands each of them over.
    pub(super) fn each(self, mut take: impl FnMut(u32)) {
        match self {
            Self::Few(ids) => ids.iter().copied().for_each(&mut take),
            Self::Many(ids) => ids.iter().for_each(&mut take),
        }
    }

    /// Adds those of them that are in `within`.
    pub fn add_to_within(self, found: &mut RoaringBitmap, within: &RoaringBitmap) {
        match self {
            Self::Few(ids) => found.extend(ids.iter().filter(|id| within.contains(**id))),
            Self::Many(ids) => *found |= ids & within,
        }
    }

    pub fn add_to(self, found: &mut RoaringBitmap) {
        match self {
            Self::Few(ids) => found.extend(ids),
            Self::Many(ids) => *found |= ids,
        }
    }
}

impl Writer {
    /// Adds a value with every way it is written; who writes it so comes ascending.
    pub(super) fn push(&mut self, value: &str, spellings: &[(&str, &[u32])]) {
        let field = &mut self.0;
        let rows: usize = spellings.iter().map(|(_, ids)| ids.len()).sum();
        let has_room = fits(field.text.len() + value.len() + 1)
            && fits(field.ids.len() + rows)
            && fits(field.spelled.text.len() + spellings.len() * value.len() * 4);
        // Beyond that a value exists and cannot be matched, like one that is too long.
        if rows == 0 || !has_room {
            return;
        }
        let group = number(field.ends.len());
        let start = field.ids.len();
        for (_, ids) in spellings {
            field.ids.extend_from_slice(ids);
        }
        if spellings.len() > 1 {
            field.ids[start..].sort_unstable();
            let mut merged = field.ids.split_off(start);
            merged.dedup();
            field.ids.append(&mut merged);
        }
        field.text.push_str(value);
        field
            .ends
            .push((number(field.text.len()), number(field.ids.len())));
        field.text.push('\n');
        let ids = &field.ids[start..];
        if ids.len() >= LARGE {
            field.large.push((group, Arc::new(set_of(ids))));
        }
        let spelled = &mut field.spelled;
        match spellings {
            [(spelling, _)] if *spelling == value => {}
            [(spelling, _)] => spelled.push(group, spelling, &[]),
            _ => {
                for (spelling, ids) in spellings {
                    spelled.push(group, spelling, ids);
                }
            }
        }
    }

    /// Adds values of another field as they are.
    pub(super) fn copy(&mut self, from: &Field, groups: Range<usize>) {
        if groups.is_empty() {
            return;
        }
        let field = &mut self.0;
        let text = from.text_range(groups.start).start..from.text_range(groups.end - 1).end + 1;
        let rows = from.row_range(groups.start).start..from.row_range(groups.end - 1).end;
        if !fits(field.text.len() + text.len()) || !fits(field.ids.len() + rows.len()) {
            return;
        }
        let moved = |old: u32, from: usize, to: usize| number(old as usize - from + to);
        let (to_text, to_rows, to_group) = (field.text.len(), field.ids.len(), field.ends.len());
        let ends = from.ends[groups.clone()].iter();
        field.ends.extend(ends.map(|&(end, rows_end)| {
            (
                moved(end, text.start, to_text),
                moved(rows_end, rows.start, to_rows),
            )
        }));
        field.text.push_str(&from.text[text]);
        field.ids.extend_from_slice(&from.ids[rows]);
        let place = |group: usize| {
            from.large
                .partition_point(|&(known, _)| (known as usize) < group)
        };
        let large = from.large[place(groups.start)..place(groups.end)].iter();
        let large =
            large.map(|(group, set)| (moved(*group, groups.start, to_group), Arc::clone(set)));
        field.large.extend(large);

        let (spelled, other) = (&mut field.spelled, &from.spelled);
        let place = |group: usize| {
            other
                .ends
                .partition_point(|&(known, ..)| (known as usize) < group)
        };
        for at in place(groups.start)..place(groups.end) {
            let group = moved(other.ends[at].0, groups.start, to_group);
            spelled.push(group, other.text(at), other.ids(at));
        }
    }

    pub(super) fn finish(
        mut self,
        mut exists: RoaringBitmap,
        several: RoaringBitmap,
        listed: RoaringBitmap,
    ) -> Field {
        exists.optimize();
        let field = &mut self.0;
        field.text.shrink_to_fit();
        field.ends.shrink_to_fit();
        field.ids.shrink_to_fit();
        field.large.shrink_to_fit();
        field.spelled.text.shrink_to_fit();
        field.spelled.ends.shrink_to_fit();
        field.spelled.ids.shrink_to_fit();
        field.exists = exists;
        field.several = several;
        field.listed = listed;
        self.0
    }
}

impl Spelled {
    fn push(&mut self, group: u32, spelling: &str, ids: &[u32]) {
        self.text.push_str(spelling);
        self.ids.extend_from_slice(ids);
        self.ends
            .push((group, number(self.text.len()), number(self.ids.len())));
    }
}

fn set_of(ids: &[u32]) -> RoaringBitmap {
    let mut set = RoaringBitmap::from_sorted_iter(ids.iter().copied()).unwrap_or_default();
    set.optimize();
    set
}

fn fits(size: usize) -> bool {
    u32::try_from(size).is_ok()
}

fn number(size: usize) -> u32 {
    u32::try_from(size).expect("the writer takes no more than 4 GB")
}
