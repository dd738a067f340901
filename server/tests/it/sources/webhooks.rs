//! What GitHub tells is believed when it is signed, and does no more than it has to.

use super::{Reader, component};
use crate::support::github::{Github, Webhook};
use crate::support::{Answer, TestApp, TestDb, on_each_engine};
use axum::body::Body;
use axum::http::{Request, StatusCode};
use serde_json::json;
use server::clock::Clock;
use server::config::{Config, Events, GithubApp, GithubDiscovery, Secret};
use server::events;
use server::providers::github::Discovery;
use server::store::{Db, claim_job, finish_job, list_locations, put_sources};
use server::work::Wake;

const SECRET: &str = "s3cret";

fn config(github: &Github) -> Config {
    Config {
        events: Events {
            github_webhook_secret: Some(Secret::new(SECRET)),
        },
        ..github.config()
    }
}

fn discovery(github: &Github) -> Discovery {
    Discovery::new(GithubDiscovery {
        validate_locations_exist: true,
        ..GithubDiscovery::new("a", &github.host, "playhouse")
    })
    .unwrap()
}

/// An application that is told by a GitHub, and the database behind it.
struct Told {
    app: TestApp,
    db: Db,
}

impl Told {
    async fn by(github: &Github, db: TestDb, config: &Config) -> Self {
        let kept = db.db.clone();
        let clock = Clock::from_fn(|| 120_000);
        let discoveries = vec![discovery(github)];
        let events = events::Github::new(config, discoveries, kept.clone(), clock, Wake::default());
        let app = TestApp::with("", db, Vec::new(), |state| state.with_events(events)).await;
        Self { app, db: kept }
    }

    async fn send(&self, request: Request<Body>) -> Answer {
        self.app.send(request).await
    }

    /// Sends it signed, and returns how many sources are due.
    async fn due(&self, webhook: &Webhook) -> u64 {
        let answer = self.send(webhook.signed(SECRET)).await;
        assert_eq!(answer.status, StatusCode::ACCEPTED, "{}", answer.body);
        answer.json()["due"].as_u64().unwrap()
    }

    async fn named(&self) -> Vec<String> {
        let named = list_locations(&self.db, "github:a").await.unwrap();
        named.into_iter().map(|it| it.target).collect()
    }
}

async fn playhouse() -> Github {
    let github = Github::start().await;
    github.repository("playhouse/all", |it| {
        let api = "apiVersion: backstage.io/v1alpha1\nkind: API\nmetadata: {name: api}\n\
                   spec: {type: openapi, lifecycle: production, owner: a, definition: {$text: ./docs/api.json}}\n";
        it.file("a/catalog-info.yaml", component("a"))
            .file("b/catalog-info.yaml", api)
            .file("b/docs/api.json", "{}")
    });
    github
}

/// Stores what the pattern for all catalog files leads to.
async fn read_all(github: &Github, db: &Db) {
    let pattern = github.url("playhouse/all", "*/catalog-info.yaml");
    let updates = Reader::of(github).read(&pattern).await;
    assert_eq!(updates.len(), 3);
    let new_id = || uuid::Uuid::new_v4().to_string();
    put_sources(db, &updates, 1, new_id).await.unwrap();
}

on_each_engine! {
    async fn a_push_makes_due_what_it_changes_and_nothing_else(db: TestDb) {
        let github = playhouse().await;
        let told = Told::by(&github, db, &config(&github)).await;
        read_all(&github, &told.db).await;
        let push = |branch: &str, paths: [&[&str]; 3]| github.push("playhouse/all", branch, paths);
        // The file itself, and the pattern that may name others now.
        assert_eq!(told.due(&push("main", [&[], &["a/catalog-info.yaml"], &[]])).await, 2);
        assert_eq!(told.due(&push("main", [&["c/catalog-info.yaml"], &[], &[]])).await, 1);
        assert_eq!(told.due(&push("main", [&[], &[], &["b/catalog-info.yaml"]])).await, 2);
        // A file that an entity includes.
        assert_eq!(told.due(&push("main", [&[], &["b/docs/api.json"], &[]])).await, 1);
        assert_eq!(told.due(&push("main", [&["README.md"], &["src/a.rs"], &[]])).await, 0);
        assert_eq!(told.due(&push("next", [&[], &["a/catalog-info.yaml"], &[]])).await, 0);
        assert_eq!(told.due(&push("main", [&[], &[], &[]]).with("forced", true)).await, 3);
        let elsewhere = github.push("playhouse/all-2", "main", [&[], &["a/catalog-info.yaml"], &[]]);
        assert_eq!(told.due(&elsewhere).await, 0);
    }

    async fn repositories_come_and_go_with_what_is_told_of_them(db: TestDb) {
        let github = playhouse().await;
        let told = Told::by(&github, db, &config(&github)).await;
        let url = |name: &str| github.url(&format!("playhouse/{name}"), "catalog-info.yaml");
        github.repository("playhouse/orders", |it| it.file("catalog-info.yaml", component("a")));
        told.due(&github.push("playhouse/orders", "main", [&["catalog-info.yaml"], &[], &[]])).await;
        assert_eq!(told.named().await, [url("orders")]);
        github.remove("playhouse/orders");
        github.repository("playhouse/tickets", |it| it.file("catalog-info.yaml", component("a")));
        let renamed = json!({"repository": {"name": {"from": "orders"}}});
        told.due(&github.told("playhouse/tickets", "renamed", renamed)).await;
        assert_eq!(told.named().await, [url("tickets")]);
        github.change("playhouse/tickets", |it| it.is_archived = true);
        told.due(&github.told("playhouse/tickets", "archived", json!({}))).await;
        assert_eq!(told.named().await, [""; 0]);
        // Whether the file is still there, only a listing tells: it is due at once.
        let (job, now, hour) = ("github:a", 200_000, 3_600_000);
        assert!(claim_job(&told.db, job, "me", hour, now).await.unwrap());
        finish_job(&told.db, job, "me", |now| now + hour, now).await.unwrap();
        assert!(!claim_job(&told.db, job, "me", hour, now).await.unwrap());
        github.change("playhouse/tickets", |it| it.is_archived = false);
        told.due(&github.told("playhouse/tickets", "unarchived", json!({}))).await;
        assert!(claim_job(&told.db, job, "me", hour, now).await.unwrap());
    }
}

