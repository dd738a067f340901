//! Where the changes of a pull request are put: a branch of the repository, or of a fork of it.

use super::super::effect;
use super::Target;
use crate::git::BranchName;
use crate::github::{below, segments};
use crate::scaffolder::actions::{ActionError, Call};
use serde_json::{Value, json};
use std::time::Duration;

/// A fork is made while one waits.
const PAUSES: [Duration; 4] = [
    Duration::from_millis(500),
    Duration::from_secs(2),
    Duration::from_secs(5),
    Duration::from_secs(10),
];

/// See the head of this file.
pub(super) struct Head {
    owner: String,
    /// `repos/owner/name`
    repository: String,
    branch: String,
}

impl Head {
    /// The branch, in a fork when that is wanted.
    pub(super) async fn of(
        call: &Call<'_>,
        target: &Target<'_>,
        in_fork: bool,
        branch: &BranchName,
    ) -> Result<Self, ActionError> {
        let mut head = Self {
            owner: target.owner.clone(),
            repository: target.path(""),
            branch: branch.as_str().to_owned(),
        };
        if in_fork {
            let fork = call.once("fork", fork(target)).await?;
            let text = |key: &str| fork[key].as_str().unwrap_or_default().to_owned();
            head.owner = text("owner");
            head.repository = below(&head.owner, &text("name"), "");
        }
        Ok(head)
    }

    pub(super) fn path(&self, rest: &str) -> String {
        format!("{}/{rest}", self.repository)
    }

    /// As pull requests name it.
    pub(super) fn label(&self) -> String {
        format!("{}:{}", self.owner, self.branch)
    }

    fn ref_path(&self, kind: &str) -> String {
        self.path(&format!("git/{kind}/heads/{}", segments(&self.branch)))
    }

    /// Puts the branch to the commit. One that is there is somebody else's, unless the template says that
    /// it is to be updated.
    pub(super) async fn put(
        &self,
        call: &Call<'_>,
        target: &Target<'_>,
        commit: &str,
        may_update: bool,
    ) -> Result<(), ActionError> {
        let purpose = format!("make the branch {}", self.label());
        let reading = format!("say whether there is the branch {}", self.label());
        let there = || async {
            let found = target.api.find(&self.ref_path("ref"), &reading).await?;
            let found = found.and_then(|it| it["object"]["sha"].as_str().map(ToOwned::to_owned));
            Ok::<_, ActionError>(found)
        };
        let body = json!({ "ref": format!("refs/heads/{}", self.branch), "sha": commit });
        let path = self.path("git/refs");
        let make = || async {
            let answer = target.api.post(&path, &body, &purpose).await;
            answer.map(|_| json!(commit))
        };
        let find = |_| async { Ok(there().await?.filter(|it| it == commit).map(Value::from)) };
        match there().await? {
            None => {
                effect::once(call, target, "branch", make, find).await?;
            }
            Some(at) if at == commit => {}
            Some(_) if may_update => {
                let purpose = format!("put the branch {} to another commit", self.label());
                let body = json!({ "sha": commit, "force": true });
                let path = self.ref_path("refs");
                target.api.patch(&path, &body, &purpose).await?;
            }
            Some(at) => {
                return Err(ActionError::Conflict(format!(
                    "There is a branch {} already, at {at}; it is left alone. Choose another 'branchName', or \
                     say 'update: true' to replace what is on it",
                    self.label()
                )));
            }
        }
        Ok(())
    }
}

/// The fork of whoever has the token; the same again when there is one.
async fn fork(target: &Target<'_>) -> Result<Value, ActionError> {
    let purpose = format!("fork {}", target.name());
    let path = target.path("forks");
    let made = target.api.post_again(&path, &json!({}), &purpose).await?;
    let fork = json!({ "owner": made["owner"]["login"], "name": made["name"] });
    let text = |key: &str| fork[key].as_str().unwrap_or_default();
    let path = below(text("owner"), text("name"), "commits?per_page=1");
    let purpose = format!("say whether the fork of {} is there", target.name());
    for pause in PAUSES {
        // Empty until it is made, which GitHub calls a conflict.
        if target.api.get(&path, &purpose).await.is_ok() {
            return Ok(fork);
        }
        tokio::time::sleep(pause).await;
    }
    target.api.get(&path, &purpose).await?;
    Ok(fork)
}
