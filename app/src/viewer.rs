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
    /// What their provider has claimed of them, as far as it is kept; no matter of browsers.
    #[serde(skip)]
    pub claims: Vec<SignInClaim>,
}

/// Something that a provider says of somebody who signs in, such as `roles` = `admin`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SignInClaim {
    pub name: String,
    pub value: String,
}

impl SignInClaim {
    /// Reads `name=value`; none where either is missing.
    pub fn parse(text: &str) -> Option<Self> {
        let (name, value) = text.split_once('=')?;
        let (name, value) = (name.trim(), value.trim());
        let is_whole = !name.is_empty() && !value.is_empty();
        is_whole.then(|| Self {
            name: name.to_owned(),
            value: value.to_owned(),
        })
    }
}

impl std::fmt::Display for SignInClaim {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}={}", self.name, self.value)
    }
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
