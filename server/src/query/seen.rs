//! A model as somebody may see it: what is hidden from them is not in it.
//!
//! Everything that is read of it answers as if the hidden entities did not exist, so whoever is given
//! such a model cannot tell of them by mistake. It shares all that is large with the whole. What an
//! entity says itself stays as it says it, the names of hidden entities included; what hidden entities
//! say of it goes with them.

use super::field::{Field, Writer};
use super::model::Model;
use super::search_rows::RELATIONS;
use app::catalog::Problem;
use bytes::Bytes;
use roaring::RoaringBitmap;
use serde_json::Value;
use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

/// Entities that are kept as they are shown to somebody, where that is not how they are stored.
const MAX_BODIES: usize = 4096;
/// Relations that an entity can only have declared itself, in lower case, and those that only others
/// can have declared.
const OWN: [&str; 4] = ["ownedby", "partof", "providesapi", "consumesapi"];
const FOREIGN: [&str; 4] = ["ownerof", "haspart", "apiprovidedby", "apiconsumedby"];

/// What makes the difference between a model and its whole.
#[derive(Debug)]
pub(super) struct Seen {
    whole: Arc<Model>,
    visible: Arc<RoaringBitmap>,
    /// Relations without those of hidden entities, by key; made when first asked for.
    relations: Mutex<HashMap<String, Arc<Field>>>,
    /// The entities that have relations which hidden entities have declared.
    cut: OnceLock<RoaringBitmap>,
    bodies: Mutex<HashMap<u32, Bytes>>,
}

impl Model {
    /// The same with nothing but these entities.
    pub fn within(whole: &Arc<Self>, mut visible: RoaringBitmap) -> Self {
        // Every question is cut down to it: runs, each of which is gone through, would be slow.
        visible.remove_run_compression();
        let visible = Arc::new(visible);
        let seen = Arc::new(Seen {
            whole: Arc::clone(whole),
            visible: Arc::clone(&visible),
            relations: Mutex::default(),
            cut: OnceLock::new(),
            bodies: Mutex::default(),
        });
        let mut model = Self {
            change: whole.change,
            entries: whole.entries.within(Arc::clone(&visible)),
            index: whole.index.within(Arc::clone(&seen)),
            sources: whole.sources.clone(),
            fingerprint: fingerprint(whole.fingerprint, &visible),
            followed: whole.followed,
            bodies: whole.bodies.clone(),
            declared: whole.declared.clone(),
            losers: whole.losers.clone(),
            registered: whole.registered.clone(),
            content: whole.content,
            ..Self::default()
        };
        model.keep_problems(whole, &visible);
        model.seen = Some(seen);
        model
    }

    /// The model that it is a part of; itself where nothing is hidden. What is taken from it must not
    /// be shown.
    pub(super) fn whole(&self) -> &Self {
        self.seen.as_ref().map_or(self, |seen| &seen.whole)
    }

    /// What can be seen, where that is not everything.
    pub fn visible(&self) -> Option<&RoaringBitmap> {
        self.seen.as_ref().map(|seen| &*seen.visible)
    }

    /// Whether there may be entities that are hidden.
    pub fn is_part(&self) -> bool {
        self.seen.is_some()
    }

    /// Takes over what is wrong with what can be seen. What is wrong with a file as a whole is for those
    /// who see something of it.
    fn keep_problems(&mut self, whole: &Self, visible: &RoaringBitmap) {
        let wanted: HashSet<&str> = whole
            .reported
            .iter()
            .map(|(location, _)| location)
            .collect();
        let mut known: HashSet<&str> = HashSet::new();
        if !wanted.is_empty() {
            let locations = visible.iter().map(|id| &*whole.entry(id).location);
            known.extend(locations.filter(|location| wanted.contains(location)));
        }
        let is_seen = |problem: &Problem| {
            let about = problem.entity_ref.as_ref().map(|it| it.to_lowercase());
            match about.and_then(|key| whole.number(&key)) {
                Some(number) => visible.contains(number),
                None => known.contains(&*problem.source),
            }
        };
        let seen = whole.problems.iter().filter(|problem| is_seen(problem));
        self.problems = Arc::new(seen.cloned().collect());
        self.number_problems();
        for (location, problems) in whole.reported.iter() {
            if known.contains(location) {
                let seen = problems.iter().filter(|problem| is_seen(problem));
                let seen: Arc<[Problem]> = seen.cloned().collect();
                self.reported.insert(location.into(), seen);
            }
        }
    }
}

impl Seen {
    pub(super) fn visible(&self) -> &RoaringBitmap {
        &self.visible
    }

