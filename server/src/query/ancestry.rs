//! Which entities led to which: the chain of locations by whose way an entity came in.

use super::model::Model;
use crate::ingest::generated_ref_of;
use crate::ingest::{LocationRef, resolve};
use crate::scm::Scm;
use serde_json::Value;
use std::collections::HashSet;

/// Locations that lead to locations; a bound for stores that hold a circle.
const MAX_DEPTH: usize = 64;

/// An entity with the references of those that led to it.
#[derive(Debug, PartialEq, Eq)]
pub struct Descent {
    pub id: u32,
    pub parents: Vec<String>,
}

/// The entity and all that led to it, itself first. Empty when there is none.
pub fn ancestry(model: &Model, root: &str) -> Vec<Descent> {
    let visible = model.visible();
    let is_visible = |id: &u32| visible.is_none_or(|visible| visible.contains(*id));
    // What leads where is told by entities that may be hidden.
    let model = model.whole();
    let scm = Scm::default();
    let mut seen = HashSet::new();
    let mut open: Vec<u32> = model.number(root).filter(is_visible).into_iter().collect();
    seen.extend(open.iter().copied());
    let mut chain = Vec::new();
    while let Some(id) = open.pop() {
        let parents = parents_of(model, id, &scm);
        let parents: Vec<u32> = parents.into_iter().filter(is_visible).collect();
        open.extend(parents.iter().copied().filter(|id| seen.insert(*id)));
        let key = |id: &u32| model.entry(*id).key.to_string();
        chain.push(Descent {
            id,
            parents: parents.iter().map(key).collect(),
        });
    }
    chain
}

fn parents_of(model: &Model, id: u32, scm: &Scm) -> Vec<u32> {
    let mut location: &str = &model.entry(id).location;
    for _ in 0..MAX_DEPTH {
        let Some(source) = model.sources.get(location) else {
            return Vec::new();
        };
        let Some(parent) = &source.parent else {
            return registration(model, location, id);
        };
        let locations = locations_in(model, parent);
        let leading = locations.iter().copied();
        let leading: Vec<u32> = leading
            .filter(|&id| leads_to(model, id, parent, location, scm))
            .collect();
        if !leading.is_empty() {
            return leading;
        }
        // A redirect or a rewritten URL; with one candidate there is no doubt.
        if let [only] = locations.as_slice() {
            return vec![*only];
        }
        // A folder or a pattern holds no entity: whatever led there led here.
        location = parent;
    }
    Vec::new()
}

/// The entity that stands for a location named in the configuration.
fn registration(model: &Model, location: &str, id: u32) -> Vec<u32> {
    let key = generated_ref_of(location).to_string();
    model
        .number(&key)
        .filter(|known| *known != id)
        .into_iter()
        .collect()
}

/// The Location entities that were read from a location.
fn locations_in(model: &Model, location: &str) -> Vec<u32> {
    let ids = model.index.matching("kind", "location").into_iter();
    ids.filter(|&id| *model.entry(id).location == *location)
        .collect()
}

/// Whether a Location entity read from `base` names `location` as a target.
fn leads_to(model: &Model, id: u32, base: &str, location: &str, scm: &Scm) -> bool {
    let entity = model.entity(model.entry(id));
    let target = entity.pointer("/spec/target").into_iter();
    let targets = entity.pointer("/spec/targets").and_then(Value::as_array);
    let mut targets = target
        .chain(targets.into_iter().flatten())
        .filter_map(Value::as_str);
    targets.any(|target| resolved(target, base, scm).as_deref() == Some(location))
}

/// The location that a target means, relative to the one that names it, as ingestion reads it. A
/// catalog does not know the hosts that are configured; at others than the public ones a target is
/// taken for a plain relative URL.
fn resolved(target: &str, base: &str, scm: &Scm) -> Option<String> {
    let (kind, base) = base.split_once(':')?;
    let location = if kind == "url" {
        LocationRef::url(scm.resolve(target, base).ok()?)
    } else if target.contains("://") {
        LocationRef::url(target)
    } else {
        LocationRef::file(resolve(target, base))
    };
    Some(location.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_relative_to_where_they_stand() {
        let check = |target: &str, base: &str, expected: &str| {
            assert_eq!(
                resolved(target, base, &Scm::default()).as_deref(),
                Some(expected),
                "{target} {base}"
            );
        };
        check("./a.yaml", "file:/x/all.yaml", "file:/x/a.yaml");
        check("../y/a.yaml", "file:/x/all.yaml", "file:/y/a.yaml");
        check("/z/a.yaml", "file:/x/all.yaml", "file:/z/a.yaml");
        let github = "url:https://github.com/o/r/blob/main";
        check(
            "/b.yaml",
            &format!("{github}/x/all.yaml"),
            &format!("{github}/b.yaml"),
        );
        check("./*.yaml", "file:/x/all.yaml", "file:/x/*.yaml");
        check(
            "a.yaml",
            "url:https://h/x/all.yaml",
            "url:https://h/x/a.yaml",
        );
        check(
            "https://g/a.yaml",
            "url:https://h/x/all.yaml",
            "url:https://g/a.yaml",
        );
    }
}
