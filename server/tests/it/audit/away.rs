//! What happens to entries while the database is away, and when they are old.

use crate::support::{Engine, TestApp, TestDb, on_each_engine, seed};
use app::audit::{Action, ActorKind};
use axum::http::StatusCode;
use serde_json::json;
use server::audit::{Audit, Entry, WAITING, Who};
use server::clock::Clock;
use server::config::Database;
use server::store::{AuditFilter, Db};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

const DAY: i64 = 24 * 60 * 60 * 1000;

fn entry(number: usize) -> Entry {
    Entry::new(
        Action::EntityRefresh,
        Who::new(ActorKind::User, "user:default/ada"),
    )
    .about(number)
}

#[tokio::test]
async fn entries_wait_for_the_database_and_those_that_are_lost_are_counted() {
    let folder = tempfile::tempdir().unwrap();
    let (here, away) = (folder.path().join("here"), folder.path().join("away"));
    let made = Db::connect(&Database::SqliteFile(here.clone()))
        .await
        .unwrap();
    made.close().await;
    std::fs::rename(&here, &away).unwrap();
    let options = SqliteConnectOptions::new().filename(&here);
    let db = Db::Sqlite(SqlitePoolOptions::new().connect_lazy_with(options));
    let audit = Audit::new(db, Clock::from_fn(|| 1_000));
    for number in 0..WAITING + 7 {
        audit.record(&entry(number));
    }
    assert!(audit.flush().await.is_err());
    std::fs::rename(&away, &here).unwrap();
    audit.flush().await.unwrap();
    let all = audit.list(&AuditFilter::default(), 10_000).await.unwrap();
    assert_eq!(all.len(), WAITING + 1);
    assert_eq!((all[0].action.as_str(), all[0].times), ("audit.lost", 7));
    let subjects: Vec<usize> = all[1..]
        .iter()
        .rev()
        .map(|row| row.subject.parse().unwrap())
        .collect();
    assert_eq!(subjects, (0..WAITING).collect::<Vec<_>>());
}

#[tokio::test]
async fn no_request_fails_for_want_of_an_entry() {
    let db = Engine::Sqlite.open().await.unwrap();
    let store = db.db.clone();
    let app = TestApp::below("", db, vec![seed().component("orders", |it| it)]).await;
    store.close().await;
    let answer = app.get("/api/catalog/entities").await;
    assert_eq!(answer.status, StatusCode::OK);
    // What cannot be done fails for its own reason.
    let answer = app
        .post(
            "/api/catalog/refresh",
            &json!({ "entityRef": "component:default/orders" }),
        )
        .await;
    assert_eq!(
        answer.status,
        StatusCode::SERVICE_UNAVAILABLE,
        "{}",
        answer.body
    );
    assert!(app.audit.flush().await.is_err());
}

on_each_engine! {
    async fn age_removes_entries_and_nothing_else_does(db: TestDb) {
        let now = Arc::new(AtomicI64::new(0));
        let audit = Audit::new(db.db.clone(), Clock::from_fn({
            let now = Arc::clone(&now);
            move || now.load(Ordering::Relaxed)
        }));
        audit.record(&entry(1));
        now.store(50 * DAY, Ordering::Relaxed);
        audit.record(&entry(2));
        audit.flush().await.unwrap();
        let kept = Duration::from_hours(90 * 24);
        now.store(90 * DAY, Ordering::Relaxed);
        assert_eq!(audit.forget(kept).await.unwrap(), 0);
        now.store(90 * DAY + 1, Ordering::Relaxed);
        assert_eq!(audit.forget(kept).await.unwrap(), 1);
        let left = audit.list(&AuditFilter::default(), 9).await.unwrap();
        assert_eq!(left.len(), 1);
        assert_eq!(left[0].subject, "2");
    }

    async fn a_flood_of_refusals_leaves_few_entries(db: TestDb) {
        let now = Arc::new(AtomicI64::new(0));
        let audit = Audit::new(db.db.clone(), Clock::from_fn({
            let now = Arc::clone(&now);
            move || now.load(Ordering::Relaxed)
        }));
        for number in 0..10_000 {
            audit.record(&Entry::new(Action::PermissionDenied, Who::nobody()).about(number).denied("no"));
        }
        now.store(60_000, Ordering::Relaxed);
        audit.record(&entry(1));
        let all = audit.list(&AuditFilter::default(), 99).await.unwrap();
        let times: Vec<(&str, i64)> = all.iter().rev().map(|row| (row.action.as_str(), row.times)).collect();
        assert_eq!(times, [("permission.denied", 1), ("permission.denied", 9_999), ("entity.refresh", 1)]);
    }
}

#[tokio::test]
async fn who_does_not_wait_for_the_answer_is_recorded_all_the_same() {
    // In a file: one in memory is gone with the connection that somebody gave up.
    let folder = tempfile::tempdir().unwrap();
    let file = Database::SqliteFile(folder.path().join("callboard.sqlite"));
    let db = Db::connect(&file).await.unwrap();
    let app = TestApp::below("", TestDb { db }, vec![seed()]).await;
    let locations = async || {
        let all = app.get("/api/catalog/locations").await.json();
        all.as_array().unwrap().len()
    };
    for number in 0..200 {
        let target = format!("https://code.example.com/box/office/{number}/catalog-info.yaml");
        let location = json!({ "type": "url", "target": target });
        let mut answer = Box::pin(app.post("/api/catalog/locations", &location));
        // Given up a little later each time.
        for _ in 0..number * 5 {
            if futures::poll!(answer.as_mut()).is_ready() {
                break;
            }
            tokio::task::yield_now().await;
        }
    }
    assert!(locations().await > 0, "some came through");
    let all_recorded = async {
        loop {
            let rows = app.audited().await.into_iter();
            let made =
                rows.filter(|row| row.action == "location.create" && row.outcome == "allowed");
            if made.count() == locations().await {
                return;
            }
            tokio::task::yield_now().await;
        }
    };
    let waited = tokio::time::timeout(Duration::from_secs(20), all_recorded).await;
    assert!(waited.is_ok(), "a location without an entry");
}
