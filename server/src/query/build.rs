//! From all that is stored to the read model.
//!
//! First come the claims without their documents: they tell who owns which name, and all relations.
//! Then the documents stream through, several at a time, and each leaves its finished text and its
//! rows behind. So a start never holds the catalog twice.

use super::bodies::{Bodies, Place, Writer};
use super::declared;
use super::entries::{Entries, Entry};
use super::field::Field;
use super::finish::{Added, Document, status, write, write_as_it_is};
use super::gather::{Gather, Gathered, Interner, lower};
use super::index::Index;
use super::model::{Loser, Model, signature};
use super::problems::about;
use super::search_rows::Rows;
use super::uid::Uid;
use crate::store::{ClaimHead, StoreError, Stored, StoredDocument, Tombstone};
use app::catalog::{DEFAULT_NAMESPACE, EntityRef, Problem};
use serde::Deserialize;
use serde_json::Value;
use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread;
use tokio::sync::mpsc::Receiver;

/// Lists of documents that wait for a worker.
const WAITING: usize = 4;
/// More workers would wait for the database.
const MOST_WORKERS: usize = 8;
/// How entities that stand for registered locations are called.
const GENERATED: &str = "location:default/generated-";
/// More is not said in the status of one entity.
const MOST_TOLD: usize = 100;
/// The mark of an entity to which nothing leads any more.
const ORPHAN: &str = "backstage.io/orphan";

/// What is known when all claims have come.
#[derive(Default)]
struct Heads {
    claims: Vec<Head>,
    /// References in lower case, and types of relations.
    names: Interner,
    kinds: Interner,
    edges: Vec<Edge>,
    locations: HashMap<String, Arc<str>>,
}

struct Head {
    name: u32,
    claimed: i64,
    location: Arc<str>,
    position: i64,
    line: u32,
    uid: Uid,
}

/// A relation that a claim declares; numbers of texts.
struct Edge {
    claim: u32,
    source: u32,
    kind: u32,
    target: u32,
}

/// A relation as it is stored.
#[derive(Deserialize)]
struct StoredRelation<'a> {
    #[serde(borrow)]
    source: Cow<'a, str>,
    #[serde(borrow, rename = "type")]
    kind: Cow<'a, str>,
    #[serde(borrow)]
    target: Cow<'a, str>,
}

/// What documents need to become entities.
#[derive(Default)]
struct Plan {
    entries: Entries,
    declared: Bodies,
    losers: Vec<(Arc<str>, Arc<[Loser]>)>,
    /// The texts of relations, sorted, so that their numbers are in their order.
    names: Vec<Box<str>>,
    kinds: Vec<Box<str>>,
    /// Entity, type, target.
    edges: Vec<(u32, u32, u32)>,
    /// Where the edges of each entity end.
    ends: Vec<usize>,
}

/// What one worker has made.
struct Part {
    bodies: Bodies,
    places: Vec<(u32, Place, u64)>,
    rows: Gathered,
}

impl Model {
    /// Builds the model of what comes.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when a stored document is no entity, or not all has come.
    pub(crate) fn build(mut stored: Receiver<Stored>) -> Result<Self, StoreError> {
        let mut model = Self::default();
        let mut heads = Heads::default();
        loop {
            match stored.blocking_recv() {
                Some(Stored::Sources(sources)) => {
                    for (location, source) in sources {
                        let location = heads.location(location);
                        model.sources.insert(location, Arc::new(source.into()));
                    }
                }
                Some(Stored::Problems(problems)) => model.report(problems),
                Some(Stored::KeptOut(tombstones)) => {
                    let named = tombstones.into_iter().map(|it| (it.entity_ref.clone(), it));
                    model.kept_out = Arc::new(named.collect());
                }
                Some(Stored::Registered(locations)) => model.registered.add(locations),
                Some(Stored::Heads(claims)) => heads.add(claims)?,
                Some(Stored::AllHeads) => break,
                Some(Stored::Documents(_) | Stored::All(_)) | None => return Err(cut_short()),
            }
        }
        let mut plan = heads.plan(&model.kept_out)?;
        for (key, losers) in plan.losers.drain(..) {
            model.losers.insert(key, losers);
        }
        let (change, parts) = read_documents(&mut stored, &model, &plan)?;
        model.entries = plan.entries;
        model.declared = plan.declared;
        model.take(parts)?;
        model.change = change;
        model.followed = true;
        model.list_problems();
        model.sign();
        Ok(model)
    }

