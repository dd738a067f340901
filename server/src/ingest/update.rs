//! What reading a source has brought.
use super::location::LocationRef;
use app::catalog::{EntityRef, Problem, Relation};
#[derive(Debug, Clone)]
pub struct Claim {
    pub entity_ref: EntityRef,
    pub document: serde_json::Value,
    pub relations: Vec<Relation>,
    pub line: u32,
}
#[derive(Debug, Clone)]
pub struct SourceUpdate {
    pub location: LocationRef,
    pub origin: LocationRef,
    pub parent: Option<LocationRef>,
    pub etag: Option<String>,
    pub content_hash: Option<String>,
    pub outcome: Outcome,
    pub problems: Vec<Problem>,
}
#[derive(Debug, Clone)]
pub enum Outcome {
    Unchanged,
    Unreadable,
    Read {
        claims: Vec<Claim>,
        kept: Vec<EntityRef>,
        children: Vec<LocationRef>,
    },
}
