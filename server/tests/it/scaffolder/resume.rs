//! Tasks that go on after a failure, and elsewhere after a crash.

use super::workshop::{Workshop, bell_manifest, broker, step, template};
use crate::support::{on_each_engine, seed};
use serde_json::json;
use server::clock::Clock;
use server::scaffolder::actions::{Actions, Source};
use server::scaffolder::workspace::Limits;
use server::store::Db;
use std::sync::Arc;

on_each_engine! {
    async fn a_task_that_failed_goes_on_with_the_step_that_failed(db: TestDb) {
        let spec = json!({ "steps": [
            step("write", "catalog:write", json!({ "filePath": "a.yaml", "entity": { "kind": "X" } })),
            step("first", "test:bell", json!({ "failTimes": 1 })),
            step("list", "fs:readdir", json!({ "paths": ["."] })),
        ], "output": {
            "rung": "${{ steps.first.output.rung }}",
            "file": "${{ steps.list.output.files[0].name }}",
        } });
        let workshop = Workshop::start(db, vec![template(seed(), "again", spec)]).await;
        let failed = workshop.run("again", json!({})).await;
        assert_eq!(failed.error(), "the bell is broken (1)");
        let last = failed.end["id"].as_i64().unwrap();

        let path = format!("/api/scaffolder/v2/tasks/{}/retry", failed.id);
        let answer = workshop.app.post(&path, &json!({ "secrets": {} })).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        let ended = workshop.end_after(&failed.id, last).await;
        assert_eq!(ended.output(), &json!({ "rung": 2, "file": "a.yaml" }));
        assert!(!ended.log.iter().any(|line| line.contains("step write")), "{:?}", ended.log);

        let answer = workshop.app.post(&path, &json!({})).await;
        assert_eq!(answer.status, 409, "{}", answer.body);
    }

    async fn a_task_whose_files_could_not_be_kept_does_not_go_on_without_them(db: TestDb) {
        let spec = json!({ "steps": [
            step("write", "catalog:write", json!({ "filePath": "a.yaml", "entity": { "kind": "X" } })),
            step("first", "test:bell", json!({ "failTimes": 1 })),
            step("after", "test:bell", json!({})),
        ] });
        let database = db.db.clone();
        let workshop = Workshop::start(db, vec![template(seed(), "unkept", spec)]).await;
        let failed = workshop.run("unkept", json!({})).await;
        let last = failed.end["id"].as_i64().unwrap();
        // As it is kept when the files cannot be read any more.
        let unkept = "update task_workspaces set packed = $1";
        let none = Vec::<u8>::new();
        match &database {
            Db::Sqlite(pool) => sqlx::query(unkept).bind(none).execute(pool).await.unwrap().rows_affected(),
            Db::Postgres(pool) => sqlx::query(unkept).bind(none).execute(pool).await.unwrap().rows_affected(),
        };
        let path = format!("/api/scaffolder/v2/tasks/{}/retry", failed.id);
        assert_eq!(workshop.app.post(&path, &json!({})).await.status, 201);
        let ended = workshop.end_after(&failed.id, last).await;
        assert!(ended.error().contains("could not be kept"), "{}", ended.error());
        assert_eq!(workshop.bell.rung(), 1);
    }

    async fn a_task_goes_on_elsewhere_without_repeating_what_was_done(db: TestDb) {
        let spec = json!({ "steps": [
            step("write", "catalog:write", json!({ "filePath": "a.yaml", "entity": { "kind": "X" } })),
            step("once", "test:bell", json!({})),
            step("wait", "test:bell", json!({ "wait": true })),
            step("list", "fs:readdir", json!({ "paths": ["."] })),
        ], "output": {
            "once": "${{ steps.once.output.rung }}",
            "file": "${{ steps.list.output.files[0].name }}",
        } });
        let database = db.db.clone();
        let workshop = Workshop::start(db, vec![template(seed(), "crash", spec)]).await;
        let id = workshop.begin("crash", json!({})).await;
        workshop.bell.waits.notified().await;
        // As when the machine is gone: nothing is given back.
        workshop.broker.abort();

        let later = Clock::from_fn(|| 10_000_000);
        let source = Source {
            outbound: server::outbound::Outbound::new(server::outbound::Hosts::default(), later.clone()),
            scm: Arc::new(server::scm::Scm::default()),
            folder: workshop.folder.path().to_owned(),
            limits: Limits::default(),
        };
        let registry = server::registry::Registry {
            audit: server::audit::Audit::new(database.clone(), later.clone()),
            db: database.clone(),
            catalog: workshop.app.catalog.clone(),
            clock: later.clone(),
            context: server::ingest::Context::fresh(),
            allow: server::ingest::rules::Allow::rules(None, []),
            readonly: false,
            on_conflict: server::config::OnConflict::default(),
            import: server::config::Import::default(),
            orphans: server::store::Orphans::default(),
            wake: server::work::Wake::default(),
        };
        let actions = Actions::built_in(&registry, &source)
            .with(bell_manifest(), workshop.bell.clone());
        let other = broker(database, actions, &workshop.folder, later);
        let (_stop, stopping) = tokio::sync::watch::channel(false);
        let running = tokio::spawn(other.run(stopping));
        workshop.bell.waits.notified().await;
        workshop.bell.go_on.notify_one();
        let ended = workshop.end_after(&id, 0).await;
        running.abort();
        assert_eq!(ended.output(), &json!({ "once": 1, "file": "a.yaml" }));
        // Once, and twice the step in which it was cut off.
        assert_eq!(workshop.bell.rung(), 3);
    }

    async fn a_process_that_stops_hands_over_what_it_has_not_begun(db: TestDb) {
        let spec = json!({ "steps": [
            step("wait", "test:bell", json!({ "wait": true })),
            step("after", "test:bell", json!({})),
        ] });
        let database = db.db.clone();
        let mut workshop = Workshop::start(db, vec![template(seed(), "stop", spec)]).await;
        let id = workshop.begin("stop", json!({})).await;
        workshop.bell.waits.notified().await;
        workshop.stop.send_replace(true);
        workshop.bell.go_on.notify_one();
        (&mut workshop.broker).await.unwrap();
        // The step under way came to its end, and the next belongs to whoever comes first.
        assert_eq!(workshop.bell.rung(), 1);
        let held = server::store::claim_tasks(&database, "another", 1_000, 5, 200_000).await.unwrap();
        let held: Vec<_> = held.iter().map(|it| (&it.task.id, it.steps.len())).collect();
        assert_eq!(held, [(&id, 1)]);
    }
}
