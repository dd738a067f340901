//! `github:branch-protection:create`, and the protection of the branch of a new repository.

use super::create::without_nothing;
use super::settings::yes;
use super::{Hub, Target};
use crate::config::ProtectionRules;
use crate::github::{GithubError, Reason, segment};
use crate::scaffolder::actions::{Action, ActionError, Call};
use futures::future::BoxFuture;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::time::Duration;

/// A branch is known everywhere at GitHub a moment after it was pushed.
const PAUSES: [Duration; 3] = [
    Duration::from_millis(500),
    Duration::from_secs(1),
    Duration::from_secs(3),
];

/// What templates say about protection, whatever else the action takes.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_excessive_bools, reason = "each is an input of its own")]
pub(super) struct ProtectionInput {
    bypass_pull_request_allowances: Option<People>,
    restrictions: Option<People>,
    required_approving_review_count: Option<f64>,
    #[serde(default)]
    require_code_owner_reviews: bool,
    #[serde(default)]
    dismiss_stale_reviews: bool,
    #[serde(default)]
    required_status_check_contexts: Vec<String>,
    #[serde(default = "yes")]
    require_branches_to_be_up_to_date: bool,
    #[serde(default)]
    required_conversation_resolution: bool,
    #[serde(default)]
    require_last_push_approval: bool,
    /// Two actions call it differently.
    #[serde(default = "yes", alias = "protectEnforceAdmins")]
    enforce_admins: bool,
    #[serde(default)]
    required_commit_signing: bool,
    #[serde(default)]
    required_linear_history: bool,
    #[serde(default)]
    block_creations: bool,
}

/// Some of an organisation.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
struct People {
    #[serde(default)]
    users: Vec<String>,
    #[serde(default)]
    teams: Vec<String>,
    #[serde(default)]
    apps: Vec<String>,
}

/// Protection as GitHub is asked for it.
struct Protection {
    body: Value,
    signed: bool,
}

impl ProtectionInput {
    /// The same, at least as strict as the organisation asks. Who may pass reviews by would make them
    /// weaker.
    fn at_least(&self, asked: &ProtectionRules, target: &Target<'_>) -> Self {
        let mut input = self.clone();
        let said = input.required_approving_review_count.unwrap_or(1.0);
        #[expect(clippy::cast_precision_loss, reason = "at most six")]
        let approvals = asked.approvals as f64;
        if said < approvals {
            if input.required_approving_review_count.is_some() {
                target.log.warn(&format!(
                    "The template says requiredApprovingReviewCount: {said}; the rules for {} ask for \
                     {approvals}, so it is {approvals}",
                    target.owner
                ));
            }
            input.required_approving_review_count = Some(approvals);
        }
        if input.bypass_pull_request_allowances.take().is_some() {
            target.log.warn(&format!(
                "The template says bypassPullRequestAllowances; the rules for {} let nobody pass reviews by",
                target.owner
            ));
        }
        input.require_code_owner_reviews |= asked.code_owner_reviews;
        input.dismiss_stale_reviews |= asked.dismiss_stale_reviews;
        input.require_last_push_approval |= asked.last_push_approval;
        input.required_conversation_resolution |= asked.conversation_resolution;
        input.enforce_admins |= asked.enforce_admins;
        input.required_commit_signing |= asked.signed_commits;
        input.required_linear_history |= asked.linear_history;
        for check in &asked.status_checks {
            if !input.required_status_check_contexts.contains(check) {
                input.required_status_check_contexts.push(check.clone());
            }
        }
        input
    }

    fn protection(&self) -> Protection {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "GitHub takes whole numbers"
        )]
        let approvals = self.required_approving_review_count.unwrap_or(1.0) as i64;
        let reviews = without_nothing(json!({
            "required_approving_review_count": approvals,
            "require_code_owner_reviews": self.require_code_owner_reviews,
            "bypass_pull_request_allowances": self.bypass_pull_request_allowances,
            "dismiss_stale_reviews": self.dismiss_stale_reviews,
            "require_last_push_approval": self.require_last_push_approval,
        }));
        Protection {
            body: json!({
                "required_status_checks": {
                    "strict": self.require_branches_to_be_up_to_date,
                    "contexts": self.required_status_check_contexts,
                },
                "enforce_admins": self.enforce_admins,
                "required_pull_request_reviews": reviews,
                "restrictions": self.restrictions,
                "required_linear_history": self.required_linear_history,
                "required_conversation_resolution": self.required_conversation_resolution,
                "block_creations": self.block_creations,
            }),
            signed: self.required_commit_signing,
        }
    }
}

