//! From catalog files to claims on entities. Ingest reads and reports; it writes nothing.
//!
//! Reading order: [`parse`], [`validate`] and [`relate`] are pure; `document` joins them for one
//! document, `source` for everything at one location, and [`ingest_all`] walks from the roots along
//! folders, patterns and Location entities.
//!
//! To add a kind: its shape goes into [`validate::kind`], its relations into [`relate`]. To add a
//! type of location: teach `read` to read it and `document` to name its targets.

mod annotate;
mod document;
mod due;
mod generated;
mod given;
mod include;
mod links;
mod listed;
pub mod location;
pub mod parse;
pub mod placeholder;
mod read;
pub mod relate;
mod root;
pub mod rules;
mod source;
pub mod validate;
mod walk;

pub use annotate::annotate;
pub use document::Target;
pub use due::{Due, Origins, ingest_due};
pub use generated::{generated, generated_ref, generated_ref_of};
pub use given::{document_of, ingest_given};
pub use include::included_location;
pub use listed::{Listed, ingest_listed, unlisted};
pub use location::LocationRef;
pub(crate) use read::is_fixture;
pub(crate) use read::resolve;
pub use root::Root;
pub use walk::{Context, Fingerprint, Previous, ingest_all};

use app::catalog::{EntityRef, Problem, Relation};
use serde_json::Value;

/// What one source says of one entity. Several claims on one name are all told; who owns the name
/// is decided where they are stored.
#[derive(Debug, Clone, PartialEq)]
pub struct Claim {
    pub entity_ref: EntityRef,
    /// The valid document: namespace and location annotations filled in, placeholders replaced,
    /// lists of references sorted, without `relations` and `status`.
    pub document: Value,
    /// Both directions of each, sorted, without repetitions.
    pub relations: Vec<Relation>,
    /// 1-based line where the document begins.
    pub line: u32,
    /// A file that the document refers to could not be had, and a notice stands in its place. An
    /// earlier version of the entity, if there is one, stays instead.
    pub provisional: bool,
}

/// What one reading of one location came to.
#[derive(Debug, Clone, PartialEq)]
pub struct SourceUpdate {
    pub location: LocationRef,
    /// The root by whose way the location was reached.
    pub origin: LocationRef,
    /// The location that names this one; none for a root.
    pub parent: Option<LocationRef>,
    pub etag: Option<String>,
    /// What the outcome depends on, as two SHA-256 in hex with a dash between: that of the roots,
    /// rules and hosts, and that of the content.
    pub content_hash: Option<String>,
    pub outcome: Outcome,
    /// Empty when nothing changed: what was wrong before still is.
    pub problems: Vec<Problem>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// As it was when it was last read.
    Unchanged,
    /// What was there stays, and so do the locations it led to.
    Unreadable,
    Read {
        claims: Vec<Claim>,
        /// Names whose new version is not valid: the last good version stays.
        kept: Vec<EntityRef>,
        /// Part of the content could not be understood, so whom it named is not known: whatever
        /// was claimed before and is not claimed now stays.
        incomplete: bool,
        /// The locations this one leads to, in order.
        children: Vec<Target>,
        /// The files that placeholders stand for: when one of them changes, so does the source.
        includes: Vec<LocationRef>,
    },
}

impl Outcome {
    /// What metrics count it as.
    pub(crate) fn word(&self) -> &'static str {
        match self {
            Self::Unchanged => "unchanged",
            Self::Unreadable => "unreadable",
            Self::Read { .. } => "changed",
        }
    }
}
