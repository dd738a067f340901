//! Entities with the relations between them, before they have places.

use super::super::field::Field;
use super::super::{Entry, Model};
use crate::graph::Side;
use app::catalog::relation::{DRAWN, drawn, is_passive};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// More lines than this nobody can follow, and browsers take long to draw them.
pub(super) const MOST_LINES: usize = 1_000;

/// Some entities and all relations between them.
#[derive(Debug, Default)]
pub(in crate::query) struct Net {
    pub nodes: Vec<Node>,
    pub at: HashMap<String, usize>,
    /// From one node to another as relations are drawn, each with its name and how many there are.
    pub links: BTreeMap<(usize, usize), BTreeMap<String, usize>>,
    /// How many more there would have been.
    pub left_out: usize,
    /// The same of pairs that have a link.
    pub links_left_out: usize,
    /// The title of what holds all that is not outside.
    pub frame: Option<String>,
}

#[derive(Debug)]
pub(in crate::query) struct Node {
    /// Lower case.
    pub key: String,
    /// None for what the catalog does not hold.
    pub number: Option<u32>,
    pub is_root: bool,
    pub outside: Option<Side>,
}

impl Net {
    /// Adds a node, or finds it.
    pub fn node(&mut self, key: &str, number: Option<u32>) -> usize {
        if let Some(&at) = self.at.get(key) {
            return at;
        }
        let at = self.nodes.len();
        self.at.insert(key.to_owned(), at);
        self.nodes.push(Node {
            key: key.to_owned(),
            number,
            is_root: false,
            outside: None,
        });
        at
    }

    /// Counts a relation; one of a node to itself is none.
    pub fn link(&mut self, from: usize, to: usize, name: &str) {
        if from != to {
            let names = self.links.entry((from, to)).or_default();
            *names.entry(name.to_owned()).or_default() += 1;
        }
    }

    /// Keeps no more links than a drawing has room for, those first that matter.
    pub fn bound(&mut self, matters: impl Fn(&Self, usize, usize) -> bool) {
        let more = self.links.len().saturating_sub(MOST_LINES);
        if more == 0 {
            return;
        }
        let mut pairs: Vec<(usize, usize)> = self.links.keys().copied().collect();
        pairs.sort_by_key(|&(from, to)| !matters(self, from, to));
        for pair in pairs.drain(MOST_LINES..) {
            self.links.remove(&pair);
        }
        self.links_left_out = more;
    }

    /// Of a custom relation that is known by both its names the active one is left.
    pub fn name_once(&mut self) {
        for names in self.links.values_mut() {
            if names.len() > 1 && names.keys().any(|name| !is_passive(name)) {
                names.retain(|name, _| !is_passive(name));
            }
        }
    }
}

/// All relations of a model, to be followed from either end.
pub(super) struct Relations<'a> {
    model: &'a Model,
    fields: Vec<(&'a str, Arc<Field>)>,
}

/// A relation of an entity, as it is drawn.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Near {
    pub name: String,
    /// Whether it is drawn from the other to the entity.
    pub is_from: bool,
    pub key: String,
    pub number: Option<u32>,
}

impl<'a> Relations<'a> {
    pub(super) fn of(model: &'a Model) -> Self {
        let mut fields = model.index.relations();
        fields.sort_unstable_by_key(|(kind, _)| *kind);
        Self { model, fields }
    }

    /// The names of all that are drawn.
    pub(super) fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = self
            .fields
            .iter()
            .map(|(kind, _)| drawn(kind).0.to_owned())
            .collect();
        names.sort_unstable();
        names.dedup();
        names.sort_by_key(|name| {
            DRAWN
                .iter()
                .position(|known| known == name)
                .unwrap_or(DRAWN.len())
        });
        names
    }

    /// Hands over who has a relation to an entity of the catalog: the other's number, the name of the
    /// relation, and whether it is drawn from the other.
    pub(super) fn each(&self, key: &str, mut take: impl FnMut(u32, &str, bool)) {
        for (kind, field) in &self.fields {
            if let Some(others) = field.matching(key) {
                let (name, is_from) = drawn(kind);
                others.each(|other| take(other, name, is_from));
            }
        }
    }

    /// Everything that an entity has a relation with, what the catalog does not hold included; in an
    /// order that is always the same.
    pub(super) fn near(&self, entry: &Entry) -> Vec<Near> {
        let mut near = Vec::new();
        self.each(&entry.key, |other, name, is_from| {
            near.push(Near {
                name: name.to_owned(),
                is_from,
                key: self.model.entry(other).key.to_string(),
                number: Some(other),
            });
        });
        near.extend(self.missing(entry));
        near.sort_unstable();
        near.dedup();
        near
    }

    /// What an entity names and the catalog does not hold.
    pub(super) fn missing(&self, entry: &Entry) -> Vec<Near> {
        let declared = self.model.declared(entry).into_iter();
        let near = declared.filter_map(|(from, kind, to)| {
            (*from == *entry.key && self.model.number(&to).is_none()).then(|| {
                let (name, is_from_entry) = drawn(&kind);
                // The others are known by the keys of an index, which sees no case.
                let is_known = DRAWN.contains(&name);
                Near {
                    name: if is_known {
                        name.to_owned()
                    } else {
                        name.to_lowercase()
                    },
                    is_from: !is_from_entry,
                    key: to,
                    number: None,
                }
            })
        });
        near.collect()
    }
}

/// The kind in a lower-case reference.
pub(super) fn kind_of(key: &str) -> &str {
    key.split_once(':').map_or("", |(kind, _)| kind)
}
