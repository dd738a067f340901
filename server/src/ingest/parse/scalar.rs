//! What a YAML scalar means: the YAML 1.2 core schema.

use serde_json::{Number, Value};
use serde_yaml::granit_parser::{ScalarStyle, Tag};

/// The value of a scalar as written.
pub(super) fn value(text: &str, style: ScalarStyle, tag: Option<&Tag>) -> Value {
    let is_text = match tag.map(|tag| tag.core_suffix().unwrap_or("str")) {
        // An unknown tag makes text of a scalar.
        Some(core) => core == "str",
        None => style != ScalarStyle::Plain,
    };
    let value = if is_text { None } else { core(text) };
    value.unwrap_or_else(|| Value::String(text.to_owned()))
}

/// What a plain scalar is other than text.
fn core(text: &str) -> Option<Value> {
    match text {
        // The last three are no number in JSON.
        "" | "~" | "null" | "Null" | "NULL" | ".nan" | ".NaN" | ".NAN" => return Some(Value::Null),
        "true" | "True" | "TRUE" => return Some(Value::Bool(true)),
        "false" | "False" | "FALSE" => return Some(Value::Bool(false)),
        _ => {}
    }
    if let Some(digits) = text.strip_prefix("0o") {
        return radix(digits, 8);
    }
    if let Some(digits) = text.strip_prefix("0x") {
        return radix(digits, 16);
    }
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    // JSON has no infinity.
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") {
        return Some(Value::Null);
    }
    if is_integer(unsigned) {
        return Some(integer(text));
    }
    is_float(unsigned).then(|| float(text))
}

fn radix(digits: &str, radix: u32) -> Option<Value> {
    // `from_str_radix` would also take a sign.
    let all_digits = !digits.is_empty() && digits.chars().all(|c| c.is_digit(radix));
    all_digits
        .then(|| u64::from_str_radix(digits, radix).ok())
        .flatten()
        .map(Value::from)
}

fn is_integer(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// `.5`, `5.`, `5.5`, `5e3`, `5.5e-3`.
fn is_float(text: &str) -> bool {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let exponent_fits = exponent
        .is_none_or(|exponent| is_integer(exponent.strip_prefix(['-', '+']).unwrap_or(exponent)));
    digits(whole) && digits(fraction) && whole.len() + fraction.len() > 0 && exponent_fits
}

fn integer(text: &str) -> Value {
    if let Ok(number) = text.parse::<i64>() {
        return number.into();
    }
    match text.parse::<u64>() {
        Ok(number) => number.into(),
        Err(_) => float(text),
    }
}

/// A whole number is printed without a fraction, as existing clients are used to.
fn float(text: &str) -> Value {
    /// Above this a double no longer tells neighbouring integers apart.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let Ok(number) = text.parse::<f64>() else {
        return Value::String(text.to_owned());
    };
    if number.fract() == 0.0 && number.abs() < EXACT {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "checked to be whole and small"
        )]
        return Value::from(number as i64);
    }
    Number::from_f64(number).map_or(Value::Null, Value::Number)
}
