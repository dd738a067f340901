//! The rows of one key on their way into a [`Field`], in whatever order they come.

use super::field::{Field, Writer};
use hashbrown::{DefaultHashBuilder, HashTable};
use roaring::RoaringBitmap;
use std::borrow::Cow;
use std::hash::BuildHasher;

/// Texts as numbers, each distinct one once.
#[derive(Debug, Default)]
pub(super) struct Interner {
    text: String,
    /// Where each text ends.
    ends: Vec<u32>,
    /// The number of each text with half of its hash, so that a text is looked at only when it is the
    /// one; small, for looking here is what a start does most.
    known: HashTable<(u32, u32)>,
    hasher: DefaultHashBuilder,
    /// The number that was given out last: the same text often comes again at once.
    last: u32,
}

impl Interner {
    /// The number of a text.
    pub(super) fn intern(&mut self, text: &str) -> u32 {
        if self.last < self.len() && self.get(self.last) == text {
            return self.last;
        }
        self.last = self.find_or_add(text);
        self.last
    }

    fn find_or_add(&mut self, text: &str) -> u32 {
        let half = half(self.hasher.hash_one(text));
        let is_it = |&(of_known, at): &(u32, u32)| {
            of_known == half && text_at(&self.text, &self.ends, at) == text
        };
        if let Some(&(_, known)) = self.known.find(whole(half), is_it) {
            return known;
        }
        let number = u32::try_from(self.ends.len()).expect("there are below 4 billion texts");
        self.text.push_str(text);
        let end = u32::try_from(self.text.len()).expect("the texts of one key are below 4 GB");
        self.ends.push(end);
        self.known
            .insert_unique(whole(half), (half, number), |&(half, _)| whole(half));
        number
    }

    pub(super) fn get(&self, number: u32) -> &str {
        text_at(&self.text, &self.ends, number)
    }

    /// How many distinct texts there are.
    pub(super) fn len(&self) -> u32 {
        u32::try_from(self.ends.len()).expect("intern gives out numbers")
    }
}

/// The rows of each key.
pub(super) type Gathered = hashbrown::HashMap<String, Gather>;

/// Each distinct value of a key once, and who has it.
#[derive(Debug, Default)]
pub(super) struct Gather {
    texts: Interner,
    /// Numbers of texts and of entities.
    rows: Vec<(u32, u32)>,
    /// Who has the key, in the order in which they came.
    exists: Vec<u32>,
    several: RoaringBitmap,
    listed: RoaringBitmap,
}

impl Gather {
    /// Adds all values of an entity; `listed` when they are the texts of a list.
    pub(super) fn add<'a>(
        &mut self,
        id: u32,
        values: impl Iterator<Item = Option<&'a str>>,
        listed: bool,
    ) {
        self.exists.push(id);
        if listed {
            self.listed.insert(id);
        }
        let mut count = 0;
        for value in values.flatten() {
            count += 1;
            let text = self.texts.intern(value);
            self.rows.push((text, id));
        }
        if count > 1 {
            self.several.insert(id);
        }
    }

    /// How many rows it holds.
    pub(super) fn rows(&self) -> usize {
        self.rows.len()
    }

    /// Adds what another has gathered.
    pub(super) fn absorb(&mut self, other: Self) {
        let texts = 0..other.texts.len();
        let texts: Vec<u32> = texts
            .map(|text| self.texts.intern(other.texts.get(text)))
            .collect();
        let rows = other.rows.iter();
        self.rows
            .extend(rows.map(|&(text, id)| (texts[text as usize], id)));
        self.exists.extend(other.exists);
        self.several |= other.several;
        self.listed |= other.listed;
    }

    pub(super) fn finish(mut self) -> Field {
        self.exists.sort_unstable();
        self.exists.dedup();
        let exists = RoaringBitmap::from_sorted_iter(self.exists).unwrap_or_default();
        let texts = &self.texts;
        let lower: Vec<Cow<'_, str>> = (0..texts.len())
            .map(|number| lower(texts.get(number)))
            .collect();
        let lower = |number: u32| &*lower[number as usize];
        let mut sorted: Vec<u32> = (0..texts.len()).collect();
        super::texts::sort(&mut sorted, |number| lower(number).as_bytes());
        // The rows of each text, side by side.
        let mut starts = vec![0usize; texts.len() as usize + 1];
        for &(text, _) in &self.rows {
            starts[text as usize + 1] += 1;
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        let mut next = starts.clone();
        let mut ids = vec![0u32; self.rows.len()];
        for &(text, id) in &self.rows {
            ids[next[text as usize]] = id;
            next[text as usize] += 1;
        }
        let mut ends = Vec::with_capacity(starts.len());
        for text in 0..starts.len() - 1 {
            let of_text = &mut ids[starts[text]..starts[text + 1]];
            of_text.sort_unstable();
            ends.push(starts[text] + dedup(of_text));
        }
        let mut writer = Writer::default();
        for same in sorted.chunk_by_mut(|a, b| lower(*a) == lower(*b)) {
            same.sort_unstable_by_key(|&number| texts.get(number));
            let spellings = same.iter().map(|&number| {
                let at = number as usize;
                (texts.get(number), &ids[starts[at]..ends[at]])
            });
            let spellings: Vec<(&str, &[u32])> = spellings.collect();
            if let Some(&number) = same.first() {
                writer.push(lower(number), &spellings);
            }
        }
        writer.finish(exists, self.several, self.listed)
    }
}

/// The value as it is compared.
pub(super) fn lower(text: &str) -> Cow<'_, str> {
    let is_lower = text.is_ascii() && !text.bytes().any(|byte| byte.is_ascii_uppercase());
    if is_lower {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.to_lowercase())
    }
}

/// The half of a hash that is kept.
fn half(hash: u64) -> u32 {
    #[allow(clippy::cast_possible_truncation)]
    let half = hash as u32;
    half
}

/// A hash of 64 bits made of the kept half: the table takes its place from the lower bits and its mark
/// from the upper ones.
fn whole(half: u32) -> u64 {
    u64::from(half) << 32 | u64::from(half)
}

fn text_at<'a>(text: &'a str, ends: &[u32], number: u32) -> &'a str {
    let at = number as usize;
    let start = at.checked_sub(1).map_or(0, |before| ends[before]);
    &text[start as usize..ends[at] as usize]
}

/// Moves what is distinct to the front of a sorted list and returns how much that is.
fn dedup(sorted: &mut [u32]) -> usize {
    let mut kept = 0;
    for at in 0..sorted.len() {
        if at == 0 || sorted[at] != sorted[kept - 1] {
            sorted[kept] = sorted[at];
            kept += 1;
        }
    }
    kept
}
