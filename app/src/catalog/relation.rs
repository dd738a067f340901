//! How entities hang together: relation types and what they are called on a page.

use super::EntityRef;
use serde::{Deserialize, Serialize};

/// A directed edge between two entities. The target need not exist.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Relation {
    pub source: EntityRef,
    /// For example `ownedBy`; every type of [`PAIRS`] has a reverse.
    #[serde(rename = "type")]
    pub kind: String,
    pub target: EntityRef,
}

/// The well-known relation types: forward, reverse.
/// Source: the descriptor format's "well-known relations".
pub const PAIRS: [(&str, &str); 7] = [
    ("ownedBy", "ownerOf"),
    ("providesApi", "apiProvidedBy"),
    ("consumesApi", "apiConsumedBy"),
    ("dependsOn", "dependencyOf"),
    ("partOf", "hasPart"),
    ("parentOf", "childOf"),
    ("memberOf", "hasMember"),
];

/// The other direction of a well-known relation type.
pub fn reverse_of(kind: &str) -> Option<&'static str> {
    PAIRS.iter().find_map(|&(forward, backward)| match kind {
        it if it == forward => Some(backward),
        it if it == backward => Some(forward),
        _ => None,
    })
}

/// What a relation type is called as the heading of a list.
pub fn label(kind: &str) -> &str {
    match kind {
        "ownedBy" => "Owner",
        "ownerOf" => "Owns",
        "providesApi" => "Provides",
        "apiProvidedBy" => "Provided by",
        "consumesApi" => "Consumes",
        "apiConsumedBy" => "Consumed by",
        "dependsOn" => "Depends on",
        "dependencyOf" => "Needed by",
        "partOf" => "Part of",
        "hasPart" => "Has parts",
        "parentOf" => "Parent of",
        "childOf" => "Child of",
        "memberOf" => "Member of",
        "hasMember" => "Members",
        other => other,
    }
}
