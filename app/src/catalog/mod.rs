//! The catalog as pages know it: references, summaries, lists, and the questions they may ask.
//!
//! To let a page ask something new: 1. a type of its answer here, 2. a method of [`port::Catalog`],
//! 3. a server function in [`api`], 4. its row in [`crate::routes`].

pub mod api;
mod details;
mod entity_ref;
mod home;
pub mod layout;
mod list;
#[cfg(feature = "ssr")]
pub mod port;
mod problem;
mod registry;
pub mod relation;
mod summary;
mod team;

pub use details::{EntityDetails, EntitySource, Profile, RelatedEntity, RelationGroup, WebLink};
pub use entity_ref::{DEFAULT_NAMESPACE, EntityRef, InvalidEntityRef, RefDefaults};
pub use home::{Home, Team};
pub use layout::{CardName, Layout, LayoutTab, Placed};
pub use list::{EntityList, EntityListQuery, FacetValue, Facets, PAGE_SIZE, Scope, SortField};
pub use problem::{ErrorName, ListedProblem, Problem, Problems, Severity};
pub use registry::{KeptOut, LocationPreview, Removal, Way};
pub use relation::Relation;
pub use summary::{EntityLink, EntitySummary};
pub use team::{Belonging, Member, OwnedKind, TeamNode};
