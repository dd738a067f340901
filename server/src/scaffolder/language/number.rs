//! Numbers as the language writes and reads them: doubles, in the shortest form that tells them apart.

use super::text::is_space;

/// The largest whole number up to which every whole number has a form of its own.
const LARGEST_EXACT: f64 = 9_007_199_254_740_992.0;

/// A count as a number of the language.
#[expect(
    clippy::cast_precision_loss,
    reason = "counts stay far below what is exact"
)]
pub(super) fn of(count: usize) -> f64 {
    count as f64
}

/// A number cut to a count: below zero and none are zero, too large is the largest.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the cast saturates, and is meant to"
)]
pub(super) fn to_count(number: f64) -> usize {
    number as usize
}

/// A whole number, if this is one that is exact.
#[expect(
    clippy::cast_possible_truncation,
    reason = "what is not exact was sorted out"
)]
pub(super) fn to_whole(number: f64) -> Option<i64> {
    let is_whole = same(number.trunc(), number) && number.abs() < LARGEST_EXACT;
    let is_negative_zero = number == 0.0 && number.is_sign_negative();
    (is_whole && !is_negative_zero).then_some(number as i64)
}

/// Equal as the language has it: nothing equals what is no number.
#[expect(clippy::float_cmp, reason = "exactly what the language compares")]
pub(super) fn same(left: f64, right: f64) -> bool {
    left == right
}

/// Without its fraction; zero for what is no number.
pub(super) fn to_integer(number: f64) -> f64 {
    if number.is_nan() { 0.0 } else { number.trunc() }
}

/// Counted from the end when negative, and moved into `0..=len`.
pub(super) fn to_position(number: f64, len: usize) -> usize {
    let number = to_integer(number);
    if number < 0.0 {
        to_count(number + of(len))
    } else {
        to_count(number).min(len)
    }
}

/// As it is written in text.
pub(super) fn format(number: f64) -> String {
    if number.is_nan() {
        return "NaN".to_owned();
    }
    if number.is_infinite() {
        let sign = if number < 0.0 { "-" } else { "" };
        return format!("{sign}Infinity");
    }
    if let Some(whole) = to_whole(number) {
        return whole.to_string();
    }
    if number == 0.0 {
        return "0".to_owned();
    }
    let shortest = format!("{:e}", number.abs());
    let (digits, exponent) = split_exponent(&shortest);
    let sign = if number < 0.0 { "-" } else { "" };
    format!("{sign}{}", place_point(&digits, exponent))
}

/// The digits without their point, and the power of ten of the first.
pub(super) fn split_exponent(scientific: &str) -> (String, i32) {
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((scientific, "0"));
    (mantissa.replace('.', ""), exponent.parse().unwrap_or(0))
}

fn place_point(digits: &str, exponent: i32) -> String {
    let count = i32::try_from(digits.len()).unwrap_or(i32::MAX);
    match exponent {
        0..21 if exponent + 1 >= count => {
            let zeros = usize::try_from(exponent + 1 - count).unwrap_or(0);
            format!("{digits}{}", "0".repeat(zeros))
        }
        0..21 => {
            let (whole, fraction) = digits.split_at(usize::try_from(exponent + 1).unwrap_or(0));
            format!("{whole}.{fraction}")
        }
        -6..0 => {
            let zeros = usize::try_from(-exponent - 1).unwrap_or(0);
            format!("0.{}{digits}", "0".repeat(zeros))
        }
        _ => with_exponent(digits, exponent),
    }
}

/// `1.5e+21`, from the digits and the power of ten of the first.
pub(super) fn with_exponent(digits: &str, exponent: i32) -> String {
    let (first, rest) = digits.split_at(1);
    let point = if rest.is_empty() { "" } else { "." };
    format!("{first}{point}{rest}e{exponent:+}")
}

/// The number that a whole text stands for; empty text is zero.
pub(super) fn parse(text: &str) -> f64 {
    let text = text.trim_matches(is_space);
    if text.is_empty() {
        return 0.0;
    }
    for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] {
        let head = text.get(..2).map(str::to_ascii_lowercase);
        if head.as_deref() == Some(prefix) {
            let digits = &text[2..];
            let is_number = !digits.is_empty() && digits.chars().all(|char| char.is_digit(radix));
            return if is_number {
                from_digits(digits, radix)
            } else {
                f64::NAN
            };
        }
    }
    let (number, rest) = read_decimal(text);
    if rest.is_empty() { number } else { f64::NAN }
}

/// The number that a text begins with, or none.
pub(super) fn parse_start(text: &str) -> f64 {
    read_decimal(text.trim_start_matches(is_space)).0
}

