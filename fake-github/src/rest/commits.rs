//! Commits, as pages show them.

use super::{Call, Done};
use crate::answer::{Answer, refusal, unprocessable};
use crate::git::Person;
use crate::repository::Repository;
use crate::world::{World, iso, parse_iso};
use axum::http::StatusCode;
use serde_json::{Value, json};

/// Who a body says it is, or else the one who asks.
pub(super) fn author(call: &Call<'_>, field: &str, now: i64) -> Person {
    let given = &call.body[field];
    let login = call.who.name();
    let email = format!("{login}@example.com");
    Person::new(
        given["name"].as_str().unwrap_or(&login),
        given["email"].as_str().unwrap_or(&email),
        given["date"].as_str().and_then(parse_iso).unwrap_or(now),
    )
}

pub(super) fn person(person: &Person) -> Value {
    json!({"name": person.name, "email": person.email, "date": iso(person.seconds)})
}

/// `commit`; nothing where there is none.
pub(super) fn describe(world: &World, repository: &Repository, sha: &str) -> Option<Value> {
    let commit = repository.git.commit(sha)?;
    let (api, page) = (world.url_of(repository), world.page_of(repository));
    let url = format!("{api}/commits/{sha}");
    let parents = commit.parents.iter().map(|it| {
        json!({
            "sha": it, "url": format!("{api}/commits/{it}"),
            "html_url": format!("{page}/commit/{it}"),
        })
    });
    Some(json!({
        "sha": sha, "node_id": format!("C_{sha}"), "url": url,
        "html_url": format!("{page}/commit/{sha}"), "comments_url": format!("{url}/comments"),
        "commit": {
            "url": format!("{api}/git/commits/{sha}"),
            "author": person(&commit.author), "committer": person(&commit.committer),
            "message": commit.message, "comment_count": 0,
            "tree": {"sha": commit.tree, "url": format!("{api}/git/trees/{}", commit.tree)},
            "verification": unsigned(),
        },
        "author": null, "committer": null, "parents": parents.collect::<Vec<_>>(),
    }))
}

pub(super) fn unsigned() -> Value {
    json!({
        "verified": false, "reason": "unsigned", "signature": null, "payload": null,
        "verified_at": null,
    })
}

pub(super) fn get(call: &mut Call<'_>) -> Done {
    let repository = call.repository()?;
    let revision = call.part("ref");
    let Some(sha) = repository.commit(revision) else {
        let text = format!("No commit found for SHA: {revision}");
        return Err(unprocessable(&text));
    };
    if call.accept.contains("sha") {
        return Ok(Answer::bytes("text/plain; charset=utf-8", sha.into_bytes()));
    }
    let told = describe(call.world, repository, &sha);
    let mut told = told.ok_or_else(|| unprocessable("No commit found"))?;
    let commit = repository.git.commit(&sha);
    let parent = commit.and_then(|it| it.parents.first().cloned());
    told["files"] = super::compare::files(call.world, repository, parent.as_deref(), &sha);
    told["stats"] = json!({"total": 0, "additions": 0, "deletions": 0});
    Ok(Answer::ok(told))
}

/// Those that lead to a revision; of a path only those that change what is below it.
pub(super) fn list(call: &mut Call<'_>) -> Done {
    let repository = call.repository()?;
    if repository.git.branches().is_empty() {
        return Err(refusal(StatusCode::CONFLICT, "Git Repository is empty."));
    }
    let revision = call.query.get("sha").map_or("HEAD", String::as_str);
    let sha = repository.commit(revision);
    let sha = sha.ok_or_else(|| refusal(StatusCode::NOT_FOUND, "Not Found"))?;
    let path = call.query.get("path");
    let changes = |sha: &&String| {
        let Some(path) = path else { return true };
        let commit = repository.git.commit(sha);
        let below = |sha: &str| {
            let mut files = repository.git.files(sha);
            let folder = format!("{path}/");
            files.retain(|it, _| it == path || it.starts_with(&folder));
            files
        };
        let parent = commit.and_then(|it| it.parents.first().cloned());
        below(sha) != parent.map_or_else(Default::default, |it| below(&it))
    };
    let history = repository.git.history(&sha);
    let all = history.iter().filter(changes);
    let all = all.filter_map(|it| describe(call.world, repository, it));
    Ok(call.page(all.collect()))
}
