//! The read model: the whole catalog in memory, ready to be asked.

use super::index::Index;
use super::orders::Orders;
use super::search_rows::search_rows;
use super::summarise::{Names, summary};
use crate::digest::sha1_hex;
use crate::store::{StoreError, StoredCatalog, StoredClaim, StoredSource};
use app::catalog::{EntityRef, EntitySummary, Problem, Relation, Severity};
use bytes::Bytes;
use roaring::RoaringBitmap;
use serde_json::{Value, json};
use std::collections::{BTreeSet, HashMap};

/// The catalog as of one change. It never changes: a new one takes its place.
#[derive(Debug, Default)]
pub struct Model {
    /// The number of the change it was built from.
    pub change: i64,
    /// In the order of references; an entity's number is its place here.
    pub entries: Vec<Entry>,
    pub index: Index,
    pub orders: Orders,
    /// Worst first, then by source and line; name conflicts included.
    pub problems: Vec<Problem>,
    pub sources: HashMap<String, StoredSource>,
    by_key: HashMap<String, u32>,
    by_uid: HashMap<String, u32>,
    /// Numbers of `problems` by the entity they are about.
    problems_of: HashMap<String, Vec<usize>>,
}

/// One entity, ready to be shown and sent.
#[derive(Debug)]
pub struct Entry {
    /// `kind:namespace/name`, lower case.
    pub key: String,
    pub uid: String,
    /// The finished entity as JSON, relations and all.
    pub body: Bytes,
    /// Without what depends on the viewer.
    pub summary: EntitySummary,
    /// What a text filter looks into, lower case.
    pub haystack: String,
    /// The location whose claim won, and the line there.
    pub location: String,
    pub line: u32,
    /// Locations that claim the same name in vain.
    pub also_claimed_by: Vec<String>,
    /// `(type, target)`, sorted, once each.
    pub relations: Vec<(String, EntityRef)>,
}

impl Model {
    /// Builds the model of what is stored.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when a stored document is no entity.
    pub fn build(stored: StoredCatalog) -> Result<Self, StoreError> {
        let StoredCatalog {
            change,
            sources,
            claims,
            uids,
            problems,
        } = stored;
        let (mut winners, losers) = settle(claims);
        winners.sort_by(|a, b| a.entity_ref.cmp(&b.entity_ref));
        let mut problems = problems;
        problems.extend(losers.iter().map(|(loser, winner)| conflict(loser, winner)));
        problems
            .sort_by(|a, b| (a.severity, &a.source, a.line).cmp(&(b.severity, &b.source, b.line)));

        let mut problems_of: HashMap<String, Vec<usize>> = HashMap::new();
        for (number, problem) in problems.iter().enumerate() {
            if let Some(entity_ref) = &problem.entity_ref {
                problems_of
                    .entry(entity_ref.to_lowercase())
                    .or_default()
                    .push(number);
            }
        }
        let mut also_claimed: HashMap<&str, Vec<String>> = HashMap::new();
        for (loser, _) in &losers {
            also_claimed
                .entry(&loser.entity_ref)
                .or_default()
                .push(loser.location.clone());
        }
        let mut edges = edges_of(&winners);

        let parsed = winners
            .iter()
            .map(StoredClaim::parse)
            .collect::<Result<Vec<_>, _>>()?;
        let names = Names::collect(&parsed);
        let mut model = Self {
            change,
            ..Self::default()
        };
        for (claim, (entity_ref, document)) in winners.iter().zip(parsed) {
            let number = u32::try_from(model.entries.len()).expect("a catalog is below 4 billion");
            let uid = uids.get(&claim.entity_ref).cloned().unwrap_or_default();
            let relations: Vec<(String, EntityRef)> = edges
                .remove(&claim.entity_ref)
                .unwrap_or_default()
                .into_iter()
                .collect();
            let of_entity = problems_of.get(&claim.entity_ref);
            let about = of_entity.into_iter().flatten().map(|&at| &problems[at]);
            let entity = finish(document, &uid, &relations, about);
            let summary = summary(
                entity_ref,
                &entity,
                &relations,
                &names,
                of_entity.map_or(0, Vec::len),
            );
            model.index.add(number, search_rows(&entity));
            model.by_key.insert(claim.entity_ref.clone(), number);
            model.by_uid.insert(uid.clone(), number);
            model.entries.push(Entry {
                key: claim.entity_ref.clone(),
                uid,
                body: Bytes::from(entity.to_string()),
                haystack: haystack(&summary),
                summary,
                location: claim.location.clone(),
                line: claim.line,
                also_claimed_by: also_claimed
                    .remove(claim.entity_ref.as_str())
                    .unwrap_or_default(),
                relations,
            });
        }
        model.orders = Orders::of(&model.entries);
        model.problems = problems;
        model.problems_of = problems_of;
        model.sources = sources;
        Ok(model)
    }

