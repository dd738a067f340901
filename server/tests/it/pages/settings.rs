//! Who one is, how pages look, and why groups are one's own.

use crate::support::{TestApp, seed};
use axum::body::Body;
use axum::http::{Request, header};

async fn theatre() -> TestApp {
    let all = seed()
        .group("house", |entity| {
            entity
                .titled("The house")
                .with("/spec/children", vec!["guests"])
        })
        .group("guests", |entity| entity.titled("Guests"))
        .user("guest", &["guests"]);
    TestApp::start(vec![all]).await
}

#[tokio::test]
async fn groups_are_told_with_the_way_that_leads_there() {
    let page = theatre().await.get("/settings").await;
    let groups = page.texts("section[aria-label='My groups'] li");
    assert_eq!(groups.len(), 2, "{groups:?}");
    assert!(groups[0].contains("Guests") && groups[0].contains("You are a member"));
    assert!(groups[0].contains("Yours"));
    assert!(
        groups[1].contains("The house") && groups[1].contains("above Guests"),
        "{groups:?}"
    );
    assert!(!groups[1].contains("Yours"));
    let main = page.texts("main").join(" ");
    assert!(main.contains("Nobody has signed in"), "{main}");
    assert!(main.contains("user:default/guest"), "{main}");
}

#[tokio::test]
async fn the_look_is_chosen_without_scripts() {
    let app = theatre().await;
    let page = app.get("/settings").await;
    let chosen = page.texts("button.segment[aria-pressed=true]");
    assert_eq!(chosen, ["As the system says", "Normal", "Open"]);
    let answer = app.submit("/_fn/set_appearance", "choice=dark").await;
    let cookie = answer.header("set-cookie").to_owned();
    let cookie = cookie.split(';').next().unwrap();
    let request = Request::get("/settings").header(header::COOKIE, cookie);
    let page = app.send(request.body(Body::empty()).unwrap()).await;
    let chosen = page.texts("button.segment[aria-pressed=true]");
    assert_eq!(chosen, ["Dark", "Normal", "Open"]);
}
