//! How often each value of a key occurs.

use super::model::Model;
use super::values::Values;
use bytes::Bytes;
use roaring::RoaringBitmap;
use serde::Serialize;

/// A value in its own spelling, and how many entities have it.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct FacetCount {
    pub value: String,
    pub count: u64,
}

/// The values of `key`, sorted, with how many of `selected` have each; `None` counts all entities.
pub fn facet(model: &Model, key: &str, selected: Option<&RoaringBitmap>) -> Vec<FacetCount> {
    let field = model.index.field(key);
    let counts = field.iter().flat_map(|field| counts(field, selected));
    let counts = counts.map(|(value, count)| FacetCount {
        value: value.to_owned(),
        count,
    });
    let mut counts: Vec<FacetCount> = counts.collect();
    counts.sort_unstable();
    counts
}

/// The values of a field, in the order of their lower case, that any of `selected` has.
pub(super) fn counts<'a>(
    field: &'a Values,
    selected: Option<&'a RoaringBitmap>,
) -> impl Iterator<Item = (&'a str, u64)> {
    let counts = field.spellings().map(move |(value, ids)| {
        let count = selected.map_or_else(|| ids.count(), |selected| ids.count_in(selected));
        (value, count)
    });
    counts.filter(|(_, count)| *count > 0)
}

/// The same as JSON. What is asked of all entities is counted once.
pub fn facet_json(model: &Model, key: &str, selected: Option<&RoaringBitmap>) -> Bytes {
    let make = || {
        let counts = facet(model, key, selected);
        Bytes::from(serde_json::to_vec(&counts).expect("texts and numbers are JSON"))
    };
    match selected {
        None => match model.index.field(key) {
            Some(field) => field.facet(make),
            None => Bytes::from_static(b"[]"),
        },
        Some(_) => make(),
    }
}
