//! Methods of lists, some of which change them.

use super::super::coerce::{is_same, join_values, to_number, to_text};
use super::super::error::{Failure, Outcome};
use super::super::filters::{Tools, sort_values};
use super::super::limits::check_depth;
use super::super::number;
use super::super::text::Text;
use super::super::value::{Kind, List, Value};
use super::{argument, integer, position};
use std::rc::Rc;

pub(super) const NAMES: &[&str] = &[
    "at",
    "concat",
    "copyWithin",
    "fill",
    "flat",
    "includes",
    "indexOf",
    "join",
    "lastIndexOf",
    "pop",
    "push",
    "reverse",
    "shift",
    "slice",
    "sort",
    "splice",
    "unshift",
];
pub(super) const JINJA_NAMES: &[&str] = &["append", "count", "find", "index", "insert", "remove"];

pub(super) fn arity(name: &str, is_jinja: bool) -> (usize, usize) {
    match name {
        "at" | "count" | "index" | "find" | "remove" | "append" => (1, 1),
        "insert" => (2, 2),
        "includes" | "indexOf" | "lastIndexOf" => (1, 2),
        "copyWithin" | "fill" => (1, 3),
        "flat" | "join" => (0, 1),
        "slice" => (0, 2),
        "pop" => (0, usize::from(is_jinja)),
        "shift" | "sort" | "reverse" => (0, 0),
        _ => (0, usize::MAX),
    }
}

pub(super) fn call(
    receiver: &Value,
    list: &Rc<List>,
    name: &str,
    given: Vec<Value>,
    tools: &Tools<'_>,
) -> Outcome<Value> {
    tools.budget.items(given.len())?;
    let changes = !matches!(
        name,
        "at" | "concat"
            | "count"
            | "find"
            | "flat"
            | "includes"
            | "index"
            | "indexOf"
            | "join"
            | "lastIndexOf"
            | "slice"
    );
    if !changes {
        return read(list, name, &given, tools);
    }
    for value in &given {
        if value.holds_list(list, tools.budget)? {
            return Err(Failure::new("a list cannot hold itself"));
        }
    }
    if tools.is_shaded {
        list.mark();
    }
    // Changing costs what the list is long, as moving its items does.
    tools.budget.steps(list.len() / 8)?;
    change(receiver, list, name, given, tools)
}

fn read(list: &Rc<List>, name: &str, given: &[Value], tools: &Tools<'_>) -> Outcome<Value> {
    let items = list.items();
    let len = items.len();
    tools.budget.items(len)?;
    let (first, second) = (argument(given, 0), argument(given, 1));
    let index = |found: Option<usize>| Value::from(found.map_or(-1.0, number::of));
    Ok(match name {
        "at" => {
            let at = integer(first, tools)?.unwrap_or(0.0);
            let at = if at < 0.0 { at + number::of(len) } else { at };
            let item = (at >= 0.0).then(|| items.get(number::to_count(at)).cloned());
            item.flatten().unwrap_or(Value::UNDEFINED)
        }
        "concat" => {
            let mut all = items.clone();
            for more in given {
                match &more.kind {
                    Kind::List(more) => {
                        tools.budget.items(more.len())?;
                        all.extend(more.items().iter().cloned());
                    }
                    _ => all.push(more.clone()),
                }
            }
            Value::list(all)
        }
        "flat" => {
            let depth = integer(first, tools)?.unwrap_or(1.0);
            let mut flat = Vec::new();
            flatten(&items, depth, 0, &mut flat, tools)?;
            Value::list(flat)
        }
        "includes" => {
            let from = position(second, len, 0, tools)?;
            let is_nan = |value: &Value| matches!(value.kind, Kind::Number(it) if it.is_nan());
            let is_it = |item: &Value| is_same(item, first) || (is_nan(item) && is_nan(first));
            items[from..].iter().any(is_it).into()
        }
        "indexOf" => {
            let from = position(second, len, 0, tools)?;
            let found = items[from..].iter().position(|item| is_same(item, first));
            index(found.map(|found| found + from))
        }
        "index" | "find" => index(items.iter().position(|item| is_same(item, first))),
        "lastIndexOf" => {
            let from = integer(second, tools)?.unwrap_or(f64::INFINITY);
            let from = if from < 0.0 {
                from + number::of(len)
            } else {
                from
            };
            let count = if from < 0.0 {
                0
            } else {
                number::to_count(from).saturating_add(1).min(len)
            };
            index(items[..count].iter().rposition(|item| is_same(item, first)))
        }
        "join" => {
            let separator = match first {
                first if first.is_undefined() => Text::from(","),
                first => to_text(first, tools.budget)?,
            };
            join_values(items.iter(), &separator, tools.budget)?.into()
        }
        "slice" => {
            let start = position(first, len, 0, tools)?;
            let end = position(second, len, len, tools)?.max(start);
            Value::list(items[start..end].to_vec())
        }
        _ => {
            let count = items.iter().filter(|item| is_same(item, first)).count();
            number::of(count).into()
        }
    })
}

