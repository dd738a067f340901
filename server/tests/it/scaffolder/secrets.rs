//! Secrets of tasks: used where they are asked for, seen nowhere.

use super::workshop::{Workshop, step, template};
use crate::support::{on_each_engine, seed};
use axum::body::Body;
use axum::http::Request;
use serde_json::json;
use server::store::Db;
use sqlx::Row;

const SECRET: &str = "s3cr3t-hunter2";

/// Everything that the database holds of tasks, as text.
async fn stored(db: &Db) -> String {
    let tables = ["tasks", "task_events", "task_steps", "task_checkpoints"];
    let mut all = String::new();
    for table in tables {
        let rows: Vec<String> = match db {
            Db::Sqlite(pool) => {
                let columns = sqlx::query("select name from pragma_table_info($1)").bind(table);
                let columns: Vec<String> = columns
                    .fetch_all(pool)
                    .await
                    .unwrap()
                    .iter()
                    .map(|row| row.get(0))
                    .collect();
                let sql = format!(
                    "select {} from {table}",
                    columns
                        .iter()
                        .map(|it| format!("coalesce(cast({it} as text), '')"))
                        .collect::<Vec<_>>()
                        .join(" || ' ' || ")
                );
                sqlx::query(sqlx::AssertSqlSafe(sql))
                    .fetch_all(pool)
                    .await
                    .unwrap()
                    .iter()
                    .map(|row| row.get(0))
                    .collect()
            }
            Db::Postgres(pool) => {
                let sql = format!("select t::text from {table} t");
                sqlx::query(sqlx::AssertSqlSafe(sql))
                    .fetch_all(pool)
                    .await
                    .unwrap()
                    .iter()
                    .map(|row| row.get(0))
                    .collect()
            }
        };
        all.push_str(&rows.join("\n"));
    }
    all
}

on_each_engine! {
    async fn a_secret_reaches_the_action_and_nobody_else(db: TestDb) {
        let spec = json!({ "steps": [
            step("say", "debug:log", json!({ "message": "It is ${{ secrets.token }}, ${{ secrets.token | upper }}" })),
            step("write", "catalog:write", json!({ "filePath": "a.yaml", "entity": { "kind": "${{ secrets.token }}" } })),
            step("fail", "test:bell", json!({ "failTimes": "${{ parameters.fails }}", "note": "${{ secrets.token }}" })),
            step("show", "debug:log", json!({ "listWorkspace": "with-contents" })),
            json!({ "id": "know", "name": "know", "action": "debug:log", "if": "${{ secrets.token }}", "input": { "message": "known" } }),
        ], "output": { "leak": "${{ secrets.token }}", "kept": "yes" } });
        let database = db.db.clone();
        let workshop = Workshop::start(db, vec![template(seed(), "secret", spec)]).await;
        let id = workshop.begin_with("secret", json!({ "fails": 1 }), json!({ "token": SECRET })).await;
        let failed = workshop.end_after(&id, 0).await;
        // What is computed from a secret is hidden whole.
        assert!(failed.log.contains(&"info: ***".to_owned()), "{:?}", failed.log);
        let kept = stored(&database).await;
        assert!(!kept.contains(SECRET) && !kept.contains(&SECRET.to_uppercase()), "{kept}");
        assert!(!workshop.task(&id).await.to_string().contains(SECRET));

        // It goes on with the secret that was kept, sealed.
        let path = format!("/api/scaffolder/v2/tasks/{id}/retry");
        workshop.app.post(&path, &json!({})).await;
        let ended = workshop.end_after(&id, failed.end["id"].as_i64().unwrap()).await;
        assert_eq!(ended.output(), &json!({ "kept": "yes" }));
        assert!(ended.log.contains(&"info: known".to_owned()), "{:?}", ended.log);
        let shown = ended.log.iter().any(|line| line.contains("kind: ***") || line.contains("kind: '***'"));
        assert!(shown, "{:?}", ended.log);
        assert!(!stored(&database).await.contains(SECRET));

        // Somebody else may have it go on, and gets nothing of what was kept.
        let id = workshop.begin_with("secret", json!({ "fails": 3 }), json!({ "token": SECRET })).await;
        let failed = workshop.end_after(&id, 0).await;
        let request = Request::post(format!("/api/scaffolder/v2/tasks/{id}/retry"));
        let request = request.header("sec-fetch-site", "same-origin").body(Body::empty()).unwrap();
        let asked = workshop.app.send_as("user:default/other", request).await;
        assert_eq!(asked.status, 201, "{}", asked.body);
        let ended = workshop.end_after(&id, failed.end["id"].as_i64().unwrap()).await;
        assert!(!ended.log.contains(&"info: known".to_owned()), "{:?}", ended.log);
        assert!(ended.log.contains(&"Finished step show".to_owned()), "{:?}", ended.log);
    }
}
