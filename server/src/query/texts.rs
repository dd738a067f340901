//! Sorting many texts that begin alike, as references and paths do.

/// Sorts numbers by their texts, byte by byte; of equal texts in no particular order.
///
/// Eight bytes at a time are compared as one number, and only texts that are alike so far are
/// looked at again: each text is fetched from memory once for every eight bytes, not once for every
/// comparison.
pub(super) fn sort<'a>(numbers: &mut [u32], text: impl Fn(u32) -> &'a [u8]) {
    let mut keyed: Vec<(u64, u32)> = numbers.iter().map(|&number| (0, number)).collect();
    let mut waiting = vec![(0, keyed.len(), 0)];
    while let Some((start, end, depth)) = waiting.pop() {
        let alike = &mut keyed[start..end];
        for (key, number) in alike.iter_mut() {
            *key = eight_bytes(text(*number), depth);
        }
        // A text that ends here comes before one that goes on with a zero.
        let ended = |&(_, number): &(u64, u32)| text(number).len() <= depth + WIDTH;
        alike.sort_unstable_by_key(|&(key, _)| key);
        let mut at = start;
        for same in alike.chunk_by_mut(|(a, _), (b, _)| a == b) {
            let next = at + same.len();
            if same.len() > 1 {
                let mut short = 0;
                for place in 0..same.len() {
                    if ended(&same[place]) {
                        same.swap(place, short);
                        short += 1;
                    }
                }
                same[..short].sort_unstable_by_key(|&(_, number)| text(number).len());
                waiting.push((at + short, next, depth + WIDTH));
            }
            at = next;
        }
    }
    for (number, (_, sorted)) in numbers.iter_mut().zip(keyed) {
        *number = sorted;
    }
}

/// Bytes that are compared at once.
const WIDTH: usize = 8;

/// The bytes of a text from a place on, in the order of numbers; zeros behind its end.
fn eight_bytes(text: &[u8], from: usize) -> u64 {
    let rest = text.get(from..).unwrap_or_default();
    if let Some(bytes) = rest.first_chunk::<WIDTH>() {
        return u64::from_be_bytes(*bytes);
    }
    let mut bytes = [0; WIDTH];
    bytes[..rest.len()].copy_from_slice(rest);
    u64::from_be_bytes(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn texts_are_in_the_order_of_their_bytes(
            texts in prop::collection::vec("[ab\0]{0,3}(default/){0,3}[ab\0]{0,10}", 0..60),
        ) {
            let mut numbers: Vec<u32> = (0u32..).take(texts.len()).collect();
            sort(&mut numbers, |number| texts[number as usize].as_bytes());
            let sorted: Vec<&String> = numbers.iter().map(|&number| &texts[number as usize]).collect();
            let mut expected: Vec<&String> = texts.iter().collect();
            expected.sort();
            prop_assert_eq!(sorted, expected);
            numbers.sort_unstable();
            prop_assert!(numbers.into_iter().eq((0u32..).take(texts.len())));
        }
    }
}
