//! What is known of an action: its description, the schemas of its input and output, and examples.

use crate::definition::fields;
use crate::{highlight, markdown};
use app::scaffolder::action::{ActionExample, ActionView};
use rust_embed::RustEmbed;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// The manifests that stand beside the actions in the source.
#[derive(RustEmbed)]
#[folder = "src/scaffolder/actions/manifests"]
struct Files;

/// See the head of this file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Manifest {
    pub id: String,
    #[serde(default)]
    pub description: String,
    /// Whether it can be tried without any effect elsewhere.
    #[serde(default)]
    pub supports_dry_run: bool,
    #[serde(default)]
    pub input: Option<Value>,
    #[serde(default)]
    pub output: Option<Value>,
    #[serde(default)]
    pub examples: Vec<Example>,
}

/// A use of an action, as YAML.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Example {
    pub description: String,
    pub example: String,
}

impl Manifest {
    /// What is known of the actions that every installation has, by id.
    pub fn built_in() -> Vec<Self> {
        let files = Files::iter().filter_map(|name| Files::get(&name));
        let manifests = files.map(|file| Self::read(&String::from_utf8_lossy(&file.data)));
        let mut manifests: Vec<Self> = manifests.collect();
        manifests.sort_by(|one, other| one.id.cmp(&other.id));
        manifests
    }

    /// Reads the manifest that stands beside an action in the source.
    ///
    /// # Panics
    /// When it is none: then the program is wrong, and a test says so.
    pub(super) fn read(text: &str) -> Self {
        serde_yaml::from_str(text).unwrap_or_else(|error| panic!("{error} in the manifest {text}"))
    }

    /// As its page shows it.
    pub fn view(&self) -> ActionView {
        let fields = |schema: &Option<Value>| schema.as_ref().map(fields).unwrap_or_default();
        let examples = self.examples.iter().map(|example| ActionExample {
            title: example.description.clone(),
            code: highlight::code("yaml", example.example.trim_end()),
        });
        ActionView {
            id: self.id.clone(),
            summary: self
                .description
                .lines()
                .next()
                .unwrap_or_default()
                .to_owned(),
            about: markdown::render(&self.description, None).into_string(),
            supports_dry_run: self.supports_dry_run,
            input: fields(&self.input),
            output: fields(&self.output),
            examples: examples.collect(),
        }
    }

    /// As clients of the API know it.
    pub fn listed(&self) -> Value {
        let mut schema = Map::new();
        for (key, of) in [("input", &self.input), ("output", &self.output)] {
            if let Some(of) = of {
                schema.insert(key.to_owned(), of.clone());
            }
        }
        json!({
            "id": self.id,
            "description": self.description,
            "examples": self.examples,
            "schema": schema,
            "supportsDryRun": self.supports_dry_run,
        })
    }
}
