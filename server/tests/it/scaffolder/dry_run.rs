//! Templates that are only tried.

use super::workshop::{Workshop, step};
use crate::support::Engine;
use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

fn body(steps: Vec<Value>) -> Value {
    json!({
        "template": {
            "apiVersion": "scaffolder.backstage.io/v1beta3",
            "kind": "Template",
            "metadata": { "name": "tried" },
            "spec": {
                "type": "service",
                "parameters": { "required": ["name"], "properties": { "name": { "type": "string" } } },
                "steps": steps,
                "output": { "name": "${{ parameters.name }}", "rung": "${{ steps.bell.output.rung }}" },
            },
        },
        "values": { "name": "orders" },
        "secrets": { "token": "hunter2" },
        "directoryContents": [
            { "path": "skeleton/README.md", "base64Content": STANDARD.encode("# Hello") },
        ],
    })
}

async fn workshop() -> Workshop {
    let db = Engine::Sqlite.open().await.unwrap();
    Workshop::start(db, Vec::new()).await
}

#[tokio::test]
async fn a_trial_shows_what_would_be_made_and_does_nothing() {
    let workshop = workshop().await;
    let steps = vec![
        step("fetch", "fetch:plain", json!({ "url": "./skeleton" })),
        step(
            "bell",
            "test:bell",
            json!({ "secret": "${{ secrets.token }}" }),
        ),
    ];
    let answer = workshop
        .app
        .post("/api/scaffolder/v2/dry-run", &body(steps))
        .await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    let tried = answer.json();
    let made = json!([{ "path": "README.md", "executable": false, "base64Content": STANDARD.encode("# Hello") }]);
    assert_eq!(tried["directoryContents"], made);
    assert_eq!(tried["output"], json!({ "name": "orders", "rung": 0 }));
    assert_eq!(tried["steps"][1]["action"], "test:bell");
    assert_eq!(workshop.bell.rung(), 0, "it was not rung");
    assert!(
        answer
            .body
            .contains("Skipping because test:bell does not support dry-run")
    );
    assert!(!answer.body.contains("hunter2"), "{}", answer.body);
    let all = workshop.app.get("/api/scaffolder/v2/tasks").await.json();
    assert_eq!(all["totalTasks"], 0);
}

#[tokio::test]
async fn a_trial_that_cannot_work_says_why() {
    let workshop = workshop().await;
    let mut wrong = body(Vec::new());
    wrong["values"] = json!({});
    let answer = workshop
        .app
        .post("/api/scaffolder/v2/dry-run", &wrong)
        .await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert_eq!(
        answer.json()["errors"][0]["stack"],
        "instance requires property \"name\""
    );

    let out = body(vec![step(
        "fetch",
        "fetch:plain",
        json!({ "url": "../../etc" }),
    )]);
    let answer = workshop.app.post("/api/scaffolder/v2/dry-run", &out).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    let message = answer.json()["error"]["message"].clone();
    assert_eq!(message, "'../../etc' leads out of the workspace");
}

/// A template that asks for a name and a secret, copies what lies beside it, and rings.
const WRITTEN: &str = r#"
apiVersion: scaffolder.backstage.io/v1beta3
kind: Template
metadata: {name: written}
spec:
  type: service
  parameters:
    - required: [name]
      properties:
        name: {type: string}
        token: {type: string, ui:field: Secret}
  steps:
    - {id: fetch, name: Copy, action: "fetch:template", input: {url: ./skeleton, values: {name: "${{ parameters.name }}"}}}
    - {id: bell, name: Ring, action: "test:bell", input: {secret: "${{ secrets.token }}"}}
"#;

#[tokio::test]
async fn a_template_that_is_being_written_is_tried_beside_its_text() {
    let workshop = workshop().await;
    let attempt = async |text: &str, greeting: &str, name: &str, before: &str| {
        let values = if name.is_empty() {
            json!({})
        } else {
            json!({ "name": name })
        };
        let files = json!([
            ["skeleton/README.md", STANDARD.encode(greeting)],
            [
                "skeleton/src/<b>.txt",
                STANDARD.encode("<script>alert(1)</script>")
            ],
        ]);
        let body = json!({
            "text": text, "began_as": null, "values": values.to_string(),
            "concealed": { "/token": "hunter2" }, "files": files, "before": before,
        });
        workshop.app.post("/_fn/try_template", &body).await
    };
    let first = attempt(WRITTEN, "# Hello ${{ values.name }}", "orders", "").await;
    assert_eq!(first.status, StatusCode::OK, "{}", first.body);
    let html = first.json()["html"].as_str().unwrap().to_owned();
    assert!(
        html.contains("# Hello orders") && html.contains("Skipping because test:bell"),
        "{html}"
    );
    assert!(
        !html.contains("<script>") && !html.contains("<b>"),
        "{html}"
    );
    assert!(!html.contains("hunter2"), "{html}");
    assert_eq!(workshop.bell.rung(), 0, "it was not rung");
    let all = workshop.app.get("/api/scaffolder/v2/tasks").await.json();
    assert_eq!(all["totalTasks"], 0);

    let page = scraper::Html::parse_fragment(&html);
    let kept = scraper::Selector::parse("[data-kept]").unwrap();
    let kept = page.select(&kept).next().unwrap().attr("value").unwrap();
    let second = attempt(WRITTEN, "# Bye ${{ values.name }}", "orders", kept).await;
    let html = second.json()["html"].as_str().unwrap().to_owned();
    assert!(
        html.contains("Since the trial before: 1 file changed."),
        "{html}"
    );
    assert!(
        html.contains("-# Hello orders") && html.contains("+# Bye orders"),
        "{html}"
    );

    let unasked = attempt(WRITTEN, "", "", "").await;
    assert_eq!(unasked.status, StatusCode::BAD_REQUEST, "{}", unasked.body);
    assert!(unasked.body.contains("name"), "{}", unasked.body);
    let broken = attempt(
        &WRITTEN.replace("./skeleton", "./nowhere"),
        "",
        "orders",
        kept,
    )
    .await;
    assert_eq!(broken.status, StatusCode::OK, "{}", broken.body);
    let html = broken.json()["html"].as_str().unwrap().to_owned();
    assert!(
        html.contains("nowhere") && html.contains("Failed"),
        "{html}"
    );
    assert!(
        html.contains("No file was there when it stopped."),
        "{html}"
    );
}
