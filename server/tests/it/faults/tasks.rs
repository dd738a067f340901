//! Processes that die while they run tasks, and disks that fill up meanwhile.

use super::process::Process;
use super::{PATIENCE, SOON, wait_for};
use crate::support::github::{Fault, Github};
use crate::support::schema;
use serde_json::{Value, json};
use tempfile::TempDir;

/// A folder with a template of these steps as the root of a catalog.
fn template(steps: &Value) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let template = json!({
        "apiVersion": "scaffolder.backstage.io/v1beta3",
        "kind": "Template",
        "metadata": { "name": "make" },
        "spec": { "type": "service", "owner": "lights", "steps": steps },
    });
    std::fs::write(folder.path().join("root.yaml"), template.to_string()).unwrap();
    folder
}

/// A process on a database that may use a GitHub of ours.
fn start(database: &str, folder: &TempDir, github: &Github) -> Process {
    let host = &github.host;
    let integration = json!({
        "host": host, "apiBaseUrl": format!("http://{host}/api/v3"),
        "rawBaseUrl": format!("http://{host}/raw"), "token": fake_github::TOKEN,
    });
    let settings = json!({
        "catalog": { "rules": [{ "allow": ["Template"] }] },
        "integrations": { "github": [integration] },
    });
    Process::start_with(database, &folder.path().join("root.yaml"), settings)
}

/// Begins the only template there is. Returns the id of the task.
async fn begin(process: &Process) -> String {
    let body = json!({ "templateRef": "template:default/make", "values": {} });
    let mut id = String::new();
    wait_for("the template", PATIENCE, async || {
        let Some((201, answer)) = process.post("/api/scaffolder/v2/tasks", &body) else {
            return false;
        };
        answer["id"].as_str().unwrap().clone_into(&mut id);
        true
    })
    .await;
    id
}

fn status(process: &Process, id: &str) -> String {
    let task = process.get(&format!("/api/scaffolder/v2/tasks/{id}"));
    let status = task.map(|(_, task)| task["status"].clone());
    status
        .unwrap_or_default()
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

/// How often each step has begun.
fn begun(process: &Process, id: &str, step: &str) -> usize {
    let (_, events) = process
        .get(&format!("/api/scaffolder/v2/tasks/{id}/events"))
        .unwrap();
    let events = events.as_array().unwrap().iter();
    let of_step =
        events.filter(|it| it["body"]["stepId"] == step && it["body"]["status"] == "processing");
    of_step.count()
}

const PUSH: &str = "/playhouse/fog.git/git-receive-pack";

#[tokio::test(flavor = "multi_thread")]
async fn a_task_goes_on_beside_a_process_that_was_killed_within_a_step() {
    let Some(database) = schema().await else {
        return;
    };
    let github = Github::start().await;
    github.organization("playhouse", &["ben"]);
    let url = format!("{}?owner=playhouse&repo=fog", github.host);
    let folder = template(&json!([
        {
            "id": "write", "action": "catalog:write",
            "input": { "filePath": "a.yaml", "entity": { "kind": "X", "metadata": { "name": "x" } } },
        },
        { "id": "publish", "action": "publish:github", "input": { "repoUrl": url, "defaultBranch": "main" } },
    ]));
    github.fail("POST", PUSH, Fault::Silent, 1);
    let mut dying = start(&database, &folder, &github);
    let id = begin(&dying).await;
    let mut pushed = false;
    wait_for("the push", PATIENCE, async || {
        pushed = pushed || github.asked().iter().any(|it| it.path == PUSH);
        pushed
    })
    .await;
    assert!(github.find("playhouse/fog").is_some(), "it is half made");
    dying.kill();
    github.heal();
    let other = start(&database, &folder, &github);
    wait_for("another process", PATIENCE, async || {
        other.readiness().is_some()
    })
    .await;
    wait_for("the task to go on elsewhere", SOON, async || {
        status(&other, &id) == "completed"
    })
    .await;
    let made = github.find("playhouse/fog").unwrap();
    assert_eq!(made.log("main").len(), 1);
    assert_eq!(made.files("main").len(), 1, "the files have come along");
    assert_eq!(github.names(), ["playhouse/fog"], "nothing is made twice");
    assert_eq!(
        begun(&other, &id, "write"),
        1,
        "what was done is not repeated"
    );
    assert_eq!(begun(&other, &id, "publish"), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_goes_on_in_a_process_that_was_killed_between_steps_and_starts_again() {
    let Some(database) = schema().await else {
        return;
    };
    let github = Github::start().await;
    // What is slow is killed before it is done; what came before it has been kept.
    let folder = template(&json!([
        { "id": "one", "action": "debug:log", "input": { "message": "one" } },
        { "id": "two", "action": "debug:wait", "input": { "seconds": 2 } },
        { "id": "three", "action": "debug:log", "input": { "message": "three" } },
    ]));
    let mut process = start(&database, &folder, &github);
    let id = begin(&process).await;
    wait_for("the second step", PATIENCE, async || {
        begun(&process, &id, "two") == 1
    })
    .await;
    process.kill();
    let process = start(&database, &folder, &github);
    wait_for("it to start again", PATIENCE, async || {
        process.readiness().is_some()
    })
    .await;
    wait_for("the task to go on", SOON, async || {
        status(&process, &id) == "completed"
    })
    .await;
    let times = ["one", "two", "three"].map(|step| begun(&process, &id, step));
    assert_eq!(times, [1, 2, 1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_working_folder_fails_the_step_and_a_retry_goes_on_once_there_is_room() {
    let write = |name: &str, bytes: usize| {
        json!({
            "id": name, "action": "roadiehq:utils:fs:write",
            "input": { "path": format!("{name}.txt"), "content": "x".repeat(bytes) },
        })
    };
    let folder = template(&json!([write("small", 100), write("large", 32_000)]));
    let root = folder.path().join("root.yaml");
    let settings = json!({ "catalog": { "rules": [{ "allow": ["Template"] }] } });
    let database = folder.path().join("callboard.sqlite");
    let database = format!("sqlite:{}", database.display());
    let Some(process) = Process::start_on_small_disk(&database, &root, settings) else {
        return;
    };
    let id = begin(&process).await;
    wait_for("the step to fail", PATIENCE, async || {
        status(&process, &id) == "failed"
    })
    .await;
    let path = format!("/api/scaffolder/v2/tasks/{id}");
    let (_, events) = process.get(&format!("{path}/events")).unwrap();
    let told = events.to_string();
    assert!(
        told.contains(
            "'large.txt' cannot be written: the disk of the server's working folder is full"
        ),
        "{told}"
    );
    process.make_room(&root);
    let retried = process.post(&format!("{path}/retry"), &json!({}));
    assert_eq!(retried.map(|(status, _)| status), Some(201));
    wait_for("the task to go on", PATIENCE, async || {
        status(&process, &id) == "completed"
    })
    .await;
    assert_eq!(begun(&process, &id, "small"), 1, "what was done is kept");
    assert_eq!(begun(&process, &id, "large"), 2);
}
