//! What a repository holds for the catalog.

use crate::support::github::{Fault, Github};
use crate::support::{Engine, TestApp, seed};
use axum::http::StatusCode;
use serde_json::json;
use server::clock::Clock;
use server::outbound::Outbound;
use std::sync::Arc;

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

fn named(name: &str) -> String {
    format!(
        "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {{name: {name}}}\n\
         spec: {{type: service, lifecycle: production, owner: lights}}\n"
    )
}

#[tokio::test]
async fn catalog_files_that_are_not_registered_are_found_beside_those_that_are() {
    let github = Github::start().await;
    github.repository("playhouse/all", |it| {
        it.file("catalog-info.yaml", named("root"))
            .file("a/catalog-info.yaml", named("a"))
            .file("a/b/catalog-info.yaml", named("b"))
            .file("a/b/stage.yaml", named("stage"))
            .file("a/my-catalog-info.yaml", named("other"))
    });
    let page = format!("http://{}/playhouse/all", github.host);
    let known = github.url("playhouse/all", "a/catalog-info.yaml");
    let db = Engine::Sqlite.open().await.unwrap();
    let seeds = vec![seed().url(&known).component("a", |entity| entity)];
    let app = TestApp::with("", db, seeds, |mut state| {
        let context = &mut state.registry.context;
        context.outbound = Outbound::new(github.hosts(), Clock::system());
        context.scm = Arc::new(github.scm());
        state
    })
    .await;
    let found = async |body: serde_json::Value| -> Vec<(String, bool, String)> {
        let answer = app.post(PATH, &body).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        let answer = answer.json();
        assert_eq!(answer["generateEntities"], json!([]));
        let files = answer["existingEntityFiles"].as_array().unwrap();
        let file = |it: &serde_json::Value| {
            let name = it["entity"]["metadata"]["name"]
                .as_str()
                .unwrap()
                .to_owned();
            let target = it["location"]["target"].as_str().unwrap().to_owned();
            (name, it["isRegistered"] == true, target)
        };
        files.iter().map(file).collect()
    };
    let at = |path: &str| github.url("playhouse/all", path);
    let all = found(json!({ "location": { "type": "url", "target": page } })).await;
    let expected = [
        ("a".to_owned(), true, known),
        ("b".to_owned(), false, at("a/b/catalog-info.yaml")),
        ("root".to_owned(), false, at("catalog-info.yaml")),
    ];
    assert_eq!(all, expected);
    let body =
        json!({ "location": { "type": "url", "target": page }, "catalogFilename": "stage.yaml" });
    let staged = found(body).await;
    assert_eq!(staged[1], ("stage".to_owned(), false, at("a/b/stage.yaml")));
    // Where nothing is listed, the usual place is looked at.
    github.refuse([Fault::Broken]);
    let usual = found(json!({ "location": { "type": "url", "target": page } })).await;
    let root = at("catalog-info.yaml").replace("/main/", "/HEAD/");
    assert_eq!(usual[1], ("root".to_owned(), false, root));
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
        json!({ "location": location("url", "https://github.com/acme/x"), "catalogFileName": "*" }),
    ] {
        let answer = app.post(PATH, &body).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{body}");
        assert_eq!(answer.json()["error"]["name"], "InputError", "{body}");
    }
}
