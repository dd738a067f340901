//! Registered locations.

use crate::support::{Files, TestApp, on_each_engine, seed};
use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use server::config::OnConflict;
use server::digest::sha1_hex;
use server::ingest::Context;

const PATH: &str = "/api/catalog/locations";
const TARGET: &str = "https://github.com/acme/x/blob/main/catalog-info.yaml";

fn location(target: &str) -> Value {
    json!({ "type": "url", "target": target })
}

fn generated(target: &str) -> String {
    let name = sha1_hex(format!("url:{target}"));
    format!("location:default/generated-{name}")
}

on_each_engine! {
    async fn a_location_is_registered_found_moved_and_forgotten(db: TestDb) {
        let app = TestApp::below("", db, Vec::new()).await;
        assert_eq!(app.get(PATH).await.json(), json!([]));
        let answer = app.post(PATH, &location(TARGET)).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.body);
        let created = answer.json();
        assert_eq!(created["entities"], json!([]));
        let stored = &created["location"];
        let id = stored["id"].as_str().unwrap();
        let expected = json!({
            "id": id, "type": "url", "target": TARGET, "entityRef": generated(TARGET),
        });
        assert_eq!(*stored, expected);
        assert_eq!(app.get(PATH).await.json(), json!([{ "data": expected }]));
        let one = format!("{PATH}/{id}");
        assert_eq!(app.get(&one).await.json(), expected);
        let named = generated(TARGET).replace(':', "/");
        let by_entity = app.get(&format!("{PATH}/by-entity/{named}")).await;
        assert_eq!(by_entity.json(), expected);
        let entity = app.get(&format!("/api/catalog/entities/by-name/{named}")).await;
        assert_eq!(entity.json()["spec"], location(TARGET), "it is there at once");

        let elsewhere = "https://github.com/acme/y/blob/main/catalog-info.yaml";
        let answer = app.put_json(Method::PUT, &one, &location(elsewhere)).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        assert_eq!(answer.json()["entityRef"], generated(elsewhere));
        assert_eq!(answer.json()["id"], id);
        assert_eq!(app.get(&format!("/api/catalog/entities/by-name/{named}")).await.status, StatusCode::NOT_FOUND);

        let gone = app.put_json(Method::DELETE, &one, &json!({})).await;
        assert_eq!((gone.status, gone.body.as_str()), (StatusCode::NO_CONTENT, ""));
        assert_eq!(app.get("/api/catalog/entities").await.body, "[]");
        let missing = [
            app.get(&one).await,
            app.put_json(Method::DELETE, &one, &json!({})).await,
            app.put_json(Method::PUT, &one, &location(TARGET)).await,
        ];
        for answer in missing {
            assert_eq!(answer.status, StatusCode::NOT_FOUND);
            assert_eq!(answer.json()["error"]["message"], format!("Found no location with ID {id}"));
        }
    }

    async fn a_second_registration_is_refused_or_reads_anew(db: TestDb) {
        let app = TestApp::below("", db, Vec::new()).await;
        let first = app.post(PATH, &location(TARGET)).await.json();
        let second = app.post(PATH, &location(TARGET)).await;
        assert_eq!(second.status, StatusCode::CONFLICT);
        let error = json!({ "name": "ConflictError", "message": format!("Location url:{TARGET} already exists") });
        assert_eq!(second.json()["error"], error);
        let refreshed = app.post(&format!("{PATH}?onConflict=refresh"), &location(TARGET)).await;
        assert_eq!(refreshed.status, StatusCode::CREATED);
        assert_eq!(refreshed.json()["location"], first["location"]);
        let other = "https://github.com/acme/y/blob/main/catalog-info.yaml";
        let other = app.post(PATH, &location(other)).await.json();
        let id = other["location"]["id"].as_str().unwrap();
        let moved = app.put_json(Method::PUT, &format!("{PATH}/{id}"), &location(TARGET)).await;
        assert_eq!(moved.status, StatusCode::CONFLICT, "{}", moved.body);
    }

    async fn locations_are_told_page_by_page(db: TestDb) {
        let app = TestApp::below("", db, Vec::new()).await;
        for name in ["a", "b", "c"] {
            let target = format!("https://github.com/acme/{name}/blob/main/catalog-info.yaml");
            app.post(PATH, &location(&target)).await;
        }
        let path = format!("{PATH}/by-query");
        let mut body = json!({ "limit": 2 });
        let mut seen = Vec::new();
        loop {
            let page = app.post(&path, &body).await.json();
            assert_eq!(page["totalItems"], 3);
            seen.extend(page["items"].as_array().unwrap().clone());
            match page["pageInfo"].get("nextCursor") {
                Some(cursor) => body = json!({ "cursor": cursor }),
                None => break,
            }
        }
        let mut targets: Vec<_> = seen.iter().map(|it| it["target"].clone()).collect();
        targets.sort_by_key(ToString::to_string);
        targets.dedup();
        assert_eq!(targets.len(), 3);
        let prefix = json!({ "query": { "target": { "$hasPrefix": "https://github.com/acme/b/" } } });
        assert_eq!(app.post(&path, &prefix).await.json()["totalItems"], 1);
        let none = json!({ "query": { "$not": { "type": "url" } } });
        assert_eq!(app.post(&path, &none).await.json()["totalItems"], 0);
        let broken = app.post(&path, &json!({ "cursor": "x" })).await;
        assert_eq!(broken.status, StatusCode::BAD_REQUEST);
    }
}

