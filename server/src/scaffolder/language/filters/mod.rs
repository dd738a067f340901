//! The filters that every template knows.
//!
//! To add one: write it in the file of what it is about, name it in [`find`] and [`NAMES`], and in
//! [`keeps_items`] if what it gives back are items as they were.

mod attributes;
mod escape;
mod items;
mod json;
mod numbers;
mod order;
mod sorting;
mod text;

pub(super) use sorting::sort_values;
pub(super) use text::{occurrences, replace_matches};

use super::error::Outcome;
use super::limits::Budget;
use super::value::Value;
use std::cell::Cell;

/// Gives a value for its input and arguments.
pub(super) type FilterFn = fn(&Value, &[Value], &Tools<'_>) -> Outcome<Value>;

/// What filters and methods may use.
pub(super) struct Tools<'t> {
    pub(super) budget: &'t Budget,
    pub(super) random: &'t Cell<u64>,
    /// Whether regular expressions may be run.
    pub(super) has_patterns: bool,
    /// Whether methods of Jinja are known.
    pub(super) is_jinja: bool,
    /// Whether a secret decided that this is done.
    pub(super) is_shaded: bool,
}

pub(super) const NAMES: &[&str] = &[
    "abs",
    "batch",
    "capitalize",
    "center",
    "d",
    "default",
    "dictsort",
    "dump",
    "e",
    "escape",
    "first",
    "float",
    "forceescape",
    "groupby",
    "indent",
    "int",
    "join",
    "last",
    "length",
    "list",
    "lower",
    "nl2br",
    "random",
    "reject",
    "rejectattr",
    "replace",
    "reverse",
    "round",
    "safe",
    "select",
    "selectattr",
    "slice",
    "sort",
    "string",
    "striptags",
    "sum",
    "title",
    "trim",
    "truncate",
    "upper",
    "urlencode",
    "urlize",
    "wordcount",
];

pub(super) fn find(name: &str) -> Option<FilterFn> {
    Some(match name {
        "abs" => numbers::abs,
        "batch" => items::batch,
        "capitalize" => text::capitalize,
        "center" => text::center,
        "d" | "default" => numbers::default,
        "dictsort" => order::dictsort,
        "dump" => json::dump,
        "e" | "escape" => escape::escape,
        "first" => items::first,
        "float" => numbers::float,
        "forceescape" => escape::force_escape,
        "groupby" => attributes::group_by,
        "indent" => text::indent,
        "int" => numbers::int,
        "join" => attributes::join,
        "last" => items::last,
        "length" => items::length,
        "list" => items::list,
        "lower" => text::lower,
        "nl2br" => text::new_lines_to_breaks,
        "random" => items::random,
        "reject" => items::reject,
        "rejectattr" => attributes::reject,
        "replace" => text::replace,
        "reverse" => items::reverse,
        "round" => numbers::round,
        "safe" => escape::safe,
        "select" => items::select,
        "selectattr" => attributes::select,
        "slice" => items::slice,
        "sort" => order::sort,
        "string" => text::string,
        "striptags" => escape::strip_tags,
        "sum" => attributes::sum,
        "title" => text::title,
        "trim" => text::trim,
        "truncate" => text::truncate,
        "upper" => text::upper,
        "urlencode" => escape::url_encode,
        "urlize" => escape::urlize,
        "wordcount" => text::word_count,
        _ => return None,
    })
}

/// Whether a filter gives back items of its input, each with a mark of its own, and what they are does
/// not decide which and in what order.
pub(super) fn keeps_items(name: &str) -> bool {
    matches!(
        name,
        "batch" | "d" | "default" | "first" | "last" | "list" | "random" | "reverse" | "slice"
    )
}

/// An argument, or that there is none.
fn argument(arguments: &[Value], index: usize) -> &Value {
    const NONE: &Value = &Value::UNDEFINED;
    arguments.get(index).unwrap_or(NONE)
}
