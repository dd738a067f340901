//! The catalog as pages know it: references, summaries, lists, and the questions they may ask.
//!
//! To let a page ask something new: 1. a type of its answer here, 2. a method of [`port::Catalog`],
//! 3. a server function in [`api`], 4. its row in [`crate::routes`].

pub mod api;
#[cfg(feature = "ssr")]
mod card;
mod column;
mod details;
mod draft;
mod entity_ref;
mod found;
mod home;
mod inbox;
pub mod layout;
mod list;
#[cfg(feature = "ssr")]
pub mod port;
mod problem;
mod proposal;
mod registry;
pub mod relation;
#[cfg(feature = "ssr")]
mod remembered;
mod settings;
mod summary;
mod team;

pub use column::Column;
pub use details::{
    EntityDetails, EntitySource, MadeBy, Profile, RelatedEntity, RelationGroup, WebLink,
};
pub use draft::{
    CATALOG_FILE, DRAFT_KINDS, Draft, DraftField, DraftForm, NewFile, Suggestions, Written,
};
pub use entity_ref::{DEFAULT_NAMESPACE, EntityRef, InvalidEntityRef, RefDefaults};
pub use found::Found;
pub use home::{Home, Team};
pub use inbox::{
    INBOX_PAGE, Inbox, InboxOwner, InboxQuery, OwnedProblems, ProblemKind, ProblemSource,
};
pub use layout::{CardName, Layout, LayoutTab, Placed};
pub use list::{
    CHOICES, Choices, EntityList, EntityListQuery, FacetValue, Facets, ListView, PAGE_SIZE, Scope,
    SortField,
};
pub use problem::{ErrorName, ListedProblem, Problem, Severity};
pub use proposal::{LONGEST_TEXT, LONGEST_TITLE, Obstacle, Offering, Proposal, Proposed};
pub use registry::{FoundFile, KeptOut, LocationPreview, Look, Removal, Way};
pub use relation::Relation;
pub use settings::{Membership, Settings, Why};
pub use summary::{EntityCard, EntityLink, EntitySummary};
pub use team::{Belonging, Member, Need, OwnedKind, TeamNode};
