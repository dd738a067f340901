//! The repositories of an owner.

use super::{Asked, page};
use crate::repository::Repository;
use crate::world::World;
use serde_json::{Value, json};

pub(super) fn list(world: &World, asked: &Asked<'_>) -> Value {
    let login = asked.text("owner");
    let all: Vec<&Repository> = world
        .repositories
        .values()
        .filter(|it| it.owner.eq_ignore_ascii_case(login))
        .collect();
    let mut repositories = page(&all, asked, "first", |it| {
        node(it, asked.variables, &world.host)
    });
    repositories["totalCount"] = (all.len() + world.hidden).into();
    let owner = all
        .first()
        .map(|any| json!({"login": any.owner, "repositories": repositories}));
    json!({ asked.root: owner })
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
