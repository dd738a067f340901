//! What somebody has lately looked at is found again.

use crate::support::{Engine, TestApp, seed};
use axum::http::StatusCode;
use serde_json::json;
use server::readiness::Part;
use server::store::list_visits;

async fn theatre() -> TestApp {
    let all = seed()
        .group("guests", |entity| entity)
        .component("orders", |entity| entity.titled("Orders"))
        .component("dimmer", |entity| entity.titled("Dimmer"));
    TestApp::start(vec![all]).await
}

const RECENT: &str = "section[aria-label='Recently visited']";

#[tokio::test]
async fn pages_that_were_opened_are_on_the_home_page_and_in_the_palette() {
    let app = theatre().await;
    let home = app.get("/").await.texts(RECENT).join(" ");
    assert!(home.contains("found again here"), "{home}");
    app.get("/catalog/default/component/orders").await;
    // As a link within the application asks.
    let asked = json!({ "params": [["entity_ref", "component:default/dimmer"]] });
    app.post("/_fn/get_entity", &asked).await;
    app.get("/catalog/default/component/none").await;
    let home = app.get("/").await;
    let links = home.attributes(&format!("{RECENT} a"), "href");
    let mut opened = [
        "/catalog/default/component/dimmer",
        "/catalog/default/component/orders",
    ];
    // The clock of tests stands still: which was the later cannot be told.
    opened.sort_unstable();
    assert_eq!(links, opened);
    let found = app.post("/_fn/find_entities", &json!({ "text": "" })).await;
    assert_eq!(found.json()["recent"].as_array().unwrap().len(), 2);
    let found = app
        .post("/_fn/find_entities", &json!({ "text": "dim" }))
        .await;
    assert_eq!(found.json()["recent"], json!([]));
    assert_eq!(found.json()["fitting"][0]["title"], "Dimmer");
}

#[tokio::test]
async fn visits_are_written_but_not_while_the_database_is_away() {
    let db = Engine::Sqlite.open().await.unwrap();
    let store = db.db.clone();
    let all = seed()
        .component("orders", |entity| entity)
        .component("dimmer", |entity| entity);
    let app = TestApp::below("", db, vec![all]).await;
    app.readiness.ready();
    app.get("/catalog/default/component/orders").await;
    let mut kept = Vec::new();
    for _ in 0..500 {
        kept = list_visits(&store, 0).await.unwrap();
        if !kept.is_empty() {
            break;
        }
        tokio::task::yield_now().await;
    }
    assert_eq!(kept[0].entity_ref, "component:default/orders");
    app.readiness.degraded(Part::Connection, &"gone");
    store.close().await;
    let page = app.get("/catalog/default/component/dimmer").await;
    assert_eq!(page.status, StatusCode::OK);
    let home = app.get("/").await.texts(RECENT).join(" ");
    assert!(home.contains("dimmer"), "{home}");
}
