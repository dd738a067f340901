//! Protection of branches.

use super::call::texts;
use super::{Call, Done};
use crate::answer::{Answer, not_found, refusal, unprocessable};
use crate::repository::Repository;
use crate::world::World;
use axum::http::StatusCode;
use serde_json::{Value, json};

/// The branch of the path, which there must be.
fn branch_of(call: &Call<'_>) -> Result<String, Answer> {
    let name = call.part("branch").to_owned();
    let sha = call
        .repository()?
        .git
        .reference(&format!("refs/heads/{name}"));
    sha.map(|_| name)
        .ok_or_else(|| refusal(StatusCode::NOT_FOUND, "Branch not found"))
}

pub(super) fn get(call: &mut Call<'_>) -> Done {
    let branch = branch_of(call)?;
    call.administer()?;
    let repository = call.repository()?;
    let described = describe(call.world, repository, &branch);
    let described =
        described.ok_or_else(|| refusal(StatusCode::NOT_FOUND, "Branch not protected"))?;
    Ok(Answer::ok(described))
}

pub(super) fn set(call: &mut Call<'_>) -> Done {
    let branch = branch_of(call)?;
    let asked = call.body.clone();
    let is_organization = call.world.is_organization(call.part("owner"));
    let reviews = &asked["required_pull_request_reviews"];
    let restricts = [
        &asked["restrictions"],
        &reviews["dismissal_restrictions"],
        &reviews["bypass_pull_request_allowances"],
    ];
    if !is_organization && restricts.iter().any(|it| !it.is_null()) {
        return Err(unprocessable(
            "Validation Failed: Only organization repositories can have users and team restrictions",
        ));
    }
    let count = reviews["required_approving_review_count"].as_u64();
    if count.is_some_and(|it| it > 6) {
        return Err(unprocessable(
            "Validation Failed: required_approving_review_count must be between 0 and 6",
        ));
    }
    for value in restricts {
        call.people(&texts(&value["users"]), "BranchProtectionRule", "users")?;
        for slug in texts(&value["teams"]) {
            if call.world.find_team(call.part("owner"), &slug).is_none() {
                return Err(unprocessable(&format!(
                    "Validation Failed: Could not resolve to a Team with the slug of '{slug}'."
                )));
            }
        }
    }
    let repository = call.administer()?;
    repository.protection.insert(branch.clone(), asked);
    let repository = call.repository()?;
    let mut described = describe(call.world, repository, &branch).ok_or_else(not_found)?;
    // What protects by default has no place in this answer.
    if let Some(all) = described.as_object_mut() {
        for name in ["enabled", "name", "protection_url"] {
            all.remove(name);
        }
    }
    Ok(Answer::ok(described))
}

pub(super) fn remove(call: &mut Call<'_>) -> Done {
    let branch = branch_of(call)?;
    let removed = call.administer()?.protection.remove(&branch);
    let missing = || refusal(StatusCode::NOT_FOUND, "Branch not protected");
    removed.map(|_| Answer::nothing()).ok_or_else(missing)
}

fn url(world: &World, repository: &Repository, branch: &str) -> String {
    format!("{}/branches/{branch}/protection", world.url_of(repository))
}

/// `branch-protection`; nothing where the branch is not protected.
fn describe(world: &World, repository: &Repository, branch: &str) -> Option<Value> {
    let asked = repository.protection.get(branch)?;
    let url = url(world, repository, branch);
    let on = |name: &str| json!({"enabled": asked[name] == json!(true)});
    let mut described = json!({
        "url": url, "enabled": true,
        "enforce_admins": {"url": format!("{url}/enforce_admins"),
            "enabled": asked["enforce_admins"] == json!(true)},
        "required_signatures": signed(repository, branch, &url),
    });
    for name in [
        "required_linear_history",
        "allow_force_pushes",
        "allow_deletions",
        "block_creations",
        "required_conversation_resolution",
        "lock_branch",
        "allow_fork_syncing",
    ] {
        described[name] = on(name);
    }
    let checks = &asked["required_status_checks"];
    if !checks.is_null() {
        let contexts = texts(&checks["contexts"]);
        let named = contexts
            .iter()
            .map(|it| json!({"context": it, "app_id": null}));
        described["required_status_checks"] = json!({
            "url": format!("{url}/required_status_checks"),
            "contexts_url": format!("{url}/required_status_checks/contexts"),
            "strict": checks["strict"], "contexts": contexts,
            "checks": named.collect::<Vec<_>>(),
        });
    }
    let reviews = &asked["required_pull_request_reviews"];
    if !reviews.is_null() {
        let mut told = json!({
            "url": format!("{url}/required_pull_request_reviews"),
            "required_approving_review_count": repository.approvals(branch),
        });
        for name in [
            "dismiss_stale_reviews",
            "require_code_owner_reviews",
            "require_last_push_approval",
        ] {
            told[name] = (reviews[name] == json!(true)).into();
        }
        let bypass = &reviews["bypass_pull_request_allowances"];
        if !bypass.is_null() {
            told["bypass_pull_request_allowances"] = allowed(world, repository, bypass);
        }
        described["required_pull_request_reviews"] = told;
    }
    let restrictions = &asked["restrictions"];
    if !restrictions.is_null() {
        let mut told = allowed(world, repository, restrictions);
        told["url"] = format!("{url}/restrictions").into();
        for name in ["users", "teams", "apps"] {
            told[format!("{name}_url")] = format!("{url}/restrictions/{name}").into();
        }
        described["restrictions"] = told;
    }
    Some(described)
}

/// People and teams, in full; apps are not known here.
fn allowed(world: &World, repository: &Repository, asked: &Value) -> Value {
    let users = texts(&asked["users"]);
    let users: Vec<Value> = users.iter().map(|it| world.simple_user(it)).collect();
    let teams = texts(&asked["teams"]);
    let teams = teams.iter();
    let teams = teams.filter_map(|it| Some(world.team(world.find_team(&repository.owner, it)?)));
    json!({"users": users, "teams": teams.collect::<Vec<_>>(), "apps": []})
}

fn signed(repository: &Repository, branch: &str, url: &str) -> Value {
    let enabled = repository.signed.contains(branch);
    json!({"url": format!("{url}/required_signatures"), "enabled": enabled})
}

pub(super) fn signatures(call: &mut Call<'_>) -> Done {
    let branch = branch_of(call)?;
    let repository = call.repository()?;
    let url = url(call.world, repository, &branch);
    Ok(Answer::ok(signed(repository, &branch, &url)))
}

pub(super) fn sign(call: &mut Call<'_>) -> Done {
    let branch = branch_of(call)?;
    let repository = call.administer()?;
    if !repository.protection.contains_key(&branch) {
        return Err(refusal(StatusCode::NOT_FOUND, "Branch not protected"));
    }
    repository.signed.insert(branch);
    signatures(call)
}

pub(super) fn unsign(call: &mut Call<'_>) -> Done {
    let branch = branch_of(call)?;
    let was = call.administer()?.signed.remove(&branch);
    was.then(Answer::nothing).ok_or_else(not_found)
}
