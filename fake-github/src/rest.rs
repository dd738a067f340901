//! The answers of the REST API.

use super::repository::{digest, owner};
use super::{Repository, Shared, bearer, message};
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

type Parameters = Query<BTreeMap<String, String>>;

fn not_found() -> Response {
    message(StatusCode::NOT_FOUND, "Not Found")
}

/// What is private is not there for those who do not say who they are.
fn find(world: &Shared, owner: &str, name: &str, headers: &HeaderMap) -> Option<Repository> {
    let world = world.lock().unwrap();
    let found = world
        .repositories
        .get(&format!("{owner}/{name}").to_lowercase());
    let is_shown = |it: &&Repository| it.visibility == "public" || bearer(headers).is_some();
    found.filter(is_shown).cloned()
}

fn host(world: &Shared) -> String {
    world.lock().unwrap().host.clone()
}

/// An answer with an etag, as all that reads have.
fn tagged(body: Value) -> Response {
    let etag = format!("W/\"{}\"", digest(&body.to_string()));
    ([(header::ETAG, etag)], Json(body)).into_response()
}

pub(super) async fn rate_limit() -> Response {
    let rate = json!({"limit": 5000, "used": 1, "remaining": 4999, "reset": 4_102_444_800_u64});
    let resources = json!({"core": rate, "graphql": rate, "search": rate, "code_search": rate});
    Json(json!({"rate": rate, "resources": resources})).into_response()
}

fn describe(id: usize, login: &str, host: &str) -> Value {
    let api = format!("http://{host}/api/v3");
    json!({
        "id": id, "app_id": 7, "app_slug": "callboard", "target_id": 1,
        "target_type": "Organization", "single_file_name": null, "repository_selection": "all",
        "access_tokens_url": format!("{api}/app/installations/{id}/access_tokens"),
        "repositories_url": format!("{api}/installation/repositories"),
        "html_url": format!("http://{host}/organizations/{login}/settings/installations/{id}"),
        "events": ["push", "repository"],
        "account": owner(login, host),
        "permissions": {"contents": "read", "metadata": "read"},
        "created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z",
        "suspended_by": null, "suspended_at": null,
    })
}

pub(super) async fn installations(
    State(world): State<Shared>,
    Query(parameters): Parameters,
) -> Response {
    let world = world.lock().unwrap();
    let number = |name: &str, default: usize| {
        parameters
            .get(name)
            .map_or(default, |it| it.parse().unwrap())
    };
    let (size, page) = (number("per_page", 30), number("page", 1));
    let all = (1..).zip(&world.installations);
    let page = all.skip((page - 1) * size).take(size);
    let found: Value = page
        .map(|(id, login)| describe(id, login, &world.host))
        .collect();
    Json(found).into_response()
}

pub(super) async fn installation(
    State(world): State<Shared>,
    Path(login): Path<String>,
) -> Response {
    let world = world.lock().unwrap();
    let mut all = (1..).zip(&world.installations);
    match all.find(|(_, owner)| owner.eq_ignore_ascii_case(&login)) {
        Some((id, owner)) => Json(describe(id, owner, &world.host)).into_response(),
        None => not_found(),
    }
}

pub(super) async fn access_token(Path(id): Path<usize>) -> Response {
    let body = json!({
        "token": format!("ghs_{id}"),
        "expires_at": "2100-01-01T00:00:00Z",
        "permissions": {"contents": "read", "metadata": "read"},
        "repository_selection": "all",
    });
    (StatusCode::CREATED, Json(body)).into_response()
}

