//! The cases of `config/`: substitution, includes, environment, layers and durations.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use serde_json::{Map, Value, json};
use server::config::duration::read_duration;
use server::config::env::read_env;
use server::config::include::{Surroundings, include};
use server::config::node::{Node, Origin};
use server::config::reader::{ConfigReader, Layer};
use server::config::substitute::substitute;

use crate::report::{Outcome, Verdict};

/// What a case yields: a value, or the message of an error.
type Answer = Result<Value, String>;

/// Answers for the files of `config/`.
pub(crate) fn cases(file: &str, cases: &[Value]) -> Option<Vec<Outcome>> {
    let answer: fn(&Value) -> Option<Answer> = match file {
        "config/durations.json" => duration,
        "config/env-vars.json" => env_vars,
        "config/include.json" => included,
        "config/reader-merge.json" => read,
        "config/substitution.json" => substitution,
        _ => return None,
    };
    let outcomes = cases.iter().map(|case| {
        let id = case["id"].as_str().unwrap_or_default();
        let verdict = match answer(case) {
            Some(actual) => compare(case, actual),
            None => Verdict::NotApplicable(format!("'{}' is not recorded in full", case["fn"])),
        };
        Outcome::new(id, verdict)
    });
    Some(outcomes.collect())
}

fn compare(case: &Value, actual: Answer) -> Verdict {
    let expected = match case.get("error") {
        None => Ok(plain(&case["result"])),
        Some(error) => Err(error["message"].as_str().unwrap_or_default().to_owned()),
    };
    let same = match (&expected, &actual) {
        (Ok(expected), Ok(actual)) => expected == actual,
        // The reader's own wording is exact; elsewhere the same things must be named.
        (Err(expected), Err(actual))
            if case["id"].as_str().is_some_and(|id| id.starts_with("rd-")) =>
        {
            expected == actual
        }
        (Err(expected), Err(actual)) => names(expected).all(|name| actual.contains(name)),
        _ => false,
    };
    if same {
        Verdict::Passed
    } else {
        Verdict::Failed {
            expected: format!("{expected:?}"),
            actual: format!("{actual:?}"),
        }
    }
}

/// The quoted words of a message and the file names in it.
fn names(message: &str) -> impl Iterator<Item = &str> {
    let quoted = message.split('\'').skip(1).step_by(2);
    let files = message
        .split([' ', ','])
        .filter(|word| Path::new(word).extension().is_some());
    quoted.chain(files)
}

/// The recorded value: undefined entries are absent, whole numbers are integers, and a reader is the
/// value below it.
fn plain(recorded: &Value) -> Value {
    match recorded {
        Value::Object(entries) => match entries.get("__type").and_then(Value::as_str) {
            Some("undefined") => Value::Null,
            Some("Config") => plain(&entries["value"]),
            _ => entries
                .iter()
                .filter(|(_, value)| !is_undefined(value))
                .map(|(key, value)| (key.clone(), plain(value)))
                .collect::<Map<_, _>>()
                .into(),
        },
        Value::Array(items) => items.iter().map(plain).collect(),
        other => other.clone(),
    }
}

fn is_undefined(value: &Value) -> bool {
    value.get("__type").is_some_and(|kind| kind == "undefined")
}

fn node(recorded: &Value) -> Node {
    Node::from_json(plain(recorded), &Origin::named("recorded"))
}

fn duration(case: &Value) -> Option<Answer> {
    let config = &case["args"][0];
    let data = node(config.get("data")?);
    let layer = Layer {
        data: &data,
        context: config["context"].as_str()?,
    };
    let key = case["args"][1]["key"].as_str();
    let answer = read_duration(&ConfigReader::new(&[layer]), key);
    Some(match answer {
        Ok(duration) => Ok(duration.to_json()),
        Err(error) => Err(error.message),
    })
}

fn env_vars(case: &Value) -> Option<Answer> {
    let vars = case["args"][0].as_object()?;
    let vars = vars
        .iter()
        .filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())))
        .collect();
    Some(match read_env(&vars) {
        Ok(Some(layer)) => Ok(json!([{"data": layer.to_json(), "context": "env"}])),
        Ok(None) => Ok(json!([])),
        Err(problem) => Err(problem.message),
    })
}

fn substitution(case: &Value) -> Option<Answer> {
    let env = BTreeMap::from(
        [("SECRET", "my-secret"), ("TOKEN", "my-token")]
            .map(|(name, value)| (name.to_owned(), value.to_owned())),
    );
    let Some(text) = case["args"].get(0)?.as_str() else {
        return Some(Ok(json!({"applied": false})));
    };
    Some(Ok(applied(substitute(text, &env).map(Value::String))))
}

