//! Tasks from their start to their end.

use super::workshop::{Workshop, step, template};
use crate::support::{on_each_engine, seed};
use axum::http::StatusCode;
use serde_json::json;

on_each_engine! {
    async fn a_task_runs_its_steps_and_tells_what_came_of_them(db: TestDb) {
        let spec = json!({
            "parameters": { "required": ["name"], "properties": { "name": { "type": "string" } } },
            "steps": [
                step("hello", "debug:log", json!({ "message": "Hello ${{ parameters.name }}" })),
                { "id": "never", "name": "Never", "action": "debug:log", "if": "${{ parameters.name === 'x' }}" },
                step("bell", "test:bell", json!({})),
            ],
            "output": {
                "rung": "${{ steps.bell.output.rung }}",
                "links": [
                    { "title": "Kept", "url": "https://example.com/${{ parameters.name }}" },
                    { "title": "Left out", "url": "https://example.com", "if": "${{ false }}" },
                ],
            },
        });
        let workshop = Workshop::start(db, vec![template(seed(), "hello", spec)]).await;
        let ended = workshop.run("hello", json!({ "name": "orders" })).await;
        assert_eq!(ended.end["type"], "completion");
        assert_eq!(ended.end["body"]["message"], "Run completed with status: completed");
        let output = json!({
            "rung": 1,
            "links": [{ "title": "Kept", "url": "https://example.com/orders" }],
        });
        assert_eq!(ended.output(), &output);
        let log = [
            "Starting up task with 3 steps",
            "Beginning step hello",
            "info: Hello orders",
            "Finished step hello",
            "Beginning step Never",
            "Skipping step never because its if condition was false",
            "Beginning step bell",
            "Finished step bell",
        ];
        assert_eq!(ended.log, log);

        let task = workshop.task(&ended.id).await;
        assert_eq!(task["status"], "completed");
        assert_eq!(task["spec"]["parameters"], json!({ "name": "orders" }));
        assert_eq!(task["spec"]["templateInfo"]["entityRef"], "template:default/hello");
        let all = workshop.app.get("/api/scaffolder/v2/tasks?status=completed").await.json();
        assert_eq!(all["totalTasks"], 1);
        let none = workshop.app.get("/api/scaffolder/v2/tasks?status=failed").await.json();
        assert_eq!(none, json!({ "tasks": [], "totalTasks": 0 }));
    }

    async fn after_a_failure_only_what_asks_for_it_runs(db: TestDb) {
        let spec = json!({ "steps": [
            step("broken", "test:bell", json!({ "failTimes": 9 })),
            step("skipped", "debug:log", json!({ "message": "not this" })),
            { "id": "always", "name": "always", "action": "debug:log", "if": "${{ always() }}",
              "input": { "message": "clean up" } },
            { "id": "failed", "name": "failed", "action": "debug:log", "if": "${{ failure() }}",
              "input": { "message": "say so" } },
        ] });
        let workshop = Workshop::start(db, vec![template(seed(), "broken", spec)]).await;
        let ended = workshop.run("broken", json!({})).await;
        assert_eq!(ended.error(), "the bell is broken (1)");
        assert_eq!(ended.end["body"]["message"], "Run completed with status: failed");
        let said = |text: &str| ended.log.iter().any(|line| line.contains(text));
        assert!(said("clean up") && said("say so") && !said("not this"), "{:?}", ended.log);
        assert_eq!(workshop.task(&ended.id).await["status"], "failed");
    }

    async fn an_action_that_panics_has_failed_and_its_task_can_go_on(db: TestDb) {
        let spec = json!({ "steps": [
            { "id": "bell", "name": "bell", "action": "test:bell",
              "input": { "breaks": true } },
            { "id": "failed", "name": "failed", "action": "debug:log", "if": "${{ failure() }}",
              "input": { "message": "say so" } },
        ] });
        let workshop = Workshop::start(db, vec![template(seed(), "breaks", spec)]).await;
        let mut ended = workshop.run("breaks", json!({})).await;
        for again in 0..2 {
            assert!(ended.error().contains("test:bell broke down"), "{}", ended.error());
            assert_eq!(ended.log.contains(&"info: say so".to_owned()), again == 0, "{:?}", ended.log);
            assert_eq!(workshop.task(&ended.id).await["status"], "failed");
            let path = format!("/api/scaffolder/v2/tasks/{}/retry", ended.id);
            let answer = workshop.app.post(&path, &json!({})).await;
            assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.body);
            ended = workshop.end_after(&ended.id, ended.end["id"].as_i64().unwrap()).await;
        }
    }

    async fn each_item_is_checked_before_the_first_runs(db: TestDb) {
        let spec = json!({ "steps": [
            { "id": "all", "name": "all", "action": "debug:log", "each": ["a", 7],
              "input": { "message": "${{ each.value }}" } },
        ] });
        let good = json!({ "steps": [
            { "id": "all", "name": "all", "action": "test:bell", "each": { "x": 1, "y": 2 } },
        ], "output": { "rung": "${{ steps.all.output.rung }}" } });
        let templates = template(template(seed(), "wrong", spec), "good", good);
        let workshop = Workshop::start(db, vec![templates]).await;
        let ended = workshop.run("wrong", json!({})).await;
        let error = "Invalid input passed to action debug:log[1], instance.message is not of a type(s) string";
        assert_eq!(ended.error(), error);
        assert!(!ended.log.iter().any(|line| line == "info: a"), "{:?}", ended.log);
        let ended = workshop.run("good", json!({})).await;
        assert_eq!(ended.output(), &json!({ "rung": [1, 2] }));
    }

    async fn a_task_is_cancelled_in_the_middle_of_a_step(db: TestDb) {
        let spec = json!({ "steps": [
            step("wait", "test:bell", json!({ "wait": true })),
            step("after", "debug:log", json!({ "message": "not this" })),
        ] });
        let workshop = Workshop::start(db, vec![template(seed(), "slow", spec)]).await;
        let id = workshop.begin("slow", json!({})).await;
        workshop.bell.waits.notified().await;
        let path = format!("/api/scaffolder/v2/tasks/{id}/cancel");
        let answer = workshop.app.post(&path, &json!({})).await;
        assert_eq!(answer.json(), json!({ "status": "cancelled" }));
        let ended = workshop.end_after(&id, 0).await;
        assert_eq!(ended.end["type"], "cancelled");
        assert_eq!(workshop.task(&id).await["status"], "cancelled");
        assert!(!ended.log.iter().any(|line| line.contains("not this")), "{:?}", ended.log);
    }
}

