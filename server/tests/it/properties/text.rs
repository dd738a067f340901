//! Texts and values that come close to what is meant.

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use serde_json::Value;

/// Some of the pieces, in any order.
pub(super) fn made_of(
    pieces: &'static [&'static str],
    most: usize,
) -> impl Strategy<Value = String> {
    vec(prop::sample::select(pieces), 0..most).prop_map(|pieces| pieces.concat())
}

/// JSON of a few levels, with the names that queries give a meaning.
pub(super) fn json_value() -> impl Strategy<Value = Value> {
    const NAMES: &[&str] = &[
        "$all",
        "$any",
        "$not",
        "$in",
        "$exists",
        "$contains",
        "$hasPrefix",
        "kind",
        "metadata.name",
        "__proto__",
        "",
        "a b",
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        "[ -~äß]{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 60, 6, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..6).prop_map(Value::from),
            btree_map(prop::sample::select(NAMES), inner, 0..4).prop_map(|map| {
                let entries = map.into_iter();
                entries
                    .map(|(name, value)| (name.to_owned(), value))
                    .collect()
            }),
        ]
    })
}