#[tokio::test]
async fn only_urls_can_be_registered() {
    let app = TestApp::start(Vec::new()).await;
    let long = format!("https://github.com/{}", "x".repeat(10_000));
    for body in [
        json!({}),
        json!({ "type": "url" }),
        json!({ "type": "file", "target": "/etc/passwd" }),
        json!({ "type": "url", "target": "" }),
        json!({ "type": "url", "target": "/etc/passwd" }),
        json!({ "type": "url", "target": "file:///etc/passwd" }),
        json!({ "type": "url", "target": "javascript:alert(1)" }),
        json!({ "type": "url", "target": "https://user:pass@github.com/a/b" }),
        json!({ "type": "url", "target": "https://github.com/a\u{0}b" }),
        json!({ "type": "url", "target": "https://github.com/a b" }),
        json!({ "type": "url", "target": long }),
        json!({ "type": "url", "target": TARGET, "presence": "maybe" }),
    ] {
        for query in ["", "?dryRun=true"] {
            let answer = app.post(&format!("{PATH}{query}"), &body).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{query} {body}");
            assert_eq!(answer.json()["error"]["name"], "InputError");
        }
    }
    let answer = app
        .post(PATH, &json!({ "type": "file", "target": "/a" }))
        .await;
    let expected = "Registered locations must be of an allowed type [\"url\"]";
    assert_eq!(answer.json()["error"]["message"], expected);
    assert_eq!(app.get(PATH).await.json(), json!([]));
}

const TREE: &str = "
apiVersion: backstage.io/v1alpha1
kind: Location
metadata: {name: tree}
spec: {targets: [./part.yaml]}
";
const PART: &str = "
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: orders}
spec: {type: service, lifecycle: production, owner: guests}
";

async fn reading(files: &Files) -> TestApp {
    let db = crate::support::Engine::Sqlite.open().await.unwrap();
    let outbound = files.outbound();
    TestApp::with("", db, Vec::new(), |mut state| {
        state.registry.context = Context::unread(outbound, std::sync::Arc::default());
        state
    })
    .await
}

#[tokio::test]
async fn a_dry_run_answers_the_whole_tree_and_keeps_nothing() {
    let files = Files::serve(&[("/all.yaml", TREE), ("/part.yaml", PART)]).await;
    let app = reading(&files).await;
    let target = format!("{}/all.yaml", files.base);
    let path = format!("{PATH}?dryRun=true");
    let answer = app.post(&path, &location(&target)).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.body);
    let body = answer.json();
    assert_eq!(body["exists"], false);
    assert_eq!(body["location"]["id"], format!("url:{target}"));
    let names = body["entities"].as_array().unwrap().iter();
    let names: Vec<_> = names.map(|it| it["metadata"]["name"].clone()).collect();
    let first = generated(&target)
        .split('/')
        .next_back()
        .unwrap()
        .to_owned();
    assert_eq!(names, [json!(first), json!("tree"), json!("orders")]);
    assert_eq!(app.get(PATH).await.json(), json!([]));
    assert_eq!(app.get("/api/catalog/entities").await.body, "[]");
    app.post(PATH, &location(&target)).await;
    assert_eq!(
        app.post(&path, &location(&target)).await.json()["exists"],
        true
    );
}

#[tokio::test]
async fn a_dry_run_says_what_is_wrong() {
    let twice = format!("{PART}---{PART}");
    let files = Files::serve(&[
        ("/twice.yaml", &twice),
        ("/user.yaml", "apiVersion: backstage.io/v1alpha1\nkind: User\nmetadata: {name: a}\nspec: {memberOf: []}\n"),
        ("/invalid.yaml", "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: a}\nspec: {}\n"),
    ])
    .await;
    let app = reading(&files).await;
    for (file, expected) in [
        (
            "twice.yaml",
            "Duplicate nested entity: component:default/orders",
        ),
        ("user.yaml", "entities of kind User may not come from here"),
        ("invalid.yaml", "spec.owner"),
        ("missing.yaml", "cannot be read"),
    ] {
        let target = format!("{}/{file}", files.base);
        let answer = app
            .post(&format!("{PATH}?dryRun=true"), &location(&target))
            .await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{file}");
        assert!(answer.body.contains(expected), "{file}: {}", answer.body);
    }
}

