//! Definitions of APIs as pages: `OpenAPI`, `AsyncAPI`, GraphQL and Protocol Buffers; anything else
//! as coloured text.
//!
//! What comes out is HTML, not data: a definition of 5 MB would otherwise be in a page twice, as
//! markup and as what the browser's program hydrates from, and that program would hold the code for
//! trees that never change. All folds are `<details>`, so nothing waits for a script.
//!
//! Every format is read into one `model`, and its types into JSON Schema, so that `render` and
//! `schema` exist once. To add a format: a file that reads it, a row in `read`.

mod asyncapi;
mod cache;
mod graphql;
mod model;
mod openapi;
mod port;
mod proto;
mod render;
mod schema;
mod value;

pub use cache::Definitions;
pub use port::CatalogDefinitions;

use crate::pointer::escaped;
use model::{Document, Group};
use serde::Deserialize;
use value::Value;

/// The longest definition that is read, in bytes; a longer one is shown as text.
const LONGEST: usize = 8 * 1024 * 1024;
/// The deepest nesting of brackets or indentation that is read.
const DEEPEST: usize = 100;

/// What a reader asks of a definition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Asked<'a> {
    /// Show the text as it was written.
    pub raw: bool,
    /// Words that all have to stand in the head of an operation or type.
    pub text: &'a str,
    /// The id of an operation or type to show whole, whatever its size.
    pub item: &'a str,
    /// The URL of the page, without what is asked.
    pub here: &'a str,
    /// The URL that downloads the text.
    pub download: &'a str,
}

/// The fields of a JSON Schema as a tree, as HTML that is safe to show; empty when it has none.
pub fn fields(schema: &serde_json::Value) -> String {
    let mut out = render::Html::default();
    if let Ok(root) = Value::deserialize(schema) {
        schema::Trees::of(&root).write_fields(&root, &mut out);
    }
    out.into_string()
}

/// Reads a definition of the type that its entity names.
///
/// # Errors
/// What is wrong with it and where, for a reader; an empty text for a type that nobody reads.
fn read(kind: &str, text: &str) -> Result<Document, String> {
    if text.len() > LONGEST {
        return Err("It is longer than 8 MB, so only its text is shown.".to_owned());
    }
    match kind.to_ascii_lowercase().as_str() {
        "graphql" => graphql::read(text),
        "grpc" | "proto" | "protobuf" => proto::read(text),
        "openapi" | "swagger" | "asyncapi" => read_tree(text),
        // A type of the house's own may be one of these all the same.
        _ if begins_like_one(text) => read_tree(text),
        _ => Err(String::new()),
    }
}

fn begins_like_one(text: &str) -> bool {
    let mut lines = text
        .lines()
        .take(20)
        .map(|line| line.trim_start_matches(['{', ' ', '"', '\'']));
    lines.any(|line| {
        ["openapi", "swagger", "asyncapi"].iter().any(|word| {
            line.strip_prefix(word)
                .is_some_and(|rest| rest.trim_start_matches(['"', '\'', ' ']).starts_with(':'))
        })
    })
}

fn read_tree(text: &str) -> Result<Document, String> {
    let root = parse(text)?;
    let is = |key: &str| !root.get(key).is_null();
    if is("asyncapi") {
        Ok(asyncapi::read(root))
    } else if is("openapi") || is("swagger") {
        Ok(openapi::read(root))
    } else {
        Err("Its first level has neither openapi, swagger nor asyncapi.".to_owned())
    }
}

/// YAML or JSON, in bounds.
fn parse(text: &str) -> Result<Value, String> {
    if text.trim_start().starts_with('{')
        && let Ok(value) = serde_json::from_str(text)
    {
        return Ok(value);
    }
    if depth_of(text) > DEEPEST {
        return Err(format!("It is nested deeper than {DEEPEST} levels."));
    }
    let options = serde_yaml::options! {
        strict_booleans: true,
        alias_limits: serde_yaml::alias_limits! { max_total_replayed_events: 100_000 },
        budget: serde_yaml::budget! {
            max_events: 4_000_000,
            max_nodes: 2_000_000,
            max_depth: DEEPEST,
            max_total_scalar_bytes: LONGEST * 2,
        },
    };
    serde_yaml::from_str_with_options(text, options).map_err(|error| {
        let place = error
            .location()
            .map(|at| format!("Line {}, column {}: ", at.line(), at.column()));
        format!("{}{}", place.unwrap_or_default(), error.without_snippet())
    })
}

/// How many brackets are open at most, strings and comments included: a bound, not a measure.
fn depth_of(text: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    for byte in text.bytes() {
        match byte {
            b'{' | b'[' | b'(' => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b'}' | b']' | b')' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

/// The group of a name, made where there is none.
fn named<'a>(groups: &'a mut Vec<Group>, name: &str) -> &'a mut Group {
    let at = groups
        .iter()
        .position(|group| group.name == name)
        .unwrap_or_else(|| {
            groups.push(Group {
                name: name.to_owned(),
                description: None,
                operations: Vec::new(),
            });
            groups.len() - 1
        });
    &mut groups[at]
}

/// The types at a place, each with its reference.
fn types(root: &Value, place: &str) -> Vec<(String, String)> {
    let types = root.at(place).map(Value::fields).into_iter().flatten();
    types
        .map(|(name, _)| (name.to_owned(), format!("{place}/{}", escaped(name))))
        .collect()
}

#[cfg(test)]
mod tests;
