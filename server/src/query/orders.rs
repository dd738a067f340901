//! The place of every entity in each order that a list of the portal can have, made when someone
//! asks.

use super::field::Field;
use super::model::Model;
use app::catalog::SortField;
use roaring::RoaringBitmap;
use std::cmp::Ordering;
use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

/// For each column the place of each entity; entities without a value come last.
#[derive(Debug, Clone, Default)]
pub struct Orders {
    places: [OnceLock<Arc<[u32]>>; SortField::ALL.len()],
}

/// Set in the place of an entity that has no value in the column.
const MISSING: u32 = 1 << 31;

/// What people are called by, first to last.
pub(super) const LABELS: [&str; 3] = [
    "metadata.title",
    "spec.profile.displayname",
    "metadata.name",
];

impl Orders {
    /// Makes what has been made of an earlier model.
    pub(super) fn warm_like(&self, earlier: &Self, model: &Model) {
        for field in SortField::ALL {
            if earlier.places[field as usize].get().is_some() {
                self.places(field, model);
            }
        }
    }

    /// The numbers in the order of a column. Entities without a value stay last in both directions.
    pub(super) fn sort(
        &self,
        model: &Model,
        ids: &RoaringBitmap,
        field: SortField,
        descending: bool,
    ) -> Vec<u32> {
        let places = self.places(field, model);
        let place = |id: &u32| places.get(*id as usize).copied().unwrap_or(u32::MAX);
        let mut sorted: Vec<u32> = ids.iter().collect();
        if descending {
            let key = |id: &u32| {
                let place = place(id);
                if place & MISSING == 0 {
                    MISSING - place
                } else {
                    place
                }
            };
            sorted.sort_unstable_by_key(key);
        } else {
            sorted.sort_unstable_by_key(place);
        }
        sorted
    }

    fn places(&self, field: SortField, model: &Model) -> &Arc<[u32]> {
        self.places[field as usize].get_or_init(|| match field {
            SortField::Name => by_label(model),
            SortField::Owner => self.by_value(model, &owners(model)),
            SortField::System => self.by_value(model, &systems(model)),
            SortField::Type => self.by_value(model, &ranks(model, "spec.type")),
            SortField::Lifecycle => self.by_value(model, &ranks(model, "spec.lifecycle")),
        })
    }

    /// By the place of a value, `u32::MAX` without one, then by label.
    fn by_value(&self, model: &Model, values: &[u32]) -> Arc<[u32]> {
        let labels = self.places(SortField::Name, model);
        let mut ids: Vec<u32> = model.entries.live().iter().collect();
        ids.sort_unstable_by_key(|&id| (values[id as usize], labels[id as usize]));
        let missing = |id: u32| values[id as usize] == u32::MAX;
        placed(model.entries.slots(), &ids, missing)
    }
}

fn placed(slots: usize, ids: &[u32], missing: impl Fn(u32) -> bool) -> Arc<[u32]> {
    let mut places = vec![u32::MAX; slots];
    for (place, &id) in (0u32..).zip(ids) {
        places[id as usize] = place | if missing(id) { MISSING } else { 0 };
    }
    places.into()
}

/// By what a reader calls them, then by reference.
fn by_label(model: &Model) -> Arc<[u32]> {
    let fields = LABELS.map(|key| model.index.raw(key));
    let mut labels = vec![""; model.entries.slots()];
    for field in fields.iter().rev().flatten() {
        for group in 0..field.len() {
            let value = field.value(group);
            if value.trim().is_empty() {
                continue;
            }
            for &id in field.ids(group) {
                labels[id as usize] = value;
            }
        }
    }
    let long = long_labels(model, &fields);
    for (id, label) in &long {
        labels[*id as usize] = label;
    }
    let mut ids: Vec<u32> = model.entries.live().iter().collect();
    let by_label = |a: &u32, b: &u32| labels[*a as usize].cmp(labels[*b as usize]);
    let by_key = |a: &u32, b: &u32| model.entry(*a).key.cmp(&model.entry(*b).key);
    ids.sort_unstable_by(|a, b| by_label(a, b).then_with(|| by_key(a, b)));
    placed(model.entries.slots(), &ids, |_| false)
}

