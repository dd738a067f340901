//! From what is stored to the read model.

use super::bodies::Writer;
use super::model::{Entry, Model};
use super::orders::Orders;
use super::search_rows::search_rows;
use super::summarise::{Names, summary};
use crate::digest::sha1_hex;
use crate::store::{StoreError, StoredCatalog, StoredClaim};
use app::catalog::{DEFAULT_NAMESPACE, EntityRef, EntitySummary, Problem, Relation, Severity};
use bytes::Bytes;
use serde_json::{Value, json};
use std::collections::{BTreeSet, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

/// What is known of an entity beside its document.
struct About {
    key: Arc<str>,
    uid: Arc<str>,
    summary: EntitySummary,
    location: Arc<str>,
    line: u32,
    also_claimed_by: Vec<String>,
    member_of: Vec<EntityRef>,
}

/// A model in the making; entities come in the order of their references.
#[derive(Default)]
struct Builder {
    model: Model,
    bodies: Writer,
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
        let mut locations: HashMap<&str, Arc<str>> = HashMap::new();
        let mut builder = Builder::default();
        builder.model.change = change;
        for (claim, (entity_ref, document)) in winners.iter().zip(parsed) {
            let uid = uids.get(&claim.entity_ref).map_or("", String::as_str);
            let relations: Vec<(String, EntityRef)> = edges
                .remove(&claim.entity_ref)
                .unwrap_or_default()
                .into_iter()
                .collect();
            let of_entity = problems_of.get(&claim.entity_ref).into_iter().flatten();
            // What is wrong with another source that claims the name is no fault of the owner.
            let own: Vec<&Problem> = of_entity
                .map(|&at| &problems[at])
                .filter(|problem| problem.source == claim.location)
                .collect();
            let entity = finish(document, uid, &relations, &own);
            let location = locations.entry(claim.location.as_str());
            let about = About {
                key: claim.entity_ref.as_str().into(),
                uid: uid.into(),
                summary: summary(entity_ref, &entity, &relations, &names, own.len()),
                location: location
                    .or_insert_with(|| claim.location.as_str().into())
                    .clone(),
                line: claim.line,
                also_claimed_by: also_claimed
                    .remove(claim.entity_ref.as_str())
                    .unwrap_or_default(),
                member_of: relations
                    .into_iter()
                    .filter(|(kind, _)| kind == "memberOf")
                    .map(|(_, group)| group)
                    .collect(),
            };
            builder.add(&entity, about);
        }
        let mut model = builder.finish();
        model.problems = problems;
        model.problems_of = problems_of;
        let sources = sources.into_iter();
        model.sources = sources
            .map(|(location, source)| (location, source.into()))
            .collect();
        model.followed = true;
        Ok(model)
    }

    /// The model of finished entities with their uids, whatever is in them.
    pub fn of_entities(entities: Vec<(String, Value)>) -> Self {
        let text = |entity: &Value, pointer: &str| super::text_at(entity, pointer);
        let mut sorted: Vec<(EntityRef, String, Value)> = entities
            .into_iter()
            .map(|(uid, entity)| {
                let namespace = text(&entity, "/metadata/namespace");
                let entity_ref = EntityRef::new(
                    text(&entity, "/kind").unwrap_or_default(),
                    namespace.unwrap_or_else(|| DEFAULT_NAMESPACE.to_owned()),
                    text(&entity, "/metadata/name").unwrap_or_default(),
                );
                (entity_ref, uid, entity)
            })
            .collect();
        sorted.sort_by_cached_key(|(entity_ref, ..)| entity_ref.to_string());
        let names = Names::default();
        let mut builder = Builder::default();
        for (entity_ref, uid, entity) in sorted {
            let about = About {
                key: entity_ref.to_string().into(),
                uid: uid.into(),
                summary: summary(entity_ref, &entity, &[], &names, 0),
                location: Arc::default(),
                line: 1,
                also_claimed_by: Vec::new(),
                member_of: Vec::new(),
            };
            builder.add(&entity, about);
        }
        builder.finish()
    }
}

impl Builder {
    fn add(&mut self, entity: &Value, about: About) {
        let model = &mut self.model;
        let number = u32::try_from(model.entries.len()).expect("a catalog is below 4 billion");
        model.index.add(number, search_rows(entity));
        model.by_key.insert(about.key.clone(), number);
        model.by_uid.insert(about.uid.clone(), number);
        let mut hasher = DefaultHasher::new();
        (
            &about.uid,
            entity.pointer("/metadata/etag").and_then(Value::as_str),
        )
            .hash(&mut hasher);
        model.fingerprint ^= hasher.finish();
        model.entries.push(Entry {
            key: about.key,
            uid: about.uid,
            // Known when all have been written.
            body: Bytes::new(),
            place: self.bodies.put(entity),
            haystack: haystack(&about.summary),
            summary: about.summary,
            location: about.location,
            line: about.line,
            also_claimed_by: about.also_claimed_by,
            member_of: about.member_of,
        });
    }

    fn finish(mut self) -> Model {
        let model = &mut self.model;
        model.bodies = self.bodies.finish();
        for entry in &mut model.entries {
            entry.body = model.bodies.get(entry.place);
        }
        let uids: Vec<&str> = model.entries.iter().map(|entry| &*entry.uid).collect();
        model.index.finish(&uids);
        model.orders = Orders::of(&model.entries);
        let mut hasher = DefaultHasher::new();
        (model.change, model.fingerprint).hash(&mut hasher);
        model.fingerprint = hasher.finish();
        self.model
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
fn finish(
    mut document: Value,
    uid: &str,
    relations: &[(String, EntityRef)],
    problems: &[&Problem],
) -> Value {
    let relations: Vec<Value> = relations
        .iter()
        .map(|(kind, target)| json!({ "type": kind, "targetRef": target.to_string() }))
        .collect();
    let status: Vec<Value> = problems
        .iter()
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
