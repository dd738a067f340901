//! What the palette offers of the catalog.

use super::EntityLink;
use serde::{Deserialize, Serialize};

/// The entities that somebody may want to go to.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Found {
    /// Those that fit what was typed, the likeliest first.
    pub fitting: Vec<EntityLink>,
    /// Where nothing was typed: those lately looked at, the latest first.
    pub recent: Vec<EntityLink>,
    /// Where nothing was typed: those starred, the latest first.
    pub starred: Vec<EntityLink>,
}