/// An undefined value is absent in what [`plain`] makes of the record.
fn applied(value: Option<Value>) -> Value {
    match value {
        Some(value) => json!({"applied": true, "value": value}),
        None => json!({"applied": true}),
    }
}

fn included(case: &Value) -> Option<Answer> {
    let env = BTreeMap::from(
        [
            ("SECRET", "my-secret"),
            ("MY_SUBSTITUTION", "fooSubstitution"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned())),
    );
    let around = Surroundings {
        env: &env,
        read: &recorded_file,
    };
    let dir = Path::new(case["args"][1]["dir"].as_str()?);
    Some(match include(&node(&case["args"][0]), "", dir, &around) {
        Ok(None) => Ok(json!({"applied": false})),
        Ok(Some(included)) => {
            let mut answer = applied(included.value.map(|node| node.to_json()));
            if included.dir != dir {
                answer["newDir"] = json!(included.dir);
            }
            Ok(answer)
        }
        Err(problem) => Err(format!("{} in {}", problem.message, problem.file)),
    })
}

fn recorded_file(path: &Path) -> io::Result<String> {
    let content = match path.to_str().unwrap_or_default() {
        "/my-secret" => "secret",
        "/with-newline-at-the-end" => "value without newline at the end\n\n",
        "/my-data.json" => r#"{"a":{"b":{"c":42}}}"#,
        "/my-data.yaml" => "some:\n yaml:\n  key: 7",
        "/my-data.yml" => "different: { key: hello }",
        "/invalid.yaml" => "foo: [}",
        "/fooSubstitution/my-data.json" => r#"{"foo":"bar"}"#,
        _ => return Err(io::Error::new(io::ErrorKind::NotFound, "File not found!")),
    };
    Ok(content.to_owned())
}

fn read(case: &Value) -> Option<Answer> {
    let config = &case["config"];
    let recorded: Vec<&Value> = match config.get("layers") {
        Some(layers) => layers.as_array()?.iter().collect(),
        None => vec![config],
    };
    let sources: Vec<(String, Node)> = recorded
        .iter()
        .map(|layer| {
            let context = layer["context"].as_str().unwrap_or("empty-config");
            (context.to_owned(), node(&with_nulls(&layer["data"])))
        })
        .collect();
    let layers: Vec<Layer<'_>> = sources
        .iter()
        .map(|(context, data)| Layer { data, context })
        .collect();
    let reader = ConfigReader::new(&layers);
    let key = case["args"][0].as_str().unwrap_or_default();
    let name = case["fn"].as_str()?;
    let optional = name.starts_with("getOptional");
    let found = match name
        .trim_start_matches("getOptional")
        .trim_start_matches("get")
    {
        "keys" => return Some(Ok(sorted(reader.keys(), case))),
        "has" => reader.has(key).map(|has| Some(json!(has))),
        "" => reader.optional(key),
        "String" => reader
            .optional_string(key)
            .map(|found| found.map(Value::String)),
        "Number" => reader.optional_number(key).map(|found| found.map(whole)),
        "Boolean" => reader
            .optional_boolean(key)
            .map(|found| found.map(Value::Bool)),
        "StringArray" => reader
            .optional_string_array(key)
            .map(|found| found.map(Value::from)),
        "Config" => reader
            .optional_config(key)
            .map(|found| found.and_then(|config| config.optional("").ok().flatten())),
        "ConfigArray" => reader.optional_config_array(key).map(|found| {
            found.map(|configs| {
                let values = configs
                    .iter()
                    .map(|config| config.optional("").ok().flatten());
                values.collect()
            })
        }),
        _ => return None,
    };
    let answer = match found {
        Ok(found) if optional => Ok(found.unwrap_or_default()),
        Ok(found) => reader.required(key, found),
        Err(error) => Err(error),
    };
    Some(answer.map_err(|error| error.message))
}

/// No data at all reads like an empty map.
fn with_nulls(data: &Value) -> Value {
    if is_undefined(data) {
        json!({})
    } else {
        data.clone()
    }
}

/// The order of keys is lost in both the record and the reader, so that of the record is taken.
fn sorted(mut keys: Vec<String>, case: &Value) -> Value {
    let order = case["result"].as_array().cloned().unwrap_or_default();
    let place = |key: &String| order.iter().position(|known| known == key);
    keys.sort_by_key(|key| place(key).unwrap_or(usize::MAX));
    keys.into()
}

fn whole(number: f64) -> Value {
    if number.fract() == 0.0 {
        format!("{number:.0}")
            .parse::<i64>()
            .map_or(json!(number), Value::from)
    } else {
        json!(number)
    }
}
