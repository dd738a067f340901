//! Filters about numbers, and about what to take instead of nothing.

use super::super::coerce::{to_number, to_text};
use super::super::error::Outcome;
use super::super::number;
use super::super::value::{Kind, Value};
use super::{Tools, argument};

pub(super) fn abs(input: &Value, _: &[Value], tools: &Tools<'_>) -> Outcome<Value> {
    Ok(to_number(input, tools.budget)?.abs().into())
}

pub(super) fn float(input: &Value, arguments: &[Value], tools: &Tools<'_>) -> Outcome<Value> {
    let number = number::parse_start(&to_text(input, tools.budget)?.to_str());
    Ok(number_or(number, argument(arguments, 0)))
}

pub(super) fn int(input: &Value, arguments: &[Value], tools: &Tools<'_>) -> Outcome<Value> {
    let base = match argument(arguments, 1) {
        base if base.is_undefined() => 10.0,
        base => to_number(base, tools.budget)?,
    };
    let number = number::parse_whole(&to_text(input, tools.budget)?.to_str(), base);
    Ok(number_or(number, argument(arguments, 0)))
}

fn number_or(number: f64, otherwise: &Value) -> Value {
    if number.is_nan() {
        otherwise.clone()
    } else {
        number.into()
    }
}

pub(super) fn round(input: &Value, arguments: &[Value], tools: &Tools<'_>) -> Outcome<Value> {
    let precision = match argument(arguments, 0) {
        precision if precision.is_truthy() => to_number(precision, tools.budget)?,
        _ => 0.0,
    };
    let factor = 10_f64.powf(precision);
    let scaled = to_number(input, tools.budget)? * factor;
    let rounded = match &argument(arguments, 1).kind {
        Kind::Text(method) if method.is("ceil") => scaled.ceil(),
        Kind::Text(method) if method.is("floor") => scaled.floor(),
        _ if scaled - scaled.floor() >= 0.5 => scaled.ceil(),
        _ => scaled.floor(),
    };
    Ok((rounded / factor).into())
}

/// The input if it is defined, or with the second argument if it is truthy.
#[expect(clippy::unnecessary_wraps, reason = "filters have one form")]
pub(super) fn default(input: &Value, arguments: &[Value], _: &Tools<'_>) -> Outcome<Value> {
    let keeps = if argument(arguments, 1).is_truthy() {
        input.is_truthy()
    } else {
        !input.is_undefined()
    };
    let value = if keeps { input } else { argument(arguments, 0) };
    Ok(value.clone())
}
