//! Runs of templates, and the schemas of actions.

use crate::report::{Outcome, Verdict, outcomes, text};
use futures::future::BoxFuture;
use serde_json::{Map, Value, json};
use server::scaffolder::actions::{Action, ActionError, Actions, Call, Manifest};
use server::scaffolder::filters::filters;
use server::scaffolder::language::Options;
use server::scaffolder::run::{
    Engines, Environment, Mask, Memory, Outcome as Ended, Run, StepStatus, Told,
};
use server::scaffolder::task::TaskSpec;
use server::scaffolder::workspace::{Limits, Workspace};
use server::scm::Scm;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::watch;

/// The id that tasks had when they were recorded.
const TASK: &str = "test-workspace";

pub(crate) fn cases(file: &str, cases: &[Value]) -> Option<Vec<Outcome>> {
    match file {
        "scaffolder/workflow-runner.json" => Some(outcomes(cases, recorded_run)),
        "scaffolder/action-schemas.json" => {
            let known = Manifest::built_in();
            Some(outcomes(cases, |case| schemas(case, &known)))
        }
        _ => None,
    }
}

/// What is recorded of calls, and what has come of them.
#[derive(Default)]
struct Calls {
    answers: VecDeque<Value>,
    made: Vec<Value>,
}

/// Stands for an action: answers what was recorded, and notes what it is given.
#[derive(Clone)]
struct Recorder {
    action: String,
    calls: Arc<Mutex<Calls>>,
}

impl Action for Recorder {
    fn run<'a>(&'a self, call: &'a mut Call<'_>) -> BoxFuture<'a, Result<(), ActionError>> {
        let mut calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        calls.made.push(json!({
            "action": self.action,
            "input": call.input,
            "secrets": call.secrets,
        }));
        let answer = calls.answers.pop_front().unwrap_or_default();
        for (name, value) in answer.as_object().into_iter().flatten() {
            call.output(name, value.clone());
        }
        Box::pin(std::future::ready(Ok(())))
    }
}

/// What stand-ins took when runs were recorded.
fn stand_in(id: &str) -> Manifest {
    let strict = json!({
        "type": "object",
        "required": ["foo"],
        "properties": { "foo": { "type": "number" } },
    });
    Manifest {
        id: id.to_owned(),
        description: String::new(),
        supports_dry_run: true,
        input: id.contains("validated").then_some(strict),
        output: None,
        examples: Vec::new(),
    }
}

fn recorded_run(case: &Value) -> Verdict {
    let spec: TaskSpec = match serde_json::from_value(case["spec"].clone()) {
        Ok(spec) => spec,
        Err(error) => return failed("a task", error.to_string()),
    };
    let recorded = case["actionCalls"].as_array().cloned().unwrap_or_default();
    let calls = Arc::new(Mutex::new(Calls {
        answers: recorded
            .iter()
            .map(|call| call["outputs"].clone())
            .collect(),
        made: Vec::new(),
    }));
    let secrets: BTreeMap<String, String> = match &case["secrets"] {
        secrets if secrets["__type"] == "undefined" => BTreeMap::new(),
        secrets => match serde_json::from_value(secrets.clone()) {
            Ok(secrets) => secrets,
            Err(error) => return failed("secrets", error.to_string()),
        },
    };
    let run = run(
        &spec,
        &secrets,
        &actions(case, &calls),
        case["isDryRun"] == true,
    );
    let (ended, told) = match run {
        Ok(ran) => ran,
        Err(error) => return failed("a run", error),
    };
    let made = std::mem::take(&mut calls.lock().unwrap_or_else(PoisonError::into_inner).made);
    let mut actual = json!({ "calls": made, "log": told.iter().map(line).collect::<Value>() });
    match ended {
        Ended::Completed { output } => actual["output"] = output,
        Ended::Failed { name, message } => {
            actual["error"] = json!({ "name": name, "message": message });
        }
        Ended::Cancelled { step } => actual["cancelled"] = json!(step),
    }
    let recorded = recorded.iter().map(|call| {
        json!({ "action": call["action"], "input": call["input"], "secrets": call["secrets"] })
    });
    let mut expected = json!({ "calls": recorded.collect::<Value>(), "log": case["logs"] });
    for key in ["output", "error"] {
        if let Some(value) = case.get(key) {
            expected[key] = value.clone();
        }
    }
    Verdict::equal(&expected, &actual)
}

