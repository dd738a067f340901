//! How often each value of a key occurs.

use super::model::Model;
use super::predicate::Predicate;

/// The values of `key` in their own spelling, sorted, with how many of the selected entities have
/// each.
pub fn facet(model: &Model, key: &str, filter: Option<&Predicate>) -> Vec<(String, u64)> {
    let Some(field) = model.index.field(key) else {
        return Vec::new();
    };
    let selected = filter.map(|filter| filter.select(model));
    let mut counts: Vec<(String, u64)> = field
        .spellings()
        .map(|spelling| {
            let count = match &selected {
                Some(selected) => spelling.ids.intersection_len(selected),
                None => spelling.ids.len(),
            };
            (spelling.text.clone(), count)
        })
        .filter(|(_, count)| *count > 0)
        .collect();
    counts.sort_unstable();
    counts
}
