//! People, organisations and teams.

use crate::world::World;
use serde_json::{Value, json};
use std::collections::BTreeMap;

#[derive(Debug, Clone)]
pub(crate) struct Account {
    pub(crate) id: u64,
    pub(crate) login: String,
    pub(crate) is_organization: bool,
    /// Of an organisation, beside Ann.
    pub(crate) members: Vec<String>,
    pub(crate) profile: Profile,
    /// Only GitHub Enterprise Server suspends people.
    pub(crate) is_suspended: bool,
}

/// What people say of themselves.
#[derive(Debug, Clone, Default)]
pub struct Profile {
    pub name: Option<String>,
    pub bio: Option<String>,
    pub email: Option<String>,
    /// Addresses at domains that the organisation has proved to be its own.
    pub verified_emails: Vec<String>,
}

#[derive(Debug, Clone)]
pub(crate) struct Team {
    pub(crate) id: u64,
    pub(crate) organization: String,
    pub(crate) name: String,
    pub(crate) slug: String,
    pub(crate) description: Option<String>,
    /// The id of the team above.
    pub(crate) parent: Option<u64>,
    pub(crate) members: Vec<String>,
    /// What the team may, by the name of the repository in small letters.
    pub(crate) repositories: BTreeMap<String, String>,
}

impl Account {
    pub(crate) fn person(login: &str, id: u64) -> Self {
        Self {
            id,
            login: login.to_owned(),
            is_organization: false,
            members: Vec::new(),
            profile: Profile::default(),
            is_suspended: false,
        }
    }

    pub(crate) fn organization(login: &str, id: u64) -> Self {
        Self {
            is_organization: true,
            ..Self::person(login, id)
        }
    }

    pub(crate) fn has(&self, login: &str) -> bool {
        self.members.iter().any(|it| it.eq_ignore_ascii_case(login))
    }
}

impl World {
    pub(crate) fn find_account(&self, login: &str) -> Option<&Account> {
        self.accounts.get(&login.to_lowercase())
    }

    pub(crate) fn is_organization(&self, login: &str) -> bool {
        self.find_account(login)
            .is_some_and(|it| it.is_organization)
    }

    pub(crate) fn find_team(&self, organization: &str, slug: &str) -> Option<&Team> {
        let key = (organization.to_lowercase(), slug.to_lowercase());
        self.teams.get(&key)
    }

    pub(crate) fn parent_of(&self, team: &Team) -> Option<&Team> {
        let parent = team.parent?;
        self.teams.values().find(|it| it.id == parent)
    }

    /// `simple-user`, also of those who are not known: an owner is named before it is made.
    pub(crate) fn simple_user(&self, login: &str) -> Value {
        let account = self.find_account(login);
        let is_organization = account.is_none_or(|it| it.is_organization);
        let login = account.map_or(login, |it| it.login.as_str());
        let (kind, letter) = if is_organization {
            ("Organization", "O")
        } else {
            ("User", "U")
        };
        let id = account.map_or(0, |it| it.id);
        let url = format!("{}/users/{login}", self.api());
        let mut value = json!({
            "login": login, "name": login, "id": id, "node_id": format!("{letter}_{id}"),
            "gravatar_id": "", "type": kind, "site_admin": false, "url": url,
            "html_url": format!("http://{}/{login}", self.host),
        });
        for name in [
            "avatar",
            "events",
            "followers",
            "following",
            "gists",
            "organizations",
            "received_events",
            "repos",
            "starred",
            "subscriptions",
        ] {
            value[format!("{name}_url")] = format!("{url}/{name}").into();
        }
        value
    }

    /// `public-user`.
    pub(crate) fn public_user(&self, login: &str) -> Value {
        let mut value = self.simple_user(login);
        for name in [
            "company",
            "blog",
            "location",
            "email",
            "hireable",
            "bio",
            "twitter_username",
        ] {
            value[name] = Value::Null;
        }
        for name in ["public_repos", "public_gists", "followers", "following"] {
            value[name] = 0.into();
        }
        value["created_at"] = "2026-01-01T00:00:00Z".into();
        value["updated_at"] = "2026-01-01T00:00:00Z".into();
        value
    }

    /// `organization-simple` with what `organization-full` has beside.
    pub(crate) fn organization(&self, login: &str) -> Value {
        let user = self.simple_user(login);
        let login = user["login"].as_str().unwrap_or_default();
        let url = format!("{}/orgs/{login}", self.api());
        let mut value = json!({
            "login": user["login"], "id": user["id"], "node_id": user["node_id"], "url": url,
            "avatar_url": user["avatar_url"], "html_url": user["html_url"], "type": "Organization",
            "description": null, "name": login,
            "has_organization_projects": true, "has_repository_projects": true,
            "public_repos": 0, "public_gists": 0, "followers": 0, "following": 0,
            "created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z",
            "archived_at": null,
        });
        for name in [
            "repos",
            "events",
            "hooks",
            "issues",
            "members",
            "public_members",
        ] {
            value[format!("{name}_url")] = format!("{url}/{name}").into();
        }
        value
    }

    /// `team`, with what `team-full` has beside.
    pub(crate) fn team(&self, team: &Team) -> Value {
        let url = format!("{}/organizations/1/team/{}", self.api(), team.id);
        json!({
            "id": team.id, "node_id": format!("T_{}", team.id), "name": team.name, "slug": team.slug,
            "description": team.description, "privacy": "closed", "notification_setting": "notifications_enabled",
            "permission": "pull", "type": "organization", "organization_id": 1,
            "url": url, "members_url": format!("{url}/members{{/member}}"),
            "repositories_url": format!("{url}/repos"),
            "html_url": format!("http://{}/orgs/{}/teams/{}", self.host, team.organization, team.slug),
            "parent": self.parent_of(team).map(|it| {
                let mut simple = self.team(it);
                simple.as_object_mut().map(|it| it.remove("parent"));
                simple
            }),
        })
    }
}
