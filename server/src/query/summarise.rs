//! From a finished entity to the row that lists show of it.

use super::text_at;
use app::catalog::{EntityLink, EntityRef, EntitySummary};
use serde_json::Value;
use std::collections::HashMap;

/// The titles of all entities, by lower-case reference; `None` for one without.
#[derive(Debug, Default)]
pub(super) struct Names(HashMap<String, Option<String>>);

impl Names {
    pub(super) fn collect(entities: &[(EntityRef, Value)]) -> Self {
        let named = entities
            .iter()
            .map(|(entity_ref, entity)| (entity_ref.to_string(), title(entity)));
        Self(named.collect())
    }

    /// A link to an entity that may not exist.
    pub(super) fn link(&self, entity_ref: &EntityRef) -> EntityLink {
        let named = self.0.get(&entity_ref.to_string());
        EntityLink {
            entity_ref: entity_ref.clone(),
            title: named.cloned().flatten(),
            known: named.is_some(),
        }
    }
}

/// The row of a finished entity. Owner and system are what its relations say.
pub(super) fn summary(
    entity_ref: EntityRef,
    entity: &Value,
    relations: &[(String, EntityRef)],
    names: &Names,
    problems: usize,
) -> EntitySummary {
    let first = |kind: &str, of_kind: Option<&str>| {
        let mut targets = relations.iter().filter(|(known, target)| {
            known == kind && of_kind.is_none_or(|of_kind| target.kind.eq_ignore_ascii_case(of_kind))
        });
        targets.next().map(|(_, target)| names.link(target))
    };
    let tags = entity.pointer("/metadata/tags").and_then(Value::as_array);
    EntitySummary {
        title: title(entity),
        description: text_at(entity, "/metadata/description"),
        spec_type: text_at(entity, "/spec/type"),
        lifecycle: text_at(entity, "/spec/lifecycle"),
        owner: first("ownedBy", None),
        system: first("partOf", Some("system")).or_else(|| first("partOf", Some("domain"))),
        tags: tags
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect(),
        starred: false,
        problems,
        entity_ref,
    }
}

/// `metadata.title`, or the display name of a person or group.
fn title(entity: &Value) -> Option<String> {
    text_at(entity, "/metadata/title").or_else(|| text_at(entity, "/spec/profile/displayName"))
}
