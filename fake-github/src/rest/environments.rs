//! Environments, and the variables and secrets of repositories and environments.

use super::{Call, Done};
use crate::answer::{Answer, not_found, refusal, unprocessable};
use crate::repository::{Environment, Repository};
use crate::world::World;
use axum::http::StatusCode;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The key that secrets are encrypted with: Curve25519, in base64.
const PUBLIC_KEY: &str = "C6O69NQSgSl2RUIOzkdIIzPfvTl5SMIl35xnAALr+jo=";
/// Its other half, with which a test reads what was encrypted.
pub const SECRET_KEY: &str = "6K8peDtlROolqcKD4qWeF/6cHxApeWFXL30Zz3DfoVk=";
const KEY: &str = "568250167242549743";
/// When everything here was made.
const AT: &str = "2026-01-01T00:00:00Z";

/// The environment of the path; nothing where the path is of the repository.
fn environment(call: &Call<'_>) -> Option<String> {
    call.parameters.get("environment_name").cloned()
}

/// `environment`.
fn describe(world: &World, repository: &Repository, name: &str, of: &Environment) -> Value {
    let url = format!("{}/environments/{name}", world.url_of(repository));
    let mut rules = Vec::new();
    let rule =
        |at: usize, kind: &str| json!({"id": at, "node_id": format!("GA_{at}"), "type": kind});
    if let Some(minutes) = of.asked["wait_timer"].as_u64().filter(|it| *it > 0) {
        let mut timer = rule(1, "wait_timer");
        timer["wait_timer"] = minutes.into();
        rules.push(timer);
    }
    if let Some(asked) = of.asked["reviewers"].as_array().filter(|it| !it.is_empty()) {
        let mut reviews = rule(2, "required_reviewers");
        let known = asked.iter().filter_map(|it| {
            let (people, id) = (it["type"] == "User", it["id"].as_u64()?);
            let reviewer = if people {
                let account = world.accounts.values().find(|it| it.id == id)?;
                world.simple_user(&account.login)
            } else {
                world.team(world.teams.values().find(|it| it.id == id)?)
            };
            Some(json!({"type": it["type"], "reviewer": reviewer}))
        });
        reviews["reviewers"] = known.collect();
        reviews["prevent_self_review"] = (of.asked["prevent_self_review"] == json!(true)).into();
        rules.push(reviews);
    }
    if !of.asked["deployment_branch_policy"].is_null() {
        rules.push(rule(3, "branch_policy"));
    }
    json!({
        "id": of.id, "node_id": format!("EN_{}", of.id), "name": name, "url": url,
        "html_url": format!("{}/deployments/activity_log?environments_filter={name}",
            world.page_of(repository)),
        "created_at": AT, "updated_at": AT, "protection_rules": rules,
        "deployment_branch_policy": of.asked["deployment_branch_policy"],
    })
}

pub(super) fn list(call: &mut Call<'_>) -> Done {
    let repository = call.repository()?;
    let all = repository.environments.iter();
    let all = all.map(|(name, it)| describe(call.world, repository, name, it));
    Ok(call.counted("environments", all.collect()))
}

pub(super) fn get(call: &mut Call<'_>) -> Done {
    let repository = call.repository()?;
    let name = call.part("environment_name");
    let found = repository.environments.get(name).ok_or_else(not_found)?;
    Ok(Answer::ok(describe(call.world, repository, name, found)))
}

pub(super) fn set(call: &mut Call<'_>) -> Done {
    let (name, asked) = (call.part("environment_name").to_owned(), call.body.clone());
    let policy = &asked["deployment_branch_policy"];
    if !policy.is_null() && policy["protected_branches"] == policy["custom_branch_policies"] {
        return Err(unprocessable(
            "Validation Failed: protected_branches and custom_branch_policies cannot have the same value",
        ));
    }
    let id = call.world.next_id();
    let environments = &mut call.administer()?.environments;
    let environment = environments.entry(name).or_insert_with(|| Environment {
        id,
        ..Environment::default()
    });
    environment.asked = asked;
    get(call)
}

fn with_environment<T>(
    call: &mut Call<'_>,
    then: impl FnOnce(&mut Environment) -> T,
) -> Result<T, Answer> {
    let name = environment(call).unwrap_or_default();
    let repository = call.administer()?;
    let found = repository.environments.get_mut(&name);
    Ok(then(found.ok_or_else(not_found)?))
}

pub(super) fn policies(call: &mut Call<'_>) -> Done {
    let all = with_environment(call, |it| it.policies.clone())?;
    Ok(call.counted("branch_policies", all))
}

