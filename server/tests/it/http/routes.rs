//! Every route names the permission it needs.

use crate::support::TestApp;
use app::routes::{Answers, ROUTES};
use axum::body::Body;
use axum::http::{Request, StatusCode};
use std::collections::BTreeSet;

fn paths(answers: Answers) -> BTreeSet<String> {
    let routes = ROUTES.iter().filter(|route| route.answers == answers);
    routes.map(|route| route.path.to_owned()).collect()
}

#[tokio::test]
async fn every_server_function_is_in_the_table() {
    // Starting the application registers them.
    let _app = TestApp::start(Vec::new()).await;
    let registered: BTreeSet<String> = leptos::server_fn::axum::server_fn_paths()
        .map(|(path, _)| path.to_owned())
        .collect();
    assert_eq!(registered, paths(Answers::ServerFunction));
}

#[tokio::test]
async fn every_page_is_in_the_table() {
    let app = TestApp::start(Vec::new()).await;
    let defined: BTreeSet<String> = app::page_paths().into_iter().collect();
    assert_eq!(defined, paths(Answers::Page));
    let answer = app.get("/no-such-page").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn every_endpoint_in_the_table_is_answered() {
    let app = TestApp::start(Vec::new()).await;
    for path in paths(Answers::Endpoint) {
        let path = path.replace(['{', '}', '*'], "");
        let mut answer = app.get(&path).await;
        if answer.status == StatusCode::METHOD_NOT_ALLOWED {
            let request = Request::post(&path).body(Body::empty()).unwrap();
            answer = app.send(request).await;
        }
        assert_ne!(answer.status, StatusCode::FORBIDDEN, "{path}");
        assert_ne!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{path}");
        assert!(
            !answer.body.contains("no such endpoint"),
            "{path}: {}",
            answer.body
        );
    }
}

#[tokio::test]
async fn what_the_table_does_not_know_is_refused() {
    let app = TestApp::start(Vec::new()).await;
    let request = Request::post("/_fn/forgotten").body(Body::empty()).unwrap();
    assert_eq!(app.send(request).await.status, StatusCode::FORBIDDEN);
    assert_eq!(app.get("/api/nothing").await.status, StatusCode::NOT_FOUND);
}
