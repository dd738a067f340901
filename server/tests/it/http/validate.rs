//! Whether an entity would be taken.

use crate::support::TestApp;
use axum::http::StatusCode;
use serde_json::{Value, json};

const PATH: &str = "/api/catalog/validate-entity";

fn component() -> Value {
    json!({
        "apiVersion": "backstage.io/v1alpha1",
        "kind": "Component",
        "metadata": { "name": "ticket-booth" },
        "spec": { "type": "service", "lifecycle": "production", "owner": "stage" },
    })
}

#[tokio::test]
async fn a_sound_entity_is_answered_without_a_word() {
    let app = TestApp::start(Vec::new()).await;
    let mut entity = component();
    // Text that YAML would read in another way than JSON does.
    entity["metadata"]["description"] = "a: b # \u{7f}\u{85}\u{2028}\u{1f3ad} \t\u{8}\\n\"".into();
    entity["metadata"]["annotations"] = json!({ "x": "1e3", "y": "no", "z": "---\n..." });
    let body = json!({ "entity": entity, "location": "url:https://example.com/x" });
    let answer = app.post(PATH, &body).await;
    assert_eq!((answer.status, answer.body.as_str()), (StatusCode::OK, ""));
    let listed = app.get("/api/catalog/entities").await;
    assert_eq!(listed.body, "[]", "nothing is kept");
}

#[tokio::test]
async fn all_that_is_wrong_is_told_in_the_form_that_clients_expect() {
    let app = TestApp::start(Vec::new()).await;
    let mut entity = component();
    entity["spec"] = json!({ "type": "" });
    let body = json!({ "entity": entity, "location": "url:https://example.com/x" });
    let answer = app.post(PATH, &body).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    let answer = answer.json();
    let errors = answer["errors"].as_array().unwrap();
    assert_eq!(errors.len(), 3, "{errors:?}");
    assert_eq!(errors[0]["name"], "InputError");
    let message = errors[0]["message"].as_str().unwrap();
    assert!(
        message.starts_with("component:default/ticket-booth: spec.lifecycle"),
        "{message}"
    );
}

#[tokio::test]
async fn what_is_no_question_is_answered_in_the_same_form() {
    let app = TestApp::start(Vec::new()).await;
    for body in [
        json!({}),
        json!({ "entity": component() }),
        json!({ "entity": 1, "location": "url:https://x" }),
        json!({ "entity": {}, "location": "url:https://x" }),
        json!({ "entity": component(), "location": "https://x" }),
        // Otherwise anyone could ask which files are on the disk.
        json!({ "entity": component(), "location": "file:/etc/passwd" }),
        json!([component()]),
    ] {
        let answer = app.post(PATH, &body).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{body}");
        let message = answer.json()["errors"][0]["message"].clone();
        assert!(message.is_string(), "{body}: {}", answer.body);
    }
}
