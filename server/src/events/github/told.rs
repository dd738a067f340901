//! What a delivery says. Pure.

use crate::outbound::authority;
use crate::providers::github::Repository;
use serde_json::Value;
use std::collections::BTreeMap;
use url::Url;

/// GitHub lists no more commits of a push, and no more files of a commit.
const MAX_COMMITS: usize = 2048;
const MAX_FILES: usize = 3000;

/// What is heeded of GitHub's events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Told {
    Ping,
    Push(Push),
    Repository(RepositoryTold),
    /// An app may read other repositories than before.
    Installation,
    Organization(OrganizationTold),
    /// Nothing follows from it.
    Other,
}

/// Files of a branch are others than before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Push {
    pub(super) repository: Repository,
    pub(super) branch: String,
    /// The paths that are told of, and whether each is there now.
    pub(super) paths: BTreeMap<String, bool>,
    /// More has changed than is told: the branch was rewritten, or too much was pushed.
    pub(super) whole: bool,
}

/// Something became of a repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RepositoryTold {
    pub(super) repository: Repository,
    pub(super) is_deleted: bool,
    /// Its page before it was renamed or given away.
    pub(super) former_page: Option<String>,
}

/// People or teams of an organisation are others than before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct OrganizationTold {
    pub(super) login: String,
    /// The page of whoever has changed something there.
    sender: String,
}

impl Told {
    fn repository(&self) -> Option<&Repository> {
        match self {
            Self::Push(push) => Some(&push.repository),
            Self::Repository(told) => Some(&told.repository),
            _ => None,
        }
    }

    /// The host that tells.
    pub(super) fn host(&self) -> Option<String> {
        let page = match self {
            Self::Organization(told) => &told.sender,
            told => &told.repository()?.url,
        };
        authority(&Url::parse(page).ok()?)
    }

    /// The pages of the repository, now and before.
    pub(super) fn pages(&self) -> Vec<String> {
        let now = self.repository().map(|it| it.url.clone());
        let before = match self {
            Self::Repository(told) => told.former_page.clone(),
            _ => None,
        };
        now.into_iter().chain(before).collect()
    }
}

/// Reads a delivery.
///
/// # Errors
/// What is missing of it.
pub(super) fn read(event: &str, body: &[u8]) -> Result<Told, String> {
    if ![
        "ping",
        "push",
        "repository",
        "installation",
        "installation_repositories",
        "organization",
        "team",
        "membership",
    ]
    .contains(&event)
    {
        return Ok(Told::Other);
    }
    let payload: Value = serde_json::from_slice(body).map_err(|error| {
        format!("The body is no JSON ({error}); choose application/json as the content type of the webhook.")
    })?;
    match event {
        "push" => push(&payload),
        "repository" => repository(&payload),
        "ping" => Ok(Told::Ping),
        "organization" | "team" | "membership" => organization(event, &payload),
        _ => Ok(Told::Installation),
    }
}

fn repository_of(payload: &Value) -> Result<Repository, String> {
    let missing = "The payload names no repository with its name, owner and html_url.";
    Repository::of_event(&payload["repository"]).ok_or_else(|| missing.to_owned())
}

fn push(payload: &Value) -> Result<Told, String> {
    let repository = repository_of(payload)?;
    let reference = payload["ref"].as_str().ok_or("The payload has no ref.")?;
    let Some(branch) = reference.strip_prefix("refs/heads/") else {
        // A tag does not move, as a rule; what names one is read when it is due.
        return Ok(Told::Other);
    };
    let commits = payload["commits"].as_array();
    let commits = commits.map_or(&[][..], Vec::as_slice);
    let is = |key: &str| payload[key] == true;
    let mut whole = is("forced") || is("created") || is("deleted");
    whole |= commits.is_empty() || commits.len() >= MAX_COMMITS;
    let mut paths = BTreeMap::new();
    for commit in commits {
        let mut files = 0;
        for (list, is_there) in [("added", true), ("modified", true), ("removed", false)] {
            let Some(listed) = commit[list].as_array() else {
                whole = true;
                continue;
            };
            files += listed.len();
            let listed = listed.iter().filter_map(Value::as_str);
            paths.extend(listed.map(|path| (path.to_owned(), is_there)));
        }
        whole |= files >= MAX_FILES;
    }
    Ok(Told::Push(Push {
        branch: branch.to_owned(),
        repository,
        paths,
        whole,
    }))
}

fn repository(payload: &Value) -> Result<Told, String> {
    let repository = repository_of(payload)?;
    let changes = &payload["changes"];
    let name = changes["repository"]["name"]["from"].as_str();
    let owner = &changes["owner"]["from"];
    let owner = ["organization", "user"]
        .iter()
        .find_map(|it| owner[it]["login"].as_str());
    let former = match (owner, name) {
        (None, None) => None,
        (owner, name) => former_page(
            &repository,
            owner.unwrap_or(&repository.owner),
            name.unwrap_or(&repository.name),
        ),
    };
    Ok(Told::Repository(RepositoryTold {
        is_deleted: payload["action"] == "deleted",
        former_page: former,
        repository,
    }))
}

