//! Pages with counts and cursors.

use crate::support::{Answer, TestApp, seed};
use axum::body::Body;
use axum::http::{Request, StatusCode};
use serde_json::{Value, json};

const BY_QUERY: &str = "/api/catalog/entities/by-query";

async fn playhouse() -> TestApp {
    let all = seed()
        .group("lights", |entity| entity)
        .component("orders", |entity| entity.titled("Order desk"))
        .component("Cue", |entity| entity.of_type("library"))
        .component("dimmer", |entity| entity.titled("Light ORDER"))
        .component("fader", |entity| entity);
    TestApp::start(vec![all]).await
}

async fn post(app: &TestApp, path: &str, body: &Value) -> Answer {
    let request = Request::post(path)
        .header("content-type", "application/json")
        .body(Body::from(body.to_string()));
    app.send(request.unwrap()).await
}

fn names(page: &Value) -> Vec<&str> {
    let items = page["items"].as_array().unwrap().iter();
    items
        .map(|entity| entity["metadata"]["name"].as_str().unwrap())
        .collect()
}

fn cursor(page: &Value, name: &str) -> String {
    let cursor = page["pageInfo"][name].as_str().unwrap();
    url::form_urlencoded::byte_serialize(cursor.as_bytes()).collect()
}

#[tokio::test]
async fn cursors_lead_on_and_back() {
    let app = playhouse().await;
    let first = app
        .get(&format!(
            "{BY_QUERY}?filter=kind=component&limit=2&orderField=metadata.name,desc"
        ))
        .await
        .json();
    assert_eq!(names(&first), ["orders", "fader"]);
    assert_eq!(first["totalItems"], 4);
    assert!(first["pageInfo"].get("prevCursor").is_none());

    let next = cursor(&first, "nextCursor");
    let second = app
        .get(&format!("{BY_QUERY}?limit=2&cursor={next}"))
        .await
        .json();
    assert_eq!(names(&second), ["dimmer", "Cue"]);
    assert_eq!(second["totalItems"], 4);
    assert!(second["pageInfo"].get("nextCursor").is_none());

    let previous = cursor(&second, "prevCursor");
    let back = app
        .get(&format!("{BY_QUERY}?limit=2&cursor={previous}"))
        .await
        .json();
    assert_eq!(names(&back), ["orders", "fader"]);
    assert!(back["pageInfo"].get("prevCursor").is_none());
    let again = cursor(&back, "nextCursor");
    let again = app
        .get(&format!("{BY_QUERY}?limit=2&cursor={again}"))
        .await
        .json();
    assert_eq!(names(&again), names(&second));
}

#[tokio::test]
async fn a_body_asks_the_same_as_parameters() {
    let app = playhouse().await;
    let parameters = format!(
        "{BY_QUERY}?filter=kind=component&orderField=metadata.name&fullTextFilterTerm=ORDER\
         &fullTextFilterFields=metadata.name,metadata.title&fields=metadata.name"
    );
    let by_parameters = app.get(&parameters).await.json();
    assert_eq!(names(&by_parameters), ["dimmer", "orders"]);
    assert_eq!(
        by_parameters["items"][0],
        json!({ "metadata": { "name": "dimmer" } })
    );
    let body = json!({
        "query": { "kind": "component" },
        "orderBy": [{ "field": "metadata.name", "order": "asc" }],
        "fullTextFilter": { "term": "order", "fields": ["metadata.name", "metadata.title"] },
        "fields": ["metadata.name"],
    });
    assert_eq!(post(&app, BY_QUERY, &body).await.json(), by_parameters);
    assert_eq!(
        names(&post(&app, BY_QUERY, &json!({})).await.json()).len(),
        5
    );
}

#[tokio::test]
async fn what_lacks_the_field_of_the_order_is_neither_listed_nor_counted() {
    let app = playhouse().await;
    let page = app
        .get(&format!("{BY_QUERY}?orderField=metadata.title,asc"))
        .await
        .json();
    assert_eq!(names(&page), ["dimmer", "orders"]);
    assert_eq!(page["totalItems"], 2);
    let page = app
        .get(&format!("{BY_QUERY}?orderField=spec.nothing"))
        .await
        .json();
    assert_eq!((names(&page).len(), &page["totalItems"]), (0, &json!(0)));
}

