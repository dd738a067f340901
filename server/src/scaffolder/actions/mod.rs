//! What steps of a template can do.
//!
//! To add an action: 1. its manifest in `manifests`, a YAML file with its description, schemas and
//! examples; 2. a type with [`Action::run`] in the file of its family; 3. its line in [`Actions::built_in`];
//! 4. a test that runs a step with it. Files are reached through [`Call::workspace`] alone, other hosts
//! through the one outbound client. What an action does elsewhere it does inside [`Call::once`], so that
//! it is found again when the step is repeated.

mod built_in;
mod call;
mod catalog;
mod debug;
mod error;
mod fetch;
mod files;
mod github;
mod manifest;
mod request;
mod roadie;
mod template;

pub use call::{Call, Checkpoints, Level, Log};
pub use error::ActionError;
pub use fetch::Source;
pub use manifest::{Example, Manifest};
pub use request::{Inside, OwnApi, Proxies};

use futures::future::BoxFuture;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Something a step can do.
pub trait Action: Send + Sync {
    /// Does it.
    ///
    /// # Errors
    /// [`ActionError`]; then the step has failed.
    fn run<'a>(&'a self, call: &'a mut Call<'_>) -> BoxFuture<'a, Result<(), ActionError>>;
}

/// An action with what is known of it.
#[derive(Clone)]
pub struct Known {
    pub manifest: Arc<Manifest>,
    pub action: Arc<dyn Action>,
}

/// All actions by their ids.
#[derive(Clone, Default)]
pub struct Actions(BTreeMap<String, Known>);

impl Actions {
    /// With one more; of two with the same id the later one counts.
    #[must_use]
    pub fn with(mut self, manifest: Manifest, action: impl Action + 'static) -> Self {
        let known = Known {
            action: Arc::new(action),
            manifest: Arc::new(manifest),
        };
        self.0.insert(known.manifest.id.clone(), known);
        self
    }

    pub fn get(&self, id: &str) -> Option<&Known> {
        self.0.get(id)
    }

    /// What is known of each, by id.
    pub fn manifests(&self) -> impl Iterator<Item = &Manifest> {
        self.0.values().map(|known| &*known.manifest)
    }
}
