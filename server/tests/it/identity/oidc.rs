//! Signing in with a provider of `OpenID` Connect that says whatever a test wants.

use super::browser::{Browser, path_of};
use super::gate::{BASE, DAY, Gate, provider, rule};
use super::key::Key;
use crate::support::{Answer, Engine};
use axum::Router;
use axum::extract::State;
use axum::response::Json;
use axum::routing::{get, post};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};
use server::config::{Match, ProviderKind, SignInProvider};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;

/// The seconds of the portal's clock.
const NOW: i64 = 1_000 * DAY / 1000;

/// What the provider says.
struct Said {
    issuer: String,
    keys: Vec<Value>,
    /// The answer to the code.
    id_token: String,
    user_info: Value,
    asked: Vec<BTreeMap<String, String>>,
}

type Shared = Arc<Mutex<Said>>;

async fn start() -> Shared {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let issuer = format!("http://{}", listener.local_addr().unwrap());
    let shared: Shared = Arc::new(Mutex::new(Said {
        issuer,
        keys: Vec::new(),
        id_token: String::new(),
        user_info: json!({ "sub": "42" }),
        asked: Vec::new(),
    }));
    let service = Router::new()
        .route("/.well-known/openid-configuration", get(describe))
        .route(
            "/jwks",
            get(async |State(said): State<Shared>| {
                Json(json!({ "keys": said.lock().unwrap().keys }))
            }),
        )
        .route(
            "/me",
            get(async |State(said): State<Shared>| Json(said.lock().unwrap().user_info.clone())),
        )
        .route("/token", post(token))
        .with_state(Arc::clone(&shared));
    tokio::spawn(async move { axum::serve(listener, service).await });
    shared
}

async fn describe(State(said): State<Shared>) -> Json<Value> {
    let issuer = said.lock().unwrap().issuer.clone();
    Json(json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/auth"),
        "token_endpoint": format!("{issuer}/token"),
        "userinfo_endpoint": format!("{issuer}/me"),
        "jwks_uri": format!("{issuer}/jwks"),
        "end_session_endpoint": format!("{issuer}/end"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        // Some say so; it does not count.
        "id_token_signing_alg_values_supported": ["ES256", "none"],
    }))
}

async fn token(State(said): State<Shared>, body: String) -> Json<Value> {
    let mut said = said.lock().unwrap();
    let form = url::form_urlencoded::parse(body.as_bytes());
    said.asked.push(form.into_owned().collect());
    Json(json!({ "access_token": "at-1", "token_type": "Bearer", "id_token": said.id_token }))
}

/// The portal and its provider.
struct Sso {
    gate: Gate,
    said: Shared,
    key: Key,
    provider: SignInProvider,
}

impl Sso {
    async fn open() -> Self {
        Self::keeping(&[]).await
    }

    /// One that keeps these claims.
    async fn keeping(claims: &[&str]) -> Self {
        let said = start().await;
        let key = Key::new("one");
        said.lock().unwrap().keys = vec![key.public.clone()];
        let metadata = format!(
            "{}/.well-known/openid-configuration",
            said.lock().unwrap().issuer
        );
        let kind = ProviderKind::Oidc {
            metadata: metadata.parse().unwrap(),
            prompt: Some("login".to_owned()),
        };
        let rules = vec![
            rule(
                "emailLocalPartMatchingUserEntityName",
                Match::EmailLocalPart,
            ),
            rule("preferredUsernameMatchingUserEntityName", Match::Name),
        ];
        let db = Engine::Sqlite.open().await.unwrap();
        let provider = SignInProvider {
            claims: claims.iter().map(|&it| it.to_owned()).collect(),
            ..provider("oidc", kind, rules)
        };
        let gate = Gate::with(db, Vec::new(), vec![provider.clone()]).await;
        Self {
            gate,
            said,
            key,
            provider,
        }
    }

    fn claims(&self, nonce: &str) -> Value {
        json!({
            "iss": self.said.lock().unwrap().issuer, "sub": "42", "aud": "portal", "nonce": nonce,
            "iat": NOW, "exp": NOW + 300, "email": "ben@example.com", "email_verified": true,
            "preferred_username": "ben",
        })
    }

    /// Goes to the provider and comes back with what `answer` makes of the claims.
    async fn sign_in(
        &self,
        browser: &mut Browser,
        answer: impl FnOnce(&Self, Value) -> String,
    ) -> Answer {
        let leaving = self.gate.leave(browser, "oidc", "/").await;
        let leaving = url::Url::parse(&leaving).unwrap();
        let of = |name: &str| {
            let found = leaving.query_pairs().find(|(key, _)| key == name);
            found
                .map(|(_, value)| value.into_owned())
                .unwrap_or_default()
        };
        assert_eq!(
            of("redirect_uri"),
            format!("{BASE}/api/auth/oidc/handler/frame")
        );
        assert_eq!(
            (of("code_challenge_method"), of("prompt")),
            ("S256".to_owned(), "login".to_owned())
        );
        let text = answer(self, self.claims(&of("nonce")));
        self.said.lock().unwrap().id_token = text;
        let back = format!(
            "{BASE}/api/auth/oidc/handler/frame?code=c-1&state={}",
            of("state")
        );
        browser.get(&self.gate.app, &path_of(&back)).await
    }
}

