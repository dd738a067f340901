//! The page of all actions.

use crate::scaffolder::workshop::Workshop;
use crate::support::{Engine, TestApp};
use axum::http::StatusCode;
use server::scaffolder::actions::Manifest;
use std::collections::BTreeSet;

#[tokio::test]
async fn every_action_is_documented() {
    let db = Engine::Sqlite.open().await.unwrap();
    let workshop = Workshop::start(db, Vec::new()).await;
    let page = workshop.app.get("/create/actions").await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(page.texts("title"), ["Actions · Callboard"]);
    assert_eq!(page.texts("h1"), ["Actions"]);
    let named = page.texts(".operation-name");
    let known = Manifest::built_in();
    let mut known: Vec<&str> = known.iter().map(|it| it.id.as_str()).collect();
    known.push("test:bell");
    known.sort_unstable();
    assert_eq!(named, known);
    // Each is in the index, and its place is on the page.
    let links = page.attributes("a.index-item", "href");
    let places = page.attributes(".operation-body", "id");
    let wanted: Vec<String> = places.iter().map(|id| format!("#{id}")).collect();
    assert_eq!(links, wanted);
    let unique: BTreeSet<&String> = places.iter().collect();
    assert_eq!(unique.len(), places.len());

    let of = |id: &str, what: &str| page.texts(&format!("#{id} {what}")).join(" | ");
    let tree = of("fetch-template", ".schema-name");
    assert!(tree.contains("url | targetPath | values"), "{tree}");
    let rows = of("fetch-template", ".schema-row");
    assert!(
        rows.starts_with("urlstringrequired | targetPathstring | "),
        "{rows}"
    );
    assert!(
        of("fetch-template", "code .hl-p").contains("action"),
        "its examples are coloured"
    );
    assert!(
        of("fs-readdir", ".schema-name").contains("folders"),
        "outputs are shown"
    );
    let register = of("catalog-register", ".schema-choice");
    assert!(register.contains("any of"), "{register}");
    assert!(of("catalog-register", ".operation-meta").contains("leaves it out"));
    assert!(of("fs-delete", ".operation-meta").contains("does it, too"));
    assert!(of("fs-delete", "p.meta").contains("hands on nothing"));
}

#[tokio::test]
async fn actions_are_found_by_their_words_without_scripts() {
    let app = TestApp::start(Vec::new()).await;
    let page = app.get("/create/actions?find=FETCH%20file").await;
    let named = page.texts(".operation-name").join(" ");
    assert!(named.contains("fetch:plain:file"), "{named}");
    assert!(!named.contains("fs:delete"), "{named}");
    assert_eq!(page.attributes("input[name=find]", "value"), ["FETCH file"]);
    let page = app.get("/create/actions?find=%3Cb%3E").await;
    let main = page.texts("main").join(" ");
    assert!(main.contains("No action has these words"), "{main}");
    assert!(
        page.attributes("main a", "href")
            .contains(&"/create/actions".to_owned())
    );
}

#[tokio::test]
async fn the_way_to_it_leads_from_the_templates_and_back() {
    let app = TestApp::start(Vec::new()).await;
    let page = app.get("/create").await;
    let links = page.attributes("main a", "href");
    for way in ["/create/actions", "/create/tasks"] {
        assert!(links.contains(&way.to_owned()), "{links:?}");
    }
    for (path, trail) in [
        ("/create/actions", ["Create/", "Actions"]),
        ("/create/tasks", ["Create/", "Tasks"]),
    ] {
        assert_eq!(app.get(path).await.texts(".crumbs li"), trail, "{path}");
    }
}