fn flatten(
    items: &[Value],
    depth: f64,
    level: usize,
    flat: &mut Vec<Value>,
    tools: &Tools<'_>,
) -> Outcome<()> {
    check_depth(level)?;
    for item in items {
        tools.budget.items(1)?;
        match &item.kind {
            Kind::List(inner) if depth > 0.0 => {
                flatten(&inner.items(), depth - 1.0, level + 1, flat, tools)?;
            }
            _ => flat.push(item.clone()),
        }
    }
    Ok(())
}

fn change(
    receiver: &Value,
    list: &Rc<List>,
    name: &str,
    given: Vec<Value>,
    tools: &Tools<'_>,
) -> Outcome<Value> {
    let len = list.len();
    let places = places(&given, name, len, tools)?;
    let first = argument(&given, 0).clone();
    let second = argument(&given, 1).clone();
    if name == "sort" {
        return sort(receiver, list, tools);
    }
    let mut items = list.items_mut();
    Ok(match name {
        "push" | "append" => {
            items.extend(given);
            number::of(items.len()).into()
        }
        "unshift" => {
            items.splice(0..0, given);
            number::of(items.len()).into()
        }
        "pop" => match places.index {
            Some(index) => items.remove(index),
            None if tools.is_jinja && !first.is_undefined() => Value::UNDEFINED,
            None => items.pop().unwrap_or(Value::UNDEFINED),
        },
        "shift" if items.is_empty() => Value::UNDEFINED,
        "shift" => items.remove(0),
        "splice" => {
            let more = given.into_iter().skip(2);
            Value::list(items.splice(places.start..places.end, more).collect())
        }
        "insert" => {
            items.insert(places.start, second);
            Value::list(Vec::new())
        }
        "remove" => {
            let found = items.iter().position(|item| is_same(item, &first));
            Value::list(found.map(|found| items.remove(found)).into_iter().collect())
        }
        "reverse" => {
            items.reverse();
            receiver.clone()
        }
        "fill" => {
            items[places.start..places.end].fill(first);
            receiver.clone()
        }
        _ => {
            let part = items[places.start..places.end].to_vec();
            for (item, place) in part.into_iter().zip(places.to..len) {
                items[place] = item;
            }
            receiver.clone()
        }
    })
}

/// Where a method changes a list.
#[derive(Default)]
struct Places {
    start: usize,
    end: usize,
    to: usize,
    index: Option<usize>,
}

fn places(given: &[Value], name: &str, len: usize, tools: &Tools<'_>) -> Outcome<Places> {
    let at =
        |index: usize, otherwise: usize| position(argument(given, index), len, otherwise, tools);
    let mut places = Places::default();
    match name {
        "splice" => {
            places.start = at(0, 0)?;
            let count = match argument(given, 1) {
                _ if given.is_empty() => 0,
                count if count.is_undefined() => len,
                count => number::to_count(to_number(count, tools.budget)?),
            };
            places.end = places.start.saturating_add(count).min(len);
        }
        "insert" => places.start = at(0, 0)?,
        "fill" => {
            places.start = at(1, 0)?;
            places.end = at(2, len)?.max(places.start);
        }
        "copyWithin" => {
            places.to = at(0, 0)?;
            places.start = at(1, 0)?;
            places.end = at(2, len)?.max(places.start);
        }
        "pop" if tools.is_jinja => {
            let index = integer(argument(given, 0), tools)?;
            let index = index.map(|index| {
                let index = if index < 0.0 {
                    index + number::of(len)
                } else {
                    index
                };
                (index >= 0.0).then(|| number::to_count(index))
            });
            places.index = index.flatten().filter(|index| *index < len);
        }
        _ => {}
    }
    Ok(places)
}

/// By the texts of the items.
fn sort(receiver: &Value, list: &Rc<List>, tools: &Tools<'_>) -> Outcome<Value> {
    let items = list.items().clone();
    tools.budget.items(items.len())?;
    let sorted = sort_values(items, |left, right| {
        tools.budget.step()?;
        let (left, right) = (to_text(left, tools.budget)?, to_text(right, tools.budget)?);
        tools.budget.read(left.bytes().min(right.bytes()))?;
        Ok(left.cmp(&right))
    })?;
    *list.items_mut() = sorted;
    Ok(receiver.clone())
}