#[tokio::test]
async fn somebody_signs_in_and_out() {
    let sso = Sso::open().await;
    let mut browser = Browser::default();
    let answer = sso
        .sign_in(&mut browser, |sso, claims| sso.key.sign(&claims))
        .await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    assert!(sso.gate.is_in(&mut browser).await);
    let asked = sso.said.lock().unwrap().asked[0].clone();
    assert!(
        asked.contains_key("code_verifier") && !asked.contains_key("client_secret"),
        "{asked:?}"
    );
    let out = browser.post(&sso.gate.app, "/sign-out").await;
    let there = out.header("refresh");
    assert!(
        there.contains("/end?") && there.contains("id_token_hint="),
        "{there}"
    );
    assert!(
        there.contains(
            "post_logout_redirect_uri=https%3A%2F%2Fportal.example.com%2Fsign-in%3Fsigned_out%3D1"
        ),
        "{there}"
    );
    assert!(!sso.gate.is_in(&mut browser).await);
}

#[tokio::test]
async fn keys_may_be_replaced() {
    let sso = Sso::open().await;
    let mut browser = Browser::default();
    sso.sign_in(&mut browser, |sso, claims| sso.key.sign(&claims))
        .await;
    let next = Key::new("two");
    sso.said.lock().unwrap().keys = vec![next.public.clone()];
    sso.gate.pass(20_000);
    let mut browser = Browser::default();
    let answer = sso
        .sign_in(&mut browser, |_, claims| next.sign(&claims))
        .await;
    assert_eq!(answer.status, 303, "{}", answer.body);
}

#[tokio::test]
async fn what_the_token_does_not_say_is_asked_for() {
    let sso = Sso::open().await;
    let without = |sso: &Sso, mut claims: Value| {
        for name in ["email", "email_verified", "preferred_username"] {
            claims.as_object_mut().unwrap().remove(name);
        }
        sso.key.sign(&claims)
    };
    let tell = |info: Value| sso.said.lock().unwrap().user_info = info;
    tell(json!({ "sub": "42", "preferred_username": "ben" }));
    let answer = sso.sign_in(&mut Browser::default(), without).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    tell(json!({ "sub": "43", "preferred_username": "ben" }));
    let answer = sso.sign_in(&mut Browser::default(), without).await;
    assert_eq!(answer.status, 403, "of somebody else");
}

#[tokio::test]
async fn an_address_that_is_not_verified_finds_nobody() {
    let sso = Sso::open().await;
    let answer = sso
        .sign_in(&mut Browser::default(), |sso, mut claims| {
            claims["email_verified"] = false.into();
            claims["preferred_username"] = "someone".into();
            sso.key.sign(&claims)
        })
        .await;
    assert_eq!(answer.status, 403);
    let tried = answer.texts(".gate ol li").join(" ");
    assert!(tried.contains("has not verified the address"), "{tried}");
}

#[tokio::test]
async fn forged_answers_let_nobody_in() {
    type Forge = fn(&Sso, Value) -> String;
    type Boxed = Box<dyn Fn(&Sso, Value) -> String>;
    let with = |name: &'static str, value: Value| {
        move |sso: &Sso, mut claims: Value| {
            claims[name] = value.clone();
            sso.key.sign(&claims)
        }
    };
    let none: Forge = |_, claims| {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        format!("{}.{}.", part(&json!({ "alg": "none" })), part(&claims))
    };
    let stranger: Forge = |_, claims| Key::new("one").sign(&claims);
    let hmac: Forge = |sso, claims| {
        let mut header = Header::new(Algorithm::HS256);
        header.kid = Some("one".to_owned());
        let public = sso.key.public.to_string();
        jsonwebtoken::encode(
            &header,
            &claims,
            &EncodingKey::from_secret(public.as_bytes()),
        )
        .unwrap()
    };
    let nothing: Forge = |_, _| String::new();
    let forgeries: Vec<(&str, Boxed)> = vec![
        ("alg none", Box::new(none)),
        ("another key", Box::new(stranger)),
        ("the public key as a secret", Box::new(hmac)),
        ("no token", Box::new(nothing)),
        ("expired", Box::new(with("exp", json!(NOW - 1)))),
        ("another audience", Box::new(with("aud", json!("other")))),
        (
            "another issuer",
            Box::new(with("iss", json!("https://evil.example"))),
        ),
        ("another nonce", Box::new(with("nonce", json!("replayed")))),
    ];
    for (what, forge) in forgeries {
        let sso = Sso::open().await;
        let mut browser = Browser::default();
        let answer = sso
            .sign_in(&mut browser, |sso, claims| forge(sso, claims))
            .await;
        assert_eq!(answer.status, 403, "{what}: {}", answer.body);
        assert!(browser.cookies.is_empty(), "{what}");
    }
}

