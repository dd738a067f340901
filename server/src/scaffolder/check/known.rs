//! The actions that steps can name.

use super::super::actions::Manifest;
use rust_embed::RustEmbed;
use serde_json::Value;
use std::collections::BTreeMap;

/// What stands beside the actions in the source.
#[derive(RustEmbed)]
#[folder = "src/scaffolder/actions/manifests"]
struct Manifests;

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
    ///
    /// # Panics
    /// When a manifest is none: then the program is wrong, and a test says so.
    pub fn built_in() -> Self {
        let manifests = Manifests::iter().filter_map(|name| Manifests::get(&name));
        let actions = manifests.map(|file| {
            let text = String::from_utf8_lossy(&file.data);
            let manifest: Manifest = serde_yaml::from_str(&text)
                .unwrap_or_else(|error| panic!("{error} in the manifest {text}"));
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
