//! How much one may ask, on the routes themselves.

use crate::support::{Answer, Engine, TestApp, TestDb, seed};
use app::routes::{Answers, Limit, Permission, ROUTES, Route};
use axum::body::Body;
use axum::http::request::Builder;
use axum::http::{Request, StatusCode};
use serde_json::Value;
use server::access::Access;
use server::clock::Clock;
use server::config::{
    AddressLimit, ClassLimits, Rate, RateLimits, Secret, ServiceToken, TrustProxy,
};
use server::http::Peer;
use server::limits::Limits;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

const LIST: &str = "/api/catalog/entities";
const SHORT: &str = "swordfish";
const LONG: &str = "a-token-that-nobody-finds-by-trying";

fn rate(most: u32) -> Rate {
    Rate {
        most: NonZeroU32::new(most).unwrap(),
        window: Duration::from_mins(1),
    }
}

/// So much of every class.
fn all(most: u32) -> ClassLimits {
    let rate = Some(rate(most));
    ClassLimits {
        sign_ins: rate,
        failures: rate,
        writes: rate,
        tasks: rate,
        queries: rate,
        events: rate,
    }
}

/// A portal with limits, and its time.
struct Portal {
    app: TestApp,
    now: Arc<AtomicI64>,
}

impl Portal {
    async fn with(classes: ClassLimits, general: RateLimits, trust: TrustProxy) -> Self {
        let now = Arc::new(AtomicI64::new(1_000_000));
        let clock = Clock::from_fn({
            let now = Arc::clone(&now);
            move || now.load(Ordering::Relaxed)
        });
        let tokens = [SHORT, LONG].map(|token| ServiceToken {
            token: Secret::new(token),
            subject: token.to_owned(),
            restrictions: None,
        });
        let db: TestDb = Engine::Sqlite.open().await.unwrap();
        let seeds = vec![seed().component("orders", |entity| entity)];
        let app = TestApp::with("", db, seeds, |mut state| {
            state.trust_proxy = trust;
            state
                .with_access(Access::new(tokens.to_vec()))
                .with_limits(Limits::new(&classes, &general, clock))
        })
        .await;
        Self { app, now }
    }

    async fn of(classes: ClassLimits) -> Self {
        Self::with(classes, RateLimits::default(), TrustProxy::Nobody).await
    }

    async fn ask(&self, address: &str, request: Builder) -> Answer {
        let mut request = request.body(Body::empty()).unwrap();
        let peer = Peer(address.parse().unwrap());
        request.extensions_mut().insert(peer);
        self.app.send(request).await
    }

    async fn status(&self, address: &str, path: &str) -> u16 {
        self.ask(address, Request::get(path)).await.status.as_u16()
    }

    async fn by_token(&self, address: &str, token: &str) -> Answer {
        let request = Request::get("/api/catalog/entity-facets?facet=kind");
        let request = request.header("authorization", format!("Bearer {token}"));
        self.ask(address, request).await
    }

    fn pass(&self, seconds: i64) {
        self.now.fetch_add(seconds * 1000, Ordering::Relaxed);
    }
}

fn request_of(route: &Route) -> Builder {
    let path = route.path.replace("{*page}", "x").replace(['{', '}'], "");
    Request::builder().method(route.method).uri(path)
}

#[test]
fn everything_that_changes_something_is_limited() {
    for route in ROUTES.iter().filter(|route| route.method != "GET") {
        // Asks in a body what it wants to read.
        let only_reads = route.path == "/api/permission/authorize"
            || (route.permission.is_read() && route.permission != Permission::Public);
        assert!(
            only_reads || route.limit != Limit::None,
            "{} {} is not limited",
            route.method,
            route.path
        );
    }
    let starts = ROUTES
        .iter()
        .find(|it| it.path.ends_with("{provider}/start"));
    assert_eq!(starts.unwrap().limit, Limit::SignIn);
}

