//! Turns values into numbers, texts and keys, and compares them, as JavaScript does.

use super::error::{Failure, Outcome};
use super::limits::{Budget, check_depth};
use super::number;
use super::text::{Text, TextBuilder};
use super::value::{Kind, Value, callable_as_value};
use std::cmp::Ordering;
use std::rc::Rc;
use std::sync::Arc;

/// A value without parts.
#[derive(Debug, Clone)]
enum Primitive {
    Undefined,
    Null,
    Bool(bool),
    Number(f64),
    Text(Text),
}

fn primitive(value: &Value, budget: &Budget) -> Outcome<Primitive> {
    Ok(match &value.kind {
        Kind::Undefined => Primitive::Undefined,
        Kind::Null => Primitive::Null,
        Kind::Bool(bool) => Primitive::Bool(*bool),
        Kind::Number(number) => Primitive::Number(*number),
        _ => Primitive::Text(to_text(value, budget)?),
    })
}

/// As text: what is nothing becomes the word for it, but nothing at all inside a list.
pub(super) fn to_text(value: &Value, budget: &Budget) -> Outcome<Text> {
    text_at(value, budget, 0)
}

/// As it is written to the output: what is nothing becomes nothing.
pub(super) fn to_output(value: &Value, budget: &Budget) -> Outcome<Text> {
    if value.is_something() {
        return to_text(value, budget);
    }
    Ok(Text::from(""))
}

fn text_at(value: &Value, budget: &Budget, depth: usize) -> Outcome<Text> {
    check_depth(depth)?;
    Ok(match &value.kind {
        Kind::Undefined => Text::from("undefined"),
        Kind::Null => Text::from("null"),
        Kind::Bool(bool) => Text::from(if *bool { "true" } else { "false" }),
        Kind::Number(number) => Text::from(number::format(*number)),
        Kind::Text(text) => text.clone(),
        Kind::Safe(text) => (**text).clone(),
        Kind::List(list) => {
            let items = list.items();
            join(items.iter(), &Text::from(","), budget, depth + 1)?
        }
        Kind::Record(_) => Text::from("[object Object]"),
        Kind::Pattern(value) => Text::from(format!("{:?}", value.pattern)),
        Kind::Callable(_) => return Err(callable_as_value()),
    })
}

/// The texts of values, one behind the other; what is nothing is left out, but not its separator.
pub(super) fn join_values<'v>(
    values: impl Iterator<Item = &'v Value>,
    separator: &Text,
    budget: &Budget,
) -> Outcome<Text> {
    join(values, separator, budget, 1)
}

fn join<'v>(
    values: impl Iterator<Item = &'v Value>,
    separator: &Text,
    budget: &Budget,
    depth: usize,
) -> Outcome<Text> {
    let mut joined = TextBuilder::default();
    for (index, value) in values.enumerate() {
        budget.step()?;
        if index > 0 {
            budget.text(separator.bytes())?;
            joined.push(separator);
        }
        if value.is_something() {
            let text = text_at(value, budget, depth)?;
            budget.text(text.bytes())?;
            joined.push(&text);
        }
    }
    Ok(joined.finish())
}

/// As a key of a record or list.
pub(super) fn to_key(value: &Value, budget: &Budget) -> Outcome<Arc<str>> {
    Ok(to_text(value, budget)?.to_key())
}

pub(super) fn to_number(value: &Value, budget: &Budget) -> Outcome<f64> {
    Ok(number_of(&primitive(value, budget)?))
}

fn number_of(primitive: &Primitive) -> f64 {
    match primitive {
        Primitive::Undefined => f64::NAN,
        Primitive::Null => 0.0,
        Primitive::Bool(bool) => f64::from(*bool),
        Primitive::Number(number) => *number,
        Primitive::Text(text) => number::parse(&text.to_str()),
    }
}

fn text_of(primitive: Primitive) -> Text {
    match primitive {
        Primitive::Undefined => Text::from("undefined"),
        Primitive::Null => Text::from("null"),
        Primitive::Bool(bool) => Text::from(if bool { "true" } else { "false" }),
        Primitive::Number(number) => Text::from(number::format(number)),
        Primitive::Text(text) => text,
    }
}

/// `left + right`: texts are put together, everything else is added.
pub(super) fn add(left: &Value, right: &Value, budget: &Budget) -> Outcome<Value> {
    let (left, right) = (primitive(left, budget)?, primitive(right, budget)?);
    if !matches!(left, Primitive::Text(_)) && !matches!(right, Primitive::Text(_)) {
        return Ok((number_of(&left) + number_of(&right)).into());
    }
    Ok(put_together(&text_of(left), &text_of(right), budget)?.into())
}

/// `left ~ right`
pub(super) fn concat(left: &Value, right: &Value, budget: &Budget) -> Outcome<Value> {
    let (left, right) = (to_text(left, budget)?, to_text(right, budget)?);
    Ok(put_together(&left, &right, budget)?.into())
}

fn put_together(left: &Text, right: &Text, budget: &Budget) -> Outcome<Text> {
    budget.text(left.bytes() + right.bytes())?;
    let mut together = TextBuilder::default();
    together.push(left);
    together.push(right);
    Ok(together.finish())
}

