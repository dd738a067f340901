//! What has never become an entity: names that are not valid, and sources not yet read.

use super::model::Model;
use crate::digest::sha1_hex;
use crate::ingest::generated_ref_of;
use app::catalog::{ErrorName, Problem};
use std::collections::{BTreeMap, HashSet};

/// An entity that is not in the catalog, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unprocessed {
    pub entity_ref: String,
    /// The source in which it stands.
    pub location: String,
    /// Where that source was registered.
    pub origin: String,
    /// Empty for what is still to be read.
    pub errors: Vec<(ErrorName, String)>,
}

impl Unprocessed {
    /// A UUID made of what it is called and where it stands, so it stays the same from one reading to the next.
    pub fn id(&self) -> String {
        let digest = sha1_hex(format!("{}\n{}", self.entity_ref, self.location));
        format!(
            "{}-{}-5{}-8{}-{}",
            &digest[..8],
            &digest[8..12],
            &digest[12..15],
            &digest[15..18],
            &digest[18..30]
        )
    }
}

/// Entities that were read and have never been valid, by name.
pub fn failed(model: &Model) -> Vec<Unprocessed> {
    let mut failed: BTreeMap<(&str, &str), Unprocessed> = BTreeMap::new();
    let whole = model.whole();
    for (location, problems) in model.reported.iter() {
        for (entity_ref, problem) in problems.iter().filter_map(named) {
            if is_claimed(whole, entity_ref) {
                continue;
            }
            let one = failed
                .entry((entity_ref, location))
                .or_insert_with(|| unprocessed(model, entity_ref.to_owned(), location));
            one.errors.push((problem.error, problem.message.clone()));
        }
    }
    failed.into_values().collect()
}

/// Sources that are known and have not been read yet, each under the name of the Location entity
/// that would stand for it.
pub fn pending(model: &Model) -> Vec<Unprocessed> {
    let locations = unread(model).into_iter();
    let pending = locations
        .map(|location| unprocessed(model, generated_ref_of(location).to_string(), location));
    pending.collect()
}

/// The locations that are known and have not been read yet, in the order of their names.
pub(super) fn unread(model: &Model) -> Vec<&str> {
    // Nobody knows yet what they hold, and to whom it may be shown.
    if model.is_part() {
        return Vec::new();
    }
    let sources = model.sources.iter();
    let mut unread: HashSet<&str> = sources
        .filter(|(_, source)| source.read_at() == 0)
        .map(|(location, _)| location)
        .collect();
    // What has brought something has been read, whatever the clock said.
    unread.retain(|location| model.reported.get(location).is_none());
    if !unread.is_empty() {
        for entry in model.entries.iter() {
            let location = &*entry.location;
            if unread.contains(location) && *entry.key != generated_ref_of(location).to_string() {
                unread.remove(location);
            }
        }
    }
    let mut unread: Vec<&str> = unread.into_iter().collect();
    unread.sort_unstable();
    unread
}

/// A problem of an entity, with the name of that.
fn named(problem: &Problem) -> Option<(&str, &Problem)> {
    let entity_ref = problem.entity_ref.as_deref()?;
    Some((entity_ref, problem))
}

/// Whether some source has a valid entity of that name, be it shown or kept out.
fn is_claimed(model: &Model, entity_ref: &str) -> bool {
    let key = entity_ref.to_lowercase();
    model.number(&key).is_some()
        || model.losers.get(&key).is_some()
        || model.kept_out.contains_key(&key)
}

fn unprocessed(model: &Model, entity_ref: String, location: &str) -> Unprocessed {
    let source = model.sources.get(location);
    Unprocessed {
        entity_ref,
        location: location.to_owned(),
        origin: source.map_or_else(String::new, |it| it.origin.clone()),
        errors: Vec::new(),
    }
}