impl Target<'_> {
    /// Protects a branch as the template says, and not less than the organisation asks.
    pub(super) async fn protect(
        &self,
        branch: &str,
        input: &ProtectionInput,
    ) -> Result<(), GithubError> {
        let protection = match self.asked_protection() {
            Some(asked) => input.at_least(asked, self).protection(),
            None => input.protection(),
        };
        for pause in PAUSES {
            match self.protect_now(branch, &protection).await {
                Err(error) if error.is_missing() => tokio::time::sleep(pause).await,
                other => return other,
            }
        }
        self.protect_now(branch, &protection).await
    }

    async fn protect_now(&self, branch: &str, protection: &Protection) -> Result<(), GithubError> {
        let path = self.path(&format!("branches/{}/protection", segment(branch)));
        let purpose = format!("protect the branch {branch} of {}", self.name());
        self.api.put(&path, &protection.body, &purpose).await?;
        if protection.signed {
            let path = format!("{path}/required_signatures");
            let purpose = format!(
                "ask for signed commits on the branch {branch} of {}",
                self.name()
            );
            self.api.post_again(&path, &Value::Null, &purpose).await?;
        }
        self.log.info(&format!(
            "The branch {branch} of {} is protected",
            self.name()
        ));
        Ok(())
    }

    /// Protects the branch of a new repository, if the template or the organisation wants it so. What the
    /// template alone wants is told when it cannot be.
    pub(super) async fn protect_default(
        &self,
        branch: &str,
        is_wanted: Option<bool>,
        input: &ProtectionInput,
    ) -> Result<(), ActionError> {
        if is_wanted == Some(false) {
            if self.asked_protection().is_none() {
                return Ok(());
            }
            self.log.warn(&format!(
                "The template says protectDefaultBranch: false; the rules for {} ask for protection, so it is \
                 protected",
                self.owner
            ));
        }
        // Without a word of the template the organisation's rules are its wishes.
        let usual = self.usual_protection().filter(|_| is_wanted.is_none());
        let input = match usual {
            Some(usual) => &input.at_least(usual, self),
            None => input,
        };
        match self.protect(branch, input).await {
            Ok(()) => Ok(()),
            Err(error) if self.asked_protection().is_some() => Err(error.into()),
            Err(error) if error.reason == Reason::Plan => {
                self.log
                    .warn(&format!("The branch is not protected. {error}"));
                Ok(())
            }
            Err(error) if error.is_unknown() => Err(error.into()),
            Err(error) => {
                self.log
                    .warn(&format!("Skipping the protection of the branch. {error}"));
                Ok(())
            }
        }
    }
}

/// `github:branch-protection:create`.
pub(in super::super) struct ProtectBranch(pub(in super::super) Hub);

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Input {
    repo_url: String,
    branch: Option<String>,
    token: Option<String>,
}

impl Action for ProtectBranch {
    fn run<'a>(&'a self, call: &'a mut Call<'_>) -> BoxFuture<'a, Result<(), ActionError>> {
        Box::pin(async move {
            let input: Input = call.read()?;
            let protection: ProtectionInput = call.read()?;
            let token = input.token.as_deref();
            let target = self.0.target(&input.repo_url, token, call.log).await?;
            let branch = match input.branch {
                Some(branch) => branch,
                None => target.ask_default_branch().await?,
            };
            Ok(target.protect(&branch, &protection).await?)
        })
    }
}

impl Target<'_> {
    /// The default branch of a repository that is there.
    pub(super) async fn ask_default_branch(&self) -> Result<String, GithubError> {
        let purpose = format!("say which branch of {} is the default one", self.name());
        let found = self.api.get(&self.path(""), &purpose).await?;
        Ok(found["default_branch"]
            .as_str()
            .unwrap_or("main")
            .to_owned())
    }
}
