//! From a field to the next: what has gone is left out, what is new comes in, the rest is copied.

use super::field::{Field, Ids, Writer};
use roaring::RoaringBitmap;
use std::collections::BTreeMap;

/// What happens to one key.
#[derive(Debug, Default)]
pub(super) struct Change {
    /// The entities whose rows are replaced, whether or not they have new ones.
    pub(super) touched: RoaringBitmap,
    /// The rows that they had, values in lower case.
    pub(super) gone: Vec<(String, u32)>,
}

/// What is to be done at one place of the old values.
#[derive(Default)]
struct Step {
    /// Values that come before it, by their number in the new rows.
    before: Vec<usize>,
    gone: Vec<u32>,
    /// The same value in the new rows.
    same: Option<usize>,
    /// Whether the value at the place itself is rewritten.
    rewritten: bool,
}

/// The field after `change`, with the rows of `new`.
pub(super) fn merge(old: &Field, change: &Change, new: &Field) -> Field {
    let mut steps: BTreeMap<usize, Step> = BTreeMap::new();
    for (value, id) in &change.gone {
        if let Ok(group) = old.locate(value) {
            let step = steps.entry(group).or_default();
            step.gone.push(*id);
            step.rewritten = true;
        }
    }
    for group in 0..new.len() {
        match old.locate(new.value(group)) {
            Ok(place) => {
                let step = steps.entry(place).or_default();
                step.same = Some(group);
                step.rewritten = true;
            }
            Err(place) => steps.entry(place).or_default().before.push(group),
        }
    }
    let mut writer = Writer::default();
    let mut copied = 0;
    for (place, step) in steps {
        writer.copy(old, copied..place);
        copied = place;
        for group in step.before {
            writer.copy(new, group..group + 1);
        }
        if step.rewritten {
            rewrite(
                old,
                place,
                &step.gone,
                step.same.map(|group| (new, group)),
                &mut writer,
            );
            copied = place + 1;
        }
    }
    writer.copy(old, copied..old.len());
    let next = |old: &RoaringBitmap, new: &RoaringBitmap| (old - &change.touched) | new;
    writer.finish(
        next(&old.exists, &new.exists),
        next(&old.several, &new.several),
        next(&old.listed, &new.listed),
    )
}

fn rewrite(
    old: &Field,
    group: usize,
    gone: &[u32],
    new: Option<(&Field, usize)>,
    writer: &mut Writer,
) {
    let gone: RoaringBitmap = gone.iter().copied().collect();
    let mut spellings: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
    for (spelling, ids) in old.spellings_of(group) {
        let left = numbers(ids).into_iter().filter(|id| !gone.contains(*id));
        spellings.entry(spelling).or_default().extend(left);
    }
    for (spelling, ids) in new.iter().flat_map(|(new, group)| new.spellings_of(*group)) {
        let all = spellings.entry(spelling).or_default();
        all.extend(numbers(ids));
        all.sort_unstable();
        all.dedup();
    }
    let spellings: Vec<(&str, &[u32])> = spellings
        .iter()
        .filter(|(_, ids)| !ids.is_empty())
        .map(|(spelling, ids)| (*spelling, ids.as_slice()))
        .collect();
    writer.push(old.value(group), &spellings);
}

fn numbers(ids: Ids<'_>) -> Vec<u32> {
    match ids {
        Ids::Few(ids) => ids.to_vec(),
        Ids::Many(ids) => ids.iter().collect(),
    }
}
