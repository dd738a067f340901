//! From a repository to the catalog and back out of it, by discovery and webhooks alone.

use super::component;
use crate::support::github::{Github, Webhook};
use crate::support::{TestDb, on_each_engine};
use axum::body::Body;
use axum::http::Request;
use http_body_util::BodyExt;
use serde_json::json;
use server::clock::Clock;
use server::config::{Config, Events, GithubDiscovery, Secret};
use server::events::{self, Delivery, Received};
use server::ingest::Context;
use server::outbound::Outbound;
use server::providers::github::{Discovery, Rounds};
use server::query::Catalog;
use server::work::{Wake, Worker, follow};
use std::sync::Arc;

const SECRET: &str = "s3cret";

/// A server whose only source is what it finds on a GitHub.
struct Portal {
    rounds: Rounds,
    events: events::Github,
    worker: Worker,
}

impl Portal {
    fn of(github: &Github, db: &TestDb) -> Self {
        let clock = Clock::from_fn(|| 1_000_000);
        let discovery = GithubDiscovery {
            page_size: 2,
            ..GithubDiscovery::new("a", &github.host, "playhouse")
        };
        let discovery = Discovery::new(discovery).unwrap();
        let config = Config {
            events: Events {
                github_webhook_secret: Some(Secret::new(SECRET)),
            },
            ..github.config()
        };
        let (scm, wake) = (Arc::new(github.scm()), Wake::default());
        let outbound = Outbound::new(github.hosts(), clock.clone());
        let context = Context::unread(outbound.clone(), Arc::clone(&scm));
        Self {
            events: events::Github::new(
                &config,
                vec![discovery.clone()],
                db.db.clone(),
                clock.clone(),
                wake.clone(),
            ),
            worker: Worker::new(db.db.clone(), Catalog::default(), clock.clone(), context),
            rounds: Rounds {
                discovery,
                db: db.db.clone(),
                clock,
                outbound,
                scm,
                holder: "me".to_owned(),
                wake,
            },
        }
    }

    async fn tell(&self, webhook: &Webhook) {
        let request: Request<Body> = webhook.signed(SECRET);
        let (parts, body) = request.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        let text = |name: &str| parts.headers[name].to_str().unwrap();
        let received = self.events.receive(Delivery {
            event: text("x-github-event"),
            id: Some(text("x-github-delivery")),
            signature: Some(text("x-hub-signature-256")),
            body: &body,
        });
        let received = received.await.unwrap();
        assert!(
            matches!(received, Received::Accepted { .. }),
            "{received:?}"
        );
        self.worker.drain().await;
        follow(&self.worker.db, &self.worker.catalog).await.unwrap();
    }

    /// The names of the components in the catalog.
    fn components(&self) -> Vec<String> {
        let model = self.worker.catalog.whole();
        let entries = model.entries.iter();
        let names = entries.filter_map(|it| it.key.strip_prefix("component:default/"));
        let mut names: Vec<String> = names.map(str::to_owned).collect();
        names.sort();
        names
    }
}

/// The files of which content was asked for.
fn contents(github: &Github) -> Vec<String> {
    let asked = github.asked().into_iter();
    let paths = asked.filter_map(|it| Some(it.path.split_once("/repos/playhouse/")?.1.to_owned()));
    paths.collect()
}

on_each_engine! {
    async fn the_catalog_follows_what_happens_on_github(db: TestDb) {
        let github = Github::start().await;
        for name in ["api", "bar", "cue"] {
            github.repository(&format!("playhouse/{name}"), |it| {
                it.file("catalog-info.yaml", component(name))
            });
        }
        github.repository("playhouse/empty", |it| it);
        let portal = Portal::of(&github, &db);
        assert!(portal.rounds.look().await.unwrap());
        portal.worker.drain().await;
        assert_eq!(portal.components(), ["api", "bar", "cue"]);
        let problems = &portal.worker.catalog.whole().problems;
        assert!(problems.is_empty(), "a repository without the file is none: {problems:?}");

        // A push to one file reads that file and nothing else.
        github.asked();
        github.change("playhouse/bar", |it| it.put("catalog-info.yaml", component("foyer")));
        portal.tell(&github.push("playhouse/bar", "main", [&[], &["catalog-info.yaml"], &[]])).await;
        assert_eq!(contents(&github), ["bar/contents/catalog-info.yaml?ref=main"]);
        assert_eq!(portal.components(), ["api", "cue", "foyer"]);
        portal.tell(&github.push("playhouse/api", "main", [&[], &["README.md"], &[]])).await;
        assert_eq!(contents(&github), [""; 0]);

        // The file comes, goes, and its repository with it.
        github.change("playhouse/empty", |it| it.put("catalog-info.yaml", component("wings")));
        portal.tell(&github.push("playhouse/empty", "main", [&["catalog-info.yaml"], &[], &[]])).await;
        assert_eq!(portal.components(), ["api", "cue", "foyer", "wings"]);
        github.change("playhouse/bar", |it| it.take("catalog-info.yaml"));
        portal.tell(&github.push("playhouse/bar", "main", [&[], &[], &["catalog-info.yaml"]])).await;
        assert_eq!(portal.components(), ["api", "cue", "wings"]);
        github.remove("playhouse/cue");
        portal.tell(&github.told("playhouse/cue", "deleted", json!({}))).await;
        assert_eq!(portal.components(), ["api", "wings"]);
        github.repository("playhouse/new", |it| it.file("catalog-info.yaml", component("new")));
        portal.tell(&github.told("playhouse/new", "created", json!({}))).await;
        assert_eq!(portal.components(), ["api", "new", "wings"]);
    }
}
