//! People and teams of organisations come, change and go, and a listing that fails takes nobody away.

mod apps;
mod failures;
mod large;
mod people;
mod when;

use crate::support::github::Github;
use crate::support::{Engine, TestApp, TestDb};
use axum::http::StatusCode;
use serde_json::Value;
use server::clock::Clock;
use server::config::{Config, Events, GithubOrganizations, OrganizationPages, Secret};
use server::events;
use server::ingest::Context;
use server::outbound::{Hosts, Outbound};
use server::providers::github::OrganizationRounds;
use server::scm::Scm;
use server::store::{Db, request_job};
use server::work::{Wake, follow};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

const SECRET: &str = "s3cret";

/// A portal that lists organisations.
struct Portal {
    app: TestApp,
    db: Db,
    rounds: OrganizationRounds,
    now: Arc<AtomicI64>,
}

impl Portal {
    async fn of(github: &Github, db: TestDb, organizations: &[&str]) -> Self {
        Self::with(github.config(), github, db, organizations, |_| {}).await
    }

    async fn with(
        mut config: Config,
        github: &Github,
        db: TestDb,
        organizations: &[&str],
        set: impl FnOnce(&mut GithubOrganizations),
    ) -> Self {
        let mut listed = GithubOrganizations {
            pages: OrganizationPages {
                teams: 2,
                team_members: 2,
                members: 2,
            },
            ..GithubOrganizations::new("a", &github.host, organizations)
        };
        set(&mut listed);
        config.catalog.github_organizations = vec![listed.clone()];
        config.events = Events {
            github_webhook_secret: Some(Secret::new(SECRET)),
        };
        let now = Arc::new(AtomicI64::new(1_000_000));
        let time = Arc::clone(&now);
        let clock = Clock::from_fn(move || time.load(Ordering::Relaxed));
        let outbound = Outbound::new(Hosts::configured(&config), clock.clone());
        let scm = Arc::new(Scm::new(&config.integrations));
        let store = db.db.clone();
        let rounds = OrganizationRounds {
            organizations: listed,
            db: store.clone(),
            clock: clock.clone(),
            context: Context::unread(outbound, scm),
            holder: "one".to_owned(),
        };
        let events =
            events::Github::new(&config, Vec::new(), store.clone(), clock, Wake::default());
        let app = TestApp::with("", db, Vec::new(), |state| state.with_events(events)).await;
        app.readiness.ready();
        Self {
            app,
            db: store,
            rounds,
            now,
        }
    }

    /// Lists if that is due; whether it was.
    async fn look(&self) -> bool {
        let looked = self.rounds.look().await.unwrap();
        follow(&self.db, &self.app.catalog).await.unwrap();
        looked
    }

    /// Lists once more, at a time when GitHub may be asked again.
    async fn again(&self) {
        self.now.fetch_add(60_000, Ordering::Relaxed);
        request_job(&self.db, "github-org:a").await.unwrap();
        assert!(self.look().await);
    }

    async fn entity(&self, entity_ref: &str) -> Value {
        let path = entity_ref.replace([':'], "/");
        let path = format!("/api/catalog/entities/by-name/{path}");
        let answer = self.app.get(&path).await;
        match answer.status {
            StatusCode::OK => answer.json(),
            StatusCode::NOT_FOUND => Value::Null,
            status => panic!("{status}: {}", answer.body),
        }
    }

    /// Who there is, without the kind where it is `user`, without the namespace where it is `default`.
    async fn everybody(&self) -> Vec<String> {
        let answer = self.app.get("/api/catalog/entities").await.json();
        let all = answer.as_array().unwrap().iter().map(|it| {
            let text = |value: &Value| value.as_str().unwrap().to_lowercase();
            let kind = text(&it["kind"]).replace("user", "");
            let namespace = text(&it["metadata"]["namespace"]).replace("default", "");
            format!("{kind} {namespace} {}", text(&it["metadata"]["name"]))
        });
        let tidy = |it: String| it.split_whitespace().collect::<Vec<_>>().join(" ");
        let mut all: Vec<String> = all.map(tidy).collect();
        all.sort();
        all
    }

    /// The targets of the relations of one type.
    async fn related(&self, entity_ref: &str, kind: &str) -> Vec<String> {
        let entity = self.entity(entity_ref).await;
        let relations = entity["relations"].as_array().cloned().unwrap_or_default();
        let of_kind = relations.iter().filter(|it| it["type"] == kind);
        let mut all: Vec<String> = of_kind
            .map(|it| it["targetRef"].as_str().unwrap().to_owned())
            .collect();
        all.sort();
        all
    }

    /// What is wrong, as the page of problems says it.
    async fn problems(&self) -> String {
        let page = self.app.get("/problems").await;
        page.texts("main").join(" ")
    }
}

/// An organisation with teams below teams, more of everything than one page holds.
async fn playhouse() -> Github {
    let github = Github::start().await;
    github.organization("playhouse", &["ben", "cleo", "dan", "eve"]);
    github.team("playhouse", "crew", &["ben"]);
    github.team("playhouse", "lights", &["ann", "ben", "cleo", "dan", "eve"]);
    github.team("playhouse", "sound", &["cleo"]);
    github.move_team("playhouse", "lights", Some("crew"));
    github.move_team("playhouse", "sound", Some("lights"));
    github
}

async fn portal_of(github: &Github, config: Config, organizations: &[&str]) -> Portal {
    let db = Engine::Sqlite.open().await.unwrap();
    Portal::with(config, github, db, organizations, |_| {}).await
}
