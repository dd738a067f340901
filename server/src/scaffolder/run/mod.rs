//! What happens in a run, step by step.
//!
//! The rules are those of the workflow runner that existing templates are written for: steps in their
//! order, `if` before each, `each` for every item, after a failure only what asks for `always()` or
//! `failure()`, then the output. [`Run::go`] reads top to bottom. Whom it tells, and who keeps what has
//! been done, is a [`Keeper`]: a task in the database, or the memory of a dry run.

mod each;
mod engines;
mod mask;
mod memory;
mod output;
mod state;
mod step;

pub use engines::Engines;
pub use mask::{Found, Mask};
pub use memory::Memory;
pub use state::{StepState, StepStatus};

use super::actions::{ActionError, Actions, Checkpoints};
use super::language::{Context, Data};
use super::task::{Step, TaskSpec};
use super::workspace::Workspace;
use futures::future::BoxFuture;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::sync::watch;

/// Something a run tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    pub message: String,
    /// The id of the step it is of.
    pub step: Option<String>,
    pub status: Option<StepStatus>,
}

/// The run is somebody else's now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lost;

/// Keeps what a run tells and has done.
pub trait Keeper: Checkpoints {
    /// The time, in milliseconds since 1970.
    fn now(&self) -> i64;

    /// Keeps a line of the log; it may be lost with the process.
    fn tell(&self, told: Told);

    /// Keeps how far a step has come, with the files as they are; it is not lost when this returns.
    fn keep<'a>(
        &'a self,
        step: &'a Step,
        state: &'a StepState,
        workspace: &'a Arc<Workspace>,
    ) -> BoxFuture<'a, Result<(), Lost>>;
}

/// How a run has ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    Completed { output: Value },
    Failed { name: String, message: String },
    Cancelled { step: Option<String> },
}

/// See the head of this file.
pub struct Run<'a> {
    pub spec: &'a TaskSpec,
    pub task_id: &'a str,
    pub secrets: &'a BTreeMap<String, String>,
    pub environment: &'a Environment,
    pub workspace: Arc<Workspace>,
    pub actions: &'a Actions,
    pub engines: &'a Engines,
    pub mask: &'a Mask,
    pub keeper: &'a dyn Keeper,
    pub is_dry_run: bool,
    /// Turns true when somebody asks for its end.
    pub cancelled: watch::Receiver<bool>,
}

/// What every run is given: `scaffolder.defaultEnvironment`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Environment {
    pub parameters: Data,
    pub secrets: BTreeMap<String, String>,
}

impl Environment {
    /// As it is configured.
    pub fn of(settings: &crate::config::Scaffolder) -> Self {
        let parameters = settings.parameters.iter();
        let secrets = settings.secrets.iter();
        Self {
            parameters: parameters
                .map(|(name, value)| (name.clone(), Data::from(value)))
                .collect(),
            secrets: secrets
                .map(|(name, secret)| (name.clone(), secret.expose().to_owned()))
                .collect(),
        }
    }
}

/// The failure that a run ends with.
struct Failure {
    error: ActionError,
}

impl Run<'_> {
    /// Runs all steps that `states` does not say have been run, and comes to the output.
    ///
    /// # Errors
    /// [`Lost`] when somebody else has the task now.
    pub async fn go(self, mut states: BTreeMap<String, StepState>) -> Result<Outcome, Lost> {
        self.mask.add(self.secrets.values().map(String::as_str));
        self.mask
            .give(self.environment.secrets.values().map(String::as_str));
        let steps = &self.spec.steps;
        if states.is_empty() {
            self.tell(
                None,
                None,
                format!("Starting up task with {} steps", steps.len()),
            );
        }
        let mut failure: Option<Failure> = None;
        for step in steps {
            let known = states.remove(&step.id);
            if let Some(known) = known.filter(|known| known.status.is_done()) {
                states.insert(step.id.clone(), known);
                continue;
            }
            if *self.cancelled.borrow() {
                return Ok(cancelled(Some(step)));
            }
            if failure.is_some() && !step.runs_after_failure() {
                continue;
            }
            let (state, error) = self.step(step, &states, failure.is_some()).await?;
            states.insert(step.id.clone(), state);
            match error {
                Some(ActionError::Cancelled(_)) => return Ok(cancelled(Some(step))),
                Some(error) if failure.is_none() => failure = Some(Failure { error }),
                Some(_) | None => {}
            }
        }
        if let Some(Failure { error }) = failure {
            return Ok(Outcome::Failed {
                name: error.name().to_owned(),
                message: self.mask.apply(&error.to_string()),
            });
        }
        if *self.cancelled.borrow() {
            return Ok(cancelled(None));
        }
        Ok(Outcome::Completed {
            output: self.output(&states),
        })
    }

    fn tell(&self, step: Option<&Step>, status: Option<StepStatus>, message: String) {
        self.keeper.tell(Told {
            message: self.mask.apply(&message),
            step: step.map(|step| step.id.clone()),
            status,
        });
    }

    /// What texts of the template can read; secrets only where they may go.
    fn context(&self, states: &BTreeMap<String, StepState>, with_secrets: bool) -> Context {
        let outputs: Data = states
            .iter()
            .filter(|(_, state)| state.status == StepStatus::Completed)
            .map(|(id, state)| {
                let output = [("output", Data::from(&state.output))].into_iter();
                (id.clone(), output.collect())
            })
            .collect();
        let task = Data::from(&json!({ "task": { "id": self.task_id } }));
        let mut context = Context::new()
            .with("parameters", self.spec.parameters.clone())
            .with("steps", outputs)
            .with("user", self.spec.user_data())
            .with("context", task);
        let mut environment = vec![("parameters", self.environment.parameters.clone())];
        if with_secrets {
            let texts = |secrets: &BTreeMap<String, String>| -> Data {
                let secrets = secrets.iter();
                secrets
                    .map(|(name, secret)| (name.clone(), secret.as_str().into()))
                    .collect()
            };
            context = context.with_secret("secrets", texts(self.secrets));
            environment.push(("secrets", texts(&self.environment.secrets)));
        }
        let secret = ["/secrets".to_owned()].into_iter().collect();
        let environment: Data = environment.into_iter().collect();
        context.with_secrets_in("environment", environment, secret)
    }
}

/// The end of a run that was cancelled, before or in a step.
fn cancelled(step: Option<&Step>) -> Outcome {
    Outcome::Cancelled {
        step: step.map(|step| step.id.clone()),
    }
}

impl Step {
    /// Whether it runs although an earlier one has failed.
    fn runs_after_failure(&self) -> bool {
        let condition = self.condition.as_ref().and_then(Data::as_str);
        condition.is_some_and(|text| {
            let text: String = text.chars().filter(|it| !it.is_whitespace()).collect();
            text.contains("always()") || text.contains("failure()")
        })
    }
}
