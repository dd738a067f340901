//! A schema as a tree of rows, and an example of what fits it. References are followed, cycles and
//! depth end in a link to the type.

use super::render::{Html, id_of, markdown};
use super::value::Value;
use indexmap::IndexMap;

/// How deep a tree goes before it links to the type instead.
const DEPTH: usize = 6;
/// How many rows one tree has at most.
const ROWS: usize = 250;

/// Writes trees of one document.
pub(super) struct Trees<'a> {
    pub(super) root: &'a Value,
    rows: usize,
    /// The references that the place is within.
    within: Vec<String>,
}

impl<'a> Trees<'a> {
    pub(super) fn of(root: &'a Value) -> Self {
        Self {
            root,
            rows: 0,
            within: Vec::new(),
        }
    }

    /// The whole tree of a schema.
    pub(super) fn write(&mut self, schema: &Value, out: &mut Html) {
        self.within.clear();
        self.write_within(schema, out);
    }

    /// The tree of a type. Where it comes again, it is a link.
    pub(super) fn write_type(&mut self, reference: &str, schema: &Value, out: &mut Html) {
        self.within = vec![reference.to_owned()];
        self.write_within(schema, out);
    }

    /// The fields of a schema, without a row for the whole of it.
    pub(super) fn write_fields(&mut self, schema: &Value, out: &mut Html) {
        self.within.clear();
        self.rows = 0;
        let children = children_of(self.root, resolve(self.root, schema));
        if !children.is_empty() {
            out.open("div", "schema");
            self.list(children, 0, out);
            out.close("div");
        }
    }

    fn write_within(&mut self, schema: &Value, out: &mut Html) {
        self.rows = 0;
        out.open("div", "schema");
        self.node(None, schema, false, 0, out);
        out.close("div");
    }

    fn node(
        &mut self,
        name: Option<&str>,
        schema: &Value,
        required: bool,
        depth: usize,
        out: &mut Html,
    ) {
        self.rows += 1;
        let (_, reference) = label(schema, 0);
        let target = resolve(self.root, schema);
        let (is_cycle, named) = match &reference {
            Some(reference) => (self.within.contains(reference), true),
            None => (false, false),
        };
        let children = if is_cycle || depth >= DEPTH || self.rows >= ROWS {
            Vec::new()
        } else {
            children_of(self.root, target)
        };
        let cut = children.is_empty() && !children_of(self.root, target).is_empty();
        if let Some(reference) = &reference {
            self.within.push(reference.clone());
        }
        if children.is_empty() {
            out.open("div", "schema-row");
            line(name, schema, target, required, cut, out);
            out.close("div");
            self.about(schema, target, out);
        } else if name.is_none() && depth == 0 {
            out.open("div", "schema-row");
            line(name, schema, target, required, false, out);
            out.close("div");
            self.about(schema, target, out);
            self.list(children, depth, out);
        } else {
            let open = depth <= 1 && !named || depth == 0;
            out.raw(if open {
                "<details class=\"schema-fold\" open>"
            } else {
                "<details class=\"schema-fold\">"
            });
            out.open("summary", "schema-row");
            line(name, schema, target, required, false, out);
            out.close("summary");
            self.about(schema, target, out);
            self.list(children, depth, out);
            out.close("details");
        }
        if reference.is_some() {
            self.within.pop();
        }
    }

    fn list(&mut self, children: Vec<Child>, depth: usize, out: &mut Html) {
        out.open("ul", "schema-list");
        let total = children.len();
        for (at, child) in children.into_iter().enumerate() {
            if self.rows >= ROWS {
                out.open("li", "meta");
                out.text(&format!("and {} more", total - at));
                out.close("li");
                break;
            }
            out.raw("<li>");
            if let Some(label) = child.label {
                out.element("span", "schema-choice", label);
            }
            self.node(
                child.name.as_deref(),
                &child.schema,
                child.required,
                depth + 1,
                out,
            );
            out.raw("</li>");
        }
        out.close("ul");
    }

    /// The description and what values must keep to.
    fn about(&self, schema: &Value, target: &Value, out: &mut Html) {
        let description = [schema, target]
            .into_iter()
            .find_map(|it| it.get("description").text());
        if let Some(description) = description {
            markdown(description, "schema-text", out);
        }
        let inner = self.resolve(target.get("items"));
        let facts: Vec<(&str, String)> = [target, inner].into_iter().flat_map(facts).collect();
        if !facts.is_empty() {
            out.open("p", "schema-facts");
            for (word, value) in facts {
                out.raw("<span>");
                out.text(word);
                out.raw(" </span><code>");
                out.text(&shortened(&value));
                out.raw("</code>");
            }
            out.close("p");
        }
    }

