//! What a new repository is set to: who has access, its topics, variables, secrets and the like. All of it
//! may be said again without harm.

use super::create::without_nothing;
use super::{Hub, Target, last_part};
use crate::github::{GithubError, segment};
use crate::scaffolder::actions::{ActionError, Call};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// The words for access, the weakest first.
const ACCESS: [&str; 5] = ["pull", "triage", "push", "maintain", "admin"];

/// The input of what makes a repository.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_excessive_bools, reason = "each is an input of its own")]
pub(super) struct RepositoryInput {
    pub(super) repo_url: String,
    pub(super) token: Option<String>,
    pub(super) description: Option<String>,
    pub(super) homepage: Option<String>,
    access: Option<String>,
    pub(super) repo_visibility: Option<String>,
    #[serde(default)]
    pub(super) delete_branch_on_merge: bool,
    #[serde(default = "yes")]
    pub(super) allow_merge_commit: bool,
    #[serde(default = "yes")]
    pub(super) allow_squash_merge: bool,
    #[serde(default = "squash_title")]
    pub(super) squash_merge_commit_title: String,
    #[serde(default = "squash_message")]
    pub(super) squash_merge_commit_message: String,
    #[serde(default = "yes")]
    pub(super) allow_rebase_merge: bool,
    #[serde(default)]
    pub(super) allow_auto_merge: bool,
    #[serde(default)]
    allow_update_branch: bool,
    #[serde(default)]
    collaborators: Vec<Collaborator>,
    pub(super) has_projects: Option<bool>,
    pub(super) has_wiki: Option<bool>,
    #[serde(default = "yes")]
    pub(super) has_issues: bool,
    topics: Option<Vec<String>>,
    #[serde(default)]
    repo_variables: BTreeMap<String, String>,
    #[serde(default)]
    secrets: BTreeMap<String, String>,
    oidc_customization: Option<Oidc>,
    pub(super) custom_properties: Option<Map<String, Value>>,
    #[serde(default)]
    subscribe: bool,
    #[serde(default)]
    pub(super) auto_init: bool,
    workflow_access: Option<String>,
}

/// Somebody with access: one of the two is named.
#[derive(Debug, Deserialize)]
struct Collaborator {
    access: String,
    user: Option<String>,
    team: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Oidc {
    #[serde(default = "yes")]
    use_default: bool,
    include_claim_keys: Option<Vec<String>>,
}

pub(super) fn yes() -> bool {
    true
}

fn squash_title() -> String {
    "COMMIT_OR_PR_TITLE".to_owned()
}

fn squash_message() -> String {
    "COMMIT_MESSAGES".to_owned()
}

impl Hub {
    /// Sets a repository that was made to what template and organisation ask.
    pub(super) async fn set_up(
        &self,
        call: &Call<'_>,
        target: &Target<'_>,
        input: &RepositoryInput,
    ) -> Result<(), ActionError> {
        let work = async {
            target.grant_all(input).await?;
            target.label(input).await?;
            target.configure(input).await?;
            target
                .set_variables("actions", &input.repo_variables)
                .await?;
            target.set_secrets("actions", &input.secrets).await?;
            Ok(Value::Bool(true))
        };
        call.once("settings", work).await.map(|_| ())
    }
}

impl Target<'_> {
    /// Gives access to whom the template names, as far as there is such a person, and to the teams of the
    /// organisation without fail.
    async fn grant_all(&self, input: &RepositoryInput) -> Result<(), ActionError> {
        if let Some(access) = &input.access {
            match access.split_once('/') {
                Some((owner, team)) if owner == self.owner => {
                    self.grant_team(team, "admin").await?;
                }
                _ if *access == self.owner => {}
                _ => self.grant_user(last_part(access), "admin").await?,
            }
        }
        for it in &input.collaborators {
            let (name, granted) = match (&it.team, &it.user) {
                (Some(team), _) => (team, self.grant_team(last_part(team), &it.access).await),
                (None, Some(user)) => (user, self.grant_user(last_part(user), &it.access).await),
                (None, None) => continue,
            };
            if let Err(error) = granted {
                self.log.warn(&format!(
                    "Skipping {} access for {name}: {error}",
                    it.access
                ));
            }
        }
        let teams = self.rules.map_or(&[][..], |rules| &rules.teams);
        for asked in teams {
            let said = input.collaborators.iter().filter(|it| {
                let team = it.team.as_deref().map(last_part);
                team == Some(asked.team.as_str())
            });
            let said = said.map(|it| it.access.as_str());
            let access = strongest(said.chain([asked.access.as_str()]));
            self.grant_team(&asked.team, access).await?;
        }
        Ok(())
    }