/// What a team may do with a repository is nothing of the catalog's.
fn organization(event: &str, payload: &Value) -> Result<Told, String> {
    let action = payload["action"].as_str().unwrap_or_default();
    let is_heeded = match event {
        "organization" => {
            ["member_added", "member_removed", "renamed", "deleted"].contains(&action)
        }
        "team" => ["created", "deleted", "edited"].contains(&action),
        _ => true,
    };
    if !is_heeded {
        return Ok(Told::Other);
    }
    let login = payload["organization"]["login"].as_str();
    let sender = payload["sender"]["html_url"].as_str();
    let (Some(login), Some(sender)) = (login, sender) else {
        let missing =
            "The payload names no organization with its login, or no sender with its html_url.";
        return Err(missing.to_owned());
    };
    Ok(Told::Organization(OrganizationTold {
        login: login.to_owned(),
        sender: sender.to_owned(),
    }))
}

/// The page of a repository under other names.
fn former_page(repository: &Repository, owner: &str, name: &str) -> Option<String> {
    let mut url = Url::parse(&repository.url).ok()?;
    url.path_segments_mut()
        .ok()?
        .pop_if_empty()
        .pop()
        .pop()
        .extend([owner, name]);
    Some(url.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn payload(with: Value) -> Vec<u8> {
        let mut payload = json!({
            "repository": {
                "name": "orders", "html_url": "https://github.com/playhouse/orders",
                "owner": {"login": "playhouse"}, "default_branch": "main", "private": true,
            },
            "ref": "refs/heads/main",
        });
        for (name, value) in with.as_object().unwrap() {
            payload[name] = value.clone();
        }
        payload.to_string().into_bytes()
    }

    fn pushed(with: Value) -> Push {
        let Ok(Told::Push(push)) = read("push", &payload(with)) else {
            panic!("a push expected");
        };
        push
    }

    #[test]
    fn the_last_commit_says_whether_a_path_is_there() {
        let push = pushed(json!({"commits": [
            {"added": ["a", "b"], "modified": [], "removed": []},
            {"added": [], "modified": ["c"], "removed": ["a"]},
        ]}));
        let paths: Vec<_> = push
            .paths
            .iter()
            .map(|(path, is)| (path.as_str(), *is))
            .collect();
        assert_eq!(paths, [("a", false), ("b", true), ("c", true)]);
        assert!(!push.whole);
        assert_eq!(push.repository.visibility, "private");
    }

    #[test]
    fn what_is_not_told_of_may_have_changed_too() {
        let commit = json!({"added": [], "modified": [], "removed": []});
        for with in [
            json!({"commits": [commit], "forced": true}),
            json!({"commits": []}),
            json!({"commits": [{"added": []}]}),
            json!({"commits": vec![commit; MAX_COMMITS]}),
            json!({"deleted": true}),
        ] {
            assert!(pushed(with.clone()).whole, "{with}");
        }
    }

    #[test]
    fn a_repository_had_another_page() {
        let page = |changes: Value| {
            let body = payload(json!({ "changes": changes }));
            let Ok(Told::Repository(told)) = read("repository", &body) else {
                panic!("a repository expected");
            };
            told.former_page
        };
        assert_eq!(page(json!({"topics": {"from": []}})), None);
        let renamed = page(json!({"repository": {"name": {"from": "old"}}}));
        assert_eq!(renamed.as_deref(), Some("https://github.com/playhouse/old"));
        let moved = page(json!({"owner": {"from": {"user": {"login": "ann"}}}}));
        assert_eq!(moved.as_deref(), Some("https://github.com/ann/orders"));
    }

    #[test]
    fn people_and_teams_are_those_of_an_organisation() {
        let told = |event: &str, action: &str| {
            let payload = json!({
                "action": action, "organization": {"login": "playhouse"},
                "sender": {"html_url": "https://ghe.example.com/ann"},
            });
            read(event, payload.to_string().as_bytes()).unwrap()
        };
        for (event, action) in [
            ("organization", "member_removed"),
            ("team", "edited"),
            ("membership", "added"),
        ] {
            let told = told(event, action);
            assert_eq!(told.host().as_deref(), Some("ghe.example.com"), "{event}");
            let Told::Organization(told) = told else {
                panic!("{event}");
            };
            assert_eq!(told.login, "playhouse");
        }
        assert_eq!(told("team", "added_to_repository"), Told::Other);
        assert_eq!(told("organization", "member_invited"), Told::Other);
    }

    #[test]
    fn what_cannot_be_understood_says_what_is_missing() {
        let check = |event: &str, body: &[u8], with: &str| {
            let error = read(event, body).unwrap_err();
            assert!(error.contains(with), "{error}");
        };
        check("push", b"payload=%7B%7D", "application/json");
        check("push", b"{}", "names no repository");
        check("push", &payload(json!({"ref": 7})), "no ref");
        check("repository", b"[1]", "names no repository");
        check("membership", b"{}", "names no organization");
        assert_eq!(read("star", b"no JSON"), Ok(Told::Other));
        let tag = payload(json!({"ref": "refs/tags/v1"}));
        assert_eq!(read("push", &tag), Ok(Told::Other));
    }
}
