//! What people let the portal do in their own name.

use super::browser::Browser;
use super::gate::{Gate, MINUTE, by_name};
use crate::support::on_each_engine;
use app::catalog::EntityRef;
use server::identity::lend::LendError;
use server::identity::sessions::Session;

fn scopes(names: &[&str]) -> Vec<String> {
    names.iter().map(|it| (*it).to_owned()).collect()
}

/// Ben, who has agreed to `scope`, and his session.
async fn agreed(gate: &Gate, browser: &mut Browser, scope: &str) -> Session {
    let path = format!("/api/auth/github/start?scope={scope}&return_to=%2Fcreate");
    let answer = browser.get(&gate.app, &path).await;
    let back = gate.at_github(answer.header("location"), "ben").await;
    let answer = browser.get(&gate.app, &back).await;
    assert_eq!(answer.header("location"), "/create", "{}", answer.body);
    only_session(gate).await
}

async fn only_session(gate: &Gate) -> Session {
    let ben = EntityRef::new("user", "default", "ben");
    let mut sessions = gate.identity.sessions.list(&ben).await.unwrap();
    assert_eq!(sessions.len(), 1, "a browser has one session");
    sessions.remove(0)
}

on_each_engine! {
    async fn what_somebody_has_agreed_to_is_done_in_their_name(db: TestDb) {
        let gate = Gate::with(db, vec![by_name()], Vec::new()).await;
        let mut browser = gate.ben().await;
        let host = gate.github.host.clone();
        let repo = scopes(&["repo"]);
        let before = only_session(&gate).await;
        assert!(!gate.identity.lends(&before, &host, &repo));
        let refused = gate.identity.lend(&before, &host, &repo).await;
        assert!(matches!(refused, Err(LendError::NotAllowed)), "{refused:?}");

        let session = agreed(&gate, &mut browser, "repo%20read:org").await;
        assert_ne!(session.id, before.id, "the session from before has ended");
        assert!(gate.identity.lends(&session, &host, &repo));
        assert!(!gate.identity.lends(&session, &host, &scopes(&["repo", "workflow"])));
        assert!(!gate.identity.lends(&session, "github.example", &repo), "it is of this host alone");
        let token = gate.identity.lend(&session, &host, &repo).await.unwrap();
        assert!(token.starts_with("gho_"), "{token}");
        assert!(!session.token.unwrap().contains(&token), "it is kept sealed");
    }

    async fn the_token_of_a_user_of_a_github_app_is_renewed(db: TestDb) {
        let gate = Gate::with(db, vec![by_name()], Vec::new()).await;
        gate.github.is_github_app("portal");
        gate.ben().await;
        let session = only_session(&gate).await;
        let (host, repo) = (gate.github.host.clone(), scopes(&["repo"]));
        let lend = async || gate.identity.lend(&session, &host, &repo).await;
        let first = lend().await.unwrap();
        assert!(first.starts_with("ghu_"), "{first}");
        assert_eq!(lend().await.unwrap(), first);
        gate.pass(8 * 60 * MINUTE);
        // What is remembered of the session is as old as the token; so would another replica's be.
        let second = lend().await.unwrap();
        assert_ne!(second, first);
        assert_eq!(lend().await.unwrap(), second);
        gate.pass(8 * 60 * MINUTE);
        let (one, other) = tokio::join!(lend(), lend());
        let last = lend().await.unwrap();
        assert!([one, other].into_iter().flatten().any(|it| it == last), "whoever renews it keeps it");
    }
}

#[tokio::test]
async fn what_is_no_scope_is_not_asked_for() {
    let gate = Gate::open().await;
    let many = "a%20".repeat(21);
    for scope in [&*many, "repo%0d%0aset-cookie:x", "%22%3E", &"x".repeat(101)] {
        let path = format!("/api/auth/github/start?scope={scope}");
        let answer = Browser::default().get(&gate.app, &path).await;
        assert_eq!(answer.status, 400, "{scope}");
    }
}