    /// The model of finished entities with their uids, whatever is in them.
    pub fn of_entities(entities: Vec<(String, Value)>) -> Self {
        let text = |entity: &Value, pointer: &str| super::text_at(entity, pointer);
        let mut sorted: Vec<(String, String, Value)> = entities
            .into_iter()
            .map(|(uid, entity)| {
                let namespace = text(&entity, "/metadata/namespace");
                let entity_ref = EntityRef::new(
                    text(&entity, "/kind").unwrap_or_default(),
                    namespace.unwrap_or_else(|| DEFAULT_NAMESPACE.to_owned()),
                    text(&entity, "/metadata/name").unwrap_or_default(),
                );
                (entity_ref.to_string(), uid, entity)
            })
            .collect();
        sorted.sort_by(|(a, ..), (b, ..)| a.cmp(b));
        let mut model = Self::default();
        let mut bodies = Writer::default();
        let mut rows = Gathered::new();
        for (id, (key, uid, entity)) in (0u32..).zip(sorted) {
            let (place, version) = bodies.put(|out| write_as_it_is(&entity, out));
            let entry = Entry {
                key: key.into(),
                uid: uid.as_str().into(),
                location: Arc::default(),
                line: 1,
                version,
                position: 0,
                claimed: 0,
                place,
                declared: Place::default(),
            };
            model.content ^= signature(&entry);
            model.entries.put(id, entry);
            gather(id, &Rows::of_entity(&entity), &mut rows, |_| true);
        }
        model.bodies = bodies.finish();
        let rows = rows.into_iter().map(|(key, rows)| (key, vec![rows]));
        model.index = Index::of(finished(rows.collect()));
        model.sign();
        model
    }

    /// Keeps what is wrong, by source.
    pub(super) fn report(&mut self, problems: Vec<Problem>) {
        let mut by_source: HashMap<String, Vec<Problem>> = HashMap::new();
        for problem in problems {
            by_source
                .entry(problem.source.clone())
                .or_default()
                .push(problem);
        }
        for (source, problems) in by_source {
            self.reported.insert(source.into(), problems.into());
        }
    }

    /// The status of the entity of that name, when its claim is of that location: what is wrong with
    /// it there, and of a Location entity what cannot be read where it leads.
    pub(super) fn status_of(&self, key: &str, location: &str) -> Value {
        let own = self.reported.get(location);
        let own = own.into_iter().flat_map(|problems| about(problems, key));
        let told = self.told(key, location);
        status(own.chain(&told))
    }

    /// What sources that a Location entity names tell it; those that stand for a registered location
    /// name none. The store counts its source as changed whenever that changes.
    fn told(&self, key: &str, location: &str) -> Vec<Problem> {
        if !key.starts_with("location:") || key.starts_with(GENERATED) {
            return Vec::new();
        }
        let is_below = |of: &str| {
            let source = self.sources.get(of);
            of != location && source.is_some_and(|it| it.parent.as_deref() == Some(location))
        };
        let told = self.told.get_or_init(|| {
            let mut told: HashMap<String, Vec<(String, usize)>> = HashMap::new();
            for (of, problems) in self.reported.iter() {
                for (number, problem) in problems.iter().enumerate() {
                    let about = problem.entity_ref.as_ref().map(|it| it.to_lowercase());
                    if let Some(about) = about.filter(|it| it.starts_with("location:")) {
                        told.entry(about).or_default().push((of.to_owned(), number));
                    }
                }
            }
            told
        });
        let told = told.get(key).into_iter().flatten();
        let told = told.filter(|(of, _)| is_below(of));
        let told = told.filter_map(|(of, number)| self.reported.get(of)?.get(*number));
        let mut told: Vec<&Problem> = told.collect();
        told.sort_by_key(|it| (&it.source, it.line, &it.message));
        let told = told.into_iter().take(MOST_TOLD);
        let told = told.map(|problem| Problem {
            message: format!("{}: {}", problem.source, problem.message),
            ..problem.clone()
        });
        told.collect()
    }

