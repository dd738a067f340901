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

/// The types in the direction in which they are drawn: from what owns, holds or needs to what is
/// owned, held or needed.
pub const DRAWN: [&str; 7] = [
    "dependsOn",
    "consumesApi",
    "providesApi",
    "hasPart",
    "ownerOf",
    "parentOf",
    "hasMember",
];

/// The name under which a relation is drawn, and whether it is drawn from its source to its target.
/// Of a type that is not well known the words tell: `replacedBy` is drawn backwards.
pub fn drawn(kind: &str) -> (&str, bool) {
    let find = |kind: &str| DRAWN.iter().find(|it| it.eq_ignore_ascii_case(kind));
    if let Some(known) = find(kind) {
        return (known, true);
    }
    let known = PAIRS.iter().find_map(|&(forward, backward)| match kind {
        it if it.eq_ignore_ascii_case(forward) => find(backward),
        it if it.eq_ignore_ascii_case(backward) => find(forward),
        _ => None,
    });
    known.map_or((kind, !is_passive(kind)), |known| (known, false))
}

/// Whether the words of a type that is not well known say what is done to its source.
pub fn is_passive(kind: &str) -> bool {
    let word = kind.to_ascii_lowercase();
    !DRAWN.contains(&kind) && (word.ends_with("by") || word.ends_with("of"))
}

/// A drawn relation as the verb of a sentence: one thing "depends on" another.
pub fn verb(kind: &str) -> &str {
    match kind {
        "dependsOn" => "depends on",
        "consumesApi" => "consumes",
        "providesApi" => "provides",
        "hasPart" => "holds",
        "ownerOf" => "owns",
        "parentOf" => "is parent of",
        "hasMember" => "has member",
        other => other,
    }
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
