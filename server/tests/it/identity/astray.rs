//! What a request says of itself, and where it would lead people: neither is believed.

use super::browser::{Browser, path_of};
use super::gate::{BASE, DAY, Gate, SESSION_SECRET};
use crate::support::Answer;
use axum::http::Method;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};
use server::config::Secret;
use server::seal::{Purpose, Seal};
use server::store::identity::list_signing_keys;

const NOW: i64 = 1_000 * DAY / 1000;

fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// Texts that would lead away if anything believed them.
const AWAY: [&str; 27] = [
    "https://evil.example",
    "HTTPS://EVIL.EXAMPLE",
    "hTtPs://portal.example.com@evil.example/",
    "https://portal.example.com:443@evil.example/",
    "https://evil.example#portal.example.com",
    "https://evil.example?portal.example.com",
    "https://evil.example\\.portal.example.com",
    "https://portal.example.com.evil.example",
    "https://portal.example.com:8443",
    "http://portal.example.com",
    "https:evil.example",
    "https:/evil.example",
    "https:\\\\evil.example",
    "//evil.example",
    "///evil.example",
    "//evil.example/%2e%2e",
    "/\\evil.example",
    "\\/evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "\t//evil.example",
    " https://evil.example",
    "/ /evil.example",
    "javascript:alert(1)//https://portal.example.com",
    "data:text/html,<script>alert(1)</script>",
    "\u{2028}//evil.example",
];

#[tokio::test]
async fn signing_in_leads_nobody_away() {
    let gate = Gate::open().await;
    for text in AWAY {
        for parameter in [
            "return_to",
            "flow=redirect&redirectUrl",
            "flow=popup&origin",
        ] {
            let path = format!("/api/auth/github/start?{parameter}={}", encoded(text));
            let mut browser = Browser::default();
            let answer = browser.get(&gate.app, &path).await;
            assert_eq!(answer.status, 400, "{parameter} {text:?}: {}", answer.body);
            assert!(browser.cookies.is_empty(), "{parameter} {text:?}");
        }
        let mut browser = Browser::default();
        let page = browser
            .get(&gate.app, &format!("/sign-in?return_to={}", encoded(text)))
            .await;
        let links = page.attributes(".gate a", "href");
        assert_eq!(links, ["/api/auth/github/start?return_to=%2F"], "{text:?}");
    }
    // What stays at the portal, however it is written, is gone on to as it is.
    for path in [
        "/%2f%2fevil.example",
        "/x?to=//evil.example",
        "/a#//evil.example",
        "/..//evil.example",
    ] {
        let mut browser = Browser::default();
        let leaving = gate.leave(&mut browser, "github", &encoded(path)).await;
        let back = gate.at_github(&leaving, "ben").await;
        let answer = browser.get(&gate.app, &back).await;
        assert_eq!(answer.header("location"), path);
        let there = url::Url::parse(BASE).unwrap().join(path).unwrap();
        assert_eq!(
            there.origin(),
            url::Url::parse(BASE).unwrap().origin(),
            "{path}"
        );
    }
}

#[tokio::test]
async fn who_is_in_already_is_led_nowhere_else() {
    let gate = Gate::open().await;
    let mut ben = gate.ben().await;
    for text in AWAY {
        let path = format!("/sign-in?return_to={}", encoded(text));
        let answer = ben.get(&gate.app, &path).await;
        assert_eq!(
            (answer.status.as_u16(), answer.header("location")),
            (303, "/"),
            "{text:?}"
        );
    }
}

