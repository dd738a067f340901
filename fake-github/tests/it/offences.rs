//! What GitHub does not describe is noticed.

use crate::ask::ask;
use fake_github::Github;
use serde_json::{Value, json};

async fn offence(request: &str, body: Value) -> (u16, String) {
    let github = Github::start().await;
    github.repository("playhouse/fog", |it| it);
    let reply = ask(&github, request, body).await;
    let offences: Vec<String> = github.offences().iter().map(ToString::to_string).collect();
    (reply.status, offences.join("\n"))
}

#[tokio::test]
async fn what_is_not_described_is_an_offence() {
    for (request, body, status, word) in [
        (
            "GET /repos/playhouse/fog/unheard",
            Value::Null,
            404,
            "no such operation",
        ),
        (
            "PUT /repos/playhouse/fog",
            json!({}),
            404,
            "no such operation",
        ),
        (
            "GET /repos/playhouse/fog/pulls?page=x",
            Value::Null,
            422,
            "page",
        ),
        (
            "GET /repos/playhouse/fog/pulls?heads=x",
            Value::Null,
            422,
            "heads",
        ),
        ("POST /orgs/playhouse/repos", Value::Null, 422, "no body"),
        (
            "POST /orgs/playhouse/repos",
            json!({"name": 1}),
            422,
            "/name",
        ),
        (
            "POST /orgs/playhouse/repos",
            json!({"name": "x", "wiki": true}),
            422,
            "wiki",
        ),
        ("POST /orgs/playhouse/repos", json!("x"), 422, "object"),
    ] {
        let (answered, offence) = offence(request, body).await;
        assert_eq!(answered, status, "{request}");
        assert!(offence.contains(word), "{request}: {offence}");
    }
    let (_, none) = offence("GET /repos/playhouse/missing", Value::Null).await;
    assert_eq!(none, "", "to ask for what is not there is none");
}

#[tokio::test]
#[should_panic(expected = "GitHub describes it otherwise")]
async fn an_offence_fails_its_test() {
    let github = Github::start().await;
    ask(&github, "GET /unheard/of", Value::Null).await;
}