    pub(super) fn resolve<'b>(&'b self, schema: &'b Value) -> &'b Value {
        resolve(self.root, schema)
    }
}

fn line(
    name: Option<&str>,
    schema: &Value,
    target: &Value,
    required: bool,
    cut: bool,
    out: &mut Html,
) {
    if let Some(name) = name {
        out.element("code", "schema-name", name);
    }
    let (label, reference) = label(schema, 0);
    match reference.filter(|_| cut) {
        Some(reference) => out.link(
            "schema-type link",
            &format!("#{}", id_of("type", &reference)),
            &label,
        ),
        None => out.element("span", "schema-type", &label),
    }
    if required {
        out.element("span", "schema-required", "required");
    }
    if target.get("deprecated").is_true() || schema.get("deprecated").is_true() {
        out.element("span", "schema-required", "deprecated");
    }
}

/// What a chain of references leads to; itself where it leads nowhere.
pub(super) fn resolve<'b>(root: &'b Value, schema: &'b Value) -> &'b Value {
    let mut value = schema;
    for _ in 0..16 {
        match value
            .get("$ref")
            .text()
            .and_then(|reference| root.at(reference))
        {
            Some(next) => value = next,
            None => break,
        }
    }
    value
}

struct Child {
    label: Option<&'static str>,
    name: Option<String>,
    schema: Value,
    required: bool,
}

fn children_of(root: &Value, schema: &Value) -> Vec<Child> {
    let mut all = Vec::new();
    collect(root, schema, 0, &mut all);
    all
}

fn collect(root: &Value, schema: &Value, depth: usize, all: &mut Vec<Child>) {
    if depth > 8 || all.len() > ROWS {
        return;
    }
    let required: Vec<&str> = schema
        .get("required")
        .list()
        .iter()
        .filter_map(Value::text)
        .collect();
    for (name, property) in schema.get("properties").fields() {
        all.push(Child {
            label: None,
            name: Some(name.to_owned()),
            schema: property.clone(),
            required: required.contains(&name),
        });
    }
    // The parts of a whole are shown as one.
    for part in schema.get("allOf").list() {
        collect(root, resolve(root, part), depth + 1, all);
    }
    for (key, label) in [("oneOf", "one of"), ("anyOf", "any of")] {
        for choice in schema.get(key).list() {
            if choice.get("type").text() != Some("null") {
                all.push(Child {
                    label: Some(label),
                    name: None,
                    schema: choice.clone(),
                    required: false,
                });
            }
        }
    }
    let items = schema.get("items");
    if !items.is_null() {
        collect(root, resolve(root, items), depth + 1, all);
    }
    let rest = schema.get("additionalProperties");
    if matches!(rest, Value::Map(_)) {
        all.push(Child {
            label: None,
            name: Some("*".to_owned()),
            schema: rest.clone(),
            required: false,
        });
    }
}

/// What a type is called, and the type it names.
fn label(schema: &Value, depth: usize) -> (String, Option<String>) {
    if let Some(reference) = schema.get("$ref").text() {
        let name = reference
            .rsplit('/')
            .next()
            .unwrap_or(reference)
            .replace("~1", "/");
        return (name, Some(reference.to_owned()));
    }
    if depth > 4 {
        return ("…".to_owned(), None);
    }
    let items = schema.get("items");
    if !items.is_null() {
        let (inner, reference) = label(items, depth + 1);
        return (format!("{inner}[]"), reference);
    }
    let joined = |list: &[Value], by: &str| {
        let names: Vec<String> = list
            .iter()
            .take(5)
            .map(|it| label(it, depth + 1).0)
            .collect();
        names.join(by)
    };
    for (key, by) in [("oneOf", " | "), ("anyOf", " | "), ("allOf", " & ")] {
        let list = schema.get(key).list();
        if !list.is_empty() {
            return (joined(list, by), None);
        }
    }
    let mut name = match schema.get("type") {
        Value::Text(name) => name.clone(),
        Value::List(names) => names
            .iter()
            .map(Value::short)
            .collect::<Vec<_>>()
            .join(" | "),
        _ if !schema.get("properties").is_null() => "object".to_owned(),
        _ if !schema.get("const").is_null() => "constant".to_owned(),
        _ if !schema.get("enum").is_null() => "enum".to_owned(),
        _ => "any".to_owned(),
    };
    if let Some(format) = schema.get("format").text() {
        name = format!("{name} · {format}");
    }
    if schema.get("nullable").is_true() {
        name.push_str(" | null");
    }
    (name, None)
}

