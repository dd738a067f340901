//! What may be done to the catalog from a page, and what it comes to.

use super::{DraftForm, EntityLink, EntityRef, Problem};
use serde::{Deserialize, Serialize};

/// What removing an entity takes along.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Removal {
    pub entity: EntityLink,
    /// The location by whose way it came in.
    pub origin: String,
    pub way: Way,
    /// The others that came by that way, by name; no more than a page can show.
    pub colocated: Vec<EntityLink>,
    pub colocated_total: usize,
    /// Nothing leads to it any more: once deleted, it does not come back.
    pub orphan: bool,
}

/// How an entity came in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Way {
    /// Somebody has registered the location; by its id it is unregistered.
    Registered(String),
    /// The configuration or the command line names it, or discovery found it.
    Configured,
    /// A program has pushed the set of that name.
    Pushed(String),
}

/// A name that is kept out of the catalog.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptOut {
    pub entity_ref: EntityRef,
    pub by: String,
    /// RFC 3339 in UTC.
    pub since: String,
    /// The same as a reader says it.
    pub since_ago: String,
}

/// What somebody sees who would register a URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Look {
    /// What the location holds.
    File(LocationPreview),
    /// The URL is that of a repository with several catalog files.
    Files {
        /// `owner/name`.
        repository: String,
        files: Vec<FoundFile>,
        /// Those that are not among them.
        more: usize,
        /// The location of all of them together.
        together: Option<String>,
    },
    /// The repository has no catalog file.
    Nothing(Box<DraftForm>),
}

/// A catalog file of a repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundFile {
    pub url: String,
    /// Within the repository.
    pub path: String,
    /// Entities of it are in the catalog.
    pub is_known: bool,
}

/// What registering a location would bring.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocationPreview {
    pub url: String,
    /// The location is registered already.
    pub exists: bool,
    /// Those that the catalog has already are known.
    pub entities: Vec<EntityLink>,
    pub entities_total: usize,
    pub problems: Vec<Problem>,
}
