//! Filters that take items from lists, records that look like lists, and texts.

use super::super::coerce::{to_key, to_number, to_text};
use super::super::error::{Failure, Outcome, shown};
use super::super::number;
use super::super::predicates;
use super::super::text::Text;
use super::super::value::{Kind, Record, Value};
use super::{Tools, argument};
use indexmap::IndexMap;
use std::sync::Arc;

/// The units of a text, or nothing.
pub(super) fn units(input: &Value) -> Vec<Value> {
    let units = input.text().map(Text::split).unwrap_or_default();
    units.into_iter().map(Value::from).collect()
}

fn nothing_in(input: &Value) -> Outcome<()> {
    if input.is_something() {
        return Ok(());
    }
    Err(Failure::new(
        "this needs a list or a text; is the name right?",
    ))
}

/// The values of a record under indices below its length.
pub(super) fn indexed(record: &Record, tools: &Tools<'_>) -> Outcome<Vec<Value>> {
    let length = record.get("length").unwrap_or(&Value::UNDEFINED);
    let length = to_number(length, tools.budget)?.ceil();
    // Counts too large to be paid for fail here.
    tools.budget.items(number::to_count(length))?;
    let values = (0..number::to_count(length)).map(|index| record.get(&index.to_string()).cloned());
    Ok(values.map(|it| it.unwrap_or(Value::UNDEFINED)).collect())
}

/// The same, where the length has to be one that a list can have.
pub(super) fn counted(record: &Record, tools: &Tools<'_>) -> Outcome<Vec<Value>> {
    if let Some(Kind::Number(length)) = record.get("length").map(|length| &length.kind) {
        let is_length = number::to_whole(*length).is_some_and(|it| u32::try_from(it).is_ok());
        if !is_length && !length.is_nan() {
            return Err(Failure::new(
                "the length of this record can be that of no list",
            ));
        }
    }
    indexed(record, tools)
}

/// `batch(size, fill)`: lists of so many items each.
pub(super) fn batch(input: &Value, arguments: &[Value], tools: &Tools<'_>) -> Outcome<Value> {
    nothing_in(input)?;
    let size = size(argument(arguments, 0), tools)?;
    let values = match &input.kind {
        Kind::List(list) => list.items().clone(),
        Kind::Record(record) => indexed(record, tools)?,
        _ => units(input),
    };
    let fill = argument(arguments, 1);
    tools.budget.items(values.len().saturating_mul(2))?;
    let mut rows = Vec::new();
    for row in values.chunks(size) {
        let mut row = row.to_vec();
        if fill.is_truthy() {
            tools.budget.items(size - row.len())?;
            row.resize(size, fill.clone());
        }
        rows.push(Value::list(row));
    }
    Ok(Value::list(rows))
}

fn size(value: &Value, tools: &Tools<'_>) -> Outcome<usize> {
    let size = number::to_whole(number::to_integer(to_number(value, tools.budget)?));
    let size = size.and_then(|size| usize::try_from(size).ok());
    size.filter(|size| *size > 0)
        .ok_or_else(|| Failure::new("the first argument has to be a number above zero"))
}

/// `slice(count, fill)`: so many lists of about the same length.
pub(super) fn slice(input: &Value, arguments: &[Value], tools: &Tools<'_>) -> Outcome<Value> {
    let is_text = input.text().is_some();
    let values = match &input.kind {
        Kind::List(list) => list.items().clone(),
        _ if is_text => units(input),
        _ => return Err(Failure::new("this needs a list or a text")),
    };
    let count = size(argument(arguments, 0), tools)?;
    let fill = argument(arguments, 1);
    tools.budget.items(values.len().saturating_add(count))?;
    let (least, extra) = (values.len() / count, values.len() % count);
    let mut slices = Vec::new();
    let mut from = 0;
    for index in 0..count {
        let to = from + least + usize::from(index < extra);
        let is_filled = fill.is_truthy() && index >= extra;
        if let Some(text) = input.text() {
            if is_filled {
                return Err(Failure::new("parts of a text cannot be filled up"));
            }
            slices.push(text.slice(from, to).into());
        } else {
            let mut part = values[from..to].to_vec();
            part.extend(is_filled.then(|| fill.clone()));
            slices.push(Value::list(part));
        }
        from = to;
    }
    Ok(Value::list(slices))
}

pub(super) fn first(input: &Value, _: &[Value], tools: &Tools<'_>) -> Outcome<Value> {
    edge(input, tools, false)
}

pub(super) fn last(input: &Value, _: &[Value], tools: &Tools<'_>) -> Outcome<Value> {
    edge(input, tools, true)
}

fn edge(input: &Value, tools: &Tools<'_>, last: bool) -> Outcome<Value> {
    nothing_in(input)?;
    let edge = |length: usize| if last { length.checked_sub(1) } else { Some(0) };
    let value = match &input.kind {
        Kind::List(items) => edge(items.len()).and_then(|index| items.get(index)),
        Kind::Record(record) if last => {
            let length = record.get("length").unwrap_or(&Value::UNDEFINED);
            let index = to_number(length, tools.budget)? - 1.0;
            record.get(&to_key(&index.into(), tools.budget)?).cloned()
        }
        Kind::Record(record) => record.get("0").cloned(),
        _ => input.text().and_then(|text| {
            let unit = text.unit(edge(text.len())?);
            unit.map(Value::from)
        }),
    };
    Ok(value.unwrap_or(Value::UNDEFINED))
}