    /// Whether nothing leads to the location any more.
    pub(super) fn is_orphan(&self, location: &str) -> bool {
        self.sources
            .get(location)
            .is_some_and(|source| source.orphan)
    }

    /// Puts together what the workers have made.
    fn take(&mut self, parts: Vec<Part>) -> Result<(), StoreError> {
        let mut writer = Writer::default();
        let mut rows: HashMap<String, Vec<Gather>> = HashMap::new();
        let mut left = self.entries.len();
        for part in parts {
            let behind = writer.append(&part.bodies);
            for (id, place, version) in part.places {
                if let Some(entry) = self.entries.get_mut(id) {
                    entry.place = place.after(behind);
                    entry.version = version;
                    self.content ^= signature(entry);
                    left -= 1;
                }
            }
            for (key, of_part) in part.rows {
                rows.entry(key).or_default().push(of_part);
            }
        }
        if left > 0 {
            return Err(cut_short());
        }
        self.bodies = writer.finish();
        let fields = thread::scope(|scope| {
            let fields = scope.spawn(|| finished(rows));
            if !self.bodies.is_packed() {
                self.rewrite_bodies();
            }
            fields.join()
        });
        self.index = Index::of(fields.map_err(|_| worker_panicked())?);
        Ok(())
    }

    /// Writes the bodies anew, in the order of references and without what belongs to nobody.
    pub(super) fn rewrite_bodies(&mut self) {
        let order = Arc::clone(self.key_order());
        let (mut bodies, mut notes) = (Writer::default(), Writer::default());
        for &id in order.ids() {
            let entry = self.entries.get(id);
            let (body, note) = (
                self.bodies.get(entry.place),
                self.declared.get(entry.declared),
            );
            let (place, ()) = bodies.put(|out| out.extend_from_slice(&body));
            let (declared, ()) = notes.put(|out| out.extend_from_slice(&note));
            if let Some(entry) = self.entries.get_mut(id) {
                (entry.place, entry.declared) = (place, declared);
            }
        }
        self.bodies = bodies.finish();
        self.declared = notes.finish();
    }
}

impl Heads {
    fn location(&mut self, location: String) -> Arc<str> {
        let known = self.locations.entry(location);
        let known = known.or_insert_with_key(|location| location.as_str().into());
        Arc::clone(known)
    }

    fn add(&mut self, claims: Vec<ClaimHead>) -> Result<(), StoreError> {
        for claim in claims {
            let number =
                u32::try_from(self.claims.len()).expect("there are below 4 billion claims");
            let head = Head {
                name: self.names.intern(&claim.entity_ref),
                claimed: claim.claimed,
                location: self.location(claim.location),
                position: claim.position,
                line: claim.line,
                uid: claim.uid.as_str().into(),
            };
            let own = head.name;
            self.claims.push(head);
            let relations: Vec<StoredRelation<'_>> = serde_json::from_str(&claim.relations)
                .map_err(|error| {
                    StoreError::Corrupt(format!("relations of {}: {error}", claim.entity_ref))
                })?;
            for StoredRelation {
                source,
                kind,
                target,
            } in relations
            {
                // One of the two is nearly always the claim itself.
                let mut number_of = |name: &str| {
                    if name == claim.entity_ref {
                        own
                    } else {
                        self.names.intern(&lower(name))
                    }
                };
                self.edges.push(Edge {
                    claim: number,
                    source: number_of(&source),
                    target: number_of(&target),
                    kind: self.kinds.intern(&kind),
                });
            }
        }
        Ok(())
    }