#[tokio::test]
async fn a_provider_that_does_not_answer_is_told_of() {
    let metadata = "http://127.0.0.1:9/realm";
    let kind = ProviderKind::Oidc {
        metadata: metadata.parse().unwrap(),
        prompt: None,
    };
    let db = Engine::Sqlite.open().await.unwrap();
    let gate = Gate::with(db, Vec::new(), vec![provider("oidc", kind, Vec::new())]).await;
    let answer = Browser::default()
        .get(&gate.app, "/api/auth/oidc/start")
        .await;
    assert_eq!(answer.status, 502);
    assert_eq!(
        answer.texts(".gate [role=alert] .font-medium"),
        ["oidc cannot be asked just now"]
    );
}

/// Roles by claims: those who are told apart by what their provider says of them.
mod claims {
    use super::*;
    use server::config::{Auth, Config, PermissionSettings};
    use server::follow::Follower;
    use server::permission::{Policy, read_role};

    /// The portal, where `admin` of the claim `roles` may see everything and others nothing.
    async fn open() -> Sso {
        let sso = Sso::keeping(&["roles"]).await;
        let config = Config {
            permission: PermissionSettings {
                enabled: true,
                claims: vec!["roles".to_owned()],
                roles: Some(Vec::new()),
                ..PermissionSettings::default()
            },
            auth: Auth {
                providers: vec![sso.provider.clone()],
                ..Auth::default()
            },
            ..Config::default()
        };
        let role = json!({ "name": "Admins", "claims": ["roles=admin"],
                           "grants": [{ "permissions": ["catalog.entity.read"] }] });
        let role = read_role(&role).unwrap();
        sso.gate
            .app
            .catalog
            .rule_by(Policy::of(&config).with_made(vec![role]));
        sso
    }

    async fn sign_in(sso: &Sso, roles: Value) -> Browser {
        let mut browser = Browser::default();
        let sign = |sso: &Sso, mut claims: Value| {
            claims["roles"] = roles;
            sso.key.sign(&claims)
        };
        let answer = sso.sign_in(&mut browser, sign).await;
        assert_eq!(answer.status, 303, "{}", answer.body);
        browser
    }

    async fn sees(sso: &Sso, browser: &mut Browser) -> bool {
        sso.gate.is_in(browser).await
    }

    #[tokio::test]
    async fn a_claim_gives_a_role_until_the_next_sign_in_takes_it() {
        let sso = open().await;
        let mut admin = sign_in(&sso, json!(["dev", "admin"])).await;
        assert!(sees(&sso, &mut admin).await);
        let user = "user:default/ben".parse().unwrap();
        let viewer = sso.gate.app.catalog.viewer(&user);
        let said: Vec<String> = viewer.claims.iter().map(ToString::to_string).collect();
        assert_eq!(said, ["roles=admin", "roles=dev"]);
        // What is claimed is of the person: the last sign-in counts, in every browser.
        let mut other = sign_in(&sso, json!(["dev"])).await;
        assert!(!sees(&sso, &mut other).await);
        assert!(!sees(&sso, &mut admin).await);
        // Nothing that looks like it counts.
        for roles in [json!("admin "), json!(["admin"])] {
            assert!(sees(&sso, &mut sign_in(&sso, roles).await).await);
        }
        for roles in [
            json!("Admin"),
            json!({ "admin": true }),
            json!([["admin"]]),
            json!(null),
        ] {
            assert!(!sees(&sso, &mut sign_in(&sso, roles).await).await);
        }
    }

    #[tokio::test]
    async fn other_servers_know_them_and_forget_them_when_the_sign_in_is_over() {
        let sso = open().await;
        sign_in(&sso, json!(["admin"])).await;
        let other = server::query::Catalog::guarded_by((*sso.gate.app.catalog.policy()).clone());
        let user = "user:default/ben".parse().unwrap();
        let at = |now: i64| {
            let clock = server::clock::Clock::from_fn(move || now);
            Follower::new(sso.gate.db.clone(), other.clone()).with_clock(clock)
        };
        at(1_000 * DAY).claims().await.unwrap();
        assert_eq!(other.viewer(&user).claims.len(), 1);
        at(1_031 * DAY).claims().await.unwrap();
        assert_eq!(other.viewer(&user).claims.len(), 0);
        // A provider that is trusted no more is not believed.
        at(1_000 * DAY).claims().await.unwrap();
        let config = Config {
            permission: PermissionSettings {
                claims: vec!["roles".to_owned()],
                ..PermissionSettings::default()
            },
            ..Config::default()
        };
        other.rule_by(Policy::of(&config));
        assert_eq!(other.viewer(&user).claims.len(), 0);
    }

    #[tokio::test]
    async fn what_the_token_does_not_claim_is_asked_for() {
        let sso = open().await;
        sso.said.lock().unwrap().user_info = json!({ "sub": "42", "roles": ["admin"] });
        let mut browser = Browser::default();
        let sign = |sso: &Sso, claims: Value| sso.key.sign(&claims);
        assert_eq!(sso.sign_in(&mut browser, sign).await.status, 303);
        assert!(sees(&sso, &mut browser).await);
        // What the token says is what counts.
        assert!(!sees(&sso, &mut sign_in(&sso, json!([])).await).await);
    }
}
