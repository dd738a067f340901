//! Filters that sort.

use super::super::coerce::{is_same, order};
use super::super::error::{Failure, Outcome};
use super::super::text::Text;
use super::super::value::{Kind, Value};
use super::attributes::{look_up, path};
use super::items::{counted, units};
use super::sorting::{self, sort_values};
use super::{Tools, argument};
use std::cmp::Ordering;

/// `sort(reverse, case_sensitive, attribute)`
pub(super) fn sort(input: &Value, arguments: &[Value], tools: &Tools<'_>) -> Outcome<Value> {
    let values = match &input.kind {
        Kind::List(list) => list.items().clone(),
        Kind::Record(record) => counted(record, tools)?,
        _ => units(input),
    };
    tools.budget.items(values.len())?;
    let is_reversed = argument(arguments, 0).is_truthy();
    let is_case_sensitive = argument(arguments, 1).is_truthy();
    let attribute = path(argument(arguments, 2), tools)?;
    let sorted = sort_values(values, |left, right| {
        let left = look_up(left, &attribute, tools)?;
        let right = look_up(right, &attribute, tools)?;
        let both_text = left.text().is_some() && right.text().is_some();
        let folds = both_text && !is_case_sensitive;
        let folded = |value: &Value| fold(value, folds, str::to_lowercase, tools);
        let ordered = order(&folded(&left)?, &folded(&right)?, tools.budget)?;
        tools.budget.step()?;
        let ordered = ordered.unwrap_or(Ordering::Equal);
        Ok(if is_reversed {
            ordered.reverse()
        } else {
            ordered
        })
    })?;
    Ok(Value::list(sorted))
}

/// `dictsort(case_sensitive, by)`: pairs of key and value.
pub(super) fn dictsort(input: &Value, arguments: &[Value], tools: &Tools<'_>) -> Outcome<Value> {
    let Kind::Record(record) = &input.kind else {
        return Err(Failure::new("this sorts the entries of a record"));
    };
    let is_case_sensitive = argument(arguments, 0).is_truthy();
    let by_value = match &argument(arguments, 1).kind {
        Kind::Undefined => false,
        Kind::Text(by) if by.is("key") => false,
        Kind::Text(by) if by.is("value") => true,
        _ => return Err(Failure::new("this sorts by \"key\" or by \"value\"")),
    };
    tools.budget.items(record.len().saturating_mul(3))?;
    let mut entries: Vec<(Value, Value)> = record
        .iter()
        .map(|(key, value)| (Text::from(key.clone()).into(), value.clone()))
        .collect();
    sorting::sort(&mut entries, &|left, right| {
        let part = |entry: &(Value, Value)| {
            let part = if by_value { &entry.1 } else { &entry.0 };
            fold(part, !is_case_sensitive, str::to_uppercase, tools)
        };
        let (left, right) = (part(left)?, part(right)?);
        tools.budget.step()?;
        Ok(
            if order(&left, &right, tools.budget)? == Some(Ordering::Greater) {
                Ordering::Greater
            } else if is_same(&left, &right) {
                Ordering::Equal
            } else {
                Ordering::Less
            },
        )
    })?;
    let entries = entries.into_iter();
    let pairs = entries.map(|(key, value)| Value::list(vec![key, value]));
    Ok(Value::list(pairs.collect()))
}

fn fold(
    value: &Value,
    folds: bool,
    change: fn(&str) -> String,
    tools: &Tools<'_>,
) -> Outcome<Value> {
    match value.text() {
        Some(text) if folds => {
            tools.budget.read(text.bytes())?;
            Ok(text.map(change).into())
        }
        _ => Ok(value.clone()),
    }
}
