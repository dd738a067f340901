//! The actions that steps can name.

use crate::scaffolder::actions::Manifest;
use serde_json::Value;
use std::collections::BTreeMap;

/// What an action takes and gives, as JSON Schemas.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ActionShape {
    pub input: Option<Value>,
    pub output: Option<Value>,
}

/// All actions by their ids.
#[derive(Debug, Clone, Default)]
pub struct KnownActions(BTreeMap<String, ActionShape>);

impl KnownActions {
    /// Those that every installation has.
    pub fn built_in() -> Self {
        let manifests = Manifest::built_in().into_iter();
        let actions = manifests.map(|manifest| {
            let shape = ActionShape {
                input: manifest.input,
                output: manifest.output,
            };
            (manifest.id, shape)
        });
        actions.collect()
    }

    pub fn get(&self, id: &str) -> Option<&ActionShape> {
        self.0.get(id)
    }

    pub(super) fn ids(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}

impl FromIterator<(String, ActionShape)> for KnownActions {
    fn from_iter<I: IntoIterator<Item = (String, ActionShape)>>(actions: I) -> Self {
        Self(actions.into_iter().collect())
    }
}
