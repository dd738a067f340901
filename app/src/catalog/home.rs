//! What the home page shows.

use super::{EntityLink, EntitySummary, FacetValue, ListedProblem, Placed};

/// The viewer's corner of the catalog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Home {
    pub teams: Vec<Team>,
    /// The first of what the viewer owns; `owned_total` says how many there are.
    pub owned: Vec<EntitySummary>,
    pub owned_total: usize,
    pub starred: Vec<EntitySummary>,
    /// Lately looked at, the latest first.
    pub recent: Vec<EntitySummary>,
    /// How many entities there are of each kind.
    pub kinds: Vec<FacetValue>,
    pub entities_total: usize,
    /// The first of what the viewer has to see to; `problems_mine` says how much there is.
    pub problems: Vec<ListedProblem>,
    pub problems_mine: usize,
    /// Problems in the whole catalog.
    pub problems_total: usize,
    /// The sources are being read for the first time: what is missing may still come.
    pub reading: bool,
    /// How the page is made up.
    pub cards: Vec<Placed>,
}

/// A group the viewer is a member of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Team {
    pub link: EntityLink,
    pub description: Option<String>,
    pub members: usize,
    pub owned: usize,
}
