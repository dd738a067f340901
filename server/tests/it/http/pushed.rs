//! Entities that programs hand over.

use crate::support::{Answer, TestApp, TestDb, on_each_engine, seed};
use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use serde_json::{Value, json};
use server::access::Access;
use server::config::{Secret, ServiceToken};

const PATH: &str = "/api/catalog/pushed/ci";

async fn guarded(db: TestDb) -> TestApp {
    let access = Access::new(vec![ServiceToken {
        token: Secret::new("push-token"),
        subject: "ci".to_owned(),
        restrictions: None,
    }]);
    let taken = seed().component("taken", |entity| entity);
    TestApp::with("", db, vec![taken], |state| state.with_access(access)).await
}

async fn send(app: &TestApp, method: Method, path: &str, body: impl Into<Body>) -> Answer {
    let request = Request::builder().method(method).uri(path);
    let request = request.header("authorization", "Bearer push-token");
    app.send(request.body(body.into()).unwrap()).await
}

fn yaml(name: &str) -> String {
    format!(
        "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {{name: {name}}}\n\
         spec: {{type: service, lifecycle: production, owner: guests}}\n"
    )
}

fn entity(name: &str) -> Value {
    json!({
        "apiVersion": "backstage.io/v1alpha1",
        "kind": "Component",
        "metadata": { "name": name },
        "spec": { "type": "service", "lifecycle": "production", "owner": "guests" },
    })
}

async fn names(app: &TestApp) -> Vec<Value> {
    let listed = app
        .get("/api/catalog/entities?order=asc:metadata.name")
        .await
        .json();
    let listed = listed.as_array().unwrap().iter();
    listed.map(|it| it["metadata"]["name"].clone()).collect()
}

on_each_engine! {
    async fn a_set_is_replaced_as_a_whole(db: TestDb) {
        let app = guarded(db).await;
        let body = format!("{}---\n{}", yaml("a"), yaml("b"));
        let answer = send(&app, Method::PUT, PATH, body).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        let expected = json!([
            { "entityRef": "component:default/a", "status": "accepted", "line": 1 },
            { "entityRef": "component:default/b", "status": "accepted", "line": 6 },
        ]);
        assert_eq!(answer.json()["documents"], expected);
        assert_eq!(names(&app).await, ["a", "b", "taken"]);
        let entity_b = app.get("/api/catalog/entities/by-name/component/default/b").await.json();
        let annotations = &entity_b["metadata"]["annotations"];
        assert_eq!(annotations["backstage.io/managed-by-origin-location"], "push:ci");

        let body = json!({ "entities": [entity("b"), entity("c"), entity("taken")] });
        let answer = send(&app, Method::PUT, PATH, body.to_string()).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        let waiting = json!({
            "entityRef": "component:default/taken",
            "status": "waiting",
            "claimedBy": "file:/catalog/all.yaml",
        });
        assert_eq!(answer.json()["documents"][2], waiting);
        assert_eq!(names(&app).await, ["b", "c", "taken"]);
        let set = app.get(PATH).await.json();
        assert_eq!(set["items"].as_array().unwrap().len(), 2);

        let gone = send(&app, Method::DELETE, PATH, Body::empty()).await;
        assert_eq!(gone.status, StatusCode::NO_CONTENT, "{}", gone.body);
        assert_eq!(names(&app).await, ["taken"]);
        for method in [Method::DELETE, Method::GET] {
            let answer = send(&app, method, PATH, Body::empty()).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND);
        }
    }

    async fn one_mistake_keeps_the_whole_set_out(db: TestDb) {
        let app = guarded(db).await;
        send(&app, Method::PUT, PATH, yaml("a")).await;
        let user = "apiVersion: backstage.io/v1alpha1\nkind: User\nmetadata: {name: u}\nspec: {memberOf: []}\n";
        for (body, wrong) in [
            (format!("{}---\n{}", yaml("b"), yaml("b c")), "metadata.name"),
            (format!("{}---\n{}", yaml("b"), yaml("b")), "comes more than once"),
            (format!("{}---\n{user}", yaml("b")), "may not come from here"),
            (format!("{}---\nkind: [", yaml("b")), "YAML"),
            ("- 1\n".to_owned(), "Expected object"),
        ] {
            let answer = send(&app, Method::PUT, PATH, body.clone()).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{body}");
            let answer = answer.json();
            assert_eq!(answer["error"]["name"], "InputError");
            let documents = answer["documents"].to_string();
            assert!(documents.contains(wrong), "{wrong}: {documents}");
            assert_eq!(names(&app).await, ["a", "taken"], "{body}");
        }
    }
}

