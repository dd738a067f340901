//! Nothing that lets somebody in is told to anybody: secrets are planted everywhere, and looked for in all that
//! leaves the server. What the log keeps of single requests is in `http::log`.

use super::browser::Browser;
use super::gate::{CLIENT_SECRET, COOKIE, Gate, SESSION_SECRET, by_name};
use crate::support::log::Log;
use crate::support::{Answer, Engine};
use app::routes::{ROUTES, Route};
use axum::body::Body;
use axum::http::{Method, Request};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use server::access::Access;
use server::config::{
    ClassLimits, ExternalAccess, LegacyKey, LoadOptions, RemoteKeys, Secret, ServiceToken, load,
    redact,
};
use server::store::Db;
use std::collections::BTreeMap;
use std::path::Path;

const SERVICE_TOKEN: &str = "canary-service-token-of-a-program";
const SHARED_SECRET: &str = "canary-shared-secret";
const DATABASE_PASSWORD: &str = "canary-database-password";
/// What somebody shows that lets nobody in.
const WRONG_TOKEN: &str = "canary-wrong-token";
const WRONG_COOKIE: &str = "canary-wrong-cookie";

fn external() -> ExternalAccess {
    ExternalAccess {
        tokens: vec![ServiceToken {
            token: Secret::new(SERVICE_TOKEN),
            subject: "ci".to_owned(),
            restrictions: None,
        }],
        legacy: vec![LegacyKey {
            secret: Secret::new(STANDARD.encode(SHARED_SECRET)),
            subject: "old".to_owned(),
            restrictions: None,
        }],
        key_sets: vec![RemoteKeys {
            // Nobody answers there.
            url: "http://127.0.0.1:9/keys".parse().unwrap(),
            issuers: Vec::new(),
            audiences: Vec::new(),
            algorithms: vec![jsonwebtoken::Algorithm::ES256],
            subject_prefix: None,
            restrictions: None,
        }],
    }
}

/// A request for a row of the table, for what is there where something has to be.
fn path_of(route: &Route) -> String {
    let path = route
        .path
        .replace("{*page}", "catalog/files")
        .replace("{provider}", "github");
    let path = path
        .replace("{kind}", "component")
        .replace("{namespace}", "default");
    let path = path.replace("{name}", "lights").replace("{format}", "json");
    path.replace(['{', '}', '*'], "")
}

/// All that an answer holds beside the cookies of who asked.
fn told(answer: &Answer) -> String {
    let headers = answer
        .headers
        .iter()
        .filter(|(name, _)| *name != "set-cookie");
    let headers = headers
        .map(|(name, value)| format!("{name}: {}\n", String::from_utf8_lossy(value.as_bytes())));
    headers.collect::<String>() + &answer.body
}

struct Planted {
    gate: Gate,
    ben: Browser,
    /// By what they are.
    secrets: Vec<(&'static str, String)>,
}

impl Planted {
    async fn open() -> Self {
        let db = Engine::Sqlite.open().await.unwrap();
        let limits = ClassLimits::NONE;
        let gate = Gate::changed(
            db,
            vec![by_name()],
            Vec::new(),
            limits,
            |state, outbound, clock| {
                state.with_access(Access::configured(&external(), outbound, clock))
            },
        )
        .await;
        let ben = gate.ben().await;
        let secrets = vec![
            ("the client secret", CLIENT_SECRET.to_owned()),
            ("the session secret", SESSION_SECRET.to_owned()),
            ("the token of the provider", "gho_".to_owned()),
            ("the session", ben.cookies[COOKIE].clone()),
            ("the service token", SERVICE_TOKEN.to_owned()),
            ("the shared secret", SHARED_SECRET.to_owned()),
            (
                "the shared secret as written",
                STANDARD.encode(SHARED_SECRET),
            ),
            (
                "the token for the repositories",
                fake_github::TOKEN.to_owned(),
            ),
            ("a wrong token", WRONG_TOKEN.to_owned()),
            ("a wrong cookie", WRONG_COOKIE.to_owned()),
            ("a private key", "PRIVATE KEY".to_owned()),
        ];
        Self { gate, ben, secrets }
    }

    /// Makes a token as people do. Returns it; only the answer to that tells it.
    async fn make_token(&mut self) -> String {
        let form = "name=ci&days=30&scopes=catalog:write";
        let cookie = format!("{COOKIE}={}", self.ben.cookies[COOKIE]);
        let request = Request::post("/settings/tokens")
            .header("sec-fetch-site", "same-origin")
            .header("content-type", "application/x-www-form-urlencoded")
            .header("cookie", cookie)
            .body(Body::from(form));
        let answer = self.gate.app.send(request.unwrap()).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let token = answer.texts(".token-text").concat();
        assert!(token.starts_with("cbp_"), "{token}");
        self.secrets.push(("a personal token", token.clone()));
        token
    }

    fn look_through(&self, text: &str, place: &str) {
        for (what, secret) in &self.secrets {
            assert!(
                !text.contains(secret.as_str()),
                "{what} is told by {place}: {text}"
            );
        }
    }

