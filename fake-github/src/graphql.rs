//! The answers of GraphQL: the repositories of an owner, page by page.

use super::{Repository, Shared, bearer, message};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

/// GraphQL answers nobody who does not say who asks.
pub(super) async fn answer(
    State(world): State<Shared>,
    headers: HeaderMap,
    Json(asked): Json<Value>,
) -> Response {
    if bearer(&headers).is_none() {
        let text = "This endpoint requires you to be authenticated.";
        return message(StatusCode::UNAUTHORIZED, text);
    }
    let world = world.lock().unwrap();
    let query = asked["query"].as_str().unwrap_or_default();
    let root = ["repositoryOwner", "organization"];
    let root = root
        .into_iter()
        .find(|it| query.contains(&format!("{it}(")));
    let Some(root) = root else {
        let errors = json!([{"message": "nothing is asked for that is known here"}]);
        return Json(json!({ "errors": errors })).into_response();
    };
    let variables = &asked["variables"];
    let login = variables["owner"].as_str().unwrap_or_default();
    let first = variables["first"].as_u64().unwrap_or(100);
    assert!((1..=100).contains(&first), "GitHub gives up to a hundred");
    let first = usize::try_from(first).unwrap();
    let after = variables["after"].as_str();
    let after = after.map_or(0, |it| it.parse::<usize>().unwrap());
    let all: Vec<&Repository> = world
        .repositories
        .values()
        .filter(|it| it.owner.eq_ignore_ascii_case(login))
        .collect();
    let page = all.iter().skip(after).take(first);
    let nodes: Vec<Value> = page
        .map(|it| node(it, &variables["file"], &world.host))
        .collect();
    let end = after + nodes.len();
    let repositories = json!({
        "totalCount": all.len() + world.hidden,
        "pageInfo": {"hasNextPage": end < all.len(), "endCursor": end.to_string()},
        "nodes": nodes,
    });
    let owner = match all.first() {
        Some(any) => json!({"login": any.owner, "repositories": repositories}),
        None => Value::Null,
    };
    let mut body = json!({"data": {root: owner}});
    if !world.errors.is_empty() {
        body["errors"] = world.errors.clone().into();
    }
    Json(body).into_response()
}

fn node(repository: &Repository, expression: &Value, host: &str) -> Value {
    let expression = expression.as_str().unwrap_or_default();
    let (revision, path) = expression.split_once(':').unwrap_or_default();
    let files = repository.files(revision);
    let file = files.and_then(|files| files.get(path));
    let topics = repository.topics.iter();
    let topics: Vec<Value> = topics.map(|it| json!({"topic": {"name": it}})).collect();
    let has_branch = repository.branches.contains_key(&repository.default_branch);
    json!({
        "name": repository.name,
        "url": format!("http://{host}/{}", repository.full_name()),
        "isFork": repository.is_fork,
        "isArchived": repository.is_archived,
        "visibility": repository.visibility.to_uppercase(),
        "defaultBranchRef": has_branch.then(|| json!({"name": repository.default_branch})),
        "repositoryTopics": {"nodes": topics},
        "catalogInfoFile": file.map(|it| json!({"__typename": "Blob", "byteSize": it.len()})),
    })
}
