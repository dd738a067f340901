//! Making, finding, changing and removing repositories.

use super::{Call, Done};
use crate::answer::{Answer, invalid, not_found, refusal, unprocessable};
use crate::fault::name_exists;
use crate::git::Git;
use crate::identity::Who;
use crate::repository::Repository;
use axum::http::StatusCode;
use serde_json::{Value, json};

pub(super) fn get(call: &mut Call<'_>) -> Done {
    let repository = call.repository()?;
    let described = call.world.describe_to(&call.who, repository);
    Ok(Answer::ok(described))
}

/// For an organisation, or for the one who asks.
pub(super) fn create(call: &mut Call<'_>) -> Done {
    call.known()?;
    let owner = match (call.part("org"), &call.who) {
        ("", Who::Person(login)) => login.clone(),
        ("", _) => {
            let text = "Resource not accessible by integration";
            return Err(refusal(StatusCode::FORBIDDEN, text));
        }
        (organization, _) => {
            let account = call.world.find_account(organization);
            let account = account.filter(|it| it.is_organization);
            account.ok_or_else(not_found)?.login.clone()
        }
    };
    if !call.world.may_create(&call.who, &owner) {
        let text = "You need admin access to the organization before adding a repository to it.";
        return Err(refusal(StatusCode::FORBIDDEN, text));
    }
    let name = plain_name(&call.text("name").unwrap_or_default());
    if name.is_empty() || name.len() > 100 {
        return Err(invalid(
            "Repository",
            "name",
            "name is too short or too long",
        ));
    }
    let full_name = format!("{owner}/{name}");
    if call.world.repository(&full_name).is_some() {
        return Err(name_exists());
    }
    let mut repository = call.world.new_repository(&full_name);
    apply(&mut repository, &call.body);
    if call.body["auto_init"] == json!(true) {
        repository.begin_with("README.md", &format!("# {name}\n"));
    }
    let described = call.world.describe_to(&call.who, &repository);
    call.world.add(repository);
    Ok(Answer::created(described))
}

/// Other letters become dashes.
fn plain_name(name: &str) -> String {
    let plain = |it: char| it.is_ascii_alphanumeric() || "._-".contains(it);
    let name = name.trim().trim_end_matches(".git");
    name.chars()
        .map(|it| if plain(it) { it } else { '-' })
        .collect()
}

/// Takes over what a body says of a repository.
fn apply(repository: &mut Repository, body: &Value) {
    for (name, value) in body.as_object().into_iter().flatten() {
        let text = value.as_str().map(str::to_owned);
        match name.as_str() {
            "description" => repository.description = text,
            "homepage" => repository.homepage = text,
            "private" if body["visibility"].is_null() => {
                let is_private = value == &json!(true);
                let visibility = if is_private { "private" } else { "public" };
                visibility.clone_into(&mut repository.visibility);
            }
            "visibility" => repository.visibility = text.unwrap_or_default(),
            "archived" => repository.is_archived = value == &json!(true),
            "custom_properties" => {
                let all = value.as_object().into_iter().flatten();
                let all = all.map(|(name, value)| (name.clone(), value.clone()));
                repository.properties.extend(all);
            }
            setting if repository.settings.contains_key(setting) => {
                repository.settings.insert(name.clone(), value.clone());
            }
            _ => {}
        }
    }
}

pub(super) fn change(call: &mut Call<'_>) -> Done {
    let body = call.body.clone();
    let branch = call.text("default_branch");
    let name = call.text("name").map(|it| plain_name(&it));
    let repository = match call.administer() {
        // What is archived can only be brought back.
        Err(refused) if body["archived"] == json!(false) => {
            let full_name = call.repository()?.full_name();
            let found = call.world.repository_mut(&full_name);
            found.ok_or(refused)?
        }
        other => other?,
    };
    if let Some(branch) = branch {
        if !repository.branches().contains(&branch) {
            let text = format!(
                "The branch {branch} was not found. Please push that ref first or create it."
            );
            return Err(invalid("Repository", "default_branch", &text));
        }
        repository.git.set_head(&branch);
        repository.default_branch = branch;
    }
    apply(repository, &body);
    let mut repository = repository.clone();
    if let Some(name) = name.filter(|it| *it != repository.name) {
        let old = repository.key();
        repository.name = name;
        if repository.key() != old && call.world.repository(&repository.key()).is_some() {
            return Err(name_exists());
        }
        call.world.repositories.remove(&old);
        call.world.add(repository.clone());
    }
    let described = call.world.describe_to(&call.who, &repository);
    Ok(Answer::ok(described))
}