#[tokio::test]
async fn where_locations_are_fixed_they_can_be_looked_at_only() {
    let files = Files::serve(&[("/part.yaml", PART)]).await;
    let db = crate::support::Engine::Sqlite.open().await.unwrap();
    let outbound = files.outbound();
    let app = TestApp::with("", db, Vec::new(), |mut state| {
        state.registry.context = Context::unread(outbound, std::sync::Arc::default());
        state.registry.readonly = true;
        state
    })
    .await;
    let target = format!("{}/part.yaml", files.base);
    for (method, path) in [
        (Method::POST, PATH.to_owned()),
        (Method::PUT, format!("{PATH}/x")),
        (Method::DELETE, format!("{PATH}/x")),
    ] {
        let answer = app.put_json(method, &path, &location(&target)).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
        let error = &answer.json()["error"];
        assert_eq!(error["name"], "NotAllowedError");
        assert_eq!(
            error["message"],
            "This operation not allowed in readonly mode"
        );
    }
    let dry = app
        .post(&format!("{PATH}?dryRun=true"), &location(&target))
        .await;
    assert_eq!(dry.status, StatusCode::CREATED, "{}", dry.body);
}

#[tokio::test]
async fn the_configuration_may_solve_conflicts() {
    let db = crate::support::Engine::Sqlite.open().await.unwrap();
    let app = TestApp::with("", db, Vec::new(), |mut state| {
        state.registry.on_conflict = OnConflict::Refresh;
        state
    })
    .await;
    app.post(PATH, &location(TARGET)).await;
    assert_eq!(
        app.post(PATH, &location(TARGET)).await.status,
        StatusCode::CREATED
    );
    let refused = app
        .post(&format!("{PATH}?onConflict=reject"), &location(TARGET))
        .await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    let unknown = app
        .post(&format!("{PATH}?onConflict=explode"), &location(TARGET))
        .await;
    assert_eq!(unknown.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn with_the_database_away_writes_say_so_and_reading_goes_on() {
    let db = crate::support::Engine::Sqlite.open().await.unwrap();
    let store = db.db.clone();
    let app = TestApp::below("", db, vec![seed().component("orders", |entity| entity)]).await;
    let registered = app.post(PATH, &location(TARGET)).await.json();
    let id = registered["location"]["id"].as_str().unwrap().to_owned();
    store.close().await;
    let refresh = json!({ "entityRef": "component:default/orders" });
    for answer in [
        app.post(PATH, &location("https://example.com/other.yaml"))
            .await,
        app.post("/api/catalog/refresh", &refresh).await,
        app.put_json(Method::DELETE, &format!("{PATH}/{id}"), &json!({}))
            .await,
    ] {
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
        let error = &answer.json()["error"];
        assert_eq!(error["name"], "ServiceUnavailableError");
        let message = error["message"].as_str().unwrap();
        assert!(message.contains("database does not answer"), "{message}");
    }
    let form = "entity_ref=component:default/orders&keep_out=true";
    let refused = app.submit("/_fn/delete_entity", form).await;
    assert!(
        refused.header("location").contains("__err="),
        "{}",
        refused.body
    );
    let read = app.get("/catalog/default/component/orders").await;
    assert_eq!(read.status, StatusCode::OK);
    for path in [
        PATH,
        &format!("{PATH}/{id}"),
        "/api/catalog/tombstones",
        "/kept-out",
    ] {
        assert_eq!(app.get(path).await.status, StatusCode::OK, "{path}");
    }
    let listed = app.get("/api/catalog/entities").await.json();
    assert_eq!(listed.as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_flag_that_is_neither_yes_nor_no_is_not_guessed() {
    let app = TestApp::start(vec![seed().component("orders", |entity| entity)]).await;
    let answer = app
        .post(&format!("{PATH}?dryRun=perhaps"), &location(TARGET))
        .await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert_eq!(app.get(PATH).await.json(), json!([]));
    let listed = app.get("/api/catalog/entities").await.json();
    let uid = listed[0]["metadata"]["uid"].as_str().unwrap().to_owned();
    let path = format!("/api/catalog/entities/by-uid/{uid}?keepOut=perhaps");
    let answer = app.put_json(Method::DELETE, &path, &json!({})).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert_ne!(app.get("/api/catalog/entities").await.body, "[]");
}

#[tokio::test]
async fn what_came_by_another_way_has_no_registered_location() {
    let app = TestApp::start(vec![seed().component("orders", |entity| entity)]).await;
    for name in ["orders", "none"] {
        let answer = app
            .get(&format!("{PATH}/by-entity/component/default/{name}"))
            .await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{name}");
    }
}