/// Any of the items. Which one depends on the seed alone.
pub(super) fn random(input: &Value, _: &[Value], tools: &Tools<'_>) -> Outcome<Value> {
    nothing_in(input)?;
    let values = match &input.kind {
        Kind::List(list) => list.items().clone(),
        Kind::Record(record) => indexed(record, tools)?,
        _ => units(input),
    };
    tools.budget.steps(values.len() / 8)?;
    let mut random = tools.random.get();
    random ^= random << 13;
    random ^= random >> 7;
    random ^= random << 17;
    tools.random.set(random);
    let index = (random >> 16).checked_rem(values.len() as u64).unwrap_or(0);
    let value = usize::try_from(index)
        .ok()
        .and_then(|index| values.get(index));
    Ok(value.cloned().unwrap_or(Value::UNDEFINED))
}

#[expect(clippy::unnecessary_wraps, reason = "filters have one form")]
pub(super) fn length(input: &Value, _: &[Value], _: &Tools<'_>) -> Outcome<Value> {
    let length = match &input.kind {
        Kind::Undefined | Kind::Null | Kind::Bool(false) => 0,
        Kind::List(list) => list.len(),
        Kind::Record(record) => record.len(),
        _ => match input.text() {
            Some(text) => text.len(),
            None => return Ok(Value::UNDEFINED),
        },
    };
    Ok(number::of(length).into())
}

/// The units of a text, or the entries of a record as records of `key` and `value`.
pub(super) fn list(input: &Value, _: &[Value], tools: &Tools<'_>) -> Outcome<Value> {
    match &input.kind {
        Kind::List(_) => Ok(input.clone()),
        Kind::Record(record) => {
            tools.budget.items(record.len().saturating_mul(3))?;
            let entries = record.iter().map(|(key, value)| {
                let key = Value::from(Text::from(key.clone()));
                let entry = [("key", key), ("value", value.clone())];
                let entry = entry.into_iter().map(|(name, it)| (Arc::from(name), it));
                Value::record(entries_of(entry))
            });
            Ok(Value::list(entries.collect()))
        }
        _ => match input.text() {
            Some(text) => {
                tools.budget.items(text.bytes())?;
                Ok(Value::list(units(input)))
            }
            None => Err(Failure::new("this needs a list, a record or a text")),
        },
    }
}

fn entries_of(entries: impl Iterator<Item = (Arc<str>, Value)>) -> IndexMap<Arc<str>, Value> {
    entries.collect()
}

pub(super) fn reverse(input: &Value, _: &[Value], tools: &Tools<'_>) -> Outcome<Value> {
    if let Some(text) = input.text() {
        tools.budget.text(text.bytes())?;
        let mut units = text.units();
        units.reverse();
        return Ok(input.like(Text::from_units(&units)));
    }
    let mut values = match &input.kind {
        Kind::List(list) => list.items().clone(),
        Kind::Record(record) => counted(record, tools)?,
        _ => Vec::new(),
    };
    tools.budget.items(values.len())?;
    values.reverse();
    Ok(Value::list(values))
}

pub(super) fn select(input: &Value, arguments: &[Value], tools: &Tools<'_>) -> Outcome<Value> {
    choose(input, arguments, tools, true)
}

pub(super) fn reject(input: &Value, arguments: &[Value], tools: &Tools<'_>) -> Outcome<Value> {
    choose(input, arguments, tools, false)
}

/// The items of which a test, by its name, is so.
fn choose(input: &Value, arguments: &[Value], tools: &Tools<'_>, selects: bool) -> Outcome<Value> {
    let test = match argument(arguments, 0) {
        test if test.is_undefined() => Text::from("truthy"),
        test => to_text(test, tools.budget)?,
    };
    let test = test.to_str();
    let given = arguments.get(1..).unwrap_or_default();
    let Some(arity) = predicates::arity(&test) else {
        return Err(Failure::new(format!("unknown test {}", shown(&test))));
    };
    nothing_in(input)?;
    let values = match &input.kind {
        Kind::List(list) => list.items().clone(),
        Kind::Record(record) => present(record, tools)?,
        _ => units(input),
    };
    if given.len() != arity {
        let message = format!("test {} takes {arity} more arguments", shown(&test));
        return Err(Failure::new(message));
    }
    tools.budget.items(values.len())?;
    let mut chosen = Vec::new();
    for value in values {
        if predicates::holds(&test, &value, given, tools.budget)? == selects {
            chosen.push(value);
        }
    }
    Ok(Value::list(chosen))
}

/// The values of a record under indices below its length, those that there are.
fn present(record: &Record, tools: &Tools<'_>) -> Outcome<Vec<Value>> {
    let length = record.get("length").unwrap_or(&Value::UNDEFINED);
    let length = number::to_count(to_number(length, tools.budget)?);
    tools.budget.items(length)?;
    let values = (0..length).filter_map(|index| record.get(&index.to_string()).cloned());
    Ok(values.collect())
}
