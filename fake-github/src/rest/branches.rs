//! Branches.

use super::commits::describe;
use super::{Call, Done};
use crate::answer::{Answer, invalid, not_found, refusal};
use axum::http::StatusCode;
use serde_json::{Value, json};

pub(super) fn list(call: &mut Call<'_>) -> Done {
    let repository = call.repository()?;
    let api = call.world.url_of(repository);
    let all = repository.git.branches().into_iter().map(|(name, sha)| {
        json!({
            "name": name, "protected": repository.protection.contains_key(&name),
            "commit": {"sha": sha, "url": format!("{api}/commits/{sha}")},
        })
    });
    Ok(call.page(all.collect()))
}

pub(super) fn get(call: &mut Call<'_>) -> Done {
    let name = call.part("branch").to_owned();
    Ok(Answer::ok(branch(call, &name)?))
}

/// `branch-with-protection`.
fn branch(call: &Call<'_>, name: &str) -> Result<Value, Answer> {
    let repository = call.repository()?;
    let sha = repository.git.reference(&format!("refs/heads/{name}"));
    let missing = || refusal(StatusCode::NOT_FOUND, "Branch not found");
    let sha = sha.ok_or_else(missing)?;
    let (api, page) = (
        call.world.url_of(repository),
        call.world.page_of(repository),
    );
    let is_protected = repository.protection.contains_key(name);
    let url = format!("{api}/branches/{name}/protection");
    Ok(json!({
        "name": name, "commit": describe(call.world, repository, &sha).ok_or_else(missing)?,
        "_links": {"self": format!("{api}/branches/{name}"), "html": format!("{page}/tree/{name}")},
        "protected": is_protected, "protection_url": url,
        "protection": {"url": url, "enabled": is_protected},
    }))
}

pub(super) fn rename(call: &mut Call<'_>) -> Done {
    let old = call.part("branch").to_owned();
    let new = call.text("new_name").unwrap_or_default();
    let repository = call.administer()?;
    let (from, to) = (format!("refs/heads/{old}"), format!("refs/heads/{new}"));
    let sha = repository.git.reference(&from).ok_or_else(not_found)?;
    let is_taken = repository.git.reference(&to).is_some();
    if is_taken || !repository.git.set_reference(&to, &sha) {
        return Err(invalid(
            "Branch",
            "new_name",
            "New branch already exists or cannot be",
        ));
    }
    repository.git.remove_reference(&from);
    if repository.default_branch == old {
        repository.git.set_head(&new);
        repository.default_branch.clone_from(&new);
    }
    if let Some(asked) = repository.protection.remove(&old) {
        repository.protection.insert(new.clone(), asked);
    }
    Ok(Answer::created(branch(call, &new)?))
}
