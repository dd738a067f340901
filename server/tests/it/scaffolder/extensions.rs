//! What templates have beside the language, and what hosts offer to forms, as clients of the API read it.

use crate::support::TestApp;
use axum::http::StatusCode;
use serde_json::{Value, json};

#[tokio::test]
async fn filters_and_functions_are_told_with_their_schemas_and_examples() {
    let app = TestApp::start(Vec::new()).await;
    let answer = app.get("/api/scaffolder/v2/templating-extensions").await;
    assert_eq!(answer.status, StatusCode::OK);
    let told = answer.json();
    let filters: Vec<&String> = told["filters"].as_object().unwrap().keys().collect();
    assert_eq!(
        filters,
        ["parseRepoUrl", "parseEntityRef", "pick", "projectSlug"]
    );
    let slug = &told["filters"]["projectSlug"];
    assert_eq!(slug["schema"]["output"], json!({ "type": "string" }));
    assert!(
        slug["examples"][0]["example"]
            .as_str()
            .unwrap()
            .contains("| projectSlug")
    );
    assert_eq!(
        told["globals"]["functions"]["failure"]["schema"]["arguments"],
        json!([])
    );
    assert_eq!(told["globals"]["values"], json!({}));
}

#[tokio::test]
async fn a_provider_that_nobody_asks_is_refused() {
    let app = TestApp::start(Vec::new()).await;
    let refused = async |provider: &str, body: Value| {
        let path = format!("/api/scaffolder/v2/autocomplete/{provider}/branches");
        let answer = app.post(&path, &body).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{}", answer.body);
        let error = answer.json()["error"].clone();
        assert_eq!(error["name"], "InputError");
        error["message"].as_str().unwrap().to_owned()
    };
    let whole = json!({ "token": "t", "context": { "owner": "playhouse" } });
    let message = refused("nowhere", whole).await;
    assert_eq!(message, "Unsupported provider: nowhere");
    let message = refused("nowhere", json!({ "context": {} })).await;
    assert!(message.contains("token"), "{message}");
}
