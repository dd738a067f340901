//! What the log says of requests, and what it does not.

use crate::support::log::Log;
use crate::support::{Engine, TestApp, TestDb, seed};
use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use serde_json::{Value, json};

#[tokio::test]
async fn each_request_has_its_id_in_the_log_and_in_the_answer() {
    let app = TestApp::start(Vec::new()).await;
    let (log, _guard) = Log::start();
    let answer = app.get("/api/catalog/entities/by-uid/none").await;
    let lines = log.lines();
    let line = lines.iter().find(|line| line["message"] == "answered");
    let line = line.unwrap_or_else(|| panic!("no line: {}", log.text()));
    assert_eq!(line["status"], 404);
    assert!(line["took_ms"].is_number());
    let span = &line["span"];
    assert_eq!(span["id"], answer.header("x-request-id"));
    assert_eq!(span["method"], "GET");
    assert_eq!(span["path"], "/api/catalog/entities/by-uid/none");
    assert_eq!(span["route"], "/api/catalog/entities/by-uid/{uid}");
}

#[tokio::test]
async fn nothing_secret_is_logged() {
    let orders = seed().component("orders", |entity| entity);
    let app = TestApp::start(vec![orders]).await;
    let (log, _guard) = Log::start();
    let secret = "hunter2";
    for path in [
        "/api/catalog/entities?filter=kind=component&token=hunter2",
        "/api/catalog/entities?filter=hunter2==",
        "/catalog?token=hunter2",
        "/no-such-page?hunter2",
    ] {
        let request = Request::get(path)
            .header("authorization", "Bearer hunter2")
            .header("cookie", "session=hunter2")
            .header("x-api-key", secret)
            .body(Body::empty());
        app.send(request.unwrap()).await;
    }
    for target in [
        "https://ann:hunter2@localhost:1/a/b/blob/main/catalog-info.yaml",
        "https://localhost:1/a/b/blob/main/catalog-info.yaml?token=hunter2",
    ] {
        let body = json!({ "type": "url", "target": target });
        let path = "/api/catalog/locations?dryRun=true";
        app.put_json(Method::POST, path, &body).await;
        let body = json!({ "location": body });
        app.put_json(Method::POST, "/api/catalog/analyze-location", &body)
            .await;
    }
    let text = log.text();
    assert!(text.contains("answered"), "{text}");
    assert!(!text.contains(secret), "{text}");
}

#[tokio::test]
async fn a_cause_is_logged_once_and_told_to_nobody() {
    let TestDb { db } = Engine::Sqlite.open().await.unwrap();
    let orders = seed().component("orders", |entity| entity);
    let app = TestApp::below("", TestDb { db: db.clone() }, vec![orders]).await;
    db.close().await;
    let (log, _guard) = Log::start();
    let form = "entity_ref=component:default/orders&starred=true";
    let request = Request::post("/_fn/set_starred")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Body::from(form));
    let answer = app.send(request.unwrap()).await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    let cause = "closed pool";
    assert!(!answer.body.contains(cause), "{}", answer.body);
    let lines = log.lines();
    let told: Vec<&Value> = lines
        .iter()
        .filter(|line| line.to_string().contains(cause))
        .collect();
    assert_eq!(told.len(), 1, "{}", log.text());
    assert_eq!(told[0]["span"]["id"], answer.header("x-request-id"));
}
