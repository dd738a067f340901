//! Methods of numbers, which write them in other forms.

use super::super::coerce::to_number;
use super::super::error::{Failure, Outcome};
use super::super::filters::Tools;
use super::super::number;
use super::super::value::Value;
use super::argument;
use super::digits::{in_base, round_to};

pub(super) const NAMES: &[&str] = &["toExponential", "toFixed", "toPrecision", "toString"];

pub(super) fn call(number: f64, name: &str, given: &[Value], tools: &Tools<'_>) -> Outcome<Value> {
    let given = match argument(given, 0) {
        given if given.is_undefined() => None,
        given => Some(number::to_integer(to_number(given, tools.budget)?)),
    };
    let within = |least: f64, most: f64| match given {
        Some(given) if (least..=most).contains(&given) => Ok(number::to_count(given)),
        None => Ok(0),
        Some(_) => Err(Failure::new(format!(
            "this takes a number from {least} to {most}"
        ))),
    };
    let written = match (name, given) {
        ("toFixed", _) => to_fixed(number, within(0.0, 100.0)?),
        ("toExponential", None) => to_exponential(number, None),
        ("toExponential", Some(_)) => to_exponential(number, Some(within(0.0, 100.0)?)),
        ("toPrecision", Some(_)) => to_precision(number, within(1.0, 100.0)?),
        ("toString", Some(_)) => in_base(number, within(2.0, 36.0)?),
        _ => number::format(number),
    };
    Ok(written.into())
}

fn sign(number: f64) -> &'static str {
    if number < 0.0 { "-" } else { "" }
}

fn to_fixed(number: f64, fraction: usize) -> String {
    if !number.is_finite() || number.abs() >= 1e21 {
        return number::format(number);
    }
    // One digit more than there is before the point, and all behind it.
    let (digits, exponent) = round_to(number.abs(), Precision::Fraction(fraction));
    let whole_length = usize::try_from(exponent + 1).unwrap_or(0);
    let digits = if exponent < 0 {
        let zeros = usize::try_from(-exponent - 1).unwrap_or(0);
        format!("{}{digits}", "0".repeat(zeros))
    } else {
        digits
    };
    let padded = format!("{digits:0<width$}", width = whole_length + fraction);
    let (whole, behind) = padded.split_at(whole_length);
    let whole = if whole.is_empty() { "0" } else { whole };
    let behind = &behind[..fraction.min(behind.len())];
    let point = if fraction == 0 { "" } else { "." };
    let is_zero = !whole
        .bytes()
        .chain(behind.bytes())
        .any(|digit| digit != b'0');
    let sign = if is_zero && number > -0.5 {
        ""
    } else {
        sign(number)
    };
    format!("{sign}{whole}{point}{behind}")
}

fn to_exponential(number: f64, fraction: Option<usize>) -> String {
    if !number.is_finite() {
        return number::format(number);
    }
    let (digits, exponent) = match fraction {
        Some(fraction) => round_to(number.abs(), Precision::Digits(fraction + 1)),
        None => number::split_exponent(&format!("{:e}", number.abs())),
    };
    format!(
        "{}{}",
        sign(number),
        number::with_exponent(&digits, exponent)
    )
}

fn to_precision(number: f64, count: usize) -> String {
    if !number.is_finite() {
        return number::format(number);
    }
    let (digits, exponent) = round_to(number.abs(), Precision::Digits(count));
    let most = i32::try_from(count).unwrap_or(i32::MAX);
    let written = if exponent < -6 || exponent >= most {
        number::with_exponent(&digits, exponent)
    } else if exponent < 0 {
        let zeros = usize::try_from(-exponent - 1).unwrap_or(0);
        format!("0.{}{digits}", "0".repeat(zeros))
    } else {
        let (whole, behind) = digits.split_at(usize::try_from(exponent + 1).unwrap_or(0));
        let point = if behind.is_empty() { "" } else { "." };
        format!("{whole}{point}{behind}")
    };
    format!("{}{written}", sign(number))
}

/// How many digits are kept.
#[derive(Clone, Copy)]
pub(super) enum Precision {
    /// So many in all.
    Digits(usize),
    /// So many behind the point.
    Fraction(usize),
}
