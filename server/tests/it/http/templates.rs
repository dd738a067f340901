//! What a template asks, as clients of the API read it.

use crate::support::{TestApp, seed};
use axum::http::StatusCode;
use serde_json::{Value, json};

fn path(kind: &str, name: &str) -> String {
    format!("/api/scaffolder/v2/templates/default/{kind}/{name}/parameter-schema")
}

#[tokio::test]
async fn a_form_asks_in_the_order_in_which_it_was_written() {
    let page = json!({
        "title": "Basics",
        "required": ["zebra"],
        "properties": {
            "zebra": { "type": "string" },
            "ant": { "type": "string" },
            "moth": { "type": "object", "properties": { "b": {}, "a": {} } },
        },
    });
    let app = TestApp::start(vec![seed().template("zoo", json!([page]))]).await;
    let answer = app.get(&path("Template", "ZOO")).await;
    assert_eq!(answer.status, StatusCode::OK);
    let expected = format!(r#"{{"title":"zoo","steps":[{{"title":"Basics","schema":{page}}}]}}"#);
    assert_eq!(answer.body, expected);
    let names = ["zebra", "ant", "moth", "\"b\"", "\"a\""];
    let places = names.map(|name| answer.body.rfind(name).unwrap());
    assert!(places.is_sorted(), "{places:?}: {}", answer.body);
}

#[tokio::test]
async fn what_is_no_template_is_refused_in_the_words_that_clients_know() {
    let all = seed().component("orders", |entity| entity).document(json!({
        "apiVersion": "backstage.io/v1beta2",
        "kind": "Template",
        "metadata": { "name": "old" },
        "spec": { "type": "service", "steps": [] },
    }));
    let app = TestApp::start(vec![all]).await;
    for (kind, name, status, error, message) in [
        (
            "component",
            "orders",
            400,
            "InputError",
            "Invalid kind, only 'Template' kind is supported",
        ),
        (
            "template",
            "old",
            400,
            "InputError",
            "Unsupported apiVersion field in schema entity, backstage.io/v1beta2",
        ),
        (
            "template",
            "None",
            404,
            "NotFoundError",
            "Template template:default/none not found",
        ),
    ] {
        let answer = app.get(&path(kind, name)).await;
        let body = answer.json();
        assert_eq!(answer.status.as_u16(), status, "{name}");
        assert_eq!(body["error"]["name"], error, "{name}");
        assert_eq!(body["error"]["message"], message, "{name}");
        let url = format!("/v2/templates/default/{kind}/{name}/parameter-schema");
        assert_eq!(body["request"]["url"], url);
    }
}

/// The recorded answer of an existing installation to the recorded template.
#[tokio::test]
async fn the_recorded_template_is_answered_as_recorded() {
    let folder =
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/reference/api");
    let read = |name: &str| std::fs::read_to_string(folder.join(name));
    let (Ok(template), Ok(recorded)) = (
        read("template-entity.json"),
        read("scaffolder-parameter-schema.json"),
    ) else {
        eprintln!("passed over: ../shared/reference/api is not here");
        return;
    };
    let template: Value = serde_json::from_str(&template).unwrap();
    let app = TestApp::start(vec![seed().document(template)]).await;
    let answer = app.get(&path("template", "bench-service")).await;
    assert_eq!(answer.body, recorded);
}
