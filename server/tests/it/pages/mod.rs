//! Pages as a reader without scripts gets them: status, title, what they say.

mod actions;
mod audit;
mod changes;
mod create;
mod definition;
mod every_entity;
mod graph;
mod health;
mod inbox;
mod layouts;
mod list;
mod proposals;
mod recent;
mod register;
mod roles;
mod settings;
mod themes;

use crate::support::{TestApp, seed};
use app::routes::{Answers, ROUTES};
use axum::http::StatusCode;

async fn theatre() -> TestApp {
    let all = seed()
        .group("guests", |entity| entity.titled("Guests"))
        .group("lights", |entity| entity.titled("Lights"))
        .user("guest", &["guests"])
        .component("orders", |entity| entity.titled("Orders"))
        .component("dimmer", |entity| {
            entity
                .owned_by("lights")
                .of_type("library")
                .with("/spec/dependsOn", vec!["component:orders"])
        })
        .template("service", serde_json::json!([]))
        .problem(7, None, "metadata.name is missing");
    TestApp::start(vec![all]).await
}

#[tokio::test]
async fn every_page_of_the_route_table_answers_with_a_title_and_one_heading() {
    let app = theatre().await;
    let pages = ROUTES.iter().filter(|route| route.answers == Answers::Page);
    // The page of a task is that of a task that was started, and nobody makes roles without being named:
    // see the tests of both.
    let elsewhere = ["/create/tasks/{id}", "/admin/roles/{step}"];
    for route in pages.filter(|route| !elsewhere.contains(&route.path)) {
        // A form is one of a template.
        let path = route.path.replace("{namespace}/{name}", "default/service");
        let path = path
            .replace("{namespace}", "default")
            .replace("{kind}", "component")
            .replace("{name}", "orders")
            .replace("{*page}", "operations")
            .replace("{tab}", "audit");
        let page = app.get(&path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        let titles = page.texts("title");
        assert!(titles[0].ends_with(" · Callboard"), "{path}: {titles:?}");
        assert_eq!(page.texts("h1").len(), 1, "{path}");
    }
}

#[tokio::test]
async fn home_shows_what_is_mine() {
    let page = theatre().await.get("/").await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(page.texts("title"), ["Home · Callboard"]);
    let description = page.attributes("meta[name=description]", "content");
    assert!(description[0].contains("Playhouse"), "{description:?}");
    assert_eq!(page.texts("h1").len(), 1);
    let main = page.texts("main").join(" ");
    assert!(main.contains("Orders") && main.contains("Guests"), "{main}");
    assert!(!main.contains("dimmer"), "{main}");
}

#[tokio::test]
async fn home_leads_to_what_the_viewer_has_to_see_to() {
    let all = seed()
        .group("guests", |entity| entity)
        .group("lights", |entity| entity)
        .user("guest", &["guests"])
        .component("orders", |entity| {
            entity.with("/spec/dependsOn", vec!["component:none"])
        })
        .component("dimmer", |entity| {
            let entity = entity.owned_by("lights");
            entity.with("/spec/dependsOn", vec!["component:lost"])
        })
        .problem(7, Some("component:default/orders"), "spec.type is odd");
    let app = TestApp::start(vec![all]).await;
    let page = app.get("/").await;
    let card = "section[aria-label='Needs attention']";
    let said = page.texts(card).join(" ");
    assert!(said.contains("spec.type is odd"), "{said}");
    assert!(said.contains("component:default/none"), "{said}");
    assert!(!said.contains("lost"), "{said}");
    let links = page.attributes(&format!("{card} a.link"), "href");
    assert_eq!(links, ["/problems?owner=mine"]);
    let inbox = app.get(&links[0]).await;
    let listed = inbox.texts("main li.problem").len();
    assert_eq!(listed, page.texts(&format!("{card} li.problem")).len());
}

#[tokio::test]
async fn the_list_is_narrowed_by_its_url() {
    let app = theatre().await;
    let page = app.get("/catalog?kind=component").await;
    assert_eq!(page.texts("title"), ["Components · Callboard"]);
    assert_eq!(
        page.texts("tbody tr").len(),
        2,
        "{:?}",
        page.texts("tbody tr")
    );
    let page = app.get("/catalog?kind=component&type=library").await;
    let rows = page.texts("tbody tr");
    assert_eq!(rows.len(), 1);
    assert!(
        rows[0].contains("dimmer") && rows[0].contains("Lights"),
        "{rows:?}"
    );
    let page = app.get("/catalog?q=nothing-like-it").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.texts("tbody tr").is_empty());
}

