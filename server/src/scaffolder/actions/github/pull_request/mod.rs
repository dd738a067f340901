//! `publish:github:pull-request`: offers files of the workspace to a repository that is there.
//!
//! Reading order: [`Input`], then the action, step by step; `changes` is what differs from the branch
//! that it is offered to, `head` where it is put.

mod changes;
mod head;

use super::create::without_nothing;
use super::effect;
use super::{Hub, Named, Target};
use crate::git::BranchName;
use crate::github::{GithubError, segment};
use crate::scaffolder::actions::{Action, ActionError, Call};
use crate::scaffolder::workspace::Inside;
use changes::Base;
use futures::future::BoxFuture;
use head::Head;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// See the head of this file.
pub(in super::super::super) struct PullRequest(pub(in super::super::super) Hub);

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Input {
    repo_url: String,
    branch_name: String,
    target_branch_name: Option<String>,
    title: String,
    description: String,
    draft: Option<bool>,
    source_path: Option<String>,
    target_path: Option<String>,
    #[serde(default)]
    files_to_delete: Vec<String>,
    token: Option<String>,
    #[serde(default)]
    reviewers: Vec<String>,
    #[serde(default)]
    assignees: Vec<String>,
    #[serde(default)]
    team_reviewers: Vec<String>,
    commit_message: Option<String>,
    #[serde(default)]
    update: bool,
    #[serde(default)]
    force_fork: bool,
    git_author_name: Option<String>,
    git_author_email: Option<String>,
    #[serde(default)]
    force_empty_git_author: bool,
    create_when_empty: Option<bool>,
}

impl Action for PullRequest {
    fn run<'a>(&'a self, call: &'a mut Call<'_>) -> BoxFuture<'a, Result<(), ActionError>> {
        Box::pin(async move {
            let input: Input = call.read()?;
            let branch = BranchName::parse(&input.branch_name);
            let branch = branch.map_err(|error| ActionError::Input(error.to_string()))?;
            self.0.check(&input)?;
            let files = changes::files(call, &input).await?;
            if call.is_dry_run {
                let place = self.0.named(&input.repo_url)?;
                pretend(call, &place, &input, files.len());
                return Ok(());
            }
            let token = input.token.as_deref();
            let target = self.0.target(&input.repo_url, token, call.log).await?;
            let Some(pull) = self.0.offer(call, &target, &input, &branch, files).await? else {
                call.log
                    .info("There is nothing to change, so there is no pull request");
                call.output("targetBranchName", input.branch_name);
                return Ok(());
            };
            target.ask_reviewers(&pull, &input).await;
            call.output("targetBranchName", pull["base"].clone());
            call.output("remoteUrl", pull["html_url"].clone());
            call.output("pullRequestNumber", pull["number"].clone());
            Ok(())
        })
    }
}

/// Says what it would do.
fn pretend(call: &mut Call<'_>, place: &Named, input: &Input, files: usize) {
    call.log.info(&format!(
        "Would offer {files} files to {} on the branch {}, and delete {}",
        place.name(),
        input.branch_name,
        input.files_to_delete.len()
    ));
    let base = input.target_branch_name.as_deref().unwrap_or("main");
    call.output("targetBranchName", base);
    call.output("remoteUrl", format!("{}/pull/1", place.page()));
    call.output("pullRequestNumber", 1);
}

impl Hub {
    /// Refuses what would be taken for something else, before anything is made of the rest.
    fn check(&self, input: &Input) -> Result<(), ActionError> {
        if let Some(base) = &input.target_branch_name {
            BranchName::parse(base).map_err(|error| ActionError::Input(error.to_string()))?;
        }
        let below = Inside::parse(input.target_path.as_deref().unwrap_or("."))?;
        for path in &input.files_to_delete {
            below.join(path)?;
        }
        self.commit_author(input).map(|_| ())
    }

    /// Puts the changes on a branch and offers it; None when there is nothing to offer.
    async fn offer(
        &self,
        call: &Call<'_>,
        target: &Target<'_>,
        input: &Input,
        branch: &BranchName,
        files: Vec<changes::File>,
    ) -> Result<Option<Value>, ActionError> {
        if let Some(known) = call.kept("pull") {
            return Ok(Some(known));
        }
        let base = match &input.target_branch_name {
            Some(name) => name.clone(),
            None => target.ask_default_branch().await?,
        };
        let head = Head::of(call, target, input.force_fork, branch).await?;
        let mut commit = call
            .kept("commit")
            .and_then(|it| it.as_str().map(str::to_owned));
        if commit.is_none() {
            let read = Base::read(target, &base).await?;
            let tree = changes::tree(target, &head, &read, files, input).await?;
            if tree == read.tree && input.create_when_empty == Some(false) {
                return Ok(None);
            }
            let made = self.commit(target, &head, &read, &tree, input).await?;
            call.keep("commit", json!(made)).await?;
            commit = Some(made);
        }
        let commit = commit.unwrap_or_default();
        head.put(call, target, &commit, input.update).await?;
        self.open(call, target, &head, &base, input).await.map(Some)
    }