pub(super) fn delete(call: &mut Call<'_>) -> Done {
    let key = call.administer()?.key();
    call.world.repositories.remove(&key);
    Ok(Answer::nothing())
}

/// Those of an organisation, a person, or the one who asks.
pub(super) fn list(call: &mut Call<'_>) -> Done {
    // Of whoever asks also those of their organisations, as long as nothing else is asked for.
    let is_own = call.part("org").is_empty() && call.part("username").is_empty();
    let owner = match (call.part("org"), call.part("username")) {
        ("", "") => call.known()?,
        ("", login) | (login, _) => login.to_owned(),
    };
    if call.world.find_account(&owner).is_none() {
        return Err(not_found());
    }
    let is_of = |it: &Repository| {
        it.owner.eq_ignore_ascii_case(&owner)
            || (is_own && call.world.may_create(&call.who, &it.owner))
    };
    let all = call.world.repositories.values();
    let all = all.filter(|it| is_of(it) && call.world.may_read(&call.who, it));
    let all = all.map(|it| call.world.describe_to(&call.who, it));
    Ok(call.page(all.collect()))
}

pub(super) fn topics(call: &mut Call<'_>) -> Done {
    let topics = &call.repository()?.topics;
    Ok(Answer::ok(json!({"names": topics})))
}

pub(super) fn set_topics(call: &mut Call<'_>) -> Done {
    let names = call.texts("names");
    let is_topic = |it: &String| {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        !it.is_empty() && it.len() <= 50 && !it.starts_with('-') && it.chars().all(plain)
    };
    if names.len() > 20 || !names.iter().all(is_topic) {
        return Err(unprocessable(
            "Validation Failed: Topics must start with a lowercase letter or number, consist of 50 \
             characters or less, and can include hyphens.",
        ));
    }
    call.administer()?.topics.clone_from(&names);
    Ok(Answer::ok(json!({ "names": names })))
}

pub(super) fn forks(call: &mut Call<'_>) -> Done {
    let key = call.repository()?.key();
    let all = call.world.repositories.values();
    let all = all.filter(|it| it.parent.as_ref() == Some(&key));
    let all = all.map(|it| call.world.describe_to(&call.who, it));
    Ok(call.page(all.collect()))
}

pub(super) fn fork(call: &mut Call<'_>) -> Done {
    let login = call.known()?;
    let parent = call.repository()?.clone();
    let owner = call.text("organization").unwrap_or(login);
    let name = call.text("name").unwrap_or_else(|| parent.name.clone());
    let full_name = format!("{owner}/{name}");
    if !call.world.may_create(&call.who, &owner) || full_name.to_lowercase() == parent.key() {
        let text = "You cannot fork this repository there.";
        return Err(refusal(StatusCode::FORBIDDEN, text));
    }
    if let Some(known) = call.world.repository(&full_name) {
        // Who has forked it gets that fork again.
        if known.parent.as_ref() != Some(&parent.key()) {
            return Err(name_exists());
        }
        let described = call.world.describe_to(&call.who, known);
        return Ok(Answer::json(StatusCode::ACCEPTED, described));
    }
    let mut fork = call.world.new_repository(&full_name);
    let folder = call.world.folder().join(format!("{}-fork.git", fork.id));
    fork.git = Git::copy(&parent.git, folder, &parent.default_branch);
    fork.default_branch.clone_from(&parent.default_branch);
    fork.description.clone_from(&parent.description);
    fork.visibility.clone_from(&parent.visibility);
    fork.is_fork = true;
    fork.parent = Some(parent.key());
    let described = call.world.describe_to(&call.who, &fork);
    call.world.add(fork);
    Ok(Answer::json(StatusCode::ACCEPTED, described))
}