#[tokio::test]
async fn a_type_hides_no_other_kind() {
    let all = seed()
        .component("dimmer", |entity| entity.of_type("library"))
        .component("orders", |entity| entity.of_type("service"))
        .api("seats", |entity| entity);
    let app = TestApp::start(vec![all]).await;
    let page = app.get("/catalog?kind=component&type=library").await;
    let links = page.attributes("nav[aria-label=Kind] a", "href");
    assert_eq!(
        links,
        ["/catalog", "/catalog?kind=component", "/catalog?kind=api"]
    );
    let page = app.get("/catalog?kind=component&q=nothing-like-it").await;
    let links = page.attributes("nav[aria-label=Kind] a[aria-current=page]", "href");
    assert_eq!(links, ["/catalog?kind=component&q=nothing-like-it"]);
}

#[tokio::test]
async fn an_entity_shows_its_relations_both_ways() {
    let app = theatre().await;
    let page = app.get("/catalog/default/component/dimmer").await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(page.texts("head title"), ["dimmer · Callboard"]);
    let links = page.attributes("main a", "href");
    assert!(
        links.contains(&"/catalog/default/component/orders".to_owned()),
        "{links:?}"
    );
    assert!(
        links.contains(&"/catalog/default/group/lights".to_owned()),
        "{links:?}"
    );
    let page = app.get("/catalog/default/component/orders").await;
    let links = page.attributes("main a", "href");
    assert!(
        links.contains(&"/catalog/default/component/dimmer".to_owned()),
        "{links:?}"
    );
}

#[tokio::test]
async fn what_is_not_there_is_a_real_404_with_a_way_on() {
    let app = theatre().await;
    for path in ["/catalog/default/component/none", "/none"] {
        let page = app.get(path).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}");
        let links = page.attributes("main a", "href");
        assert!(
            links.iter().any(|link| link.starts_with("/catalog")),
            "{path}: {links:?}"
        );
    }
}

#[tokio::test]
async fn an_empty_catalog_is_not_called_so_before_it_has_been_read() {
    let app = TestApp::start(Vec::new()).await;
    for path in ["/", "/problems"] {
        let main = app.get(path).await.texts("main").join(" ");
        assert!(main.contains("Reading the catalog"), "{path}: {main}");
    }
    app.readiness.ready();
    let home = app.get("/").await.texts("main").join(" ");
    assert!(home.contains("The catalog is empty"), "{home}");
    let problems = app.get("/problems").await.texts("main").join(" ");
    assert!(problems.contains("Nothing is wrong"), "{problems}");
}

#[tokio::test]
async fn problems_are_listed_with_file_and_line() {
    let page = theatre().await.get("/problems").await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(page.texts("title"), ["Problems · Callboard"]);
    let main = page.texts("main").join(" ");
    assert!(
        main.contains("/catalog/all.yaml") && main.contains('7'),
        "{main}"
    );
    assert!(main.contains("metadata.name is missing"), "{main}");
}

#[tokio::test]
async fn hostile_text_stays_text() {
    let evil = "<script>alert(1)</script>";
    let all = seed().component("orders", |entity| {
        entity
            .titled(evil)
            .with("/metadata/description", evil)
            .with(
                "/metadata/links",
                vec![serde_json::json!({ "url": "javascript:alert(1)", "title": evil })],
            )
    });
    let app = TestApp::start(vec![all]).await;
    for path in ["/catalog", "/catalog/default/component/orders"] {
        let page = app.get(path).await;
        let at = page.body.find(evil);
        assert_eq!(
            at.map(|at| &page.body[at.saturating_sub(80)..at + 40]),
            None,
            "{path}"
        );
        assert!(
            !page
                .attributes("a", "href")
                .iter()
                .any(|href| href.starts_with("javascript:"))
        );
    }
}

