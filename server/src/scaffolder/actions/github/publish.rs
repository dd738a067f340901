//! `publish:github`, and its two halves `github:repo:create` and `github:repo:push`.

use super::protection::ProtectionInput;
use super::push::PushInput;
use super::settings::RepositoryInput;
use super::{Hub, Target};
use crate::git::BranchName;
use crate::scaffolder::actions::{Action, ActionError, Call};
use futures::future::BoxFuture;
use serde_json::{Value, json};

/// `publish:github`.
pub(in super::super) struct Publish(pub(in super::super) Hub);

/// `github:repo:create`.
pub(in super::super) struct CreateRepository(pub(in super::super) Hub);

/// `github:repo:push`.
pub(in super::super) struct PushRepository(pub(in super::super) Hub);

impl Action for Publish {
    fn run<'a>(&'a self, call: &'a mut Call<'_>) -> BoxFuture<'a, Result<(), ActionError>> {
        Box::pin(async move {
            let input: RepositoryInput = call.read()?;
            let token = input.token.as_deref();
            let target = self.0.target(&input.repo_url, token, call.log).await?;
            // What would fail later fails before there is a repository.
            let (push, branch) = self.0.push_input(call, &target)?;
            let repository = self.0.create(call, &target, &input).await?;
            self.0.set_up(call, &target, &input).await?;
            self.0
                .fill(call, &target, &repository, &push, &branch)
                .await?;
            let work = async {
                target.make_default(branch.as_str()).await?;
                Ok(Value::Bool(true))
            };
            call.once("default", work).await.map(|_| ())
        })
    }
}

impl Action for CreateRepository {
    fn run<'a>(&'a self, call: &'a mut Call<'_>) -> BoxFuture<'a, Result<(), ActionError>> {
        Box::pin(async move {
            let input: RepositoryInput = call.read()?;
            let token = input.token.as_deref();
            let target = self.0.target(&input.repo_url, token, call.log).await?;
            let repository = self.0.create(call, &target, &input).await?;
            self.0.set_up(call, &target, &input).await?;
            let branch = text(&repository, "default_branch");
            call.output("remoteUrl", text(&repository, "clone_url"));
            let contents = format!("{}/blob/{branch}", text(&repository, "html_url"));
            call.output("repoContentsUrl", contents);
            Ok(())
        })
    }
}

impl Action for PushRepository {
    fn run<'a>(&'a self, call: &'a mut Call<'_>) -> BoxFuture<'a, Result<(), ActionError>> {
        Box::pin(async move {
            let input: PushInput = call.read()?;
            let token = input.token.as_deref();
            let target = self.0.target(&input.repo_url, token, call.log).await?;
            let (push, branch) = self.0.push_input(call, &target)?;
            let purpose = format!("say where {} is", target.name());
            let repository = target.api.get(&target.path(""), &purpose).await?;
            self.0
                .fill(call, &target, &repository, &push, &branch)
                .await
        })
    }
}

impl Hub {
    /// What is pushed where, checked.
    fn push_input(
        &self,
        call: &Call<'_>,
        target: &Target<'_>,
    ) -> Result<(PushInput, BranchName), ActionError> {
        let input: PushInput = call.read()?;
        self.author_of(&input)?;
        input.folder()?;
        let branch = target.default_branch(input.default_branch.as_deref());
        let branch = BranchName::parse(&branch);
        let branch = branch.map_err(|error| ActionError::Input(error.to_string()))?;
        Ok((input, branch))
    }

    /// Pushes the files into a repository that is there, and protects the branch.
    async fn fill(
        &self,
        call: &mut Call<'_>,
        target: &Target<'_>,
        repository: &Value,
        input: &PushInput,
        branch: &BranchName,
    ) -> Result<(), ActionError> {
        let remote = text(repository, "clone_url");
        let commit = self.push(call, target, &remote, branch, input).await?;
        let work = async {
            let protection: ProtectionInput = call.read()?;
            let is_wanted = input.protect_default_branch;
            target
                .protect_default(branch.as_str(), is_wanted, &protection)
                .await?;
            Ok(Value::Bool(true))
        };
        call.once("protected", work).await?;
        call.output("remoteUrl", remote);
        let contents = format!("{}/blob/{branch}", text(repository, "html_url"));
        call.output("repoContentsUrl", contents);
        call.output("commitHash", commit);
        Ok(())
    }
}

impl Target<'_> {
    /// Sees to it that the branch is the default one: of an empty repository the first that is pushed is.
    async fn make_default(&self, branch: &str) -> Result<(), ActionError> {
        if self.ask_default_branch().await? == branch {
            return Ok(());
        }
        let purpose = format!("make {branch} the default branch of {}", self.name());
        let body = json!({ "default_branch": branch });
        self.api.patch(&self.path(""), &body, &purpose).await?;
        Ok(())
    }
}

fn text(repository: &Value, key: &str) -> String {
    repository[key].as_str().unwrap_or_default().to_owned()
}
