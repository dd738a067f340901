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

use crate::query::Catalog;
use crate::scaffolder::permitted::check_action;
use crate::scaffolder::task::User;
use futures::future::BoxFuture;
use serde_json::Value;
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
pub struct Actions {
    known: BTreeMap<String, Known>,
    /// Whose policy says who may run what; without one everybody may.
    guard: Option<Catalog>,
}

impl Actions {
    /// With one more; of two with the same id the later one counts.
    #[must_use]
    pub fn with(mut self, manifest: Manifest, action: impl Action + 'static) -> Self {
        let known = Known {
            action: Arc::new(action),
            manifest: Arc::new(manifest),
        };
        self.known.insert(known.manifest.id.clone(), known);
        self
    }

    /// The same where the policy of a catalog says who may run what.
    #[must_use]
    pub fn guarded_by(self, catalog: Catalog) -> Self {
        Self {
            guard: Some(catalog),
            ..self
        }
    }

    /// Refuses an action that whoever has started the task may not run with that input.
    ///
    /// # Errors
    /// [`ActionError::NotAllowed`].
    pub fn check(
        &self,
        user: Option<&User>,
        action: &str,
        input: &Value,
    ) -> Result<(), ActionError> {
        match &self.guard {
            Some(catalog) => check_action(catalog, user, action, input),
            None => Ok(()),
        }
    }

    pub fn get(&self, id: &str) -> Option<&Known> {
        self.known.get(id)
    }

    /// What is known of each, by id.
    pub fn manifests(&self) -> impl Iterator<Item = &Manifest> {
        self.known.values().map(|known| &*known.manifest)
    }
}
