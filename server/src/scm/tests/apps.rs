//! Tokens of GitHub Apps, from a server that stands for GitHub's API.

use super::*;
use crate::clock::Clock;
use crate::config::{Config, GithubApp};
use crate::outbound::Hosts;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::KeyPair;
use std::sync::Mutex;
use std::sync::atomic::{AtomicI64, Ordering};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

const KEY: &str = include_str!("app-key.pem");
const PAGE: &str = "https://ghe.test/acme/r/blob/main/a.yaml";

/// An API with an installation for `acme`, which makes a new token each time, and what it was asked.
async fn api() -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let asked = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&asked);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = vec![0; 8192];
            let read = stream.read(&mut request).await.unwrap();
            let request = String::from_utf8_lossy(&request[..read]).into_owned();
            let number = {
                let mut log = log.lock().unwrap();
                log.push(request.clone());
                log.len()
            };
            let (status, body) = match request.split(' ').nth(1).unwrap() {
                "/users/acme/installation" => ("200 OK", r#"{"id": 5}"#.to_owned()),
                "/app/installations?per_page=1" => ("200 OK", r#"[{"id": 5}]"#.to_owned()),
                "/app/installations/5/access_tokens" => {
                    ("201 Created", format!(r#"{{"token": "ghs_{number}"}}"#))
                }
                _ => ("404 Not Found", "{}".to_owned()),
            };
            let answer = format!("HTTP/1.1 {status}\r\nconnection: close\r\n\r\n{body}");
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
    });
    (url, asked)
}

/// What reads repositories of `ghe.test` as an app, at the time that the clock shows.
fn reader(api: &str, set: impl Fn(&mut GithubApp), now: &Arc<AtomicI64>) -> (Scm, Outbound) {
    let mut app = GithubApp {
        app_id: "7".to_owned(),
        private_key: Secret::new(KEY),
        webhook_secret: None,
        client_id: None,
        client_secret: None,
        allowed_installation_owners: None,
        public_access: false,
    };
    set(&mut app);
    let mut integration = Integration::new(Provider::Github, "ghe.test");
    integration.api_base_url = Some(api.to_owned());
    integration.token = Some(Secret::new("fallback"));
    integration.apps = vec![app];
    let config = Config {
        integrations: vec![integration],
        ..Config::default()
    };
    let now = Arc::clone(now);
    let clock = Clock::from_fn(move || now.load(Ordering::Relaxed));
    let outbound = Outbound::new(Hosts::configured(&config), clock);
    (Scm::new(&config.integrations), outbound)
}

async fn told(scm: &Scm, outbound: &Outbound, page: &str) -> String {
    let call = scm.signed_call(page, outbound).await.unwrap();
    call.credential.unwrap().value.expose().to_owned()
}

#[tokio::test]
async fn a_token_is_asked_for_once_and_renewed_before_it_ends() {
    let (api, asked) = api().await;
    let now = Arc::new(AtomicI64::new(1_700_000_000_000));
    let (scm, outbound) = reader(&api, |_| {}, &now);
    let first = told(&scm, &outbound, PAGE).await;
    assert_eq!(first, "Bearer ghs_3");
    assert_eq!(
        told(&scm, &outbound, &PAGE.replace("acme", "ACME")).await,
        first
    );
    assert_eq!(asked.lock().unwrap().len(), 3);
    now.fetch_add(55 * 60_000, Ordering::Relaxed);
    assert_eq!(told(&scm, &outbound, PAGE).await, "Bearer ghs_6");

    let request = asked.lock().unwrap()[0].clone();
    let jwt = request
        .lines()
        .find_map(|line| line.strip_prefix("authorization: Bearer "));
    let (signed, signature) = jwt.unwrap().rsplit_once('.').unwrap();
    let claims = URL_SAFE_NO_PAD
        .decode(signed.split('.').nth(1).unwrap())
        .unwrap();
    let claims: serde_json::Value = serde_json::from_slice(&claims).unwrap();
    assert_eq!(claims["iss"], "7");
    assert_eq!(claims["exp"], 1_700_000_540);
    let key = crate::scm::apps::key(&KEY.replace('\n', "\\n")).unwrap();
    let public = key.public_key().as_ref();
    let public = ring::signature::UnparsedPublicKey::new(
        &ring::signature::RSA_PKCS1_2048_8192_SHA256,
        public,
    );
    let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
    assert!(public.verify(signed.as_bytes(), &signature).is_ok());
}

#[tokio::test]
async fn who_has_no_installation_is_read_with_the_token() {
    let (api, asked) = api().await;
    let (scm, outbound) = reader(&api, |_| {}, &Arc::default());
    let other = PAGE.replace("acme", "other");
    for _ in 0..2 {
        assert_eq!(told(&scm, &outbound, &other).await, "Bearer fallback");
    }
    assert_eq!(asked.lock().unwrap().len(), 2);
    // Owners that are not allowed are not even asked for.
    let not_allowed = |app: &mut GithubApp| app.allowed_installation_owners = Some(Vec::new());
    let (scm, outbound) = reader(&api, not_allowed, &Arc::default());
    assert_eq!(told(&scm, &outbound, PAGE).await, "Bearer fallback");
    assert_eq!(asked.lock().unwrap().len(), 2);
    // Public repositories of others are read by way of any installation.
    let (scm, outbound) = reader(&api, |app| app.public_access = true, &Arc::default());
    assert_eq!(told(&scm, &outbound, &other).await, "Bearer ghs_6");
}

#[tokio::test]
async fn a_key_that_is_none_is_named_but_not_shown() {
    let (api, _) = api().await;
    let no_key = |app: &mut GithubApp| app.private_key = Secret::new("s3cret");
    let (scm, outbound) = reader(&api, no_key, &Arc::default());
    let error = scm
        .signed_call(PAGE, &outbound)
        .await
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("GitHub App 7") && error.contains("privateKey"),
        "{error}"
    );
    assert!(!error.contains("s3cret"), "{error}");
}