    /// Who owns which name. Entities get their numbers in the order of their references.
    fn plan(self, kept_out: &HashMap<String, Tombstone>) -> Result<Plan, StoreError> {
        let Self {
            claims: heads,
            names,
            kinds,
            edges,
            ..
        } = self;
        let (names, name_places) = sorted(&names);
        let (kinds, kind_places) = sorted(&kinds);
        let mut order: Vec<u32> = (0u32..).take(heads.len()).collect();
        let rank = |number: u32| {
            let head = &heads[number as usize];
            let name = name_places[head.name as usize];
            (name, head.claimed, &*head.location, head.position)
        };
        order.sort_unstable_by(|a, b| rank(*a).cmp(&rank(*b)));
        let mut plan = Plan::default();
        let mut slots = vec![u32::MAX; names.len()];
        let mut is_owner = vec![false; heads.len()];
        let name_of = |number: u32| name_places[heads[number as usize].name as usize];
        for claims in order.chunk_by(|a, b| name_of(*a) == name_of(*b)) {
            let (Some(&owner), name) = (claims.first(), name_of(claims[0]) as usize) else {
                continue;
            };
            if kept_out.contains_key(&*names[name]) {
                continue;
            }
            let id = u32::try_from(plan.entries.len()).expect("a catalog is below 4 billion");
            slots[name] = id;
            is_owner[owner as usize] = true;
            let head = &heads[owner as usize];
            let key: Arc<str> = (*names[name]).into();
            if claims.len() > 1 {
                let losers = claims[1..]
                    .iter()
                    .map(|&number| heads[number as usize].loser());
                plan.losers.push((Arc::clone(&key), losers.collect()));
            }
            plan.entries.put(id, head.entry(key));
        }
        let name_of_edge = |edge: &Edge| heads[edge.claim as usize].name;
        let slot = |name: u32| slots[name_places[name as usize] as usize];
        let (declared, places) = thread::scope(|scope| {
            let declared = scope.spawn(|| {
                let mut declared = Writer::default();
                let mut places = Vec::new();
                let name = |number: u32| &*names[name_places[number as usize] as usize];
                for edges in edges.chunk_by(|a, b| a.claim == b.claim) {
                    let Some(first) = edges.first().filter(|it| is_owner[it.claim as usize]) else {
                        continue;
                    };
                    let own = name_of_edge(first);
                    let edges = edges.iter().map(|edge| {
                        let kind = &*kinds[kind_places[edge.kind as usize] as usize];
                        (name(edge.source), kind, name(edge.target))
                    });
                    let (place, ()) = declared.put(|out| declared::write(name(own), edges, out));
                    places.push((slot(own), place));
                }
                (declared.finish(), places)
            });
            let edges = edges.iter().filter(|edge| {
                let name = name_of_edge(edge);
                is_owner[edge.claim as usize] && (edge.source == name || edge.target == name)
            });
            let edges = edges.filter_map(|edge| {
                let id = slot(edge.source);
                let kind = kind_places[edge.kind as usize];
                (id != u32::MAX).then(|| (id, kind, name_places[edge.target as usize]))
            });
            plan.edges = edges.collect();
            plan.edges.sort_unstable();
            // Both ends may declare the same.
            plan.edges.dedup();
            plan.edges.shrink_to_fit();
            declared.join()
        })
        .map_err(|_| worker_panicked())?;
        plan.declared = declared;
        for (id, place) in places {
            if let Some(entry) = plan.entries.get_mut(id) {
                entry.declared = place;
            }
        }
        plan.ends = vec![0; plan.entries.len()];
        for (at, &(id, ..)) in plan.edges.iter().enumerate() {
            plan.ends[id as usize] = at + 1;
        }
        for id in 1..plan.ends.len() {
            plan.ends[id] = plan.ends[id].max(plan.ends[id - 1]);
        }
        plan.names = names;
        plan.kinds = kinds;
        Ok(plan)
    }
}

