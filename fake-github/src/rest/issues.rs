//! Issues, and what pull requests have of them: labels, assignees, comments.

use super::{Call, Done};
use crate::answer::{Answer, invalid, not_found, refusal};
use crate::issue::{Issue, Label, Pull};
use crate::repository::Repository;
use crate::world::{World, iso};
use axum::http::StatusCode;
use serde_json::{Value, json};

/// Keeps a new issue as the body has it, with or without a pull request; returns its number.
pub(super) fn new_issue(
    call: &mut Call<'_>,
    author: &str,
    pull: Option<Pull>,
) -> Result<u64, Answer> {
    let id = call.world.next_id();
    let body = call.body.clone();
    let is_collaborator = call.world.may_write(&call.who, call.repository()?);
    let repository = call.repository()?;
    if repository.is_archived {
        let text = "Repository was archived so is read-only.";
        return Err(refusal(StatusCode::FORBIDDEN, text));
    }
    let full_name = repository.full_name();
    let created = call.world.tick();
    let assignees = call.texts("assignees");
    call.people(&assignees, "Issue", "assignees")?;
    let repository = call.world.repository_mut(&full_name);
    let repository = repository.ok_or_else(not_found)?;
    let number = repository.issues.len() as u64 + 1;
    let labels = label_names(&body["labels"]);
    let mut issue = Issue {
        id,
        number,
        title: match &body["title"] {
            Value::String(title) => title.clone(),
            other => other.to_string(),
        },
        body: body["body"].as_str().map(str::to_owned),
        author: author.to_owned(),
        is_open: true,
        labels: Vec::new(),
        assignees: Vec::new(),
        milestone: None,
        comments: Vec::new(),
        pull,
        created,
    };
    // From those who may not write, these are passed over in silence.
    if is_collaborator {
        repository.know(&labels);
        issue.labels = labels;
        issue.assignees = assignees;
        issue.milestone = body["milestone"].as_u64();
    }
    repository.issues.push(issue);
    Ok(number)
}

impl Repository {
    /// Labels that are put on something are made where there are none of their name.
    fn know(&mut self, names: &[String]) {
        for name in names {
            if !self
                .labels
                .iter()
                .any(|it| it.name.eq_ignore_ascii_case(name))
            {
                self.labels.push(Label::new(name));
            }
        }
    }
}

/// The names of labels, which are texts or objects.
fn label_names(value: &Value) -> Vec<String> {
    let list = if value["labels"].is_array() {
        &value["labels"]
    } else {
        value
    };
    let all = list.as_array().into_iter().flatten();
    all.filter_map(|it| Some(it.as_str().or_else(|| it["name"].as_str())?.to_owned()))
        .collect()
}

/// `label`.
fn describe_label(world: &World, repository: &Repository, at: usize, label: &Label) -> Value {
    json!({
        "id": at + 1, "node_id": format!("LA_{at}"), "name": label.name, "color": label.color,
        "description": label.description, "default": at < Label::first().len(),
        "url": format!("{}/labels/{}", world.url_of(repository), label.name),
    })
}

pub(super) fn describe_labels(world: &World, repository: &Repository, names: &[String]) -> Value {
    let known = repository.labels.iter().enumerate();
    let all = known.filter(|(_, it)| names.iter().any(|name| it.name.eq_ignore_ascii_case(name)));
    all.map(|(at, it)| {
        let mut told = describe_label(world, repository, at, it);
        if told["description"].is_null() {
            told["description"] = "".into();
        }
        told
    })
    .collect()
}

/// `issue`.
fn describe(world: &World, repository: &Repository, issue: &Issue) -> Value {
    let (api, page) = (world.url_of(repository), world.page_of(repository));
    let url = format!("{api}/issues/{}", issue.number);
    let shown = if issue.pull.is_some() {
        "pull"
    } else {
        "issues"
    };
    let html = format!("{page}/{shown}/{}", issue.number);
    let users: Vec<Value> = issue
        .assignees
        .iter()
        .map(|it| world.simple_user(it))
        .collect();
    let at = iso(issue.created);
    let mut told = json!({
        "id": issue.id, "node_id": format!("I_{}", issue.id), "number": issue.number,
        "url": url, "html_url": html, "repository_url": api,
        "labels_url": format!("{url}/labels{{/name}}"), "comments_url": format!("{url}/comments"),
        "events_url": format!("{url}/events"),
        "state": if issue.is_open { "open" } else { "closed" }, "locked": false,
        "title": issue.title, "body": issue.body, "user": world.simple_user(&issue.author),
        "labels": describe_labels(world, repository, &issue.labels), "milestone": null,
        "assignee": users.first(), "assignees": users, "comments": issue.comments.len(),
        "closed_at": (!issue.is_open).then_some(&at), "created_at": at, "updated_at": at,
        "author_association": "MEMBER", "active_lock_reason": null,
    });
    if issue.pull.is_some() {
        let api = format!("{api}/pulls/{}", issue.number);
        told["pull_request"] = json!({
            "url": api, "html_url": html, "merged_at": null,
            "diff_url": format!("{html}.diff"), "patch_url": format!("{html}.patch"),
        });
    }
    told
}

fn told(call: &Call<'_>) -> Result<Value, Answer> {
    let number = call.number("issue_number")?;
    let repository = call.repository()?;
    let mut all = repository.issues.iter();
    let issue = all.find(|it| it.number == number).ok_or_else(not_found)?;
    Ok(describe(call.world, repository, issue))
}

