//! GitHub's published description of its REST API, held against what is asked and answered.
//!
//! The part of it that is served here stands in `description/rest.json`; see the text beside it.

use jsonschema::{Draft, Validator};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{LazyLock, OnceLock};

static DESCRIPTION: LazyLock<Description> = LazyLock::new(Description::read);

/// Mistakes that are told of one request or answer.
const MOST: usize = 5;

/// Parameters at the end of a path that may contain slashes.
const DEEP: [&str; 4] = ["path", "ref", "basehead", "tree_sha"];

pub(crate) struct Description {
    operations: Vec<Operation>,
    schemas: Map<String, Value>,
}

/// One method of one path.
pub(crate) struct Operation {
    /// `GET /repos/{owner}/{repo}`.
    pub(crate) name: String,
    query: Map<String, Value>,
    body: Option<Schema>,
    is_body_required: bool,
    /// By status; nothing where an answer has no content.
    answers: BTreeMap<u16, Option<Schema>>,
}

struct Schema {
    schema: Value,
    validator: OnceLock<Validator>,
}

impl Description {
    fn read() -> Self {
        let text = include_str!("../description/rest.json");
        let mut all: Value = serde_json::from_str(text).expect("it is made by `extract`");
        let taken = |value: &mut Value| match value.take() {
            Value::Object(object) => object,
            _ => Map::new(),
        };
        let operations = taken(&mut all["operations"]).into_iter();
        Self {
            operations: operations
                .map(|(name, it)| Operation::of(name, it))
                .collect(),
            schemas: taken(&mut all["schemas"]),
        }
    }
}

impl Operation {
    fn of(name: String, mut described: Value) -> Self {
        let schema = |schema: Value| Schema {
            schema,
            validator: OnceLock::new(),
        };
        let answers = described["answers"].as_object().into_iter().flatten();
        Self {
            name,
            answers: answers
                .map(|(status, it)| {
                    let status = status.parse().expect("a status is a number");
                    (status, (!it.is_null()).then(|| schema(it.clone())))
                })
                .collect(),
            query: described["query"].as_object().cloned().unwrap_or_default(),
            is_body_required: described["required"] == json!(true),
            body: described
                .get_mut("body")
                .map(|it| schema(strict(it.take()))),
        }
    }

    /// What a request asks for, and the parameters of its path.
    pub(crate) fn find(
        method: &str,
        path: &str,
    ) -> Option<(&'static Self, BTreeMap<String, String>)> {
        let all = DESCRIPTION.operations.iter();
        let found = all.filter_map(|operation| {
            let (wanted, template) = operation.name.split_once(' ')?;
            let parameters = (wanted == method).then(|| parameters(template, path))??;
            Some((operation, parameters))
        });
        // Words mean more than parameters.
        found.min_by_key(|(_, parameters)| parameters.len())
    }

    /// The names of all operations.
    #[cfg(test)]
    pub(crate) fn names() -> impl Iterator<Item = &'static str> {
        DESCRIPTION.operations.iter().map(|it| it.name.as_str())
    }

    /// What is wrong with a query.
    pub(crate) fn mistakes_of_query(&self, query: &BTreeMap<String, String>) -> Vec<String> {
        let mut mistakes = Vec::new();
        for (name, value) in query {
            let Some(schema) = self.query.get(name) else {
                mistakes.push(format!("there is no parameter “{name}”"));
                continue;
            };
            let is_number = schema["type"] == "integer";
            let choices = schema["enum"].as_array();
            if is_number && value.parse::<i64>().is_err()
                || choices.is_some_and(|all| !all.iter().any(|it| it == value))
            {
                mistakes.push(format!("“{name}” cannot be “{value}”"));
            }
        }
        mistakes
    }

    /// What is wrong with a body; `None` is none at all.
    pub(crate) fn mistakes_of_body(&self, body: Option<&Value>) -> Vec<String> {
        match (&self.body, body) {
            (None, Some(_)) => vec!["nothing is said of a body".to_owned()],
            (Some(_), None) if self.is_body_required => vec!["there is no body".to_owned()],
            (_, None) => Vec::new(),
            (Some(schema), Some(body)) => schema.mistakes(body),
        }
    }

    /// What is wrong with an answer of ours.
    pub(crate) fn mistakes_of_answer(&self, status: u16, body: Option<&Value>) -> Vec<String> {
        match (self.answers.get(&status), body) {
            (None, _) => vec![format!("it is never answered with {status}")],
            (Some(None), Some(body)) => vec![format!("{status} has no content, not {body}")],
            (Some(Some(_)), None) => vec![format!("{status} has content")],
            (Some(None), None) => Vec::new(),
            (Some(Some(schema)), Some(body)) => schema.mistakes(body),
        }
    }
}

impl Schema {
    fn mistakes(&self, value: &Value) -> Vec<String> {
        let validator = self.validator.get_or_init(|| compile(&self.schema));
        let mistakes = validator.iter_errors(value).take(MOST);
        mistakes
            .map(|it| format!("{}: {it}", it.instance_path().as_str()))
            .map(|it| it.chars().take(400).collect())
            .collect()
    }
}

