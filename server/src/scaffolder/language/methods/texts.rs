//! Methods of text.

use super::super::coerce::{to_number, to_text};
use super::super::error::{Failure, Outcome};
use super::super::filters::{Tools, replace_matches};
use super::super::number;
use super::super::text::{Text, TextBuilder, is_space};
use super::super::value::{Kind, Value};
use super::patterns;
use super::{argument, offset, position};
use std::borrow::Cow;

pub(super) const NAMES: &[&str] = &[
    "charAt",
    "charCodeAt",
    "concat",
    "endsWith",
    "includes",
    "indexOf",
    "lastIndexOf",
    "replace",
    "slice",
    "split",
    "startsWith",
    "substring",
    "toLowerCase",
    "toUpperCase",
    "trim",
    "trimEnd",
    "trimStart",
];

pub(super) fn arity(name: &str) -> (usize, usize) {
    match name {
        "replace" => (2, 2),
        "split" | "slice" | "substring" => (0, 2),
        "includes" | "startsWith" | "endsWith" | "indexOf" | "lastIndexOf" => (1, 2),
        "charAt" | "charCodeAt" => (0, 1),
        "concat" => (0, usize::MAX),
        _ => (0, 0),
    }
}

pub(super) fn call(text: &Text, name: &str, given: &[Value], tools: &Tools<'_>) -> Outcome<Value> {
    let budget = tools.budget;
    budget.text(text.bytes())?;
    let (first, second) = (argument(given, 0), argument(given, 1));
    let len = text.len();
    let sought = || to_text(first, budget);
    Ok(match name {
        "replace" => replace(text, first, second, tools)?,
        "split" => split(text, first, second, tools)?,
        "includes" => {
            let from = offset(second, len, 0, tools)?;
            text.find(&sought()?, from).is_some().into()
        }
        "startsWith" => {
            let (sought, from) = (sought()?, offset(second, len, 0, tools)?);
            (text.slice(from, from + sought.len()) == sought).into()
        }
        "endsWith" => {
            let (sought, end) = (sought()?, offset(second, len, len, tools)?);
            let start = end.checked_sub(sought.len());
            start
                .is_some_and(|start| text.slice(start, end) == sought)
                .into()
        }
        "indexOf" => {
            let from = offset(second, len, 0, tools)?;
            index(text.find(&sought()?, from))
        }
        "lastIndexOf" => {
            let from = to_number(second, budget)?;
            let from = if from.is_nan() { f64::INFINITY } else { from };
            index(text.find_last(&sought()?, number::to_count(from)))
        }
        "slice" => {
            let start = position(first, len, 0, tools)?;
            text.slice(start, position(second, len, len, tools)?).into()
        }
        "substring" => {
            let start = offset(first, len, 0, tools)?;
            let end = offset(second, len, len, tools)?;
            text.slice(start.min(end), start.max(end)).into()
        }
        "trim" => trimmed(text, |text| text.trim_matches(is_space)),
        "trimStart" => trimmed(text, |text| text.trim_start_matches(is_space)),
        "trimEnd" => trimmed(text, |text| text.trim_end_matches(is_space)),
        "toLowerCase" => text.map(str::to_lowercase).into(),
        "toUpperCase" => text.map(str::to_uppercase).into(),
        "charAt" => {
            let unit = unit_index(first, tools)?.and_then(|index| text.unit(index));
            unit.unwrap_or_else(|| Text::from("")).into()
        }
        "charCodeAt" => {
            let code = unit_index(first, tools)?.and_then(|index| text.code(index));
            code.map_or(f64::NAN, f64::from).into()
        }
        "concat" => {
            let mut together = TextBuilder::default();
            together.push(text);
            for more in given {
                let more = to_text(more, budget)?;
                budget.text(more.bytes())?;
                together.push(&more);
            }
            together.finish().into()
        }
        _ => return Err(Failure::new("there is no such method")),
    })
}

fn index(found: Option<usize>) -> Value {
    found.map_or(-1.0, number::of).into()
}

fn unit_index(value: &Value, tools: &Tools<'_>) -> Outcome<Option<usize>> {
    let index = super::integer(value, tools)?.unwrap_or(0.0);
    Ok((index >= 0.0).then(|| number::to_count(index)))
}

fn trimmed(text: &Text, trim: impl Fn(&str) -> &str) -> Value {
    match text.to_str() {
        Cow::Borrowed(whole) => Text::from(trim(whole)).into(),
        Cow::Owned(_) => text.clone().into(),
    }
}

/// Replaces the first place; `$&` and the like stand for what was there.
fn replace(text: &Text, sought: &Value, by: &Value, tools: &Tools<'_>) -> Outcome<Value> {
    let by = to_text(by, tools.budget)?;
    if let Kind::Pattern(value) = &sought.kind {
        return replace_matches(&value.pattern, text, &by, tools);
    }
    let sought = to_text(sought, tools.budget)?;
    let Some(at) = text.find(&sought, 0) else {
        return Ok(text.clone().into());
    };
    let (before, behind) = (text.slice(0, at), text.slice(at + sought.len(), usize::MAX));
    let by = by.map(|by| expand(by, &before.to_str(), &sought.to_str(), &behind.to_str()));
    tools.budget.text(by.bytes())?;
    let mut replaced = TextBuilder::default();
    for part in [&before, &by, &behind] {
        replaced.push(part);
    }
    Ok(replaced.finish().into())
}

fn expand(by: &str, before: &str, found: &str, behind: &str) -> String {
    let mut expanded = String::new();
    let mut rest = by;
    while let Some(dollar) = rest.find('$') {
        expanded.push_str(&rest[..dollar]);
        let sign = rest.as_bytes().get(dollar + 1);
        expanded.push_str(match sign {
            Some(b'$') => "$",
            Some(b'&') => found,
            Some(b'`') => before,
            Some(b'\'') => behind,
            _ => {
                expanded.push('$');
                rest = &rest[dollar + 1..];
                continue;
            }
        });
        rest = &rest[dollar + 2..];
    }
    expanded.push_str(rest);
    expanded
}

fn split(text: &Text, separator: &Value, limit: &Value, tools: &Tools<'_>) -> Outcome<Value> {
    let most = match limit {
        limit if limit.is_undefined() => usize::MAX,
        limit => number::to_count(
            number::to_integer(to_number(limit, tools.budget)?).rem_euclid(4_294_967_296.0),
        ),
    };
    let parts = match &separator.kind {
        Kind::Undefined => vec![text.clone()],
        Kind::Pattern(value) => patterns::split(&value.pattern, text, tools)?,
        _ => {
            let separator = to_text(separator, tools.budget)?;
            if separator.is_empty() {
                tools.budget.items(text.len())?;
                text.split()
            } else {
                split_at(text, &separator, tools)?
            }
        }
    };
    let parts: Vec<Value> = parts.into_iter().take(most).map(Value::from).collect();
    tools.budget.items(parts.len())?;
    Ok(Value::list(parts))
}

fn split_at(text: &Text, separator: &Text, tools: &Tools<'_>) -> Outcome<Vec<Text>> {
    let units = text.units();
    let mut parts = Vec::new();
    let mut from = 0;
    for at in super::super::filters::occurrences(&units, &separator.units()) {
        tools.budget.items(1)?;
        parts.push(Text::from_units(&units[from..at]));
        from = at + separator.len();
    }
    parts.push(Text::from_units(&units[from..]));
    Ok(parts)
}