#[tokio::test]
async fn every_route_of_a_class_is_limited_for_one_and_not_for_another() {
    let portal = Portal::of(all(1)).await;
    let limited = ROUTES.iter().filter(|route| route.limit != Limit::None);
    for (index, route) in limited.enumerate() {
        let what = format!("{} {}", route.method, route.path);
        let (one, other) = (format!("192.0.2.{index}"), format!("198.51.100.{index}"));
        let first = portal.ask(&one, request_of(route)).await;
        assert_ne!(first.status, 429, "{what}");
        assert_eq!(first.header("ratelimit-limit"), "1", "{what}");
        assert_eq!(first.header("ratelimit-remaining"), "0", "{what}");
        let second = portal.ask(&one, request_of(route)).await;
        assert_eq!(second.status, 429, "{what}");
        assert_eq!(second.header("retry-after"), "60", "{what}");
        assert_eq!(second.header("ratelimit-policy"), "1;w=60", "{what}");
        match route.answers {
            Answers::Endpoint => {
                let body = second.json();
                assert_eq!(body["response"]["statusCode"], 429, "{what}");
                assert!(body["error"]["message"].as_str().unwrap().contains("wait"));
                assert_eq!(body["request"]["method"], route.method, "{what}");
            }
            Answers::ServerFunction => {
                let error: app::error::ApiError = serde_json::from_str(&second.body).unwrap();
                assert!(matches!(error, app::error::ApiError::TooMany(_)), "{what}");
            }
            Answers::Page => {}
        }
        let theirs = portal.ask(&other, request_of(route)).await;
        assert_ne!(theirs.status, 429, "{what}: somebody else");
    }
}

#[tokio::test]
async fn ordinary_reading_is_not_limited() {
    let portal = Portal::of(all(1)).await;
    let free = ROUTES
        .iter()
        .filter(|it| it.limit == Limit::None && it.method == "GET");
    for route in free {
        for _ in 0..2 {
            let answer = portal.ask("192.0.2.1", request_of(route)).await;
            assert_ne!(answer.status, 429, "{}", route.path);
        }
    }
    for _ in 0..3 {
        assert_eq!(
            portal
                .status("192.0.2.1", &format!("{LIST}?limit=20"))
                .await,
            200
        );
    }
    assert_eq!(portal.status("192.0.2.1", LIST).await, 200);
    assert_eq!(
        portal.status("192.0.2.1", LIST).await,
        429,
        "all of it, again"
    );
}

#[tokio::test]
async fn who_waits_as_told_is_let_through() {
    let portal = Portal::of(all(4)).await;
    for _ in 0..4 {
        assert_eq!(portal.status("192.0.2.1", LIST).await, 200);
    }
    let answer = portal.ask("192.0.2.1", Request::get(LIST)).await;
    assert_eq!(
        (answer.status.as_u16(), answer.header("retry-after")),
        (429, "15")
    );
    portal.pass(14);
    let answer = portal.ask("192.0.2.1", Request::get(LIST)).await;
    assert_eq!(
        (answer.status.as_u16(), answer.header("retry-after")),
        (429, "1")
    );
    portal.pass(1);
    assert_eq!(portal.status("192.0.2.1", LIST).await, 200);
}

#[tokio::test]
async fn made_up_addresses_are_no_way_around() {
    let portal = Portal::of(all(1)).await;
    let forwarded = |by: &str| Request::get(LIST).header("x-forwarded-for", by);
    let ask = async |peer: &str, by: &str| portal.ask(peer, forwarded(by)).await.status.as_u16();
    assert_eq!(ask("192.0.2.1", "10.0.0.1").await, 200);
    for number in 2..9 {
        assert_eq!(ask("192.0.2.1", &format!("10.0.0.{number}")).await, 429);
    }
    // An IPv6 client can choose any address of its network.
    assert_eq!(portal.status("2001:db8:0:1::1", LIST).await, 200);
    assert_eq!(portal.status("2001:db8:0:1:aaaa::2", LIST).await, 429);
    assert_eq!(portal.status("2001:db8:0:2::1", LIST).await, 200);

    let trust = TrustProxy::Networks(vec!["10.0.0.0/8".parse().unwrap()]);
    let portal = Portal::with(all(1), RateLimits::default(), trust).await;
    let ask = async |by: &str| portal.ask("10.0.0.1", forwarded(by)).await.status.as_u16();
    assert_eq!(ask("203.0.113.1").await, 200);
    assert_eq!(ask("6.6.6.6, 203.0.113.1").await, 429);
    assert_eq!(ask("203.0.113.2").await, 200, "another client of the proxy");
}

#[tokio::test]
async fn guessing_tokens_is_stopped_and_keeps_out_only_what_can_be_guessed() {
    let portal = Portal::of(all(5)).await;
    for number in 0..5 {
        let answer = portal
            .by_token("192.0.2.1", &format!("guess-{number}"))
            .await;
        assert_eq!(answer.status, 401);
    }
    let answer = portal.by_token("192.0.2.1", "guess-5").await;
    assert_eq!(answer.status, 429);
    assert_eq!(answer.header("retry-after"), "12");
    assert!(!answer.body.contains("guess-5"), "{}", answer.body);
    assert_eq!(
        portal.by_token("192.0.2.1", SHORT).await.status,
        429,
        "it is not looked at: the guess that is right is none the wiser"
    );
    assert_eq!(portal.by_token("192.0.2.1", LONG).await.status, 200);
    assert_eq!(portal.by_token("192.0.2.2", SHORT).await.status, 200);
    assert_eq!(portal.status("192.0.2.1", "/").await, 200);
    portal.pass(60);
    assert_eq!(portal.by_token("192.0.2.1", SHORT).await.status, 200);
}