    /// The entity of that name.
    pub fn get(&self, entity_ref: &EntityRef) -> Option<&Entry> {
        self.get_key(&entity_ref.to_string())
    }

    /// The entity of that lower-case reference.
    pub fn get_key(&self, key: &str) -> Option<&Entry> {
        self.number(key)
            .map(|number| &self.entries[number as usize])
    }

    /// The number of the entity of that lower-case reference.
    pub fn number(&self, key: &str) -> Option<u32> {
        self.by_key.get(key).copied()
    }

    /// The entity of that uid.
    pub fn get_uid(&self, uid: &str) -> Option<&Entry> {
        self.by_uid
            .get(uid)
            .map(|&number| &self.entries[number as usize])
    }

    /// The numbers of all entities.
    pub fn everything(&self) -> RoaringBitmap {
        let end = u32::try_from(self.entries.len()).expect("a catalog is below 4 billion");
        let mut ids = RoaringBitmap::new();
        ids.insert_range(0..end);
        ids
    }

    /// What is wrong with the entity of that lower-case reference.
    pub fn problems_of(&self, key: &str) -> impl Iterator<Item = &Problem> {
        let numbers = self.problems_of.get(key);
        numbers.into_iter().flatten().map(|&at| &self.problems[at])
    }
}

/// The claims that own their name, and the others with the winner they lost to.
fn settle(claims: Vec<StoredClaim>) -> (Vec<StoredClaim>, Vec<(StoredClaim, StoredClaim)>) {
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut winners: Vec<StoredClaim> = Vec::new();
    let mut losers = Vec::new();
    for claim in claims {
        if let Some(&place) = places.get(&claim.entity_ref) {
            losers.push((claim, winners[place].clone()));
        } else {
            places.insert(claim.entity_ref.clone(), winners.len());
            winners.push(claim);
        }
    }
    (winners, losers)
}

fn conflict(loser: &StoredClaim, winner: &StoredClaim) -> Problem {
    Problem {
        severity: Severity::Error,
        source: loser.location.clone(),
        line: Some(loser.line),
        entity_ref: Some(loser.entity_ref.clone()),
        message: format!(
            "{} is already claimed by {}, line {}, and the first claim stays. Rename one of the two, or remove one.",
            loser.entity_ref, winner.location, winner.line
        ),
    }
}

/// All edges by the entity they start from; a set, because both ends may declare the same edge.
fn edges_of(claims: &[StoredClaim]) -> HashMap<String, BTreeSet<(String, EntityRef)>> {
    let mut edges: HashMap<String, BTreeSet<(String, EntityRef)>> = HashMap::new();
    for Relation {
        source,
        kind,
        target,
    } in claims.iter().flat_map(|claim| &claim.relations)
    {
        edges
            .entry(source.to_string())
            .or_default()
            .insert((kind.clone(), target.clone()));
    }
    edges
}

/// The entity as clients get it: uid, etag, relations and, when something is wrong, its status.
fn finish<'a>(
    mut document: Value,
    uid: &str,
    relations: &[(String, EntityRef)],
    problems: impl Iterator<Item = &'a Problem>,
) -> Value {
    let relations: Vec<Value> = relations
        .iter()
        .map(|(kind, target)| json!({ "type": kind, "targetRef": target.to_string() }))
        .collect();
    let status: Vec<Value> = problems
        .map(|problem| {
            json!({
                "type": "backstage.io/catalog-processing",
                "level": match problem.severity { Severity::Error => "error", Severity::Warning => "warning" },
                "message": problem.message,
            })
        })
        .collect();
    if let Some(fields) = document.as_object_mut() {
        fields.insert("relations".to_owned(), Value::Array(relations));
        if !status.is_empty() {
            fields.insert("status".to_owned(), json!({ "items": status }));
        }
    }
    let etag = sha1_hex(document.to_string());
    if let Some(metadata) = document.get_mut("metadata").and_then(Value::as_object_mut) {
        metadata.insert("uid".to_owned(), Value::from(uid));
        metadata.entry("etag").or_insert_with(|| Value::from(etag));
    }
    document
}

fn haystack(summary: &EntitySummary) -> String {
    let mut text = summary.entity_ref.name.to_lowercase();
    for part in [&summary.title, &summary.description].into_iter().flatten() {
        text.push('\n');
        text.push_str(&part.to_lowercase());
    }
    text
}
