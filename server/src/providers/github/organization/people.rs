//! What is known of an organisation, as a listing tells it. Pure.

use serde_json::Value;

/// Who belongs to an organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organization {
    /// As GitHub writes it.
    pub login: String,
    pub members: Vec<Member>,
    pub teams: Vec<Team>,
    /// Some of them were counted but not shown: who is missing may still be there.
    pub incomplete: bool,
}

/// A person.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Member {
    pub id: String,
    pub login: String,
    pub name: Option<String>,
    pub bio: Option<String>,
    pub picture: Option<String>,
    /// What the person shows to everybody.
    pub email: Option<String>,
    /// Addresses at domains that the organisation has proved to be its own.
    pub verified_emails: Vec<String>,
    pub is_suspended: bool,
}

/// A team.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Team {
    pub slug: String,
    /// `organisation/slug`.
    pub combined_slug: String,
    pub name: Option<String>,
    pub description: Option<String>,
    pub picture: Option<String>,
    pub edit_url: Option<String>,
    /// The slug of the team above.
    pub parent: Option<String>,
    /// The logins of those who are in the team itself, not only in a team below it.
    pub members: Vec<String>,
}

/// The login of a person.
pub(super) fn login_of(node: &Value) -> Option<String> {
    text(node, "login")
}

/// What is empty says nothing.
fn text(node: &Value, key: &str) -> Option<String> {
    let text = node[key].as_str()?.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

impl Member {
    pub(super) fn of_node(node: &Value) -> Option<Self> {
        let verified = node["organizationVerifiedDomainEmails"].as_array();
        let verified = verified.into_iter().flatten();
        Some(Self {
            id: text(node, "id").unwrap_or_default(),
            login: text(node, "login")?,
            name: text(node, "name"),
            bio: text(node, "bio"),
            picture: text(node, "avatarUrl"),
            email: text(node, "email"),
            verified_emails: verified
                .filter_map(|it| it.as_str().map(str::to_owned))
                .collect(),
            is_suspended: node["suspendedAt"].is_string(),
        })
    }
}

impl Team {
    /// Without its members.
    pub(super) fn of_node(node: &Value) -> Option<Self> {
        Some(Self {
            slug: text(node, "slug")?,
            combined_slug: text(node, "combinedSlug").unwrap_or_default(),
            name: text(node, "name"),
            description: text(node, "description"),
            picture: text(node, "avatarUrl"),
            edit_url: text(node, "editTeamUrl"),
            parent: text(&node["parentTeam"], "slug"),
            members: Vec::new(),
        })
    }
}
