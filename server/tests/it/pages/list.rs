//! The list: which columns it has, and what stands beside its links.

use crate::support::{TestApp, seed};
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use serde_json::json;

async fn theatre() -> TestApp {
    let all = seed()
        .group("guests", |entity| {
            entity
                .titled("Guests")
                .with("/metadata/description", "Those <b>who</b> come")
        })
        .user("guest", &["guests"])
        .component("orders", |entity| {
            entity.titled("Orders").tagged(&["a", "b", "c", "d"])
        })
        .component("dimmer", |entity| entity.owned_by("nobody"));
    TestApp::start(vec![all]).await
}

fn heads(page: &crate::support::Answer) -> Vec<String> {
    page.texts("thead th")
}

#[tokio::test]
async fn columns_are_chosen_in_the_address_and_kept_in_the_browser() {
    let app = theatre().await;
    let usual = app.get("/catalog?kind=component").await;
    assert_eq!(
        heads(&usual),
        ["Name", "Owner", "Type", "Lifecycle", "Tags", "Starred"]
    );
    let chosen = app
        .get("/catalog?kind=component&columns=owner,description")
        .await;
    assert_eq!(heads(&chosen), ["Name", "Owner", "Description", "Starred"]);
    let kept = app
        .submit(
            "/_fn/keep_columns",
            "kind=component&columns=owner,description",
        )
        .await;
    let cookie = kept.header("set-cookie").to_owned();
    let cookie = cookie.split(';').next().unwrap();
    let with_cookie = async |path: &str| {
        let request = Request::get(path).header(header::COOKIE, cookie);
        app.send(request.body(Body::empty()).unwrap()).await
    };
    let page = with_cookie("/catalog?kind=component").await;
    assert_eq!(heads(&page), ["Name", "Owner", "Description", "Starred"]);
    let other = with_cookie("/catalog?kind=group").await;
    assert!(heads(&other).contains(&"Type".to_owned()));
    let names = with_cookie("/catalog?kind=component&columns=name").await;
    assert_eq!(heads(&names), ["Name", "Starred"]);
}

#[tokio::test]
async fn a_row_says_what_it_has_and_no_more() {
    let page = theatre().await.get("/catalog?kind=component").await;
    assert_eq!(page.texts("tbody tr").len(), 2);
    assert_eq!(page.texts("tbody .chip"), ["a", "b"]);
    assert_eq!(page.attributes("tbody .count", "title"), ["c, d"]);
    let owners = page.attributes("tbody [data-card]", "data-card");
    assert_eq!(owners, ["group:default/guests"]);
    let unknown = page.texts("tbody .unknown");
    assert_eq!(unknown, ["nobody(not in the catalog)"]);
}

#[tokio::test]
async fn a_card_tells_who_an_owner_is() {
    let app = theatre().await;
    let card = app
        .post(
            "/_fn/get_card",
            &json!({ "entity_ref": "group:default/guests" }),
        )
        .await;
    let html = card.json().as_str().unwrap().to_owned();
    assert!(
        html.contains("Guests") && html.contains("Members"),
        "{html}"
    );
    assert!(html.contains("Those &lt;b&gt;who&lt;/b&gt; come"), "{html}");
    let none = app
        .post(
            "/_fn/get_card",
            &json!({ "entity_ref": "group:default/none" }),
        )
        .await;
    assert_eq!(none.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_whole_list_can_be_taken_along() {
    let page = theatre().await.get("/catalog?kind=component&page=3").await;
    let links = page.attributes("a[download]", "href");
    assert_eq!(
        links,
        [
            "/api/catalog/export/csv?kind=component",
            "/api/catalog/export/json?kind=component"
        ]
    );
}
