//! All repositories, and one of them with its settings.

use super::html::{escape, facts, list};
use super::{code, link};
use crate::repository::Repository;
use crate::world::World;
use serde_json::{Value, json};

/// Those of an owner, or all.
pub(super) fn repositories(world: &World, owner: Option<&str>) -> String {
    let all = world.repositories.values();
    let all = all.filter(|it| owner.is_none_or(|owner| it.owner.eq_ignore_ascii_case(owner)));
    let rows = all.map(|it| {
        let about = it.description.as_deref().unwrap_or_default();
        let name = link(it, "", &it.full_name());
        format!(
            "{name}{} <span class=\"muted\">{}</span>",
            chip(&it.visibility),
            escape(about)
        )
    });
    list(rows, "There is no repository yet.")
}

fn chip(text: &str) -> String {
    format!(" <span class=\"chip\">{}</span>", escape(text))
}

pub(super) fn repository(world: &World, repository: &Repository) -> String {
    let about = repository
        .description
        .as_deref()
        .unwrap_or("No description");
    let topics: String = repository.topics.iter().map(|it| chip(it)).collect();
    let mut body = format!(
        "<p>{} {}{topics}</p>",
        chip(&repository.visibility),
        escape(about)
    );
    let branch = &repository.default_branch;
    if repository.git.branches().is_empty() {
        body.push_str("<p class=\"muted\">Nothing was pushed to it yet.</p>");
    } else {
        body.push_str("<h2>Files</h2>");
        body.push_str(&code::folder(repository, branch).unwrap_or_default());
        body.push_str("<h2>Commits</h2>");
        body.push_str(&code::commits(repository, branch).unwrap_or_default());
    }
    body.push_str("<h2>Branches</h2>");
    body.push_str(&branches(repository));
    let issues = |pulls: bool| {
        let all = repository.issues.iter().rev();
        let rows = all.filter(move |it| it.pull.is_some() == pulls).map(|it| {
            let state = match &it.pull {
                Some(pull) if pull.merged.is_some() => "merged",
                _ if it.is_open => "open",
                _ => "closed",
            };
            let kind = if pulls { "pull" } else { "issues" };
            let path = format!("{kind}/{}", it.number);
            format!(
                "{} #{} {}",
                link(repository, &path, &it.title),
                it.number,
                chip(state)
            )
        });
        list(rows, "None.")
    };
    body.push_str("<h2>Pull requests</h2>");
    body.push_str(&issues(true));
    body.push_str("<h2>Issues</h2>");
    body.push_str(&issues(false));
    body.push_str("<h2>Settings</h2>");
    body.push_str(&settings(world, repository));
    body
}

fn branches(repository: &Repository) -> String {
    let rows = repository.branches().into_iter().map(|name| {
        let mut row = link(repository, &format!("tree/{name}"), &name);
        if name == repository.default_branch {
            row.push_str(&chip("default"));
        }
        if repository.protection.contains_key(&name) {
            row.push_str(&chip("protected"));
            row.push_str(&format!(
                " <span class=\"muted\">{}</span>",
                protection(repository, &name)
            ));
        }
        row
    });
    list(rows, "None.")
}

/// What stands between a change and a branch, in words.
fn protection(repository: &Repository, branch: &str) -> String {
    let asked = &repository.protection[branch];
    let reviews = &asked["required_pull_request_reviews"];
    let mut words = Vec::new();
    if !reviews.is_null() {
        let count = repository.approvals(branch);
        let noun = if count == 1 {
            "approving review"
        } else {
            "approving reviews"
        };
        words.push(format!("{count} {noun} required"));
    }
    for (value, text) in [
        (&reviews["require_code_owner_reviews"], "code owners review"),
        (
            &reviews["dismiss_stale_reviews"],
            "stale reviews are dismissed",
        ),
        (&asked["enforce_admins"], "administrators too"),
        (&asked["required_linear_history"], "linear history"),
        (
            &asked["required_conversation_resolution"],
            "conversations are resolved",
        ),
    ] {
        if value == &json!(true) {
            words.push(text.to_owned());
        }
    }
    let checks = &asked["required_status_checks"]["contexts"];
    if let Some(checks) = checks.as_array().filter(|it| !it.is_empty()) {
        let names: Vec<&str> = checks.iter().filter_map(Value::as_str).collect();
        words.push(format!("checks: {}", escape(&names.join(", "))));
    }
    words.join(" · ")
}

fn settings(world: &World, repository: &Repository) -> String {
    let on = |name: &str| if repository.has(name) { "on" } else { "off" }.to_owned();
    let names = |all: &mut dyn Iterator<Item = String>| {
        let all: Vec<String> = all.map(|it| escape(&it)).collect();
        if all.is_empty() {
            "none".to_owned()
        } else {
            all.join(", ")
        }
    };
    let people = repository.collaborators.iter();
    let mut people = people.map(|(login, may)| format!("{login} ({may})"));
    let key = repository.key();
    let teams = world.teams.values();
    let mut teams =
        teams.filter_map(|it| Some(format!("{} ({})", it.slug, it.repositories.get(&key)?)));
    let told = |all: &[Value], name: &'static str| {
        let all: Vec<String> = all
            .iter()
            .map(|it| {
                it.pointer(name)
                    .and_then(Value::as_str)
                    .unwrap_or("?")
                    .to_owned()
            })
            .collect();
        names(&mut all.into_iter())
    };
    facts([
        ("Wiki", on("has_wiki")),
        ("Issues", on("has_issues")),
        ("Projects", on("has_projects")),
        ("Merge commits", on("allow_merge_commit")),
        ("Squash merging", on("allow_squash_merge")),
        ("Rebase merging", on("allow_rebase_merge")),
        ("Auto-merge", on("allow_auto_merge")),
        ("Delete branches on merge", on("delete_branch_on_merge")),
        (
            "Homepage",
            escape(repository.homepage.as_deref().unwrap_or("none")),
        ),
        ("People", names(&mut people)),
        ("Teams", names(&mut teams)),
        ("Webhooks", told(&repository.hooks, "/config/url")),
        ("Deploy keys", told(&repository.keys, "/title")),
        ("Autolinks", told(&repository.autolinks, "/key_prefix")),
        ("Rulesets", told(&repository.rulesets, "/name")),
        (
            "Environments",
            names(&mut repository.environments.keys().cloned()),
        ),
        (
            "Variables",
            names(&mut repository.variables.keys().cloned()),
        ),
        ("Secrets", names(&mut repository.secrets.keys().cloned())),
        (
            "Pages",
            if repository.pages.is_some() {
                "on"
            } else {
                "off"
            }
            .to_owned(),
        ),
    ])
}
