//! What a run comes to: the links, texts and values of the template's `output`.

use super::{Run, StepState};
use crate::scaffolder::language::Data;
use serde_json::Value;
use std::collections::BTreeMap;

impl Run<'_> {
    /// The output, without what its conditions leave out. Secrets cannot be read in it.
    pub(super) fn output(&self, states: &BTreeMap<String, StepState>) -> Value {
        let context = self.context(states, false);
        let engine = self.engines.get(false);
        let rendered = engine.render_tree(&self.spec.output, &context);
        let output = rendered.value.unwrap_or_default();
        let mut output = match output {
            Data::Map(_) => output.to_json(),
            _ => Value::Object(serde_json::Map::new()),
        };
        for list in ["links", "text"] {
            if let Some(items) = output.get_mut(list).and_then(Value::as_array_mut) {
                items.retain(|item| {
                    item.get("if")
                        .is_none_or(|condition| Data::from(condition).is_truthy())
                });
                for item in items {
                    if let Some(item) = item.as_object_mut() {
                        item.remove("if");
                    }
                }
            }
        }
        self.mask.apply_to(&output)
    }
}
