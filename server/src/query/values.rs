//! A key with its values, as whoever asks may see it.

use super::field::{Field, Ids};
use super::seen::Seen;
use bytes::Bytes;
use roaring::RoaringBitmap;
use std::sync::Arc;

/// See the head of this file.
#[derive(Debug)]
pub struct Values {
    field: Arc<Field>,
    seen: Option<Arc<Seen>>,
}

/// The entities that have a value and can be seen.
#[derive(Debug, Clone, Copy)]
pub struct SeenIds<'a> {
    ids: Ids<'a>,
    visible: Option<&'a RoaringBitmap>,
}

impl Values {
    pub(super) fn new(field: Arc<Field>, seen: Option<Arc<Seen>>) -> Self {
        Self { field, seen }
    }

    fn visible(&self) -> Option<&RoaringBitmap> {
        self.seen.as_ref().map(|seen| seen.visible())
    }

    /// Every spelling of every value that anything to be seen has, in the order of their lower case.
    pub(super) fn spellings(&self) -> impl Iterator<Item = (&str, SeenIds<'_>)> {
        let visible = self.visible();
        let all = self.field.spellings();
        let all = all.map(move |(value, ids)| (value, SeenIds { ids, visible }));
        all.filter(|(_, ids)| ids.visible.is_none() || ids.count() > 0)
    }

    /// How many of `selected` have the key.
    pub(super) fn count_having(&self, selected: &RoaringBitmap) -> u64 {
        selected.intersection_len(&self.field.exists)
    }

    /// The counts of all entities, made by `make`; kept where nothing is hidden.
    pub(super) fn facet(&self, make: impl FnOnce() -> Bytes) -> Bytes {
        match self.seen {
            Some(_) => make(),
            None => self.field.facet(make),
        }
    }
}

impl SeenIds<'_> {
    pub fn count(self) -> u64 {
        match self.visible {
            Some(visible) => self.ids.count_in(visible),
            None => self.ids.count(),
        }
    }

    /// How many of them are in `chosen`, which is of what can be seen.
    pub fn count_in(self, chosen: &RoaringBitmap) -> u64 {
        self.ids.count_in(chosen)
    }

    /// Hands each of them over.
    pub(super) fn each(self, mut take: impl FnMut(u32)) {
        let visible = self.visible;
        self.ids.each(|id| {
            if visible.is_none_or(|visible| visible.contains(id)) {
                take(id);
            }
        });
    }
}
