//! Ways round the hiding of secrets.

use super::workshop::{Workshop, step, template};
use crate::support::{Engine, seed};
use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

const SECRET: &str = "s3cr3t-hunter2";

/// Everything that a trial of these steps tells, whether they come to their end or not.
async fn told(steps: Value, skeleton: &[(&str, &str)]) -> String {
    let files = skeleton.iter().map(|(path, text)| {
        json!({ "path": format!("skeleton/{path}"), "base64Content": STANDARD.encode(text) })
    });
    let body = json!({
        "template": {
            "apiVersion": "scaffolder.backstage.io/v1beta3",
            "kind": "Template",
            "metadata": { "name": "leak" },
            "spec": { "type": "service", "steps": steps },
        },
        "values": {},
        "secrets": { "token": SECRET },
        "directoryContents": files.collect::<Value>(),
    });
    let db = Engine::Sqlite.open().await.unwrap();
    let workshop = Workshop::start(db, Vec::new()).await;
    let answer = workshop.app.post("/api/scaffolder/v2/dry-run", &body).await;
    if answer.status == StatusCode::OK {
        return answer.json()["log"].to_string();
    }
    answer.body
}

fn backwards(text: &str) -> String {
    text.chars().rev().collect()
}

/// None of these may be told.
fn check(told: &str) {
    let spread: Vec<String> = SECRET.chars().map(String::from).collect();
    for leak in [
        SECRET.to_owned(),
        SECRET.to_uppercase(),
        backwards(SECRET),
        spread.join("-"),
        spread.join("."),
        STANDARD.encode(SECRET),
    ] {
        assert!(!told.contains(&leak), "{leak} in {told}");
    }
}

#[tokio::test]
async fn what_is_made_of_a_secret_is_hidden_whatever_is_done_to_it() {
    let steps = json!([
        step(
            "a",
            "debug:log",
            json!({ "message": "${{ secrets.token | reverse }}" })
        ),
        step(
            "b",
            "debug:log",
            json!({ "message": "${{ secrets.token.split('').join('-') }}" })
        ),
        step(
            "c",
            "debug:log",
            json!({ "message": "{% for c in secrets.token %}${{ c }}.{% endfor %}" })
        ),
        step(
            "d",
            "debug:log",
            json!({ "message": "${{ (secrets.token | upper).slice(0, 20) }}" })
        ),
        step(
            "e",
            "fs:delete",
            json!({ "files": ["${{ secrets.token | reverse }}"] })
        ),
    ]);
    let told = told(steps, &[]).await;
    assert!(told.contains("Finished step e"), "{told}");
    check(&told);
}

#[tokio::test]
async fn items_of_a_secret_are_hidden() {
    let mut each = step("a", "debug:log", json!({ "message": "${{ each.value }}" }));
    each["each"] = "${{ [secrets.token | reverse, secrets.token | upper] }}".into();
    let told = told(json!([each]), &[]).await;
    assert!(told.contains("Running step each"), "{told}");
    check(&told);
}

#[tokio::test]
async fn what_fails_says_nothing_of_a_secret() {
    for text in [
        "${{ secrets.token | reverse | parseRepoUrl }}",
        "${{ secrets.token | reverse | parseEntityRef }}",
        "${{ [1] | select(secrets.token | reverse) }}",
        "${{ [1] | groupby('constructor' if secrets.token else '') }}",
        "${{ {}[secrets.token | reverse]() }}",
    ] {
        let steps = json!([step("a", "debug:log", json!({ "message": text }))]);
        let told = told(steps, &[]).await;
        assert!(told.contains("stays as it is"), "{text}: {told}");
        check(&told);
    }
    let steps = json!([step(
        "a",
        "fs:rename",
        json!({ "files": [{ "from": "${{ secrets.token | reverse }}", "to": "b" }] })
    )]);
    let told = told(steps, &[]).await;
    assert!(told.contains("error"), "{told}");
    check(&told);
}

#[tokio::test]
async fn files_that_were_made_of_a_secret_are_listed_without_it() {
    let skeleton = [
        (
            "a.txt",
            "open ${{ values.token | reverse }}\n${{ values.token | upper }} open\n\
             {% for c in values.token %}${{ c }}-{% endfor %}\nlast line",
        ),
        ("${{ values.token | reverse }}.md", "x"),
    ];
    let steps = json!([
        step(
            "fetch",
            "fetch:template",
            json!({ "url": "skeleton", "values": { "token": "${{ secrets.token }}" } })
        ),
        step(
            "list",
            "debug:log",
            json!({ "listWorkspace": "with-contents" })
        ),
        step("read", "fs:readdir", json!({ "paths": ["."] })),
        step(
            "say",
            "debug:log",
            json!({ "message": "${{ steps.read.output.files | dump }}" })
        ),
    ]);
    let told = told(steps, &skeleton).await;
    assert!(
        told.contains("last line"),
        "what is no secret is shown: {told}"
    );
    assert!(told.contains("Finished step say"), "{told}");
    check(&told);
}

#[tokio::test]
async fn no_secret_is_pushed_out_by_a_flood_of_others() {
    let steps = json!([
        step(
            "flood",
            "catalog:write",
            json!({ "entity": {
            "texts": "{% set all = [] %}${{ all }}",
            "more": "${{ range(0, 4000) | join(secrets.token ~ ',' ~ secrets.token) | replace(',', ',') }}",
            "list": "${{ (range(0, 4000) | join(secrets.token ~ ',')).split(',') }}",
        } })
        ),
        step(
            "say",
            "debug:log",
            json!({ "message": format!("it is {SECRET}") })
        ),
    ]);
    let told = told(steps, &[]).await;
    check(&told);
}

/// Files whose names and contents come from a secret, made before a step that fails once.
fn leaky_steps() -> Value {
    let name = "${{ secrets.token | reverse }}.yaml";
    let part = json!({ "text": "{% raw %}${{ values.token | upper }}{% endraw %}" });
    json!([
        step(
            "name",
            "catalog:write",
            json!({ "filePath": name, "entity": { "kind": "X" } })
        ),
        step(
            "part",
            "catalog:write",
            json!({ "filePath": "parts/a.yaml", "entity": part })
        ),
        step(
            "render",
            "workspace:template",
            json!({
                "sourcePath": "parts", "targetPath": "made", "copyWithoutTemplating": [],
                "values": { "token": "${{ secrets.token }}" },
            })
        ),
        step("bell", "test:bell", json!({ "failTimes": 1 })),
        step(
            "list",
            "debug:log",
            json!({ "listWorkspace": "with-contents" })
        ),
    ])
}

#[tokio::test]
async fn what_was_made_of_a_secret_stays_hidden_when_a_task_goes_on() {
    for again in [json!({}), json!({ "secrets": { "token": "another" } })] {
        let db = Engine::Sqlite.open().await.unwrap();
        let spec = json!({ "steps": leaky_steps() });
        let workshop = Workshop::start(db, vec![template(seed(), "leak", spec)]).await;
        let secrets = json!({ "token": SECRET });
        let id = workshop.begin_with("leak", json!({}), secrets).await;
        let failed = workshop.end_after(&id, 0).await;
        assert_eq!(failed.error(), "the bell is broken (1)");
        let path = format!("/api/scaffolder/v2/tasks/{id}/retry");
        workshop.app.post(&path, &again).await;
        let last = failed.end["id"].as_i64().unwrap();
        let told = workshop.end_after(&id, last).await.log.join("\n");
        assert!(told.contains("made/a.yaml"), "{told}");
        assert!(told.contains("Finished step list"), "{told}");
        check(&told);
    }
}
