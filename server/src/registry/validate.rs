//! Whether an entity would be taken, without taking it.

use super::Registry;
use crate::ingest::rules::Allow;
use crate::ingest::{LocationRef, Root, document_of, ingest_given};
use serde_json::Value;

const NO_FILE: &str = "The location must be a URL, written as 'url:https://…'";

impl Registry {
    /// Everything that is wrong with an entity if it stood at that location; nothing is kept.
    pub async fn validate(&self, entity: &Value, location: &str) -> Vec<String> {
        let location: LocationRef = match location.parse() {
            Ok(location) => location,
            Err(error) => return vec![format!("{error}")],
        };
        // What it refers to is read, and nobody reads the disk of the server through this.
        if location.kind == "file" {
            return vec![NO_FILE.to_owned()];
        }
        let root = Root::configured(location, Allow::Everything);
        let text = document_of(entity).into_bytes();
        let update = ingest_given(root, text, &self.context).await;
        let problems = update.problems.into_iter();
        let told = problems.map(|problem| match problem.entity_ref {
            Some(about) => format!("{about}: {}", problem.message),
            None => problem.message,
        });
        told.collect()
    }
}
