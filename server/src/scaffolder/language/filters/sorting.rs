//! Sorts as JavaScript engines do, so that comparisons that contradict themselves come out the same.

use super::super::error::Outcome;
use super::super::value::Value;
use std::cmp::Ordering;

/// Up to here items are put in one by one.
const SHORT: usize = 32;

/// Sorts values, equal ones as they came. What is undefined goes to the end and is not compared.
pub(in super::super) fn sort_values(
    values: Vec<Value>,
    compare: impl Fn(&Value, &Value) -> Outcome<Ordering>,
) -> Outcome<Vec<Value>> {
    let (undefined, mut values): (Vec<_>, Vec<_>) =
        values.into_iter().partition(Value::is_undefined);
    sort(&mut values, &compare)?;
    values.extend(undefined);
    Ok(values)
}

pub(super) fn sort<T: Clone>(
    items: &mut [T],
    compare: &impl Fn(&T, &T) -> Outcome<Ordering>,
) -> Outcome<()> {
    if items.len() <= SHORT {
        return insert(items, compare);
    }
    let middle = items.len() / 2;
    let (left, right) = items.split_at_mut(middle);
    sort(left, compare)?;
    sort(right, compare)?;
    let merged = merge(left, right, compare)?;
    items.clone_from_slice(&merged);
    Ok(())
}

/// Takes the run at the start as it is, turned round if it goes down, and puts in the others.
fn insert<T>(items: &mut [T], compare: &impl Fn(&T, &T) -> Outcome<Ordering>) -> Outcome<()> {
    let mut sorted = run(items, compare)?;
    while sorted < items.len() {
        let (mut low, mut high) = (0, sorted);
        while low < high {
            let middle = low + (high - low) / 2;
            if compare(&items[sorted], &items[middle])? == Ordering::Less {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        items[low..=sorted].rotate_right(1);
        sorted += 1;
    }
    Ok(())
}

fn run<T>(items: &mut [T], compare: &impl Fn(&T, &T) -> Outcome<Ordering>) -> Outcome<usize> {
    let [first, second, ..] = items else {
        return Ok(items.len());
    };
    let goes_down = compare(second, first)? == Ordering::Less;
    let mut end = 2;
    while end < items.len() {
        let is_less = compare(&items[end], &items[end - 1])? == Ordering::Less;
        if is_less != goes_down {
            break;
        }
        end += 1;
    }
    if goes_down {
        items[..end].reverse();
    }
    Ok(end)
}

fn merge<T: Clone>(
    left: &[T],
    right: &[T],
    compare: &impl Fn(&T, &T) -> Outcome<Ordering>,
) -> Outcome<Vec<T>> {
    let mut merged = Vec::with_capacity(left.len() + right.len());
    let (mut i, mut j) = (0, 0);
    while i < left.len() && j < right.len() {
        if compare(&right[j], &left[i])? == Ordering::Less {
            merged.push(right[j].clone());
            j += 1;
        } else {
            merged.push(left[i].clone());
            i += 1;
        }
    }
    merged.extend_from_slice(&left[i..]);
    merged.extend_from_slice(&right[j..]);
    Ok(merged)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_items_stay_as_they_came() {
        let mut items: Vec<(usize, usize)> = (0..1000).map(|it| (it * 7 % 10, it)).collect();
        let mut expected = items.clone();
        expected.sort_by_key(|item| item.0);
        sort(&mut items, &|left, right| Ok(left.0.cmp(&right.0))).unwrap();
        assert_eq!(items, expected);
    }

    #[test]
    fn a_comparison_that_always_says_less_turns_the_items_round() {
        let mut items = [1, 2, 3, 4];
        sort(&mut items, &|_, _| Ok(Ordering::Less)).unwrap();
        assert_eq!(items, [4, 3, 2, 1]);
    }
}
