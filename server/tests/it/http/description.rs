//! The description of the API, held against what is answered.

use crate::support::TestApp;
use app::routes::ROUTES;
use axum::http::StatusCode;
use serde_json::Value;
use std::collections::BTreeSet;

async fn document() -> Value {
    let app = TestApp::start(Vec::new()).await;
    let answer = app.get("/api/openapi.json").await;
    assert_eq!(answer.status, StatusCode::OK);
    answer.json()
}

/// Every endpoint of the API has its place in `server/src/http/openapi.yaml`, and nothing else has.
#[tokio::test]
async fn every_endpoint_is_described_and_nothing_else() {
    let document = document().await;
    let mut described = BTreeSet::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        for method in operations.as_object().unwrap().keys() {
            described.insert(format!("{} {path}", method.to_uppercase()));
        }
    }
    let routes = ROUTES
        .iter()
        .filter(|route| route.path.starts_with("/api/"));
    let routes: BTreeSet<String> = routes
        .map(|route| format!("{} {}", route.method, route.path))
        .collect();
    assert_eq!(described, routes);
}

#[tokio::test]
async fn every_reference_leads_somewhere() {
    let document = document().await;
    let mut open = vec![&document];
    let mut found = 0;
    while let Some(value) = open.pop() {
        if let Some(target) = value.get("$ref").and_then(Value::as_str) {
            let pointer = target.strip_prefix('#').unwrap();
            assert!(document.pointer(pointer).is_some(), "{target}");
            found += 1;
        }
        match value {
            Value::Array(items) => open.extend(items),
            Value::Object(fields) => open.extend(fields.values()),
            _ => {}
        }
    }
    assert!(found > 50, "{found}");
}

#[tokio::test]
async fn every_parameter_of_a_path_is_described() {
    let document = document().await;
    for (path, operations) in document["paths"].as_object().unwrap() {
        let expected: BTreeSet<&str> = path
            .split('/')
            .filter_map(|it| it.strip_prefix('{')?.strip_suffix('}'))
            .collect();
        for operation in operations.as_object().unwrap().values() {
            let parameters = operation["parameters"].as_array();
            let parameters = parameters.into_iter().flatten();
            let resolved = parameters.map(|it| match it["$ref"].as_str() {
                Some(target) => document.pointer(&target[1..]).unwrap(),
                None => it,
            });
            let named: BTreeSet<&str> = resolved
                .filter(|it| it["in"] == "path")
                .map(|it| it["name"].as_str().unwrap())
                .collect();
            assert_eq!(named, expected, "{path}");
        }
    }
}
