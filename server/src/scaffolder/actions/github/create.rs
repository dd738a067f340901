//! Making a repository.

use super::effect::{self, Tried};
use super::settings::RepositoryInput;
use super::{Hub, Target};
use crate::config::Visibility;
use crate::scaffolder::actions::{ActionError, Call};
use serde_json::{Map, Value, json};

/// What of GitHub's answer about a repository is kept.
const KEPT: [&str; 5] = [
    "id",
    "clone_url",
    "html_url",
    "default_branch",
    "created_at",
];

impl Hub {
    /// Makes a repository, or finds the one that an earlier run of this step has made.
    pub(super) async fn create(
        &self,
        call: &Call<'_>,
        target: &Target<'_>,
        input: &RepositoryInput,
    ) -> Result<Value, ActionError> {
        let name = "repository";
        if let Some(known) = call.kept(name) {
            return Ok(known);
        }
        let owner = crate::github::segment(&target.owner);
        let purpose = format!("say who {} is", target.owner);
        let owner = target.api.get(&format!("users/{owner}"), &purpose).await?;
        let is_organization = owner["type"] == "Organization";
        let visibility = target.visibility(input.repo_visibility.as_deref());
        let body = body(target, input, visibility, is_organization);
        let path = if is_organization {
            format!("orgs/{}/repos", crate::github::segment(&target.owner))
        } else {
            "user/repos".to_owned()
        };
        let purpose = format!(
            "make the {} repository {}",
            visibility.word(),
            target.name()
        );
        target
            .log
            .info(&format!("Creating the repository {}", target.name()));
        let make = || async {
            let answer = target.api.post(&path, &body, &purpose).await;
            answer.map(|repository| kept(&repository))
        };
        let repository = effect::once(call, target, name, make, |tried| {
            found(target, &body, tried)
        });
        let repository = repository.await?;
        let owner = repository["owner"].as_str().unwrap_or(&target.owner);
        if !owner.eq_ignore_ascii_case(&target.owner) {
            return Err(ActionError::Conflict(format!(
                "{} is a person, and the token belongs to {owner}: GitHub has made the repository there. \
                 Remove it, and use a token of {}, or an organisation",
                target.owner, target.owner
            )));
        }
        Ok(repository)
    }
}

/// What GitHub is asked to make.
fn body(
    target: &Target<'_>,
    input: &RepositoryInput,
    visibility: Visibility,
    is_organization: bool,
) -> Value {
    let mut body = json!({
        "name": target.repo,
        "private": visibility != Visibility::Public,
        "description": input.description,
        "homepage": input.homepage,
        "delete_branch_on_merge": input.delete_branch_on_merge,
        "allow_merge_commit": input.allow_merge_commit,
        "allow_squash_merge": input.allow_squash_merge,
        "allow_rebase_merge": input.allow_rebase_merge,
        "allow_auto_merge": input.allow_auto_merge,
        "has_projects": input.has_projects,
        "has_wiki": target.has_wiki(input.has_wiki),
        "has_issues": input.has_issues,
        "auto_init": input.auto_init,
        "squash_merge_commit_title": input.squash_merge_commit_title,
        "squash_merge_commit_message": input.squash_merge_commit_message,
    });
    if is_organization {
        body["visibility"] = visibility.word().into();
        body["custom_properties"] = json!(input.custom_properties);
    }
    if !input.allow_squash_merge {
        body["squash_merge_commit_title"] = Value::Null;
        body["squash_merge_commit_message"] = Value::Null;
    }
    without_nothing(body)
}

/// Without what nobody has said: GitHub takes no null.
pub(super) fn without_nothing(body: Value) -> Value {
    match body {
        Value::Object(entries) => {
            let said = entries.into_iter().filter(|(_, value)| !value.is_null());
            Value::Object(said.collect())
        }
        other => other,
    }
}

fn kept(made: &Value) -> Value {
    let mut kept: Map<String, Value> = KEPT
        .iter()
        .map(|key| ((*key).to_owned(), made[*key].clone()))
        .collect();
    kept.insert("owner".to_owned(), made["owner"]["login"].clone());
    Value::Object(kept)
}

/// The repository that one of these attempts has made; None when there is none.
async fn found(
    target: &Target<'_>,
    body: &Value,
    tried: Tried,
) -> Result<Option<Value>, ActionError> {
    let purpose = format!("say whether there is {}", target.name());
    let found = target.api.find(&target.path(""), &purpose).await?;
    let Some(found) = found else { return Ok(None) };
    let is_as_asked = found["private"] == body["private"]
        && found["description"].as_str().unwrap_or_default()
            == body["description"].as_str().unwrap_or_default();
    if tried.holds(&found["created_at"]) && is_as_asked {
        target.log.info(&format!(
            "The repository {} is there: this task has made it",
            target.name()
        ));
        return Ok(Some(kept(&found)));
    }
    Err(ActionError::Conflict(format!(
        "There is a repository {} that this task has not made: it is of {}, and the task tried at {}. Nothing \
         in it was changed. Remove or rename it and have the task go on, or start again with another name",
        target.name(),
        found["created_at"].as_str().unwrap_or("an unknown time"),
        tried.told()
    )))
}