/// The whole number that a text begins with, to a base from 2 to 36 or 0 for "as it is written".
pub(super) fn parse_whole(text: &str, radix: f64) -> f64 {
    let text = text.trim_start_matches(is_space);
    let (sign, digits) = match text.strip_prefix(['-', '+']) {
        Some(digits) if text.starts_with('-') => (-1.0, digits),
        Some(digits) => (1.0, digits),
        None => (1.0, text),
    };
    let hexadecimal = digits
        .strip_prefix("0x")
        .or_else(|| digits.strip_prefix("0X"));
    let (digits, radix) = match (to_integer(radix), hexadecimal) {
        (0.0 | 16.0, Some(digits)) => (digits, 16),
        (0.0, None) => (digits, 10),
        (radix, _) if (2.0..=36.0).contains(&radix) => {
            (digits, u32::try_from(to_count(radix)).unwrap_or(10))
        }
        _ => return f64::NAN,
    };
    let end = digits.find(|char: char| !char.is_digit(radix));
    let digits = &digits[..end.unwrap_or(digits.len())];
    if digits.is_empty() {
        return f64::NAN;
    }
    sign * from_digits(digits, radix)
}

fn from_digits(digits: &str, radix: u32) -> f64 {
    if radix == 10 {
        return digits.parse().unwrap_or(f64::NAN);
    }
    let digits = digits.chars().filter_map(|char| char.to_digit(radix));
    digits.fold(0.0, |number, digit| {
        number.mul_add(f64::from(radix), f64::from(digit))
    })
}

/// A decimal number at the start of a text, and what follows it.
fn read_decimal(text: &str) -> (f64, &str) {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let sign = text.len() - unsigned.len();
    if let Some(rest) = unsigned.strip_prefix("Infinity") {
        let number = f64::INFINITY;
        let negative = text.starts_with('-');
        return (if negative { -number } else { number }, rest);
    }
    let bytes = text.as_bytes();
    let digits_from = |start: usize| {
        let digits = bytes[start..].iter().take_while(|it| it.is_ascii_digit());
        start + digits.count()
    };
    let whole_end = digits_from(sign);
    let mut end = whole_end;
    if bytes.get(end) == Some(&b'.') {
        let fraction_end = digits_from(end + 1);
        if fraction_end > end + 1 || whole_end > sign {
            end = fraction_end;
        }
    }
    if end == sign || (end == sign + 1 && bytes[sign] == b'.') {
        return (f64::NAN, text);
    }
    let mantissa_end = end;
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let signed = usize::from(matches!(bytes.get(end + 1), Some(b'-' | b'+')));
        let exponent_end = digits_from(end + 1 + signed);
        if exponent_end > end + 1 + signed {
            end = exponent_end;
        }
    }
    let number = if end == mantissa_end {
        text[..end].trim_end_matches('.').parse()
    } else {
        text[..end].parse()
    };
    (number.unwrap_or(f64::NAN), &text[end..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_in_their_shortest_form() {
        for (number, text) in [
            (0.0, "0"),
            (-0.0, "0"),
            (1.0, "1"),
            (-2.5, "-2.5"),
            (0.1 + 0.2, "0.30000000000000004"),
            (1e21, "1e+21"),
            (1.5e300, "1.5e+300"),
            (123_456_789_012_345_680_000.0, "123456789012345680000"),
            (1e-6, "0.000001"),
            (1.5e-7, "1.5e-7"),
            (20.0 / 3.0, "6.666666666666667"),
            (f64::NAN, "NaN"),
            (f64::NEG_INFINITY, "-Infinity"),
        ] {
            assert_eq!(format(number), text);
        }
    }

    #[test]
    fn whole_texts_are_numbers() {
        for (text, number) in [
            ("", 0.0),
            (" 12 ", 12.0),
            ("1e3", 1000.0),
            (".5", 0.5),
            ("5.", 5.0),
            ("5.e1", 50.0),
            ("0x1F", 31.0),
            ("0b11", 3.0),
            ("-Infinity", f64::NEG_INFINITY),
        ] {
            assert!(same(parse(text), number), "{text}: {}", parse(text));
        }
        for text in ["a", "1a", "0x", "-0x1", ".", "1e", "1 2", "infinity", "+"] {
            assert!(parse(text).is_nan(), "{text}");
        }
    }

    #[test]
    fn numbers_are_read_from_the_start_of_a_text() {
        assert!(same(parse_start(" 1.5x"), 1.5));
        assert!(same(parse_start("1.e"), 1.0));
        assert!(parse_start("x").is_nan());
        assert!(same(parse_whole("ff", 16.0), 255.0));
        assert!(same(parse_whole("0x1f", 0.0), 31.0));
        assert!(same(parse_whole("-12px", 10.0), -12.0));
        assert!(parse_whole("12", 1.0).is_nan());
        assert!(parse_whole("9", 8.0).is_nan());
    }
}
