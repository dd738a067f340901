//! `github:pages:enable`: has GitHub serve a website from a repository.

use super::Hub;
use crate::github::Reason;
use crate::scaffolder::actions::{Action, ActionError, Call};
use futures::future::BoxFuture;
use serde::Deserialize;
use serde_json::json;

/// See the head of this file.
pub(in super::super) struct EnablePages(pub(in super::super) Hub);

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Input {
    repo_url: String,
    build_type: Option<String>,
    source_branch: Option<String>,
    source_path: Option<String>,
    token: Option<String>,
}

impl Action for EnablePages {
    fn run<'a>(&'a self, call: &'a mut Call<'_>) -> BoxFuture<'a, Result<(), ActionError>> {
        Box::pin(async move {
            let input: Input = call.read()?;
            let token = input.token.as_deref();
            let target = self.0.target(&input.repo_url, token, call.log).await?;
            let body = json!({
                "build_type": input.build_type.as_deref().unwrap_or("workflow"),
                "source": {
                    "branch": input.source_branch.as_deref().unwrap_or("main"),
                    "path": input.source_path.as_deref().unwrap_or("/"),
                },
            });
            let path = target.path("pages");
            let purpose = format!("serve a website from {}", target.name());
            match target.api.post_again(&path, &body, &purpose).await {
                // There is one already: then it is to be like this.
                Err(error) if error.is_taken() || error.reason == Reason::Invalid(409) => {
                    target.api.put(&path, &body, &purpose).await?;
                }
                other => {
                    other?;
                }
            }
            call.log
                .info(&format!("GitHub Pages are enabled for {}", target.name()));
            Ok(())
        })
    }
}
