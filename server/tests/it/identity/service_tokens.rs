//! Programs whose tokens are signed: with a shared secret, or by somebody whose keys are fetched.

use super::key::Key;
use crate::support::{Answer, Engine, TestApp, seed};
use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{Request, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};
use server::access::Access;
use server::clock::Clock;
use server::config::{AccessRestriction, ExternalAccess, LegacyKey, RemoteKeys, Secret};
use server::outbound::{Hosts, Outbound};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;

const NOW: i64 = 1_700_000_000;
const ISSUER: &str = "https://issuer.example.com";
const SHARED: &str = "canary-shared-secret-of-32-bytes";
const FACETS: &str = "/api/catalog/entity-facets?facet=kind";

/// What the address of the keys answers.
#[derive(Default)]
struct Published {
    keys: Vec<Value>,
    /// In place of the keys.
    instead: Option<String>,
    is_away: bool,
    asked: usize,
}

type Shared = Arc<Mutex<Published>>;

async fn publish(State(published): State<Shared>) -> Response {
    let mut published = published.lock().unwrap();
    published.asked += 1;
    if published.is_away {
        return StatusCode::BAD_GATEWAY.into_response();
    }
    let keys = json!({ "keys": published.keys }).to_string();
    published.instead.clone().unwrap_or(keys).into_response()
}

/// A portal that knows a program by a secret and others by their keys.
struct Portal {
    app: TestApp,
    published: Shared,
    key: Key,
    now: Arc<AtomicI64>,
}

impl Portal {
    async fn open() -> Self {
        let published = Shared::default();
        let key = Key::new("one");
        published.lock().unwrap().keys = vec![key.public.clone()];
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new().route("/keys", get(publish));
        let router = router.with_state(Arc::clone(&published));
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        let url = format!("http://{address}/keys");

        let reading = AccessRestriction {
            plugin: "catalog".to_owned(),
            permissions: None,
            actions: Some(vec!["read".to_owned()]),
        };
        let external = ExternalAccess {
            tokens: Vec::new(),
            legacy: vec![LegacyKey {
                secret: Secret::new(STANDARD.encode(SHARED)),
                subject: "old".to_owned(),
                restrictions: None,
            }],
            key_sets: vec![RemoteKeys {
                url: url.parse().unwrap(),
                issuers: vec![ISSUER.to_owned()],
                audiences: vec!["callboard".to_owned(), "portal".to_owned()],
                algorithms: vec![Algorithm::ES256, Algorithm::RS256],
                subject_prefix: Some("ci".to_owned()),
                restrictions: Some(vec![reading]),
            }],
        };
        let mut hosts = Hosts::default();
        hosts.name(&url);
        let now = Arc::new(AtomicI64::new(NOW * 1000));
        let clock = Clock::from_fn({
            let now = Arc::clone(&now);
            move || now.load(Ordering::Relaxed)
        });
        let outbound = Outbound::new(hosts, clock.clone());
        let access = Access::configured(&external, &outbound, clock);
        let db = Engine::Sqlite.open().await.unwrap();
        let orders = seed().component("orders", |entity| entity);
        let app = TestApp::with("", db, vec![orders], |state| state.with_access(access)).await;
        Self {
            app,
            published,
            key,
            now,
        }
    }

    async fn ask(&self, method: &str, path: &str, token: &str) -> Answer {
        let request = Request::builder().method(method).uri(path);
        let request = request.header("authorization", format!("Bearer {token}"));
        self.app.send(request.body(Body::empty()).unwrap()).await
    }

    async fn status(&self, token: &str) -> u16 {
        self.ask("GET", FACETS, token).await.status.as_u16()
    }

    fn pass(&self, seconds: i64) {
        self.now.fetch_add(seconds * 1000, Ordering::Relaxed);
    }

    fn asked(&self) -> usize {
        self.published.lock().unwrap().asked
    }
}

fn claims() -> Value {
    json!({ "iss": ISSUER, "aud": "callboard", "sub": "build", "iat": NOW, "exp": NOW + 3600 })
}

fn with(name: &str, value: Value) -> Value {
    let mut claims = claims();
    claims[name] = value;
    claims
}

fn without(name: &str) -> Value {
    let mut claims = claims();
    claims.as_object_mut().unwrap().remove(name);
    claims
}

