//! Entities and facets over HTTP.

use crate::support::{Answer, TestApp, seed};
use axum::http::StatusCode;
use serde_json::json;
use server::query::Catalog;
use server::work::follow;

async fn playhouse() -> TestApp {
    let all = seed()
        .group("lights", |entity| entity.titled("Lights"))
        .api("seats", |entity| entity.owned_by("lights"))
        .component("orders", |entity| {
            entity.owned_by("lights").tagged(&["rust", "core"])
        })
        .component("Cue", |entity| entity.of_type("library").tagged(&["rust"]))
        .component("dimmer", |entity| entity.of_type("website"));
    TestApp::start(vec![all]).await
}

fn names(answer: &Answer) -> Vec<String> {
    let entities = answer.json();
    let names = entities.as_array().unwrap().iter();
    names
        .map(|entity| entity["metadata"]["name"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn entities_are_an_array_with_all_that_clients_read() {
    let app = playhouse().await;
    let answer = app
        .get("/api/catalog/entities?filter=metadata.name=orders")
        .await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(
        answer.header("content-type"),
        "application/json; charset=utf-8"
    );
    let entity = &answer.json()[0];
    assert_eq!(
        entity["relations"],
        json!([{ "type": "ownedBy", "targetRef": "group:default/lights" }])
    );
    assert_eq!(entity["metadata"]["uid"].as_str().unwrap().len(), 36);
    assert_eq!(entity["metadata"]["etag"].as_str().unwrap().len(), 40);
}

#[tokio::test]
async fn filters_are_or_of_and() {
    let app = playhouse().await;
    for (filters, expected) in [
        (
            "filter=kind=component,spec.type=library,spec.type=website",
            vec!["Cue", "dimmer"],
        ),
        (
            "filter=kind=API&filter=metadata.name=cue",
            vec!["seats", "Cue"],
        ),
        ("filter=metadata.tags.core", vec!["orders"]),
        (
            "filter=kind=component,relations.ownedBy=group:default/lights",
            vec!["orders"],
        ),
        ("filter=metadata.nothing", vec![]),
    ] {
        let answer = app.get(&format!("/api/catalog/entities?{filters}")).await;
        assert_eq!(names(&answer), expected, "{filters}");
    }
}

#[tokio::test]
async fn pages_are_linked() {
    let app = playhouse().await;
    let first = "/api/catalog/entities?filter=kind=component&limit=2&order=desc:metadata.name";
    let answer = app.get(first).await;
    assert_eq!(names(&answer), ["orders", "dimmer"]);
    let link = answer.header("link");
    let next = link
        .strip_prefix('<')
        .and_then(|link| link.strip_suffix(">; rel=\"next\""));
    let answer = app.get(&format!("/api/catalog{}", next.unwrap())).await;
    assert_eq!(names(&answer), ["Cue"]);
    assert_eq!(answer.header("link"), "");
}

#[tokio::test]
async fn fields_are_projected() {
    let app = playhouse().await;
    let path = "/api/catalog/entities?filter=metadata.name=orders&fields=kind,metadata.name";
    let expected = json!([{ "kind": "Component", "metadata": { "name": "orders" } }]);
    assert_eq!(app.get(path).await.json(), expected);
}

#[tokio::test]
async fn an_entity_is_found_by_name_and_by_uid() {
    let app = playhouse().await;
    let by_name = app
        .get("/api/catalog/entities/by-name/COMPONENT/default/cue")
        .await;
    let entity = by_name.json();
    assert_eq!(entity["metadata"]["name"], "Cue");
    let uid = entity["metadata"]["uid"].as_str().unwrap();
    let by_uid = app
        .get(&format!("/api/catalog/entities/by-uid/{uid}"))
        .await;
    assert_eq!(by_uid.json(), entity);
}

#[tokio::test]
async fn what_is_not_there_is_said_as_clients_expect() {
    let app = playhouse().await;
    let answer = app
        .get("/api/catalog/entities/by-name/component/default/none")
        .await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    let expected = json!({
        "error": {
            "name": "NotFoundError",
            "message": "No entity named 'none' found, with kind 'component' in namespace 'default'",
        },
        "request": { "method": "GET", "url": "/entities/by-name/component/default/none" },
        "response": { "statusCode": 404 },
    });
    assert_eq!(answer.json(), expected);
    let answer = app.get("/api/catalog/entities/by-uid/none").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn bad_parameters_are_named() {
    let app = playhouse().await;
    let orders: Vec<String> = (0..17).map(|key| format!("order=asc:{key}")).collect();
    let orders = orders.join("&");
    for (query, expected) in [
        (orders.as_str(), "more than 16 keys"),
        ("limit=x", "limit must be integer"),
        ("limit=0", "limit, must be greater than zero"),
        ("offset=-1", "offset, must be zero or greater"),
        ("after=", "after, must not be empty"),
        ("after=x", "after"),
        ("filter==x", "'=x' is not a valid statement"),
        ("order=up:kind", "order"),
        ("fields=metadata.tags[0]", "metadata.tags[0]"),
    ] {
        let answer = app.get(&format!("/api/catalog/entities?{query}")).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{query}");
        let error = answer.json();
        assert_eq!(error["error"]["name"], "InputError", "{query}");
        let message = error["error"]["message"].as_str().unwrap();
        assert!(message.contains(expected), "{query}: {message}");
    }
}

#[tokio::test]
async fn facets_count_in_the_original_case() {
    let app = playhouse().await;
    let answer = app
        .get("/api/catalog/entity-facets?facet=kind&facet=spec.type&filter=kind=component")
        .await;
    let expected = json!({ "facets": {
        "kind": [{ "value": "Component", "count": 3 }],
        "spec.type": [
            { "value": "library", "count": 1 },
            { "value": "service", "count": 1 },
            { "value": "website", "count": 1 },
        ],
    } });
    assert_eq!(answer.json(), expected);
    let answer = app.get("/api/catalog/entity-facets").await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert_eq!(answer.json()["error"]["message"], "Missing facet parameter");
}

#[tokio::test]
async fn the_faults_of_another_claim_are_not_those_of_the_owner() {
    let db = crate::support::Engine::Sqlite.open().await.unwrap();
    let orders = "component:default/orders";
    let first =
        seed()
            .component("orders", |entity| entity)
            .problem(2, Some(orders), "a fault of its own");
    let second = seed()
        .file("/other.yaml")
        .component("orders", |entity| entity)
        .problem(3, Some(orders), "a fault of another");
    first.into_store(&db.db).await;
    second.into_store(&db.db).await;
    let catalog = Catalog::default();
    follow(&db.db, &catalog).await.unwrap();
    let model = catalog.whole();
    let entry = model.get_key(orders).unwrap();
    assert_eq!(model.also_claimed_by(entry), ["file:/other.yaml"]);
    assert_eq!(model.problems_of(orders).count(), 3);

    let app = TestApp::below("", db, Vec::new()).await;
    let path = "/api/catalog/entities/by-name/component/default/orders";
    let entity = app.get(path).await.json();
    let items = entity["status"]["items"].as_array().unwrap();
    let error = json!({ "name": "InputError", "message": "a fault of its own" });
    let item = json!({
        "type": "backstage.io/catalog-processing",
        "level": "error",
        "message": "InputError: a fault of its own",
        "error": error,
    });
    assert_eq!(*items, [item]);
    let page = app.get("/catalog/default/component/orders").await;
    let source = page.texts("section[aria-label=Source]").join(" ");
    assert!(source.contains("/other.yaml"), "{source}");
}
