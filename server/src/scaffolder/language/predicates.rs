//! The tests that stand behind `is`.

use super::coerce::{is_same, order, to_number};
use super::error::{Failure, Outcome};
use super::limits::Budget;
use super::number;
use super::text::Text;
use super::value::{Kind, Value, callable_as_value};
use std::cmp::Ordering;

/// Each test, and how many arguments it takes.
pub(super) const NAMES: &[(&str, usize)] = &[
    ("callable", 0),
    ("defined", 0),
    ("divisibleby", 1),
    ("eq", 1),
    ("equalto", 1),
    ("escaped", 0),
    ("even", 0),
    ("falsy", 0),
    ("ge", 1),
    ("greaterthan", 1),
    ("gt", 1),
    ("iterable", 0),
    ("le", 1),
    ("lessthan", 1),
    ("lower", 0),
    ("lt", 1),
    ("mapping", 0),
    ("ne", 1),
    ("null", 0),
    ("number", 0),
    ("odd", 0),
    ("sameas", 1),
    ("string", 0),
    ("truthy", 0),
    ("undefined", 0),
    ("upper", 0),
];

pub(super) fn arity(name: &str) -> Option<usize> {
    let found = NAMES.iter().find(|(own, _)| *own == name);
    found.map(|(_, arity)| *arity)
}

pub(super) fn holds(name: &str, value: &Value, given: &[Value], budget: &Budget) -> Outcome<bool> {
    budget.step()?;
    let other = given.first().unwrap_or(&Value::UNDEFINED);
    if !matches!(name, "callable" | "eq" | "equalto" | "sameas" | "ne") {
        for value in [value, other] {
            if value.holds_callable(budget)? {
                return Err(callable_as_value());
            }
        }
    }
    let remainder = |divisor: f64| -> Outcome<f64> { Ok(to_number(value, budget)? % divisor) };
    let ordered = || order(value, other, budget);
    Ok(match name {
        "callable" => matches!(value.kind, Kind::Callable(_)),
        "defined" => !value.is_undefined(),
        "divisibleby" => number::same(remainder(to_number(other, budget)?)?, 0.0),
        "eq" | "equalto" | "sameas" => is_same(value, other),
        "escaped" => value.is_safe(),
        "even" => number::same(remainder(2.0)?, 0.0),
        "falsy" => !value.is_truthy(),
        "ge" => matches!(ordered()?, Some(Ordering::Greater | Ordering::Equal)),
        "greaterthan" | "gt" => ordered()? == Some(Ordering::Greater),
        "iterable" => {
            if !value.is_something() {
                return Err(Failure::new(
                    "there is nothing to look at; is the name right?",
                ));
            }
            value.text().is_some() || matches!(value.kind, Kind::List(_))
        }
        "le" => matches!(ordered()?, Some(Ordering::Less | Ordering::Equal)),
        "lessthan" | "lt" => ordered()? == Some(Ordering::Less),
        "lower" => is_unchanged(value, str::to_lowercase, budget)?,
        "mapping" => matches!(
            value.kind,
            Kind::Record(_) | Kind::Safe(_) | Kind::Pattern(_)
        ),
        "ne" => !is_same(value, other),
        "null" => matches!(value.kind, Kind::Null),
        "number" => matches!(value.kind, Kind::Number(_)),
        "odd" => number::same(remainder(2.0)?, 1.0),
        "string" => matches!(value.kind, Kind::Text(_)),
        "truthy" => value.is_truthy(),
        "undefined" => value.is_undefined(),
        "upper" => is_unchanged(value, str::to_uppercase, budget)?,
        _ => return Err(Failure::new("there is no such test")),
    })
}

fn is_unchanged(value: &Value, change: fn(&str) -> String, budget: &Budget) -> Outcome<bool> {
    match &value.kind {
        Kind::Safe(_) => Ok(false),
        Kind::Text(text) => {
            budget.read(text.bytes())?;
            let changed: Text = text.map(change);
            Ok(changed == *text)
        }
        _ => Err(Failure::new("this asks about text")),
    }
}
