//! What has never become an entity.

use crate::support::{TestApp, on_each_engine, seed};
use axum::http::{Method, StatusCode};
use serde_json::json;

const PATH: &str = "/api/catalog/entities/unprocessed";

on_each_engine! {
    async fn what_was_never_valid_is_listed_and_forgotten(db: TestDb) {
        let broken = seed()
            .component("orders", |entity| entity)
            .problem(7, Some("component:default/broken"), "spec.owner is required")
            .problem(3, Some("component:default/orders"), "an update is broken");
        let app = TestApp::below("", db, vec![broken]).await;
        let answer = app.get(&format!("{PATH}/failed")).await.json();
        assert_eq!(answer["type"], "failed");
        let failed = answer["entities"].as_array().unwrap();
        assert_eq!(failed.len(), 1, "what has a good version is an entity: {failed:?}");
        assert_eq!(failed[0]["entity_ref"], "component:default/broken");
        assert_eq!(failed[0]["unprocessed_entity"]["metadata"]["name"], "broken");
        let error = json!({ "name": "InputError", "message": "spec.owner is required" });
        assert_eq!(failed[0]["errors"], json!([error]));
        let id = failed[0]["entity_id"].as_str().unwrap();
        let path = format!("{PATH}/delete/{id}");
        let gone = app.put_json(Method::DELETE, &path, &json!({})).await;
        assert_eq!(gone.status, StatusCode::NO_CONTENT);
        let again = app.put_json(Method::DELETE, &path, &json!({})).await;
        assert_eq!(again.status, StatusCode::NOT_FOUND);
        assert_eq!(app.get(&format!("{PATH}/failed")).await.json()["entities"], json!([]));
    }

    async fn what_is_still_to_be_read_is_listed(db: TestDb) {
        let app = TestApp::below("", db, Vec::new()).await;
        let target = "https://github.com/acme/x/blob/main/catalog-info.yaml";
        let location = json!({ "type": "url", "target": target });
        let created = app.post("/api/catalog/locations", &location).await.json();
        let answer = app.get(&format!("{PATH}/pending")).await.json();
        assert_eq!(answer["type"], "pending");
        let pending = answer["entities"].as_array().unwrap();
        assert_eq!(pending[0]["entity_ref"], created["location"]["entityRef"]);
        assert_eq!(pending[0]["location_key"], format!("url:{target}"));
    }
}
