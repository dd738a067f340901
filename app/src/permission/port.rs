//! What a page may ask about permissions.

use crate::catalog::{EntityLink, EntityRef};
use crate::error::ApiError;
use crate::permission::roles::{RoleForm, RoleList, RoleOffers, RoleSource};
use crate::routes::Permission;
use crate::viewer::Viewer;

/// Who may do what.
pub trait Permissions: Send + Sync {
    /// Why the viewer may not do something, to an entity where one is named; none when they may.
    fn refusal(
        &self,
        viewer: &Viewer,
        permission: Permission,
        entity: Option<&EntityRef>,
    ) -> Option<String>;

    /// Why somebody may or may not do something.
    ///
    /// # Errors
    /// [`ApiError::Invalid`] for names that cannot be read or are not known.
    fn explain(&self, question: &Question) -> Result<Explanation, ApiError>;

    /// Whether the viewer sees to everything here, and may look at it as somebody else.
    fn is_administrator(&self, viewer: &Viewer) -> bool;

    /// Takes note that who asks looks at the portal as that person from now on, or as themselves again.
    fn viewed_as(&self, person: Option<&EntityRef>);
}

/// The roles there are.
pub trait Roles: Send + Sync {
    /// All of them, those of the configuration first.
    fn list(&self, viewer: &Viewer) -> RoleList;

    /// The form of a role that was made here.
    ///
    /// # Errors
    /// [`ApiError::NotFound`], and [`ApiError::Conflict`] for one of the configuration.
    fn form(&self, name: &str) -> Result<RoleForm, ApiError>;

    /// What a form offers.
    fn offers(&self, viewer: &Viewer) -> RoleOffers;
}

/// What somebody wants explained, as a form sends it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Question {
    /// A reference to a person.
    pub person: String,
    /// The name of a permission.
    pub permission: String,
    /// A reference to an entity; empty where it is not about one.
    pub entity: String,
}

/// Why somebody may or may not do something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    pub person: EntityLink,
    /// What the person counts as: themselves and their groups.
    pub claims: Vec<String>,
    pub permission: Permission,
    pub entity: Option<EntityLink>,
    pub is_allowed: bool,
    /// The decision in a sentence.
    pub because: String,
    /// Every grant of the permission that the person has.
    pub grants: Vec<ExplainedGrant>,
}

/// A grant that somebody has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExplainedGrant {
    pub role: String,
    pub source: RoleSource,
    /// By what they have the role, in words.
    pub by: String,
    /// 1-based, within the role.
    pub number: usize,
    /// The lines of its condition; none where it has no condition.
    pub parts: Vec<ExplainedPart>,
    /// None where there is no entity to hold it against.
    pub holds: Option<bool>,
}

/// A line of a condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExplainedPart {
    pub depth: usize,
    pub said: String,
    pub holds: Option<bool>,
}
