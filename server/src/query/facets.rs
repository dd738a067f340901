//! How often each value of a key occurs.

use super::model::Model;
use bytes::Bytes;
use roaring::RoaringBitmap;
use serde::Serialize;

/// A value in its own spelling, and how many entities have it.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct FacetCount<'a> {
    pub value: &'a str,
    pub count: u64,
}

/// The values of `key`, sorted, with how many of `selected` have each; `None` counts all entities.
pub fn facet<'a>(
    model: &'a Model,
    key: &str,
    selected: Option<&RoaringBitmap>,
) -> Vec<FacetCount<'a>> {
    let counts = model.index.spellings(key).map(|(value, ids)| FacetCount {
        value,
        count: selected.map_or_else(|| ids.len(), |selected| ids.count_in(selected)),
    });
    let mut counts: Vec<FacetCount> = counts.filter(|facet| facet.count > 0).collect();
    counts.sort_unstable();
    counts
}

/// The same as JSON. What is asked of all entities is counted once.
pub fn facet_json(model: &Model, key: &str, selected: Option<&RoaringBitmap>) -> Bytes {
    let make = || {
        let counts = facet(model, key, selected);
        Bytes::from(serde_json::to_vec(&counts).expect("texts and numbers are JSON"))
    };
    match selected {
        None => model.index.facet(key, make),
        Some(_) => make(),
    }
}
