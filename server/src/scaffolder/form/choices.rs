//! Values that are chosen from a list that the schema has.

use super::fields::Asked;
use super::settle::ITEM;
use super::ui::Ui;
use app::scaffolder::form::{Choice, ChoiceLook, Control};
use serde_json::{Map, Value};

/// One of several values, when the schema lists them.
pub(super) fn one(asked: &Asked<'_>, ui: Ui<'_>, kind: &str) -> Option<Control> {
    let widget = ui.text("widget").unwrap_or_default();
    let options = match listed(asked.schema) {
        Some(options) => options,
        None if kind == "boolean" && matches!(widget, "radio" | "select") => yes_or_no(asked, ui),
        None => return None,
    };
    let chosen = asked
        .value
        .and_then(|value| options.iter().position(|option| option.value == *value));
    let look = if widget == "radio" {
        ChoiceLook::Radio
    } else {
        ChoiceLook::Menu
    };
    Some(Control::Choice {
        options,
        chosen,
        look,
    })
}

/// Some of several values, when the schema lists them and none may come twice.
pub(super) fn several(asked: &Asked<'_>) -> Option<Control> {
    let item = asked.schema.get(ITEM)?.as_object()?;
    if asked.schema.get("uniqueItems") != Some(&Value::Bool(true)) {
        return None;
    }
    let mut options = listed(item)?;
    name(&mut options, Ui::of(asked.schema));
    let values = asked.value.and_then(Value::as_array);
    let is_chosen = |option: &Choice| values.is_some_and(|values| values.contains(&option.value));
    let numbered = options.iter().enumerate();
    let chosen = numbered.filter(|(_, option)| is_chosen(option));
    let chosen = chosen.map(|(at, _)| at).collect();
    Some(Control::Choices { options, chosen })
}

/// The values of `enum`, or of the constants in `oneOf`.
fn listed(schema: &Map<String, Value>) -> Option<Vec<Choice>> {
    let values = schema.get("enum").and_then(Value::as_array);
    let values = values.map(|values| values.iter().map(|value| choice(value, None)).collect());
    let mut options: Vec<Choice> = values.or_else(|| constants(schema))?;
    if let Some(Value::Array(names)) = schema.get("enumNames") {
        label(&mut options, names);
    }
    name(&mut options, Ui::of(schema));
    Some(options)
}

/// The constants of `oneOf`, each with its title.
fn constants(schema: &Map<String, Value>) -> Option<Vec<Choice>> {
    let variants = schema.get("oneOf").or_else(|| schema.get("anyOf"));
    let variants = variants.and_then(Value::as_array)?.iter();
    let variants = variants.map(|variant| {
        let title = variant.get("title").and_then(Value::as_str);
        Some(choice(variant.get("const")?, title))
    });
    variants.collect()
}

/// Calls options as the template does, and takes away those that it does not offer.
fn name(options: &mut [Choice], ui: Ui<'_>) {
    if let Some(Value::Array(names)) = ui.get("enumNames") {
        label(options, names);
    }
    if let Some(Value::Array(disabled)) = ui.get("enumDisabled") {
        for option in options {
            option.disabled = disabled.contains(&option.value);
        }
    }
}

fn label(options: &mut [Choice], names: &[Value]) {
    for (option, name) in options.iter_mut().zip(names) {
        if let Some(name) = name.as_str() {
            name.clone_into(&mut option.label);
        }
    }
}

fn choice(value: &Value, title: Option<&str>) -> Choice {
    let label = match (title, value) {
        (Some(title), _) => title.to_owned(),
        (None, Value::String(text)) => text.clone(),
        (None, value) => value.to_string(),
    };
    Choice {
        value: value.clone(),
        label,
        disabled: false,
    }
}

fn yes_or_no(asked: &Asked<'_>, ui: Ui<'_>) -> Vec<Choice> {
    let mut options = vec![
        choice(&Value::Bool(true), Some("Yes")),
        choice(&Value::Bool(false), Some("No")),
    ];
    if let Some(Value::Array(names)) = asked.schema.get("enumNames") {
        label(&mut options, names);
    }
    name(&mut options, ui);
    options
}