#[tokio::test]
async fn browsers_are_shown_a_page() {
    let portal = Portal::of(all(1)).await;
    let html = |request: Builder| request.header("accept", "text/html,*/*");
    for _ in 0..2 {
        portal.status("192.0.2.1", "/graph").await;
    }
    let page = portal
        .ask("192.0.2.1", html(Request::get("/graph?root=a")))
        .await;
    assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(page.texts("h1"), ["Too much at once"]);
    assert!(
        page.texts(".card")[0].contains("60 seconds"),
        "{}",
        page.body
    );
    assert_eq!(page.attributes(".card a", "href"), ["/graph?root=a", "/"]);
    let policy = page.header("content-security-policy");
    assert!(policy.contains("default-src 'none'"), "{policy}");
    for expected in [303, 429] {
        let form = html(Request::post("/_fn/set_theme"))
            .header("content-type", "application/x-www-form-urlencoded")
            .header("referer", "http://localhost/settings");
        let answer = portal.ask("192.0.2.1", form).await;
        assert!(
            answer.status.as_u16() == expected || expected == 303,
            "{}",
            answer.status
        );
        if expected == 429 {
            assert!(
                answer.texts(".card")[0].contains("Go back"),
                "{}",
                answer.body
            );
        }
    }
}

fn of_addresses(most: u32) -> AddressLimit {
    AddressLimit {
        rate: rate(most),
        exempt: vec!["127.0.0.1/32".parse().unwrap()],
        skips_successful: false,
        skips_failed: false,
    }
}

#[tokio::test]
async fn the_limits_of_existing_installations_hold_all_but_health_and_files() {
    let general = RateLimits {
        global: Some(of_addresses(2)),
        plugins: [("catalog".to_owned(), of_addresses(1))].into(),
    };
    let portal = Portal::with(ClassLimits::NONE, general, TrustProxy::Nobody).await;
    for path in [
        "/.backstage/health/v1/liveness",
        "/.backstage/health/v1/readiness",
        "/static/x.js",
        "/favicon.ico",
    ] {
        for _ in 0..4 {
            assert_ne!(portal.status("192.0.2.1", path).await, 429, "{path}");
        }
    }
    let facets = "/api/catalog/entity-facets?facet=kind";
    assert_eq!(portal.status("192.0.2.1", facets).await, 200);
    assert_eq!(portal.status("192.0.2.1", facets).await, 429, "of its part");
    assert_eq!(portal.status("192.0.2.1", "/").await, 429, "of all");
    assert_eq!(portal.status("192.0.2.2", "/").await, 200);
    for _ in 0..4 {
        assert_eq!(portal.status("127.0.0.1", facets).await, 200, "exempt");
    }
}

#[tokio::test]
async fn what_does_not_count_does_not_count() {
    let skipping = |skips_successful, skips_failed| RateLimits {
        global: Some(AddressLimit {
            skips_successful,
            skips_failed,
            ..of_addresses(2)
        }),
        ..RateLimits::default()
    };
    for (general, free, counted) in [
        (skipping(true, false), "/", "/no-such-page"),
        (skipping(false, true), "/no-such-page", "/"),
    ] {
        let portal = Portal::with(ClassLimits::NONE, general, TrustProxy::Nobody).await;
        for path in [free, free, free, counted, counted] {
            assert_ne!(portal.status("192.0.2.1", path).await, 429, "{path}");
        }
        assert_eq!(portal.status("192.0.2.1", free).await, 429);
    }
}

#[tokio::test]
async fn what_is_refused_is_counted_and_explained_to_scripts() {
    let portal = Portal::of(all(1)).await;
    for _ in 0..2 {
        portal.status("192.0.2.1", LIST).await;
    }
    let request = Request::get("/metrics").header("authorization", format!("Bearer {LONG}"));
    let metrics = portal.ask("192.0.2.1", request).await.body;
    let name = "callboard_http_requests_refused_total{limit=\"queries\"}";
    assert!(metrics.contains(name), "{metrics}");
    let refused = portal.ask("192.0.2.1", Request::get(LIST)).await.json();
    assert_eq!(refused["error"]["name"], Value::from("Error"));
}