#[tokio::test]
async fn answers_that_do_not_fit_start_nothing() {
    let spec = json!({
        "parameters": [
            { "required": ["name"], "properties": { "name": { "type": "string", "maxLength": 3 } } },
            { "required": ["port"], "properties": { "port": { "type": "integer" } } },
        ],
        "steps": [],
    });
    let db = crate::support::Engine::Sqlite.open().await.unwrap();
    let workshop = Workshop::start(db, vec![template(seed(), "form", spec)]).await;
    let body = json!({ "templateRef": "template:default/form", "values": { "name": "long name" } });
    let answer = workshop.app.post("/api/scaffolder/v2/tasks", &body).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    let errors = answer.json()["errors"].clone();
    let stacks: Vec<_> = errors
        .as_array()
        .unwrap()
        .iter()
        .map(|it| &it["stack"])
        .collect();
    assert_eq!(
        stacks,
        [
            "instance.name does not meet maximum length of 3",
            "instance requires property \"port\"",
        ]
    );
    let all = workshop.app.get("/api/scaffolder/v2/tasks").await.json();
    assert_eq!(all["totalTasks"], 0);

    let body = json!({ "templateRef": "template:default/none", "values": {} });
    let answer = workshop.app.post("/api/scaffolder/v2/tasks", &body).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    let answer = workshop.app.get("/api/scaffolder/v2/tasks/none").await;
    assert_eq!(answer.json()["error"]["name"], "NotFoundError");
}

