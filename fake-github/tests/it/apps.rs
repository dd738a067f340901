//! Apps, and what their installations may.

use crate::ask::{ask_as, send};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use fake_github::Github;
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use serde_json::{Value, json};

fn key() -> RsaKeyPair {
    let text = include_str!("../../../server/src/scm/tests/app-key.pem")
        .lines()
        .filter(|it| !it.contains("---"));
    let der = STANDARD.decode(text.collect::<String>()).unwrap();
    RsaKeyPair::from_der(&der).unwrap()
}

fn signed(claims: &Value) -> String {
    let encode = |it: &[u8]| URL_SAFE_NO_PAD.encode(it);
    let head = encode(br#"{"alg":"RS256","typ":"JWT"}"#);
    let text = format!("{head}.{}", encode(claims.to_string().as_bytes()));
    let key = key();
    let mut signature = vec![0; key.public().modulus_len()];
    key.sign(
        &RSA_PKCS1_SHA256,
        &SystemRandom::new(),
        text.as_bytes(),
        &mut signature,
    )
    .unwrap();
    format!("Bearer {text}.{}", encode(&signature))
}

#[tokio::test]
async fn what_an_app_signs_is_checked() {
    let github = Github::start().await;
    github.app("7", key().public().as_ref());
    github.install("playhouse");
    let good = signed(&json!({"iss": "7", "iat": 0, "exp": 600}));
    for (claims, status) in [
        (json!({"iss": "7", "iat": 0, "exp": 600}), 200),
        (json!({"iss": "8", "iat": 0, "exp": 600}), 401),
        (json!({"iss": "7", "iat": 0, "exp": 601}), 401),
    ] {
        ask_as(&github, &signed(&claims), "GET /app", Value::Null)
            .await
            .is(status);
    }
    let forged = format!("{}AAAA", &good[..good.len() - 4]);
    ask_as(&github, &forged, "GET /app", Value::Null)
        .await
        .is(401);
    ask_as(&github, &good, "GET /app/installations", Value::Null)
        .await
        .is(200);
}

#[tokio::test]
async fn an_installation_acts_for_its_owner() {
    let github = Github::start().await;
    github.install("playhouse");
    github.repository("playhouse/fog", |it| it);
    github.repository("others/fog", |it| it);
    let app = "Bearer a.b.c";
    let found = ask_as(
        &github,
        app,
        "GET /orgs/playhouse/installation",
        Value::Null,
    )
    .await
    .is(200);
    let id = &found.json()["id"];
    let request = format!("POST /app/installations/{id}/access_tokens");
    let token = ask_as(&github, app, &request, json!({}))
        .await
        .is(201)
        .json();
    let token = format!("Bearer {}", token["token"].as_str().unwrap());
    let act = async |request: &str, body| ask_as(&github, &token, request, body).await;
    act("POST /orgs/playhouse/repos", json!({"name": "new"}))
        .await
        .is(201);
    act("POST /orgs/others/repos", json!({"name": "new"}))
        .await
        .is(403);
    act("PATCH /repos/others/fog", json!({"has_wiki": false}))
        .await
        .is(403);
    act("GET /user", Value::Null).await.is(403);
    let seen = act("GET /installation/repositories", Value::Null)
        .await
        .is(200)
        .json();
    assert_eq!(seen["total_count"], 2);

    github.suspend("playhouse", true);
    let refused = act("GET /repos/playhouse/fog", Value::Null).await.is(403);
    assert_eq!(refused.message(), "This installation has been suspended");
    ask_as(&github, app, &request, json!({})).await.is(403);
    github.suspend("playhouse", false);
    act("GET /repos/playhouse/fog", Value::Null).await.is(200);
    let none = send(&github, "GET /api/v3/app", "", "").await.unwrap();
    assert_eq!(none.status, 401);
}
