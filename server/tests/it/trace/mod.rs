//! Traces, as a collector receives them.

mod message;

use crate::support::{TestApp, seed};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, Request};
use axum::routing::{get, post};
use message::Message;
use server::clock::Clock;
use server::outbound::{Call, Hosts, Outbound};
use server::trace::{Exporter, Settings, halves};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tracing::Instrument;
use tracing::subscriber::DefaultGuard;
use tracing_subscriber::layer::SubscriberExt;

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const PARENT: &str = "00f067aa0ba902b7";

/// What was sent to the collector, and `traceparent` of whoever asked for `/hello`.
#[derive(Clone, Default)]
struct Received {
    requests: Arc<Mutex<Vec<(HeaderMap, Bytes)>>>,
    callers: Arc<Mutex<Vec<Option<String>>>>,
}

struct Traced {
    collector: SocketAddr,
    received: Received,
    exporter: Exporter,
    _subscriber: DefaultGuard,
}

/// Records everything of this thread, for a collector on the loopback.
async fn traced(variables: &[(&str, &str)]) -> Traced {
    let received = Received::default();
    let collected = received.clone();
    let greeted = received.clone();
    let router = Router::new()
        .route(
            "/v1/traces",
            post(move |headers: HeaderMap, body: Bytes| async move {
                collected.requests.lock().unwrap().push((headers, body));
            }),
        )
        .route(
            "/hello",
            get(move |headers: HeaderMap| async move {
                let caller = headers.get("traceparent");
                let caller = caller.map(|it| it.to_str().unwrap().to_owned());
                greeted.callers.lock().unwrap().push(caller);
                "hello"
            }),
        );
    let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let collector = socket.local_addr().unwrap();
    tokio::spawn(axum::serve(socket, router).into_future());
    let endpoint = format!("http://{collector}");
    let mut all = vec![("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint.as_str())];
    all.extend(variables);
    let settings = Settings::read(|name| {
        let found = all.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| (*value).to_owned())
    });
    let clock = Clock::from_fn(|| 1_700_000_000_000);
    let (layer, exporter) = halves(settings.unwrap().unwrap(), &clock);
    let subscriber = tracing_subscriber::registry().with(layer);
    Traced {
        collector,
        received,
        exporter,
        _subscriber: tracing::subscriber::set_default(subscriber),
    }
}

impl Traced {
    fn outbound(&self) -> Outbound {
        let mut hosts = Hosts::default();
        hosts.name(&format!("http://{}", self.collector));
        Outbound::new(hosts, Clock::system())
    }

    /// Sends what was recorded. Returns the spans.
    async fn sent(self) -> Vec<Message> {
        let outbound = self.outbound();
        let (_stop, stopping) = watch::channel(true);
        self.exporter.run(outbound, stopping).await;
        let requests = self.received.requests.lock().unwrap();
        let mut spans = Vec::new();
        for (_, body) in requests.iter() {
            for resource in Message::read(body).messages(1) {
                assert_eq!(
                    resource.messages(1)[0].attribute(1, "service.name"),
                    "callboard"
                );
                for scope in resource.messages(2) {
                    spans.extend(scope.messages(2));
                }
            }
        }
        spans
    }
}

fn asked(path: &str, traceparent: Option<&str>) -> Request<Body> {
    let mut request = Request::get(path);
    if let Some(traceparent) = traceparent {
        request = request.header("traceparent", traceparent);
    }
    request.body(Body::empty()).unwrap()
}

#[tokio::test]
async fn a_request_continues_the_trace_of_who_asks() {
    let app = TestApp::start(vec![seed().component("orders", |entity| entity)]).await;
    let traced = traced(&[("OTEL_EXPORTER_OTLP_HEADERS", "x-key=secret%21")]).await;
    let traceparent = format!("00-{TRACE}-{PARENT}-01");
    let path = "/api/catalog/entities/by-name/component/default/orders?token=secret";
    app.send(asked(path, Some(&traceparent))).await;
    let received = traced.received.clone();
    let spans = traced.sent().await;
    let template = "/api/catalog/entities/by-name/{kind}/{namespace}/{name}";
    let name = format!("GET {template}");
    let span = spans.iter().find(|span| span.text(5) == name).unwrap();
    assert_eq!(span.hex(1), TRACE);
    assert_eq!(span.hex(4), PARENT);
    assert_eq!(span.number(6), 2, "a server");
    assert_eq!(span.attribute(9, "http.route"), template);
    assert_eq!(span.attribute(9, "http.response.status_code"), "200");
    assert_eq!(
        span.attribute(9, "url.path"),
        "/api/catalog/entities/by-name/component/default/orders"
    );
    assert!(span.number(7) >= 1_700_000_000_000_000_000);
    assert!(span.number(8) > span.number(7));
    let requests = received.requests.lock().unwrap();
    let (headers, body) = &requests[0];
    assert_eq!(headers["x-key"], "secret!");
    assert_eq!(headers["content-type"], "application/x-protobuf");
    assert!(!String::from_utf8_lossy(body).contains("secret"));
}

#[tokio::test]
async fn what_nobody_wants_recorded_is_not() {
    let app = TestApp::start(Vec::new()).await;
    let share = [("OTEL_TRACES_SAMPLER", "parentbased_always_off")];
    let traced = traced(&share).await;
    app.send(asked("/catalog", None)).await;
    app.send(asked("/problems", Some(&format!("00-{TRACE}-{PARENT}-00"))))
        .await;
    app.send(asked("/", Some(&format!("00-{TRACE}-{PARENT}-01"))))
        .await;
    let spans = traced.sent().await;
    let names: Vec<String> = spans.iter().map(|span| span.text(5)).collect();
    assert_eq!(names, ["GET /"]);
}

#[tokio::test]
async fn a_named_host_is_told_of_the_trace_and_errors_are_marked() {
    let traced = traced(&[]).await;
    let outbound = traced.outbound();
    let url = |path: &str| {
        format!("http://{}{path}", traced.collector)
            .parse()
            .unwrap()
    };
    let (hello, none) = (url("/hello"), url("/none"));
    async {
        outbound.send(Call::get(hello)).await.unwrap();
        outbound.send(Call::get(none)).await.unwrap();
        tracing::error!(line = 7, "something broke");
    }
    .instrument(tracing::info_span!("outer"))
    .await;
    let received = traced.received.clone();
    let spans = traced.sent().await;
    let outer = spans.iter().find(|span| span.text(5) == "outer").unwrap();
    let calls: Vec<&Message> = spans.iter().filter(|span| span.text(5) == "GET").collect();
    assert_eq!(calls.len(), 2, "sending the traces is in none of them");
    for call in &calls {
        assert_eq!(call.hex(1), outer.hex(1));
        assert_eq!(call.hex(4), outer.hex(2));
        assert_eq!(call.number(6), 3, "a client");
        assert_eq!(call.attribute(9, "server.address"), "127.0.0.1");
    }
    let failed: Vec<bool> = calls
        .iter()
        .map(|call| !call.messages(15).is_empty())
        .collect();
    assert_eq!(failed, [false, true]);
    let event = &outer.messages(11)[0];
    assert_eq!(event.text(2), "something broke");
    assert_eq!(event.attribute(3, "line"), "7");
    assert_eq!(outer.messages(15)[0].number(3), 2);
    let callers = received.callers.lock().unwrap();
    let expected = format!("00-{}-{}-01", calls[0].hex(1), calls[0].hex(2));
    assert_eq!(callers.as_slice(), [Some(expected)]);
}
