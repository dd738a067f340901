//! Takes what the fake serves out of GitHub's whole description: see `description/README.md`.

use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// What is for people.
const WORDS: [&str; 9] = [
    "deprecated",
    "description",
    "example",
    "examples",
    "externalDocs",
    "summary",
    "tags",
    "title",
    "x-github",
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let done = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["rest", path] => extract(path),
        ["graphql", path] => extract_types(path),
        _ => Err("say `rest` or `graphql`, and the file".to_owned()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("description")
}

fn read(path: &Path) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}

fn write(name: &str, text: &str) -> Result<(), String> {
    let path = folder().join(name);
    std::fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))
}

fn parse(path: &str) -> Result<Value, String> {
    let text = read(Path::new(path))?;
    serde_json::from_str(&text).map_err(|error| format!("{path}: {error}"))
}

fn extract(path: &str) -> Result<(), String> {
    let whole = parse(path)?;
    let mut taken = Taken {
        whole: &whole,
        schemas: BTreeMap::new(),
    };
    let mut operations = BTreeMap::new();
    for line in read(&folder().join("operations.txt"))?.lines() {
        operations.insert(line.to_owned(), taken.operation(line)?);
    }
    let text = format!(
        "{{\"operations\": {{\n{}\n}}, \"schemas\": {{\n{}\n}}}}\n",
        lines(&operations),
        lines(&taken.schemas)
    );
    write("rest.json", &text)
}

/// The fields of the types that are named, with their types and those of their arguments.
fn extract_types(path: &str) -> Result<(), String> {
    let whole = parse(path)?;
    let wanted = read(&folder().join("types.txt"))?;
    let wanted: BTreeSet<&str> = wanted.lines().collect();
    let all = whole["__schema"]["types"].as_array().into_iter().flatten();
    let mut types = BTreeMap::new();
    for described in all {
        let name = described["name"].as_str().unwrap_or_default();
        if !wanted.contains(name) {
            continue;
        }
        let fields = described["fields"].as_array().into_iter().flatten();
        let fields = fields.map(|it| {
            let arguments = it["args"].as_array().into_iter().flatten();
            let arguments = arguments.map(|it| (named(it), kind(&it["type"]).into()));
            let arguments: Map<String, Value> = arguments.collect();
            (
                named(it),
                json!({"type": kind(&it["type"]), "arguments": arguments}),
            )
        });
        let fields: Map<String, Value> = fields.collect();
        types.insert(name.to_owned(), json!({ "fields": fields }));
    }
    write("graphql.json", &format!("{{\n{}\n}}\n", lines(&types)))
}

fn named(value: &Value) -> String {
    value["name"].as_str().unwrap_or_default().to_owned()
}

/// A type as questions write it.
fn kind(value: &Value) -> String {
    match value["kind"].as_str() {
        Some("NON_NULL") => format!("{}!", kind(&value["ofType"])),
        Some("LIST") => format!("[{}]", kind(&value["ofType"])),
        _ => named(value),
    }
}

fn lines(all: &BTreeMap<String, Value>) -> String {
    let lines: Vec<String> = all
        .iter()
        .map(|(name, value)| format!("{}: {value}", json!(name)))
        .collect();
    lines.join(",\n")
}

struct Taken<'a> {
    /// GitHub's description.
    whole: &'a Value,
    schemas: BTreeMap<String, Value>,
}

