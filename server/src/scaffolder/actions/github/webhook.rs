//! `github:webhook`: has a repository tell an address what happens in it.

use super::create::without_nothing;
use super::effect::{self, Tried};
use super::settings::yes;
use super::{Hub, Target};
use crate::scaffolder::actions::{Action, ActionError, Call};
use futures::future::BoxFuture;
use serde::Deserialize;
use serde_json::{Value, json};

/// See the head of this file.
pub(in super::super) struct Webhook(pub(in super::super) Hub);

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Input {
    repo_url: String,
    webhook_url: String,
    webhook_secret: Option<String>,
    #[serde(default = "push")]
    events: Vec<String>,
    #[serde(default = "yes")]
    active: bool,
    #[serde(default = "form")]
    content_type: String,
    #[serde(default)]
    insecure_ssl: bool,
    token: Option<String>,
}

fn push() -> Vec<String> {
    vec!["push".to_owned()]
}

fn form() -> String {
    "form".to_owned()
}

impl Action for Webhook {
    fn run<'a>(&'a self, call: &'a mut Call<'_>) -> BoxFuture<'a, Result<(), ActionError>> {
        Box::pin(async move {
            let input: Input = call.read()?;
            if call.is_dry_run {
                call.log.info(&format!(
                    "Would have {} tell {} of {}",
                    self.0.named(&input.repo_url)?.name(),
                    input.webhook_url,
                    input.events.join(", ")
                ));
                return Ok(());
            }
            let token = input.token.as_deref();
            let target = self.0.target(&input.repo_url, token, call.log).await?;
            match create(call, &target, &input).await {
                // As existing templates count on: what GitHub refuses here is no reason to stop.
                Err(
                    error @ (ActionError::NotAllowed(_)
                    | ActionError::Input(_)
                    | ActionError::NotFound(_)),
                ) => call.log.warn(&error.to_string()),
                other => {
                    other?;
                    call.log
                        .info(&format!("The webhook to {} is there", input.webhook_url));
                }
            }
            Ok(())
        })
    }
}

async fn create(call: &Call<'_>, target: &Target<'_>, input: &Input) -> Result<Value, ActionError> {
    let body = json!({
        "name": "web",
        "config": without_nothing(json!({
            "url": input.webhook_url,
            "content_type": input.content_type,
            "secret": input.webhook_secret,
            "insecure_ssl": if input.insecure_ssl { "1" } else { "0" },
        })),
        "events": input.events,
        "active": input.active,
    });
    let path = target.path("hooks");
    let purpose = format!("add the webhook {} to {}", input.webhook_url, target.name());
    // GitHub's clock is read before, and what is there: the same twice would be told twice.
    if call.kept("webhook.tried").is_none()
        && let Some(there) = listed(target, input, None).await?
    {
        call.log.info("The repository has this webhook already");
        return Ok(there);
    }
    let make = || async {
        let answer = target.api.post(&path, &body, &purpose).await;
        answer.map(|it| json!({ "id": it["id"] }))
    };
    effect::once(call, target, "webhook", make, |tried| {
        listed(target, input, Some(tried))
    })
    .await
}

/// The webhook to this address: any, or one that these attempts have made.
async fn listed(
    target: &Target<'_>,
    input: &Input,
    tried: Option<Tried>,
) -> Result<Option<Value>, ActionError> {
    let purpose = format!("list the webhooks of {}", target.name());
    let path = target.path("hooks?per_page=100");
    let hooks = target.api.get(&path, &purpose).await?;
    let mut hooks = hooks.as_array().into_iter().flatten();
    let found = hooks.find(|hook| {
        let is_made_then = |tried: &Tried| tried.holds(&hook["created_at"]);
        hook["config"]["url"] == input.webhook_url.as_str()
            && tried.as_ref().is_none_or(is_made_then)
    });
    Ok(found.map(|hook| json!({ "id": hook["id"] })))
}
