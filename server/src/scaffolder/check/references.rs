//! What the texts of a template ask for: parameters, outputs of steps, and the rest of what is there.

use super::parameters::Declared;
use super::steps::Step;
use super::{Findings, KnownActions, Severity, texts};
use crate::scaffolder::filters::NAMES as FILTERS;
use crate::scaffolder::language::{Data, Engine, Function, Options, Read, suggestion};
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Names that every text can read.
const ROOTS: [&str; 6] = [
    "parameters",
    "steps",
    "user",
    "context",
    "secrets",
    "environment",
];

/// What is used of what is declared.
pub(super) struct Uses<'t> {
    declared: &'t Declared,
    steps: &'t [Step<'t>],
    known: &'t KnownActions,
    engine: Engine,
    pub(super) parameters: BTreeSet<String>,
    /// Whether all parameters are handed on, or some by names that are not written here.
    pub(super) hands_on_all: bool,
}

/// Where a text stands.
#[derive(Clone, Copy)]
enum Place {
    /// In a step, by its number.
    Step(usize),
    Output,
}

impl<'t> Uses<'t> {
    pub(super) fn new(
        declared: &'t Declared,
        steps: &'t [Step<'t>],
        known: &'t KnownActions,
    ) -> Self {
        let mut options = Options::default();
        for name in FILTERS {
            let nothing: Function = Arc::new(|_: &[Data]| Ok(None));
            options.filters.insert((*name).to_owned(), nothing);
        }
        Self {
            declared,
            steps,
            known,
            engine: Engine::new(options),
            parameters: BTreeSet::new(),
            hands_on_all: false,
        }
    }

    /// Goes through the steps and the output.
    pub(super) fn look(&mut self, spec: &Value, findings: &mut Findings<'_>) {
        for (index, step) in self.steps.iter().enumerate() {
            for key in ["input", "if", "each", "name"] {
                let pointer = format!("{}/{key}", step.pointer);
                texts::each(&step.value[key], &pointer, &mut |pointer, text| {
                    self.text(text, pointer, Place::Step(index), findings);
                });
            }
        }
        texts::each(&spec["output"], "/spec/output", &mut |pointer, text| {
            self.text(text, pointer, Place::Output, findings);
        });
    }

    fn text(&mut self, text: &str, pointer: &str, place: Place, findings: &mut Findings<'_>) {
        let template = match self.engine.compile(text) {
            Ok(template) => template,
            Err(error) => {
                let message = format!("this cannot be read, and stays as it is: {error}");
                findings.error(pointer, message);
                return;
            }
        };
        for mistake in template.mistakes() {
            findings.error(pointer, format!("this stays as it is: {}", mistake.message));
        }
        for read in template.reads() {
            if let Some((severity, message)) = self.read(&read, place) {
                findings.put(pointer, severity, message);
            }
        }
    }

    /// What is wrong with what is read, if anything.
    fn read(&mut self, read: &Read, place: Place) -> Option<(Severity, String)> {
        let path: Vec<&str> = read.path.iter().map(String::as_str).collect();
        let (root, rest) = path.split_first()?;
        match *root {
            "parameters" => self.parameter(rest.first().copied()),
            "steps" => self.step(rest, place),
            "secrets" => self.secret(rest.first().copied(), place),
            "each" => match place {
                Place::Step(index) if self.steps[index].repeats() => None,
                _ => {
                    let message = "\"each\" is known only in a step that has each".to_owned();
                    Some((Severity::Error, message))
                }
            },
            "user" | "context" | "environment" | "undefined" => None,
            "always" | "failure" if matches!(place, Place::Step(_)) => None,
            other => Some((Severity::Warning, self.unknown(other))),
        }
    }

    fn unknown(&self, name: &str) -> String {
        let value = match name {
            "True" => Some("true"),
            "False" => Some("false"),
            "None" => Some("null"),
            _ => None,
        };
        if let Some(value) = value {
            return format!("{name:?} is undefined here; write {value}");
        }
        if self.declared.parameters.contains_key(name) {
            return format!("{name:?} is undefined here; write parameters.{name}");
        }
        let close = suggestion(name, ROOTS.into_iter());
        format!("{name:?} is undefined here, unless it is a function of this installation{close}")
    }

    fn parameter(&mut self, name: Option<&str>) -> Option<(Severity, String)> {
        let Some(name) = name else {
            self.hands_on_all = true;
            return None;
        };
        self.parameters.insert(name.to_owned());
        let declared = &self.declared.parameters;
        if declared.contains_key(name) || self.declared.is_open || name == "length" {
            return None;
        }
        let close = suggestion(name, declared.keys().map(String::as_str));
        let message = format!("nothing asks for a parameter {name:?}{close}");
        Some((Severity::Error, message))
    }

    fn secret(&self, name: Option<&str>, place: Place) -> Option<(Severity, String)> {
        if matches!(place, Place::Output) {
            let message = "secrets cannot be put out; the output is shown to everybody".to_owned();
            return Some((Severity::Error, message));
        }
        let name = name?;
        if self.declared.secrets.contains(name) {
            return None;
        }
        let known = self.declared.secrets.iter().map(String::as_str);
        let close = suggestion(name, known);
        let message = format!("nothing here asks for a secret {name:?}{close}");
        Some((Severity::Warning, message))
    }

    fn step(&self, path: &[&str], place: Place) -> Option<(Severity, String)> {
        let (id, path) = path.split_first()?;
        let error = |message: String| Some((Severity::Error, message));
        let Some(index) = self.steps.iter().position(|step| step.id == *id) else {
            let close = suggestion(id, self.steps.iter().map(|step| step.id.as_str()));
            return error(format!("there is no step {id:?}{close}"));
        };
        if let Place::Step(here) = place {
            if index == here {
                return error(format!("the step {id:?} cannot use its own output"));
            }
            if index > here {
                return error(format!(
                    "the step {id:?} comes later, and has no output yet"
                ));
            }
        }
        match path {
            [] | ["output"] => None,
            ["output", name, ..] => self.output(index, name),
            [other, ..] => error(format!("a step has an output, and no {other:?}")),
        }
    }

    fn output(&self, index: usize, name: &str) -> Option<(Severity, String)> {
        let step = &self.steps[index];
        // An action that says nothing of its output may have any.
        let schema = self.known.get(step.action)?.output.as_ref()?;
        let names = schema["properties"].as_object()?;
        if names.contains_key(name) {
            return None;
        }
        let known = names.keys().map(String::as_str);
        let close = suggestion(name, known);
        let message = format!("the action {:?} has no output {name:?}{close}", step.action);
        Some((Severity::Error, message))
    }
}