fn facts(schema: &Value) -> Vec<(&'static str, String)> {
    let mut facts = Vec::new();
    let values = schema.get("enum").list();
    if !values.is_empty() {
        let mut list: Vec<String> = values.iter().take(30).map(Value::short).collect();
        if values.len() > 30 {
            list.push(format!("… {} in all", values.len()));
        }
        facts.push(("one of", list.join(" · ")));
    }
    for (key, word) in [
        ("const", "always"),
        ("default", "default"),
        ("minimum", "at least"),
        ("exclusiveMinimum", "more than"),
        ("maximum", "at most"),
        ("exclusiveMaximum", "less than"),
        ("multipleOf", "multiple of"),
        ("minLength", "shortest"),
        ("maxLength", "longest"),
        ("pattern", "pattern"),
        ("minItems", "fewest"),
        ("maxItems", "most"),
    ] {
        let value = schema.get(key);
        if !value.is_null() {
            facts.push((word, value.short()));
        }
    }
    if schema.get("readOnly").is_true() {
        facts.push(("only in", "answers".to_owned()));
    }
    if schema.get("writeOnly").is_true() {
        facts.push(("only in", "requests".to_owned()));
    }
    facts
}

fn shortened(text: &str) -> String {
    if text.chars().count() <= 300 {
        return text.to_owned();
    }
    text.chars().take(300).chain(['…']).collect()
}

/// A value that fits a schema: what it gives as an example, or one made of its types.
pub(super) fn example(root: &Value, schema: &Value) -> Value {
    let mut left = 200;
    made(root, schema, 0, &mut left)
}

fn made(root: &Value, schema: &Value, depth: usize, left: &mut usize) -> Value {
    let schema = resolve(root, schema);
    *left = left.saturating_sub(1);
    if *left == 0 || depth > 8 {
        return Value::Null;
    }
    for key in ["example", "const", "default"] {
        if !schema.get(key).is_null() {
            return schema.get(key).clone();
        }
    }
    if let Some(first) = schema
        .get("examples")
        .list()
        .first()
        .or(schema.get("enum").list().first())
    {
        return first.clone();
    }
    for key in ["oneOf", "anyOf"] {
        if let Some(first) = schema.get(key).list().first() {
            return made(root, first, depth + 1, left);
        }
    }
    let mut fields = IndexMap::new();
    for part in schema.get("allOf").list() {
        if let Value::Map(more) = made(root, part, depth + 1, left) {
            fields.extend(more);
        }
    }
    for (name, property) in schema.get("properties").fields() {
        if *left == 0 {
            break;
        }
        if !property.get("writeOnly").is_true() {
            fields.insert(name.to_owned(), made(root, property, depth + 1, left));
        }
    }
    if !fields.is_empty() {
        return Value::Map(fields);
    }
    if !schema.get("items").is_null() {
        return Value::List(vec![made(root, schema.get("items"), depth + 1, left)]);
    }
    let kind = match schema.get("type") {
        Value::List(kinds) => kinds.first().and_then(Value::text),
        other => other.text(),
    };
    match kind {
        Some("object") => Value::Map(IndexMap::new()),
        Some("array") => Value::List(Vec::new()),
        Some("boolean" | "Boolean" | "bool") => Value::Bool(true),
        Some("integer" | "Int" | "int32" | "int64" | "uint32" | "uint64") => Value::Number(
            schema
                .get("minimum")
                .short()
                .parse::<i64>()
                .unwrap_or(1)
                .into(),
        ),
        Some("number" | "Float" | "double" | "float") => {
            serde_json::Number::from_f64(1.5).map_or(Value::Null, Value::Number)
        }
        Some("null") | None => Value::Null,
        Some(_) => Value::from(match schema.get("format").text() {
            Some("date-time") => "2026-03-14T19:30:00Z",
            Some("date") => "2026-03-14",
            Some("time") => "19:30:00",
            Some("email") => "nora@example.com",
            Some("uuid") => "0b9f6a52-6a3e-4f0e-8a53-1f4b7c0b7f10",
            Some("uri" | "url") => "https://example.com",
            _ => "text",
        }),
    }
}