#[tokio::test]
async fn only_programs_with_a_token_push() {
    let db = crate::support::Engine::Sqlite.open().await.unwrap();
    let app = guarded(db).await;
    for method in [Method::PUT, Method::DELETE] {
        let request = Request::builder().method(method).uri(PATH);
        let answer = app.send(request.body(Body::from(yaml("a"))).unwrap()).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
        let message = answer.json()["error"]["message"].clone();
        assert!(message.as_str().unwrap().starts_with("Missing credentials"));
    }
    // Without any token configured nobody pushes at all.
    let open = TestApp::start(Vec::new()).await;
    let answer = open.put_json(Method::PUT, PATH, &entity("a")).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn names_and_bodies_of_sets_are_checked() {
    let db = crate::support::Engine::Sqlite.open().await.unwrap();
    let app = guarded(db).await;
    let long = "x".repeat(64);
    for name in ["%2e%2e", "a%2fb", "%00", "-a", "a%20b", "%D0%BE", &long] {
        let path = format!("/api/catalog/pushed/{name}");
        let answer = send(&app, Method::PUT, &path, yaml("a")).await;
        assert!(answer.status.is_client_error(), "{name}: {}", answer.status);
        assert!(answer.json()["error"]["message"].is_string(), "{name}");
    }
    let deep = format!("a: {}{}", "[".repeat(100_000), "]".repeat(100_000));
    for body in [
        "",
        " \n",
        "{\"entities\": 1}",
        "{\"entities\": [1]}",
        "\u{0}",
        deep.as_str(),
    ] {
        let answer = send(&app, Method::PUT, PATH, body.to_owned()).await;
        let shown: String = body.chars().take(20).collect();
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{shown}");
    }
    let huge = vec![b' '; 11 * 1024 * 1024];
    let answer = send(&app, Method::PUT, PATH, huge).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(names(&app).await, ["taken"]);
}

#[tokio::test]
async fn a_set_may_be_as_large_as_a_catalog_file() {
    let db = crate::support::Engine::Sqlite.open().await.unwrap();
    let app = guarded(db).await;
    let entities: Vec<Value> = (0..5_000)
        .map(|number| {
            let mut entity = entity(&format!("part-{number}"));
            entity["metadata"]["description"] = "x".repeat(400).into();
            entity
        })
        .collect();
    let body = json!({ "entities": entities }).to_string();
    assert!(body.len() > 2 * 1024 * 1024);
    let answer = send(&app, Method::PUT, PATH, body).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.json()["documents"].as_array().unwrap().len(), 5_000);
}

#[tokio::test]
async fn a_pushed_entity_reads_no_file() {
    let db = crate::support::Engine::Sqlite.open().await.unwrap();
    let app = guarded(db).await;
    for target in [
        "/etc/passwd",
        "./x",
        "file:///etc/passwd",
        "http://169.254.169.254/x",
    ] {
        let mut api = entity("seats");
        api["kind"] = "API".into();
        api["spec"]["definition"] = json!({ "$text": target });
        let answer = send(&app, Method::PUT, PATH, api.to_string()).await;
        assert!(!answer.body.contains("root:"), "{}", answer.body);
        let entity = app
            .get("/api/catalog/entities/by-name/api/default/seats")
            .await;
        assert!(!entity.body.contains("root:"), "{}", entity.body);
    }
}
