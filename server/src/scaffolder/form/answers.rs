//! From answers to values: each is what its field makes of it.

use super::pointer::{get, put, take};
use super::repository;
use super::sent::{Act, Sent};
use app::catalog::{EntityRef, RefDefaults};
use app::scaffolder::form::{Choice, Control, Field, Number, Offered, Picker, Text};
use serde_json::Value;

/// Items that a list can be given by hand.
const MAX_ITEMS: usize = 200;

/// Something that knows entities by what readers call them.
pub(super) trait Names {
    /// The value that somebody means who types this into the picker, when there is exactly one.
    fn meant(&self, picker: &Picker, text: &str) -> Option<String>;
    /// What the reader calls a value.
    fn label(&self, value: &str) -> Option<String>;
}

/// Puts the answers of the shown fields into the values.
pub(super) fn take_over(fields: &[Field], sent: &Sent, names: &dyn Names, values: &mut Value) {
    for field in fields {
        take_field(field, sent, names, values);
    }
}

fn take_field(field: &Field, sent: &Sent, names: &dyn Names, values: &mut Value) {
    let path = field.path.as_str();
    match &field.control {
        Control::Group { fields } | Control::Variants { fields, .. } => {
            take_over(fields, sent, names, values);
        }
        Control::List { items, .. } => {
            for item in items {
                take_field(&item.field, sent, names, values);
            }
        }
        Control::Choices { options, .. } => {
            // One that is not seen comes along even when none is chosen.
            if sent.answers_of(path, "/-").next().is_some() {
                let chosen = sent.answers_of(path, "/-");
                let chosen = chosen.filter_map(|(_, at)| option(options, at));
                put(values, path, Value::Array(chosen.collect()));
            }
        }
        Control::Entities { picker, .. } => take_several(picker, sent, names, path, values),
        Control::Repository(control) => {
            // What was chosen of what is offered stands in its part, too.
            let parts = sent.answers_of(path, "?");
            let parts: Vec<(&str, &str)> = parts.filter(|(key, _)| !key.ends_with('#')).collect();
            if parts.is_empty() {
                return;
            }
            let host = parts.iter().find(|(key, _)| *key == "host");
            let host = host.map_or(control.host.as_str(), |(_, host)| host);
            let address = repository::written(control, host, &parts);
            set(values, path, address.map(Value::String));
        }
        Control::Hidden | Control::Said => {}
        control => {
            if let Some(answer) = sent.answer(path) {
                set(values, path, value_of(control, answer, sent, names, path));
            }
        }
    }
}

/// What one answer makes of a value; none for no value.
fn value_of(
    control: &Control,
    answer: &str,
    sent: &Sent,
    names: &dyn Names,
    path: &str,
) -> Option<Value> {
    match control {
        Control::Text(text) => text_of(text, answer),
        Control::Number(number) => number_of(number, answer),
        Control::Switch { .. } => Some(Value::Bool(answer == "true")),
        Control::Choice { options, .. } => option(options, answer),
        Control::Entity { picker, .. } => {
            let known = sent.answers_of(path, "#").next().map(|(_, value)| value);
            entity(picker, answer, known, names).map(Value::String)
        }
        // Of what is concealed no more comes than how long it is, or the value of a field that is no
        // secret: to be judged, and to be forgotten.
        _ => Some(answer.to_owned())
            .filter(|text| !text.is_empty())
            .map(Value::String),
    }
}

fn text_of(text: &Text, answer: &str) -> Option<Value> {
    // Browsers send lines as they did a long time ago.
    let answer = answer.replace("\r\n", "\n");
    if answer.is_empty() {
        return text.empty.clone();
    }
    Some(Value::String(answer))
}

/// A number, or what was typed in its place, which is a mistake.
fn number_of(_: &Number, answer: &str) -> Option<Value> {
    let answer = answer.trim();
    if answer.is_empty() {
        return None;
    }
    let number = serde_json::from_str::<serde_json::Number>(answer);
    Some(number.map_or_else(|_| Value::String(answer.to_owned()), Value::Number))
}

fn option(options: &[Choice], at: &str) -> Option<Value> {
    let at: usize = at.parse().ok()?;
    options.get(at).map(|option| option.value.clone())
}

/// The value that was chosen or typed: what was chosen counts while its label stands.
fn entity(picker: &Picker, text: &str, known: Option<&str>, names: &dyn Names) -> Option<String> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    if let Some(known) = known.filter(|known| !known.is_empty()) {
        let label = names.label(known);
        if label.as_deref().unwrap_or(known) == text {
            return Some(known.to_owned());
        }
    }
    if let Some(meant) = names.meant(picker, text) {
        return Some(meant);
    }
    Some(spelled(picker, text))
}

/// What was typed as a full reference, where it can be one.
fn spelled(picker: &Picker, text: &str) -> String {
    if matches!(picker.of, Offered::Tags { .. }) {
        return text.to_lowercase();
    }
    if matches!(
        picker.of,
        Offered::Words(_) | Offered::Owners { .. } | Offered::Branches
    ) {
        return text.to_owned();
    }
    let defaults = RefDefaults {
        kind: picker.default_kind.as_deref(),
        namespace: picker.default_namespace.as_deref(),
    };
    let parsed = EntityRef::parse(text, defaults);
    parsed.map_or_else(|_| text.to_owned(), |parsed| parsed.to_string())
}

fn take_several(picker: &Picker, sent: &Sent, names: &dyn Names, path: &str, values: &mut Value) {
    let mut answers = sent.answers_of(path, "/-").peekable();
    if answers.peek().is_none() {
        return;
    }
    let kept = answers.map(|(_, value)| value.to_owned());
    let mut all: Vec<String> = kept.filter(|value| !value.is_empty()).collect();
    let known = sent.answers_of(path, "#").next().map(|(_, value)| value);
    if let Some(added) = entity(picker, sent.answer(path).unwrap_or_default(), known, names)
        && !all.contains(&added)
        && all.len() < MAX_ITEMS
    {
        all.push(added);
    }
    let all = all.into_iter().map(Value::String).collect();
    put(values, path, Value::Array(all));
}

fn set(values: &mut Value, path: &str, value: Option<Value>) {
    match value {
        Some(value) => put(values, path, value),
        None => drop(take(values, path)),
    }
}

/// Adds, removes or moves an item of a list.
pub(super) fn rearrange(act: &Act, values: &mut Value) {
    if let Act::Add(path) = act {
        if get(values, path).is_none() {
            put(values, path, Value::Array(Vec::new()));
        }
        if let Some(Value::Array(items)) = values.pointer_mut(path)
            && items.len() < MAX_ITEMS
        {
            items.push(Value::Null);
        }
        return;
    }
    let (Act::Remove(path) | Act::Rise(path) | Act::Sink(path)) = act else {
        return;
    };
    let Some((list, at)) = path.rsplit_once('/') else {
        return;
    };
    let (Some(Value::Array(items)), Ok(at)) = (values.pointer_mut(list), at.parse::<usize>())
    else {
        return;
    };
    match act {
        Act::Remove(_) if at < items.len() => drop(items.remove(at)),
        Act::Rise(_) if at > 0 && at < items.len() => items.swap(at, at - 1),
        Act::Sink(_) if at + 1 < items.len() => items.swap(at, at + 1),
        _ => {}
    }
}