    async fn commit(
        &self,
        target: &Target<'_>,
        head: &Head,
        base: &Base,
        tree: &str,
        input: &Input,
    ) -> Result<String, ActionError> {
        let message = input.commit_message.as_deref().unwrap_or(&input.title);
        let body = without_nothing(json!({
            "message": message,
            "tree": tree,
            "parents": [base.commit],
            "author": self.commit_author(input)?,
        }));
        let purpose = format!("make a commit in {}", target.name());
        let path = head.path("git/commits");
        let made = target.api.post_again(&path, &body, &purpose).await?;
        let id = made["sha"].as_str().ok_or_else(|| {
            ActionError::Failed("GitHub made a commit and does not say which".to_owned())
        })?;
        Ok(id.to_owned())
    }

    /// Who has written it, when somebody has said: else GitHub writes whoever asks, and signs it.
    fn commit_author(&self, input: &Input) -> Result<Option<Value>, ActionError> {
        let (name, email) = (&input.git_author_name, &input.git_author_email);
        let usual = crate::config::Scaffolder::default();
        let is_configured =
            self.settings.author != usual.author || self.settings.email != usual.email;
        if input.force_empty_git_author || (name.is_none() && email.is_none() && !is_configured) {
            return Ok(None);
        }
        let author = self.author(name.as_deref(), email.as_deref())?;
        Ok(Some(
            json!({ "name": author.name(), "email": author.email() }),
        ))
    }

    /// Opens a pull request, or brings the one that is there up to date when asked to.
    async fn open(
        &self,
        call: &Call<'_>,
        target: &Target<'_>,
        head: &Head,
        base: &str,
        input: &Input,
    ) -> Result<Value, ActionError> {
        let there = if input.update {
            target.opened(head, base).await?
        } else {
            None
        };
        if let Some(there) = there {
            let number = there["number"].as_u64().unwrap_or_default();
            let purpose = format!(
                "bring the pull request {number} of {} up to date",
                target.name()
            );
            let path = target.path(&format!("pulls/{number}"));
            let body = json!({ "title": input.title, "body": input.description });
            target.api.patch(&path, &body, &purpose).await?;
            call.keep("pull", there.clone()).await?;
            return Ok(there);
        }
        let body = without_nothing(json!({
            "title": input.title,
            "body": input.description,
            "head": head.label(),
            "base": base,
            "draft": input.draft,
        }));
        let path = target.path("pulls");
        let purpose = format!(
            "open the pull request '{}' in {}",
            input.title,
            target.name()
        );
        let make = || async {
            let answer = target.api.post(&path, &body, &purpose).await;
            answer.map(|it| kept(&it))
        };
        // The branch is this step's, so whatever is open for it is, too.
        let find = |_| async { Ok(target.opened(head, base).await?) };
        effect::once(call, target, "pull", make, find).await
    }
}

fn kept(pull: &Value) -> Value {
    json!({
        "number": pull["number"],
        "html_url": pull["html_url"],
        "base": pull["base"]["ref"],
    })
}

impl Target<'_> {
    /// The open pull request from one branch to the other.
    async fn opened(&self, head: &Head, base: &str) -> Result<Option<Value>, GithubError> {
        let (head, base) = (segment(&head.label()), segment(base));
        let path = self.path(&format!("pulls?state=open&head={head}&base={base}"));
        let purpose = format!("list the pull requests of {}", self.name());
        let pulls = self.api.get(&path, &purpose).await?;
        Ok(pulls.get(0).map(kept))
    }

    /// Asks people and teams to look at it. It is there, whether they can or not.
    async fn ask_reviewers(&self, pull: &Value, input: &Input) {
        let number = pull["number"].as_u64().unwrap_or_default();
        let teams: BTreeSet<_> = input.team_reviewers.iter().collect();
        if !input.reviewers.is_empty() || !teams.is_empty() {
            let path = self.path(&format!("pulls/{number}/requested_reviewers"));
            let body = json!({ "reviewers": input.reviewers, "team_reviewers": teams });
            let purpose = format!("ask for reviews of the pull request {number}");
            if let Err(error) = self.api.post_again(&path, &body, &purpose).await {
                self.log.warn(&error.to_string());
            }
        }
        if !input.assignees.is_empty() {
            let path = self.path(&format!("issues/{number}/assignees"));
            let body = json!({ "assignees": input.assignees });
            let purpose = format!("assign the pull request {number}");
            if let Err(error) = self.api.post_again(&path, &body, &purpose).await {
                self.log.warn(&error.to_string());
            }
        }
    }
}