pub(super) fn add_policy(call: &mut Call<'_>) -> Done {
    let id = call.world.next_id();
    let kind = call.text("type").unwrap_or_else(|| "branch".to_owned());
    let policy = json!({
        "id": id, "node_id": format!("GA_{id}"), "name": call.body["name"], "type": kind,
    });
    let is_custom = with_environment(call, |it| {
        it.asked["deployment_branch_policy"]["custom_branch_policies"] == json!(true)
    })?;
    if !is_custom {
        return Err(not_found());
    }
    let kept = policy.clone();
    with_environment(call, |it| it.policies.push(kept))?;
    Ok(Answer::ok(policy))
}

/// Does something with the variables and secrets of the environment or the repository.
fn with_values<T>(
    call: &mut Call<'_>,
    then: impl FnOnce(&mut BTreeMap<String, String>, &mut BTreeMap<String, Value>) -> T,
) -> Result<T, Answer> {
    if environment(call).is_some() {
        return with_environment(call, |it| then(&mut it.variables, &mut it.secrets));
    }
    let repository = call.administer()?;
    Ok(then(&mut repository.variables, &mut repository.secrets))
}

fn describe_variable(name: &str, value: &str) -> Value {
    json!({"name": name, "value": value, "created_at": AT, "updated_at": AT})
}

pub(super) fn variables(call: &mut Call<'_>) -> Done {
    let all = with_values(call, |variables, _| {
        let all = variables.iter();
        all.map(|(name, value)| describe_variable(name, value))
            .collect()
    })?;
    Ok(call.counted("variables", all))
}

pub(super) fn variable(call: &mut Call<'_>) -> Done {
    let name = call.part("name").to_uppercase();
    let value = with_values(call, |variables, _| variables.get(&name).cloned())?;
    let value = value.ok_or_else(not_found)?;
    Ok(Answer::ok(describe_variable(&name, &value)))
}

/// Names of variables and secrets: large letters, digits and `_`.
fn checked_name(name: &str) -> Result<String, Answer> {
    let name = name.to_uppercase();
    let is_plain = name
        .bytes()
        .all(|it| it.is_ascii_alphanumeric() || it == b'_');
    let starts_badly =
        name.starts_with("GITHUB_") || name.starts_with(|it: char| it.is_ascii_digit());
    if name.is_empty() || !is_plain || starts_badly {
        return Err(unprocessable(&format!(
            "Validation Failed: {name} can only contain alphanumeric characters ([a-z], [A-Z], [0-9]) \
             or underscores (_), must not begin with GITHUB_ or a number."
        )));
    }
    Ok(name)
}

pub(super) fn create_variable(call: &mut Call<'_>) -> Done {
    let name = checked_name(&call.text("name").unwrap_or_default())?;
    let value = call.text("value").unwrap_or_default();
    let is_new = with_values(call, |variables, _| {
        let is_new = !variables.contains_key(&name);
        variables.entry(name).or_insert(value);
        is_new
    })?;
    if !is_new {
        let text = "Already exists - Variable already exists";
        return Err(refusal(StatusCode::CONFLICT, text));
    }
    Ok(Answer::created(json!({})))
}

pub(super) fn change_variable(call: &mut Call<'_>) -> Done {
    let name = call.part("name").to_uppercase();
    let (new, value) = (call.text("name"), call.text("value"));
    let new = new.map_or(Ok(name.clone()), |it| checked_name(&it))?;
    let was = with_values(call, |variables, _| {
        let old = variables.remove(&name)?;
        variables
            .insert(new, value.unwrap_or(old))
            .or(Some(String::new()))
    })?;
    was.map(|_| Answer::nothing()).ok_or_else(not_found)
}

pub(super) fn secrets(call: &mut Call<'_>) -> Done {
    let all = with_values(call, |_, secrets| {
        let names = secrets.keys();
        names
            .map(|it| json!({"name": it, "created_at": AT, "updated_at": AT}))
            .collect()
    })?;
    Ok(call.counted("secrets", all))
}

pub(super) fn public_key(call: &mut Call<'_>) -> Done {
    with_values(call, |_, _| ())?;
    Ok(Answer::ok(json!({"key_id": KEY, "key": PUBLIC_KEY})))
}

pub(super) fn set_secret(call: &mut Call<'_>) -> Done {
    let name = checked_name(call.part("secret_name"))?;
    if call.body["key_id"] != KEY {
        return Err(unprocessable(
            "Bad request - Public key ID is not the latest",
        ));
    }
    let body = call.body.clone();
    let old = with_values(call, |_, secrets| secrets.insert(name, body))?;
    Ok(match old {
        Some(_) => Answer::nothing(),
        None => Answer::created(json!({})),
    })
}
