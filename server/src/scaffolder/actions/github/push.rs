//! Pushing the files of a workspace to a branch as the first commit of a repository.

use super::commit::{About, Prepared, prepare};
use super::{Hub, Target};
use crate::git::{BranchName, Id, Person, PushError, Pushed, Remote};
use crate::outbound::Credential;
use crate::scaffolder::actions::{ActionError, Call};
use crate::scaffolder::workspace::Inside;
use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::json;
use std::time::Duration;

/// A repository is known everywhere at GitHub a moment after it was made.
const PAUSES: [Duration; 3] = [
    Duration::from_millis(500),
    Duration::from_secs(1),
    Duration::from_secs(3),
];

/// What templates say about the push, whatever else the action takes.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PushInput {
    pub(super) repo_url: String,
    pub(super) token: Option<String>,
    pub(super) default_branch: Option<String>,
    pub(super) protect_default_branch: Option<bool>,
    git_commit_message: Option<String>,
    git_author_name: Option<String>,
    git_author_email: Option<String>,
    source_path: Option<String>,
}

impl PushInput {
    /// The folder of the workspace that is pushed.
    pub(super) fn folder(&self) -> Result<Inside, ActionError> {
        Ok(Inside::parse(self.source_path.as_deref().unwrap_or("."))?)
    }
}

impl Hub {
    /// Pushes the files to the branch, and returns the name of the commit. A push that an earlier run of
    /// this step has made is known by that name.
    pub(super) async fn push(
        &self,
        call: &Call<'_>,
        target: &Target<'_>,
        clone_url: &str,
        branch: &BranchName,
        input: &PushInput,
    ) -> Result<String, ActionError> {
        let pushed = "pushed";
        if let Some(known) = call.kept(pushed).as_ref().and_then(|it| it.as_str()) {
            return Ok(known.to_owned());
        }
        let author = self.author_of(input)?;
        let message = input.git_commit_message.as_deref();
        let message = message.filter(|it| !it.trim().is_empty());
        let about = About {
            author,
            time: self.time_of_commit(call).await?,
            message: message.unwrap_or(&self.settings.message).to_owned(),
        };
        let folder = input.folder()?;
        let temporary = self.folder.clone();
        let prepared = call.blocking(move |files| prepare(files, &folder, &about, &temporary));
        let prepared = prepared.await?;
        let remote = Remote {
            url: target.remote(clone_url)?,
            credential: Some(as_password(&target.api.credential)),
        };
        target.log.info(&format!(
            "Pushing {} files as {} to {branch} of {}",
            prepared.files,
            prepared.id,
            target.name()
        ));
        self.push_prepared(call, target, &remote, branch, &prepared)
            .await?;
        call.keep(pushed, json!(prepared.id.to_string())).await?;
        Ok(prepared.id.to_string())
    }

    /// Who writes this commit.
    pub(super) fn author_of(&self, input: &PushInput) -> Result<Person, ActionError> {
        self.author(
            input.git_author_name.as_deref(),
            input.git_author_email.as_deref(),
        )
    }

    /// The same moment in each run of a step, for a commit is named by it too.
    async fn time_of_commit(&self, call: &Call<'_>) -> Result<i64, ActionError> {
        let now = self.outbound.now().div_euclid(1000);
        let time = call.once("time", async { Ok(json!(now)) }).await?;
        Ok(time.as_i64().unwrap_or(now))
    }

    /// Who writes commits.
    pub(super) fn author(
        &self,
        name: Option<&str>,
        email: Option<&str>,
    ) -> Result<Person, ActionError> {
        let said = |text: Option<&str>, usual: &str| {
            let text = text.filter(|text| !text.is_empty());
            text.unwrap_or(usual).to_owned()
        };
        let (name, email) = (
            said(name, &self.settings.author),
            said(email, &self.settings.email),
        );
        Person::new(&name, &email).map_err(|error| ActionError::Input(error.to_string()))
    }

