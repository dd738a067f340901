//! Signing in and out, tokens, and looking as somebody else leave entries.

use super::shorts;
use crate::identity::browser::Browser;
use crate::identity::gate::{COOKIE, Gate, HOUR, MINUTE, by_name};
use crate::support::{Answer, on_each_engine};
use axum::body::Body;
use axum::http::{Method, Request, header};
use server::config::{Config, PermissionSettings};
use server::permission::Policy;
use server::query::Catalog;

const BEN: &str = "user:default/ben";

/// Sends a form as a browser that is signed in.
async fn form(gate: &Gate, browser: &Browser, path: &str, form: &str) -> Answer {
    let cookies = browser
        .cookies
        .iter()
        .map(|(name, value)| format!("{name}={value}"));
    let request = Request::post(path)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::ACCEPT, "text/html")
        .header("sec-fetch-site", "same-origin")
        .header(header::COOKIE, cookies.collect::<Vec<_>>().join("; "));
    gate.app
        .send(request.body(Body::from(form.to_owned())).unwrap())
        .await
}

on_each_engine! {
    async fn signing_in_and_out_is_kept(db: TestDb) {
        let gate = Gate::with(db, vec![by_name()], Vec::new()).await;
        let mut ben = gate.ben().await;
        let mut eve = Browser::default();
        gate.sign_in(&mut eve, "eve").await;
        let invented = "/api/auth/github/handler/frame?state=invented&code=canary-code";
        for _ in 0..30 {
            Browser::default().get(&gate.app, invented).await;
        }
        let other = gate.ben().await;
        let secret = other.cookies[COOKIE].clone();
        form(&gate, &ben, "/_fn/end_other_sessions", "").await;
        ben.post(&gate.app, "/sign-out").await;
        Browser::default().post(&gate.app, "/sign-out").await;
        let rows = gate.app.audited().await;
        let shorts = shorts(&rows);
        let (session, second) = (&rows[0].subject, &rows[3].subject);
        assert_eq!(session.len(), 36);
        assert_eq!(shorts, [
            format!("sign-in: user {BEN}, {session}, allowed"),
            "sign-in: nobody , eve, denied".to_owned(),
            "sign-in: nobody , , denied".to_owned(),
            format!("sign-in: user {BEN}, {second}, allowed"),
            format!("session.end: user {BEN}, all others, allowed"),
            format!("sign-out: user {BEN}, {session}, allowed"),
        ]);
        assert!(rows[1].reason.contains("found no user"), "{}", rows[1].reason);
        assert_eq!(rows[0].details, r#"{"provider":"github"}"#);
        let all = format!("{rows:?}");
        assert!(!all.contains("canary") && !all.contains(&secret), "{all}");
    }

    async fn tokens_are_kept_without_what_they_are(db: TestDb) {
        let gate = Gate::with(db, vec![by_name()], Vec::new()).await;
        let ben = gate.ben().await;
        let made = form(&gate, &ben, "/settings/tokens", "name=ci&days=3&scopes=catalog:read").await;
        let token = made.texts(".token-text").remove(0);
        assert!(token.starts_with("cbp_"), "{token}");
        form(&gate, &ben, "/settings/tokens", "name=ci&days=900&scopes=catalog:read").await;
        let use_it = async |method| {
            let authorization = format!("Bearer {token}");
            let headers = [("authorization", authorization.as_str())];
            Browser::default().ask(&gate.app, method, "/api/catalog/entities", &headers).await
        };
        for _ in 0..5 {
            assert_eq!(use_it(Method::GET).await.status, 200);
        }
        gate.pass(HOUR);
        use_it(Method::GET).await;
        let ben_ref = BEN.parse().unwrap();
        let id = gate.identity.personal_tokens.list(&ben_ref).await.unwrap()[0].id.clone();
        form(&gate, &ben, "/_fn/revoke_token", &format!("id={id}")).await;
        let rows = gate.app.audited().await;
        assert_eq!(shorts(&rows)[1..], [
            format!("token.create: user {BEN}, ci, allowed"),
            format!("token.create: user {BEN}, , failed"),
            format!("token.use: personal-token {BEN}, ci, allowed"),
            format!("token.use: personal-token {BEN}, ci, allowed"),
            format!("token.revoke: user {BEN}, ci, allowed"),
        ]);
        assert_eq!(rows[1].details, r#"{"scopes":"catalog:read","days":"3"}"#);
        assert!(!format!("{rows:?}").contains(&token));
    }

    async fn a_session_that_is_ended_for_being_stolen_is_kept(db: TestDb) {
        let gate = Gate::with(db, vec![by_name()], Vec::new()).await;
        let mut ben = gate.ben().await;
        let thief = ben.clone();
        gate.pass(HOUR);
        gate.is_in(&mut ben).await;
        gate.is_in(&mut ben).await;
        gate.pass(2 * MINUTE);
        let mut thief = thief;
        assert!(!gate.is_in(&mut thief).await);
        let rows = gate.app.audited().await;
        let session = &rows[0].subject;
        assert_eq!(shorts(&rows)[1], format!("session.end: system callboard for {BEN}, {session}, allowed"));
    }

    async fn looking_as_somebody_else_is_kept_with_who_really_looks(db: TestDb) {
        let config = Config {
            permission: PermissionSettings {
                enabled: true,
                administrators: vec![BEN.parse().unwrap()],
                ..PermissionSettings::default()
            },
            ..Config::default()
        };
        let catalog = Catalog::guarded_by(Policy::of(&config));
        let gate = Gate::guarded(catalog, db).await;
        let mut ben = gate.ben().await;
        let ada = "user:default/ada";
        let begun = form(&gate, &ben, "/_fn/view_as", &format!("person={ada}")).await;
        assert!(begun.header("set-cookie").starts_with("callboard_view_as="), "{:?}", begun.headers);
        ben.cookies.insert("callboard_view_as".to_owned(), ada.to_owned());
        form(&gate, &ben, "/_fn/refresh_entity", "entity_ref=component:default/lights").await;
        form(&gate, &ben, "/_fn/view_as", "person=").await;
        assert_eq!(shorts(&gate.app.audited().await)[1..], [
            format!("view-as.start: user {BEN}, {ada}, allowed"),
            format!("entity.refresh: user {BEN} for {ada}, POST /_fn/refresh_entity, denied"),
            format!("view-as.stop: user {BEN} for {ada}, {ada}, allowed"),
        ]);
    }
}
