//! What the page of settings tells of the viewer.

use super::EntityLink;
use serde::{Deserialize, Serialize};

/// The viewer as the catalog knows them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// The viewer's own entity, or their name where the catalog holds none.
    pub person: EntityLink,
    pub email: Option<String>,
    /// Nobody has signed in.
    pub guest: bool,
    pub memberships: Vec<Membership>,
}

/// A group, and why it is the viewer's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Membership {
    pub group: EntityLink,
    pub why: Why,
    /// What the group owns counts as the viewer's.
    pub owns: bool,
}

/// Why somebody belongs to a group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Why {
    /// The catalog says so of the person or of the group.
    Member,
    /// The group is above others, of which the first has the person as a member.
    Above(Vec<EntityLink>),
    /// The configuration names it.
    Configured,
}