fn shared(algorithm: Algorithm, secret: &[u8], claims: &Value) -> String {
    let mut header = Header::new(algorithm);
    header.kid = Some("one".to_owned());
    jsonwebtoken::encode(&header, claims, &EncodingKey::from_secret(secret)).unwrap()
}

#[tokio::test]
async fn a_program_whose_keys_are_known_does_what_it_may() {
    let portal = Portal::open().await;
    let token = portal.key.sign(&claims());
    let answer = portal.ask("GET", FACETS, &token).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let refused = portal.ask("POST", "/api/catalog/refresh", &token).await;
    assert_eq!(refused.status, 403);
    let said = refused.json()["error"]["message"].to_string();
    assert!(
        said.contains("The token of ci:build") && said.contains("catalog.entity.refresh"),
        "{said}"
    );
    let other_part = portal.ask("GET", "/api/scaffolder/v2/tasks", &token).await;
    assert_eq!(other_part.status, 403);
    let several = portal.key.sign(&with("aud", json!(["x", "portal"])));
    assert_eq!(portal.status(&several).await, 200);
    // One that names no key is of the only one that fits.
    assert_eq!(
        portal
            .status(&portal.key.sign_without_name(&claims()))
            .await,
        200
    );
    assert_eq!(portal.asked(), 1, "the keys are fetched once");
    assert_eq!(
        portal.ask("GET", "/", &token).await.status,
        200,
        "pages are for people"
    );
}

#[tokio::test]
async fn a_program_with_a_shared_secret_may_do_everything() {
    let portal = Portal::open().await;
    let claims = json!({ "sub": "backstage-server", "exp": NOW + 60 });
    let token = shared(Algorithm::HS256, SHARED.as_bytes(), &claims);
    assert_eq!(portal.status(&token).await, 200);
    assert_ne!(
        portal
            .ask("POST", "/api/catalog/refresh", &token)
            .await
            .status,
        403
    );
    portal.pass(60);
    let answer = portal.ask("GET", FACETS, &token).await;
    assert_eq!(answer.status, 401);
    assert!(answer.body.contains("has expired"), "{}", answer.body);
}

#[tokio::test]
async fn forged_tokens_let_no_program_in() {
    let portal = Portal::open().await;
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let good = portal.key.sign(&claims());
    let parts: Vec<&str> = good.split('.').collect();
    let none = part(&json!({ "alg": "none", "kid": "one" }));
    let public = portal.key.public.to_string();
    let point = portal.key.point();
    let of_server = json!({ "sub": "backstage-server", "exp": NOW + 60 });
    let forgeries = [
        ("alg none", format!("{none}.{}.", parts[1])),
        (
            "alg none, signed",
            format!("{none}.{}.{}", parts[1], parts[2]),
        ),
        (
            "the public key as a secret",
            shared(Algorithm::HS256, public.as_bytes(), &claims()),
        ),
        (
            "the point of it as a secret",
            shared(Algorithm::HS256, &point, &claims()),
        ),
        (
            "another secret",
            shared(
                Algorithm::HS256,
                b"another secret of just any length",
                &of_server,
            ),
        ),
        (
            "the secret as it is written",
            shared(
                Algorithm::HS256,
                STANDARD.encode(SHARED).as_bytes(),
                &of_server,
            ),
        ),
        (
            "the secret with another algorithm",
            shared(Algorithm::HS512, SHARED.as_bytes(), &of_server),
        ),
        (
            "the secret for another subject",
            shared(Algorithm::HS256, SHARED.as_bytes(), &claims()),
        ),
        (
            "the secret without an end",
            shared(
                Algorithm::HS256,
                SHARED.as_bytes(),
                &json!({ "sub": "backstage-server" }),
            ),
        ),
        ("no signature", format!("{}.{}.", parts[0], parts[1])),
        (
            "other claims",
            format!(
                "{}.{}.{}",
                parts[0],
                part(&with("sub", json!("root"))),
                parts[2]
            ),
        ),
        ("another key of that name", Key::new("one").sign(&claims())),
        ("a key of no name here", Key::new("two").sign(&claims())),
        (
            "another issuer",
            portal.key.sign(&with("iss", json!("https://evil.example"))),
        ),
        ("no issuer", portal.key.sign(&without("iss"))),
        (
            "another audience",
            portal.key.sign(&with("aud", json!("other"))),
        ),
        ("no audience", portal.key.sign(&without("aud"))),
        ("nobody", portal.key.sign(&without("sub"))),
        (
            "a subject with a line",
            portal.key.sign(&with("sub", json!("a\nb"))),
        ),
        (
            "too long a subject",
            portal.key.sign(&with("sub", json!("a".repeat(300)))),
        ),
        (
            "an end that is none",
            portal.key.sign(&with("exp", json!("never"))),
        ),
        ("expired", portal.key.sign(&with("exp", json!(NOW)))),
        (
            "of tomorrow",
            portal.key.sign(&with("nbf", json!(NOW + 86_400))),
        ),
        (
            "too long",
            portal.key.sign(&with("more", json!("x".repeat(40_000)))),
        ),
    ];
    for (what, token) in forgeries {
        let answer = portal.ask("GET", FACETS, &token).await;
        assert_eq!(answer.status, 401, "{what}: {}", answer.body);
        assert_eq!(
            answer.json()["error"]["name"],
            "AuthenticationError",
            "{what}"
        );
        for secret in [SHARED, &STANDARD.encode(SHARED), &token] {
            assert!(!answer.body.contains(secret), "{what}: {}", answer.body);
        }
    }
    assert_eq!(portal.status(&good).await, 200);
}

