//! A list as a file.

use crate::support::{TestApp, seed};
use axum::http::StatusCode;

async fn theatre() -> TestApp {
    let all = seed()
        .group("lights", |entity| entity.titled("Lights"))
        .component("orders", |entity| {
            entity
                .titled("Orders, and \"returns\"")
                .tagged(&["rust", "sql"])
        })
        .component("dimmer", |entity| {
            entity
                .titled("=HYPERLINK(\"x\")")
                .owned_by("lights")
                .of_type("library")
        });
    TestApp::start(vec![all]).await
}

#[tokio::test]
async fn what_the_list_shows_is_in_the_file() {
    let app = theatre().await;
    let file = app
        .get("/api/catalog/export/csv?kind=component&sort=name&dir=desc&page=7")
        .await;
    assert_eq!(file.status, StatusCode::OK);
    assert!(file.header("content-type").starts_with("text/csv"));
    assert!(file.header("content-disposition").contains("catalog.csv"));
    let lines: Vec<&str> = file.body.split("\r\n").collect();
    assert_eq!(
        lines,
        [
            "kind,namespace,name,title,type,lifecycle,owner,system,tags,description",
            "Component,default,orders,\"Orders, and \"\"returns\"\"\",service,production,group:default/guests,,rust sql,",
            "Component,default,dimmer,\"'=HYPERLINK(\"\"x\"\")\",library,production,group:default/lights,,,",
            "",
        ]
    );
    let file = app
        .get("/api/catalog/export/json?owner=group:default/lights")
        .await;
    let rows = file.json();
    assert_eq!(rows.as_array().unwrap().len(), 1);
    assert_eq!(rows[0]["name"], "dimmer");
    assert_eq!(rows[0]["tags"], serde_json::json!([]));
    let none = app.get("/api/catalog/export/json?q=nothing-like-it").await;
    assert_eq!(none.json(), serde_json::json!([]));
    let unknown = app.get("/api/catalog/export/pdf").await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_long_list_comes_whole() {
    let many = (0..1203).fold(seed(), |seed, number| {
        seed.component(&format!("c{number:04}"), |entity| entity)
    });
    let app = TestApp::start(vec![many]).await;
    let file = app.get("/api/catalog/export/csv").await;
    assert_eq!(file.body.lines().count(), 1204);
    assert!(file.body.lines().last().unwrap().contains(",c1202,"));
    let file = app.get("/api/catalog/export/json").await;
    assert_eq!(file.json().as_array().unwrap().len(), 1203);
}
