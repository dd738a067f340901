//! Who is looking.

use crate::catalog::EntityRef;
use serde::{Deserialize, Serialize};

/// The person a page is made for, and what counts as theirs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Viewer {
    pub user_ref: EntityRef,
    pub display_name: String,
    /// The user and the groups in whose name they own things.
    pub ownership: Vec<EntityRef>,
    /// Nobody has signed in: this is the guest of the configuration.
    pub guest: bool,
}

impl Viewer {
    /// Whether `owner` is the viewer or one of their groups.
    pub fn owns(&self, owner: &EntityRef) -> bool {
        self.ownership.contains(owner)
    }

    /// Whether any of `others` is the viewer or one of their groups.
    pub fn is_among(&self, others: &[EntityRef]) -> bool {
        others
            .iter()
            .any(|other| *other == self.user_ref || self.owns(other))
    }
}
