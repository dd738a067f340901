//! One run of an action: what it is given, and whom it can tell what.

use super::ActionError;
use crate::scaffolder::language::Secrets;
use crate::scaffolder::run::Mask;
use crate::scaffolder::task::{TemplateInfo, User};
use crate::scaffolder::workspace::{Inside, Workspace};
use futures::future::BoxFuture;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::sync::watch;

/// How much a line of the log matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    Info,
    Warn,
    Error,
}

impl Level {
    fn word(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warn => "warn",
            Self::Error => "error",
        }
    }
}

/// The log of one step.
#[derive(Clone, Copy)]
pub struct Log<'a> {
    pub(crate) mask: &'a Mask,
    pub(crate) line: &'a (dyn Fn(String) + Send + Sync),
}

impl Log<'_> {
    pub fn info(&self, message: &str) {
        self.at(Level::Info, message);
    }

    pub fn warn(&self, message: &str) {
        self.at(Level::Warn, message);
    }

    /// Tells a line. Secrets in it are masked here.
    pub fn at(&self, level: Level, message: &str) {
        let message = self.mask.apply(message);
        (self.line)(format!("{}: {message}", level.word()));
    }
}

/// What an action has done elsewhere before, when its step is repeated.
pub trait Checkpoints: Send + Sync {
    /// What was kept under a name.
    fn get(&self, name: &str) -> Option<Value>;
    /// Keeps a value; it is in the database when this returns.
    fn put<'a>(&'a self, name: &'a str, value: Value) -> BoxFuture<'a, Result<(), ActionError>>;
}

/// See the head of this file.
pub struct Call<'a> {
    /// Fits the schema of the action.
    pub input: &'a Value,
    /// Which parts of it come from secrets.
    pub hidden: &'a Secrets,
    pub secrets: &'a BTreeMap<String, String>,
    pub workspace: &'a Arc<Workspace>,
    pub task_id: &'a str,
    /// The id of the step, with the key of the item when it runs once for each.
    pub step: &'a str,
    pub template: Option<&'a TemplateInfo>,
    pub user: Option<&'a User>,
    pub is_dry_run: bool,
    pub log: Log<'a>,
    pub(crate) checkpoints: &'a dyn Checkpoints,
    /// Turns true when somebody has asked for the end of the task.
    pub cancelled: watch::Receiver<bool>,
    pub(crate) output: Map<String, Value>,
}

impl Call<'_> {
    /// Reads the input into a type of the action.
    ///
    /// # Errors
    /// [`ActionError::Input`] when the schema lets through what the type does not.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, ActionError> {
        T::deserialize(self.input).map_err(|error| ActionError::Input(error.to_string()))
    }

    /// A path of the input in the workspace.
    ///
    /// # Errors
    /// [`ActionError::Input`] when it leads out.
    pub fn path(text: &str) -> Result<Inside, ActionError> {
        Ok(Inside::parse(text)?)
    }

    /// Hands on a value under a name, for later steps.
    pub fn output(&mut self, name: &str, value: impl Into<Value>) {
        self.output.insert(name.to_owned(), value.into());
    }

    /// What an earlier run of this step has kept under a name.
    pub fn kept(&self, name: &str) -> Option<Value> {
        self.checkpoints.get(&format!("{}.{name}", self.step))
    }

    /// Keeps a value for a later run of this step; it is in the database when this returns.
    ///
    /// # Errors
    /// [`ActionError`] when the task is somebody else's.
    pub async fn keep(&self, name: &str, value: Value) -> Result<(), ActionError> {
        let name = format!("{}.{name}", self.step);
        self.checkpoints.put(&name, value).await
    }

    /// Does something with an effect elsewhere, unless an earlier run of this step has: then what that
    /// came to is given back, and nothing is done.
    ///
    /// # Errors
    /// What `work` fails with.
    pub async fn once<F: Future<Output = Result<Value, ActionError>>>(
        &self,
        name: &str,
        work: F,
    ) -> Result<Value, ActionError> {
        if let Some(known) = self.kept(name) {
            return Ok(known);
        }
        let value = work.await?;
        self.keep(name, value.clone()).await?;
        Ok(value)
    }

    /// Does something with files on a thread where it may block.
    ///
    /// # Errors
    /// What `work` fails with.
    pub async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Workspace) -> Result<T, ActionError> + Send + 'static,
    ) -> Result<T, ActionError> {
        let workspace = Arc::clone(self.workspace);
        let done = tokio::task::spawn_blocking(move || work(&workspace)).await;
        done.unwrap_or_else(|_| Err(ActionError::Failed("the action broke down".to_owned())))
    }

    /// Fails when somebody has asked for the end of the task.
    ///
    /// # Errors
    /// [`ActionError::Cancelled`].
    pub fn go_on(&self) -> Result<(), ActionError> {
        if *self.cancelled.borrow() {
            return Err(ActionError::Cancelled("the task was cancelled".to_owned()));
        }
        Ok(())
    }
}
