//! How the catalog and what keeps it stand.

use crate::support::{Engine, TestApp, on_each_engine, seed};
use server::readiness::Part;

fn sources() -> Vec<crate::support::Seed> {
    let good = seed()
        .file("/good.yaml")
        .component("orders", |entity| entity)
        .component("dimmer", |entity| entity);
    let bad = seed().file("/bad.yaml").problem(3, None, "this is no YAML");
    vec![good, bad]
}

on_each_engine! {
    async fn sources_are_shown_with_what_they_hold_and_what_is_wrong(db: TestDb) {
        let app = TestApp::below("", db, sources()).await;
        app.readiness.ready();
        let page = app.get("/admin").await;
        let main = page.texts("main").join(" ");
        let tabs = page.texts("nav[aria-label=Administration] a[aria-current=page]");
        assert_eq!(tabs, ["Health"]);
        assert_eq!(page.texts("h1"), ["Catalog health"]);
        assert!(main.contains("Everything works"), "{main}");
        assert!(main.contains("2 entities"), "{main}");
        let rows = page.texts("section[aria-label=Sources] li");
        assert_eq!(rows.len(), 2, "{rows:?}");
        let bad = rows.iter().find(|row| row.contains("bad.yaml")).unwrap();
        assert!(bad.contains("this is no YAML") && bad.contains("0 entities"), "{bad}");
        let good = rows.iter().find(|row| row.contains("good.yaml")).unwrap();
        assert!(good.contains("2 entities"), "{good}");
        let none = app.get("/admin?state=failing").await;
        assert!(none.texts("section[aria-label=Sources] li").is_empty());
        let nothing = app.get("/admin/nothing").await;
        assert_eq!(nothing.status, axum::http::StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn without_a_database_the_page_says_so_and_shows_the_rest() {
    let db = Engine::Sqlite.open().await.unwrap();
    let store = db.db.clone();
    let app = TestApp::below("", db, sources()).await;
    app.readiness.ready();
    app.readiness
        .degraded(Part::Connection, &"no route to host");
    store.close().await;
    let page = app.get("/admin").await;
    assert_eq!(page.status, axum::http::StatusCode::OK);
    let main = page.texts("main").join(" ");
    assert!(main.contains("no route to host"), "{main}");
    assert!(main.contains("Sources cannot be shown now"), "{main}");
    assert!(main.contains("2 entities"), "{main}");
}
