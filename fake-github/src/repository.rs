//! A repository and its files.

use serde_json::{Value, json};
use sha1::{Digest, Sha1};
use std::collections::BTreeMap;

#[derive(Debug, Clone)]
pub struct Repository {
    pub owner: String,
    pub name: String,
    pub default_branch: String,
    /// By branch, the files by their paths. Nothing was ever put into a repository without any.
    pub branches: BTreeMap<String, BTreeMap<String, String>>,
    pub topics: Vec<String>,
    pub is_fork: bool,
    pub is_archived: bool,
    /// `public`, `internal` or `private`.
    pub visibility: String,
}

impl Repository {
    pub(super) fn new(full_name: &str) -> Self {
        let (owner, name) = full_name.split_once('/').unwrap();
        Self {
            owner: owner.to_owned(),
            name: name.to_owned(),
            default_branch: "main".to_owned(),
            branches: [("main".to_owned(), BTreeMap::new())].into(),
            topics: Vec::new(),
            is_fork: false,
            is_archived: false,
            visibility: "public".to_owned(),
        }
    }

    /// Puts a file on the default branch.
    #[must_use]
    pub fn file(mut self, path: &str, text: impl Into<String>) -> Self {
        self.put(path, text);
        self
    }

    #[must_use]
    pub fn topic(mut self, topic: &str) -> Self {
        self.topics.push(topic.to_owned());
        self
    }

    pub fn put(&mut self, path: &str, text: impl Into<String>) {
        let branch = self.default_branch.clone();
        let files = self.branches.entry(branch).or_default();
        files.insert(path.to_owned(), text.into());
    }

    pub fn take(&mut self, path: &str) {
        if let Some(files) = self.branches.get_mut(&self.default_branch) {
            files.remove(path);
        }
    }

    /// The files of a branch; `HEAD` is the default one.
    pub(super) fn files(&self, revision: &str) -> Option<&BTreeMap<String, String>> {
        let revision = if revision == "HEAD" {
            &self.default_branch
        } else {
            revision
        };
        self.branches.get(revision)
    }

    /// Stands for all files of a branch, as a commit does.
    pub(super) fn commit(&self, revision: &str) -> Option<String> {
        Some(digest(&format!("{:?}", self.files(revision)?)))
    }

    pub fn full_name(&self) -> String {
        format!("{}/{}", self.owner, self.name)
    }

    /// As REST and events tell of it.
    pub(super) fn json(&self, host: &str) -> Value {
        let full_name = self.full_name();
        let api = format!("http://{host}/api/v3/repos/{full_name}");
        let mut value = json!({
            "id": 1, "node_id": "R_1",
            "name": self.name,
            "full_name": full_name,
            "owner": owner(&self.owner, host),
            "private": self.visibility != "public",
            "visibility": self.visibility,
            "html_url": format!("http://{host}/{full_name}"),
            "url": api,
            "description": null, "homepage": null, "language": null, "license": null,
            "mirror_url": null,
            "fork": self.is_fork,
            "archived": self.is_archived,
            "disabled": false,
            "topics": self.topics,
            "default_branch": self.default_branch,
            "clone_url": format!("http://{host}/{full_name}.git"),
            "git_url": format!("git://{host}/{full_name}.git"),
            "ssh_url": format!("git@{host}:{full_name}.git"),
            "svn_url": format!("http://{host}/{full_name}"),
            "created_at": "2026-01-01T00:00:00Z",
            "updated_at": "2026-01-01T00:00:00Z",
            "pushed_at": "2026-01-01T00:00:00Z",
        });
        for name in [
            "has_issues",
            "has_projects",
            "has_wiki",
            "has_pages",
            "has_discussions",
        ] {
            value[name] = false.into();
        }
        for name in [
            "forks",
            "forks_count",
            "open_issues",
            "open_issues_count",
            "size",
            "stargazers_count",
            "watchers",
            "watchers_count",
            "network_count",
            "subscribers_count",
        ] {
            value[name] = 0.into();
        }
        for name in [
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
        ] {
            value[format!("{name}_url")] = format!("{api}/{name}").into();
        }
        value
    }
}

/// A person or an organisation; nobody here asks which.
pub(super) fn owner(login: &str, host: &str) -> Value {
    let mut value = json!({
        "login": login, "name": login, "id": 1, "node_id": "O_1", "gravatar_id": "",
        "type": "Organization", "site_admin": false,
        "html_url": format!("http://{host}/{login}"),
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
        value[format!("{name}_url")] = format!("http://{host}/api/v3/users/{login}/{name}").into();
    }
    value["url"] = format!("http://{host}/api/v3/users/{login}").into();
    value
}

pub(super) fn digest(text: &str) -> String {
    let digest = Sha1::digest(text);
    digest
        .iter()
        .fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"))
}
