//! What people usually write into a catalog file here.

use super::facets::counts;
use super::summarise::Summaries;
use super::{Entry, Model};
use app::catalog::{DRAFT_KINDS, EntityLink, Suggestions};
use roaring::RoaringBitmap;
use std::cmp::Reverse;
use std::collections::HashMap;

/// Of each field: more than these nobody looks through.
const MOST: usize = 200;

/// The values that the catalog has most often, and the entities that most refer to.
pub fn suggestions(model: &Model) -> Suggestions {
    Suggestions {
        types: DRAFT_KINDS
            .iter()
            .flat_map(|kind| {
                let of_kind = model.index.matching("kind", kind);
                let types = frequent(model, "spec.type", Some(&of_kind));
                types.into_iter().map(|it| (it, (*kind).to_owned()))
            })
            .take(MOST)
            .collect(),
        lifecycles: frequent(model, "spec.lifecycle", None),
        owners: of_kind(model, "group", "relations.ownedby"),
        systems: of_kind(model, "system", "relations.partof"),
        domains: of_kind(model, "domain", "relations.partof"),
    }
}

/// The values of a key, the most frequent first.
fn frequent(model: &Model, key: &str, within: Option<&RoaringBitmap>) -> Vec<String> {
    let field = model.index.field(key);
    let mut values: Vec<(Reverse<u64>, String)> = field
        .iter()
        .flat_map(|field| counts(field, within))
        .map(|(value, count)| (Reverse(count), value.to_owned()))
        .collect();
    values.sort_unstable();
    values.truncate(MOST);
    values.into_iter().map(|(_, value)| value).collect()
}

/// The entities of a kind, those first to which most entities are related in that way.
fn of_kind(model: &Model, kind: &str, relation: &str) -> Vec<EntityLink> {
    let field = model.index.field(relation);
    let counted: HashMap<String, u64> = field
        .iter()
        .flat_map(|field| counts(field, None))
        .map(|(target, count)| (target.to_lowercase(), count))
        .collect();
    let ids = model.index.matching("kind", kind);
    let mut entries: Vec<&Entry> = ids.iter().map(|id| model.entry(id)).collect();
    entries.sort_by_cached_key(|entry| {
        let count = counted.get(&*entry.key).copied().unwrap_or_default();
        (Reverse(count), entry.key.to_string())
    });
    let mut summaries = Summaries::of(model);
    let shown = entries.into_iter().take(MOST);
    shown
        .filter_map(|entry| Some(summaries.link(&entry.key.parse().ok()?)))
        .collect()
}
