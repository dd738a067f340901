//! Published descriptions of APIs: whether each operation is there, and answers with what clients wait for.

use crate::report::{Outcome, Verdict};
use app::routes::ROUTES;
use serde_json::Value;

/// Our own description.
const OURS: &str = include_str!("../../src/http/openapi.yaml");

/// The descriptions that are compared, and where their paths begin.
const APIS: [(&str, &str); 2] = [
    (
        "openapi/plugin-catalog-backend.openapi.json",
        "/api/catalog",
    ),
    (
        "openapi/plugin-scaffolder-backend.openapi.json",
        "/api/scaffolder",
    ),
];

pub(crate) fn cases(file: &str, text: &str) -> Option<Vec<Outcome>> {
    let (_, base) = APIS.iter().find(|(name, _)| *name == file)?;
    let theirs: Value = serde_json::from_str(text).unwrap_or_default();
    let ours: Value = serde_yaml::from_str(OURS).unwrap_or_default();
    let paths = theirs["paths"].as_object().into_iter().flatten();
    let operations = paths.flat_map(|(path, operations)| {
        let operations = operations.as_object().into_iter().flatten();
        operations.map(move |(method, operation)| (format!("{base}{path}"), method, operation))
    });
    let methods = ["get", "post", "put", "delete"];
    let operations = operations.filter(|(_, method, _)| methods.contains(&method.as_str()));
    let outcomes = operations.map(|(path, method, operation)| {
        let id = format!("{} {path}", method.to_uppercase());
        Outcome::new(id, compared(&ours, &path, method, operation))
    });
    Some(outcomes.collect())
}

fn compared(ours: &Value, path: &str, method: &str, theirs: &Value) -> Verdict {
    let failed = |expected: String, actual: &str| Verdict::Failed {
        expected,
        actual: actual.to_owned(),
    };
    let is_same = |route: &str, method_of: &str| {
        method_of.eq_ignore_ascii_case(method) && unnamed(route) == unnamed(path)
    };
    let Some(route) = ROUTES.iter().find(|it| is_same(it.path, it.method)) else {
        return failed(format!("{method} {path}"), "no such route");
    };
    let answers = &ours["paths"][route.path][method]["responses"];
    let statuses = theirs["responses"].as_object().into_iter().flatten();
    for (status, _) in statuses.filter(|(status, _)| status.starts_with('2')) {
        if answers[status].is_null() {
            return failed(format!("status {status}"), &answers.to_string());
        }
    }
    Verdict::Passed
}

/// A path whose parameters have no names.
fn unnamed(path: &str) -> String {
    let parts = path
        .split('/')
        .map(|part| if part.starts_with('{') { "{}" } else { part });
    parts.collect::<Vec<_>>().join("/")
}
