//! What a template asks the portal, and services of the operator.

use super::workshop::{Elsewhere, Ended, Workshop, step, template};
use crate::support::github::{Fault, Github};
use crate::support::{Engine, seed};
use serde_json::{Value, json};
use server::config::{ProxyEndpoint, Secret};
use url::Url;

/// What comes of a template that asks this, beside a component `a`.
async fn asked(input: Value, elsewhere: Elsewhere) -> Ended {
    asked_with(input, json!({}), elsewhere).await
}

async fn asked_with(input: Value, secrets: Value, elsewhere: Elsewhere) -> Ended {
    let spec = json!({
        "steps": [step("ask", "http:backstage:request", input)],
        "output": { "answer": "${{ steps.ask.output }}" },
    });
    let db = Engine::Sqlite.open().await.unwrap();
    let seeds = vec![template(seed().component("a", |it| it), "ask", spec)];
    let workshop = Workshop::start_with(db, seeds, elsewhere).await;
    let id = workshop.begin_with("ask", json!({}), secrets).await;
    workshop.end_after(&id, 0).await
}

/// A GitHub under `/proxy/github`, to be read with a token of the operator.
fn of_github(github: &Github) -> Elsewhere {
    let token = Secret::new(format!("Bearer {}", fake_github::TOKEN));
    Elsewhere {
        proxy: vec![ProxyEndpoint {
            path: "/github".to_owned(),
            target: Url::parse(&github.api()).unwrap(),
            headers: [("authorization".to_owned(), token)].into(),
            methods: Some(vec!["GET".to_owned()]),
            allowed_headers: Vec::new(),
        }],
        ..Elsewhere::default()
    }
}

#[tokio::test]
async fn the_api_is_asked_as_whoever_runs_the_template() {
    let get = json!({
        "method": "GET", "path": "/catalog/entities/by-query",
        "params": { "filter": "kind=component", "limit": 1 },
    });
    let ended = asked(get, Elsewhere::default()).await;
    let answer = &ended.output()["answer"];
    assert_eq!(answer["code"], 200, "{:?}", ended.log);
    let items = &answer["body"]["items"];
    assert_eq!(items[0]["metadata"]["name"], "a", "{answer}");
    let kind = answer["headers"]["content-type"].as_str().unwrap();
    assert!(kind.starts_with("application/json"), "{kind}");
    let line = "info: Asking GET /catalog/entities/by-query";
    assert!(ended.log.contains(&line.to_owned()), "{:?}", ended.log);

    let post = json!({
        "method": "POST", "path": "catalog/entities/by-refs", "logRequestPath": false,
        "body": { "entityRefs": ["component:default/a", "component:default/b"] },
    });
    let ended = asked(post, Elsewhere::default()).await;
    let items = &ended.output()["answer"]["body"]["items"];
    assert_eq!(items[0]["metadata"]["name"], "a", "{items}");
    assert_eq!(items[1], Value::Null, "{items}");
    assert!(!ended.log.join("").contains("by-refs"), "{:?}", ended.log);

    let tasks = json!({ "method": "GET", "path": "/scaffolder/v2/tasks" });
    let ended = asked(tasks, Elsewhere::default()).await;
    let body = &ended.output()["answer"]["body"];
    assert_eq!(
        body["tasks"][0]["createdBy"], "user:default/guest",
        "{body}"
    );
}

#[tokio::test]
async fn a_bad_answer_fails_the_step_unless_it_is_wanted() {
    let missing =
        json!({ "method": "GET", "path": "/catalog/entities/by-name/component/default/b" });
    let ended = asked(missing.clone(), Elsewhere::default()).await;
    assert!(
        ended.error().contains("answered with 404"),
        "{}",
        ended.error()
    );
    let said = |words: &str| ended.log.iter().any(|line| line.contains(words));
    assert!(
        said("error: There was an issue with your request"),
        "{:?}",
        ended.log
    );
    let mut wanted = missing;
    wanted["continueOnBadResponse"] = true.into();
    let ended = asked(wanted, Elsewhere::default()).await;
    let answer = &ended.output()["answer"];
    assert_eq!(answer["code"], 404);
    assert_eq!(answer["body"]["error"]["name"], "NotFoundError");
}

