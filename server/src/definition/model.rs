//! A definition whatever its format: operations in groups, and the types they speak of.

use super::value::Value;

/// What a definition says.
#[derive(Debug)]
pub(super) struct Document {
    /// Its format and that format's version: `OpenAPI 3.1.0`.
    pub(super) format: String,
    pub(super) title: Option<String>,
    pub(super) version: Option<String>,
    /// Markdown, as every description here.
    pub(super) description: Option<String>,
    pub(super) facts: Vec<Fact>,
    pub(super) groups: Vec<Group>,
    /// What the types are called here: schemas, messages.
    pub(super) types_title: &'static str,
    /// The name of each type and where `root` has it.
    pub(super) types: Vec<(String, String)>,
    /// What references lead into.
    pub(super) root: Value,
}

/// One line of what holds for all operations: a server, a way to sign in.
#[derive(Debug)]
pub(super) struct Fact {
    pub(super) kind: &'static str,
    pub(super) name: String,
    pub(super) text: String,
}

#[derive(Debug)]
pub(super) struct Group {
    pub(super) name: String,
    pub(super) description: Option<String>,
    pub(super) operations: Vec<Operation>,
}

#[derive(Debug, Default)]
pub(super) struct Operation {
    /// `GET`, `subscribe`, `query`, `rpc`.
    pub(super) verb: String,
    /// The path, channel, field or method.
    pub(super) name: String,
    pub(super) id: Option<String>,
    pub(super) summary: Option<String>,
    pub(super) description: Option<String>,
    pub(super) deprecated: bool,
    pub(super) security: Vec<String>,
    pub(super) parts: Vec<Part>,
}

#[derive(Debug)]
pub(super) enum Part {
    /// Parameters or arguments.
    Fields { title: String, fields: Vec<Field> },
    /// A message that goes one way or the other.
    Body(Body),
    /// What to type to call it.
    Call {
        title: &'static str,
        language: &'static str,
        text: String,
    },
}

#[derive(Debug)]
pub(super) struct Field {
    pub(super) name: String,
    /// `path`, `query`, …; empty where there is one place.
    pub(super) place: String,
    pub(super) required: bool,
    pub(super) deprecated: bool,
    pub(super) description: Option<String>,
    pub(super) schema: Value,
}

#[derive(Debug)]
pub(super) struct Body {
    pub(super) title: String,
    /// Its media type or name.
    pub(super) note: String,
    pub(super) description: Option<String>,
    pub(super) schema: Value,
    /// Those that are given, by name.
    pub(super) examples: Vec<(String, Value)>,
}
