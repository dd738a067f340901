//! What every answer has in common.

use crate::support::{Engine, TestApp, seed};
use axum::body::Body;
use axum::http::{Request, StatusCode};

#[tokio::test]
async fn health_follows_the_state_of_the_work() {
    let app = TestApp::start(Vec::new()).await;
    let live = app.get("/.backstage/health/v1/liveness").await;
    assert_eq!(
        (live.status, live.body.as_str()),
        (StatusCode::OK, r#"{"status":"ok"}"#)
    );
    let path = "/.backstage/health/v1/readiness";
    let starting = app.get(path).await;
    assert_eq!(starting.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(starting.json()["message"], "Backend has not started yet");
    app.readiness.ready();
    assert_eq!(app.get(path).await.body, r#"{"status":"ok"}"#);
    app.readiness.stopping();
    app.readiness.ready();
    assert_eq!(
        app.get(path).await.json()["message"],
        "Backend is shutting down"
    );
}

#[tokio::test]
async fn every_page_has_a_strict_policy_and_a_request_id() {
    let app = TestApp::start(Vec::new()).await;
    for path in ["/", "/catalog", "/problems", "/no-such-page"] {
        let answer = app.get(path).await;
        let policy = answer.header("content-security-policy");
        assert!(policy.contains("default-src 'none'"), "{path}: {policy}");
        assert!(
            !policy.contains("'unsafe-inline'") && !policy.contains("'unsafe-eval'"),
            "{policy}"
        );
        let nonce = policy
            .split("'nonce-")
            .nth(1)
            .and_then(|rest| rest.split('\'').next());
        let scripts = answer.attributes("script", "nonce");
        assert!(
            !scripts.is_empty() && scripts.iter().all(|script| Some(script.as_str()) == nonce),
            "{path}"
        );
        assert!(
            answer.attributes("[style]", "style").is_empty(),
            "{path} has inline styles"
        );
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert!(!answer.header("x-request-id").is_empty());
    }
}

#[tokio::test]
async fn a_base_path_is_in_every_link_and_may_be_stripped() {
    let db = Engine::Sqlite.open().await.unwrap();
    let orders = seed().component("orders", |entity| entity);
    let app = TestApp::below("/portal", db, vec![orders]).await;
    for path in ["/portal/catalog", "/catalog"] {
        let answer = app.get(path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        let mut links = answer.attributes("a", "href");
        links.extend(answer.attributes("form", "action"));
        links.extend(answer.attributes("link", "href"));
        assert!(
            links
                .iter()
                .any(|link| link == "/portal/catalog/default/component/orders"),
            "{links:?}"
        );
        let outside =
            |link: &&String| !link.starts_with("/portal") && !link.starts_with(['#', '?']);
        assert!(
            !links.iter().any(|link| outside(&link)),
            "{path}: {links:?}"
        );
    }
    let answer = app.get("/portal/api/catalog/entities").await;
    assert_eq!(answer.json().as_array().unwrap().len(), 1);
    assert_eq!(app.get("/portals").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_large_request_is_refused() {
    let app = TestApp::start(Vec::new()).await;
    let request = Request::post("/_fn/set_starred")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Body::from("x".repeat(2 * 1024 * 1024)));
    let answer = app.send(request.unwrap()).await;
    assert!(answer.status.is_client_error(), "{}", answer.status);
}

#[tokio::test]
async fn pages_of_other_sites_change_nothing() {
    let app = TestApp::start(vec![seed().component("orders", |entity| entity)]).await;
    let form = "entity_ref=component:default/orders&starred=true";
    for (name, value, allowed) in [
        ("sec-fetch-site", "cross-site", false),
        ("sec-fetch-site", "same-site", false),
        ("sec-fetch-site", "same-origin", true),
        ("origin", "https://evil.example", false),
        ("origin", "null", false),
        ("origin", "http://localhost", true),
    ] {
        let request = Request::post("/_fn/set_starred")
            .header("host", "localhost")
            .header("content-type", "application/x-www-form-urlencoded")
            .header(name, value)
            .body(Body::from(form));
        let answer = app.send(request.unwrap()).await;
        let expected = if allowed {
            StatusCode::OK
        } else {
            StatusCode::FORBIDDEN
        };
        assert_eq!(answer.status, expected, "{name}: {value}");
    }
}

#[tokio::test]
async fn what_does_not_exist_cannot_be_starred() {
    let app = TestApp::start(Vec::new()).await;
    let request = Request::post("/_fn/set_starred")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Body::from("entity_ref=component:default/none&starred=true"));
    let answer = app.send(request.unwrap()).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND, "{}", answer.body);
}

#[tokio::test]
async fn a_star_can_be_set_without_scripts() {
    let app = TestApp::start(vec![seed().component("orders", |entity| entity)]).await;
    let form = "entity_ref=component:default/orders&starred=true";
    let answer = app.submit("/_fn/set_starred", form).await;
    assert_eq!(answer.status, StatusCode::FOUND);
    assert_eq!(
        answer.header("location").trim_end_matches('?'),
        "http://localhost/catalog"
    );
    let starred = app.get("/catalog?scope=starred").await;
    assert!(
        starred.body.contains("/catalog/default/component/orders"),
        "{}",
        starred.body
    );
    let form = "entity_ref=component:default/orders&starred=false";
    app.submit("/_fn/set_starred", form).await;
    let starred = app.get("/catalog?scope=starred").await;
    assert!(!starred.body.contains("/catalog/default/component/orders"));
}
