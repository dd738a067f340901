//! Whether the inputs of steps fit their actions, as far as they are known before anything is rendered.

use super::steps::Step;
use super::texts::holds_rendered;
use super::{Findings, KnownActions};
use crate::pointer::escaped;
use crate::scaffolder::schema::{self, Mistake};
use serde_json::{Value, json};

pub(super) fn look(step: &Step<'_>, known: &KnownActions, findings: &mut Findings<'_>) {
    let shape = known.get(step.action);
    let Some(schema) = shape.and_then(|shape| shape.input.as_ref()) else {
        return;
    };
    let pointer = format!("{}/input", step.pointer);
    let nothing = json!({});
    let input = match &step.value["input"] {
        Value::Null => &nothing,
        input => input,
    };
    let Err(mistakes) = schema::validate(schema, input) else {
        return;
    };
    for mistake in mistakes {
        if depends_on_rendering(&mistake) {
            continue;
        }
        let place = mistake.path.iter().map(|part| match part {
            Value::String(key) => format!("/{}", escaped(key)),
            other => format!("/{other}"),
        });
        let place: String = place.collect();
        let named = mistake
            .property
            .trim_start_matches("instance")
            .trim_start_matches('.');
        let named = if named.is_empty() { "the input" } else { named };
        let message = format!("{:?}: {named} {}", step.action, mistake.message);
        findings.error(&format!("{pointer}{place}"), message);
    }
}

/// Whether a value may yet become one that fits. What is missing or too much stays so.
fn depends_on_rendering(mistake: &Mistake) -> bool {
    let is_about_names = matches!(
        mistake.keyword.as_str(),
        "required" | "additionalProperties"
    );
    !is_about_names && holds_rendered(&mistake.instance)
}
