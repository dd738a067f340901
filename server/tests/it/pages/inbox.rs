//! Everything that is wrong, by who has to see to it.

use crate::support::{TestApp, seed};

async fn theatre() -> TestApp {
    let mine = seed()
        .file("/mine.yaml")
        .group("guests", |entity| entity.titled("Guests"))
        .user("guest", &["guests"])
        .component("orders", |entity| {
            entity.with("/spec/dependsOn", vec!["component:gone"])
        })
        .problem(7, None, "metadata.name is missing");
    let theirs = seed()
        .file("/theirs.yaml")
        .group("lights", |entity| entity.titled("Lights"))
        .component("dimmer", |entity| entity.owned_by("lights"))
        .component("orders", |entity| entity.owned_by("lights"))
        .problem(3, Some("component:default/dimmer"), "spec.type is odd");
    let nobodys = seed()
        .file("/nobodys.yaml")
        .problem(1, None, "this is no YAML");
    TestApp::start(vec![mine, theirs, nobodys]).await
}

#[tokio::test]
async fn problems_stand_by_owner_and_the_readers_come_first() {
    let page = theatre().await.get("/problems").await;
    let groups = page.texts("section.inbox");
    assert_eq!(groups.len(), 3, "{groups:?}");
    assert!(groups[0].contains("Guests") && groups[0].contains("Yours"));
    assert!(groups[0].contains("metadata.name is missing"));
    assert!(groups[0].contains("line 7"), "{groups:?}");
    assert!(
        groups[0].contains("component:default/gone is not in the catalog"),
        "{groups:?}"
    );
    assert!(groups[1].contains("Lights") && groups[1].contains("spec.type is odd"));
    assert!(groups[1].contains("already claimed by"), "{groups:?}");
    assert!(groups[2].contains("Nobody known") && groups[2].contains("this is no YAML"));
}

#[tokio::test]
async fn the_address_says_whose_and_of_which_sort() {
    let app = theatre().await;
    let mine = app.get("/problems?owner=mine").await;
    assert_eq!(mine.texts("section.inbox").len(), 1);
    let tabs = mine.texts("nav[aria-label=Whose] a");
    assert_eq!(tabs, ["Everyone’s5", "Mine2"]);
    let relations = app.get("/problems?kind=relation").await;
    let listed = relations.texts("section.inbox li");
    assert_eq!(listed.len(), 1, "{listed:?}");
    let kinds = relations.attributes("nav[aria-label=What] a", "href");
    assert!(
        kinds.contains(&"/problems?kind=conflict".to_owned()),
        "{kinds:?}"
    );
    let lights = app
        .get("/problems?owner=group:default/lights&kind=file")
        .await;
    assert_eq!(lights.texts("section.inbox li").len(), 1);
    let nobody = app.get("/problems?owner=none").await;
    assert!(nobody.texts("main").join(" ").contains("this is no YAML"));
    let none = app.get("/problems?owner=mine&kind=orphan").await;
    let main = none.texts("main").join(" ");
    assert!(main.contains("Nothing of this is wrong"), "{main}");
}

#[tokio::test]
async fn what_has_never_been_valid_is_told_apart() {
    let all = seed()
        .file("/mine.yaml")
        .group("guests", |entity| entity)
        .user("guest", &["guests"])
        .component("orders", |entity| entity.owned_by("guests"))
        .problem(9, Some("component:default/lamp"), "spec.type is missing")
        .problem(4, Some("component:default/orders"), "spec.owner is odd")
        .problem(1, None, "this is no YAML");
    let app = TestApp::start(vec![all]).await;
    let page = app.get("/problems?owner=mine&kind=unprocessed").await;
    let listed = page.texts("section.inbox li");
    assert_eq!(listed.len(), 1, "{listed:?}");
    assert!(listed[0].contains("spec.type is missing") && listed[0].contains("line 9"));
    assert!(listed[0].contains("(not in the catalog)"), "{listed:?}");
    let kinds = page.texts("nav[aria-label=What] a");
    assert_eq!(kinds, ["All3", "Files2", "Not in the catalog1"]);
}

#[tokio::test]
async fn a_long_inbox_has_pages() {
    let many = (0..130).fold(seed(), |seed, number| {
        seed.problem(number + 1, None, &format!("odd {number}"))
    });
    let app = TestApp::start(vec![many]).await;
    let first = app.get("/problems").await;
    assert_eq!(first.texts("section.inbox li").len(), 100);
    let second = app.get("/problems?page=2").await;
    assert_eq!(second.texts("section.inbox li").len(), 30);
    assert!(
        second
            .texts("section.inbox")
            .join(" ")
            .contains("130 problems")
    );
}
