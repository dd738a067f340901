//! The steps of a template: their ids, actions and conditions.

use super::texts::is_rendered;
use super::{Findings, KnownActions};
use crate::scaffolder::language::suggestion;
use serde_json::Value;
use std::collections::BTreeMap;

/// A step, and where it stands.
#[derive(Debug)]
pub(super) struct Step<'v> {
    pub(super) id: String,
    pub(super) action: &'v str,
    pub(super) value: &'v Value,
    pub(super) pointer: String,
}

impl Step<'_> {
    pub(super) fn repeats(&self) -> bool {
        !self.value["each"].is_null()
    }
}

/// The steps in order. One without an id is called by its number, from one.
pub(super) fn steps(steps: &Value) -> Vec<Step<'_>> {
    let steps = steps.as_array().into_iter().flatten().enumerate();
    let steps = steps.map(|(index, value)| Step {
        id: match value["id"].as_str() {
            Some(id) => id.to_owned(),
            None => format!("step-{}", index + 1),
        },
        action: value["action"].as_str().unwrap_or_default(),
        value,
        pointer: format!("/spec/steps/{index}"),
    });
    steps.collect()
}

pub(super) fn look(steps: &[Step<'_>], known: &KnownActions, findings: &mut Findings<'_>) {
    if steps.is_empty() {
        findings.warning(
            "/spec/steps",
            "this template has no steps, and does nothing".to_owned(),
        );
    }
    let mut seen: BTreeMap<&str, &Step<'_>> = BTreeMap::new();
    for step in steps {
        if let Some(first) = seen.insert(&step.id, step) {
            let line = findings.document.lines.of(&first.pointer);
            let message = format!("the id {:?} has the step at line {line} already", step.id);
            findings.error(&format!("{}/id", step.pointer), message);
        }
        look_at_action(step, known, findings);
        look_at_condition(step, findings);
    }
}

fn look_at_action(step: &Step<'_>, known: &KnownActions, findings: &mut Findings<'_>) {
    let pointer = format!("{}/action", step.pointer);
    if step.action.is_empty() {
        findings.error(&pointer, format!("the step {:?} names no action", step.id));
        return;
    }
    if known.get(step.action).is_some() {
        return;
    }
    let message = match step.action {
        "fetch:cookiecutter" => {
            "\"fetch:cookiecutter\" runs Python and is not supported; use fetch:template with cookiecutterCompat: true".to_owned()
        }
        action if action.starts_with("roadiehq:utils:jsonata") => {
            format!("{action:?} is not supported: there is no JSONata here; write what it computes as ${{{{ }}}}")
        }
        action => {
            let close = suggestion(action, known.ids());
            let ends = if close.is_empty() {
                "; a step with it fails"
            } else {
                ""
            };
            format!("there is no action {action:?} here{close}{ends}")
        }
    };
    findings.error(&pointer, message);
}

fn look_at_condition(step: &Step<'_>, findings: &mut Findings<'_>) {
    if let Some(condition) = step.value["if"].as_str()
        && !is_rendered(condition)
        && !condition.trim().is_empty()
    {
        let message = format!(
            "this condition is a text, which always holds; write ${{{{ {} }}}}",
            condition.trim()
        );
        findings.warning(&format!("{}/if", step.pointer), message);
    }
}
