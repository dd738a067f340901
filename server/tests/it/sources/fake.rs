//! The GitHub of the tests against GitHub's published descriptions: every field that these require
//! of an answer is there. Types are not compared; the query of discovery was once, with
//! `@octokit/graphql-schema` 15.26.1.

use crate::support::github::{Github, fields};
use http_body_util::BodyExt;
use serde_json::Value;
use server::clock::Clock;
use server::outbound::{Call, Credential, Outbound};
use url::Url;

async fn ask(github: &Github, method: &str, path: &str) -> Value {
    let url = format!("http://{}/api/v3/{path}", github.host);
    let method = method.parse().unwrap();
    let mut call = Call::new(method, Url::parse(&url).unwrap());
    call.credential = Some(Credential::authorization("Bearer", "ghp_all"));
    let outbound = Outbound::new(github.hosts(), Clock::system());
    let reply = outbound.send(call).await.unwrap();
    assert!(reply.status.is_success(), "{path}: {}", reply.status);
    serde_json::from_slice(&reply.body).unwrap()
}

fn check(what: &str, value: &Value, required: &str) {
    for name in required.split_whitespace() {
        assert!(value.get(name).is_some(), "{what} has no {name}");
    }
}

#[tokio::test]
async fn every_answer_has_the_fields_that_the_descriptions_require() {
    let github = Github::start().await;
    github.repository("playhouse/orders", |it| {
        it.file("a/catalog-info.yaml", "a: 1")
    });
    github.install("playhouse");
    let repository = "repos/playhouse/orders";
    let answer = ask(&github, "GET", repository).await;
    check("a repository", &answer, fields::REPOSITORY);
    let answer = ask(
        &github,
        "GET",
        &format!("{repository}/contents/a/catalog-info.yaml"),
    )
    .await;
    check("a file", &answer, fields::FILE);
    let answer = ask(
        &github,
        "GET",
        &format!("{repository}/git/trees/main?recursive=1"),
    )
    .await;
    check("a tree", &answer, fields::TREE);
    for entry in answer["tree"].as_array().unwrap() {
        check("an entry of a tree", entry, fields::TREE_ENTRY);
    }
    let answer = ask(&github, "GET", &format!("{repository}/commits/main")).await;
    check("a commit", &answer, fields::COMMIT);
    let answer = ask(&github, "GET", "orgs/playhouse/installation").await;
    check("an installation", &answer, fields::INSTALLATION);
    let answer = ask(&github, "GET", "app/installations").await;
    check(
        "an installation in a list",
        &answer[0],
        fields::INSTALLATION,
    );
    let answer = ask(&github, "POST", "app/installations/1/access_tokens").await;
    check("a token", &answer, fields::ACCESS_TOKEN);
    let answer = ask(&github, "GET", "rate_limit").await;
    check("the limits", &answer, fields::RATE_LIMIT);
    let answer = ask(
        &github,
        "GET",
        "search/code?q=filename:catalog-info.yaml%20org:playhouse",
    )
    .await;
    check("a search", &answer, fields::SEARCH);
    check("what is found", &answer["items"][0], fields::SEARCH_ITEM);
}

#[tokio::test]
async fn every_event_has_the_fields_that_the_descriptions_require() {
    let github = Github::start().await;
    github.repository("playhouse/orders", |it| it);
    let payload = async |request: axum::http::Request<axum::body::Body>| -> Value {
        let body = request.into_body().collect().await.unwrap().to_bytes();
        serde_json::from_slice(&body).unwrap()
    };
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
}