impl Taken<'_> {
    fn operation(&mut self, line: &str) -> Result<Value, String> {
        let (method, path) = line.split_once(' ').ok_or(line)?;
        let operation = &self.whole["paths"][path][method.to_lowercase()];
        if operation.is_null() {
            return Err(format!("{line} is not described"));
        }
        let mut query = Map::new();
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            let parameter = follow(self.whole, parameter);
            if parameter["in"] == "query" {
                let name = parameter["name"].as_str().unwrap_or_default();
                query.insert(name.to_owned(), self.schema(&parameter["schema"]));
            }
        }
        let mut taken = json!({ "query": query });
        let body = follow(self.whole, &operation["requestBody"]);
        if let Some(schema) = json_schema(body) {
            taken["body"] = self.schema(schema);
            let is_required = body["required"] == json!(true) || is_asking(schema);
            taken["required"] = is_required.into();
        }
        let mut answers = Map::new();
        for (status, answer) in operation["responses"].as_object().into_iter().flatten() {
            if status.starts_with('2') {
                let schema = json_schema(follow(self.whole, answer));
                let schema = schema.map_or(Value::Null, |it| self.schema(it));
                answers.insert(status.clone(), schema);
            }
        }
        taken["answers"] = answers.into();
        Ok(taken)
    }

    /// The schema without words, and all that it names beside it.
    fn schema(&mut self, schema: &Value) -> Value {
        let bare = bare(schema);
        let mut names = BTreeSet::new();
        collect_names(&bare, &mut names);
        for name in names {
            if !self.schemas.contains_key(&name) {
                self.schemas.insert(name.clone(), Value::Null);
                let found = self.whole["components"]["schemas"][&name].clone();
                let found = self.schema(&found);
                self.schemas.insert(name, found);
            }
        }
        bare
    }
}

/// What a reference to a parameter, a body or an answer means.
fn follow<'a>(whole: &'a Value, value: &'a Value) -> &'a Value {
    let target = value["$ref"].as_str().and_then(|it| it.strip_prefix('#'));
    target.map_or(value, |it| whole.pointer(it).unwrap_or(&Value::Null))
}

fn json_schema(value: &Value) -> Option<&Value> {
    let content = value["content"].as_object()?;
    let (_, described) = content.iter().find(|(kind, _)| kind.contains("json"))?;
    described.get("schema")
}

/// Whether something must stand in a body, whatever is said of the body itself.
fn is_asking(schema: &Value) -> bool {
    schema["required"]
        .as_array()
        .is_some_and(|it| !it.is_empty())
}

/// Without words, and in the terms of draft 7: what may be nothing says so in its type.
fn bare(schema: &Value) -> Value {
    let object = match schema {
        Value::Array(all) => return all.iter().map(bare).collect(),
        Value::Object(object) => object,
        other => return other.clone(),
    };
    let mut bared = Map::new();
    for (name, value) in object {
        let is_word = WORDS.contains(&name.as_str());
        if is_word || name == "nullable" || name == "default" {
            continue;
        }
        let value = match (name.as_str(), value) {
            ("properties", Value::Object(all)) => {
                let all = all.iter().map(|(name, it)| (name.clone(), bare(it)));
                Value::Object(all.collect())
            }
            ("enum", value) => value.clone(),
            ("$ref", Value::String(target)) => {
                let name = target.rsplit('/').next().unwrap_or_default();
                format!("#/definitions/{name}").into()
            }
            (_, value) => bare(value),
        };
        bared.insert(name.clone(), value);
    }
    if object.get("nullable") == Some(&json!(true)) {
        or_nothing(bared)
    } else {
        bared.into()
    }
}

fn or_nothing(mut schema: Map<String, Value>) -> Value {
    if let Some(all) = schema.get_mut("enum").and_then(Value::as_array_mut)
        && !all.contains(&Value::Null)
    {
        all.push(Value::Null);
    }
    match schema.get("type").cloned() {
        Some(kind @ Value::String(_)) => {
            schema.insert("type".to_owned(), json!([kind, "null"]));
            schema.into()
        }
        _ => json!({"anyOf": [schema, {"type": "null"}]}),
    }
}

fn collect_names(schema: &Value, names: &mut BTreeSet<String>) {
    match schema {
        Value::Array(all) => all.iter().for_each(|it| collect_names(it, names)),
        Value::Object(object) => {
            for (name, value) in object {
                match value
                    .as_str()
                    .and_then(|it| it.strip_prefix("#/definitions/"))
                {
                    Some(target) if name == "$ref" => {
                        names.insert(target.to_owned());
                    }
                    _ => collect_names(value, names),
                }
            }
        }
        _ => {}
    }
}