    async fn grant_team(&self, team: &str, access: &str) -> Result<(), GithubError> {
        let (org, slug) = (segment(&self.owner), segment(team));
        let path = format!("orgs/{org}/teams/{slug}/{}", self.path(""));
        let purpose = format!("give the team {team} {access} access to {}", self.name());
        let body = json!({ "permission": access });
        self.api.put(&path, &body, &purpose).await.map(|_| ())
    }

    async fn grant_user(&self, user: &str, access: &str) -> Result<(), GithubError> {
        let path = self.path(&format!("collaborators/{}", segment(user)));
        let purpose = format!("give {user} {access} access to {}", self.name());
        let body = json!({ "permission": access });
        self.api.put(&path, &body, &purpose).await.map(|_| ())
    }

    /// Sets its topics: what the template alone asks for is no reason to fail.
    async fn label(&self, input: &RepositoryInput) -> Result<(), ActionError> {
        let topics = self.topics(input.topics.as_deref());
        if topics.is_empty() {
            return Ok(());
        }
        let purpose = format!("set the topics of {}", self.name());
        let body = json!({ "names": topics });
        let set = self.api.put(&self.path("topics"), &body, &purpose).await;
        match set {
            Err(error) if self.rules.is_none_or(|rules| rules.topics.is_empty()) => {
                let line = format!("Skipping the topics {}: {error}", topics.join(" "));
                self.log.warn(&line);
                Ok(())
            }
            other => Ok(other.map(|_| ())?),
        }
    }

    /// What cannot be said when it is made.
    async fn configure(&self, input: &RepositoryInput) -> Result<(), ActionError> {
        if input.allow_update_branch {
            let purpose = format!("allow that branches of {} are updated", self.name());
            let body = json!({ "allow_update_branch": true });
            self.api.patch(&self.path(""), &body, &purpose).await?;
        }
        if let Some(oidc) = &input.oidc_customization {
            let purpose = format!("set what workflows of {} say who they are", self.name());
            let path = self.path("actions/oidc/customization/sub");
            let body = without_nothing(json!({
                "use_default": oidc.use_default,
                "include_claim_keys": oidc.include_claim_keys,
            }));
            self.api.put(&path, &body, &purpose).await?;
        }
        if let Some(access) = &input.workflow_access {
            let purpose = format!("set who may use workflows of {}", self.name());
            let path = self.path("actions/permissions/access");
            let body = json!({ "access_level": access });
            self.api.put(&path, &body, &purpose).await?;
        }
        if input.subscribe {
            let purpose = format!("subscribe to {}", self.name());
            let body = json!({ "subscribed": true, "ignored": false });
            self.api
                .put(&self.path("subscription"), &body, &purpose)
                .await?;
        }
        Ok(())
    }
}

/// The strongest of several kinds of access; one of the organisation's own making counts as the strongest.
fn strongest<'a>(all: impl Iterator<Item = &'a str>) -> &'a str {
    let rank = |access: &&str| ACCESS.iter().position(|it| it == access);
    all.max_by_key(|access| rank(access).unwrap_or(ACCESS.len()))
        .unwrap_or(ACCESS[0])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_does_not_take_access_from_a_team() {
        assert_eq!(strongest(["pull", "maintain"].into_iter()), "maintain");
        assert_eq!(strongest(["admin", "push"].into_iter()), "admin");
        assert_eq!(
            strongest(["release-manager", "push"].into_iter()),
            "release-manager"
        );
    }

    #[test]
    fn what_is_not_said_is_what_the_schema_names() {
        let input: RepositoryInput = serde_json::from_value(json!({
            "repoUrl": "github.com?owner=a&repo=b",
            "collaborators": [{ "access": "push", "team": "t" }, { "access": "pull", "user": "u" }],
            "oidcCustomization": {},
        }))
        .unwrap();
        assert!(input.allow_merge_commit && input.has_issues && !input.auto_init);
        assert_eq!(input.squash_merge_commit_title, "COMMIT_OR_PR_TITLE");
        assert!(input.oidc_customization.unwrap().use_default);
    }
}
