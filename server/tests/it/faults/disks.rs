//! A disk that is full.

use super::{PATIENCE, SOON, catalog, wait_for};
use crate::scaffolder::workshop::{Workshop, step, template};
use crate::support::{Engine, seed};
use axum::http::StatusCode;
use serde_json::json;
use server::clock::Clock;
use server::ingest::rules::Allow;
use server::ingest::{Context, Root};
use server::query::Catalog;
use server::readiness::Standing;
use server::store::Db;
use server::work::Worker;
use sqlx::{AssertSqlSafe, Row};
use tokio::sync::watch;

/// Sets how many pages the database may have and returns how many it may have then.
async fn limit(db: &Db, pages: i64) -> i64 {
    let Db::Sqlite(pool) = db else {
        panic!("PostgreSQL has no such limit");
    };
    let pragma = AssertSqlSafe(format!("pragma max_page_count = {pages}"));
    sqlx::query(pragma).fetch_one(pool).await.unwrap().get(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_stops_writing_until_there_is_room() {
    let db = Engine::Sqlite.open().await.unwrap().db;
    let folder = catalog(60, 50);
    let root = Root::catalog(folder.path().join("root.yaml").to_str().unwrap());
    let worker = Worker::new(
        db.clone(),
        Catalog::default(),
        Clock::system(),
        Context::fresh(),
    )
    .with_roots(vec![root], Allow::rules(None, []));
    let (catalog, readiness) = (worker.catalog.clone(), worker.readiness.clone());
    worker.prepare().await.unwrap();
    // As few as it has, and some more.
    let few = limit(&db, 1).await + 40;
    assert_eq!(limit(&db, few).await, few);
    readiness.ready();
    let (stop, stopping) = watch::channel(false);
    let work = tokio::spawn(worker.run(stopping));
    wait_for("it to be told that the disk is full", PATIENCE, async || {
        matches!(readiness.standing(), Standing::Degraded(reason) if reason.contains("full"))
    })
    .await;
    assert_eq!(readiness.refusal(), None, "reads go on");
    limit(&db, 1_000_000).await;
    wait_for("everything to be written", SOON, async || {
        catalog.whole().entries.len() == 60 * 50 + 2
    })
    .await;
    wait_for("recovery", SOON, async || {
        readiness.standing() == Standing::Ready
    })
    .await;
    assert!(catalog.whole().problems.is_empty(), "no source is to blame");
    stop.send_replace(true);
    work.await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_waits_for_room_on_a_full_disk_and_goes_on() {
    let test = Engine::Sqlite.open().await.unwrap();
    let db = test.db.clone();
    let steps = vec![
        step("wait", "test:bell", json!({ "wait": true })),
        step("after", "test:bell", json!({})),
    ];
    let templates = vec![template(seed(), "ring", json!({ "steps": steps }))];
    let workshop = Workshop::start(test, templates).await;
    let id = workshop.begin("ring", json!({})).await;
    workshop.bell.waits.notified().await;
    let few = limit(&db, 1).await;
    assert_eq!(limit(&db, few).await, few);
    // What fills the last pages that are there.
    let body = json!({
        "templateRef": "template:default/ring", "values": { "much": "x".repeat(100_000) },
    });
    let mut refused = None;
    wait_for("the disk to be full", PATIENCE, async || {
        let answer = workshop.app.post("/api/scaffolder/v2/tasks", &body).await;
        let is_refused = answer.status != StatusCode::CREATED;
        refused = is_refused.then_some(answer);
        is_refused
    })
    .await;
    let refused = refused.unwrap();
    assert_eq!(
        refused.status,
        StatusCode::SERVICE_UNAVAILABLE,
        "{}",
        refused.body
    );
    workshop.bell.go_on.notify_one();
    // It cannot say so, but it has not ended either.
    assert_eq!(workshop.task(&id).await["status"], "processing");
    limit(&db, 1_000_000).await;
    let ended = workshop.end_after(&id, 0).await;
    assert_eq!(ended.end["type"], "completion", "{:?}", ended.end);
    assert_eq!(ended.end["body"]["error"], json!(null), "{:?}", ended.end);
}
