//! Pages that change the catalog, without scripts.

use crate::support::{Files, TestApp, seed};
use app::error::ApiError;
use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE;
use server::ingest::Context;

const ORDERS: &str = "/catalog/default/component/orders";

async fn theatre() -> TestApp {
    let all = seed()
        .component("orders", |entity| entity.titled("Orders"))
        .component("dimmer", |entity| entity)
        .problem(7, Some("component:default/orders"), "spec.owner is missing");
    TestApp::start(vec![all]).await
}

/// Where a form has led to, without the mark that leptos leaves at its end.
fn led_to(answer: &crate::support::Answer) -> &str {
    assert_eq!(answer.status, StatusCode::FOUND, "{}", answer.body);
    answer.header("location")
}

#[tokio::test]
async fn an_entity_offers_to_be_read_again_and_removed() {
    let app = theatre().await;
    let page = app.get(ORDERS).await;
    let remove = format!("{ORDERS}/remove");
    assert!(page.attributes("main a", "href").contains(&remove));
    let notice = page.texts(".notice").join(" ");
    assert!(notice.contains("Its source has errors"), "{notice}");
    let form = "entity_ref=component:default/orders";
    let answer = app.submit("/_fn/refresh_entity", form).await;
    assert_eq!(led_to(&answer), format!("{ORDERS}?refresh=asked"));
    let page = app.get(led_to(&answer)).await;
    let notices = page.texts(".notice").join(" ");
    assert!(notices.contains("is read again now"), "{notices}");
}

#[tokio::test]
async fn removing_asks_first_and_says_what_it_takes_along() {
    let app = theatre().await;
    let page = app.get(&format!("{ORDERS}/remove")).await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(page.texts("h1"), ["Remove Orders"]);
    let actions = page.attributes("main form", "action");
    assert_eq!(actions, ["/_fn/delete_entity", "/_fn/delete_entity"]);
    let missing = app.get("/catalog/default/component/none/remove").await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_is_deleted_and_kept_out_can_be_let_in_again() {
    let app = theatre().await;
    let form = "entity_ref=component:default/orders&keep_out=true";
    let answer = app.submit("/_fn/delete_entity", form).await;
    assert_eq!(led_to(&answer), "/kept-out");
    assert!(!answer.header("set-cookie").is_empty());
    assert_eq!(app.get(ORDERS).await.status, StatusCode::NOT_FOUND);
    let page = app.get("/kept-out").await;
    let main = page.texts("main").join(" ");
    assert!(main.contains("component:default/orders"), "{main}");
    assert!(main.contains("user:default/guest"), "{main}");
    let form = "entity_ref=component:default/orders";
    let answer = app.submit("/_fn/let_in", form).await;
    assert_eq!(led_to(&answer), "/kept-out");
    assert_eq!(app.get(ORDERS).await.status, StatusCode::OK);
    let page = app.get("/kept-out").await;
    assert!(page.texts("main").join(" ").contains("Nothing is kept out"));
    let links = app.get("/problems").await.attributes("main a", "href");
    assert!(links.contains(&"/kept-out".to_owned()), "{links:?}");
}

#[tokio::test]
async fn a_location_is_looked_at_then_registered_then_unregistered() {
    let files = Files::serve(&[(
        "/catalog-info.yaml",
        "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: curtain, title: Curtain}\n\
         spec: {type: service, lifecycle: production, owner: guests}\n",
    )])
    .await;
    let db = crate::support::Engine::Sqlite.open().await.unwrap();
    let outbound = files.outbound();
    let app = TestApp::with("", db, Vec::new(), |mut state| {
        state.registry.context = Context::unread(outbound, std::sync::Arc::default());
        state
    })
    .await;
    let empty = app.get("/register").await;
    assert_eq!(empty.attributes("main form", "action"), ["/register"]);
    let url = format!("{}/catalog-info.yaml", files.base);
    let encoded = url.replace(':', "%3A").replace('/', "%2F");
    let page = app.get(&format!("/register?url={encoded}")).await;
    assert_eq!(page.status, StatusCode::OK);
    let main = page.texts("main").join(" ");
    assert!(
        main.contains("1 entity") && main.contains("Curtain"),
        "{main}"
    );
    assert!(
        page.attributes("main form", "action")
            .contains(&"/_fn/register_location".to_owned())
    );

    let answer = app
        .submit("/_fn/register_location", &format!("url={encoded}"))
        .await;
    let location = led_to(&answer).to_owned();
    assert!(
        location.starts_with("/catalog/default/location/generated-"),
        "{location}"
    );
    let again = app.get(&format!("/register?url={encoded}")).await;
    assert!(again.texts("main").join(" ").contains("registered already"));

    let page = app.get(&format!("{location}/remove")).await;
    let ids = page.attributes("main input[name=id]", "value");
    assert_eq!(ids.len(), 1, "{}", page.texts("main").join(" "));
    let answer = app
        .submit("/_fn/unregister_location", &format!("id={}", ids[0]))
        .await;
    assert_eq!(led_to(&answer), "/catalog");
    assert_eq!(app.get(&location).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_refused_form_leads_back_and_says_that_it_was() {
    let app = theatre().await;
    let answer = app
        .submit("/_fn/register_location", "url=javascript:alert(1)")
        .await;
    let back = led_to(&answer).to_owned();
    let path = back.strip_prefix("http://localhost/catalog").unwrap();
    let page = app.get(&format!("/register{path}")).await;
    let alert = page.texts("[role=alert]").join(" ");
    assert!(alert.contains("cannot be used"), "{back}: {alert}");
    let preview = app.get("/register?url=file:///etc/passwd").await;
    assert_eq!(preview.status, StatusCode::BAD_REQUEST);
    assert!(
        preview
            .texts("[role=alert]")
            .join(" ")
            .contains("The target")
    );
}

#[tokio::test]
async fn a_link_puts_no_words_of_its_own_into_a_refusal() {
    let app = TestApp::start(Vec::new()).await;
    let made_up = ApiError::Conflict("Call 555-0100 to go on".to_owned());
    let made_up = URL_SAFE.encode(serde_json::to_vec(&made_up).unwrap());
    let page = app.get(&format!("/register?__err={made_up}")).await;
    let said = page.texts("[role=alert]").join(" ");
    assert!(said.contains("done already"), "{said}");
    assert!(!page.body.contains("555-0100"), "{}", page.body);
}
