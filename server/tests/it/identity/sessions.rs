//! How long somebody stays signed in.

use super::browser::Browser;
use super::gate::{COOKIE, DAY, Gate, HOUR, MINUTE, by_name};
use crate::support::on_each_engine;
use app::catalog::EntityRef;
use axum::http::Method;
use server::config::{Config, PermissionSettings};
use server::permission::Policy;

fn ben() -> EntityRef {
    EntityRef::new("user", "default", "ben")
}

on_each_engine! {
    async fn a_secret_is_replaced_and_the_former_gives_a_thief_away(db: TestDb) {
        let gate = Gate::with(db, vec![by_name()], Vec::new()).await;
        let mut browser = gate.ben().await;
        let former = browser.clone();
        gate.pass(2 * HOUR);
        // Requests that are under way show the former secret.
        let (mut slow, mut other) = (former.clone(), former.clone());
        assert!(gate.is_in(&mut browser).await);
        assert_ne!(browser.cookies[COOKIE], former.cookies[COOKIE], "it is replaced");
        assert!(gate.is_in(&mut slow).await);
        // The answer with the new one got lost: the former counts for as long as nobody shows the new one.
        gate.pass(5 * MINUTE);
        assert!(gate.is_in(&mut slow).await);
        assert!(gate.is_in(&mut browser).await);
        gate.pass(2 * MINUTE);
        assert!(!gate.is_in(&mut other).await, "stolen");
        gate.pass(MINUTE);
        assert!(!gate.is_in(&mut browser).await, "over for both");
    }

    async fn a_session_ends_by_itself(db: TestDb) {
        let gate = Gate::with(db, vec![by_name()], Vec::new()).await;
        let mut idle = gate.ben().await;
        let mut busy = gate.ben().await;
        for _ in 0..5 {
            gate.pass(6 * DAY - HOUR);
            assert!(gate.is_in(&mut busy).await);
        }
        assert!(!gate.is_in(&mut idle).await, "not used for a week");
        gate.pass(DAY);
        assert!(!gate.is_in(&mut busy).await, "30 days");
        gate.identity.sessions.forget_expired().await.unwrap();
        assert_eq!(gate.identity.sessions.list(&ben()).await.unwrap(), []);
    }

    async fn sessions_are_listed_and_ended(db: TestDb) {
        let gate = Gate::with(db, vec![by_name()], Vec::new()).await;
        let mut one = gate.ben().await;
        gate.pass(MINUTE);
        let mut other = gate.ben().await;
        let all = gate.identity.sessions.list(&ben()).await.unwrap();
        assert_eq!(all.len(), 2);
        let latest = &all[0];
        assert!(!gate.identity.sessions.end(&latest.id, "user:default/eve").await.unwrap(), "of somebody else");
        assert!(gate.identity.sessions.end(&latest.id, "user:default/ben").await.unwrap());
        assert!(!gate.is_in(&mut other).await);
        assert!(gate.is_in(&mut one).await);
        let mut third = gate.ben().await;
        let all = gate.identity.sessions.list(&ben()).await.unwrap();
        let keep = all.iter().find(|it| it.id != latest.id).unwrap();
        assert_eq!(gate.identity.sessions.end_others(&ben(), &keep.id).await.unwrap(), 1);
        let alive = [gate.is_in(&mut one).await, gate.is_in(&mut third).await];
        assert_eq!(alive.iter().filter(|is_in| **is_in).count(), 1);
    }

    async fn servers_on_one_database_know_the_same_sessions(db: TestDb) {
        let gate = Gate::with(db, vec![by_name()], Vec::new()).await;
        let elsewhere = gate.elsewhere();
        let mut browser = gate.ben().await;
        let first = browser.cookies[COOKIE].clone();
        let found = elsewhere.find(&first).await.unwrap().unwrap();
        assert_eq!(found.session.user, ben());
        // Replaced by one server while a request of the same browser is under way at the other.
        gate.pass(2 * HOUR);
        let answer = browser.get(&gate.app, "/api/auth/.well-known/jwks.json").await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("cache-control"), "no-store", "what holds a secret is kept nowhere");
        let second = browser.cookies[COOKIE].clone();
        assert_ne!(first, second);
        for secret in [&first, &second] {
            assert!(elsewhere.find(secret).await.unwrap().is_some());
        }
        // Ended at one, over at the other once it no longer believes what it last saw.
        let latest = gate.identity.sessions.list(&ben()).await.unwrap().remove(0);
        assert!(elsewhere.end(&latest.id, "user:default/ben").await.unwrap());
        gate.pass(6_000);
        assert!(!gate.is_in(&mut browser).await);
        assert!(elsewhere.find(&second).await.unwrap().is_none());
    }
}

#[tokio::test]
async fn a_session_that_is_ended_elsewhere_is_over_within_seconds() {
    let gate = Gate::open().await;
    let mut browser = gate.ben().await;
    assert!(gate.is_in(&mut browser).await);
    server::store::identity::remove_sessions(&gate.db, "user:default/ben", "")
        .await
        .unwrap();
    gate.pass(6_000);
    assert!(!gate.is_in(&mut browser).await);
}

#[tokio::test]
async fn who_looks_as_somebody_else_gets_no_token_of_theirs() {
    let gate = Gate::open().await;
    gate.app.catalog.rule_by(Policy::of(&Config {
        permission: PermissionSettings {
            enabled: true,
            administrators: vec![ben()],
            ..PermissionSettings::default()
        },
        auth: gate.auth(),
        ..Config::default()
    }));
    let mut browser = gate.ben().await;
    let script = [("x-requested-with", "XMLHttpRequest")];
    let refresh = "/api/auth/github/refresh";
    let mut refreshed = async |person: &str| {
        let worn = person.to_owned();
        browser.cookies.insert("callboard_view_as".to_owned(), worn);
        browser.ask(&gate.app, Method::GET, refresh, &script).await
    };
    assert_eq!(refreshed("user:default/eve").await.status, 403);
    // A program is nobody to look as.
    let own = refreshed("external:default/deploy").await.json();
    let identity = &own["backstageIdentity"]["identity"];
    assert_eq!(identity["userEntityRef"], "user:default/ben");
}

#[tokio::test]
async fn a_session_that_a_stranger_has_chosen_is_never_signed_in() {
    let gate = Gate::open().await;
    let mut browser = Browser::default();
    let chosen = "chosen-by-somebody-else".to_owned();
    browser.cookies.insert(COOKIE.to_owned(), chosen.clone());
    assert_eq!(gate.sign_in(&mut browser, "ben").await.status, 303);
    assert_ne!(browser.cookies[COOKIE], chosen);
    let mut stranger = Browser::default();
    stranger.cookies.insert(COOKIE.to_owned(), chosen);
    assert!(!gate.is_in(&mut stranger).await);
}
