//! What a list shows of an entity.

use super::EntityRef;
use serde::{Deserialize, Serialize};

/// Another entity, as a link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntityLink {
    pub entity_ref: EntityRef,
    /// `metadata.title`, or the display name of a person or group.
    pub title: Option<String>,
    /// Whether the catalog holds it; a link to nothing is shown as such.
    pub known: bool,
}

/// One row of a list of entities.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntitySummary {
    /// Kind, namespace and name as the file writes them.
    pub entity_ref: EntityRef,
    /// `metadata.title`, or the display name of a person or group.
    pub title: Option<String>,
    pub description: Option<String>,
    /// `spec.type`.
    pub spec_type: Option<String>,
    /// `spec.lifecycle`.
    pub lifecycle: Option<String>,
    pub owner: Option<EntityLink>,
    pub system: Option<EntityLink>,
    pub tags: Vec<String>,
    pub starred: bool,
    /// How many problems are known of it.
    pub problems: usize,
    /// Whether it has a definition to read.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub has_definition: bool,
}

/// What is shown of an entity beside a link to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntityCard {
    pub link: EntityLink,
    pub description: Option<String>,
    pub spec_type: Option<String>,
    pub lifecycle: Option<String>,
    pub owner: Option<EntityLink>,
    /// How many it owns, has as members or parts: by relation type, those that it has.
    pub counts: Vec<(String, usize)>,
}

impl EntityLink {
    /// What a reader calls it.
    pub fn label(&self) -> &str {
        self.title.as_deref().unwrap_or(&self.entity_ref.name)
    }
}

impl EntitySummary {
    /// The entity as a link.
    pub fn link(&self) -> EntityLink {
        EntityLink {
            entity_ref: self.entity_ref.clone(),
            title: self.title.clone(),
            known: true,
        }
    }

    /// What a reader calls it.
    pub fn label(&self) -> &str {
        self.title.as_deref().unwrap_or(&self.entity_ref.name)
    }
}
