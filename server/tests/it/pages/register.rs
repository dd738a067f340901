//! What the page that registers says of a repository: its catalog files, or how to write one.

use crate::support::github::Github;
use crate::support::{Answer, Engine, Seed, TestApp, seed};
use axum::http::StatusCode;
use serde_json::json;
use server::clock::Clock;
use server::outbound::Outbound;
use std::sync::Arc;

fn crew() -> Seed {
    seed()
        .group("guests", |entity| entity)
        .group("lights", |entity| entity.titled("Light crew"))
        .of_kind("System", "ticketing", json!({ "owner": "guests" }))
        .of_kind("Domain", "audience", json!({ "owner": "guests" }))
        .component("dimmer", |entity| {
            entity.owned_by("lights").of_type("library")
        })
}

pub(super) async fn app_beside(github: &Github) -> TestApp {
    let db = Engine::Sqlite.open().await.unwrap();
    TestApp::with("", db, vec![crew()], |mut state| {
        let context = &mut state.registry.context;
        context.outbound = Outbound::new(github.hosts(), Clock::system());
        context.scm = Arc::new(github.scm());
        state
    })
    .await
}

/// A page of the URL of a repository with what a form says beside it.
pub(super) async fn look(app: &TestApp, url: &str, answers: &[(&str, &str)]) -> Answer {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair("url", url).extend_pairs(answers);
    app.get(&format!("/register?{}", query.finish())).await
}

/// What stands beside the field of that name.
fn beside(page: &Answer, field: &str) -> String {
    page.texts(&format!("#draft-{field}-about")).join(" ")
}

#[tokio::test]
async fn a_repository_without_a_catalog_file_is_offered_one() {
    let github = Github::start().await;
    github.repository("playhouse/fog", |mut it| {
        it.default_branch = "trunk".to_owned();
        it.file("README.md", "# Fog")
    });
    let app = app_beside(&github).await;
    let url = format!("http://{}/playhouse/fog", github.host);
    for url in [url.clone(), format!("{url}/blob/trunk/catalog-info.yaml")] {
        let page = look(&app, &url, &[]).await;
        assert_eq!(page.status, StatusCode::OK);
        let main = page.texts("main").join(" ");
        assert!(
            main.contains("No catalog file was found in playhouse/fog"),
            "{main}"
        );
        let value = |name: &str| page.attributes(&format!("main .form [name={name}]"), "value");
        assert_eq!(value("name"), ["fog"]);
        assert_eq!(value("url"), [url]);
        assert_eq!(value("branch"), ["trunk"]);
        assert_eq!(page.attributes("option[selected]", "value"), ["Component"]);
    }
    let page = look(&app, &url, &[]).await;
    let offered = |list: &str| page.attributes(&format!("#draft-{list} option"), "value");
    // Who owns most comes first.
    assert_eq!(offered("owners"), ["guests", "lights"]);
    assert_eq!(offered("systems"), ["ticketing"]);
    assert_eq!(offered("domains"), ["audience"]);
    assert_eq!(offered("types"), ["library"]);
    assert_eq!(offered("lifecycles"), ["production"]);
}

#[tokio::test]
async fn what_the_form_says_becomes_a_file_and_the_way_to_put_it_there() {
    let github = Github::start().await;
    let app = app_beside(&github).await;
    let url = format!("http://{}/playhouse/fog", github.host);
    let answers = [
        ("branch", "trunk"),
        ("kind", "Component"),
        ("name", "fog"),
        (
            "description",
            "Makes fog: <b>thick</b>, \"thin\"\nand none.",
        ),
        ("type", "service"),
        ("lifecycle", "production"),
        ("owner", "lights"),
        ("system", "ticketing"),
        ("domain", "audience"),
        ("tags", "dmx, fog"),
    ];
    let page = look(&app, &url, &answers).await;
    let text = page.raw_text("main pre");
    let expected = "\
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: fog
  description: |-
    Makes fog: <b>thick</b>, \"thin\"
    and none.
  annotations:
    github.com/project-slug: playhouse/fog
  tags:
  - dmx
  - fog
spec:
  type: service
  lifecycle: production
  owner: lights
  system: ticketing
";
    assert_eq!(text, expected);
    let steps = page.attributes("main .steps a", "href");
    let begins = format!("{url}/new/trunk?filename=catalog-info.yaml&value=apiVersion%3A+");
    assert!(steps[0].starts_with(&begins), "{steps:?}");
    let file = format!("{url}/blob/trunk/catalog-info.yaml").replace('/', "%2F");
    assert_eq!(steps[1], format!("/register?url={file}"));
    assert_eq!(beside(&page, "owner"), "A group, or a person as user:name.");
    // What was answered is still there, and nobody was asked.
    let value = page.attributes("main [name=tags]", "value");
    assert_eq!(value, ["dmx, fog"]);
    assert_eq!(github.asked(), []);

    // The file that is there in the end can be registered.
    github.repository("playhouse/fog", |mut it| {
        it.default_branch = "trunk".to_owned();
        it.empty().file("catalog-info.yaml", text)
    });
    let page = app.get(&steps[1]).await;
    let main = page.texts("main").join(" ");
    assert!(
        main.contains("1 entity") && main.contains("All of it can be read"),
        "{main}"
    );
}

