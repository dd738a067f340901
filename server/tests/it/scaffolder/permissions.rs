//! Whose tasks one may see and cancel, and what steps may run.

use super::workshop::{Elsewhere, Workshop, step, template};
use crate::support::{Answer, Engine, seed};
use app::routes::Permission;
use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use serde_json::{Value, json};
use server::config::{Grant, PermissionSettings, Role};
use server::permission::Condition;

const ADA: &str = "user:default/ada";
const BOSS: &str = "user:default/boss";

fn settings() -> PermissionSettings {
    let grant = |permissions: &[Permission], condition: Option<Value>| Grant {
        permissions: permissions.to_vec(),
        condition: condition.map(|it| Condition::read(&it, None).unwrap()),
    };
    let mine = json!({ "rule": "IS_TASK_OWNER", "params": { "createdBy": ["$currentUser"] } });
    let log = json!({ "rule": "HAS_ACTION_ID", "params": { "actionId": "debug:log" } });
    let tag = json!({ "not": { "rule": "HAS_TAG", "params": { "tag": "secret" } } });
    PermissionSettings {
        enabled: true,
        administrators: vec![BOSS.parse().unwrap()],
        roles: Some(vec![Role {
            name: "everybody".to_owned(),
            signed_in: true,
            grants: vec![
                grant(
                    &[
                        Permission::CatalogEntityRead,
                        Permission::ScaffolderTaskCreate,
                    ],
                    None,
                ),
                grant(
                    &[
                        Permission::ScaffolderParameterRead,
                        Permission::ScaffolderStepRead,
                    ],
                    Some(tag),
                ),
                grant(
                    &[
                        Permission::ScaffolderTaskRead,
                        Permission::ScaffolderTaskCancel,
                    ],
                    Some(mine),
                ),
                grant(&[Permission::ScaffolderActionExecute], Some(log)),
            ],
            ..Role::default()
        }]),
        ..PermissionSettings::default()
    }
}

async fn workshop(steps: Value) -> Workshop {
    let spec = json!({ "parameters": [
        { "title": "Shown", "properties": { "a": { "type": "string" } } },
        { "title": "Kept", "required": ["b"], "properties": { "b": { "type": "string" } },
          "backstage:permissions": { "tags": ["secret"] } },
    ], "steps": steps });
    let elsewhere = Elsewhere {
        permission: settings(),
        ..Elsewhere::default()
    };
    let db = Engine::Sqlite.open().await.unwrap();
    Workshop::start_with(db, vec![template(seed(), "service", spec)], elsewhere).await
}

async fn ask(workshop: &Workshop, user: &str, method: Method, path: &str) -> Answer {
    let request = Request::builder().method(method).uri(path);
    let request = request.body(Body::empty()).unwrap();
    workshop.app.send_as(user, request).await
}

#[tokio::test]
async fn tasks_are_seen_and_cancelled_by_those_who_may() {
    let say = step("say", "debug:log", json!({ "message": "hello" }));
    let workshop = workshop(json!([say])).await;
    let id = workshop.run("service", json!({})).await.id;
    let task = format!("/api/scaffolder/v2/tasks/{id}");
    assert_eq!(workshop.task(&id).await["status"], "completed");
    for (user, status) in [(ADA, StatusCode::NOT_FOUND), (BOSS, StatusCode::OK)] {
        for path in ["", "/events?after=0", "/eventstream"] {
            let answer = ask(&workshop, user, Method::GET, &format!("{task}{path}")).await;
            assert_eq!(answer.status, status, "{user} {path}: {}", answer.body);
        }
        let cancelled = ask(&workshop, user, Method::POST, &format!("{task}/cancel")).await;
        assert_eq!(cancelled.status, status, "{user}: {}", cancelled.body);
        let page = ask(&workshop, user, Method::GET, &format!("/create/tasks/{id}")).await;
        assert_eq!(page.status, status, "{user}");
        let listed = ask(&workshop, user, Method::GET, "/api/scaffolder/v2/tasks").await;
        let count = u64::from(status == StatusCode::OK);
        assert_eq!(listed.json()["totalTasks"], count, "{user}");
    }
    // What is kept from somebody is answered like what is not there.
    let missing = ask(&workshop, ADA, Method::GET, "/api/scaffolder/v2/tasks/none").await;
    let hidden = ask(&workshop, ADA, Method::GET, &task).await;
    assert_eq!(hidden.body.replace(&id, "none"), missing.body);
}

#[tokio::test]
async fn steps_and_questions_that_are_kept_from_somebody_are_left_out() {
    let mut kept = step("kept", "debug:log", json!({ "message": "kept" }));
    kept["backstage:permissions"] = json!({ "tags": ["secret"] });
    let say = step("say", "debug:log", json!({ "message": "hello" }));
    let workshop = workshop(json!([kept, say])).await;
    let path = "/api/scaffolder/v2/templates/default/template/service/parameter-schema";
    let titles = async |user| {
        let schema = ask(&workshop, user, Method::GET, path).await.json();
        let steps = schema["steps"].as_array().unwrap().iter();
        steps
            .map(|it| it["title"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(titles(ADA).await, ["Shown"]);
    assert_eq!(titles(BOSS).await, ["Shown", "Kept"]);
    // Nor is it asked for when the task is started.
    let ended = workshop.run("service", json!({})).await;
    let log = ended.log.join("\n");
    assert!(log.contains("hello") && !log.contains("kept"), "{log}");
}

#[tokio::test]
async fn an_action_that_is_not_granted_does_not_run() {
    let say = step("say", "debug:log", json!({ "message": "hello" }));
    let wipe = step("wipe", "fs:delete", json!({ "files": ["a"] }));
    let workshop = workshop(json!([say, wipe])).await;
    let ended = workshop.run("service", json!({})).await;
    assert!(
        ended.error().contains("Unauthorized action: fs:delete"),
        "{}",
        ended.error()
    );
    assert!(ended.log.join("\n").contains("hello"));
}
