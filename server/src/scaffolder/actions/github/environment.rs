//! `github:environment:create`: a place to deploy to, with who may, its variables and its secrets. All of
//! it may be said again without harm.

use super::create::without_nothing;
use super::{Hub, Target};
use crate::github::segment;
use crate::scaffolder::actions::{Action, ActionError, Call};
use app::catalog::{EntityRef, RefDefaults};
use futures::future::BoxFuture;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// See the head of this file.
pub(in super::super) struct Environment(pub(in super::super) Hub);

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Input {
    repo_url: String,
    name: String,
    deployment_branch_policy: Option<Policy>,
    #[serde(default)]
    custom_branch_policy_names: Vec<String>,
    #[serde(default)]
    custom_tag_policy_names: Vec<String>,
    #[serde(default)]
    environment_variables: BTreeMap<String, String>,
    #[serde(default)]
    secrets: BTreeMap<String, String>,
    token: Option<String>,
    wait_timer: Option<f64>,
    prevent_self_review: Option<bool>,
    #[serde(default)]
    reviewers: Vec<String>,
}

#[derive(Debug, Clone, Copy, Deserialize, Serialize)]
struct Policy {
    protected_branches: bool,
    custom_branch_policies: bool,
}

impl Action for Environment {
    fn run<'a>(&'a self, call: &'a mut Call<'_>) -> BoxFuture<'a, Result<(), ActionError>> {
        Box::pin(async move {
            let input: Input = call.read()?;
            let token = input.token.as_deref();
            let target = self.0.target(&input.repo_url, token, call.log).await?;
            let reviewers = self.0.reviewers(&target, &input.reviewers).await?;
            let below = format!("environments/{}", segment(&input.name));
            let purpose = format!("make the environment {} of {}", input.name, target.name());
            #[expect(
                clippy::cast_possible_truncation,
                reason = "GitHub takes whole minutes"
            )]
            let wait = input.wait_timer.map(|minutes| minutes as i64);
            let body = without_nothing(json!({
                "wait_timer": wait,
                "prevent_self_review": input.prevent_self_review,
                "reviewers": (!reviewers.is_empty()).then_some(reviewers),
                "deployment_branch_policy": input.deployment_branch_policy,
            }));
            target
                .api
                .put(&target.path(&below), &body, &purpose)
                .await?;
            target.set_policies(&below, &input).await?;
            target
                .set_variables(&below, &input.environment_variables)
                .await?;
            target.set_secrets(&below, &input.secrets).await?;
            call.log
                .info(&format!("The environment {} is there", input.name));
            Ok(())
        })
    }
}

impl Target<'_> {
    /// Lets branches and tags of these names be deployed; those that are let already stay.
    async fn set_policies(&self, below: &str, input: &Input) -> Result<(), ActionError> {
        let branches = input.custom_branch_policy_names.iter();
        let tags = input.custom_tag_policy_names.iter();
        let branches = branches.map(|name| ("branch", name));
        let wanted: Vec<_> = branches.chain(tags.map(|name| ("tag", name))).collect();
        if wanted.is_empty() {
            return Ok(());
        }
        let path = self.path(&format!("{below}/deployment-branch-policies"));
        let purpose = format!(
            "say what may be deployed to {} of {}",
            input.name,
            self.name()
        );
        let known = self
            .api
            .get(&format!("{path}?per_page=100"), &purpose)
            .await?;
        let known = known["branch_policies"].as_array();
        let is_known = |kind: &str, name: &str| {
            known.into_iter().flatten().any(|policy| {
                policy["name"] == name && policy["type"].as_str().unwrap_or("branch") == kind
            })
        };
        for (kind, name) in wanted {
            if !is_known(kind, name) {
                let body = json!({ "name": name, "type": kind });
                self.api.post_again(&path, &body, &purpose).await?;
            }
        }
        Ok(())
    }
}

impl Hub {
    /// The people and teams of entities, as GitHub knows them; who is not known there is left out.
    async fn reviewers(
        &self,
        target: &Target<'_>,
        names: &[String],
    ) -> Result<Vec<Value>, ActionError> {
        let mut reviewers = Vec::new();
        for name in names {
            let defaults = RefDefaults {
                kind: None,
                namespace: Some("default"),
            };
            let entity_ref = EntityRef::parse(name, defaults)
                .map_err(|error| ActionError::Input(error.to_string()))?;
            let model = self.catalog.whole();
            let entity = model.get(&entity_ref).map(|entry| model.entity(entry));
            let known_as = |annotation: &str| {
                let value = &entity.as_ref()?["metadata"]["annotations"][annotation];
                Some(super::last_part(value.as_str()?).to_owned())
            };
            let (kind, path) = if entity_ref.kind.eq_ignore_ascii_case("user") {
                let login = known_as("github.com/user-login");
                let login = login.unwrap_or_else(|| entity_ref.name.clone());
                ("User", format!("users/{}", segment(&login)))
            } else {
                let slug = known_as("github.com/team-slug");
                let slug = slug.unwrap_or_else(|| entity_ref.name.clone());
                let org = segment(&target.owner);
                ("Team", format!("orgs/{org}/teams/{}", segment(&slug)))
            };
            let purpose = format!("say who {name} is");
            match target.api.find(&path, &purpose).await? {
                Some(found) => reviewers.push(json!({ "type": kind, "id": found["id"] })),
                None => target.log.warn(&format!(
                    "Skipping the reviewer {name}: GitHub knows nobody of that name"
                )),
            }
        }
        Ok(reviewers)
    }
}
