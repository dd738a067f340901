//! `github:deployKey:create`: a key that opens one repository, its private half kept as a secret there.

use super::effect::{self, Tried};
use super::{Hub, Target};
use crate::scaffolder::actions::{Action, ActionError, Call};
use futures::future::BoxFuture;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// See the head of this file.
pub(in super::super) struct DeployKey(pub(in super::super) Hub);

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Input {
    repo_url: String,
    public_key: String,
    private_key: String,
    deploy_key_name: String,
    private_key_secret_name: Option<String>,
    token: Option<String>,
}

impl Input {
    fn secret_name(&self) -> String {
        let name = self.private_key_secret_name.as_deref();
        let name = name.filter(|name| !name.is_empty());
        name.map_or_else(
            || {
                let name = self.deploy_key_name.replace(' ', "_").to_uppercase();
                format!("{name}_PRIVATE_KEY")
            },
            ToOwned::to_owned,
        )
    }
}

impl Action for DeployKey {
    fn run<'a>(&'a self, call: &'a mut Call<'_>) -> BoxFuture<'a, Result<(), ActionError>> {
        Box::pin(async move {
            let input: Input = call.read()?;
            let token = input.token.as_deref();
            let target = self.0.target(&input.repo_url, token, call.log).await?;
            create(call, &target, &input).await?;
            let name = input.secret_name();
            let secrets = BTreeMap::from([(name.clone(), input.private_key.clone())]);
            let work = async {
                target.set_secrets("actions", &secrets).await?;
                Ok(Value::Bool(true))
            };
            call.once("secret", work).await?;
            call.output("privateKeySecretName", name);
            Ok(())
        })
    }
}

async fn create(call: &Call<'_>, target: &Target<'_>, input: &Input) -> Result<Value, ActionError> {
    let path = target.path("keys");
    let body = json!({ "title": input.deploy_key_name, "key": input.public_key });
    let purpose = format!(
        "add the deploy key '{}' to {}",
        input.deploy_key_name,
        target.name()
    );
    let make = || async {
        let answer = target.api.post(&path, &body, &purpose).await;
        answer.map(|it| json!({ "id": it["id"] }))
    };
    // GitHub's clock is read before: keys are found by their time, too.
    let reading = format!("say whether there is {}", target.name());
    target.api.get(&target.path(""), &reading).await?;
    effect::once(call, target, "key", make, |tried| {
        found(target, input, tried)
    })
    .await
}

/// The key that one of these attempts has added: nothing is there twice at GitHub.
async fn found(
    target: &Target<'_>,
    input: &Input,
    tried: Tried,
) -> Result<Option<Value>, ActionError> {
    let purpose = format!("list the deploy keys of {}", target.name());
    let path = target.path("keys?per_page=100");
    let keys = target.api.get(&path, &purpose).await?;
    let mut keys = keys.as_array().into_iter().flatten();
    let found = keys.find(|key| {
        bare(key["key"].as_str().unwrap_or_default()) == bare(&input.public_key)
            && tried.holds(&key["created_at"])
    });
    Ok(found.map(|key| json!({ "id": key["id"] })))
}

/// A public key without the comment behind it.
fn bare(key: &str) -> Vec<&str> {
    key.split_whitespace().take(2).collect()
}
