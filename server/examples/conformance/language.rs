//! The language of templates.

use crate::report::{Outcome, Verdict};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::json;
use server::scaffolder::language::{Context, Data, Engine, LanguageError, Options};
use std::sync::Arc;

pub(crate) fn cases(file: &str, text: &str) -> Option<Vec<Outcome>> {
    match file {
        "scaffolder/nunjitsu-recorded.json" | "scaffolder/secure-templater.json" => {
            Some(outcomes(file, text, recorded))
        }
        "scaffolder/nunjucks-compat.json" => Some(outcomes(file, text, compatible)),
        "scaffolder/truthiness-and-example-output.json" => Some(outcomes(file, text, truthiness)),
        _ => None,
    }
}

/// What was given to the language, and what came of it.
#[derive(Deserialize)]
struct Recorded {
    id: String,
    options: RecordedOptions,
    template: String,
    #[serde(default, alias = "values")]
    context: Data,
    output: Option<String>,
    error: Option<RecordedError>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[derive(Default)]
struct RecordedOptions {
    cookiecutter_compat: bool,
    trim_blocks: bool,
    lstrip_blocks: bool,
    filters: Vec<String>,
}

#[derive(Deserialize)]
struct RecordedError {
    message: String,
}

#[derive(Deserialize)]
struct Compatible {
    id: String,
    template: String,
    #[serde(default)]
    context: Data,
    expected: String,
}

#[derive(Deserialize)]
struct Truthiness {
    id: String,
    #[serde(rename = "fn")]
    function: String,
    #[serde(default)]
    args: Vec<Data>,
    result: Data,
}

/// One outcome per case of a kind.
fn outcomes<T: DeserializeOwned>(file: &str, text: &str, check: fn(T) -> Outcome) -> Vec<Outcome> {
    match serde_json::from_str::<Vec<T>>(text) {
        Ok(cases) => cases.into_iter().map(check).collect(),
        Err(error) => {
            let verdict = Verdict::Failed {
                expected: "cases of a known form".to_owned(),
                actual: error.to_string(),
            };
            vec![Outcome::new(file, verdict)]
        }
    }
}

fn recorded(case: Recorded) -> Outcome {
    let options = if case.options.cookiecutter_compat {
        Options::cookiecutter()
    } else {
        Options::default()
    };
    let mut options = Options {
        trim_blocks: case.options.trim_blocks,
        lstrip_blocks: case.options.lstrip_blocks,
        ..options
    };
    for filter in case.options.filters {
        // The recorded filters were stand-ins, which give back the path of a URL.
        let stand_in = |given: &[Data]| {
            let url = given.first().and_then(Data::as_str).unwrap_or_default();
            Ok(url.splitn(4, '/').nth(3).map(Data::from))
        };
        options.filters.insert(filter, Arc::new(stand_in));
    }
    let rendered = Engine::new(options).render(&case.template, &context(case.context));
    let rendered = rendered.map(|rendered| rendered.text);
    let verdict = match (&case.output, &case.error) {
        (_, Some(error)) => same_error(error, rendered),
        (expected, None) => same_output(expected.as_deref().unwrap_or_default(), rendered),
    };
    Outcome::new(case.id, verdict)
}

fn compatible(case: Compatible) -> Outcome {
    let engine = Engine::new(Options::cookiecutter());
    let rendered = engine.render(&case.template, &context(case.context));
    let rendered = rendered.map(|rendered| rendered.text);
    Outcome::new(case.id, same_output(&case.expected, rendered))
}

fn truthiness(case: Truthiness) -> Outcome {
    let verdict = match case.function.as_str() {
        "isTruthy" => {
            let value = case.args.first().cloned().unwrap_or_default();
            Verdict::equal(&case.result.to_json(), &json!(value.is_truthy()))
        }
        other => Verdict::NotApplicable(format!("{other} has no counterpart yet")),
    };
    Outcome::new(case.id, verdict)
}

fn context(data: Data) -> Context {
    match data {
        Data::Map(entries) => entries.into_iter().collect(),
        _ => Context::new(),
    }
}

fn same_output(expected: &str, rendered: Result<String, LanguageError>) -> Verdict {
    match rendered {
        Ok(actual) => Verdict::equal(&json!(expected), &json!(actual)),
        Err(error) => Verdict::Failed {
            expected: expected.to_owned(),
            actual: format!("error {error}"),
        },
    }
}

/// An error on the recorded line; its words are our own.
fn same_error(recorded: &RecordedError, rendered: Result<String, LanguageError>) -> Verdict {
    let line = recorded
        .message
        .split_once(" line ")
        .map_or("", |(_, rest)| rest);
    let line = line
        .split([',', ':'])
        .next()
        .and_then(|line| line.parse().ok());
    match rendered {
        Err(error) if line.is_none_or(|line: usize| line == error.line) => Verdict::Passed,
        Err(error) => Verdict::Failed {
            expected: recorded.message.clone(),
            actual: error.to_string(),
        },
        Ok(actual) => Verdict::Failed {
            expected: recorded.message.clone(),
            actual,
        },
    }
}