#[tokio::test]
async fn what_is_wrong_stands_beside_its_field() {
    let github = Github::start().await;
    let app = app_beside(&github).await;
    let url = format!("http://{}/playhouse/fog", github.host);
    let answers = [
        ("kind", "API"),
        ("name", "seat map"),
        ("type", ""),
        ("owner", "a:b/c/d:"),
        ("tags", "Rust"),
    ];
    let page = look(&app, &url, &answers).await;
    assert_eq!(page.texts("main [role=alert]").len(), 1);
    assert!(page.texts("main pre").is_empty());
    for (field, said) in [
        ("name", "Name is not valid; expected sequences of"),
        ("type", "Type is required, but missing."),
        ("lifecycle", "Lifecycle is required, but missing."),
        ("definition", "Definition is required, but missing."),
        ("tags", "but found \"Rust\"."),
    ] {
        let beside = beside(&page, field);
        assert!(beside.contains(said), "{field}: {beside}");
        let invalid = page.attributes(&format!("#draft-{field}"), "aria-invalid");
        assert_eq!(invalid, ["true"], "{field}");
    }
    assert!(page.attributes("#draft-system", "aria-invalid").is_empty());

    // The rules of the catalog hold here too.
    let answers = [("kind", "System"), ("name", "fog"), ("owner", "lights")];
    let page = look(&app, &url, &answers).await;
    assert!(
        beside(&page, "kind").contains("catalog.rules"),
        "{}",
        beside(&page, "kind")
    );
}

#[tokio::test]
async fn what_is_perhaps_not_meant_is_said_beside_its_field() {
    let github = Github::start().await;
    let app = app_beside(&github).await;
    let url = format!("http://{}/playhouse/fog", github.host);
    let answers = [
        ("kind", "Component"),
        ("name", "dimmer"),
        ("type", "service"),
        ("lifecycle", "production"),
        ("owner", "nobody-we-know"),
    ];
    let page = look(&app, &url, &answers).await;
    assert_eq!(page.texts("main pre").len(), 1);
    let owner = beside(&page, "owner");
    assert!(owner.contains("no group:default/nobody-we-know"), "{owner}");
    let name = beside(&page, "name");
    assert!(name.contains("in the catalog already"), "{name}");
}

#[tokio::test]
async fn a_form_cannot_be_made_to_say_what_it_should_not() {
    let github = Github::start().await;
    let app = app_beside(&github).await;
    let url = format!("http://{}/playhouse/fog", github.host);
    let evil = "</textarea></pre><script>alert(1)</script>";
    let answers = [
        ("kind", "Component"),
        ("name", "fog"),
        ("type", evil),
        ("lifecycle", "production"),
        ("owner", "lights"),
        ("description", evil),
        ("branch", "../../../evil"),
    ];
    let page = look(&app, &url, &answers).await;
    let scripts = page.texts("script").join(" ");
    assert!(!scripts.contains("alert(1)"), "{scripts}");
    assert_eq!(page.raw_text("#draft-description"), evil);
    assert_eq!(page.attributes("main [name=type]", "value"), [evil]);
    let steps = page.attributes("main .steps a", "href");
    assert!(
        steps[0].starts_with(&format!("{url}/new/main?")),
        "{steps:?}"
    );
    // Elsewhere than at a known host there is nothing to write a file into.
    let page = look(&app, "https://example.com/a/b", &answers).await;
    assert!(page.texts("main .form").is_empty());
}

#[tokio::test]
async fn several_catalog_files_are_listed_and_can_be_taken_together() {
    let github = Github::start().await;
    let file = |name: &str| {
        format!(
            "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {{name: {name}}}\n\
             spec: {{type: service, lifecycle: production, owner: lights}}\n"
        )
    };
    github.repository("playhouse/all", |it| {
        it.file("fog/catalog-info.yaml", file("fog"))
            .file("haze/catalog-info.yaml", file("haze"))
    });
    let app = app_beside(&github).await;
    let url = format!("http://{}/playhouse/all", github.host);
    let page = look(&app, &url, &[]).await;
    let files = page.texts("section[aria-label='Catalog files'] li");
    assert_eq!(files, ["fog/catalog-info.yaml", "haze/catalog-info.yaml"]);
    let together = page.attributes("main a.btn", "href");
    assert!(
        together[0].ends_with("%2A%2A%2Fcatalog-info.yaml"),
        "{together:?}"
    );
    let main = app.get(&together[0]).await.texts("main").join(" ");
    assert!(main.contains("2 entities"), "{main}");
}
