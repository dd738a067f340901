//! What GitHub tells of its own accord has the fields that its descriptions require.

use axum::body::{Body, to_bytes};
use axum::http::Request;
use fake_github::{Github, fields};
use serde_json::Value;

async fn payload(request: Request<Body>) -> Value {
    let body = to_bytes(request.into_body(), 1 << 20).await.unwrap();
    serde_json::from_slice(&body).unwrap()
}

fn check(what: &str, value: &Value, required: &str) {
    for name in required.split_whitespace() {
        assert!(value.get(name).is_some(), "{what} has no {name}");
    }
}

#[tokio::test]
async fn every_event_has_the_fields_that_the_descriptions_require() {
    let github = Github::start().await;
    github.repository("playhouse/orders", |it| it);
    let push = github.push("playhouse/orders", "main", [&["a"], &[], &[]]);
    let push = payload(push.unsigned()).await;
    check("a push", &push, fields::PUSH);
    check(
        "a pushed commit",
        &push["commits"][0],
        fields::PUSHED_COMMIT,
    );
    let told = github.told("playhouse/orders", "archived", Value::Null);
    let told = payload(told.unsigned()).await;
    check("an event of a repository", &told, fields::REPOSITORY_EVENT);
    github.organization("playhouse", &["ben"]);
    github.team("playhouse", "lights", &["ben"]);
    for (webhook, required) in [
        (
            github.told_of_member("playhouse", "member_added", "ben"),
            fields::ORGANIZATION_EVENT,
        ),
        (
            github.told_of_team("playhouse", "lights", "created"),
            fields::TEAM_EVENT,
        ),
        (
            github.told_of_membership("playhouse", "lights", "added", "ben"),
            fields::MEMBERSHIP_EVENT,
        ),
    ] {
        let told = payload(webhook.unsigned()).await;
        check("an event of an organisation", &told, required);
        check(
            "its organisation",
            &told["organization"],
            fields::ORGANIZATION,
        );
    }
}
