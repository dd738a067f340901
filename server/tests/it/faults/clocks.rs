//! Clocks that jump, and clocks that do not agree.

use super::{PATIENCE, SOON, catalog, component, wait_for};
use crate::support::Engine;
use server::clock::Clock;
use server::ingest::rules::Allow;
use server::ingest::{Context, Root};
use server::query::Catalog;
use server::readiness::Standing;
use server::store::Db;
use server::work::Worker;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use tokio::sync::watch;

const DAY: i64 = 86_400_000;

fn worker(db: &Db, folder: &Path, clock: Clock) -> Worker {
    let root = Root::catalog(folder.join("root.yaml").to_str().unwrap());
    Worker::new(db.clone(), Catalog::default(), clock, Context::fresh())
        .with_roots(vec![root], Allow::rules(None, []))
}

#[tokio::test(flavor = "multi_thread")]
async fn sources_are_read_on_after_a_clock_has_jumped() {
    let db = Engine::Sqlite.open().await.unwrap().db;
    let folder = catalog(3, 1);
    let time = Arc::new(AtomicI64::new(1_000 * DAY));
    let clock = Clock::from_fn({
        let time = Arc::clone(&time);
        move || time.load(Ordering::SeqCst)
    });
    let worker = worker(&db, folder.path(), clock);
    let (catalog, readiness) = (worker.catalog.clone(), worker.readiness.clone());
    let (stop, stopping) = watch::channel(false);
    let work = tokio::spawn(worker.run(stopping));
    let is_there = |name: &'static str| {
        let catalog = &catalog;
        async move || {
            let key = format!("component:default/{name}");
            catalog.whole().get_key(&key).is_some()
        }
    };
    wait_for("the first reading", PATIENCE, is_there("c-0-0")).await;
    wait_for("readiness", SOON, async || {
        readiness.standing() == Standing::Ready
    })
    .await;

    std::fs::write(folder.path().join("0.yaml"), component("forward")).unwrap();
    time.fetch_add(DAY, Ordering::SeqCst);
    wait_for("a reading after a jump forward", SOON, is_there("forward")).await;

    std::fs::write(folder.path().join("0.yaml"), component("backward")).unwrap();
    time.fetch_sub(30 * DAY, Ordering::SeqCst);
    wait_for(
        "a reading after a jump backward",
        SOON,
        is_there("backward"),
    )
    .await;
    assert_eq!(readiness.standing(), Standing::Ready);
    stop.send_replace(true);
    work.await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn replicas_whose_clocks_disagree_share_all_the_same() {
    let Some(db) = Engine::Postgres.open().await else {
        return;
    };
    let folder = catalog(200, 1);
    let early = worker(&db.db, folder.path(), Clock::from_fn(|| 1_000 * DAY));
    let late = worker(&db.db, folder.path(), Clock::from_fn(|| 90_000 * DAY));
    early.prepare().await.unwrap();
    let (first, second) = tokio::join!(early.drain(), late.drain());
    let rest = early.drain().await;
    // The root and what it leads to, each once: no lease was taken for one that is over.
    assert_eq!(first.sources + second.sources + rest.sources, 201);
    let later = late.drain().await;
    assert_eq!(later.sources, 0, "nothing is due before its time");
}
