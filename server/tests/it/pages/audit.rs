//! The page of the audit log, and what programs read of it.

use crate::support::{Engine, TestApp, TestDb, on_each_engine, seed};
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use serde_json::{Value, json};

/// What has been done here: three readings anew, one of which was of nothing.
async fn app(db: TestDb) -> TestApp {
    let orders = seed()
        .component("orders", |it| it)
        .component("dimmer", |it| it);
    let app = TestApp::below("/portal", db, vec![orders]).await;
    for name in ["orders", "nothing", "dimmer"] {
        let form = format!("entity_ref=component:default/{name}");
        app.submit("/portal/_fn/refresh_entity", &form).await;
    }
    app
}

on_each_engine! {
    async fn the_page_shows_who_has_done_what(db: TestDb) {
        let app = app(db).await;
        let page = app.get("/portal/admin/audit").await;
        assert_eq!(page.status, StatusCode::OK);
        assert_eq!(page.texts("nav[aria-label=Administration] a[aria-current=page]"), ["Audit"]);
        assert_eq!(page.texts("h1"), ["Audit"]);
        let about = page.texts("tbody .audit-about");
        assert_eq!(about[0], "component:default/dimmer");
        assert!(about[1].starts_with("component:default/nothing Failed to schedule"), "{about:?}");
        assert_eq!(about[2], "component:default/orders");
        assert_eq!(page.texts("tbody .audit-outcome"), ["Allowed", "Failed", "Allowed"]);
        assert_eq!(page.texts("tbody time"), ["just now"; 3]);
        assert_eq!(page.attributes("tbody time", "title")[0], "1970-01-01T00:02:00.000Z");
        let links = page.attributes("tbody .audit-about a", "href");
        assert_eq!(links, ["/portal/catalog/default/component/dimmer", "/portal/catalog/default/component/orders"]);
        // It is a form that needs no script, and says what was chosen.
        let failed = app.get("/portal/admin/audit?who=GUEST&action=entity.*&outcome=failed&text=nothing&from=1970-01-01&to=").await;
        assert_eq!(failed.texts("tbody .audit-outcome"), ["Failed"]);
        assert_eq!(failed.attributes("[name=outcome] option[selected]", "value"), ["failed"]);
        assert_eq!(failed.attributes("[name=who]", "value"), ["GUEST"]);
        let none = app.get("/portal/admin/audit?to=1969-12-31T23:59").await;
        assert!(none.texts("main").join(" ").contains("No entry passes these filters"));
        let wrong = app.get("/portal/admin/audit?from=yesterday").await;
        assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
        assert!(wrong.body.contains("is no time"), "{}", wrong.body);
    }

    async fn programs_read_it_page_by_page_and_as_a_whole(db: TestDb) {
        let app = app(db).await;
        let subject = |entry: &Value| entry["subject"].as_str().unwrap().to_owned();
        let mut found = Vec::new();
        let mut path = "/portal/api/audit?limit=2&action=entity.refresh".to_owned();
        loop {
            let page = app.get(&path).await;
            assert_eq!((page.status, page.header("cache-control")), (StatusCode::OK, "no-store"));
            let page = page.json();
            found.extend(page["items"].as_array().unwrap().iter().map(subject));
            let Some(next) = page["pageInfo"]["nextCursor"].as_str() else { break };
            path = format!("/portal/api/audit?limit=2&action=entity.refresh&cursor={next}");
        }
        let all = ["component:default/dimmer", "component:default/nothing", "component:default/orders"];
        assert_eq!(found, all);
        let export = app.get("/portal/api/audit/export?outcome=allowed").await;
        assert_eq!(export.header("content-type"), "application/x-ndjson");
        let lines: Vec<Value> = export.body.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(lines.iter().map(subject).collect::<Vec<_>>(), [all[0], all[2]]);
        assert_eq!(lines[0]["actor"], json!({ "kind": "guest", "name": "user:default/guest" }));
        // Taking it along is a deed, too.
        let rows = app.audited().await;
        let last = rows.last().unwrap();
        assert_eq!((last.action.as_str(), last.subject.as_str()), ("audit.export", "outcome=allowed"));
        let wrong = app.get("/portal/api/audit?cursor=x").await;
        assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
    }
}

#[tokio::test]
async fn it_is_for_those_who_see_to_the_installation() {
    use server::config::PermissionSettings;
    let settings = PermissionSettings {
        enabled: true,
        administrators: vec!["user:default/boss".parse().unwrap()],
        roles: None,
        ..PermissionSettings::default()
    };
    let app = TestApp::guarded(settings, vec![seed().user("ada", &[])]).await;
    for path in ["/admin/audit", "/api/audit", "/api/audit/export"] {
        for (user, status) in [
            ("user:default/ada", StatusCode::FORBIDDEN),
            ("user:default/boss", StatusCode::OK),
        ] {
            let request = Request::get(path).body(Body::empty()).unwrap();
            assert_eq!(
                app.send_as(user, request).await.status,
                status,
                "{user} {path}"
            );
        }
    }
    let form = Request::post("/_fn/get_admin")
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(
            json!({ "params": [["tab", "audit"]] }).to_string(),
        ));
    assert_eq!(
        app.send_as("user:default/ada", form.unwrap()).await.status,
        StatusCode::FORBIDDEN
    );
}

#[tokio::test]
async fn while_the_database_is_away_the_page_says_so() {
    let db = Engine::Sqlite.open().await.unwrap();
    let store = db.db.clone();
    let app = app(db).await;
    store.close().await;
    let page = app.get("/portal/admin/audit").await;
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(page.body.contains("which does not answer"), "{}", page.body);
}
