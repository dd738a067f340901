//! What goes wrong at GitHub.

use crate::ask::{ask, send};
use fake_github::{Fault, Github, TOKEN};
use serde_json::{Value, json};
use std::time::Duration;

#[tokio::test]
async fn faults_are_those_of_a_path_and_used_up() {
    let github = Github::start().await;
    github.organization("playhouse", &[]);
    github.fail("POST", "/orgs/{org}/repos", Fault::Failing, 2);
    let make = async || {
        ask(
            &github,
            "POST /orgs/playhouse/repos",
            json!({"name": "fog"}),
        )
        .await
    };
    ask(&github, "GET /orgs/playhouse/repos", Value::Null)
        .await
        .is(200);
    make().await.is(500);
    make().await.is(500);
    make().await.is(201);
}

#[tokio::test]
async fn github_has_its_words_for_them() {
    let github = Github::start().await;
    github.repository("playhouse/fog", |it| it);
    for (fault, status, words, header) in [
        (Fault::NotInPlan, 403, "Upgrade to GitHub Pro", ""),
        (
            Fault::SsoRequired,
            403,
            "SAML",
            "x-github-sso: required; url=",
        ),
        (Fault::Suspended, 403, "suspended", ""),
        (
            Fault::Primary { reset: 5 },
            403,
            "rate limit",
            "x-ratelimit-reset: 5\r\n",
        ),
        (
            Fault::Secondary {
                retry_after: Some(7),
            },
            403,
            "secondary",
            "retry-after: 7\r\n",
        ),
        (
            Fault::TooMany { retry_after: 8 },
            429,
            "Too many",
            "retry-after: 8\r\n",
        ),
        (Fault::NameExists, 422, "creation failed", ""),
        (Fault::Slow(Duration::from_millis(1)), 200, "", ""),
    ] {
        github.refuse([fault]);
        let reply = ask(&github, "GET /repos/playhouse/fog", Value::Null)
            .await
            .is(status);
        assert!(reply.message().contains(words), "{}", reply.text);
        assert!(reply.head.contains(header), "{}", reply.head);
    }
}

#[tokio::test]
async fn a_connection_ends_before_or_after_something_is_done() {
    let github = Github::start().await;
    github.organization("playhouse", &[]);
    let head = format!("authorization: Bearer {TOKEN}\r\n");
    for (fault, name, is_made) in [(Fault::Cut, "cut", false), (Fault::Lost, "lost", true)] {
        github.refuse([fault]);
        let body = json!({"name": name}).to_string();
        let reply = send(&github, "POST /api/v3/orgs/playhouse/repos", &head, &body).await;
        assert!(reply.is_none());
        let made = github.find(&format!("playhouse/{name}"));
        assert_eq!(made.is_some(), is_made, "{name}");
    }
}