#[tokio::test]
async fn the_total_can_be_left_out_or_be_all() {
    let app = playhouse().await;
    let page = app.get(&format!("{BY_QUERY}?limit=0")).await.json();
    assert_eq!(
        page,
        json!({ "items": [], "totalItems": 5, "pageInfo": {} })
    );
    let page = app
        .get(&format!("{BY_QUERY}?totalItems=exclude&limit=2"))
        .await
        .json();
    assert_eq!((names(&page).len(), &page["totalItems"]), (2, &json!(0)));
    assert!(page["pageInfo"]["nextCursor"].is_string());
    let page = app.get(&format!("{BY_QUERY}?offset=4")).await.json();
    assert_eq!((names(&page).len(), &page["totalItems"]), (1, &json!(5)));
}

#[tokio::test]
async fn parameters_that_cannot_be_understood_are_named() {
    let app = playhouse().await;
    for (query, expected) in [
        ("limit=x", "request/query/limit must be integer"),
        ("limit=-1", "limit must be >= 0"),
        ("limit=99999999999999999999", "limit must be integer"),
        ("cursor=", "Cursor cannot be empty"),
        ("cursor=x", "Malformed cursor"),
        ("cursor=bnVsbA==", "Malformed cursor"),
        ("orderField=metadata.uid,diagonal", "must be asc or desc"),
        ("orderField=,asc", "order field"),
        ("totalItems=maybe", "totalItems"),
        ("filter==", "not a valid statement"),
        ("fields=a[0]", "a[0]"),
    ] {
        let answer = app.get(&format!("{BY_QUERY}?{query}")).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{query}");
        let error = answer.json();
        assert_eq!(error["error"]["name"], "InputError", "{query}");
        let url = format!("/entities/by-query?{query}");
        assert_eq!(error["request"], json!({ "method": "GET", "url": url }));
        let message = error["error"]["message"].as_str().unwrap();
        assert!(message.contains(expected), "{query}: {message}");
    }
}

#[tokio::test]
async fn bodies_that_cannot_be_understood_are_refused() {
    let app = playhouse().await;
    let deep = "{\"$not\":".repeat(5_000) + "{}" + &"}".repeat(5_000);
    let many = vec![json!("x"); 20_000];
    let fields: Vec<String> = (0..17).map(|field| format!("spec.{field}")).collect();
    for body in [
        "{".to_owned(),
        "[]".to_owned(),
        "\0".to_owned(),
        format!("{{\"query\":{deep}}}"),
        json!({ "query": "component" }).to_string(),
        json!({ "query": { "$where": "1" } }).to_string(),
        json!({ "query": { "kind": { "$in": many } } }).to_string(),
        json!({ "limit": -1 }).to_string(),
        json!({ "limit": "x" }).to_string(),
        json!({ "cursor": "" }).to_string(),
        json!({ "cursor": "e30=" }).to_string(),
        json!({ "orderBy": [{ "field": "a", "order": "up" }] }).to_string(),
        json!({ "fullTextFilter": { "term": 1 } }).to_string(),
        json!({ "totalItems": "maybe" }).to_string(),
        json!({ "fullTextFilter": { "term": "a", "fields": fields } }).to_string(),
    ] {
        let shown = body.chars().take(80).collect::<String>();
        let request = Request::post(BY_QUERY).body(Body::from(body)).unwrap();
        let answer = app.send(request).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{shown}");
        assert_eq!(answer.json()["error"]["name"], "InputError", "{shown}");
    }
}

#[tokio::test]
async fn a_body_of_unknown_length_that_grows_too_large_is_refused() {
    let app = playhouse().await;
    for path in [
        "/entities/by-query",
        "/entities/by-refs",
        "/entity-facets?x=1",
    ] {
        let body = Body::from(" ".repeat(2 * 1024 * 1024));
        let request = Request::post(format!("/api/catalog{path}")).body(body);
        let answer = app.send(request.unwrap()).await;
        assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE, "{path}");
        let error = answer.json();
        assert_eq!(error["error"]["name"], "PayloadTooLargeError");
        assert_eq!(error["request"], json!({ "method": "POST", "url": path }));
        assert_eq!(error["response"], json!({ "statusCode": 413 }));
    }
}

