//! Tokens of users, and those that people make for their programs.

use super::browser::Browser;
use super::gate::{BASE, DAY, Gate, HOUR, by_name};
use crate::support::{Answer, on_each_engine};
use app::catalog::EntityRef;
use axum::http::Method;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};
use server::identity::personal::{NewToken, Scope};

const FACETS: &str = "/api/catalog/entity-facets?facet=kind";
const XHR: [(&str, &str); 1] = [("x-requested-with", "XMLHttpRequest")];

async fn ask(gate: &Gate, method: Method, path: &str, token: &str) -> Answer {
    let authorization = format!("Bearer {token}");
    let headers = [("authorization", authorization.as_str())];
    Browser::default()
        .ask(&gate.app, method, path, &headers)
        .await
}

async fn token_of(gate: &Gate, browser: &mut Browser) -> String {
    let me = browser
        .ask(&gate.app, Method::GET, "/api/auth/github/refresh", &XHR)
        .await;
    me.json()["backstageIdentity"]["token"]
        .as_str()
        .unwrap()
        .to_owned()
}

on_each_engine! {
    async fn the_token_of_a_user_stands_for_them_until_it_expires(db: TestDb) {
        let gate = Gate::with(db, vec![by_name()], Vec::new()).await;
        let mut browser = gate.ben().await;
        let refused = browser.get(&gate.app, "/api/auth/github/refresh").await;
        assert_eq!(refused.status, 401, "without the header that only scripts can send");
        let token = token_of(&gate, &mut browser).await;
        let header = jsonwebtoken::decode_header(&token).unwrap();
        assert_eq!(header.typ.as_deref(), Some("vnd.backstage.user"));
        let keys = Browser::default().get(&gate.app, "/api/auth/.well-known/jwks.json").await.json();
        assert_eq!(keys["keys"][0]["kid"].as_str(), header.kid.as_deref());
        assert!(!keys.to_string().contains("\"d\""), "{keys}");
        assert_eq!(ask(&gate, Method::GET, FACETS, &token).await.status, 200);
        let info = ask(&gate, Method::GET, "/api/auth/v1/userinfo", &token).await.json();
        assert_eq!(info["claims"]["sub"], "user:default/ben");
        gate.pass(HOUR);
        let answer = ask(&gate, Method::GET, FACETS, &token).await;
        assert_eq!(answer.status, 401);
        assert!(answer.body.contains("expired"), "{}", answer.body);
        assert!(!answer.body.contains(&token));
    }

    async fn a_personal_token_does_what_it_is_for(db: TestDb) {
        let gate = Gate::with(db, vec![by_name()], Vec::new()).await;
        let ben = EntityRef::new("user", "default", "ben");
        let make = |scopes: &[Scope], days| NewToken {
            user: ben.clone(), needs_entity: true, name: "ci".to_owned(), scopes: scopes.to_vec(), days,
        };
        let tokens = &gate.identity.personal_tokens;
        let reading = tokens.make(make(&[Scope::CatalogRead], 30)).await.unwrap();
        assert!(reading.starts_with("cbp_"));
        assert_eq!(ask(&gate, Method::GET, FACETS, &reading).await.status, 200);
        let answer = ask(&gate, Method::POST, "/api/catalog/refresh", &reading).await;
        assert_eq!(answer.status, 403, "{}", answer.body);
        assert!(answer.body.contains("catalog.entity.refresh") && !answer.body.contains(&reading), "{}", answer.body);
        assert_eq!(ask(&gate, Method::GET, "/api/scaffolder/v2/tasks", &reading).await.status, 403);
        assert_eq!(ask(&gate, Method::GET, "/api/user-settings", &reading).await.status, 403);
        // It is good for the API alone.
        let page = ask(&gate, Method::GET, "/", &reading).await;
        assert_eq!(page.status, 303);
        let writing = tokens.make(make(&[Scope::CatalogWrite], 1)).await.unwrap();
        let answer = ask(&gate, Method::POST, "/api/catalog/refresh", &writing).await;
        assert_ne!(answer.status, 403, "it may; what it says makes no sense");
        gate.pass(DAY);
        assert_eq!(ask(&gate, Method::GET, FACETS, &writing).await.status, 401);
        let listed = tokens.list(&ben).await.unwrap();
        assert_eq!(listed.len(), 1);
        assert!(listed[0].used_at.is_some());
        let eve = EntityRef::new("user", "default", "eve");
        assert!(!tokens.revoke(&listed[0].id, &eve).await.unwrap());
        assert!(tokens.revoke(&listed[0].id, &ben).await.unwrap());
        assert_eq!(ask(&gate, Method::GET, FACETS, &reading).await.status, 401);
    }

    async fn front_ends_keep_settings_for_a_user(db: TestDb) {
        let gate = Gate::with(db, vec![by_name()], Vec::new()).await;
        let mut browser = gate.ben().await;
        let token = token_of(&gate, &mut browser).await;
        let path = "/api/user-settings/buckets/starred/keys/entities";
        assert_eq!(ask(&gate, Method::GET, path, &token).await.status, 404);
        let request = axum::http::Request::put(path)
            .header("authorization", format!("Bearer {token}"))
            .header("content-type", "application/json");
        let body = json!({ "value": ["component:default/lights"] }).to_string();
        let put = gate.app.send(request.body(body.into()).unwrap()).await;
        assert_eq!(put.status, 200, "{}", put.body);
        let kept = json!({ "bucket": "starred", "key": "entities", "value": ["component:default/lights"] });
        assert_eq!(ask(&gate, Method::GET, path, &token).await.json(), kept);
        assert_eq!(ask(&gate, Method::GET, "/api/user-settings", &token).await.json(), json!({ "items": [kept] }));
        assert_eq!(ask(&gate, Method::DELETE, path, &token).await.status, 204);
        assert_eq!(ask(&gate, Method::GET, path, &token).await.status, 404);
    }
}

