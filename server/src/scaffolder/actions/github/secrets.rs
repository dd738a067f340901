//! Variables and secrets of repositories and their environments.

use super::Target;
use crate::github::seal;
use crate::github::segment;
use crate::scaffolder::actions::ActionError;
use serde_json::{Value, json};
use std::collections::BTreeMap;

impl Target<'_> {
    /// Sets variables below a path of the repository, such as `actions`: those that are there are changed.
    pub(super) async fn set_variables(
        &self,
        below: &str,
        variables: &BTreeMap<String, String>,
    ) -> Result<(), ActionError> {
        for (name, value) in variables {
            let path = self.path(&format!("{below}/variables"));
            let purpose = format!("set the variable {name} of {}", self.name());
            let body = json!({ "name": name, "value": value });
            match self.api.post_again(&path, &body, &purpose).await {
                Err(error) if error.is_taken() => {
                    let path = format!("{path}/{}", segment(name));
                    self.api.patch(&path, &body, &purpose).await?;
                }
                other => {
                    other?;
                }
            }
        }
        Ok(())
    }

    /// Sets secrets below a path of the repository, each sealed for the key that GitHub gives for it.
    pub(super) async fn set_secrets(
        &self,
        below: &str,
        secrets: &BTreeMap<String, String>,
    ) -> Result<(), ActionError> {
        if secrets.is_empty() {
            return Ok(());
        }
        let path = self.path(&format!("{below}/secrets"));
        let purpose = format!("give the key for secrets of {}", self.name());
        let key = self
            .api
            .get(&format!("{path}/public-key"), &purpose)
            .await?;
        for (name, secret) in secrets {
            self.set_secret(&path, name, secret, &key).await?;
        }
        Ok(())
    }

    async fn set_secret(
        &self,
        path: &str,
        name: &str,
        secret: &str,
        key: &Value,
    ) -> Result<(), ActionError> {
        let sealed = seal::seal(secret, key["key"].as_str().unwrap_or_default());
        let body = json!({
            "encrypted_value": sealed.map_err(ActionError::Failed)?,
            "key_id": key["key_id"],
        });
        let purpose = format!("set the secret {name} of {}", self.name());
        let path = format!("{path}/{}", segment(name));
        self.api.put(&path, &body, &purpose).await?;
        Ok(())
    }
}