/// Labels that are too long to be values of their field, in lower case.
fn long_labels(model: &Model, fields: &[Option<Arc<Field>>; 3]) -> Vec<(u32, String)> {
    let mut called = RoaringBitmap::new();
    let mut long = RoaringBitmap::new();
    // Names are never long.
    for field in fields[..2].iter().flatten() {
        let groups = 0..field.len();
        let valued: RoaringBitmap = groups.flat_map(|it| field.ids(it)).copied().collect();
        long |= &field.exists - &valued - &called;
        called |= valued;
    }
    let title = |id: u32| super::summarise::title(&model.entity(model.entry(id)));
    let titles = long
        .iter()
        .filter_map(|id| Some((id, title(id)?.to_lowercase())));
    titles.collect()
}

/// The place of each entity's first value of a key among all its values.
fn ranks(model: &Model, key: &str) -> Vec<u32> {
    let column = model.order(key);
    let slots = model.entries.slots();
    column.map_or_else(|| vec![u32::MAX; slots], |column| column.ranks(slots))
}

fn owners(model: &Model) -> Vec<u32> {
    by_target(model, "relations.ownedby", |_| Some(0))
}

/// The system that an entity is part of, or else the domain.
fn systems(model: &Model) -> Vec<u32> {
    by_target(model, "relations.partof", |target| {
        match target.split(':').next() {
            Some("system") => Some(0),
            Some("domain") => Some(1),
            _ => None,
        }
    })
}

/// By what a reader calls the entity that a relation leads to. Of several the first that `rank`
/// prefers counts.
fn by_target(model: &Model, key: &str, rank: impl Fn(&str) -> Option<u8>) -> Vec<u32> {
    let mut values = vec![u32::MAX; model.entries.slots()];
    let Some(field) = model.index.raw(key) else {
        return values;
    };
    let mut known: HashMap<&str, String> = HashMap::new();
    let mut targets: Vec<(u8, usize)> = Vec::new();
    for group in 0..field.len() {
        let target = field.value(group);
        if let Some(rank) = rank(target) {
            targets.push((rank, group));
            known.insert(target, label(model, target));
        }
    }
    let label = |group: usize| known.get(field.value(group)).map_or("", String::as_str);
    let mut labels: Vec<&str> = targets.iter().map(|&(_, group)| label(group)).collect();
    labels.sort_unstable();
    labels.dedup();
    // What is preferred is written last.
    targets.sort_unstable_by(|a, b| match b.0.cmp(&a.0) {
        Ordering::Equal => b.1.cmp(&a.1),
        other => other,
    });
    for (_, group) in targets {
        let place = labels.binary_search(&label(group)).unwrap_or_default();
        for &id in field.ids(group) {
            values[id as usize] = u32::try_from(place).unwrap_or(u32::MAX);
        }
    }
    values
}

/// What a reader calls the entity of a lower-case reference, in lower case.
fn label(model: &Model, key: &str) -> String {
    let name = key.rsplit('/').next().unwrap_or_default().to_owned();
    let title = model.get_key(key);
    let title = title.and_then(|entry| super::summarise::title(&model.entity(entry)));
    title.map_or(name, |title| title.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_title_too_long_to_be_matched_is_sorted_by_all_the_same() {
        let long = |first: &str| format!("{first}{}", "x".repeat(300));
        let entities = [
            ("z", json!({ "title": long("B") }), json!({})),
            ("a", json!({ "title": "c" }), json!({})),
            ("b", json!({ "title": "a" }), json!({})),
            (
                "c",
                json!({}),
                json!({ "profile": { "displayName": long("bA") } }),
            ),
            ("bb", json!({}), json!({})),
            (
                "d",
                json!({ "title": "D" }),
                json!({ "profile": { "displayName": long("a") } }),
            ),
        ];
        let entities = entities.map(|(name, mut metadata, spec)| {
            metadata["name"] = name.into();
            let entity = json!({ "kind": "Component", "metadata": metadata, "spec": spec });
            (name.to_owned(), entity)
        });
        let model = Model::of_entities(entities.into());
        let orders = Orders::default();
        let sorted = orders.sort(&model, &model.everything(), SortField::Name, false);
        let names = sorted.iter().map(|id| &*model.entry(*id).key);
        let names: Vec<&str> = names.map(|key| key.rsplit('/').next().unwrap()).collect();
        assert_eq!(names, ["b", "c", "bb", "z", "a", "d"]);
    }
}
