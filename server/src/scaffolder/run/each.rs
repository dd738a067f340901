//! The items for each of which a step runs.

use super::Mask;
use crate::scaffolder::actions::ActionError;
use crate::scaffolder::language::{Context, Data, Engine, Secrets};
use crate::scaffolder::task::Step;
use serde_json::{Value, json};

/// Items of one step.
const MOST: usize = 10_000;

/// One run of a step's action.
pub(super) struct Item {
    /// What `each` is in its texts; None when the step runs once.
    pub(super) each: Option<(String, Data)>,
    /// Which parts of `each` come from secrets.
    secrets: Secrets,
}

impl Item {
    /// The context with `each`.
    pub(super) fn context(&self, context: &Context) -> Context {
        let context = context.clone();
        let Some((key, value)) = &self.each else {
            return context;
        };
        let each: Data = [("key", Data::from(key.as_str())), ("value", value.clone())]
            .into_iter()
            .collect();
        context.with_secrets_in("each", each, self.secrets.clone())
    }

    /// What is said when it begins: all texts, for logs.
    pub(super) fn shown(&self) -> Option<String> {
        let (key, value) = self.each.as_ref()?;
        let value = match value {
            Data::Text(text) => Value::from(text.as_str()),
            Data::Map(_) => "[object Object]".into(),
            other => Value::from(other.to_json().to_string().trim_matches('"')),
        };
        Some(json!({ "key": key, "value": value }).to_string())
    }
}

impl Item {
    /// The items of a step; one without anything for a step that runs once.
    pub(super) fn all(
        step: &Step,
        engine: &Engine,
        context: &Context,
        mask: &Mask,
    ) -> Result<Vec<Self>, ActionError> {
        let Some(each) = &step.each else {
            return Ok(vec![Self {
                each: None,
                secrets: Secrets::default(),
            }]);
        };
        let rendered = engine.render_tree(each, context);
        let unresolved = || {
            let shown = each.to_json();
            let shown = shown
                .as_str()
                .map_or_else(|| shown.to_string(), ToOwned::to_owned);
            ActionError::Input(format!(
                "Invalid value on action {}.each parameter, \"{shown}\" cannot be resolved to a value",
                step.action
            ))
        };
        let value = rendered.value.ok_or_else(unresolved)?;
        let secrets = rendered.secrets;
        if !secrets.is_empty() {
            mask.add_parts(&value.to_json(), &secrets);
        }
        // Where all of a map is secret, its keys are, too.
        let hides_keys = matches!(value, Data::Map(_)) && secrets.cover("");
        if let (true, Data::Map(entries)) = (hides_keys, &value) {
            mask.add(entries.keys().map(String::as_str));
        }
        let items: Vec<(String, Data)> = match value {
            Data::List(items) => (0..)
                .zip(items)
                .map(|(index, item): (usize, _)| (index.to_string(), item))
                .collect(),
            Data::Map(entries) => entries.into_iter().collect(),
            _ => return Err(unresolved()),
        };
        if items.len() > MOST {
            return Err(ActionError::Input(format!(
                "'each' of step '{}' has {} items, more than {MOST}",
                step.id,
                items.len()
            )));
        }
        let items = items.into_iter().map(|(key, value)| {
            let mut secrets = secrets.within(&key).below("value");
            if hides_keys {
                secrets.extend(["/key".to_owned()].into_iter().collect());
            }
            Self {
                each: Some((key, value)),
                secrets,
            }
        });
        Ok(items.collect())
    }
}