async fn told_by(github: &Github, config: &Config) -> Told {
    let db = crate::support::Engine::Sqlite.open().await.unwrap();
    Told::by(github, db, config).await
}

#[tokio::test]
async fn only_what_is_signed_is_believed() {
    let github = playhouse().await;
    let told = told_by(&github, &config(&github)).await;
    let push = github.push(
        "playhouse/orders",
        "main",
        [&["catalog-info.yaml"], &[], &[]],
    );
    let zeros = format!("sha256={}", "0".repeat(64));
    for request in [
        push.unsigned(),
        push.signed("guess"),
        push.signed(""),
        push.request(Some(&zeros), "{}".to_owned()),
        push.request(Some("sha1=0"), "{}".to_owned()),
    ] {
        let answer = told.send(request).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{}", answer.body);
        assert!(!answer.body.contains(SECRET));
    }
    assert_eq!(told.named().await, [""; 0]);
    let none = told_by(&github, &github.config()).await;
    let answer = none.send(push.signed("")).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert!(
        answer.body.contains("events.modules.github.webhookSecret"),
        "{}",
        answer.body
    );
}

#[tokio::test]
async fn the_secret_of_an_app_counts_for_its_own_host() {
    let github = playhouse().await;
    let app = GithubApp {
        app_id: "7".to_owned(),
        private_key: Secret::new("pem"),
        webhook_secret: Some(Secret::new("of the app")),
        client_id: None,
        client_secret: None,
        allowed_installation_owners: None,
        public_access: false,
    };
    let mut config = github.config();
    config.integrations[0].apps = vec![app.clone()];
    let mut other = server::config::Integration::new(server::config::Provider::Github, "ghe.test");
    other.apps = vec![GithubApp {
        webhook_secret: Some(Secret::new("of another")),
        ..app
    }];
    config.integrations.push(other);
    let told = told_by(&github, &config).await;
    let push = github.push(
        "playhouse/orders",
        "main",
        [&["catalog-info.yaml"], &[], &[]],
    );
    let answer = told.send(push.signed("of another")).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert!(answer.body.contains("ghe.test"), "{}", answer.body);
    let answer = told.send(push.signed("of the app")).await;
    assert_eq!(answer.status, StatusCode::ACCEPTED, "{}", answer.body);
}

#[tokio::test]
async fn a_delivery_is_heeded_once_and_what_means_nothing_is_let_pass() {
    let github = playhouse().await;
    let told = told_by(&github, &config(&github)).await;
    let pong = told.send(Webhook::ping().signed(SECRET)).await;
    assert_eq!(pong.status, StatusCode::OK);
    let push = github.push(
        "playhouse/orders",
        "main",
        [&["catalog-info.yaml"], &[], &[]],
    );
    let push = push.delivery("7");
    assert_eq!(
        told.send(push.signed(SECRET)).await.status,
        StatusCode::ACCEPTED
    );
    let again = told.send(push.signed(SECRET)).await;
    assert_eq!(
        (again.status, &again.json()["status"]),
        (StatusCode::OK, &json!("repeated"))
    );
    // Somebody without the secret learns nothing of what came before.
    assert_eq!(
        told.send(push.unsigned()).await.status,
        StatusCode::FORBIDDEN
    );
    let broken = push.delivery("8").with("repository", json!({}));
    assert_eq!(
        told.send(broken.signed(SECRET)).await.status,
        StatusCode::BAD_REQUEST
    );
    let tag = github
        .push("playhouse/orders", "main", [&[], &[], &[]])
        .with("ref", "refs/tags/v1");
    let answer = told.send(tag.signed(SECRET)).await;
    assert_eq!(answer.json()["status"], "ignored");
}

#[tokio::test]
async fn a_delivery_may_be_larger_than_a_request_but_not_of_any_size() {
    let github = playhouse().await;
    let told = told_by(&github, &config(&github)).await;
    let push = |filler: usize| {
        let push = github.push("playhouse/orders", "main", [&["a"], &[], &[]]);
        push.with("filler", "x".repeat(filler)).signed(SECRET)
    };
    let large = told.send(push(3 * 1024 * 1024)).await;
    assert_eq!(large.status, StatusCode::ACCEPTED, "{}", large.body);
    let huge = told.send(push(6 * 1024 * 1024)).await;
    assert!(
        [StatusCode::PAYLOAD_TOO_LARGE, StatusCode::BAD_REQUEST].contains(&huge.status),
        "{}",
        huge.status
    );
}