impl Head {
    fn loser(&self) -> Loser {
        Loser {
            rank: (self.claimed, Arc::clone(&self.location), self.position),
            line: self.line,
        }
    }

    fn entry(&self, key: Arc<str>) -> Entry {
        Entry {
            key,
            uid: self.uid.clone(),
            location: Arc::clone(&self.location),
            line: self.line,
            version: 0,
            position: self.position,
            claimed: self.claimed,
            place: Place::default(),
            declared: Place::default(),
        }
    }
}

impl Plan {
    fn relations(&self, id: u32) -> Vec<(&str, &str)> {
        let id = id as usize;
        let start = id.checked_sub(1).map_or(0, |before| self.ends[before]);
        let texts = self.edges[start..self.ends[id]]
            .iter()
            .map(|&(_, kind, target)| (&*self.kinds[kind as usize], &*self.names[target as usize]));
        texts.collect()
    }
}

/// The texts in their order, and the place of each number in it.
fn sorted(texts: &Interner) -> (Vec<Box<str>>, Vec<u32>) {
    let mut order: Vec<u32> = (0..texts.len()).collect();
    super::texts::sort(&mut order, |number| texts.get(number).as_bytes());
    let mut places = vec![0; order.len()];
    for (place, &number) in (0u32..).zip(&order) {
        places[number as usize] = place;
    }
    let sorted = order.iter().map(|&number| texts.get(number).into());
    (sorted.collect(), places)
}

/// Lets the documents through, by several workers. Returns the number of the last change.
fn read_documents(
    stored: &mut Receiver<Stored>,
    model: &Model,
    plan: &Plan,
) -> Result<(i64, Vec<Part>), StoreError> {
    let (sender, receiver) = mpsc::sync_channel(WAITING);
    let receiver = Mutex::new(receiver);
    let total = AtomicU64::new(0);
    let workers = thread::available_parallelism()
        .map_or(1, usize::from)
        .min(MOST_WORKERS);
    thread::scope(|scope| {
        let workers: Vec<_> = (0..workers)
            .map(|_| scope.spawn(|| Part::make(&receiver, model, plan, &total)))
            .collect();
        let change = loop {
            match stored.blocking_recv() {
                Some(Stored::Documents(documents)) => {
                    if sender.send(documents).is_err() {
                        break None;
                    }
                }
                Some(Stored::All(change)) => break Some(change),
                _ => break None,
            }
        };
        drop(sender);
        let parts = workers.into_iter().map(|worker| {
            let part = worker.join();
            part.map_err(|_| worker_panicked())?
        });
        let parts = parts.collect::<Result<Vec<_>, _>>()?;
        Ok((change.ok_or_else(cut_short)?, parts))
    })
}

impl Part {
    fn make(
        documents: &Mutex<mpsc::Receiver<Vec<StoredDocument>>>,
        model: &Model,
        plan: &Plan,
        total: &AtomicU64,
    ) -> Result<Self, StoreError> {
        let mut bodies = Writer::sharing(total);
        let mut places = Vec::new();
        let mut rows = Gathered::new();
        let next = || {
            let documents = documents.lock().unwrap_or_else(PoisonError::into_inner);
            documents.recv().ok()
        };
        while let Some(documents) = next() {
            for stored in documents {
                let id = plan.entries.number(&stored.entity_ref);
                let Some((id, entry)) = id.map(|id| (id, plan.entries.get(id))) else {
                    continue;
                };
                if *entry.location != *stored.location || entry.position != stored.position {
                    continue;
                }
                let is_orphan = model.is_orphan(&entry.location);
                let document = marked(&entry.key, &stored.document, is_orphan)?;
                let document =
                    Document::parse(&document).map_err(|what| corrupt(&entry.key, what))?;
                let relations = plan.relations(id);
                let uid = entry.uid.to_string();
                let added = Added {
                    uid: &uid,
                    relations: &relations,
                    status: &model.status_of(&entry.key, &entry.location),
                };
                let (place, version) = bodies.put(|out| write(&document, added, out));
                places.push((id, place, version));
                let rows_of = Rows::of_document(&document, &uid, &relations)
                    .map_err(|error| corrupt(&entry.key, error))?;
                gather(id, &rows_of, &mut rows, |_| true);
            }
        }
        Ok(Self {
            bodies: bodies.finish(),
            places,
            rows,
        })
    }
}

