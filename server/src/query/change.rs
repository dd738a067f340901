//! From a model to the next: what a change touches is made anew, all else is shared.

use super::bodies::{Place, Writer};
use super::build::{corrupt, gather, marked};
use super::declared;
use super::entries::Entry;
use super::finish::{Added, Document, unfinished, write};
use super::gather::{Gathered, lower};
use super::merge::Change;
use super::model::{Model, signature};
use super::search_rows::{LONG, Rows};
use super::settle::Owner;
use super::stitch::{Relations, Stitches, Touched, declared_in};
use crate::store::{StoreError, StoredChanges, StoredClaim, Tombstone};
use app::catalog::Problem;
use serde_json::Value;
use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

/// Keys that the orders of the portal are made of.
const ORDERED_BY: [&str; 8] = [
    LONG,
    "metadata.title",
    "spec.profile.displayname",
    "metadata.name",
    "relations.ownedby",
    "relations.partof",
    "spec.type",
    "spec.lifecycle",
];

/// The next model in the making.
struct Next<'a> {
    model: Model,
    bodies: Writer<'a>,
    declared: Writer<'a>,
    changes: HashMap<String, Change>,
    rows: Gathered,
    /// Whether an entity has come or gone.
    moved: bool,
}

/// An entity as it is to be.
struct Finished<'a> {
    key: &'a str,
    document: &'a Document<'a>,
    relations: &'a Relations,
    status: &'a Value,
}

impl Model {
    /// The model after these changes. The same as one that is built from the store as a whole.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when a stored document is no entity, or a claim that has become the
    /// owner of its name was not read; see [`Model::missing`].
    pub(crate) fn changed(&self, changes: StoredChanges) -> Result<Self, StoreError> {
        let settled = self.settle(&changes);
        let mut next = self.copy(&changes);
        let mut listed_anew = next.report_anew(&changes);
        let mut touched = HashMap::new();
        for settled in settled {
            let known = self
                .losers
                .get(&settled.key)
                .map_or(&[][..], |losers| losers);
            if known != settled.losers.as_slice() {
                listed_anew = true;
                if settled.losers.is_empty() {
                    next.losers.remove(&settled.key);
                } else {
                    let key = settled.key.as_str().into();
                    next.losers.insert(key, settled.losers.into());
                }
            }
            let new = match settled.owner {
                Owner::Same => continue,
                Owner::Nobody => None,
                Owner::Claim(claim) => Some(claim),
                Owner::Unknown => {
                    let what = format!("{}: its next claim was not read", settled.key);
                    return Err(StoreError::Corrupt(what));
                }
            };
            let old = self.number(&settled.key);
            let old = old.map(|id| (id, self.entity(self.entry(id))));
            if old.is_some() || new.is_some() {
                // The problems of names that are claimed twice tell who owns them.
                listed_anew |= next.losers.get(&settled.key).is_some();
                touched.insert(settled.key, Touched { old, new });
            }
        }
        let mut next = Next {
            bodies: Writer::behind(&self.bodies),
            declared: Writer::behind(&self.declared),
            model: next,
            changes: HashMap::new(),
            rows: Gathered::new(),
            moved: false,
        };
        next.apply(self, &touched)?;
        let mut next = next.finish(self);
        if listed_anew {
            next.list_problems();
        }
        next.sign();
        Ok(next)
    }

    /// The same with the sources, tombstones and registered locations of a change.
    fn copy(&self, changes: &StoredChanges) -> Self {
        let mut next = Self {
            change: changes.change,
            entries: self.entries.clone(),
            index: self.index.clone(),
            problems: Arc::clone(&self.problems),
            sources: self.sources.clone(),
            fingerprint: 0,
            followed: true,
            bodies: self.bodies.clone(),
            declared: self.declared.clone(),
            reported: self.reported.clone(),
            losers: self.losers.clone(),
            kept_out: Arc::clone(&self.kept_out),
            registered: self.registered.clone(),
            problems_of: Arc::clone(&self.problems_of),
            content: self.content,
            ..Self::default()
        };
        for (location, source) in &changes.sources {
            let source = Arc::new(source.clone().into());
            next.sources.insert(location.as_str().into(), source);
        }
        for location in &changes.removed {
            next.sources.remove(location);
        }
        if !changes.tombstones.is_empty() {
            let kept_out: &mut HashMap<String, Tombstone> = Arc::make_mut(&mut next.kept_out);
            for (tombstone, in_force) in &changes.tombstones {
                let name = &tombstone.entity_ref;
                if *in_force {
                    kept_out.insert(name.clone(), tombstone.clone());
                } else {
                    kept_out.remove(name);
                }
            }
        }
        next.registered.follow(changes);
        next
    }

