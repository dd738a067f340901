//! Repositories as REST and events tell of them.

use crate::identity::Who;
use crate::repository::Repository;
use crate::world::{World, iso};
use serde_json::{Value, json};

const LINKS: [&str; 36] = [
    "archive",
    "assignees",
    "blobs",
    "branches",
    "collaborators",
    "comments",
    "commits",
    "compare",
    "contents",
    "contributors",
    "deployments",
    "downloads",
    "events",
    "forks",
    "git_commits",
    "git_refs",
    "git_tags",
    "hooks",
    "issue_comment",
    "issue_events",
    "issues",
    "keys",
    "labels",
    "languages",
    "merges",
    "milestones",
    "notifications",
    "pulls",
    "releases",
    "stargazers",
    "statuses",
    "subscribers",
    "subscription",
    "tags",
    "teams",
    "trees",
];

const COUNTS: [&str; 9] = [
    "forks",
    "forks_count",
    "size",
    "stargazers_count",
    "watchers",
    "watchers_count",
    "network_count",
    "subscribers_count",
    "score",
];

impl World {
    /// The API of a repository.
    pub(crate) fn url_of(&self, repository: &Repository) -> String {
        format!("{}/repos/{}", self.api(), repository.full_name())
    }

    /// The pages of a repository.
    pub(crate) fn page_of(&self, repository: &Repository) -> String {
        format!("http://{}/{}", self.host, repository.full_name())
    }

    /// `full-repository`, which has all that the smaller ones have.
    pub(crate) fn describe(&self, repository: &Repository) -> Value {
        let (host, full_name) = (&self.host, repository.full_name());
        let (api, page) = (self.url_of(repository), self.page_of(repository));
        let open = repository.issues.iter().filter(|it| it.is_open).count();
        let mut value = json!({
            "id": repository.id, "node_id": format!("R_{}", repository.id),
            "name": repository.name, "full_name": full_name,
            "owner": self.simple_user(&repository.owner),
            "private": repository.visibility != "public", "visibility": repository.visibility,
            "html_url": page, "url": api,
            "description": repository.description, "homepage": repository.homepage,
            "language": null, "license": null, "mirror_url": null,
            "fork": repository.is_fork, "archived": repository.is_archived, "disabled": false,
            "topics": repository.topics, "default_branch": repository.default_branch,
            "has_pages": repository.pages.is_some(),
            "open_issues": open, "open_issues_count": open,
            "clone_url": format!("{page}.git"), "svn_url": page,
            "git_url": format!("git://{host}/{full_name}.git"),
            "ssh_url": format!("git@{host}:{full_name}.git"),
            "created_at": iso(repository.created), "updated_at": iso(repository.updated),
            "pushed_at": iso(repository.pushed),
            "custom_properties": repository.properties,
        });
        for (name, setting) in &repository.settings {
            value[name] = setting.clone();
        }
        for name in LINKS {
            value[format!("{name}_url")] = format!("{api}/{name}").into();
        }
        for name in COUNTS {
            value[name] = 0.into();
        }
        if self.is_organization(&repository.owner) {
            value["organization"] = self.simple_user(&repository.owner);
        }
        let parent = repository.parent.as_ref();
        if let Some(parent) = parent.and_then(|it| self.repository(it)) {
            value["parent"] = self.describe(parent);
            value["source"] = value["parent"].clone();
        }
        value
    }

    /// The same, with what the one who asks may.
    pub(crate) fn describe_to(&self, who: &Who, repository: &Repository) -> Value {
        let mut value = self.describe(repository);
        let admin = self.may_administer(who, repository);
        let push = self.may_write(who, repository);
        value["permissions"] = json!({
            "admin": admin, "maintain": admin, "push": push, "triage": push, "pull": true,
        });
        value
    }
}
