//! What Prometheus is told.

use crate::support::{TestApp, seed};
use axum::http::StatusCode;

/// The value of a sample, by all of its name and labels.
fn sample(text: &str, name: &str) -> Option<f64> {
    text.lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(' ')?.parse().ok())
}

#[tokio::test]
async fn requests_are_counted_by_route_and_never_by_path() {
    let app = TestApp::start(vec![seed().component("orders", |entity| entity)]).await;
    app.get("/api/catalog/entities/by-name/component/default/orders")
        .await;
    app.get("/api/catalog/entities/by-name/component/default/counted-nowhere")
        .await;
    app.get("/catalog/default/component/orders").await;
    app.get("/some-scanner-was-here").await;
    let answer = app.get("/metrics").await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(
        answer
            .header("content-type")
            .starts_with("application/openmetrics-text")
    );
    let text = answer.body;
    let count = |route: &str, status: u16| {
        let labels = format!("{{method=\"GET\",route=\"{route}\",status=\"{status}\"}}");
        sample(
            &text,
            &format!("callboard_http_request_duration_seconds_count{labels}"),
        )
    };
    // Other tests of this process count too.
    let by_name = "/api/catalog/entities/by-name/{kind}/{namespace}/{name}";
    assert!(
        count(by_name, 200).is_some_and(|count| count >= 1.0),
        "{text}"
    );
    assert!(count(by_name, 404).is_some_and(|count| count >= 1.0));
    assert!(count("/catalog/{namespace}/{kind}/{name}", 200).is_some());
    assert!(count("other", 404).is_some());
    for word in ["orders", "counted-nowhere", "some-scanner-was-here"] {
        assert!(!text.contains(word), "{word}");
    }
    let sizes = format!("callboard_http_response_size_bytes_count{{route=\"{by_name}\"}}");
    assert!(
        sample(&text, &sizes).is_some_and(|count| count >= 2.0),
        "{text}"
    );
}

#[tokio::test]
async fn the_read_model_is_described() {
    let seed = seed()
        .component("orders", |entity| entity)
        .component("seats", |entity| entity)
        .group("box-office", |entity| entity);
    let app = TestApp::start(vec![seed]).await;
    let text = app.get("/metrics").await.body;
    for (name, expected) in [
        ("callboard_model_entities{kind=\"Component\"}", 2.0),
        ("catalog_entities_count{kind=\"Group\"}", 1.0),
        ("callboard_model_sources", 1.0),
        ("callboard_model_change", 1.0),
    ] {
        assert_eq!(sample(&text, name), Some(expected), "{name}\n{text}");
    }
    assert!(
        sample(
            &text,
            "callboard_follow_duration_seconds_count{extent=\"whole\"}"
        )
        .is_some()
    );
    assert!(sample(&text, "process_resident_memory_bytes").is_some_and(|bytes| bytes > 1e6));
    assert!(text.ends_with("# EOF\n"));
}