#[tokio::test]
async fn what_a_proxy_would_say_changes_nothing() {
    let gate = Gate::open().await;
    let forged = [
        ("host", "evil.example"),
        ("x-forwarded-host", "evil.example"),
        ("x-forwarded-proto", "http"),
        ("x-forwarded-port", "81"),
        ("x-forwarded-prefix", "//evil.example"),
        ("x-forwarded-for", "127.0.0.1"),
        ("forwarded", "host=evil.example;proto=http;for=127.0.0.1"),
        ("x-real-ip", "127.0.0.1"),
        ("x-original-url", "/admin"),
        ("x-rewrite-url", "/admin"),
    ];
    let mut browser = Browser::default();
    let start = "/api/auth/github/start?return_to=%2Fcatalog";
    let leaving = browser.ask(&gate.app, Method::GET, start, &forged).await;
    assert_eq!(leaving.status, 303);
    let away = leaving.header("location").to_owned();
    let callback = format!("{BASE}/api/auth/github/handler/frame");
    assert!(
        away.contains(&encoded(&callback)) && !away.contains("evil"),
        "{away}"
    );
    secure(&leaving);
    let back = path_of(&Browser::sent_on(&format!("{away}&login=ben")).await);
    let answer = browser.ask(&gate.app, Method::GET, &back, &forged).await;
    assert_eq!(answer.header("location"), "/catalog");
    secure(&answer);
    for path in [
        "/",
        "/settings",
        "/api/auth/.well-known/openid-configuration",
        "/api/catalog/entities",
    ] {
        let answer = browser.ask(&gate.app, Method::GET, path, &forged).await;
        assert_eq!(answer.status, 200, "{path}");
        assert!(!answer.body.contains("evil.example"), "{path}");
        for (name, value) in &answer.headers {
            assert!(
                !value.to_str().unwrap_or_default().contains("evil"),
                "{path} {name}"
            );
        }
    }
    let sessions = gate
        .identity
        .sessions
        .list(&"user:default/ben".parse().unwrap())
        .await
        .unwrap();
    assert_eq!(
        sessions[0].address, "",
        "the address that was made up is not kept"
    );
    // A page of another site is one, whatever host it claims to speak to.
    let foreign = [
        ("origin", "https://portal.example.com"),
        ("host", "evil.example"),
        ("x-forwarded-host", "portal.example.com"),
    ];
    let answer = browser
        .ask(&gate.app, Method::POST, "/sign-out", &foreign)
        .await;
    assert_eq!(answer.status, 403);
}

fn secure(answer: &Answer) {
    let cookies = answer.headers.get_all("set-cookie").iter();
    let cookies: Vec<&str> = cookies.map(|it| it.to_str().unwrap()).collect();
    assert!(!cookies.is_empty());
    for cookie in cookies {
        assert!(
            cookie.contains("; Secure") && cookie.contains("; HttpOnly"),
            "{cookie}"
        );
        assert!(!cookie.contains("Domain"), "{cookie}");
    }
}

#[tokio::test]
async fn the_right_key_alone_is_not_enough() {
    let gate = Gate::open().await;
    let mut ben = gate.ben().await;
    let script = [("x-requested-with", "XMLHttpRequest")];
    let refresh = "/api/auth/github/refresh";
    let me = ben
        .ask(&gate.app, Method::GET, refresh, &script)
        .await
        .json();
    let good = me["backstageIdentity"]["token"].as_str().unwrap();
    let header = jsonwebtoken::decode_header(good).unwrap();
    // The key of the portal itself, as it is kept.
    let stored = list_signing_keys(&gate.db, 0).await.unwrap();
    let seal = Seal::new(Purpose::Identity, &[Secret::new(SESSION_SECRET)]);
    let sealed = STANDARD.decode(&stored[0].private_key).unwrap();
    let key = EncodingKey::from_ec_der(&seal.open(&stored[0].id, &sealed).unwrap());
    let sign =
        |header: &Header, claims: &Value| jsonwebtoken::encode(header, claims, &key).unwrap();
    let claims = json!({
        "iss": format!("{BASE}/api/auth"), "sub": "user:default/ben", "aud": "backstage",
        "iat": NOW, "exp": NOW + 60,
    });
    let with = |name: &str, value: Value| {
        let mut claims = claims.clone();
        claims[name] = value;
        claims
    };
    let ask = async |token: &str| {
        let authorization = format!("Bearer {token}");
        let headers = [("authorization", authorization.as_str())];
        let path = "/api/catalog/entity-facets?facet=kind";
        let mut program = Browser::default();
        program
            .ask(&gate.app, Method::GET, path, &headers)
            .await
            .status
            .as_u16()
    };
    assert_eq!(ask(&sign(&header, &claims)).await, 200);
    let mut untyped = header.clone();
    untyped.typ = Some("JWT".to_owned());
    assert_eq!(ask(&sign(&untyped, &claims)).await, 401, "of another type");
    let mut unnamed = header.clone();
    unnamed.kid = None;
    assert_eq!(ask(&sign(&unnamed, &claims)).await, 401, "of no key");
    assert_eq!(header.alg, Algorithm::ES256);
    for (name, value) in [
        ("aud", json!("catalog")),
        ("aud", json!(["other"])),
        ("aud", Value::Null),
        ("iss", json!("https://evil.example/api/auth")),
        ("iss", json!(BASE)),
        ("iss", Value::Null),
        ("exp", json!(NOW)),
        ("exp", json!(NOW - 3600)),
        ("exp", Value::Null),
        ("iat", json!(NOW + 3600)),
        ("sub", json!("no reference")),
        ("sub", Value::Null),
    ] {
        let token = sign(&header, &with(name, value.clone()));
        assert_eq!(ask(&token).await, 401, "{name} {value}");
    }
}