/// Changes the issue of the path.
fn with_issue(
    call: &mut Call<'_>,
    labels: &[String],
    change: impl FnOnce(&mut Issue),
) -> Result<(), Answer> {
    let number = call.number("issue_number")?;
    let repository = call.write()?;
    repository.know(labels);
    let mut all = repository.issues.iter_mut();
    change(all.find(|it| it.number == number).ok_or_else(not_found)?);
    Ok(())
}

pub(super) fn list(call: &mut Call<'_>) -> Done {
    let repository = call.repository()?;
    let state = call.query.get("state").map_or("open", String::as_str);
    let labels = call.query.get("labels");
    let labels: Vec<&str> = labels.map_or_else(Vec::new, |it| it.split(',').collect());
    let all = repository.issues.iter().rev().filter(|issue| {
        (state == "all" || (state == "open") == issue.is_open)
            && labels
                .iter()
                .all(|it| issue.labels.iter().any(|label| label == it))
    });
    let all = all.map(|it| describe(call.world, repository, it));
    Ok(call.page(all.collect()))
}

pub(super) fn create(call: &mut Call<'_>) -> Done {
    let author = call.known()?;
    if !call.repository()?.has("has_issues") {
        let text = "Issues has been disabled in this repository.";
        return Err(refusal(StatusCode::GONE, text));
    }
    let number = new_issue(call, &author, None)?;
    call.parameters
        .insert("issue_number".to_owned(), number.to_string());
    Ok(Answer::created(told(call)?))
}

pub(super) fn get(call: &mut Call<'_>) -> Done {
    Ok(Answer::ok(told(call)?))
}

pub(super) fn change(call: &mut Call<'_>) -> Done {
    let body = call.body.clone();
    let text = |name: &str| body[name].as_str().map(str::to_owned);
    let labels = label_names(&body["labels"]);
    with_issue(call, &labels.clone(), |issue| {
        issue.title = text("title").unwrap_or_else(|| issue.title.clone());
        issue.body = text("body").or_else(|| issue.body.clone());
        issue.is_open = text("state").map_or(issue.is_open, |it| it == "open");
        issue.milestone = body["milestone"].as_u64().or(issue.milestone);
        if body["labels"].is_array() {
            issue.labels = labels;
        }
        if body["assignees"].is_array() {
            issue.assignees = super::call::texts(&body["assignees"]);
        }
    })?;
    get(call)
}

pub(super) fn labels(call: &mut Call<'_>) -> Done {
    Ok(Answer::ok(told(call)?["labels"].clone()))
}

pub(super) fn add_labels(call: &mut Call<'_>) -> Done {
    let names = label_names(&call.body);
    with_issue(call, &names.clone(), |issue| {
        for name in names {
            if !issue.labels.contains(&name) {
                issue.labels.push(name);
            }
        }
    })?;
    labels(call)
}

pub(super) fn set_labels(call: &mut Call<'_>) -> Done {
    let names = label_names(&call.body);
    with_issue(call, &names.clone(), |issue| issue.labels = names)?;
    labels(call)
}

pub(super) fn assign(call: &mut Call<'_>) -> Done {
    let names = call.texts("assignees");
    let known = names.into_iter();
    // Whoever cannot be assigned is passed over in silence.
    let known: Vec<String> = known
        .filter(|it| {
            call.world
                .find_account(it)
                .is_some_and(|it| !it.is_organization)
        })
        .collect();
    with_issue(call, &[], |issue| {
        for name in known {
            if !issue.assignees.contains(&name) {
                issue.assignees.push(name);
            }
        }
    })?;
    Ok(Answer::created(told(call)?))
}

pub(super) fn comment(call: &mut Call<'_>) -> Done {
    let author = call.known()?;
    let (id, at) = (call.world.next_id(), iso(call.world.tick()));
    let issue = told(call)?;
    let url = format!(
        "{}/issues/comments/{id}",
        call.world.url_of(call.repository()?)
    );
    let html = issue["html_url"].as_str().unwrap_or_default();
    let comment = json!({
        "id": id, "node_id": format!("IC_{id}"), "url": url, "issue_url": issue["url"],
        "html_url": format!("{html}#issuecomment-{id}"), "body": call.body["body"],
        "user": call.world.simple_user(&author), "created_at": at, "updated_at": at,
        "author_association": "MEMBER",
    });
    let kept = comment.clone();
    with_issue(call, &[], |issue| issue.comments.push(kept))?;
    Ok(Answer::created(comment))
}

pub(super) fn milestones(call: &mut Call<'_>) -> Done {
    call.repository()?;
    Ok(call.page(Vec::new()))
}

pub(super) fn known_labels(call: &mut Call<'_>) -> Done {
    let repository = call.repository()?;
    let all = repository.labels.iter().enumerate();
    let all = all.map(|(at, it)| describe_label(call.world, repository, at, it));
    Ok(call.page(all.collect()))
}

pub(super) fn create_label(call: &mut Call<'_>) -> Done {
    let name = call.text("name").unwrap_or_default();
    let label = Label {
        color: call.text("color").unwrap_or_else(|| "ededed".to_owned()),
        description: call.text("description"),
        name,
    };
    let repository = call.write()?;
    if repository
        .labels
        .iter()
        .any(|it| it.name.eq_ignore_ascii_case(&label.name))
    {
        return Err(invalid("Label", "name", "already_exists"));
    }
    repository.labels.push(label.clone());
    let at = repository.labels.len() - 1;
    let told = describe_label(call.world, call.repository()?, at, &label);
    Ok(Answer::created(told))
}