pub(super) async fn repository(
    State(world): State<Shared>,
    Path((owner, name)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    match find(&world, &owner, &name, &headers) {
        Some(repository) => tagged(repository.json(&host(&world))),
        None => not_found(),
    }
}

pub(super) async fn contents(
    State(world): State<Shared>,
    Path((owner, name, path)): Path<(String, String, String)>,
    Query(parameters): Parameters,
    headers: HeaderMap,
) -> Response {
    let revision = parameters.get("ref").map_or("HEAD", String::as_str);
    let repository = find(&world, &owner, &name, &headers);
    let files = repository.as_ref().and_then(|it| it.files(revision));
    let Some(text) = files.and_then(|files| files.get(&path)) else {
        return not_found();
    };
    let accept = headers.get(header::ACCEPT);
    if accept.is_some_and(|it| it == "application/vnd.github.raw+json") {
        let etag = format!("\"{}\"", digest(text));
        return ([(header::ETAG, etag)], text.clone()).into_response();
    }
    let api = format!("http://{}/api/v3/repos/{owner}/{name}", host(&world));
    let page = format!(
        "http://{}/{owner}/{name}/blob/{revision}/{path}",
        host(&world)
    );
    let sha = digest(text);
    let url = format!("{api}/contents/{path}?ref={revision}");
    tagged(json!({
        "type": "file", "encoding": "base64", "size": text.len(), "sha": sha,
        "name": path.rsplit('/').next(), "path": path,
        "content": STANDARD.encode(text),
        "url": url, "html_url": page,
        "git_url": format!("{api}/git/blobs/{sha}"),
        "download_url": format!("http://{}/raw/{owner}/{name}/{revision}/{path}", host(&world)),
        "_links": {"self": url, "git": format!("{api}/git/blobs/{sha}"), "html": page},
    }))
}

pub(super) async fn raw(
    State(world): State<Shared>,
    Path((owner, name, revision, path)): Path<(String, String, String, String)>,
    headers: HeaderMap,
) -> Response {
    let repository = find(&world, &owner, &name, &headers);
    let files = repository.as_ref().and_then(|it| it.files(&revision));
    match files.and_then(|files| files.get(&path)) {
        Some(text) => {
            let etag = format!("\"{}\"", digest(text));
            ([(header::ETAG, etag)], text.clone()).into_response()
        }
        None => not_found(),
    }
}

pub(super) async fn tree(
    State(world): State<Shared>,
    Path((owner, name, revision)): Path<(String, String, String)>,
    Query(parameters): Parameters,
    headers: HeaderMap,
) -> Response {
    let repository = find(&world, &owner, &name, &headers);
    let Some((repository, files)) = repository
        .as_ref()
        .and_then(|it| Some((it, it.files(&revision)?)))
    else {
        return not_found();
    };
    let truncates = world.lock().unwrap().truncates;
    let api = format!("http://{}/api/v3/repos/{owner}/{name}/git", host(&world));
    let recursive = parameters.contains_key("recursive");
    let mut folders = BTreeSet::new();
    let mut entries = Vec::new();
    for (path, text) in files {
        for (end, _) in path.match_indices('/') {
            folders.insert(path[..end].to_owned());
        }
        if recursive || !path.contains('/') {
            let sha = digest(text);
            entries.push(json!({
                "path": path, "mode": "100644", "type": "blob", "sha": sha, "size": text.len(),
                "url": format!("{api}/blobs/{sha}"),
            }));
        }
    }
    for path in folders
        .iter()
        .filter(|path| recursive || !path.contains('/'))
    {
        let sha = digest(path);
        entries.push(json!({
            "path": path, "mode": "040000", "type": "tree", "sha": sha,
            "url": format!("{api}/trees/{sha}"),
        }));
    }
    if truncates {
        entries.truncate(1);
    }
    let sha = repository.commit(&revision);
    let url = format!("{api}/trees/{}", sha.clone().unwrap_or_default());
    tagged(json!({"sha": sha, "url": url, "tree": entries, "truncated": truncates}))
}

pub(super) async fn commit(
    State(world): State<Shared>,
    Path((owner, name, revision)): Path<(String, String, String)>,
    headers: HeaderMap,
) -> Response {
    let repository = find(&world, &owner, &name, &headers);
    let Some(sha) = repository.and_then(|it| it.commit(&revision)) else {
        return message(
            StatusCode::UNPROCESSABLE_ENTITY,
            "No commit found for the ref",
        );
    };
    let url = format!(
        "http://{}/api/v3/repos/{owner}/{name}/commits/{sha}",
        host(&world)
    );
    let author = json!({"name": "Ann", "email": "ann@example.com", "date": "2026-01-01T00:00:00Z"});
    tagged(json!({
        "sha": sha, "node_id": "C_1", "url": url, "html_url": url,
        "comments_url": format!("{url}/comments"),
        "commit": {
            "url": url, "author": author, "committer": author, "message": "Change", "comment_count": 0,
            "tree": {"sha": sha, "url": url},
        },
        "author": null, "committer": null, "parents": [],
    }))
}

/// `q=filename:NAME org:OWNER`, which is all that is asked.
pub(super) async fn search_code(
    State(world): State<Shared>,
    Query(parameters): Parameters,
) -> Response {
    let query = parameters.get("q").cloned().unwrap_or_default();
    let part = |name: &str| {
        let mut words = query.split_whitespace();
        words.find_map(|it| Some(it.strip_prefix(name)?.to_owned()))
    };
    let (file, org) = (part("filename:"), part("org:"));
    let world = world.lock().unwrap();
    let mut items = Vec::new();
    for repository in world.repositories.values() {
        if org.as_ref().is_some_and(|it| *it != repository.owner) {
            continue;
        }
        let files = repository.files("HEAD").into_iter().flatten();
        for (path, text) in files {
            let name = path.rsplit('/').next().unwrap_or_default();
            if file.as_deref().is_some_and(|it| it != name) {
                continue;
            }
            let described = repository.json(&world.host);
            let page = described["html_url"].as_str().unwrap_or_default();
            items.push(json!({
                "name": name, "path": path, "sha": digest(text), "score": 1,
                "url": format!("{}/contents/{path}", described["url"].as_str().unwrap_or_default()),
                "git_url": described["git_url"],
                "html_url": format!("{page}/blob/{}/{path}", repository.default_branch),
                "repository": described,
            }));
        }
    }
    let body = json!({"total_count": items.len(), "incomplete_results": false, "items": items});
    Json(body).into_response()
}