#[tokio::test]
async fn a_problem_links_to_its_entity_only_if_there_is_one() {
    let all = seed()
        .component("orders", |entity| entity)
        .problem(1, Some("component:default/orders"), "claimed twice")
        .problem(9, Some("component:default/broken"), "no owner");
    let page = TestApp::start(vec![all]).await.get("/problems").await;
    let links = page.attributes("main a", "href");
    let leads_to = |name: &str| {
        let path = format!("/catalog/default/component/{name}");
        links.contains(&path)
    };
    assert!(leads_to("orders") && !leads_to("broken"), "{links:?}");
}

#[tokio::test]
async fn a_description_is_markdown_that_does_nothing() {
    let text = "Sells **seats**, see [the plan](https://plan.example).\n\n# Steps\n\n<img src=x onerror=alert(1)><script>alert(1)</script>[a](javascript:alert(1))";
    let all = seed().component("orders", |entity| {
        entity.with("/metadata/description", text)
    });
    let page = TestApp::start(vec![all]).await;
    let page = page.get("/catalog/default/component/orders").await;
    assert_eq!(page.texts(".prose strong"), ["seats"]);
    let links = page.attributes(".prose a", "href");
    assert!(
        links.contains(&"https://plan.example".to_owned()),
        "{links:?}"
    );
    assert!(
        !links.iter().any(|link| link.starts_with("javascript")),
        "{links:?}"
    );
    assert_eq!(page.texts("h1").len(), 1);
    assert!(page.attributes(".prose [onerror]", "onerror").is_empty());
    assert!(page.texts(".prose script").is_empty());
}

#[tokio::test]
async fn the_documentation_can_be_read() {
    let app = theatre().await;
    let page = app.get("/docs/callboard").await;
    assert_eq!(page.texts("title"), ["Callboard · Callboard"]);
    let links = page.attributes("nav[aria-label=Documentation] a", "href");
    assert_eq!(
        links[..2],
        ["/docs/callboard", "/docs/callboard/getting-started"]
    );
    let page = app.get("/docs/callboard/catalog/files").await;
    assert_eq!(page.texts("h1").len(), 1);
    assert_eq!(
        page.attributes("nav[aria-label=Documentation] a[aria-current=page]", "href"),
        ["/docs/callboard/catalog/files"]
    );
    let places = page.attributes("nav[aria-label=\"On this page\"] a", "href");
    assert!(places.len() > 3, "{places:?}");
    for place in places {
        assert_eq!(
            page.texts(&format!("[id=\"{}\"]", &place[1..])).len(),
            1,
            "{place}"
        );
    }
    assert!(!page.texts(".prose .hl-p").is_empty(), "code is coloured");
    let missing = app.get("/docs/callboard/none").await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn apis_have_a_list_of_their_own_that_filters_stay_on() {
    let all = seed()
        .api("seats", |entity| entity.of_type("openapi"))
        .api("calls", |entity| entity.of_type("grpc"))
        .component("orders", |entity| entity.of_type("service"));
    let app = TestApp::start(vec![all]).await;
    let page = app.get("/api-docs").await;
    assert_eq!(page.texts("title"), ["APIs · Callboard"]);
    assert_eq!(page.texts("tbody tr").len(), 2);
    let types = page.attributes("nav[aria-label=Type] a", "href");
    assert!(
        types.contains(&"/api-docs?type=grpc".to_owned()),
        "{types:?}"
    );
    let action = page.attributes("form.text-filter", "action");
    assert_eq!(action, ["/api-docs"]);
    let definitions = page.attributes("tbody a[aria-label='View the definition of seats']", "href");
    assert_eq!(definitions, ["/catalog/default/api/seats?tab=definition"]);
    let page = app.get("/api-docs?type=grpc").await;
    assert_eq!(page.texts("tbody tr").len(), 1);
    let page = app.get("/api-docs?q=calls").await;
    assert_eq!(page.texts("tbody tr").len(), 1);
}