#[tokio::test]
async fn keys_may_be_replaced_and_nobody_makes_us_ask_for_each_token() {
    let portal = Portal::open().await;
    assert_eq!(portal.status(&portal.key.sign(&claims())).await, 200);
    let next = Key::new("two");
    portal.published.lock().unwrap().keys = vec![next.public.clone()];
    for number in 0..5 {
        let stranger = Key::new(&format!("made-up-{number}"));
        assert_eq!(portal.status(&stranger.sign(&claims())).await, 401);
    }
    assert_eq!(portal.asked(), 1, "not so soon");
    portal.pass(30);
    assert_eq!(portal.status(&next.sign(&claims())).await, 200);
    assert_eq!(portal.asked(), 2);
    assert_eq!(
        portal.status(&portal.key.sign(&claims())).await,
        401,
        "taken back"
    );
    // What is known is asked for again after a while.
    portal.pass(10 * 60);
    assert_eq!(portal.status(&next.sign(&claims())).await, 200);
    assert_eq!(portal.asked(), 3);
}

#[tokio::test]
async fn keys_that_cannot_be_fetched_are_told_of() {
    let portal = Portal::open().await;
    let token = portal.key.sign(&claims());
    portal.published.lock().unwrap().is_away = true;
    for _ in 0..3 {
        let answer = portal.ask("GET", FACETS, &token).await;
        assert_eq!(answer.status, 503);
        assert!(
            answer.body.contains("127.0.0.1 cannot be fetched"),
            "{}",
            answer.body
        );
    }
    assert_eq!(portal.asked(), 1);
    // What is certainly not of them needs no keys.
    let foreign = portal.key.sign(&with("iss", json!("https://evil.example")));
    assert_eq!(portal.status(&foreign).await, 401);
    portal.published.lock().unwrap().is_away = false;
    portal.pass(30);
    assert_eq!(portal.status(&token).await, 200);
    portal.published.lock().unwrap().is_away = true;
    portal.pass(11 * 60);
    assert_eq!(portal.status(&token).await, 200, "believed for an hour");
    portal.pass(45 * 60);
    let late = portal.key.sign(&with("exp", json!(NOW + 7200)));
    assert_eq!(portal.status(&late).await, 200);
    portal.pass(10 * 60);
    assert_eq!(portal.status(&late).await, 503);
    // Whatever else comes from there is no set of keys.
    portal.published.lock().unwrap().is_away = false;
    for nonsense in ["<html>", "{}", "{\"keys\": 3}", &"x".repeat(300_000)] {
        portal.published.lock().unwrap().instead = Some(nonsense.to_owned());
        portal.pass(30);
        assert_eq!(portal.status(&late).await, 503);
    }
    let odd = json!({ "keys": [{ "kty": "odd" }, 7, portal.key.public] }).to_string();
    portal.published.lock().unwrap().instead = Some(odd);
    portal.pass(30);
    assert_eq!(
        portal.status(&late).await,
        200,
        "what is odd in a set is passed over"
    );
}
