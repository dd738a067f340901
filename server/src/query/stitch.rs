//! Which relations entities have after a change.
//!
//! A relation is declared by one of its two ends, or by both, and each declaration counts in both
//! directions. So what an entity no longer declares goes, unless the other end declares it too.

use super::declared::Edge;
use super::finish::relations_of;
use super::model::Model;
use crate::store::StoredClaim;
use serde_json::Value;
use std::collections::{BTreeSet, HashMap};

/// The relations that an entity has: type and target.
pub(super) type Relations = BTreeSet<(String, String)>;

/// An entity whose document changes, comes or goes.
pub(super) struct Touched<'a> {
    pub(super) old: Option<(u32, Value)>,
    pub(super) new: Option<&'a StoredClaim>,
}

/// What a change makes of relations.
pub(super) struct Stitches {
    /// Declared by documents that are new, by the entity from which they lead.
    declared: HashMap<String, Relations>,
    /// What others lose and gain by it.
    pub(super) others: HashMap<String, Gains>,
}

#[derive(Default)]
pub(super) struct Gains {
    lost: Relations,
    gained: Relations,
}

impl Stitches {
    pub(super) fn of(model: &Model, touched: &HashMap<String, Touched<'_>>) -> Self {
        let mut stitches = Self {
            declared: HashMap::new(),
            others: HashMap::new(),
        };
        for Touched { old, new } in touched.values() {
            let before = old.as_ref().map(|(id, _)| model.declared(model.entry(*id)));
            let before = before.unwrap_or_default();
            let now = new.map(declared_in).unwrap_or_default();
            for (from, kind, to) in before.difference(&now) {
                if !touched.contains_key(from) {
                    let gains = stitches.others.entry(from.clone()).or_default();
                    gains.lost.insert((kind.clone(), to.clone()));
                }
            }
            for (from, kind, to) in now.difference(&before) {
                if !touched.contains_key(from) {
                    let gains = stitches.others.entry(from.clone()).or_default();
                    gains.gained.insert((kind.clone(), to.clone()));
                }
            }
            for (from, kind, to) in now {
                stitches
                    .declared
                    .entry(from)
                    .or_default()
                    .insert((kind, to));
            }
        }
        stitches
    }

    /// The relations of an entity whose document has changed: what documents that are new declare of
    /// it, and what those that are not do.
    pub(super) fn of_touched(
        &self,
        model: &Model,
        key: &str,
        touched: &HashMap<String, Touched<'_>>,
    ) -> Relations {
        let mut relations = self.declared.get(key).cloned().unwrap_or_default();
        for id in model.index.related(key) {
            let other = model.entry(id);
            if touched.contains_key(&*other.key) {
                continue;
            }
            let declared = model.declared(other).into_iter();
            let of_key = declared.filter(|(from, ..)| from == key);
            relations.extend(of_key.map(|(_, kind, to)| (kind, to)));
        }
        relations
    }

    /// The relations of an entity whose document is the same; `None` when they are too.
    pub(super) fn of_other(
        model: &Model,
        id: u32,
        gains: &Gains,
        entity: &Value,
    ) -> Option<Relations> {
        let known: Relations = relations_of(entity).into_iter().collect();
        let mut relations = known.clone();
        if !gains.lost.is_empty() {
            let entry = model.entry(id);
            let own = model.declared(entry);
            for (kind, to) in &gains.lost {
                let edge = (entry.key.to_string(), kind.clone(), to.clone());
                if !own.contains(&edge) {
                    relations.remove(&(edge.1, edge.2));
                }
            }
        }
        relations.extend(gains.gained.iter().cloned());
        (relations != known).then_some(relations)
    }
}

/// What a claim declares of itself, in both directions.
pub(super) fn declared_in(claim: &StoredClaim) -> BTreeSet<Edge> {
    let edges = claim.relations.iter().map(|relation| {
        (
            relation.source.to_string(),
            relation.kind.clone(),
            relation.target.to_string(),
        )
    });
    let own = |(from, _, to): &Edge| *from == claim.entity_ref || *to == claim.entity_ref;
    edges.filter(own).collect()
}