    /// The finished entity of a number as it is shown; none when that is how it is stored.
    pub(super) fn body(&self, number: u32) -> Option<Bytes> {
        if !self.cut().contains(number) {
            return None;
        }
        if let Some(known) = lock(&self.bodies).get(&number) {
            return Some(known.clone());
        }
        let shown = self.without_hidden(number, &self.whole.body(self.whole.entry(number)));
        let mut bodies = lock(&self.bodies);
        if bodies.len() < MAX_BODIES {
            bodies.insert(number, shown.clone());
        }
        Some(shown)
    }

    /// The entities whose documents are not shown as they are stored.
    pub(super) fn cut(&self) -> &RoaringBitmap {
        self.cut.get_or_init(|| {
            let mut cut = RoaringBitmap::new();
            for (kind, field) in self.whole.index.relations() {
                for (target, group) in self.hidden_values(&field) {
                    let ids = field.ids(group).iter().copied();
                    let ids = ids.filter(|id| self.visible.contains(*id));
                    cut.extend(ids.filter(|id| !self.declares(*id, kind, &target)));
                }
            }
            cut
        })
    }

    /// The relations of a key that can be seen.
    pub(super) fn relation(&self, key: &str, field: &Field) -> Arc<Field> {
        if let Some(known) = lock(&self.relations).get(key) {
            return Arc::clone(known);
        }
        let kind = key.strip_prefix(RELATIONS).unwrap_or(key);
        let hidden: HashMap<usize, String> = self
            .hidden_values(field)
            .map(|(target, group)| (group, target))
            .collect();
        let mut writer = Writer::default();
        let mut exists = RoaringBitmap::new();
        for group in 0..field.len() {
            let target = hidden.get(&group);
            let is_shown = |id: &u32| {
                self.visible.contains(*id)
                    && target.is_none_or(|target| self.declares(*id, kind, target))
            };
            let mut spellings: Vec<(&str, Vec<u32>)> = Vec::new();
            for (spelling, ids) in field.spellings_of(group) {
                let mut shown = Vec::new();
                ids.each(|id| shown.extend(Some(id).filter(is_shown)));
                if !shown.is_empty() {
                    exists.extend(shown.iter().copied());
                    spellings.push((spelling, shown));
                }
            }
            let spellings: Vec<(&str, &[u32])> = spellings
                .iter()
                .map(|(spelling, ids)| (*spelling, ids.as_slice()))
                .collect();
            if !spellings.is_empty() {
                writer.push(field.value(group), &spellings);
            }
        }
        let several = &field.several & &exists;
        let made = Arc::new(writer.finish(exists, several, RoaringBitmap::new()));
        lock(&self.relations).insert(key.to_owned(), Arc::clone(&made));
        made
    }

    /// The values of a relation that name hidden entities.
    fn hidden_values<'a>(&'a self, field: &'a Field) -> impl Iterator<Item = (String, usize)> + 'a {
        let groups = 0..field.len();
        let hidden = groups.filter(|group| self.is_hidden(field.value(*group)));
        hidden.map(|group| (field.value(group).to_owned(), group))
    }

    fn is_hidden(&self, key: &str) -> bool {
        let number = self.whole.number(key);
        number.is_some_and(|number| !self.visible.contains(number))
    }

    /// Whether an entity says itself that it has a relation.
    fn declares(&self, id: u32, kind: &str, target: &str) -> bool {
        let kind = kind.to_lowercase();
        if OWN.contains(&&*kind) || FOREIGN.contains(&&*kind) {
            return OWN.contains(&&*kind);
        }
        let entry = self.whole.entry(id);
        let declared = self.whole.declared(entry);
        declared.iter().any(|(from, known, to)| {
            *from == *entry.key && known.eq_ignore_ascii_case(&kind) && *to == *target
        })
    }

    /// A finished entity without the relations that hidden entities have declared.
    fn without_hidden(&self, number: u32, body: &[u8]) -> Bytes {
        let mut entity: Value = serde_json::from_slice(body).unwrap_or_default();
        if let Some(Value::Array(relations)) = entity.get_mut("relations") {
            relations.retain(|relation| {
                let text = |name: &str| relation.get(name).and_then(Value::as_str);
                let (Some(kind), Some(target)) = (text("type"), text("targetRef")) else {
                    return true;
                };
                let target = target.to_lowercase();
                !self.is_hidden(&target) || self.declares(number, kind, &target)
            });
        }
        Bytes::from(entity.to_string())
    }
}

fn lock<T>(kept: &Mutex<T>) -> MutexGuard<'_, T> {
    kept.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What tells the content from any other: the whole, and what of it can be seen.
fn fingerprint(whole: u64, visible: &RoaringBitmap) -> u64 {
    let mut hasher = DefaultHasher::new();
    (whole, visible.len()).hash(&mut hasher);
    visible.iter().for_each(|id| id.hash(&mut hasher));
    hasher.finish()
}