    /// Asks every route as everybody who may show something secret.
    async fn ask_everything(&mut self, personal: &str) {
        let wrong_jwt = format!("eyJhbGciOiJFUzI1NiJ9.e30.{WRONG_TOKEN}");
        let tokens = [SERVICE_TOKEN, personal, WRONG_TOKEN, &wrong_jwt];
        for route in ROUTES {
            let path = path_of(route);
            let method: Method = route.method.parse().unwrap();
            let place = format!("{method} {path}");
            // These end what the others ask with.
            let ends = ["sign-out", "logout", "end_", "revoke", "delete"];
            if ends.iter().any(|word| path.contains(word)) || route.method == "DELETE" {
                continue;
            }
            let script = [
                ("sec-fetch-site", "same-origin"),
                ("x-requested-with", "XMLHttpRequest"),
            ];
            let answer = self
                .ben
                .ask(&self.gate.app, method.clone(), &path, &script)
                .await;
            self.look_through(&told(&answer), &place);
            for token in tokens {
                let authorization = format!("Bearer {token}");
                let headers = [("authorization", authorization.as_str())];
                let mut program = Browser::default();
                let answer = program
                    .ask(&self.gate.app, method.clone(), &path, &headers)
                    .await;
                self.look_through(&told(&answer), &place);
            }
            let mut stranger = Browser::default();
            stranger
                .cookies
                .insert(COOKIE.to_owned(), WRONG_COOKIE.to_owned());
            let answer = stranger.ask(&self.gate.app, method, &path, &script).await;
            self.look_through(&told(&answer), &place);
        }
    }
}

#[tokio::test]
async fn no_secret_leaves_the_server() {
    let (log, _guard) = Log::start();
    let mut planted = Planted::open().await;
    let personal = planted.make_token().await;
    // The secret of a session is replaced when it is older than an hour.
    planted.ask_everything(&personal).await;
    planted.gate.pass(2 * super::gate::HOUR);
    planted.ask_everything(&personal).await;
    let renewed = planted.ben.cookies[COOKIE].clone();
    planted
        .secrets
        .push(("the next secret of the session", renewed));
    // Somebody comes back from the provider with what it refuses.
    let leaving = planted.gate.leave(&mut planted.ben, "github", "/").await;
    let back = planted.gate.at_github(&leaving, "eve").await;
    let refused = planted.ben.get(&planted.gate.app, &back).await;
    assert_eq!(refused.status, 403);
    planted.look_through(&told(&refused), "a refused sign-in");
    let text = log.text();
    assert!(text.contains("somebody was not let in"), "the log is kept");
    planted.look_through(&text, "the log");
    // And when nothing can be looked up.
    planted.gate.db.close().await;
    planted.ask_everything(&personal).await;
    planted.look_through(&log.text(), "the log without a database");
}

#[tokio::test]
async fn what_is_configured_is_not_shown() {
    let folder = tempfile::tempdir().unwrap();
    let shared = STANDARD.encode(SHARED_SECRET);
    let text = format!(
        "
backend:
  database: {{client: pg, connection: {{host: 127.0.0.1, port: 9, user: portal, password: {DATABASE_PASSWORD}}}}}
  auth:
    keys: [{{secret: {shared}}}]
    externalAccess:
      - {{type: static, options: {{token: {SERVICE_TOKEN}, subject: ci}}}}
      - {{type: legacy, options: {{secret: {shared}, subject: old}}}}
auth:
  session: {{secret: {SESSION_SECRET}}}
  providers: {{github: {{development: {{clientId: portal, clientSecret: {CLIENT_SECRET}}}}}}}
integrations: {{github: [{{host: github.com, token: {WRONG_TOKEN}}}]}}
"
    );
    std::fs::write(folder.path().join("app-config.yaml"), text).unwrap();
    let options = LoadOptions {
        files: vec!["app-config.yaml".into()],
        dir: folder.path().to_owned(),
        env: BTreeMap::new(),
    };
    let loaded = load(&options).unwrap();
    let database = loaded.config.backend.database.clone();
    let unreachable = Db::connect(&database).await.map(|_| ()).unwrap_err();
    let shown = [
        format!("{:#}", redact(&loaded.value)),
        format!("{:?}", loaded.config),
        format!("{:?}", loaded.warnings),
        format!("{database:?}"),
        format!("{unreachable} {unreachable:?}"),
        format!(
            "{:?}",
            anyhow::Error::new(unreachable).context("the database cannot be used")
        ),
    ];
    for text in shown {
        for secret in [
            DATABASE_PASSWORD,
            SHARED_SECRET,
            &shared,
            SERVICE_TOKEN,
            SESSION_SECRET,
            CLIENT_SECRET,
            WRONG_TOKEN,
        ] {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
    }
}

/// What browsers download is built from this tree, where secrets of a developer's machine may lie about.
#[test]
fn what_browsers_download_holds_no_secret() {
    let site = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/site");
    let files = walkdir::WalkDir::new(&site)
        .into_iter()
        .filter_map(Result::ok);
    let files: Vec<_> = files.filter(|it| it.file_type().is_file()).collect();
    if files.len() < 2 {
        eprintln!(
            "passed over: {} holds no site; build it with `cargo xtask site`",
            site.display()
        );
        return;
    }
    for file in files {
        let bytes = std::fs::read(file.path()).unwrap();
        for secret in [
            "canary-",
            "gho_",
            "ghp_",
            "cbp_",
            "PRIVATE KEY",
            "CARGO_REGISTRY_TOKEN",
        ] {
            let is_there = bytes
                .windows(secret.len())
                .any(|it| it == secret.as_bytes());
            assert!(!is_there, "{secret} in {}", file.path().display());
        }
    }
}