/// A token with these claims, signed with another key under a name that is known.
fn forged(kid: Option<String>, typ: &str, claims: &Value) -> String {
    let random = ring::rand::SystemRandom::new();
    let way = &ring::signature::ECDSA_P256_SHA256_FIXED_SIGNING;
    let key = ring::signature::EcdsaKeyPair::generate_pkcs8(way, &random).unwrap();
    let mut header = Header::new(Algorithm::ES256);
    header.typ = Some(typ.to_owned());
    header.kid = kid;
    jsonwebtoken::encode(&header, claims, &EncodingKey::from_ec_der(key.as_ref())).unwrap()
}

fn part(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

#[tokio::test]
async fn forged_tokens_let_nobody_in() {
    let gate = Gate::open().await;
    let mut browser = gate.ben().await;
    let good = token_of(&gate, &mut browser).await;
    let parts: Vec<&str> = good.split('.').collect();
    let claims: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(parts[1]).unwrap()).unwrap();
    let header = jsonwebtoken::decode_header(&good).unwrap();
    let with = |name: &str, value: Value| {
        let mut changed = claims.clone();
        changed[name] = value;
        changed
    };
    let typ = "vnd.backstage.user";
    let none = json!({ "alg": "none", "typ": typ, "kid": header.kid });
    let hmac = json!({ "alg": "HS256", "typ": typ, "kid": header.kid });
    let admin = part(&with("sub", json!("user:default/root")));
    let forgeries = [
        format!("{}.{}.", part(&none), parts[1]),
        format!("{}.{}.{}", part(&none), parts[1], parts[2]),
        format!("{}.{}.{}", part(&hmac), parts[1], parts[2]),
        format!("{}.{admin}.{}", parts[0], parts[2]),
        format!(
            "{}.{}.{}",
            parts[0],
            parts[1],
            URL_SAFE_NO_PAD.encode([0; 64])
        ),
        forged(header.kid.clone(), typ, &claims),
        forged(Some("unknown".to_owned()), typ, &claims),
        forged(None, typ, &claims),
        forged(header.kid.clone(), "JWT", &claims),
        "a.b.c".to_owned(),
        "..".to_owned(),
        format!("{}.{}", "x".repeat(40_000), &good),
    ];
    for token in forgeries {
        let answer = ask(&gate, Method::GET, FACETS, &token).await;
        assert_eq!(answer.status, 401, "{}", &token[..token.len().min(200)]);
        assert_eq!(answer.json()["error"]["name"], "AuthenticationError");
    }
    assert_eq!(ask(&gate, Method::GET, FACETS, &good).await.status, 200);
}

#[tokio::test]
async fn tokens_of_another_issuer_or_for_another_audience_let_nobody_in() {
    // Another portal that shares the database knows the same keys.
    let gate = Gate::open().await;
    let viewer = app::viewer::Viewer {
        user_ref: EntityRef::new("user", "default", "ben"),
        display_name: "Ben".to_owned(),
        ownership: Vec::new(),
        guest: false,
        claims: Vec::new(),
    };
    let elsewhere = server::identity::user_token::UserTokens::new(
        gate.db.clone(),
        server::clock::Clock::from_fn(|| 1_000 * DAY),
        server::seal::Seal::new(server::seal::Purpose::Identity, &[]),
        &format!("{BASE}.evil.example/api/auth"),
        std::time::Duration::from_hours(1),
        false,
    );
    let (token, _) = elsewhere.issue(&viewer).await.unwrap();
    let answer = ask(&gate, Method::GET, FACETS, &token).await;
    assert_eq!(answer.status, 401, "{}", answer.body);
}