#[tokio::test]
async fn a_stream_tells_everything_and_ends_with_the_task() {
    let spec = json!({ "steps": [step("hello", "debug:log", json!({ "message": "Hello" }))] });
    let db = crate::support::Engine::Sqlite.open().await.unwrap();
    let workshop = Workshop::start(db, vec![template(seed(), "hello", spec)]).await;
    let id = workshop.begin("hello", json!({})).await;
    let answer = workshop
        .app
        .get(&format!("/api/scaffolder/v2/tasks/{id}/eventstream"))
        .await;
    assert_eq!(answer.header("content-type"), "text/event-stream");
    let kinds: Vec<&str> = answer
        .body
        .lines()
        .filter_map(|line| line.strip_prefix("event: "))
        .collect();
    assert_eq!(kinds, ["log", "log", "log", "log", "completion"]);
    assert!(
        answer.body.contains("\"message\":\"info: Hello\""),
        "{}",
        answer.body
    );
}

#[tokio::test]
async fn every_action_says_what_it_takes() {
    let db = crate::support::Engine::Sqlite.open().await.unwrap();
    let workshop = Workshop::start(db, Vec::new()).await;
    let actions = workshop.app.get("/api/scaffolder/v2/actions").await.json();
    for action in actions.as_array().unwrap() {
        if action["id"] == "test:bell" {
            continue;
        }
        let about = |key: &str| action[key].as_str().is_some_and(|it| !it.is_empty());
        assert!(about("description"), "{action}");
        assert!(action["schema"]["input"].is_object(), "{action}");
        assert!(
            !action["examples"].as_array().unwrap().is_empty(),
            "{action}"
        );
    }
}

#[tokio::test]
async fn the_page_of_a_task_tells_how_far_it_has_come() {
    let spec = json!({
        "steps": [
            step("hello", "debug:log", json!({ "message": "Hello <b>you</b>" })),
            step("broken", "test:bell", json!({ "failTimes": 1 })),
        ],
        "output": {
            "links": [
                { "title": "The place", "url": "https://example.com/x" },
                { "title": "No place", "url": "javascript:alert(1)" },
            ],
            "text": [{ "title": "Next", "content": "Do *this* <script>alert(1)</script>" }],
        },
    });
    let db = crate::support::Engine::Sqlite.open().await.unwrap();
    let workshop = Workshop::start(db, vec![template(seed(), "hello", spec)]).await;
    let failed = workshop.run("hello", json!({})).await;
    let place = format!("/create/tasks/{}", failed.id);
    let page = workshop.app.get(&place).await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(page.texts("h1"), ["hello"]);
    assert_eq!(page.texts("[role=alert]"), ["the bell is broken (1)"]);
    let steps = page.texts(".task-step .task-state");
    assert!(
        steps[0].starts_with("Completed") && steps[1].starts_with("Failed"),
        "{steps:?}"
    );
    assert!(page.texts(".task-log")[0].contains("Hello <b>you</b>"));
    assert!(!page.body.contains("<b>you</b>"), "what is told is text");

    let answer = workshop
        .app
        .submit("/_fn/retry_task", &format!("id={}", failed.id))
        .await;
    assert_eq!(answer.status, StatusCode::FOUND, "{}", answer.body);
    workshop
        .end_after(&failed.id, failed.end["id"].as_i64().unwrap())
        .await;
    let page = workshop.app.get(&place).await;
    assert_eq!(
        page.attributes("main a[href='https://example.com/x']", "href")
            .len(),
        1
    );
    assert!(!page.body.contains("javascript:"), "{}", page.body);
    assert!(!page.body.contains("<script>alert"), "{}", page.body);

    let list = workshop.app.get("/create/tasks").await;
    assert_eq!(list.texts(".task-step a"), ["hello"]);
    let none = workshop.app.get("/create/tasks/none").await;
    assert_eq!(none.status, StatusCode::NOT_FOUND);
}
