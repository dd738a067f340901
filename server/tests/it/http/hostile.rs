//! What nobody who means well sends: refused with a clear error, and never a fault of the server.

use crate::support::{Answer, TestApp, seed};
use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use serde_json::{Value, json};

/// Names that are more than a name somewhere, as they stand in a path.
fn names() -> Vec<String> {
    let mut names: Vec<String> = [
        "..",
        "%2e%2e",
        "%2e",
        "%252e%252e%252f",
        "a%00b",
        "%00",
        "%0d%0aset-cookie:x",
        "..%2f..%2fetc%2fpasswd",
        "%5c..%5c",
        "%ff%fe",
        // Look-alikes: a Cyrillic о, a full-width a, a dotless i, a right-to-left mark.
        "%D0%BErders",
        "%EF%BD%81",
        "order%C4%B1",
        "%E2%80%8Forders",
        "__proto__",
        "constructor",
        "';drop table claims;--",
        "${jndi:ldap:%2F%2Fx}",
        "<script>",
    ]
    .map(str::to_owned)
    .into();
    names.push("x".repeat(10_000));
    names
}

fn check(answer: &Answer, what: &str) {
    assert!(
        answer.status.is_client_error(),
        "{what}: {} {}",
        answer.status,
        answer.body
    );
    let body: Value = serde_json::from_str(&answer.body).unwrap_or_default();
    assert!(body["error"]["name"].is_string(), "{what}: {}", answer.body);
    let message = body["error"]["message"].as_str().unwrap();
    assert!(message.len() > 3, "{what}");
    for leak in ["src/", "panicked", "/catalog/all.yaml"] {
        assert!(!answer.body.contains(leak), "{what}: {}", answer.body);
    }
}

async fn playhouse() -> TestApp {
    TestApp::start(vec![seed().component("orders", |entity| entity)]).await
}

#[tokio::test]
async fn names_in_paths_are_names_and_nothing_more() {
    let app = playhouse().await;
    for name in names() {
        let shown: String = name.chars().take(30).collect();
        let uri = |path: String| path.replace(['<', '>', '{', '}'], "_").replace(' ', "%20");
        for path in [
            format!("/api/catalog/entities/by-name/component/default/{name}"),
            format!("/api/catalog/entities/by-name/component/{name}/orders"),
            format!("/api/catalog/entities/by-name/{name}/default/orders"),
            format!("/api/catalog/entities/by-name/component/default/{name}/ancestry"),
            format!("/api/catalog/entities/by-uid/{name}"),
        ] {
            check(&app.get(&uri(path)).await, &shown);
        }
    }
}

#[tokio::test]
async fn filters_with_names_of_objects_find_nothing() {
    let app = playhouse().await;
    for key in [
        "__proto__",
        "constructor.prototype",
        "metadata.__proto__.name",
        "toString",
        "metadata.annotations.__proto__",
    ] {
        let path = format!("/api/catalog/entities?filter={key}=x");
        let answer = app.get(&path).await;
        assert_eq!(
            (answer.status, answer.body.as_str()),
            (StatusCode::OK, "[]")
        );
        let path = format!("/api/catalog/entity-facets?facet={key}");
        let answer = app.get(&path).await;
        assert_eq!(answer.json(), json!({ "facets": { key: [] } }));
        let query = json!({ "query": { key: "x" } });
        let answer = app.post("/api/catalog/entities/by-query", &query).await;
        assert_eq!(answer.json()["totalItems"], 0, "{key}");
    }
}

#[tokio::test]
async fn bodies_are_bounded_in_depth_and_size() {
    let app = playhouse().await;
    let deep = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
    let negated = format!(
        "{}{}{}",
        "{\"$not\":".repeat(5_000),
        "{}",
        "}".repeat(5_000)
    );
    let paths = [
        "/api/catalog/entities/by-query",
        "/api/catalog/entities/by-refs",
        "/api/catalog/entity-facets",
        "/api/catalog/validate-entity",
        "/api/catalog/analyze-location",
    ];
    for path in paths {
        for body in [
            deep(100_000),
            format!("{{\"query\":{}}}", deep(50_000)),
            format!("{{\"query\":{negated},\"facets\":[\"kind\"],\"entityRefs\":[]}}"),
            format!(
                "{{\"entity\":{{\"a\":{}}},\"location\":\"url:https://x\"}}",
                deep(120)
            ),
            "{\"entity\":".to_owned(),
            "\u{0}".to_owned(),
            "null".to_owned(),
        ] {
            let request = Request::builder().method(Method::POST).uri(path);
            let request = request.header("content-type", "application/json");
            let answer = app
                .send(request.body(Body::from(body.clone())).unwrap())
                .await;
            let shown: String = body.chars().take(30).collect();
            assert!(
                !answer.status.is_server_error(),
                "{path} {shown}: {} {}",
                answer.status,
                answer.body
            );
        }
    }
}

#[tokio::test]
async fn huge_lists_are_answered_or_refused() {
    let app = playhouse().await;
    let refs: Vec<String> = (0..30_000)
        .map(|number| format!("component:a/{number}"))
        .collect();
    let answer = app
        .post(
            "/api/catalog/entities/by-refs",
            &json!({ "entityRefs": refs }),
        )
        .await;
    let items = answer.json()["items"].as_array().unwrap().len();
    assert_eq!(items, 30_000);
    let any: Vec<Value> = (0..20_000)
        .map(|number| json!({ "kind": number.to_string() }))
        .collect();
    let query = json!({ "query": { "$any": any } });
    let answer = app.post("/api/catalog/entities/by-query", &query).await;
    assert!(!answer.status.is_server_error(), "{}", answer.status);
    let refs = vec!["x".repeat(100); 20_000];
    let answer = app
        .post(
            "/api/catalog/entities/by-refs",
            &json!({ "entityRefs": refs }),
        )
        .await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn a_guest_changes_things_from_the_portals_own_address_alone() {
    let app = TestApp::start(vec![seed().component("orders", |it| it)]).await;
    let ask = async |uri: &str, host: Option<&str>, origin: &str| {
        let mut request = Request::post(uri).header(header::ORIGIN, origin);
        if let Some(host) = host {
            request = request.header(header::HOST, host);
        }
        let request = request.header(header::CONTENT_TYPE, "application/json");
        let body = Body::from(r#"{"entityRef":"component:default/orders"}"#);
        app.send(request.body(body).unwrap()).await.status
    };
    let refresh = "/api/catalog/refresh";
    for (host, is_ours) in [
        ("localhost:7007", true),
        ("portal.localhost", true),
        ("10.1.2.3:7007", true),
        ("[::1]:7007", true),
        // Its owner has it lead here.
        ("evil.example:7007", false),
        ("localhost.evil.example", false),
    ] {
        let status = ask(refresh, Some(host), &format!("http://{host}")).await;
        assert_eq!(status == StatusCode::OK, is_ours, "{host} {status}");
    }
    // HTTP/2 names the host in the address alone.
    let whole = "http://localhost:7007/api/catalog/refresh";
    assert_eq!(
        ask(whole, None, "http://localhost:7007").await,
        StatusCode::OK
    );
    let other = ask(whole, None, "http://localhost:7008").await;
    assert_eq!(other, StatusCode::FORBIDDEN);
}