/// The text of a stored document, marked when nothing leads to it any more.
///
/// # Errors
/// [`StoreError::Corrupt`] when it is no JSON.
pub(super) fn marked<'a>(
    key: &str,
    document: &'a str,
    is_orphan: bool,
) -> Result<Cow<'a, str>, StoreError> {
    if !is_orphan {
        return Ok(document.into());
    }
    let mut document: Value =
        serde_json::from_str(document).map_err(|error| corrupt(key, error))?;
    if let Some(metadata) = document["metadata"].as_object_mut() {
        let annotations = metadata.entry("annotations");
        let annotations = annotations.or_insert_with(|| Value::Object(serde_json::Map::new()));
        if let Some(annotations) = annotations.as_object_mut() {
            annotations.insert(ORPHAN.to_owned(), Value::from("true"));
        }
    }
    Ok(document.to_string().into())
}

/// The error of a stored document that is no entity.
pub(super) fn corrupt(key: &str, what: impl std::fmt::Display) -> StoreError {
    StoreError::Corrupt(format!("{key}: {what}"))
}

/// Adds the rows of an entity to those of others, of the keys that are `wanted`.
pub(super) fn gather(id: u32, rows: &Rows, gathered: &mut Gathered, wanted: impl Fn(&str) -> bool) {
    for rows in rows.keys().filter(|rows| wanted(rows.key())) {
        let of_key = match gathered.get_mut(rows.key()) {
            Some(known) => known,
            None => gathered.entry(rows.key().to_owned()).or_default(),
        };
        of_key.add(id, rows.values(), rows.are_listed());
    }
}

/// The fields of all keys of which several workers have gathered rows, made by as many threads as
/// there are cores. The largest come first, so that no thread is left alone with one in the end.
fn finished(rows: HashMap<String, Vec<Gather>>) -> HashMap<Arc<str>, Arc<Field>> {
    let mut rows: Vec<(String, Vec<Gather>)> = rows.into_iter().collect();
    rows.sort_by_key(|(_, parts)| Reverse(parts.iter().map(Gather::rows).sum::<usize>()));
    let waiting = Mutex::new(rows.into_iter());
    let done = Mutex::new(HashMap::new());
    let work = || {
        let next = || {
            waiting
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .next()
        };
        while let Some((key, parts)) = next() {
            let whole = parts.into_iter().reduce(|mut whole, part| {
                whole.absorb(part);
                whole
            });
            let field = Arc::new(whole.unwrap_or_default().finish());
            let mut done = done.lock().unwrap_or_else(PoisonError::into_inner);
            done.insert(Arc::from(key), field);
        }
    };
    let workers = thread::available_parallelism()
        .map_or(1, usize::from)
        .min(MOST_WORKERS);
    thread::scope(|scope| {
        for _ in 1..workers {
            scope.spawn(work);
        }
        work();
    });
    done.into_inner().unwrap_or_else(PoisonError::into_inner)
}

fn worker_panicked() -> StoreError {
    StoreError::Corrupt("a worker panicked".to_owned())
}

fn cut_short() -> StoreError {
    StoreError::Corrupt("the catalog could not be read to its end".to_owned())
}
