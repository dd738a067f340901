//! What a repository holds for the catalog.

use crate::support::{TestApp, seed};
use axum::http::StatusCode;
use serde_json::json;

const PATH: &str = "/api/catalog/analyze-location";

#[tokio::test]
async fn a_repository_without_entities_is_given_one_to_begin_with() {
    let app = TestApp::start(Vec::new()).await;
    // Nobody can be reached at this name.
    let target = "https://github.com/acme/x/blob/main/";
    let body = json!({ "location": { "type": "url", "target": target } });
    let answer = app.post(PATH, &body).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    let entity = json!({
        "apiVersion": "backstage.io/v1alpha1",
        "kind": "Component",
        "metadata": { "name": "x", "annotations": { "github.com/project-slug": "acme/x" } },
        "spec": { "type": "other", "lifecycle": "unknown" },
    });
    let expected = json!({
        "existingEntityFiles": [],
        "generateEntities": [{ "entity": entity, "fields": [] }],
    });
    assert_eq!(answer.json(), expected);
}

#[tokio::test]
async fn what_the_catalog_holds_of_it_is_told() {
    let file = "https://github.com/acme/x/blob/main/catalog-info.yaml";
    let app = TestApp::start(vec![
        seed().url(file).component("x", |entity| entity),
        seed()
            .url("https://github.com/acme/xy/blob/main/catalog-info.yaml")
            .component("xy", |entity| entity),
    ])
    .await;
    let body = json!({
        "location": { "type": "url", "target": "https://github.com/acme/x" },
        "catalogFilename": "catalog-info.yaml",
    });
    let answer = app.post(PATH, &body).await.json();
    assert_eq!(answer["generateEntities"], json!([]));
    let files = answer["existingEntityFiles"].as_array().unwrap();
    assert_eq!(files.len(), 1, "{files:?}");
    assert_eq!(files[0]["isRegistered"], true);
    assert_eq!(
        files[0]["location"],
        json!({ "type": "url", "target": file })
    );
    assert_eq!(files[0]["entity"]["metadata"]["name"], "x");
}

#[tokio::test]
async fn what_leads_into_no_repository_is_refused() {
    let app = TestApp::start(Vec::new()).await;
    let location = |kind: &str, target: &str| json!({ "type": kind, "target": target });
    for body in [
        json!({}),
        json!({ "location": location("file", "/etc/passwd") }),
        json!({ "location": location("url", "http://169.254.169.254/latest/meta-data") }),
        json!({ "location": location("url", "https://github.com/acme") }),
        json!({ "location": location("url", "javascript:alert(1)") }),
        json!({ "location": location("url", "https://github.com/acme/x"), "catalogFileName": "../../y" }),
    ] {
        let answer = app.post(PATH, &body).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{body}");
        assert_eq!(answer.json()["error"]["name"], "InputError", "{body}");
    }
}