    async fn push_prepared(
        &self,
        call: &Call<'_>,
        target: &Target<'_>,
        remote: &Remote,
        branch: &BranchName,
        prepared: &Prepared,
    ) -> Result<(), ActionError> {
        let mut silence = None;
        for pause in PAUSES {
            call.go_on()?;
            match self.push_now(target, remote, branch, prepared).await {
                Ok(()) => return Ok(()),
                Err(Failed::For(error)) => return Err(error),
                Err(Failed::Perhaps(error)) => {
                    target
                        .log
                        .warn(&format!("The push: {error}; looking whether it was done"));
                    tokio::time::sleep(pause).await;
                    silence = Some(error);
                }
            }
        }
        let silence = silence.map_or_else(String::new, |error| error.to_string());
        Err(ActionError::Failed(format!(
            "{} could not be pushed to: {silence}. The repository is there; have the task go on when GitHub \
             is well again.",
            target.name()
        )))
    }

    async fn push_now(
        &self,
        target: &Target<'_>,
        remote: &Remote,
        branch: &BranchName,
        prepared: &Prepared,
    ) -> Result<(), Failed> {
        let known = remote.advertised(&self.outbound).await;
        let known = known.map_err(|error| Failed::of(error, target))?;
        let there = known.branch(branch);
        if there == prepared.id {
            target.log.info("The commit is there");
            return Ok(());
        }
        if there != Id::NONE {
            return Err(Failed::For(ActionError::Conflict(format!(
                "The branch {branch} of {} has a history already, at {there}; it is left alone. Push to \
                 another branch, or make a pull request",
                target.name()
            ))));
        }
        let branches = (Id::NONE, prepared.id);
        let pushed = remote.push(branch, branches, &prepared.pack, &known, &self.outbound);
        let Pushed { remarks } = pushed.await.map_err(|error| Failed::of(error, target))?;
        for line in remarks.lines().filter(|line| !line.trim().is_empty()) {
            target.log.info(&format!("GitHub says: {}", line.trim()));
        }
        Ok(())
    }
}

/// Why a push has failed.
enum Failed {
    /// It will not work.
    For(ActionError),
    /// It may have worked, or will.
    Perhaps(PushError),
}

impl Failed {
    fn of(error: PushError, target: &Target<'_>) -> Self {
        let name = target.name();
        match error {
            error if error.is_unknown() => Self::Perhaps(error),
            PushError::Status(StatusCode::NOT_FOUND) => Self::Perhaps(error),
            PushError::Status(status) => Self::For(ActionError::NotAllowed(format!(
                "GitHub lets nobody push to {name} with this token or app (it answered {status}): give it write \
                 access to contents"
            ))),
            PushError::Refused(said) => {
                let advice = advice(&said);
                let text = format!("GitHub refused what was pushed to {name}: {said}.{advice}");
                Self::For(ActionError::NotAllowed(text))
            }
            error => Self::For(ActionError::Failed(format!(
                "{name} could not be pushed to: {error}"
            ))),
        }
    }
}

/// What to do about a refusal.
fn advice(said: &str) -> &'static str {
    let said = said.to_lowercase();
    let has = |words: &str| said.contains(words);
    if has("workflow") && has("permission") || has("`workflow` scope") {
        " Workflows may only be pushed with the permission for them: give the app 'workflows', or the token \
         the scope 'workflow'."
    } else if has("protected branch") || has("rule violations") || has("gh013") || has("gh006") {
        " A rule of the organisation protects the branch: let the app or token pass it by, or push to another."
    } else if has("secret") {
        " There seems to be a secret among the files: take it out of the template."
    } else if has("hook declined") {
        " A hook of the host declined it: ask its administrator why."
    } else if has("large file") || has("exceeds") {
        " A file is larger than GitHub takes."
    } else {
        ""
    }
}

/// Git itself knows tokens as passwords.
fn as_password(credential: &Credential) -> Credential {
    let token = credential.value.expose();
    let token = token.split_once(' ').map_or(token, |(_, token)| token);
    let pair = format!("x-access-token:{token}");
    Credential::authorization("Basic", &STANDARD.encode(pair))
}
