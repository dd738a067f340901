//! What a client has already is not sent again.

use crate::support::{TestApp, seed};
use axum::body::Body;
use axum::http::{Request, StatusCode};

#[tokio::test]
async fn an_answer_that_has_not_changed_is_not_sent_again() {
    let db = crate::support::Engine::Sqlite.open().await.unwrap();
    let component = |title: &str| seed().component("orders", |entity| entity.titled(title));
    let app = TestApp::below("", db, vec![component("Orders")]).await;
    for path in [
        "/api/catalog/entities",
        "/api/catalog/entities/by-query?limit=1",
        "/api/catalog/entity-facets?facet=kind",
        "/api/catalog/entities/by-name/component/default/orders",
        "/api/catalog/entities/by-name/component/default/orders/ancestry",
        "/api/openapi.json",
    ] {
        let first = app.get(path).await;
        assert_eq!(first.status, StatusCode::OK, "{path}");
        let etag = first.header("etag").to_owned();
        assert!(etag.starts_with("W/\""), "{path}: {etag}");
        assert_eq!(first.header("cache-control"), "private, no-cache");

        let again = |path: &str| {
            let request = Request::get(path).header("if-none-match", &etag);
            app.send(request.body(Body::empty()).unwrap())
        };
        let second = again(path).await;
        assert_eq!(second.status, StatusCode::NOT_MODIFIED, "{path}");
        assert!(second.body.is_empty());
        assert_eq!(second.header("etag"), etag);
        let other = again(&format!(
            "{path}{}x=1",
            if path.contains('?') { '&' } else { '?' }
        ))
        .await;
        // The name alone says which entity it is; of a list the question does.
        let expected = if path.contains("by-name") || path.contains("openapi") {
            StatusCode::NOT_MODIFIED
        } else {
            StatusCode::OK
        };
        assert_eq!(other.status, expected, "{path}");
    }
}

#[tokio::test]
async fn an_answer_that_has_changed_is_sent() {
    let before = TestApp::start(vec![seed().component("orders", |entity| entity)]).await;
    let after = TestApp::start(vec![
        seed().component("orders", |entity| entity.titled("Orders")),
    ])
    .await;
    for path in [
        "/api/catalog/entities",
        "/api/catalog/entities/by-name/component/default/orders",
    ] {
        let etag = before.get(path).await.header("etag").to_owned();
        let request = Request::get(path).header("if-none-match", etag);
        let answer = after.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
    }
}

#[tokio::test]
async fn answers_are_compressed_for_who_can_read_it() {
    let long = "Takes orders. ".repeat(100);
    let orders = seed().component("orders", |entity| {
        entity.with("/metadata/description", long)
    });
    let small = seed()
        .file("/catalog/small.yaml")
        .component("small", |entity| entity);
    let many = (0..50).fold(seed().file("/catalog/many.yaml"), |seed, number| {
        seed.component(&format!("service-{number}"), |entity| entity)
    });
    let app = TestApp::start(vec![orders, small, many]).await;
    for path in [
        "/api/catalog/entities",
        "/api/catalog/entities/by-query",
        "/api/catalog/entity-facets?facet=kind&facet=metadata.name&facet=spec.type&facet=spec.owner",
        "/api/catalog/entities/by-name/component/default/orders",
        "/api/catalog/entities/by-name/component/default/orders/ancestry",
        "/api/openapi.json",
    ] {
        for encoding in ["gzip", "br"] {
            let request = Request::get(path).header("accept-encoding", encoding);
            let answer = app.send(request.body(Body::empty()).unwrap()).await;
            assert_eq!(answer.header("content-encoding"), encoding, "{path}");
            assert_eq!(answer.header("vary"), "accept-encoding", "{path}");
        }
        assert_eq!(app.get(path).await.header("content-encoding"), "");
    }
    // One packet is one packet.
    let small = Request::get("/api/catalog/entities/by-name/component/default/small")
        .header("accept-encoding", "gzip")
        .body(Body::empty());
    let answer = app.send(small.unwrap()).await;
    assert_eq!(answer.header("content-encoding"), "");
}
