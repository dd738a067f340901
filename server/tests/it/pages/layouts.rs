//! Which cards a page has: by default, and as the operator wants.

use crate::support::{Engine, Seed, TestApp, seed};
use axum::http::StatusCode;
use serde_json::json;
use server::config::{LoadOptions, load};

fn catalog() -> Seed {
    seed()
        .group("crew", |entity| entity.with("/spec/children", vec!["rig"]))
        .group("rig", |entity| entity.with("/spec/parent", "crew"))
        .user("ada", &["rig"])
        .component("orders", |entity| {
            entity
                .owned_by("rig")
                .with("/spec/providesApis", vec!["seats"])
        })
        .component("shop", |entity| {
            entity.of_type("website").with(
                "/metadata/links",
                vec![json!({ "url": "https://shop.example.com" })],
            )
        })
        .component("dimmer", |entity| entity.of_type("library"))
        .component("odd", |entity| entity.of_type("firmware"))
        .api("seats", |entity| entity)
        .location("all", json!({ "targets": [] }))
        .of_kind(
            "System",
            "ticketing",
            json!({ "owner": "rig", "domain": "audience" }),
        )
        .of_kind("Domain", "audience", json!({ "owner": "rig" }))
        .of_kind(
            "Resource",
            "tickets",
            json!({ "type": "database", "owner": "rig" }),
        )
        .document(json!({
            "apiVersion": "stage.example/v1",
            "kind": "Costume",
            "metadata": { "name": "ghost" },
            "spec": { "owner": "rig" },
        }))
        .document(json!({
            "apiVersion": "scaffolder.backstage.io/v1beta3",
            "kind": "Template",
            "metadata": { "name": "service" },
            "spec": { "type": "service", "owner": "rig", "steps": [] },
        }))
}

/// The titles of the cards of a page, in their order.
async fn cards(app: &TestApp, path: &str) -> Vec<String> {
    let page = app.get(path).await;
    assert_eq!(page.status, StatusCode::OK, "{path}");
    page.attributes("main section.card", "aria-label")
}

#[tokio::test]
async fn each_type_shows_first_what_people_come_for() {
    let app = TestApp::start(vec![catalog()]).await;
    for (path, first) in [
        ("component/orders", &["APIs", "Dependencies"][..]),
        ("component/shop", &["Links", "APIs"]),
        ("component/dimmer", &["Used by", "Documentation"]),
        ("component/odd", &["Dependencies", "APIs"]),
        ("api/seats", &["Provided by", "Consumed by"]),
        ("group/crew", &["Members", "Owns"]),
        ("user/ada", &["Owns"]),
        ("location/all", &["Relations", "About"]),
        (
            "system/ticketing",
            &["Diagram", "What it holds", "Documentation"],
        ),
        (
            "domain/audience",
            &["Diagram", "What it holds", "Documentation"],
        ),
        ("resource/tickets", &["Needed by", "Depends on", "Graph"]),
        ("template/service", &["Relations", "Documentation", "About"]),
        // A kind of the operator's own that no layout names.
        ("costume/ghost", &["Relations", "About"]),
    ] {
        let cards = cards(&app, &format!("/catalog/default/{path}")).await;
        assert_eq!(&cards[..first.len()], first, "{path}: {cards:?}");
        assert!(cards.contains(&"About".to_owned()), "{path}: {cards:?}");
    }
}

#[tokio::test]
async fn what_is_missing_says_what_to_write() {
    let app = TestApp::start(vec![catalog()]).await;
    let page = app.get("/catalog/default/component/orders").await;
    let hints = page.texts("main details.hint pre").join("\n");
    assert!(hints.contains("name: orders"), "{hints}");
    assert!(hints.contains("backstage.io/techdocs-ref"), "{hints}");
    assert!(hints.contains("dependsOn"), "{hints}");
    assert!(!hints.contains("providesApis"), "{hints}");
}

#[tokio::test]
async fn a_group_shows_who_and_what_belongs_to_the_groups_within() {
    let app = TestApp::start(vec![catalog()]).await;
    let page = app.get("/catalog/default/group/crew").await;
    let members = page.texts("section[aria-label=Members]").join(" ");
    assert!(members.contains("through rig"), "{members}");
    let owned = page.texts("section[aria-label=Owns]").join(" ");
    assert!(owned.contains("through teams"), "{owned}");
    let page = app.get("/catalog/default/group/rig").await;
    let tree = page.texts("section[aria-label=Teams]").join(" ");
    assert!(tree.contains("crew"), "{tree}");
}

#[tokio::test]
async fn the_operator_says_what_a_page_has() {
    let dir = tempfile::tempdir().unwrap();
    let pages = "
- kind: Component
  type: service
  tabs:
    - id: overview
      cards: [{card: markdown, title: House rules, text: 'Ask *first*.', width: 12}, about]
    - id: notes
      title: All relations
      cards: [relations]
";
    let config = "
app:
  layouts: {$include: pages.yaml}
  home:
    - {card: quick-links, links: [{title: Handbook, url: 'https://handbook.example.com'}]}
";
    std::fs::write(dir.path().join("pages.yaml"), pages).unwrap();
    std::fs::write(dir.path().join("app-config.yaml"), config).unwrap();
    let options = LoadOptions {
        dir: dir.path().to_owned(),
        ..LoadOptions::default()
    };
    let loaded = load(&options).unwrap();
    assert_eq!(loaded.warnings, []);
    let layouts = loaded.config.layouts;
    let db = Engine::Sqlite.open().await.unwrap();
    let app = TestApp::with("", db, vec![catalog()], |state| state.with_layouts(layouts)).await;

    let orders = "/catalog/default/component/orders";
    assert_eq!(cards(&app, orders).await, ["House rules", "About"]);
    let page = app.get(orders).await;
    assert_eq!(
        page.texts("nav[aria-label=Views] a"),
        ["Overview", "All relations"]
    );
    assert_eq!(page.texts("main em"), ["first"]);
    assert_eq!(
        cards(&app, &format!("{orders}?tab=notes")).await,
        ["Relations"]
    );
    assert_eq!(cards(&app, "/").await, ["Quick links"]);
}
