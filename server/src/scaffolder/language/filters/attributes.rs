//! Filters that look at one attribute of each item.

use super::super::coerce::{add, join_values, own_member, to_key, to_text};
use super::super::error::{Failure, Outcome, shown};
use super::super::syntax::is_reserved;
use super::super::text::Text;
use super::super::value::{Kind, Value};
use super::items::{counted, units};
use super::{Tools, argument};
use indexmap::IndexMap;
use std::sync::Arc;

/// The keys on the way to an attribute: `a.b` are two, and everything that is no plain text is one.
pub(super) fn path(attribute: &Value, tools: &Tools<'_>) -> Outcome<Vec<Arc<str>>> {
    if !attribute.is_truthy() {
        return Ok(Vec::new());
    }
    match &attribute.kind {
        Kind::Text(text) => text
            .to_str()
            .split('.')
            .map(|key| allowed(key.into()))
            .collect(),
        _ => Ok(vec![key(attribute, tools)?]),
    }
}

/// What is found along a path, which is nothing once something is missing.
pub(super) fn look_up(value: &Value, path: &[Arc<str>], tools: &Tools<'_>) -> Outcome<Value> {
    let mut value = value.clone();
    for key in path {
        if !value.is_something() {
            return Err(nothing_has(key));
        }
        match own_member(&value, key, tools.budget)? {
            Some(member) => value = member,
            None => return Ok(Value::UNDEFINED),
        }
    }
    Ok(value)
}

fn key(attribute: &Value, tools: &Tools<'_>) -> Outcome<Arc<str>> {
    allowed(to_key(attribute, tools.budget)?)
}

fn allowed(key: Arc<str>) -> Outcome<Arc<str>> {
    if is_reserved(&key) {
        let message = format!("{} is reserved and can be no attribute", shown(&key));
        return Err(Failure::new(message));
    }
    Ok(key)
}

fn nothing_has(key: &str) -> Failure {
    Failure::new(format!(
        "one of the items is nothing, and has no {}",
        shown(key)
    ))
}

fn attribute_of(item: &Value, key: &str, tools: &Tools<'_>) -> Outcome<Value> {
    if !item.is_something() {
        return Err(nothing_has(key));
    }
    let member = own_member(item, key, tools.budget)?;
    Ok(member.unwrap_or(Value::UNDEFINED))
}

/// The items of a list, or one attribute of each.
fn projected(input: &Value, attribute: &Value, tools: &Tools<'_>) -> Outcome<Vec<Value>> {
    if !attribute.is_truthy() {
        return match &input.kind {
            Kind::List(list) => Ok(list.items().clone()),
            _ => Err(Failure::new("this needs a list; is the name right?")),
        };
    }
    let key = key(attribute, tools)?;
    let items = match &input.kind {
        Kind::List(list) => list.items().clone(),
        Kind::Text(_) => units(input),
        Kind::Record(record) => counted(record, tools)?,
        Kind::Safe(text) if !text.is_empty() => return Err(nothing_has(&key)),
        _ => Vec::new(),
    };
    tools.budget.items(items.len())?;
    let items = items.iter().map(|item| attribute_of(item, &key, tools));
    items.collect()
}

/// `join(separator, attribute)`
pub(super) fn join(input: &Value, arguments: &[Value], tools: &Tools<'_>) -> Outcome<Value> {
    let separator = match argument(arguments, 0) {
        separator if separator.is_truthy() => to_text(separator, tools.budget)?,
        _ => Text::from(""),
    };
    let items = projected(input, argument(arguments, 1), tools)?;
    Ok(join_values(items.iter(), &separator, tools.budget)?.into())
}

/// `sum(attribute, start)`
pub(super) fn sum(input: &Value, arguments: &[Value], tools: &Tools<'_>) -> Outcome<Value> {
    let items = projected(input, argument(arguments, 0), tools)?;
    let mut sum = Value::from(0.0);
    for item in &items {
        tools.budget.step()?;
        sum = add(&sum, item, tools.budget)?;
    }
    match argument(arguments, 1) {
        start if start.is_undefined() => add(&0.0.into(), &sum, tools.budget),
        start => add(start, &sum, tools.budget),
    }
}

pub(super) fn select(input: &Value, arguments: &[Value], tools: &Tools<'_>) -> Outcome<Value> {
    choose(input, arguments, tools, true)
}

pub(super) fn reject(input: &Value, arguments: &[Value], tools: &Tools<'_>) -> Outcome<Value> {
    choose(input, arguments, tools, false)
}

/// The items of which an attribute is truthy.
fn choose(input: &Value, arguments: &[Value], tools: &Tools<'_>, selects: bool) -> Outcome<Value> {
    let Kind::List(list) = &input.kind else {
        return Err(Failure::new("this needs a list; is the name right?"));
    };
    let key = key(argument(arguments, 0), tools)?;
    let items = list.items().clone();
    tools.budget.items(items.len())?;
    let mut chosen = Vec::new();
    for item in items {
        if attribute_of(&item, &key, tools)?.is_truthy() == selects {
            chosen.push(item);
        }
    }
    Ok(Value::list(chosen))
}

/// Lists of items by what an attribute of theirs is.
pub(super) fn group_by(input: &Value, arguments: &[Value], tools: &Tools<'_>) -> Outcome<Value> {
    if !input.is_something() {
        return Err(Failure::new(
            "this needs a list or a text; is the name right?",
        ));
    }
    let items = match &input.kind {
        Kind::List(list) => list.items().clone(),
        Kind::Record(record) => super::items::indexed(record, tools)?,
        _ => units(input),
    };
    tools.budget.items(items.len().saturating_mul(2))?;
    let path = path(argument(arguments, 0), tools)?;
    let mut groups: IndexMap<Arc<str>, Vec<Value>> = IndexMap::new();
    for item in items {
        let key = allowed(to_key(&look_up(&item, &path, tools)?, tools.budget)?)?;
        groups.entry(key).or_default().push(item);
    }
    let groups = groups.into_iter();
    Ok(Value::record(
        groups
            .map(|(key, items)| (key, Value::list(items)))
            .collect(),
    ))
}
