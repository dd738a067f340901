//! One step of a run.

use super::each::Item;
use super::{Lost, Run, StepState, StepStatus, Told};
use crate::scaffolder::actions::{ActionError, Call, Known, Log};
use crate::scaffolder::language::{Allowance, Context, Data, Engine, Secrets};
use crate::scaffolder::schema::{self, example_of};
use crate::scaffolder::task::Step;
use futures::FutureExt;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

const UNKNOWN: &str = "See https://backstage.io/docs/features/software-templates/builtin-actions/ on how to add a new action module.";

/// What an item is run with.
struct Given {
    item: Item,
    input: Value,
    /// Which parts of the input come from secrets.
    hidden: Secrets,
}

/// How a step has ended that has not failed.
enum Done {
    Completed,
    Skipped,
}

impl Run<'_> {
    /// Runs a step. Returns how far it has come, and why it has failed if it has.
    pub(super) async fn step(
        &self,
        step: &Step,
        states: &BTreeMap<String, StepState>,
        has_failed: bool,
    ) -> Result<(StepState, Option<ActionError>), Lost> {
        let mut state = StepState::begun(self.keeper.now());
        let told = format!("Beginning step {}", step.name);
        self.tell(Some(step), Some(StepStatus::Processing), told);
        let done = self.attempt(step, states, has_failed, &mut state).await?;
        let now = self.keeper.now();
        let (state, error) = match done {
            Ok(Done::Completed) => {
                let told = format!("Finished step {}", step.name);
                self.tell(Some(step), Some(StepStatus::Completed), told);
                (state.ended(StepStatus::Completed, now), None)
            }
            Ok(Done::Skipped) => (state.ended(StepStatus::Skipped, now), None),
            Err(error @ ActionError::Cancelled(_)) => {
                let told = format!("Step {} has been cancelled.", step.name);
                self.tell(Some(step), Some(StepStatus::Cancelled), told);
                (state.ended(StepStatus::Cancelled, now), Some(error))
            }
            Err(error) => {
                let told = format!("{}: {error}", error.name());
                self.tell(Some(step), Some(StepStatus::Failed), told);
                (state.ended(StepStatus::Failed, now), Some(error))
            }
        };
        self.keeper.keep(step, &state, &self.workspace).await?;
        Ok((state, error))
    }

    async fn attempt(
        &self,
        step: &Step,
        states: &BTreeMap<String, StepState>,
        has_failed: bool,
        state: &mut StepState,
    ) -> Result<Result<Done, ActionError>, Lost> {
        let engine = self.engines.get(has_failed);
        let context = self.context(states, true);
        // With items, each of them is asked.
        if step.each.is_none() && !is_wanted(step, engine, &context) {
            return Ok(Ok(self.skip(step)));
        }
        let Some(known) = self.actions.get(&step.action) else {
            return Ok(Err(ActionError::NotFound(format!(
                "Template action with ID '{}' is not registered. {UNKNOWN}",
                step.action
            ))));
        };
        let prepared = self.prepare(step, known, engine, &context);
        let (inputs, skipped) = match prepared {
            Ok(prepared) => prepared,
            Err(error) => return Ok(Err(error)),
        };
        if inputs.is_empty() && skipped > 0 {
            return Ok(Ok(self.skip(step)));
        }
        if self.is_dry_run {
            self.tell_inputs(step, &inputs);
            if !known.manifest.supports_dry_run {
                let told = format!("Skipping because {} does not support dry-run", step.action);
                self.tell(Some(step), Some(StepStatus::Skipped), told);
                let output = known.manifest.output.as_ref();
                state.output = output.map_or_else(|| json!({}), example_of);
                return Ok(Ok(Done::Completed));
            }
        }
        for given in &inputs {
            if let Some(shown) = given.item.shown() {
                let line = format!("info: Running step each: {shown}");
                self.tell(Some(step), None, line);
            }
            let user = self.spec.user.as_ref();
            if let Err(error) = self.actions.check(user, &step.action, &given.input) {
                return Ok(Err(error));
            }
            match self.act(step, known, given).await {
                Ok(output) => add_output(&mut state.output, output, given.item.each.is_some()),
                Err(error) => return Ok(Err(error)),
            }
            state.items += 1;
        }
        Ok(Ok(Done::Completed))
    }

    fn skip(&self, step: &Step) -> Done {
        let told = format!(
            "Skipping step {} because its if condition was false",
            step.id
        );
        self.tell(Some(step), Some(StepStatus::Skipped), told);
        Done::Skipped
    }

    /// The inputs of all items, checked before the first of them runs, and how many items are left
    /// out by the condition.
    fn prepare(
        &self,
        step: &Step,
        known: &Known,
        engine: &Engine,
        context: &Context,
    ) -> Result<(Vec<Given>, usize), ActionError> {
        let mut inputs = Vec::new();
        let mut skipped = 0;
        // Of all items together: they are rendered before the first of them runs.
        let mut allowance = engine.allowance();
        for item in Item::all(step, engine, context, self.mask)? {
            let context = item.context(context);
            if item.each.is_some() && !is_wanted(step, engine, &context) {
                skipped += 1;
                continue;
            }
            let (input, hidden) = self.input(step, engine, &context, &mut allowance)?;
            let action = match &item.each {
                None => step.action.clone(),
                Some((key, _)) => format!("{}[{key}]", step.action),
            };
            if let Some(schema) = &known.manifest.input {
                schema::validate(schema, &input).map_err(|mistakes| {
                    let mistakes: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
                    ActionError::Input(format!(
                        "Invalid input passed to action {action}, {}",
                        mistakes.join(", ")
                    ))
                })?;
            }
            inputs.push(Given {
                item,
                input,
                hidden,
            });
        }
        Ok((inputs, skipped))
    }

    /// The input of a step; what of it comes from secrets is hidden from now on.
    fn input(
        &self,
        step: &Step,
        engine: &Engine,
        context: &Context,
        allowance: &mut Allowance,
    ) -> Result<(Value, Secrets), ActionError> {
        let Some(input) = &step.input else {
            return Ok((json!({}), Secrets::default()));
        };
        let rendered = engine.render_tree_within(input, context, allowance);
        if allowance.is_exceeded() {
            return Err(ActionError::Input(format!(
                "The input of step '{}' takes too much work or room; shorten its loops and lists",
                step.id
            )));
        }
        let input = rendered.value.as_ref().map_or(json!({}), Data::to_json);
        self.mask.add_parts(&input, &rendered.secrets);
        for text in &rendered.unrendered {
            let told = format!(
                "warn: {} of the input stays as it is: {}",
                text.pointer, text.error
            );
            self.tell(Some(step), None, told);
        }
        Ok((input, rendered.secrets))
    }

    fn tell_inputs(&self, step: &Step, inputs: &[Given]) {
        for given in inputs {
            let shown = serde_json::to_string_pretty(&self.mask.apply_to(&given.input));
            let line = format!(
                "info: Running {} in dry-run mode with inputs (secrets redacted): {}",
                step.action,
                shown.unwrap_or_default()
            );
            self.tell(Some(step), None, line);
        }
    }

    /// Runs the action for one item.
    async fn act(
        &self,
        step: &Step,
        known: &Known,
        given: &Given,
    ) -> Result<Map<String, Value>, ActionError> {
        let name = match &given.item.each {
            None => step.id.clone(),
            Some((key, _)) => format!("{}[{key}]", step.id),
        };
        let line = |message: String| {
            self.keeper.tell(Told {
                message,
                step: Some(step.id.clone()),
                status: None,
            });
        };
        let mut call = Call {
            input: &given.input,
            hidden: &given.hidden,
            secrets: self.secrets,
            workspace: &self.workspace,
            task_id: self.task_id,
            step: &name,
            template: self.spec.template_info.as_ref(),
            user: self.spec.user.as_ref(),
            is_dry_run: self.is_dry_run,
            log: Log {
                mask: self.mask,
                line: &line,
            },
            checkpoints: self.keeper,
            cancelled: self.cancelled.clone(),
            output: Map::new(),
        };
        let action = Arc::clone(&known.action);
        let mut cancelled = self.cancelled.clone();
        let end = async {
            // An error says that nobody can cancel any more.
            if cancelled.wait_for(|it| *it).await.is_err() {
                std::future::pending::<()>().await;
            }
        };
        // An action that panics has failed, and what is to run after failures does.
        let done = AssertUnwindSafe(action.run(&mut call)).catch_unwind();
        tokio::select! {
            done = done => done.unwrap_or_else(|_| Err(broken(&step.action)))?,
            () = end => return Err(ActionError::Cancelled("the task was cancelled".to_owned())),
        }
        Ok(call.output)
    }
}

fn broken(action: &str) -> ActionError {
    ActionError::Failed(format!(
        "The action {action} broke down. That is a mistake of this program; what its log says of it helps \
         to mend it."
    ))
}

/// Whether the condition of a step holds.
fn is_wanted(step: &Step, engine: &Engine, context: &Context) -> bool {
    let Some(condition) = &step.condition else {
        return true;
    };
    let rendered = engine.render_tree(condition, context);
    rendered.value.is_some_and(|value| value.is_truthy())
}

/// Adds what an item has come to: of a step that runs once for each, values are collected.
fn add_output(all: &mut Value, output: Map<String, Value>, is_each: bool) {
    let Value::Object(all) = all else { return };
    for (name, value) in output {
        if !is_each {
            all.insert(name, value);
            continue;
        }
        let list = all.entry(name).or_insert_with(|| Value::Array(Vec::new()));
        if let Value::Array(list) = list {
            list.push(value);
        }
    }
}
