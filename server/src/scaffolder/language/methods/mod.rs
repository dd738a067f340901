//! The methods that values have: those of JavaScript that need no function, and some of Jinja.

mod digits;
mod lists;
mod numbers;
mod patterns;
mod texts;

use super::coerce::{to_key, to_number};
use super::error::{Failure, Outcome};
use super::filters::Tools;
use super::number;
use super::text::Text;
use super::value::{Kind, Record, Value};

/// Whether a value has a method under a name that it holds nothing under.
pub(super) fn has(receiver: &Value, name: &str, is_jinja: bool) -> bool {
    match &receiver.kind {
        Kind::Text(_) | Kind::Safe(_) => texts::NAMES.contains(&name),
        Kind::Number(_) => numbers::NAMES.contains(&name),
        Kind::List(_) => {
            lists::NAMES.contains(&name) || (is_jinja && lists::JINJA_NAMES.contains(&name))
        }
        Kind::Record(_) => is_jinja && RECORD_NAMES.contains(&name),
        Kind::Pattern(_) => name == "test",
        _ => false,
    }
}

/// How many arguments a method takes, at least and at most.
pub(super) fn arity(receiver: &Value, name: &str, is_jinja: bool) -> (usize, usize) {
    match &receiver.kind {
        Kind::Text(_) | Kind::Safe(_) => texts::arity(name),
        Kind::Number(_) => (0, 1),
        Kind::List(_) => lists::arity(name, is_jinja),
        Kind::Record(_) => match name {
            "get" => (1, 2),
            "has_key" => (1, 1),
            _ => (0, 0),
        },
        _ => (1, 1),
    }
}

pub(super) fn call(
    receiver: &Value,
    name: &str,
    given: Vec<Value>,
    tools: &Tools<'_>,
) -> Outcome<Value> {
    let called = match &receiver.kind {
        Kind::Text(text) => texts::call(text, name, &given, tools),
        Kind::Safe(text) => texts::call(text, name, &given, tools),
        Kind::Number(number) => numbers::call(*number, name, &given, tools),
        Kind::List(list) => lists::call(receiver, list, name, given, tools),
        Kind::Record(record) => record_method(record, name, &given, tools),
        Kind::Pattern(pattern) => patterns::test(pattern, argument(&given, 0), tools),
        _ => Err(Failure::new("there is no such method")),
    };
    called.map_err(|failure| failure.within(&format!("{name}() of {}", receiver.kind_name())))
}

const RECORD_NAMES: &[&str] = &["get", "has_key", "items", "keys", "values"];

fn record_method(
    record: &Record,
    name: &str,
    given: &[Value],
    tools: &Tools<'_>,
) -> Outcome<Value> {
    tools.budget.items(record.len())?;
    let key = |key: &str| Value::from(Text::from(key));
    Ok(match name {
        "get" => {
            let found = record.get(&to_key(argument(given, 0), tools.budget)?);
            found.unwrap_or(argument(given, 1)).clone()
        }
        "has_key" => {
            let found = record.get(&to_key(argument(given, 0), tools.budget)?);
            found.is_some().into()
        }
        "keys" => Value::list(record.iter().map(|(name, _)| key(name)).collect()),
        "values" => Value::list(record.values().cloned().collect()),
        _ => {
            let entries = record.iter();
            let pairs = entries.map(|(name, value)| Value::list(vec![key(name), value.clone()]));
            Value::list(pairs.collect())
        }
    })
}

fn argument(given: &[Value], index: usize) -> &Value {
    const NONE: &Value = &Value::UNDEFINED;
    given.get(index).unwrap_or(NONE)
}

/// A whole number, if one is given.
fn integer(value: &Value, tools: &Tools<'_>) -> Outcome<Option<f64>> {
    if value.is_undefined() {
        return Ok(None);
    }
    Ok(Some(number::to_integer(to_number(value, tools.budget)?)))
}

/// A place in something of some length, counted from the end if negative.
fn position(value: &Value, len: usize, otherwise: usize, tools: &Tools<'_>) -> Outcome<usize> {
    let given = integer(value, tools)?;
    Ok(given.map_or(otherwise, |number| number::to_position(number, len)))
}

/// A place in something of some length, which is at its start if negative.
fn offset(value: &Value, len: usize, otherwise: usize, tools: &Tools<'_>) -> Outcome<usize> {
    let given = integer(value, tools)?;
    Ok(given.map_or(otherwise, |number| number::to_count(number).min(len)))
}