/// How two values are ordered; none if one of them is no number.
pub(super) fn order(left: &Value, right: &Value, budget: &Budget) -> Outcome<Option<Ordering>> {
    let (left, right) = (primitive(left, budget)?, primitive(right, budget)?);
    if let (Primitive::Text(left), Primitive::Text(right)) = (&left, &right) {
        budget.read(left.bytes().min(right.bytes()))?;
        return Ok(Some(left.cmp(right)));
    }
    Ok(number_of(&left).partial_cmp(&number_of(&right)))
}

/// `left === right`: lists, records and safe texts are the same only as themselves.
pub(super) fn is_same(left: &Value, right: &Value) -> bool {
    match (&left.kind, &right.kind) {
        (Kind::Undefined, Kind::Undefined) | (Kind::Null, Kind::Null) => true,
        (Kind::Bool(left), Kind::Bool(right)) => left == right,
        (Kind::Number(left), Kind::Number(right)) => number::same(*left, *right),
        (Kind::Text(left), Kind::Text(right)) => left == right,
        (Kind::Safe(left), Kind::Safe(right)) => Rc::ptr_eq(left, right),
        (Kind::List(left), Kind::List(right)) => Rc::ptr_eq(left, right),
        (Kind::Record(left), Kind::Record(right)) => Rc::ptr_eq(left, right),
        (Kind::Pattern(left), Kind::Pattern(right)) => Rc::ptr_eq(left, right),
        (Kind::Callable(left), Kind::Callable(right)) => Rc::ptr_eq(left, right),
        _ => false,
    }
}

/// `left == right`
pub(super) fn is_equal(left: &Value, right: &Value, budget: &Budget) -> Outcome<bool> {
    if is_same(left, right) {
        return Ok(true);
    }
    if !is_primitive(left) && !is_primitive(right) {
        return Ok(false);
    }
    Ok(is_equal_primitive(
        &primitive(left, budget)?,
        &primitive(right, budget)?,
    ))
}

fn is_primitive(value: &Value) -> bool {
    matches!(
        value.kind,
        Kind::Undefined | Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::Text(_)
    )
}

fn is_equal_primitive(left: &Primitive, right: &Primitive) -> bool {
    use Primitive::{Bool, Null, Number, Text, Undefined};
    match (left, right) {
        (Undefined | Null, Undefined | Null) => true,
        (Undefined | Null, _) | (_, Undefined | Null) => false,
        (Text(left), Text(right)) => left == right,
        (Bool(left), Bool(right)) => left == right,
        (Number(left), Number(right)) => number::same(*left, *right),
        _ => number::same(number_of(left), number_of(right)),
    }
}

/// `needle in container`
pub(super) fn is_in(needle: &Value, container: &Value, budget: &Budget) -> Outcome<bool> {
    match &container.kind {
        Kind::Text(text) => {
            let needle = to_text(needle, budget)?;
            budget.read(text.bytes() + needle.bytes())?;
            Ok(text.find(&needle, 0).is_some())
        }
        Kind::Safe(_) => {
            let key = to_key(needle, budget)?;
            Ok(matches!(&*key, "length" | "val"))
        }
        Kind::List(list) => {
            budget.steps(list.len() / 8)?;
            Ok(list.items().iter().any(|item| is_same(item, needle)))
        }
        Kind::Record(record) => Ok(record.get(&to_key(needle, budget)?).is_some()),
        _ => Err(Failure::new(format!(
            "\"in\" looks into a list, a record or a text, and this is {}",
            container.kind_name()
        ))),
    }
}

/// What stands under a key of a value, without its methods.
pub(super) fn own_member(target: &Value, key: &str, budget: &Budget) -> Outcome<Option<Value>> {
    let member = match &target.kind {
        Kind::Record(record) => record.get(key).cloned(),
        Kind::List(list) if key == "length" => Some(number::of(list.len()).into()),
        Kind::List(list) => index(key).and_then(|index| list.get(index)),
        Kind::Text(text) => text_member(text, key, budget)?,
        Kind::Safe(text) if key == "val" => Some((**text).clone().into()),
        Kind::Safe(text) => text_member(text, key, budget)?,
        _ => None,
    };
    let secret = match &target.kind {
        Kind::List(list) => target.secret || list.is_marked(),
        _ => target.secret,
    };
    Ok(member.map(|member| member.marked(secret)))
}

fn text_member(text: &Text, key: &str, budget: &Budget) -> Outcome<Option<Value>> {
    budget.read(text.bytes())?;
    if key == "length" {
        return Ok(Some(number::of(text.len()).into()));
    }
    let unit = index(key).and_then(|index| text.unit(index));
    Ok(unit.map(Value::from))
}

/// An index as it is written, which has no sign, no point and no zeros in front.
fn index(key: &str) -> Option<usize> {
    let is_index = key.bytes().all(|byte| byte.is_ascii_digit());
    let is_written = key == "0" || !key.starts_with('0');
    (is_index && is_written).then(|| key.parse().ok())?
}
