//! Who belongs to whom, and what they answer for.

use super::{EntityLink, RelatedEntity};
use serde::{Deserialize, Serialize};

/// What the page of a group or a person shows beside their relations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Belonging {
    /// The groups a group is within, the highest first.
    pub above: Vec<EntityLink>,
    /// The groups within a group, each below the one it is within; the groups of a person.
    pub below: Vec<TeamNode>,
    /// Direct members first, then those of the groups within.
    pub members: Vec<Member>,
    /// How many there are: no more than a page can show are named.
    pub members_total: usize,
    pub owned: Vec<OwnedKind>,
    /// Whose entities `owned` counts in all, as full references.
    pub owners: Vec<String>,
    /// What that depends on and is owned by others.
    pub needs: Vec<Need>,
    /// What is owned by others and depends on it.
    pub needed_by: Vec<Need>,
}

/// What one owner has of what is needed, or needs something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Need {
    /// None for what nobody owns.
    pub owner: Option<EntityLink>,
    /// The first by name.
    pub entities: Vec<RelatedEntity>,
    /// How many there are.
    pub total: usize,
}

/// A group in a tree of groups.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TeamNode {
    pub link: EntityLink,
    /// How far below; 0 is next to the group or person itself.
    pub depth: usize,
    pub members: usize,
}

/// A person in a group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    pub entity: RelatedEntity,
    /// The group within through which they belong; none for a direct member.
    pub via: Option<EntityLink>,
}

/// How many entities of a kind someone answers for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnedKind {
    /// As entities write it.
    pub kind: String,
    pub direct: usize,
    /// Those of the groups within, or of a person's groups, included.
    pub all: usize,
}
