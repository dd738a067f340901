//! How much somebody may ask who is known, and how guessing ends whichever replica is asked.

use super::browser::Browser;
use super::gate::{Gate, HOUR, MINUTE, by_name};
use crate::support::{Engine, on_each_engine};
use app::catalog::EntityRef;
use axum::http::Method;
use server::clock::Clock;
use server::config::{ClassLimits, Rate};
use server::identity::personal::{NewToken, Scope};
use server::identity::sign_in::{Return, SignInError, Visitor};
use server::identity::{Identity, Setup};
use server::outbound::{Hosts, Outbound};
use server::scm::Scm;
use server::seal::{Purpose, Seal};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

const ONCE: Rate = Rate {
    most: NonZeroU32::MIN,
    window: Duration::from_mins(1),
};

async fn write(gate: &Gate, browser: &mut Browser, authorization: Option<&str>) -> u16 {
    let mut headers = vec![("sec-fetch-site", "same-origin")];
    headers.extend(authorization.map(|it| ("authorization", it)));
    let path = "/api/catalog/refresh";
    let answer = browser.ask(&gate.app, Method::POST, path, &headers).await;
    answer.status.as_u16()
}

#[tokio::test]
async fn the_known_are_counted_by_name_and_not_by_address() {
    let limits = ClassLimits {
        writes: Some(ONCE),
        ..ClassLimits::default()
    };
    let db = Engine::Sqlite.open().await.unwrap();
    let gate = Gate::limited(db, vec![by_name()], Vec::new(), limits).await;
    // All of them come from one address.
    let mut ben = gate.ben().await;
    let mut elsewhere = gate.ben().await;
    assert_ne!(write(&gate, &mut ben, None).await, 429);
    assert_eq!(write(&gate, &mut ben, None).await, 429);
    assert_eq!(
        write(&gate, &mut elsewhere, None).await,
        429,
        "another session is the same person"
    );
    let mut tokens = Vec::new();
    for name in ["one", "other"] {
        let new = NewToken {
            user: EntityRef::new("user", "default", "ben"),
            needs_entity: true,
            name: name.to_owned(),
            scopes: vec![Scope::CatalogWrite],
            days: 1,
        };
        let token = gate.identity.personal_tokens.make(new).await.unwrap();
        tokens.push(format!("Bearer {token}"));
    }
    for token in &tokens {
        let mut program = Browser::default();
        assert_ne!(write(&gate, &mut program, Some(token)).await, 429);
        assert_eq!(write(&gate, &mut program, Some(token)).await, 429);
    }
    // A page of another site uses nothing up.
    gate.pass(MINUTE);
    let foreign = [("sec-fetch-site", "cross-site")];
    for _ in 0..3 {
        let path = "/api/catalog/refresh";
        let answer = ben.ask(&gate.app, Method::POST, path, &foreign).await;
        assert_eq!(answer.status, 403);
    }
    assert_ne!(write(&gate, &mut ben, None).await, 429);
}

#[tokio::test]
async fn beginning_to_sign_in_is_limited() {
    let limits = ClassLimits {
        sign_ins: Some(ONCE),
        ..ClassLimits::default()
    };
    let db = Engine::Sqlite.open().await.unwrap();
    let gate = Gate::limited(db, vec![by_name()], Vec::new(), limits).await;
    let mut ben = gate.ben().await;
    let start = "/api/auth/github/start";
    let html = [("accept", "text/html")];
    let mut browser = Browser::default();
    let answer = browser.ask(&gate.app, Method::GET, start, &html).await;
    assert_eq!(answer.status, 429);
    assert_eq!(answer.attributes(".card a", "href"), [start, "/"]);
    assert!(browser.cookies.is_empty());
    // Who is in asks for their token all the same, and is counted by name then.
    let script = [("x-requested-with", "XMLHttpRequest")];
    for expected in [200, 429] {
        let path = "/api/auth/github/refresh";
        let answer = ben.ask(&gate.app, Method::GET, path, &script).await;
        assert_eq!(answer.status, expected);
    }
    gate.pass(MINUTE);
    assert_eq!(browser.get(&gate.app, start).await.status, 303);
}

#[tokio::test]
async fn a_token_that_was_good_once_is_no_guess() {
    let limits = ClassLimits {
        failures: Some(ONCE),
        ..ClassLimits::default()
    };
    let db = Engine::Sqlite.open().await.unwrap();
    let gate = Gate::limited(db, vec![by_name()], Vec::new(), limits).await;
    let mut ben = gate.ben().await;
    let script = [("x-requested-with", "XMLHttpRequest")];
    let path = "/api/auth/github/refresh";
    let me = ben.ask(&gate.app, Method::GET, path, &script).await.json();
    let token = me["backstageIdentity"]["token"].as_str().unwrap();
    gate.pass(HOUR);
    let ask = async |token: &str| {
        let authorization = format!("Bearer {token}");
        let headers = [("authorization", authorization.as_str())];
        let path = "/api/catalog/entity-facets?facet=kind";
        let mut program = Browser::default();
        let answer = program.ask(&gate.app, Method::GET, path, &headers).await;
        answer.status.as_u16()
    };
    for _ in 0..3 {
        assert_eq!(ask(token).await, 401, "its program asks for another");
    }
    assert_eq!([ask("guess").await, ask("guess").await], [401, 429]);
    assert_eq!(ask(token).await, 401);
}

/// Another replica on the same database.
fn replica(gate: &Gate) -> Identity {
    let clock = Clock::from_fn({
        let now = gate.now();
        move || now
    });
    Identity::new(Setup {
        auth: gate.auth(),
        base_url: super::gate::BASE.parse().unwrap(),
        db: gate.db.clone(),
        outbound: Outbound::new(Hosts::default(), clock.clone()),
        audit: server::audit::Audit::new(gate.db.clone(), clock.clone()),
        clock,
        scm: Arc::new(Scm::new(&[])),
        seal: Seal::new(Purpose::Identity, &[]),
    })
}

on_each_engine! {
    async fn guessing_ends_whichever_replica_is_asked(db: TestDb) {
        let gate = Gate::with(db, vec![by_name()], Vec::new()).await;
        let guess = "/api/auth/github/handler/frame?code=x&state=y";
        for number in 0..20 {
            let mut browser = Browser::default();
            browser.cookies.insert("callboard-sign-in-y".to_owned(), format!("guess-{number}"));
            assert_eq!(browser.get(&gate.app, guess).await.status, 400);
        }
        gate.pass(MINUTE);
        let other = replica(&gate);
        let provider = other.provider("github").unwrap();
        let back = Return { state: "y", browser: "guess", code: "x" };
        let model = || gate.app.catalog.whole();
        // No address is known of the requests above.
        let came = other.come_back(provider, back, &Visitor::default(), model).await;
        assert!(matches!(came, Err(SignInError::TooMany(540))), "{came:?}");
        let elsewhere = Visitor { network: "192.0.2.1".to_owned(), ..Visitor::default() };
        let came = other.come_back(provider, back, &elsewhere, model).await;
        assert!(matches!(came, Err(SignInError::Unknown)), "{came:?}");
        let answer = Browser::default().get(&gate.app, guess).await;
        assert_eq!((answer.status.as_u16(), answer.header("retry-after")), (429, "540"));
        let mut ben = gate.ben().await;
        assert!(gate.is_in(&mut ben).await, "who has left comes back");
    }
}
