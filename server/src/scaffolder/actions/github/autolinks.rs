//! `github:autolinks:create`: makes links of references such as `TICKET-123`.

use super::settings::yes;
use super::{Hub, Target};
use crate::scaffolder::actions::{Action, ActionError, Call};
use futures::future::BoxFuture;
use serde::Deserialize;
use serde_json::{Value, json};

/// See the head of this file.
pub(in super::super) struct Autolinks(pub(in super::super) Hub);

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Input {
    repo_url: String,
    key_prefix: String,
    url_template: String,
    #[serde(default = "yes")]
    is_alphanumeric: bool,
    token: Option<String>,
}

impl Action for Autolinks {
    fn run<'a>(&'a self, call: &'a mut Call<'_>) -> BoxFuture<'a, Result<(), ActionError>> {
        Box::pin(async move {
            let input: Input = call.read()?;
            let token = input.token.as_deref();
            let target = self.0.target(&input.repo_url, token, call.log).await?;
            let body = json!({
                "key_prefix": input.key_prefix,
                "url_template": input.url_template,
                "is_alphanumeric": input.is_alphanumeric,
            });
            let path = target.path("autolinks");
            let purpose = format!("make links of {} in {}", input.key_prefix, target.name());
            match target.api.post_again(&path, &body, &purpose).await {
                Err(error) if error.is_taken() && is_there(&target, &input).await? => {}
                other => {
                    other?;
                }
            }
            call.log
                .info(&format!("References {}… are links now", input.key_prefix));
            Ok(())
        })
    }
}

/// Whether the references lead where they are to lead already.
async fn is_there(target: &Target<'_>, input: &Input) -> Result<bool, ActionError> {
    let purpose = format!("list the references of {}", target.name());
    let links = target.api.get(&target.path("autolinks"), &purpose).await?;
    let mut links = links.as_array().into_iter().flatten();
    Ok(links.any(|link: &Value| {
        link["key_prefix"] == input.key_prefix.as_str()
            && link["url_template"] == input.url_template.as_str()
    }))
}
