//! Which entities led to which.

use crate::support::{Seed, TestApp, seed};
use axum::http::StatusCode;
use serde_json::json;
use server::digest::sha1_hex;
use server::ingest::LocationRef;
use server::store::{Db, put_sources};

const ROOT: &str = "/catalog/all.yaml";

async fn put(db: &Db, seed: Seed, parent: Option<&str>) {
    let mut update = seed.update();
    update.parent = parent.map(LocationRef::file);
    update.origin = LocationRef::file(ROOT);
    put_sources(db, std::slice::from_ref(&update), 0, || {
        uuid::Uuid::new_v4().to_string()
    })
    .await
    .unwrap();
}

/// `all.yaml` leads to two files and to a folder.
async fn playhouse() -> TestApp {
    let db = crate::support::Engine::Sqlite.open().await.unwrap();
    let generated = format!("generated-{}", sha1_hex(format!("file:{ROOT}")));
    let root = seed()
        .location(&generated, json!({ "type": "file", "target": ROOT }))
        .location(
            "parts",
            json!({ "targets": ["./a.yaml", "../shared/b.yaml"] }),
        )
        .location("folder", json!({ "target": "./services" }));
    put(&db.db, root.file(ROOT), None).await;
    let file = |path: &str, name: &str| seed().component(name, |entity| entity).file(path);
    put(&db.db, file("/catalog/a.yaml", "a"), Some(ROOT)).await;
    put(&db.db, file("/shared/b.yaml", "b"), Some(ROOT)).await;
    put(&db.db, seed().file("/catalog/services"), Some(ROOT)).await;
    let service = file("/catalog/services/c/catalog-info.yaml", "c");
    put(&db.db, service, Some("/catalog/services")).await;
    TestApp::below("", db, Vec::new()).await
}

#[tokio::test]
async fn the_chain_goes_up_to_what_was_registered() {
    let app = playhouse().await;
    let generated = format!(
        "location:default/generated-{}",
        sha1_hex(format!("file:{ROOT}"))
    );
    for (name, location) in [("a", "parts"), ("b", "parts"), ("c", "folder")] {
        let path = format!("/api/catalog/entities/by-name/component/default/{name}/ancestry");
        let answer = app.get(&path).await.json();
        assert_eq!(answer["rootEntityRef"], format!("component:default/{name}"));
        let items = answer["items"].as_array().unwrap();
        let links: Vec<_> = items
            .iter()
            .map(|item| {
                (
                    &item["entity"]["metadata"]["name"],
                    &item["parentEntityRefs"],
                )
            })
            .collect();
        let parent = json!([format!("location:default/{location}")]);
        assert_eq!(links[0], (&json!(name), &parent));
        assert_eq!(links[1], (&json!(location), &json!([generated])));
        assert_eq!(links[2].1, &json!([]));
        assert_eq!(links.len(), 3);
    }
}

#[tokio::test]
async fn an_entity_that_does_not_exist_has_no_ancestry() {
    let app = playhouse().await;
    let answer = app
        .get("/api/catalog/entities/by-name/component/default/none/ancestry")
        .await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    let message = "No such entity component:default/none";
    assert_eq!(answer.json()["error"]["message"], message);
}
