//! Whoever has changed something sees it changed.

use crate::support::{TestApp, TestDb, on_each_engine, seed};
use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use serde_json::json;
use server::follow::Follower;
use std::time::{Duration, Instant};

on_each_engine! {
    async fn another_replica_waits_for_the_change_that_is_brought(db: TestDb) {
        let store = db.db.clone();
        let other = TestApp::below("", TestDb { db: store.clone() }, Vec::new()).await;
        let app = TestApp::below("", db, Vec::new()).await;
        let location = json!({
            "type": "url", "target": "https://github.com/acme/x/blob/main/catalog-info.yaml",
        });
        let created = app.post("/api/catalog/locations", &location).await;
        let change = created.header("callboard-change").to_owned();
        assert!(change.parse::<i64>().unwrap() > 0);
        let cookie = created.header("set-cookie").to_owned();
        assert!(cookie.starts_with(&format!("callboard_change={change}; ")), "{cookie}");
        assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");

        assert_eq!(other.get("/api/catalog/entities").await.body, "[]");
        let follower = Follower::new(store, other.catalog.clone());
        let following = tokio::spawn(async move {
            tokio::time::sleep(Duration::from_millis(100)).await;
            follower.catch_up().await.unwrap();
        });
        let brought = cookie.split(';').next().unwrap().to_owned();
        let request = Request::get("/api/catalog/entities").header("cookie", brought);
        let answer = other.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.json().as_array().unwrap().len(), 1);
        following.await.unwrap();
    }
}

#[tokio::test]
async fn a_number_from_the_future_is_waited_for_no_longer_than_a_reader_would() {
    let app = TestApp::start(vec![seed().component("orders", |entity| entity)]).await;
    let start = Instant::now();
    let request = Request::get("/api/catalog/entities").header("callboard-change", "9000000000");
    let answer = app.send(request.body(Body::empty()).unwrap()).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(start.elapsed() < Duration::from_secs(10));
}

#[tokio::test]
async fn who_has_changed_nothing_is_given_no_number() {
    let app = TestApp::start(Vec::new()).await;
    let refused = app
        .put_json(Method::POST, "/api/catalog/locations", &json!({}))
        .await;
    assert_eq!(refused.header("callboard-change"), "");
    let read = app.get("/api/catalog/entities").await;
    assert_eq!(read.header("set-cookie"), "");
}