#[tokio::test]
async fn nothing_but_the_api_is_asked() {
    for (path, words) in [
        ("https://example.com/x", "is no path of the API"),
        ("/../_fn/cancel_task", "is no path of the API"),
        ("/proxy/nowhere/x", "write it under proxy.endpoints"),
        ("/../catalog", "is no path of the API"),
    ] {
        let ended = asked(
            json!({ "method": "GET", "path": path }),
            Elsewhere::default(),
        )
        .await;
        assert!(ended.error().contains(words), "{path}: {}", ended.error());
    }
    // What needs the token of a program is not a person's to do.
    let push = json!({ "method": "POST", "path": "/catalog/entities", "body": [] });
    let ended = asked(push, Elsewhere::default()).await;
    assert!(
        ended.error().contains("answered with 4"),
        "{}",
        ended.error()
    );
}

#[tokio::test]
async fn a_service_of_the_operator_is_asked_with_its_own_token() {
    let github = Github::start().await;
    let input = json!({
        "method": "GET", "path": "/proxy/github/user",
        "headers": { "Authorization": "Bearer ${{ secrets.mine }}", "X-Api-Key": "given-key" },
    });
    let ended = asked_with(
        input,
        json!({ "mine": "hunter2hunter2" }),
        of_github(&github),
    )
    .await;
    let answer = &ended.output()["answer"];
    assert_eq!(answer["body"]["login"], "ann", "{:?}", ended.log);
    let told = ended.log.join("\n");
    assert!(
        !told.contains("hunter2") && !told.contains("given-key"),
        "{told}"
    );

    let post = json!({ "method": "POST", "path": "/proxy/github/user/repos", "body": {} });
    let ended = asked(post, of_github(&github)).await;
    assert!(
        ended.error().contains("may not be asked with POST"),
        "{}",
        ended.error()
    );
    assert_eq!(github.asked().len(), 1, "what is not allowed is not sent");
}

#[tokio::test]
async fn with_a_key_a_task_that_goes_on_does_not_ask_again() {
    let github = Github::start().await;
    github.organization("playhouse", &[]);
    let mut ask = step(
        "ask",
        "http:backstage:request",
        json!({
            "method": "GET", "path": "/proxy/github/${{ each.value }}", "idempotencyKey": "x",
        }),
    );
    ask["each"] = json!(["user", "orgs/playhouse"]);
    let output = json!({ "codes": "${{ steps.ask.output.code }}" });
    let spec = json!({ "steps": [ask], "output": output });
    let db = Engine::Sqlite.open().await.unwrap();
    let elsewhere = of_github(&github);
    let seeds = vec![template(seed(), "ask", spec)];
    let workshop = Workshop::start_with(db, seeds, elsewhere).await;
    github.fail("GET", "/orgs/{org}", Fault::NotAllowed, 1);
    let failed = workshop.run("ask", json!({})).await;
    assert_eq!(github.asked().len(), 2, "{:?}", failed.log);
    let path = format!("/api/scaffolder/v2/tasks/{}/retry", failed.id);
    workshop.app.post(&path, &json!({})).await;
    let last = failed.end["id"].as_i64().unwrap();
    let ended = workshop.end_after(&failed.id, last).await;
    assert_eq!(ended.output(), &json!({ "codes": [200, 200] }));
    assert_eq!(
        github.asked().len(),
        1,
        "only what has failed is asked again"
    );
}

#[tokio::test]
async fn a_dry_run_changes_nothing() {
    let steps = json!([
        step(
            "read",
            "http:backstage:request",
            json!({ "method": "GET", "path": "/catalog/entities" })
        ),
        step(
            "start",
            "http:backstage:request",
            json!({
                "method": "POST", "path": "/scaffolder/v2/tasks", "body": { "templateRef": "x" },
            })
        ),
    ]);
    let body = json!({
        "template": {
            "apiVersion": "scaffolder.backstage.io/v1beta3", "kind": "Template",
            "metadata": { "name": "try" }, "spec": { "type": "service", "steps": steps },
        },
        "values": {}, "secrets": {}, "directoryContents": [],
    });
    let db = Engine::Sqlite.open().await.unwrap();
    let workshop = Workshop::start(db, Vec::new()).await;
    let answer = workshop.app.post("/api/scaffolder/v2/dry-run", &body).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let log = answer.json()["log"].to_string();
    assert!(
        log.contains("POST /scaffolder/v2/tasks is not sent in a dry run"),
        "{log}"
    );
    assert!(log.contains("Asking GET /catalog/entities"), "{log}");
}