    /// Takes over what is wrong with the sources of a change. Returns whether that is anything new.
    fn report_anew(&mut self, changes: &StoredChanges) -> bool {
        let mut is_new = false;
        let mut by_source: HashMap<&str, Vec<Problem>> = HashMap::new();
        for problem in &changes.problems {
            by_source
                .entry(&problem.source)
                .or_default()
                .push(problem.clone());
        }
        let sources = changes.sources.iter().map(|(location, _)| location);
        for location in sources.chain(&changes.removed) {
            let problems = by_source.remove(location.as_str()).unwrap_or_default();
            let known = self.reported.get(location).map_or(&[][..], |known| known);
            if known == problems.as_slice() {
                continue;
            }
            is_new = true;
            if problems.is_empty() {
                self.reported.remove(location);
            } else {
                self.reported
                    .insert(location.as_str().into(), problems.into());
            }
        }
        is_new
    }
}

impl Next<'_> {
    fn apply(
        &mut self,
        old: &Model,
        touched: &HashMap<String, Touched<'_>>,
    ) -> Result<(), StoreError> {
        let stitches = Stitches::of(old, touched);
        let mut free = old.entries.free();
        let mut keys: Vec<&String> = touched.keys().collect();
        keys.sort_unstable();
        for key in keys {
            let Touched { old: known, new } = &touched[key];
            let Some(claim) = new else {
                if let Some((id, entity)) = known {
                    self.remove(*id, entity);
                }
                continue;
            };
            let is_orphan = self.model.is_orphan(&claim.location);
            let document = marked(key, &claim.document, is_orphan)?;
            let document = Document::parse(&document).map_err(|what| corrupt(key, what))?;
            let finished = Finished {
                key,
                document: &document,
                relations: &stitches.of_touched(old, key, touched),
                status: &self.model.status_of(key, &claim.location),
            };
            let known = known.as_ref().map(|(id, entity)| (*id, entity));
            // Under the same name it may have come back as another.
            let is_another =
                known.filter(|(id, _)| *old.entries.uid(*id) != claim.uid.as_str().into());
            if let Some((id, entity)) = is_another {
                self.remove(id, entity);
            }
            let known = known.filter(|_| is_another.is_none());
            let id = known.map_or_else(|| free.next().unwrap_or(u32::MAX), |(id, _)| id);
            self.put(id, known.map(|(_, entity)| entity), &finished, claim)?;
        }
        let mut others: Vec<_> = stitches.others.iter().collect();
        others.sort_unstable_by_key(|(key, _)| *key);
        for (key, gains) in others {
            let Some(id) = old.number(key) else { continue };
            let entry = old.entry(id);
            let body = old.body(entry);
            let entity: Value = serde_json::from_slice(&body).unwrap_or_default();
            if let Some(relations) = Stitches::of_other(old, id, gains, &entity) {
                let status = entity.get("status").cloned().unwrap_or_default();
                let document = unfinished(entity.clone(), &body);
                let document = Document::parse(&document).map_err(|what| corrupt(key, what))?;
                let finished = Finished {
                    key,
                    document: &document,
                    relations: &relations,
                    status: &status,
                };
                self.rewrite(id, Some(&entity), &finished, entry.clone())?;
            }
        }
        Ok(())
    }

    /// Puts the entity of a claim at a number.
    fn put(
        &mut self,
        id: u32,
        known: Option<&Value>,
        finished: &Finished<'_>,
        claim: &StoredClaim,
    ) -> Result<(), StoreError> {
        let edges = declared_in(claim);
        let edges = edges
            .iter()
            .map(|(from, kind, to)| (from.as_str(), kind.as_str(), to.as_str()));
        let (declared, ()) = self
            .declared
            .put(|out| declared::write(finished.key, edges, out));
        if let Some(before) = self.model.entries.find(id).filter(|_| known.is_some()) {
            self.declared.forget(before.declared);
        }
        let location = self.model.sources.key(&claim.location);
        let entry = Entry {
            key: finished.key.into(),
            uid: claim.uid.as_str().into(),
            location: location.unwrap_or_else(|| claim.location.as_str().into()),
            line: claim.line,
            version: 0,
            position: claim.position,
            claimed: claim.claimed,
            place: Place::default(),
            declared,
        };
        self.moved |= known.is_none();
        self.rewrite(id, known, finished, entry)
    }

    fn rewrite(
        &mut self,
        id: u32,
        known: Option<&Value>,
        finished: &Finished<'_>,
        entry: Entry,
    ) -> Result<(), StoreError> {
        let relations = finished.relations.iter();
        let relations: Vec<(&str, &str)> = relations
            .map(|(kind, target)| (kind.as_str(), target.as_str()))
            .collect();
        let uid = entry.uid.to_string();
        let added = Added {
            uid: &uid,
            relations: &relations,
            status: finished.status,
        };
        let mut body = Vec::new();
        let version = write(finished.document, added, &mut body);
        let mut entry = Entry { version, ..entry };
        if let Some(before) = self.model.entries.find(id).filter(|_| known.is_some()) {
            self.model.content ^= signature(before);
            if before.version == version && self.model.bodies.get(before.place) == body {
                // Nothing but its place in the source, at most.
                entry.place = before.place;
                self.model.content ^= signature(&entry);
                self.model.entries.put(id, entry);
                return Ok(());
            }
            self.bodies.forget(before.place);
        }
        (entry.place, ()) = self.bodies.put(|out| out.extend_from_slice(&body));
        self.model.content ^= signature(&entry);
        self.model.entries.put(id, entry);
        let new = Rows::of_document(finished.document, &uid, &relations)
            .map_err(|error| corrupt(finished.key, error))?;
        let old = known.map(Rows::of_entity).unwrap_or_default();
        self.replace_rows(id, &old, &new);
        Ok(())
    }

    fn remove(&mut self, id: u32, entity: &Value) {
        if let Some(before) = self.model.entries.find(id) {
            self.model.content ^= signature(before);
            self.bodies.forget(before.place);
            self.declared.forget(before.declared);
        }
        self.moved = true;
        self.model.entries.remove(id);
        self.replace_rows(id, &Rows::of_entity(entity), &Rows::default());
    }

    /// Notes the keys whose rows are not the same.
    fn replace_rows(&mut self, id: u32, old: &Rows, new: &Rows) {
        let before: HashMap<&str, _> = old.keys().map(|rows| (rows.key(), rows)).collect();
        let after: HashMap<&str, _> = new.keys().map(|rows| (rows.key(), rows)).collect();
        for (key, rows) in &before {
            if after.get(key) == Some(rows) {
                continue;
            }
            let change = self.changes.entry((*key).to_owned()).or_default();
            change.touched.insert(id);
            let values = rows.values().flatten();
            change
                .gone
                .extend(values.map(|value| (lower(value).into_owned(), id)));
        }
        let differs = |key: &str| before.get(key) != after.get(key);
        for (key, _) in after.iter().filter(|(key, _)| differs(key)) {
            self.changes
                .entry((*key).to_owned())
                .or_default()
                .touched
                .insert(id);
        }
        gather(id, new, &mut self.rows, differs);
    }

    fn finish(self, old: &Model) -> Model {
        let Self {
            mut model,
            bodies,
            declared,
            changes,
            rows,
            moved,
        } = self;
        if !moved {
            model.by_uid = kept(&old.by_uid);
            model.by_key = kept(&old.by_key);
            if !ORDERED_BY.iter().any(|key| changes.contains_key(*key)) {
                model.orders = old.orders.clone();
            }
        }
        model.index = model.index.changed(changes, rows);
        model.bodies = bodies.finish();
        model.declared = declared.finish();
        if model.bodies.is_wasteful() || model.declared.is_wasteful() {
            model.rewrite_bodies();
        }
        model
    }
}

fn kept<T: Clone>(known: &OnceLock<T>) -> OnceLock<T> {
    known
        .get()
        .map_or_else(OnceLock::new, |known| OnceLock::from(known.clone()))
}
