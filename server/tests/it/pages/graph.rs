//! The graph as a reader without scripts gets it: a drawing, the same as a list, and links.

use crate::support::{Seed, TestApp, seed};
use axum::http::StatusCode;
use serde_json::json;

fn catalog() -> Seed {
    seed()
        .group("guests", |entity| entity.titled("Guests"))
        .component("orders", |entity| {
            entity
                .titled("Orders")
                .with("/spec/system", "ticketing")
                .with(
                    "/spec/dependsOn",
                    vec!["resource:tickets", "component:gone"],
                )
                .with("/spec/providesApis", vec!["seats"])
        })
        .component("shop", |entity| {
            entity
                .of_type("website")
                .with("/spec/system", "web")
                .with("/spec/consumesApis", vec!["seats"])
        })
        .api("seats", |entity| entity.with("/spec/system", "ticketing"))
        .of_kind(
            "Resource",
            "tickets",
            json!({ "type": "database", "owner": "guests", "system": "ticketing" }),
        )
        .of_kind(
            "System",
            "ticketing",
            json!({ "owner": "guests", "domain": "audience" }),
        )
        .of_kind(
            "System",
            "web",
            json!({ "owner": "guests", "domain": "audience" }),
        )
        .of_kind("System", "empty", json!({ "owner": "guests" }))
        .of_kind("Domain", "audience", json!({ "owner": "guests" }))
}

const ORDERS: &str = "/graph?root=component:default%2Forders";

#[tokio::test]
async fn a_graph_is_drawn_and_listed_with_a_name_for_every_box_and_line() {
    let app = TestApp::start(vec![catalog()]).await;
    let page = app.get(&format!("{ORDERS}&depth=1")).await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(page.texts("title")[0], "Graph of Orders · Callboard");
    let names = page.texts("svg .node > title");
    for name in [
        "Orders, Component · service",
        "gone, not in the catalog",
        "tickets, Resource · database",
    ] {
        let is_it = |known: &String| known.starts_with(&format!("{name} ("));
        assert!(names.iter().any(is_it), "{name}: {names:?}");
    }
    let cards = page.attributes("svg .node", "data-card");
    assert!(cards.contains(&"resource:default/tickets".to_owned()));
    assert!(!cards.iter().any(|card| card.contains("gone")), "{cards:?}");
    let lines = page.attributes("svg .edge", "aria-label");
    for line in [
        "Orders depends on tickets",
        "Orders provides seats",
        "Guests owns Orders",
        "ticketing holds Orders",
    ] {
        assert!(lines.contains(&line.to_owned()), "{line}: {lines:?}");
    }
    let listed = page.texts(".graph-list .graph-entry");
    assert_eq!(listed.len(), names.len());
    assert!(
        listed[0].contains("Orders") && listed[0].contains("depends on tickets"),
        "{listed:?}"
    );
    // What is not there leads nowhere; everything else can be put into the centre.
    let ways = page.attributes("svg a.node", "href");
    assert_eq!(ways.len(), names.len() - 1);
    assert!(
        ways.contains(&"/graph?root=resource:default%2Ftickets&depth=1".to_owned()),
        "{ways:?}"
    );
    assert!(
        !page.body.contains(" style="),
        "the policy of pages allows none"
    );
}

#[tokio::test]
async fn the_url_says_how_far_it_reaches() {
    let app = TestApp::start(vec![catalog()]).await;
    let boxes = async |rest: &str| {
        app.get(&format!("{ORDERS}{rest}"))
            .await
            .attributes("svg .node", "data-node")
            .len()
    };
    assert_eq!(boxes("&depth=1").await, 6);
    assert_eq!(boxes("&depth=2").await, 8, "the shop and the domain");
    assert_eq!(boxes("&depth=all&dir=out").await, 4);
    assert_eq!(
        boxes("&rel=ownedBy").await,
        2,
        "either name of a relation will do"
    );
    assert_eq!(boxes("&kind=api&kind=component").await, 4);
    let page = app.get(&format!("{ORDERS}&dir=out&kind=api")).await;
    let current = page.texts(".graph-bar .segment[aria-current]");
    assert_eq!(current, ["2", "What it needs"]);
    assert_eq!(page.texts(".graph-bar .filter-set"), ["Kinds: 1"]);
    let reset = page.attributes(".graph-bar .btn-quiet", "href");
    assert_eq!(reset, [ORDERS]);
    let form = page.attributes(".graph-from input[type=hidden]", "name");
    assert_eq!(form, ["dir", "kind"]);
}

