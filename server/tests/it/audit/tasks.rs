//! Tasks leave entries: who starts and cancels them, and how they end.

use super::shorts;
use crate::scaffolder::workshop::{Workshop, step, template};
use crate::support::{on_each_engine, seed};
use serde_json::json;
use server::store::AuditRow;

const GUEST: &str = "user:default/guest";

/// The entries, as soon as there are so many: a task tells its end a moment before it is kept here.
async fn entries(workshop: &Workshop, count: usize) -> Vec<AuditRow> {
    loop {
        let rows = workshop.app.audited().await;
        if rows.len() >= count {
            return rows;
        }
        tokio::task::yield_now().await;
    }
}

on_each_engine! {
    async fn tasks_are_kept_from_their_start_to_their_end(db: TestDb) {
        let spec = json!({
            "parameters": { "required": ["fail"], "properties": { "fail": { "type": "integer" } } },
            "steps": [step("bell", "test:bell", json!({ "failTimes": "${{ parameters.fail }}" }))],
        });
        let slow = json!({ "steps": [step("wait", "test:bell", json!({ "wait": true }))] });
        let templates = template(template(seed(), "bell", spec), "slow", slow);
        let workshop = Workshop::start(db, vec![templates]).await;
        let begun = workshop.begin_with("bell", json!({ "fail": 1 }), json!({ "key": "canary-secret" })).await;
        workshop.end_after(&begun, 0).await;
        entries(&workshop, 2).await;
        let retry = format!("id={begun}");
        workshop.app.submit("/_fn/retry_task", &retry).await;
        entries(&workshop, 4).await;
        let wrong = json!({ "templateRef": "template:default/bell", "values": { "fail": "canary-value" } });
        workshop.app.post("/api/scaffolder/v2/tasks", &wrong).await;
        let slow = workshop.begin("slow", json!({})).await;
        workshop.bell.waits.notified().await;
        workshop.app.post(&format!("/api/scaffolder/v2/tasks/{slow}/cancel"), &json!({})).await;
        let rows = entries(&workshop, 8).await;
        let by = format!("guest {GUEST}");
        let for_them = format!("system callboard for {GUEST}");
        assert_eq!(shorts(&rows), [
            format!("task.create: {by}, {begun}, allowed"),
            format!("task.end: {for_them}, {begun}, failed"),
            format!("task.retry: {by}, {begun}, allowed"),
            format!("task.end: {for_them}, {begun}, allowed"),
            format!("task.create: {by}, template:default/bell, failed"),
            format!("task.create: {by}, {slow}, allowed"),
            format!("task.cancel: {by}, {slow}, allowed"),
            format!("task.end: {for_them}, {slow}, allowed"),
        ]);
        assert_eq!(rows[0].details, r#"{"template":"template:default/bell"}"#);
        assert_eq!(rows[7].details, r#"{"template":"template:default/slow","status":"cancelled"}"#);
        assert!(!format!("{rows:?}").contains("canary"));
    }
}
