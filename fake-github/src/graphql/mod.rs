//! The answers of GraphQL: the repositories of an owner, page by page. A question is held against
//! GitHub's schema, and of what it may ask for only the fields that Callboard needs are answered.

mod query;

use crate::answer::{Answer, refusal};
use crate::identity::Who;
use crate::offence::Offence;
use crate::repository::Repository;
use crate::serve::Asking;
use crate::world::World;
use axum::http::StatusCode;
use serde_json::{Value, json};

/// The most that GitHub gives at once.
const LARGEST_PAGE: u64 = 100;

/// GraphQL answers nobody who does not say who asks.
pub(crate) fn answer(world: &mut World, asking: &Asking) -> Answer {
    if asking.who == Who::Nobody {
        let text = "This endpoint requires you to be authenticated.";
        return refusal(StatusCode::UNAUTHORIZED, text);
    }
    let asked: Value = serde_json::from_slice(&asking.body).unwrap_or_default();
    let query = asked["query"].as_str().unwrap_or_default();
    let variables = &asked["variables"];
    let first = variables["first"].as_u64().unwrap_or(LARGEST_PAGE);
    let mut mistakes = query::mistakes(query, variables);
    if !(1..=LARGEST_PAGE).contains(&first) {
        mistakes.push("GitHub gives up to a hundred".to_owned());
    }
    let mut roots = ["repositoryOwner", "organization"].into_iter();
    let root = roots.find(|it| query.contains(&format!("{it}(")));
    if root.is_none() && mistakes.is_empty() {
        mistakes.push("what is asked for is not served here".to_owned());
    }
    if !mistakes.is_empty() {
        let errors: Vec<Value> = mistakes.iter().map(|it| json!({"message": it})).collect();
        world
            .offences
            .extend(mistakes.into_iter().map(|what| Offence {
                request: "POST /graphql".to_owned(),
                what,
            }));
        return Answer::ok(json!({ "errors": errors }));
    }
    let login = variables["owner"].as_str().unwrap_or_default();
    let after = variables["after"].as_str().and_then(|it| it.parse().ok());
    let after = after.unwrap_or(0_usize);
    let all: Vec<&Repository> = world
        .repositories
        .values()
        .filter(|it| it.owner.eq_ignore_ascii_case(login))
        .collect();
    let first = usize::try_from(first).unwrap_or(0);
    let page = all.iter().skip(after).take(first);
    let nodes: Vec<Value> = page.map(|it| node(it, variables, &world.host)).collect();
    let end = after + nodes.len();
    let repositories = json!({
        "totalCount": all.len() + world.hidden,
        "pageInfo": {"hasNextPage": end < all.len(), "endCursor": end.to_string()},
        "nodes": nodes,
    });
    let owner = all
        .first()
        .map(|any| json!({"login": any.owner, "repositories": repositories}));
    let mut body = json!({"data": {root.unwrap_or_default(): owner}});
    if !world.errors.is_empty() {
        body["errors"] = world.errors.clone().into();
    }
    Answer::ok(body)
}

fn node(repository: &Repository, variables: &Value, host: &str) -> Value {
    let expression = variables["file"].as_str().unwrap_or_default();
    let (revision, path) = expression.split_once(':').unwrap_or_default();
    let file = repository.tree(revision).remove(path);
    let size = file.and_then(|it| Some(repository.git.blob(&it.sha)?.len()));
    let topics = repository.topics.iter();
    let topics: Vec<Value> = topics.map(|it| json!({"topic": {"name": it}})).collect();
    let branch = &repository.default_branch;
    let has_branch = repository.branches().contains(branch);
    json!({
        "name": repository.name,
        "url": format!("http://{host}/{}", repository.full_name()),
        "isFork": repository.is_fork,
        "isArchived": repository.is_archived,
        "visibility": repository.visibility.to_uppercase(),
        "defaultBranchRef": has_branch.then(|| json!({"name": branch})),
        "repositoryTopics": {"nodes": topics},
        "catalogInfoFile": size.map(|it| json!({"__typename": "Blob", "byteSize": it})),
    })
}