#[tokio::test]
async fn it_begins_with_the_landscape_a_name_or_says_there_is_none() {
    let app = TestApp::start(vec![catalog()]).await;
    let page = app.get("/graph").await;
    let lines = page.attributes("svg .edge", "aria-label");
    assert_eq!(lines, ["audience holds ticketing", "audience holds web"]);
    let page = app.get("/graph?root=seat").await;
    assert_eq!(page.status, StatusCode::OK);
    let offered = page.attributes(".graph-choice a", "href");
    assert_eq!(offered, ["/graph?root=api:default%2Fseats"]);
    for root in ["component:default/none", "nothing-like-it"] {
        let page = app.get(&format!("/graph?root={root}")).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{root}");
        assert!(page.texts("main").join(" ").contains(root));
    }
    let page = TestApp::start(vec![seed().component("alone", |entity| entity)]).await;
    let main = page.get("/graph").await.texts("main").join(" ");
    assert!(main.contains("Where to begin?"), "{main}");
}

#[tokio::test]
async fn a_page_of_an_entity_has_its_graph_small_and_whole() {
    let app = TestApp::start(vec![catalog()]).await;
    let page = app.get("/catalog/default/component/orders").await;
    let links = page.attributes("section[aria-label=Graph] svg a", "href");
    assert!(
        links.contains(&"/catalog/default/api/seats".to_owned()),
        "{links:?}"
    );
    assert_eq!(
        page.attributes("section[aria-label=Graph] .graph-foot a", "href"),
        [ORDERS]
    );
    let page = app
        .get("/catalog/default/component/orders?tab=graph&depth=1")
        .await;
    let links = page.attributes("section[aria-label=Graph] svg a", "href");
    assert!(
        links.contains(&"/catalog/default/api/seats?tab=graph&depth=1".to_owned()),
        "{links:?}"
    );
    let deeper = page.attributes(".graph-bar .segment", "href");
    assert!(
        deeper.contains(&"/catalog/default/component/orders?tab=graph&depth=3".to_owned()),
        "{deeper:?}"
    );
}

#[tokio::test]
async fn a_system_and_a_domain_show_what_they_hold() {
    let app = TestApp::start(vec![catalog()]).await;
    let page = app.get("/catalog/default/system/ticketing").await;
    let boxes = page.texts("section[aria-label=Diagram] svg .node > title");
    assert_eq!(boxes.len(), 4, "{boxes:?}");
    assert_eq!(
        page.texts("section[aria-label=Diagram] .graph-frame-title"),
        ["ticketing"]
    );
    let lines = page.attributes("section[aria-label=Diagram] svg .edge", "aria-label");
    assert!(
        lines.contains(&"web consumes seats".to_owned()),
        "{lines:?}"
    );
    let page = app.get("/catalog/default/domain/audience").await;
    let lines = page.attributes("section[aria-label=Diagram] svg .edge", "aria-label");
    assert_eq!(lines, ["web consumes ticketing"]);
    let page = app.get("/catalog/default/system/empty").await;
    let said = page.texts("section[aria-label=Diagram]").join(" ");
    assert!(
        said.contains("Nothing says that it is part of this"),
        "{said}"
    );
}

#[tokio::test]
async fn text_of_repositories_stays_text_in_a_drawing() {
    let evil = "\"><script>alert(1)</script>";
    let all = seed()
        .group("guests", |entity| entity)
        .component("orders", |entity| entity.titled(evil).of_type(evil));
    let app = TestApp::start(vec![all]).await;
    for path in [ORDERS, "/catalog/default/component/orders?tab=graph"] {
        let page = app.get(path).await;
        assert_eq!(page.attributes("svg .node", "data-node").len(), 2, "{path}");
        assert!(!page.body.contains("<script>alert"), "{path}");
    }
}