fn compile(schema: &Value) -> Validator {
    let mut definitions = Map::new();
    let mut names = BTreeSet::new();
    collect_names(schema, &mut names);
    while let Some(name) = names.pop_first() {
        if !definitions.contains_key(&name) {
            let schema = &DESCRIPTION.schemas[&name];
            collect_names(schema, &mut names);
            definitions.insert(name, schema.clone());
        }
    }
    jsonschema::options()
        .with_draft(Draft::Draft7)
        .should_validate_formats(false)
        .build(&json!({"allOf": [schema], "definitions": definitions}))
        .expect("what GitHub publishes is a schema")
}

fn collect_names(schema: &Value, names: &mut BTreeSet<String>) {
    match schema {
        Value::Array(all) => all.iter().for_each(|it| collect_names(it, names)),
        Value::Object(object) => {
            for (name, value) in object {
                let target = value.as_str().filter(|_| name == "$ref");
                match target.and_then(|it| it.strip_prefix("#/definitions/")) {
                    Some(target) => {
                        names.insert(target.to_owned());
                    }
                    None => collect_names(value, names),
                }
            }
        }
        _ => {}
    }
}

/// What is not named is a mistake: GitHub passes over it in silence, and a test must not.
fn strict(schema: Value) -> Value {
    match schema {
        Value::Array(all) => all.into_iter().map(strict).collect(),
        Value::Object(object) => {
            let mut object: Map<String, Value> = object
                .into_iter()
                .map(|(name, value)| match value {
                    Value::Object(all) if name == "properties" => {
                        let all = all.into_iter().map(|(name, it)| (name, strict(it)));
                        (name, Value::Object(all.collect()))
                    }
                    value => (name, strict(value)),
                })
                .collect();
            if object.contains_key("properties") && !object.contains_key("additionalProperties") {
                object.insert("additionalProperties".to_owned(), false.into());
            }
            Value::Object(object)
        }
        other => other,
    }
}

/// The parameters of a path that a template means, decoded.
fn parameters(template: &str, path: &str) -> Option<BTreeMap<String, String>> {
    let decode = |text: &str| {
        let text = percent_encoding::percent_decode_str(text);
        text.decode_utf8().ok().map(std::borrow::Cow::into_owned)
    };
    let wanted: Vec<&str> = template.split('/').collect();
    let given: Vec<&str> = path.split('/').collect();
    let mut parameters = BTreeMap::new();
    for (at, part) in wanted.iter().enumerate() {
        let name = part.strip_prefix('{').and_then(|it| it.strip_suffix('}'));
        let is_last = at + 1 == wanted.len();
        match name {
            Some(name) if is_last && DEEP.contains(&name) => {
                let rest = decode(&given.get(at..)?.join("/"))?;
                if rest.is_empty() && name != "path" {
                    return None;
                }
                parameters.insert(name.to_owned(), rest);
                return Some(parameters);
            }
            Some(name) => {
                let value = given.get(at).filter(|it| !it.is_empty())?;
                parameters.insert(name.to_owned(), decode(value)?);
            }
            None if given.get(at) == Some(part) => {}
            None => return None,
        }
    }
    (given.len() == wanted.len()).then_some(parameters)
}

#[cfg(test)]
mod tests {
    use super::Operation;
    use serde_json::json;

    fn found(request: &str) -> Option<(&'static str, String)> {
        let (method, path) = request.split_once(' ').unwrap();
        let (operation, parameters) = Operation::find(method, path)?;
        let parameters: Vec<String> = parameters.into_values().collect();
        Some((&operation.name, parameters.join(" ")))
    }

    #[test]
    fn a_request_is_one_of_the_operations() {
        let contents = "GET /repos/{owner}/{repo}/contents/{path}";
        let protection = "GET /repos/{owner}/{repo}/branches/{branch}/protection";
        for (request, operation, parameters) in [
            ("GET /repos/a/b/contents/c/d", contents, "a c/d b"),
            ("GET /repos/a/b/contents/", contents, "a  b"),
            (
                "GET /repos/a/b/branches/c%2Fd/protection",
                protection,
                "c/d a b",
            ),
        ] {
            let expected = Some((operation, parameters.to_owned()));
            assert_eq!(found(request), expected, "{request}");
        }
        for unknown in [
            "GET /repos/a",
            "PUT /repos/a/b",
            "GET /repos/a/b/unheard/of",
            "GET /repos//b",
        ] {
            assert_eq!(found(unknown), None, "{unknown}");
        }
    }

    #[test]
    fn what_is_not_described_is_a_mistake() {
        let (create, _) = Operation::find("POST", "/orgs/playhouse/repos").unwrap();
        let mistakes = |body| create.mistakes_of_body(Some(&body)).join("\n");
        assert_eq!(mistakes(json!({"name": "fog", "has_wiki": false})), "");
        assert!(mistakes(json!({"has_wiki": false})).contains("name"));
        assert!(mistakes(json!({"name": "fog", "has_wiki": "no"})).contains("/has_wiki"));
        assert!(mistakes(json!({"name": "fog", "wiki": false})).contains("wiki"));
        assert!(!create.mistakes_of_body(None).is_empty());
        let (list, _) = Operation::find("GET", "/app/installations").unwrap();
        let query = |name: &str, value: &str| {
            let query = [(name.to_owned(), value.to_owned())].into();
            list.mistakes_of_query(&query).len()
        };
        assert_eq!(
            [query("page", "2"), query("page", "b"), query("pages", "2")],
            [0, 1, 1]
        );
    }
}
