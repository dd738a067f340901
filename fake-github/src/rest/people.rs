//! Who may do what with a repository: people and teams.

use super::accounts::team_of;
use super::{Call, Done};
use crate::answer::{Answer, not_found, refusal};
use crate::identity::Who;
use axum::http::StatusCode;
use serde_json::{Value, json};

/// The names that settings have, and those that answers have.
fn role(permission: &str) -> &str {
    match permission {
        "pull" => "read",
        "push" => "write",
        other => other,
    }
}

pub(super) fn list(call: &mut Call<'_>) -> Done {
    let collaborators = &call.repository()?.collaborators;
    let all: Vec<Value> = collaborators
        .iter()
        .map(|(login, permission)| {
            let mut value = call.world.simple_user(login);
            value["role_name"] = role(permission).into();
            value
        })
        .collect();
    Ok(call.page(all))
}

pub(super) fn is_one(call: &mut Call<'_>) -> Done {
    let person = Who::Person(call.part("username").to_lowercase());
    let permission = call.world.permission(&person, call.repository()?);
    permission.map(|_| Answer::nothing()).ok_or_else(not_found)
}

pub(super) fn add(call: &mut Call<'_>) -> Done {
    let login = call.part("username").to_lowercase();
    let account = call.world.find_account(&login);
    if account.is_none_or(|it| it.is_organization) {
        call.administer()?;
        return Err(not_found());
    }
    let permission = call.text("permission").unwrap_or_else(|| "push".to_owned());
    call.administer()?.collaborators.insert(login, permission);
    Ok(Answer::nothing())
}

pub(super) fn remove(call: &mut Call<'_>) -> Done {
    let login = call.part("username").to_lowercase();
    call.administer()?.collaborators.remove(&login);
    Ok(Answer::nothing())
}

pub(super) fn permission(call: &mut Call<'_>) -> Done {
    let login = call.part("username").to_lowercase();
    let account = call.world.find_account(&login);
    account.ok_or_else(not_found)?;
    let person = Who::Person(login.clone());
    let permission = call.world.permission(&person, call.repository()?);
    let permission = permission.unwrap_or_else(|| "none".to_owned());
    let mut user = call.world.simple_user(&login);
    user["role_name"] = role(&permission).into();
    let permission = match role(&permission) {
        "triage" => "read",
        "maintain" => "write",
        other => other,
    };
    Ok(Answer::ok(json!({
        "permission": permission, "role_name": user["role_name"].clone(), "user": user,
    })))
}

/// The teams that may do something with a repository.
pub(super) fn teams(call: &mut Call<'_>) -> Done {
    let key = call.repository()?.key();
    let all = call.world.teams.values().filter_map(|team| {
        let permission = team.repositories.get(&key)?;
        let mut value = call.world.team(team);
        value["permission"] = permission.clone().into();
        Some(value)
    });
    Ok(call.page(all.collect()))
}

pub(super) fn repositories_of_team(call: &mut Call<'_>) -> Done {
    let keys = team_of(call)?.repositories.keys();
    let all = keys.filter_map(|it| Some(call.world.describe(call.world.repository(it)?)));
    Ok(call.page(all.collect()))
}

pub(super) fn get_team(call: &mut Call<'_>) -> Done {
    let key = call.repository()?.key();
    let known = team_of(call)?.repositories.contains_key(&key);
    known.then(Answer::nothing).ok_or_else(not_found)
}

pub(super) fn add_team(call: &mut Call<'_>) -> Done {
    let permission = call.text("permission").unwrap_or_else(|| "push".to_owned());
    change_team(call, Some(permission))
}

pub(super) fn remove_team(call: &mut Call<'_>) -> Done {
    change_team(call, None)
}

fn change_team(call: &mut Call<'_>, permission: Option<String>) -> Done {
    team_of(call)?;
    if !call.part("owner").eq_ignore_ascii_case(call.part("org")) {
        let text = "The repository belongs to another organization.";
        return Err(refusal(StatusCode::UNPROCESSABLE_ENTITY, text));
    }
    let key = call.administer()?.key();
    let team = ["org", "team_slug"].map(|it| call.part(it).to_lowercase());
    let team = call.world.teams.get_mut(&team.into());
    let team = team.ok_or_else(not_found)?;
    match permission {
        Some(permission) => team.repositories.insert(key, permission),
        None => team.repositories.remove(&key),
    };
    Ok(Answer::nothing())
}