#[tokio::test]
async fn names_that_mean_something_elsewhere_find_nothing() {
    let app = playhouse().await;
    let long = "x".repeat(10_000);
    for query in [
        "filter=__proto__=x",
        "filter=constructor",
        "filter=%00=%00",
        "fullTextFilterTerm=%25",
        "fullTextFilterTerm=%00",
        "orderField=__proto__",
        &format!("filter=kind={long}"),
        &format!("fullTextFilterTerm={long}&fullTextFilterFields=kind"),
    ] {
        let answer = app.get(&format!("{BY_QUERY}?{query}")).await;
        assert_eq!(answer.status, StatusCode::OK, "{query}");
        assert_eq!(answer.json()["totalItems"], 0, "{query}");
    }
    let body = json!({ "query": { "__proto__": { "$exists": true } } });
    assert_eq!(post(&app, BY_QUERY, &body).await.json()["totalItems"], 0);
}

#[tokio::test]
async fn entities_come_in_the_order_of_their_references() {
    let app = playhouse().await;
    let path = "/api/catalog/entities/by-refs";
    let refs = [
        "component:default/orders",
        "component:default/none",
        "no ref",
        "Component:Default/CUE",
        "component:default/orders",
        "group:default/lights",
        "",
        "\0",
    ];
    let body = json!({ "entityRefs": refs, "fields": ["metadata.name"] });
    let found = |name: &str| json!({ "metadata": { "name": name } });
    let all = json!([
        found("orders"),
        null,
        null,
        found("Cue"),
        found("orders"),
        found("lights"),
        null,
        null
    ]);
    let answer = post(&app, path, &body).await.json();
    assert_eq!(answer, json!({ "items": all }));

    let mut body = json!({ "entityRefs": refs, "query": { "spec.type": "service" } });
    let filtered = post(&app, path, &body).await.json();
    assert_eq!(filtered["items"][0]["metadata"]["name"], "orders");
    assert_eq!(filtered["items"][3], Value::Null);
    assert_eq!(filtered["items"][5], Value::Null);
    body["query"] = Value::Null;
    let filtered = post(&app, &format!("{path}?filter=kind=group"), &body)
        .await
        .json();
    assert_eq!(filtered["items"][0], Value::Null);
    assert_eq!(filtered["items"][5]["metadata"]["name"], "lights");

    let answer = post(&app, path, &json!({})).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert!(
        answer.json()["error"]["message"]
            .as_str()
            .unwrap()
            .contains("entityRefs")
    );
}

#[tokio::test]
async fn what_is_named_many_times_is_looked_at_once() {
    let app = playhouse().await;
    let fields = vec!["metadata.name"; 10_000];
    let body = json!({ "fullTextFilter": { "term": "cue", "fields": fields } });
    assert_eq!(names(&post(&app, BY_QUERY, &body).await.json()), ["Cue"]);

    let refs = vec!["component:default/cue"; 20_000];
    let body = json!({ "entityRefs": refs, "fields": ["metadata.name"] });
    let answer = post(&app, "/api/catalog/entities/by-refs", &body).await;
    let items = answer.json();
    let items = items["items"].as_array().unwrap();
    assert_eq!(items.len(), 20_000);
    let cue = json!({ "metadata": { "name": "Cue" } });
    assert!(items.iter().all(|item| *item == cue));
}

#[tokio::test]
async fn facets_of_a_query_in_the_body() {
    let app = playhouse().await;
    let body = json!({ "facets": ["kind", "__proto__"], "query": { "metadata.title": { "$exists": true } } });
    let answer = post(&app, "/api/catalog/entity-facets", &body).await;
    let kinds = json!([{ "value": "Component", "count": 2 }]);
    assert_eq!(
        answer.json(),
        json!({ "facets": { "kind": kinds, "__proto__": [] } })
    );
    for body in [
        json!({}),
        json!({ "facets": [""] }),
        json!({ "facets": ["a"], "query": [] }),
    ] {
        let answer = post(&app, "/api/catalog/entity-facets", &body).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{body}");
    }
}
