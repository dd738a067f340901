//! The definition of an API, on its page and as a file.

use crate::support::{TestApp, seed};
use axum::http::StatusCode;

const PAGE: &str = "/catalog/default/api/seats?tab=definition";
const TEXT: &str = "openapi: 3.1.0
info: {title: Seats, version: '2', description: <script>alert(1)</script>}
paths:
  /seats:
    get: {summary: Free seats, operationId: listSeats, responses: {'200': {description: Fine}}}
  /holds:
    post: {summary: Hold seats, operationId: hold, responses: {'201': {description: Held}}}
";

async fn with(kind: &str, text: &str) -> TestApp {
    let all = seed().api("seats", |entity| {
        entity.of_type(kind).with("/spec/definition", text)
    });
    TestApp::start(vec![all]).await
}

#[tokio::test]
async fn operations_can_be_read_and_linked_to() {
    let app = with("openapi", TEXT).await;
    let page = app.get(PAGE).await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(page.texts(".operation-name"), ["/seats", "/holds"]);
    assert_eq!(page.texts("#operation-listSeats").len(), 1);
    let links = page.attributes("nav[aria-label=Operations] a", "href");
    assert_eq!(links, ["#operation-listSeats", "#operation-hold"]);
    assert!(page.texts("section script").is_empty());
    // What the browser's program starts from does not repeat it.
    assert_eq!(page.body.matches("operation-summary").count(), 2);
    let found = app.get(&format!("{PAGE}&find=hold")).await;
    assert_eq!(found.texts(".operation-name"), ["/holds"]);
    let raw = app.get(&format!("{PAGE}&raw=1")).await;
    assert!(raw.texts(".code").concat().contains("openapi: 3.1.0"));
}

#[tokio::test]
async fn what_is_broken_is_shown_as_it_is() {
    let page = with("openapi", "openapi: 3.1.0\npaths: [")
        .await
        .get(PAGE)
        .await;
    assert_eq!(page.status, StatusCode::OK);
    let said = page.texts("[role=note]").concat();
    assert!(
        said.contains("cannot be read") && said.contains("Line"),
        "{said}"
    );
    assert!(page.texts(".code").concat().contains("paths: ["));
}

#[tokio::test]
async fn a_definition_is_a_file_that_no_browser_runs() {
    let app = with("openapi", TEXT).await;
    let path = "/api/catalog/entities/by-name/api/default/seats/definition";
    let file = app.get(path).await;
    assert_eq!((file.status, file.body.as_str()), (StatusCode::OK, TEXT));
    assert_eq!(file.header("content-type"), "text/plain; charset=utf-8");
    assert_eq!(
        file.header("content-disposition"),
        "attachment; filename=\"seats.yaml\""
    );
    let none = app
        .get("/api/catalog/entities/by-name/api/default/none/definition")
        .await;
    assert_eq!(none.status, StatusCode::NOT_FOUND);
}
