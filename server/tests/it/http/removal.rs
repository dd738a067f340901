//! Refreshing, deleting, and keeping out.

use crate::support::{TestApp, on_each_engine, seed};
use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

async fn uid(app: &TestApp, name: &str) -> String {
    let path = format!("/api/catalog/entities/by-name/component/default/{name}");
    let uid = app.get(&path).await.json()["metadata"]["uid"].clone();
    uid.as_str().unwrap().to_owned()
}

async fn delete(app: &TestApp, path: &str) -> crate::support::Answer {
    app.put_json(Method::DELETE, path, &Value::Null).await
}

on_each_engine! {
    async fn a_deleted_entity_is_gone_until_it_is_read_again(db: TestDb) {
        let orders = || seed().component("orders", |entity| entity);
        let app = TestApp::below("", db, vec![orders()]).await;
        let path = format!("/api/catalog/entities/by-uid/{}", uid(&app, "orders").await);
        let answer = delete(&app, &path).await;
        assert_eq!((answer.status, answer.body.as_str()), (StatusCode::NO_CONTENT, ""));
        assert_eq!(app.get("/api/catalog/entities").await.body, "[]");
        // Existing clients may ask once more.
        assert_eq!(delete(&app, &path).await.status, StatusCode::NO_CONTENT);
        assert_eq!(app.get("/api/catalog/tombstones").await.json(), json!({ "items": [] }));
        app.read(orders()).await;
        assert_eq!(app.get("/api/catalog/entities").await.json().as_array().unwrap().len(), 1);
    }

    async fn what_is_kept_out_stays_out_until_it_is_let_in(db: TestDb) {
        let orders = || seed().component("orders", |entity| entity);
        let app = TestApp::below("", db, vec![orders()]).await;
        let path = format!("/api/catalog/entities/by-uid/{}?keepOut=true", uid(&app, "orders").await);
        assert_eq!(delete(&app, &path).await.status, StatusCode::NO_CONTENT);
        app.read(orders()).await;
        assert_eq!(app.get("/api/catalog/entities").await.body, "[]");
        let listed = app.get("/api/catalog/tombstones").await.json();
        let item = &listed["items"][0];
        assert_eq!(item["entityRef"], "component:default/orders");
        assert_eq!(item["createdBy"], "user:default/guest");
        let lift = "/api/catalog/tombstones/Component/default/Orders";
        assert_eq!(delete(&app, lift).await.status, StatusCode::NO_CONTENT);
        assert_eq!(app.get("/api/catalog/entities").await.json().as_array().unwrap().len(), 1);
        assert_eq!(delete(&app, lift).await.status, StatusCode::NOT_FOUND);
        let unknown = "/api/catalog/entities/by-uid/nothing?keepOut=true";
        assert_eq!(delete(&app, unknown).await.status, StatusCode::NOT_FOUND);
    }

    async fn a_refresh_is_taken_for_what_there_is(db: TestDb) {
        let app = TestApp::below("", db, vec![seed().component("orders", |entity| entity)]).await;
        let path = "/api/catalog/refresh";
        let answer = app.post(path, &json!({ "entityRef": "component:default/orders" })).await;
        assert_eq!((answer.status, answer.body.as_str()), (StatusCode::OK, ""));
        for (entity_ref, expected) in [
            (json!("component:default/none"), StatusCode::NOT_FOUND),
            (json!("no-kind"), StatusCode::BAD_REQUEST),
            (json!(""), StatusCode::BAD_REQUEST),
            (json!(1), StatusCode::BAD_REQUEST),
            (json!("component:default/\u{0}"), StatusCode::NOT_FOUND),
        ] {
            let answer = app.post(path, &json!({ "entityRef": entity_ref })).await;
            assert_eq!(answer.status, expected, "{entity_ref}");
        }
    }
}
