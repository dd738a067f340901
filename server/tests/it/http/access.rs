//! Tokens of other programs.

use crate::support::{Answer, Engine, TestApp, seed};
use axum::body::Body;
use axum::http::{Request, StatusCode};
use serde_json::json;
use server::access::Access;
use server::config::{AccessRestriction, Secret, ServiceToken};

async fn guarded() -> TestApp {
    let token = |token: &str, restrictions| ServiceToken {
        token: Secret::new(token),
        subject: "ci".to_owned(),
        restrictions,
    };
    let narrow = AccessRestriction {
        plugin: "catalog".to_owned(),
        permissions: Some(vec!["catalog.entity.validate".to_owned()]),
        actions: None,
    };
    let access = Access::new(vec![
        token("whole-token", None),
        token("narrow-token", Some(vec![narrow])),
    ]);
    let db = Engine::Sqlite.open().await.unwrap();
    let orders = seed().component("orders", |entity| entity);
    TestApp::with("", db, vec![orders], |state| state.with_access(access)).await
}

async fn ask(app: &TestApp, path: &str, authorization: &str) -> Answer {
    let request = Request::get(path).header("authorization", authorization);
    app.send(request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn a_token_that_nobody_has_is_refused() {
    let app = guarded().await;
    let answer = ask(&app, "/api/catalog/entities", "Bearer of-nobody").await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    let body = answer.json();
    assert_eq!(body["error"]["name"], "AuthenticationError");
    assert!(!answer.body.contains("of-nobody"), "{}", answer.body);
    let request = json!({ "method": "GET", "url": "/entities" });
    assert_eq!(body["request"], request);
    assert_eq!(body["response"], json!({ "statusCode": 401 }));
}

#[tokio::test]
async fn who_brings_no_token_is_the_guest() {
    let app = guarded().await;
    assert_eq!(
        app.get("/api/catalog/entities").await.status,
        StatusCode::OK
    );
    // A proxy in front may add what it has asked for; pages are made for people all the same.
    for authorization in ["Basic dXNlcjpwYXNz", "Bearer of-a-proxy"] {
        assert_eq!(ask(&app, "/", authorization).await.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn a_token_does_what_it_is_restricted_to() {
    let app = guarded().await;
    let path = "/api/catalog/entities";
    let whole = ask(&app, path, "Bearer whole-token").await;
    assert_eq!(whole.status, StatusCode::OK);
    let narrow = ask(&app, path, "Bearer narrow-token").await;
    assert_eq!(narrow.status, StatusCode::FORBIDDEN);
    assert_eq!(narrow.json()["error"]["name"], "NotAllowedError");
    assert!(
        narrow.body.contains("catalog.entity.read"),
        "{}",
        narrow.body
    );
    let request = Request::post("/api/catalog/validate-entity")
        .header("authorization", "Bearer narrow-token")
        .body(Body::empty());
    // Allowed, and then found to ask nothing.
    let answer = app.send(request.unwrap()).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn where_there_are_tokens_metrics_need_one() {
    let app = guarded().await;
    let answer = app.get("/metrics").await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    let narrow = ask(&app, "/metrics", "Bearer narrow-token").await;
    assert_eq!(narrow.status, StatusCode::FORBIDDEN);
    let whole = ask(&app, "/metrics", "Bearer whole-token").await;
    assert_eq!(whole.status, StatusCode::OK);
    let open = TestApp::start(Vec::new()).await;
    assert_eq!(open.get("/metrics").await.status, StatusCode::OK);
}
