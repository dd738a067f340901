//! From a finished entity to the row that lists show of it, made when it is shown.

use super::finish::relations_of;
use super::model::{Entry, Model};
use super::text_at;
use app::catalog::{EntityLink, EntityRef, EntitySummary, RefDefaults};
use app::viewer::Viewer;
use serde_json::Value;
use std::collections::{HashSet, VecDeque};
use std::sync::PoisonError;

/// How many groups somebody owns things as, at most.
const MOST_GROUPS: usize = 1_000;

/// Links that a model remembers at most.
const MAX_LINKS: usize = 10_000;

/// Someone the catalog knows.
#[derive(Debug, Clone)]
pub struct Person {
    pub entity_ref: EntityRef,
    /// What a reader calls them.
    pub label: String,
    /// The groups they are a direct member of.
    pub member_of: Vec<EntityRef>,
}

impl Model {
    /// Adds the groups above those of a list, the nearest first.
    pub fn add_ancestors(&self, ownership: &mut Vec<EntityRef>) {
        let mut seen: HashSet<EntityRef> = ownership.iter().cloned().collect();
        let mut open: VecDeque<EntityRef> = ownership.iter().cloned().collect();
        while let Some(group) = open.pop_front() {
            for parent in self.parents(&group) {
                if ownership.len() < MOST_GROUPS && seen.insert(parent.clone()) {
                    ownership.push(parent.clone());
                    open.push_back(parent);
                }
            }
        }
    }

    /// The groups right above a group.
    fn parents(&self, group: &EntityRef) -> Vec<EntityRef> {
        let Some(entry) = self.get(group) else {
            return Vec::new();
        };
        let relations = relations_of(&self.entity(entry));
        let parents = relations.iter().filter(|(kind, _)| kind == "childOf");
        parents
            .filter_map(|(_, parent)| parent.parse().ok())
            .collect()
    }

    /// The person of that name.
    pub fn person(&self, entity_ref: &EntityRef) -> Option<Person> {
        let entity = self.entity(self.get(entity_ref)?);
        let groups = relations_of(&entity)
            .into_iter()
            .filter(|(kind, _)| kind == "memberOf");
        let groups = groups.filter_map(|(_, group)| group.parse().ok());
        let link = link_of(&entity);
        Some(Person {
            label: link.label().to_owned(),
            entity_ref: link.entity_ref,
            member_of: groups.collect(),
        })
    }
}

impl Model {
    /// Somebody by name, as who they are in the catalog.
    pub fn viewer(&self, user: &EntityRef) -> Viewer {
        let person = self.person(user);
        let groups = person.iter().flat_map(|person| &person.member_of);
        Viewer {
            user_ref: user.clone(),
            ownership: std::iter::once(user).chain(groups).cloned().collect(),
            display_name: person
                .as_ref()
                .map_or_else(|| user.name.clone(), |person| person.label.clone()),
            guest: false,
            claims: Vec::new(),
        }
    }
}

/// Makes rows and links, and reads an entity that many of them name only once.
pub(super) struct Summaries<'a> {
    model: &'a Model,
}

impl<'a> Summaries<'a> {
    pub(super) fn of(model: &'a Model) -> Self {
        Self { model }
    }

    /// The row of an entry for a viewer with these stars. Owner and system are what its relations
    /// say.
    pub(super) fn row(&mut self, entry: &Entry, stars: &[String]) -> EntitySummary {
        let entity = self.model.entity(entry);
        let relations = relations_of(&entity);
        let mut first = |kind: &str, of_kind: &str| {
            let mut targets = relations
                .iter()
                .filter(|(known, target)| known == kind && target.strip_prefix(of_kind).is_some());
            targets
                .next()
                .and_then(|(_, target)| self.link_to_key(target))
        };
        let tags = entity.pointer("/metadata/tags").and_then(Value::as_array);
        EntitySummary {
            entity_ref: ref_of(&entity),
            title: title(&entity),
            description: text_at(&entity, "/metadata/description"),
            spec_type: text_at(&entity, "/spec/type"),
            lifecycle: text_at(&entity, "/spec/lifecycle"),
            owner: first("ownedBy", ""),
            system: first("partOf", "system:").or_else(|| first("partOf", "domain:")),
            tags: tags
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
                .map(str::to_owned)
                .collect(),
            starred: stars.iter().any(|star| **star == *entry.key),
            problems: self.model.own_problems(entry),
            has_definition: entity.pointer("/spec/definition").is_some(),
        }
    }

