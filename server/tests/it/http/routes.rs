//! Every route names the permission it needs.

use crate::support::{Answer, TestApp};
use app::routes::{Answers, ROUTES};
use axum::body::Body;
use axum::http::{Request, StatusCode};
use server::config::PermissionSettings;
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

/// A request for a row of the table, its parameters filled in with their names.
async fn ask(app: &TestApp, method: &str, path: &str) -> Answer {
    let path = path.replace(['{', '}', '*'], "");
    let request = Request::builder().method(method).uri(path);
    app.send(request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn every_endpoint_in_the_table_is_answered() {
    // Only those who are named change roles, whoever else may do everything.
    let settings = PermissionSettings {
        administrators: vec!["user:default/guest".parse().unwrap()],
        ..PermissionSettings::default()
    };
    let app = TestApp::guarded(settings, Vec::new()).await;
    for route in ROUTES.iter().filter(|it| it.answers == Answers::Endpoint) {
        let (method, path) = (route.method, route.path);
        let answer = ask(&app, method, path).await;
        assert_ne!(answer.status, StatusCode::FORBIDDEN, "{method} {path}");
        assert_ne!(
            answer.status,
            StatusCode::METHOD_NOT_ALLOWED,
            "{method} {path}"
        );
        assert!(
            !answer.body.contains("no such endpoint"),
            "{method} {path}: {}",
            answer.body
        );
    }
}

#[tokio::test]
async fn what_a_path_does_not_do_is_refused_with_what_it_does() {
    let app = TestApp::start(Vec::new()).await;
    for (method, path, allowed) in [
        ("DELETE", "/api/catalog/entities", "GET"),
        ("PUT", "/api/catalog/entity-facets", "GET, POST"),
        ("PATCH", "/api/catalog/validate-entity", "POST"),
        ("TRACE", "/api/openapi.json", "GET"),
    ] {
        let answer = ask(&app, method, path).await;
        assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{method}");
        assert_eq!(answer.header("allow"), allowed, "{method} {path}");
    }
    let answer = ask(&app, "HEAD", "/api/catalog/entities").await;
    assert_eq!((answer.status, answer.body.as_str()), (StatusCode::OK, ""));
}

#[tokio::test]
async fn what_the_table_does_not_know_is_refused() {
    let app = TestApp::start(Vec::new()).await;
    let request = Request::post("/_fn/forgotten").body(Body::empty()).unwrap();
    assert_eq!(app.send(request).await.status, StatusCode::FORBIDDEN);
    assert_eq!(app.get("/api/nothing").await.status, StatusCode::NOT_FOUND);
}