/// A stand-in for each action but those that were recorded as missing.
fn actions(case: &Value, calls: &Arc<Mutex<Calls>>) -> Actions {
    let error = text(&case["error"]["message"]);
    let steps = case["spec"]["steps"].as_array().into_iter().flatten();
    let ids: BTreeSet<&str> = steps.map(|step| text(&step["action"])).collect();
    let known = ids.into_iter().filter(|id| {
        let missing = format!("ID '{id}' is not registered");
        !error.contains(&missing)
    });
    known.fold(Actions::default(), |actions, id| {
        let recorder = Recorder {
            action: id.to_owned(),
            calls: Arc::clone(calls),
        };
        actions.with(stand_in(id), recorder)
    })
}

fn run(
    spec: &TaskSpec,
    secrets: &BTreeMap<String, String>,
    actions: &Actions,
    is_dry_run: bool,
) -> Result<(Ended, Vec<Told>), String> {
    let workspace = Workspace::create(&std::env::temp_dir(), Limits::default());
    let workspace = workspace.map_err(|error| error.to_string())?;
    let keeper = Memory::default();
    let (_cancel, cancelled) = watch::channel(false);
    let (mask, environment) = (Mask::default(), Environment::default());
    let engines = Engines::new(&Options {
        filters: filters(&Scm::default()),
        ..Options::default()
    });
    let run = Run {
        spec,
        task_id: TASK,
        secrets,
        environment: &environment,
        workspace: Arc::new(workspace),
        actions,
        engines: &engines,
        mask: &mask,
        keeper: &keeper,
        is_dry_run,
        cancelled,
    };
    let ended = futures::executor::block_on(run.go(BTreeMap::new()));
    let ended = ended.map_err(|_| "the run was lost".to_owned())?;
    Ok((ended, keeper.told()))
}

fn line(told: &Told) -> Value {
    let mut line = Map::new();
    line.insert("message".to_owned(), told.message.as_str().into());
    if let Some(step) = &told.step {
        line.insert("stepId".to_owned(), step.as_str().into());
    }
    if let Some(status) = told.status.map(StepStatus::word) {
        line.insert("status".to_owned(), status.into());
    }
    Value::Object(line)
}

/// Whether an action takes and gives what the recorded one does; in what words is our own.
fn schemas(case: &Value, known: &[Manifest]) -> Verdict {
    let id = text(&case["id"]);
    let Some(manifest) = known.iter().find(|it| it.id == id) else {
        return Verdict::NotApplicable(format!("there is no action {id} yet"));
    };
    let plain = |schema: Option<&Value>| schema.map(without_words).unwrap_or_default();
    let actual = json!({
        "input": plain(manifest.input.as_ref()),
        "output": plain(manifest.output.as_ref()),
        "supportsDryRun": manifest.supports_dry_run,
    });
    let expected = json!({
        "input": plain(case["schema"].get("input")),
        "output": plain(case["schema"].get("output")),
        "supportsDryRun": case["supportsDryRun"],
    });
    Verdict::equal(&expected, &actual)
}

/// A schema without its words, with what it requires in one order. Properties that are called as words
/// are stay.
fn without_words(schema: &Value) -> Value {
    match schema {
        Value::Object(entries) => {
            let entries = entries.iter().filter(|(key, value)| {
                !(matches!(key.as_str(), "description" | "title") && value.is_string())
            });
            let entries = entries.map(|(key, value)| {
                let mut plain = without_words(value);
                if let (true, Some(names)) = (key == "required", plain.as_array_mut()) {
                    names.sort_by(|one, other| text(one).cmp(text(other)));
                }
                (key.clone(), plain)
            });
            Value::Object(entries.collect())
        }
        Value::Array(items) => items.iter().map(without_words).collect(),
        other => other.clone(),
    }
}

fn failed(expected: &str, actual: String) -> Verdict {
    Verdict::Failed {
        expected: expected.to_owned(),
        actual,
    }
}
