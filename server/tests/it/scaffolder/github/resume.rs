//! Tasks that are cut off while something is made, and go on elsewhere.

use super::super::workshop::{bell_manifest, broker};
use super::{NAME, Studio, github, publish, write};
use crate::support::github::Fault;
use crate::support::{Engine, on_each_engine};
use serde_json::json;
use server::clock::Clock;
use server::config::Scaffolder;
use server::outbound::Outbound;
use server::registry::Registry;
use server::scaffolder::actions::{Actions, Source};
use server::scaffolder::workspace::Limits;
use server::store::Db;
use std::sync::Arc;

/// Cuts a task off as soon as something is asked for, which is not answered; then another process
/// goes on with it.
async fn cut_off(
    db: Db,
    studio: &mut Studio,
    method: &str,
    path: &str,
    end: &str,
) -> serde_json::Value {
    studio.github.fail(method, path, Fault::Silent, 1);
    let id = studio.workshop.begin(NAME, json!({})).await;
    while studio.count(method, end) == 0 {
        tokio::task::yield_now().await;
    }
    // As when the machine is gone: nothing is given back.
    studio.workshop.broker.abort();
    studio.github.heal();
    let later = Clock::from_fn(|| 10_000_000);
    let source = Source {
        outbound: Outbound::new(studio.github.hosts(), Clock::system()),
        scm: Arc::new(studio.github.scm()),
        folder: studio.workshop.folder.path().to_owned(),
        limits: Limits::default(),
    };
    let registry = Registry {
        audit: server::audit::Audit::new(db.clone(), later.clone()),
        db: db.clone(),
        catalog: studio.workshop.app.catalog.clone(),
        clock: later.clone(),
        context: server::ingest::Context::fresh(),
        allow: server::ingest::rules::Allow::rules(None, []),
        readonly: false,
        on_conflict: server::config::OnConflict::default(),
        import: server::config::Import::default(),
        orphans: server::store::Orphans::default(),
        wake: server::work::Wake::default(),
    };
    let actions = Actions::configured(&registry, &source, Scaffolder::default());
    let actions = actions.with(bell_manifest(), studio.workshop.bell.clone());
    let other = broker(db, actions, &studio.workshop.folder, later);
    let (_stop, stopping) = tokio::sync::watch::channel(false);
    let running = tokio::spawn(other.run(stopping));
    let ended = studio.workshop.end_after(&id, 0).await;
    running.abort();
    ended.end
}

on_each_engine! {
    async fn a_repository_is_whole_after_a_cut_between_making_and_pushing(db: TestDb) {
        let github = github().await;
        let steps = vec![write("a.yaml"), publish(&github, json!({}))];
        let database = db.db.clone();
        let mut studio = Studio::on(db, github, steps, Scaffolder::default()).await;
        let push = "/playhouse/fog.git/git-receive-pack";
        let end = cut_off(database, &mut studio, "POST", push, "git-receive-pack").await;
        let made = studio.github.find("playhouse/fog").unwrap();
        assert_eq!(end["body"]["output"]["last"]["commitHash"], made.commit("main").unwrap().as_str(), "{end}");
        assert_eq!(made.log("main").len(), 1);
        assert!(made.protection.contains_key("main"));
        assert_eq!(studio.github.names(), ["playhouse/fog"]);
    }
}

#[tokio::test]
async fn a_repository_that_was_made_unseen_is_taken_up() {
    let github = github().await;
    // It is made, and while it is looked for, the process ends.
    github.fail("POST", "/orgs/{org}/repos", Fault::Lost, 1);
    let steps = vec![write("a.yaml"), publish(&github, json!({}))];
    let db = Engine::Sqlite.open().await.unwrap();
    let database = db.db.clone();
    let mut studio = Studio::on(db, github, steps, Scaffolder::default()).await;
    let end = cut_off(
        database,
        &mut studio,
        "GET",
        "/repos/{owner}/{repo}",
        "/repos/playhouse/fog",
    )
    .await;
    let made = studio.github.find("playhouse/fog").unwrap();
    assert_eq!(
        end["body"]["output"]["last"]["commitHash"],
        made.commit("main").unwrap().as_str(),
        "{end}"
    );
    assert_eq!(
        studio.count("POST", "/orgs/playhouse/repos"),
        0,
        "it is made once"
    );
}

#[tokio::test]
async fn what_somebody_else_has_made_meanwhile_stops_the_task() {
    let github = github().await;
    let steps = vec![
        write("a.yaml"),
        publish(&github, json!({ "description": "Ours" })),
    ];
    github.fail("POST", "/orgs/{org}/repos", Fault::Failing, 3);
    let studio = Studio::new(github, steps).await;
    let failed = studio.run().await;
    assert!(
        failed.error().contains("has not been done"),
        "{}",
        failed.error()
    );
    studio
        .github
        .repository("playhouse/fog", |it| it.file("README.md", "# Theirs"));
    let before = studio.github.find("playhouse/fog").unwrap();
    let stopped = studio.go_on(&failed).await;
    let error = stopped.error();
    assert!(error.contains("this task has not made"), "{error}");
    let theirs = studio.github.find("playhouse/fog").unwrap();
    assert_eq!(theirs.log("main"), before.log("main"));
    assert!(theirs.protection.is_empty());
}
