//! What the page of one entity shows.

use super::{Belonging, EntityLink, EntitySummary, Layout, ListedProblem};
use serde::{Deserialize, Serialize};

/// Everything the page of one entity shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntityDetails {
    pub summary: EntitySummary,
    /// The description as HTML that is safe to show; none without one.
    pub description_html: Option<String>,
    pub links: Vec<WebLink>,
    pub labels: Vec<(String, String)>,
    pub annotations: Vec<(String, String)>,
    /// In the order of the well-known relation types, then by name.
    pub relations: Vec<RelationGroup>,
    pub profile: Option<Profile>,
    /// Whether `spec.definition` is there, to be asked for by itself.
    pub has_definition: bool,
    /// Of a group or a person.
    pub belonging: Option<Belonging>,
    /// How the page is made up.
    pub layout: Layout,
    pub source: EntitySource,
    /// What has made it; none when nobody knows of any.
    pub made_by: Option<MadeBy>,
    pub problems: Vec<ListedProblem>,
    /// The entity as the API gives it, indented JSON.
    pub json: String,
}

/// What has made an entity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MadeBy {
    pub template: Option<EntityLink>,
    /// The id of the task.
    pub task: Option<String>,
}

/// A link of `metadata.links`; `url` is `http`, `https` or `mailto`, others are left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebLink {
    pub url: String,
    pub title: String,
    pub icon: Option<String>,
}

/// All relations of one type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RelationGroup {
    /// The relation type, for example `dependsOn`.
    pub kind: String,
    pub entities: Vec<RelatedEntity>,
}

/// The other end of a relation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RelatedEntity {
    pub link: EntityLink,
    pub description: Option<String>,
    pub spec_type: Option<String>,
    pub lifecycle: Option<String>,
}

/// `spec.profile` of a person or group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    pub email: Option<String>,
    pub picture: Option<String>,
}

/// Why the entity exists and when it was last read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntitySource {
    /// The location that holds it, `file:/path` or `url:https://…`.
    pub location: String,
    /// The registered location it was reached from.
    pub origin: String,
    pub line: Option<u32>,
    pub view_url: Option<String>,
    pub edit_url: Option<String>,
    /// When its source was last read, RFC 3339 in UTC.
    pub read_at: String,
    /// The same as a reader says it: "2 minutes ago".
    pub read_ago: String,
    /// Other locations that claim the same name; the first claim wins.
    pub also_claimed_by: Vec<String>,
}
