//! What people and programs do to the catalog leaves entries.

use super::shorts;
use crate::support::{Answer, Engine, TestApp, TestDb, on_each_engine, seed};
use axum::body::Body;
use axum::http::{Method, Request, header};
use serde_json::{Value, json};
use server::access::Access;
use server::config::{Config, PermissionSettings, Secret, ServiceToken};
use server::permission::Policy;
use server::query::Catalog;

const ADA: &str = "user:default/ada";
const TOKEN: &str = "canary-service-token";

async fn app(db: TestDb) -> TestApp {
    let access = Access::new(vec![ServiceToken {
        token: Secret::new(TOKEN),
        subject: "ci".to_owned(),
        restrictions: None,
    }]);
    let config = Config {
        permission: PermissionSettings {
            enabled: true,
            administrators: vec!["user:default/guest".parse().unwrap()],
            ..PermissionSettings::default()
        },
        ..Config::default()
    };
    let catalog = Catalog::guarded_by(Policy::of(&config));
    let seeds = vec![
        seed()
            .component("dimmer", |it| it)
            .component("orders", |it| it)
            .user("ada", &[]),
    ];
    TestApp::of(catalog, "", db, seeds, |state| state.with_access(access)).await
}

async fn ci(app: &TestApp, method: Method, path: &str, body: &Value) -> Answer {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header(header::AUTHORIZATION, format!("Bearer {TOKEN}"))
        .header(header::USER_AGENT, "ci/1\t(runner)")
        .header("x-request-id", "of-ci")
        .header(header::CONTENT_TYPE, "application/json");
    app.send(request.body(Body::from(body.to_string())).unwrap())
        .await
}

on_each_engine! {
    async fn each_change_is_kept_with_who_and_what_came_of_it(db: TestDb) {
        let app = app(db).await;
        let target = "https://example.com/a.yaml?token=canary-query";
        let location = json!({ "type": "url", "target": target });
        let made = app.post("/api/catalog/locations", &location).await;
        let id = made.json()["location"]["id"].as_str().unwrap().to_owned();
        app.post("/api/catalog/locations", &location).await;
        app.put_json(Method::DELETE, &format!("/api/catalog/locations/{id}"), &Value::Null).await;
        app.post("/api/catalog/locations", &json!({ "type": "file", "target": "canary-target" })).await;
        app.submit("/_fn/refresh_entity", "entity_ref=component:default/orders").await;
        app.submit("/_fn/refresh_entity", "entity_ref=component:default/nothing").await;
        app.submit("/_fn/delete_entity", "entity_ref=component:default/orders&keep_out=true").await;
        app.submit("/_fn/let_in", "entity_ref=component:default/orders").await;
        let guest = "guest user:default/guest";
        let place = "url:https://example.com/a.yaml?…";
        assert_eq!(shorts(&app.audited().await), [
            format!("location.create: {guest}, {place}, allowed"),
            format!("location.create: {guest}, {place}, failed"),
            format!("location.delete: {guest}, {place}, allowed"),
            format!("entity.refresh: {guest}, component:default/orders, allowed"),
            format!("entity.refresh: {guest}, component:default/nothing, failed"),
            format!("entity.delete: {guest}, component:default/orders, allowed"),
            format!("tombstone.lift: {guest}, component:default/orders, allowed"),
        ]);
    }

    async fn programs_leave_what_they_push_and_that_they_came(db: TestDb) {
        let app = app(db).await;
        let entity = json!({ "apiVersion": "backstage.io/v1alpha1", "kind": "Component",
            "metadata": { "name": "pushed" }, "spec": { "type": "service", "owner": "canary", "lifecycle": "x" } });
        let put = ci(&app, Method::PUT, "/api/catalog/pushed/lights", &entity).await;
        assert_eq!(put.status, 200, "{}", put.body);
        ci(&app, Method::GET, "/api/catalog/entities", &Value::Null).await;
        ci(&app, Method::DELETE, "/api/catalog/pushed/lights", &Value::Null).await;
        app.put_json(Method::PUT, "/api/catalog/pushed/lights", &entity).await;
        let rows = app.audited().await;
        assert_eq!(shorts(&rows), [
            "token.use: service-token ci, ci, allowed",
            "pushed.replace: service-token ci, push:lights, allowed",
            "pushed.delete: service-token ci, push:lights, allowed",
            "pushed.replace: guest user:default/guest, PUT /api/catalog/pushed/lights, denied",
        ]);
        assert_eq!(rows[1].details, r#"{"documents":"1"}"#);
        assert_eq!((rows[1].agent.as_str(), rows[1].request_id.as_str()), ("ci/1 (runner)", "of-ci"));
        assert_eq!(rows[3].request_id.len(), 36, "made here");
        let all = format!("{rows:?}");
        assert!(!all.contains("canary"), "{all}");
    }

    async fn refusals_are_kept_once_for_each_who_and_what(db: TestDb) {
        let app = app(db).await;
        let denied = async |path: &str, body: Value| {
            let request = Request::post(path).header(header::CONTENT_TYPE, "application/json");
            let answer = app.send_as(ADA, request.body(Body::from(body.to_string())).unwrap()).await;
            assert_eq!(answer.status, 403, "{path}: {}", answer.body);
        };
        let location = json!({ "type": "url", "target": "https://example.com/a.yaml" });
        for _ in 0..50 {
            denied("/api/catalog/locations", location.clone()).await;
            denied("/api/catalog/refresh", json!({ "entityRef": "component:default/orders" })).await;
        }
        denied("/api/catalog/refresh", json!({ "entityRef": "component:default/dimmer" })).await;
        let page = Request::get("/admin").body(Body::empty()).unwrap();
        assert_eq!(app.send_as(ADA, page).await.status, 403);
        for number in 0..50 {
            let forged = Request::get("/api/catalog/entities")
                .header(header::AUTHORIZATION, format!("Bearer canary-forged-{number}"));
            assert_eq!(app.send(forged.body(Body::empty()).unwrap()).await.status, 401);
        }
        let rows = app.audited().await;
        assert_eq!(shorts(&rows), [
            format!("location.create: system callboard for {ADA}, POST /api/catalog/locations, denied"),
            format!("entity.refresh: system callboard for {ADA}, component:default/orders, denied"),
            format!("permission.denied: system callboard for {ADA}, GET /admin, denied"),
            "permission.denied: nobody , GET /api/catalog/entities, denied".to_owned(),
        ]);
        assert!(rows[1].reason.contains("catalog.entity.refresh"), "{}", rows[1].reason);
        assert!(!format!("{rows:?}").contains("canary"));
    }
}

#[tokio::test]
async fn what_only_looks_leaves_nothing() {
    let app = app(Engine::Sqlite.open().await.unwrap()).await;
    for path in [
        "/",
        "/catalog",
        "/admin",
        "/settings",
        "/api/catalog/entities",
        "/sign-in",
    ] {
        app.get(path).await;
    }
    let entity = json!({ "entity": {}, "location": "url:https://example.com" });
    app.post("/api/catalog/validate-entity", &entity).await;
    app.submit(
        "/_fn/set_starred",
        "entity_ref=component:default/orders&starred=true",
    )
    .await;
    app.submit("/sign-out", "").await;
    app.submit("/_fn/view_as", "person=").await;
    assert_eq!(shorts(&app.audited().await), Vec::<String>::new());
}
