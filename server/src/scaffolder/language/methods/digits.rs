//! The digits of a number, exactly, rounded, and to other bases.

use super::super::number;
use super::numbers::Precision;

/// More digits than any number has.
const ALL_DIGITS: usize = 800;

/// The digits and the power of ten of the first, half rounded away from zero.
pub(super) fn round_to(positive: f64, precision: Precision) -> (String, i32) {
    let exact = format!("{positive:.ALL_DIGITS$e}");
    let (digits, exponent) = number::split_exponent(&exact);
    let count = match precision {
        Precision::Digits(count) => i32::try_from(count).unwrap_or(i32::MAX),
        Precision::Fraction(count) => exponent + 1 + i32::try_from(count).unwrap_or(i32::MAX),
    };
    let Ok(count) = usize::try_from(count) else {
        return (String::new(), -1);
    };
    let mut kept: Vec<u8> = digits.bytes().take(count).collect();
    let rounds_up = digits
        .as_bytes()
        .get(count)
        .is_some_and(|digit| *digit >= b'5');
    if !rounds_up {
        return (text(kept), if count == 0 { -1 } else { exponent });
    }
    for digit in kept.iter_mut().rev() {
        if *digit != b'9' {
            *digit += 1;
            return (text(kept), exponent);
        }
        *digit = b'0';
    }
    kept.insert(0, b'1');
    if matches!(precision, Precision::Digits(_)) {
        kept.pop();
    }
    (text(kept), exponent + 1)
}

fn text(digits: Vec<u8>) -> String {
    digits.into_iter().map(char::from).collect()
}

/// In another base, with as many digits behind the point as tell the number from its neighbours.
pub(super) fn in_base(number: f64, base: usize) -> String {
    if base == 10 || !number.is_finite() {
        return number::format(number);
    }
    let base = u32::try_from(base).unwrap_or(10);
    let radix = f64::from(base);
    let value = number.abs();
    let (mut whole, mut fraction) = (value.floor(), value - value.floor());
    let mut delta = (0.5 * (value.next_up() - value)).max(0.0_f64.next_up());
    let mut behind: Vec<u32> = Vec::new();
    while fraction >= delta {
        fraction *= radix;
        delta *= radix;
        let digit = digit(fraction);
        behind.push(digit);
        fraction -= f64::from(digit);
        let rounds = fraction > 0.5 || (number::same(fraction, 0.5) && digit % 2 == 1);
        if rounds && fraction + delta > 1.0 {
            whole += f64::from(u8::from(carry(&mut behind, base)));
            break;
        }
    }
    let mut written = whole_in_base(whole, base);
    if !behind.is_empty() {
        written.push('.');
        written.extend(
            behind
                .into_iter()
                .filter_map(|digit| char::from_digit(digit, base)),
        );
    }
    let sign = if number < 0.0 { "-" } else { "" };
    format!("{sign}{written}")
}

fn digit(number: f64) -> u32 {
    u32::try_from(number::to_count(number)).unwrap_or(0)
}

/// Adds one to the last digit; whether one is left over.
fn carry(digits: &mut Vec<u32>, base: u32) -> bool {
    while let Some(last) = digits.pop() {
        if last + 1 < base {
            digits.push(last + 1);
            return false;
        }
    }
    true
}

fn whole_in_base(mut whole: f64, base: u32) -> String {
    let radix = f64::from(base);
    let mut digits = Vec::new();
    // Beyond what is exact, digits are zero.
    while whole >= 9_007_199_254_740_992.0 {
        whole /= radix;
        digits.push('0');
    }
    whole = whole.floor();
    loop {
        let remainder = whole % radix;
        digits.extend(char::from_digit(digit(remainder), base));
        whole = (whole - remainder) / radix;
        if whole <= 0.0 {
            break;
        }
    }
    digits.into_iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_to_other_bases() {
        assert_eq!(in_base(255.0, 16), "ff");
        assert_eq!(in_base(-255.5, 2), "-11111111.1");
        assert_eq!(
            in_base(0.1, 2),
            "0.0001100110011001100110011001100110011001100110011001101"
        );
        assert_eq!(in_base(0.0, 36), "0");
    }

    #[test]
    fn digits_are_rounded_exactly() {
        assert_eq!(round_to(1.005, Precision::Fraction(2)), ("100".into(), 0));
        assert_eq!(round_to(2.5, Precision::Fraction(0)), ("3".into(), 0));
        assert_eq!(round_to(0.5, Precision::Fraction(0)), ("1".into(), 0));
        assert_eq!(round_to(99.95, Precision::Digits(3)), ("100".into(), 2));
        assert_eq!(round_to(0.05, Precision::Fraction(0)), (String::new(), -1));
    }
}