    /// A link to an entity that the catalog may not hold.
    pub(super) fn link(&mut self, target: &EntityRef) -> EntityLink {
        let key = target.to_string();
        let known = &self.model.links;
        let links = known.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = links.get(&key) {
            return known.clone();
        }
        drop(links);
        let link = match self.model.get_key(&key) {
            Some(entry) => link_of(&self.model.entity(entry)),
            None => EntityLink {
                entity_ref: self.as_written(&key).unwrap_or_else(|| target.clone()),
                title: None,
                known: false,
            },
        };
        let mut links = known.write().unwrap_or_else(PoisonError::into_inner);
        if links.len() < MAX_LINKS {
            links.insert(key, link.clone());
        }
        link
    }

    /// The reference to an entity that the catalog does not hold, in the letters of who names it.
    fn as_written(&self, key: &str) -> Option<EntityRef> {
        let naming = self.model.index.related(key);
        let first = naming.iter().min_by_key(|id| &self.model.entry(*id).key)?;
        let entity = self.model.entity(self.model.entry(first));
        let namespace = entity
            .pointer("/metadata/namespace")
            .and_then(Value::as_str);
        let defaults = RefDefaults {
            kind: key.split(':').next(),
            namespace,
        };
        let spec = entity.get("spec")?.as_object()?;
        let values = spec.values().flat_map(|value| match value {
            Value::Array(items) => items.as_slice(),
            value => std::slice::from_ref(value),
        });
        let mut written = values
            .filter_map(Value::as_str)
            .filter_map(|text| EntityRef::parse(text, defaults).ok());
        written.find(|it| it.to_string() == key)
    }

    fn link_to_key(&mut self, target: &str) -> Option<EntityLink> {
        let target = EntityRef::parse(target, RefDefaults::default()).ok()?;
        Some(self.link(&target))
    }
}

/// A link to an entity that the catalog may not hold.
pub(crate) fn link(model: &Model, target: &EntityRef) -> EntityLink {
    Summaries::of(model).link(target)
}

/// A link to an entity that the catalog holds.
pub(super) fn link_of(entity: &Value) -> EntityLink {
    EntityLink {
        entity_ref: ref_of(entity),
        title: title(entity),
        known: true,
    }
}

/// Kind, namespace and name as the entity writes them.
pub(crate) fn ref_of(entity: &Value) -> EntityRef {
    let text = |pointer: &str| entity.pointer(pointer).and_then(Value::as_str);
    EntityRef::new(
        text("/kind").unwrap_or_default(),
        text("/metadata/namespace").unwrap_or(app::catalog::DEFAULT_NAMESPACE),
        text("/metadata/name").unwrap_or_default(),
    )
}

/// `metadata.title`, or the display name of a person or group.
pub(super) fn title(entity: &Value) -> Option<String> {
    text_at(entity, "/metadata/title").or_else(|| text_at(entity, "/spec/profile/displayName"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn who_is_not_in_the_catalog_is_called_as_written() {
        let entity = json!({
            "kind": "Component",
            "metadata": { "name": "orders", "namespace": "shop" },
            "spec": { "owner": "Team-Lights", "dependsOn": ["Resource:default/DB"] },
            "relations": [
                { "type": "dependsOn", "targetRef": "resource:default/db" },
                { "type": "ownedBy", "targetRef": "group:shop/team-lights" },
            ],
        });
        let model = Model::of_entities(vec![("1".to_owned(), entity)]);
        let check = |target: &str, expected: &str| {
            let target = EntityRef::parse(target, RefDefaults::default()).unwrap();
            let link = link(&model, &target);
            assert!(!link.known);
            assert_eq!(link.entity_ref.name, expected);
        };
        check("group:shop/team-lights", "Team-Lights");
        check("resource:default/db", "DB");
        check("group:default/nobody", "nobody");
    }
}
