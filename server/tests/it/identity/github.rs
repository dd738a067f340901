//! Signing in with GitHub.

use super::browser::Browser;
use super::gate::{CLIENT_SECRET, COOKIE, Gate, MINUTE, by_name, rule};
use crate::support::github::Fault;
use crate::support::{Engine, on_each_engine, seed};
use app::error::ApiError;
use app::routes::{Permission, ROUTES};
use axum::http::Method;
use server::config::{Claim, Config, Match, PermissionSettings, Resolver};
use server::permission::{Policy, read_role};
use server::store::Db;
use sqlx::{AssertSqlSafe, Row};

on_each_engine! {
    async fn somebody_signs_in_and_out(db: TestDb) {
        let gate = Gate::with(db, vec![by_name()], Vec::new()).await;
        let mut browser = Browser::default();
        let answer = browser.get(&gate.app, "/catalog?kind=api").await;
        assert_eq!(answer.status, 303);
        assert_eq!(answer.header("location"), "/sign-in?return_to=%2Fcatalog%3Fkind%3Dapi");
        let page = browser.get(&gate.app, answer.header("location")).await;
        assert_eq!(page.attributes(".gate a", "href"), ["/api/auth/github/start?return_to=%2Fcatalog%3Fkind%3Dapi"]);
        assert!(page.header("content-security-policy").contains("default-src 'none'"));
        assert_eq!(page.header("strict-transport-security"), "max-age=31536000");

        let leaving = gate.leave(&mut browser, "github", "%2Fcatalog%3Fkind%3Dapi").await;
        assert!(leaving.contains("code_challenge_method=S256"), "{leaving}");
        assert!(leaving.ends_with("scope=read%3Auser"), "{leaving}");
        let back = gate.at_github(&leaving, "ben").await;
        let answer = browser.get(&gate.app, &back).await;
        assert_eq!((answer.status.as_u16(), answer.header("location")), (303, "/catalog?kind=api"));
        let cookies: Vec<&str> = answer.headers.get_all("set-cookie").iter().map(|it| it.to_str().unwrap()).collect();
        let session = cookies.iter().find(|it| it.starts_with(COOKIE)).unwrap();
        for flag in ["HttpOnly", "Secure", "SameSite=Lax", "Path=/;"] {
            assert!(session.contains(flag), "{session}");
        }
        assert_eq!(browser.cookies.len(), 1, "the cookie of the way is gone: {:?}", browser.cookies);

        let home = browser.get(&gate.app, "/").await;
        assert_eq!(home.status, 200);
        let me = browser.ask(&gate.app, Method::GET, "/api/auth/github/refresh", &[("x-requested-with", "XMLHttpRequest")]).await.json();
        let identity = &me["backstageIdentity"]["identity"];
        assert_eq!(identity["userEntityRef"], "user:default/ben");
        assert_eq!(identity["ownershipEntityRefs"], serde_json::json!(["user:default/ben", "group:default/crew"]));

        let mut copied = browser.clone();
        let answer = browser.post(&gate.app, "/sign-out").await;
        assert_eq!(answer.header("location"), "/sign-in?signed_out=1");
        assert!(browser.cookies.is_empty());
        assert!(!gate.is_in(&mut copied).await, "the secret is worth nothing any more");
        assert_eq!(gate.github.offences(), []);
    }

    async fn what_is_kept_lets_nobody_in(db: TestDb) {
        let gate = Gate::with(db, vec![by_name()], Vec::new()).await;
        let mut browser = gate.ben().await;
        gate.leave(&mut browser, "github", "/").await;
        browser.ask(&gate.app, Method::GET, "/api/auth/github/refresh", &[("x-requested-with", "XMLHttpRequest")]).await;
        let kept = everything(&gate.db).await;
        assert!(kept.contains("user:default/ben"), "{kept}");
        let mut secrets: Vec<&str> = browser.cookies.values().map(String::as_str).collect();
        secrets.extend(["gho_", CLIENT_SECRET, "BEGIN", "code-"]);
        for secret in secrets {
            assert!(!kept.contains(secret), "{secret} in {kept}");
        }
    }
}

#[tokio::test]
async fn a_team_at_github_gives_a_role_until_somebody_has_left_it() {
    let gate = Gate::keeping(&["orgs", "teams"]).await;
    gate.github.organization("Playhouse", &["ben"]);
    gate.github.team("Playhouse", "Fly-Floor", &["ben"]);
    gate.github.team("Playhouse", "box-office", &["eve"]);
    let config = Config {
        permission: PermissionSettings {
            enabled: true,
            claims: vec!["orgs".to_owned(), "teams".to_owned()],
            roles: Some(Vec::new()),
            ..PermissionSettings::default()
        },
        auth: gate.auth(),
        ..Config::default()
    };
    let role = read_role(&serde_json::json!({
        "name": "Riggers", "claims": ["teams=playhouse/fly-floor"],
        "grants": [{ "permissions": ["catalog.entity.read"] }],
    }));
    let policy = Policy::of(&config).with_made(vec![role.unwrap()]);
    gate.app.catalog.rule_by(policy);

    let mut browser = Browser::default();
    let leaving = gate.leave(&mut browser, "github", "/").await;
    assert!(leaving.contains("read%3Aorg"), "{leaving}");
    let back = gate.at_github(&leaving, "ben").await;
    assert_eq!(browser.get(&gate.app, &back).await.status, 303);
    let said = || {
        let viewer = gate
            .app
            .catalog
            .viewer(&"user:default/ben".parse().unwrap());
        viewer
            .claims
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
    };
    assert_eq!(said(), ["orgs=playhouse", "teams=playhouse/fly-floor"]);
    assert!(gate.is_in(&mut browser).await);

    gate.github.team("Playhouse", "Fly-Floor", &[]);
    let mut again = gate.ben().await;
    assert_eq!(said(), ["orgs=playhouse"]);
    assert!(!gate.is_in(&mut again).await);
    assert_eq!(gate.github.offences(), []);
}

/// The text of every row that identity keeps.
async fn everything(db: &Db) -> String {
    let mut all = String::new();
    for (table, columns) in [
        (
            "sessions",
            "id || secret_hash || user_ref || profile || coalesce(token, '')",
        ),
        ("sign_ins", "state_hash || browser_hash || flow"),
        ("signing_keys", "public_key || private_key"),
        ("sign_in_failures", "report"),
    ] {
        let statement = AssertSqlSafe(format!("select {columns} from {table}"));
        let rows: Vec<String> = match db {
            Db::Sqlite(pool) => {
                let rows = sqlx::query(statement).fetch_all(pool).await.unwrap();
                rows.iter().map(|row| row.get(0)).collect()
            }
            Db::Postgres(pool) => {
                let rows = sqlx::query(statement).fetch_all(pool).await.unwrap();
                rows.iter().map(|row| row.get(0)).collect()
            }
        };
        all.push_str(&rows.concat());
    }
    all
}

#[tokio::test]
async fn without_signing_in_nothing_is_told() {
    let gate = Gate::open().await;
    for route in ROUTES
        .iter()
        .filter(|route| route.permission != Permission::Public)
    {
        let path = route.path.replace("{*page}", "x").replace(['{', '}'], "");
        let method: Method = route.method.parse().unwrap();
        let mut browser = Browser::default();
        let same = [("sec-fetch-site", "same-origin")];
        let answer = browser.ask(&gate.app, method, &path, &same).await;
        let is_page = answer.status == 303 && answer.header("location").starts_with("/sign-in?");
        assert!(
            is_page || answer.status == 401,
            "{} {path}: {}",
            route.method,
            answer.status
        );
        assert!(!answer.body.contains("lights"), "{path}");
    }
}

#[tokio::test]
async fn a_page_of_another_site_changes_nothing() {
    let gate = Gate::open().await;
    let browser = gate.ben().await;
    let changing = ROUTES.iter().filter(|route| route.method != "GET");
    for route in changing.filter(|route| route.path != "/api/events/http/github") {
        let path = route.path.replace(['{', '}'], "");
        let method: Method = route.method.parse().unwrap();
        for headers in [
            vec![("sec-fetch-site", "cross-site")],
            vec![("sec-fetch-site", "same-site")],
            vec![
                ("origin", "https://evil.example"),
                ("host", "portal.example.com"),
            ],
            vec![("origin", "null"), ("host", "portal.example.com")],
            // Neither says where it comes from.
            vec![],
        ] {
            let answer = browser
                .clone()
                .ask(&gate.app, method.clone(), &path, &headers)
                .await;
            assert_eq!(answer.status, 403, "{} {path} {headers:?}", route.method);
        }
    }
    assert!(
        gate.is_in(&mut browser.clone()).await,
        "and is still signed in"
    );
}

#[tokio::test]
async fn a_return_is_good_for_once_and_in_one_browser() {
    let gate = Gate::open().await;
    let mut browser = Browser::default();
    let leaving = gate.leave(&mut browser, "github", "/").await;
    let back = gate.at_github(&leaving, "ben").await;
    // Somebody else is made to open it.
    let mut other = Browser::default();
    let answer = other.get(&gate.app, &back).await;
    assert_eq!(answer.status, 400);
    assert!(other.cookies.is_empty());
    // It is not used up by that.
    assert_eq!(browser.clone().get(&gate.app, &back).await.status, 303);
    let answer = browser.get(&gate.app, &back).await;
    assert_eq!(answer.status, 400, "the second time");
    assert_eq!(
        answer.texts(".gate [role=alert] .font-medium"),
        ["Begin once more"]
    );

    let leaving = gate.leave(&mut browser, "github", "/").await;
    let back = gate.at_github(&leaving, "ben").await;
    gate.pass(11 * MINUTE);
    assert_eq!(browser.get(&gate.app, &back).await.status, 400, "too late");
    // The state of one sign-in with the code of another.
    let first = gate.leave(&mut browser, "github", "/").await;
    let second = gate.leave(&mut browser, "github", "/").await;
    let (first, second) = (
        gate.at_github(&first, "ben").await,
        gate.at_github(&second, "eve").await,
    );
    let state = first.rsplit_once("state=").unwrap().1;
    let crossed = format!("{}state={state}", second.rsplit_once("state=").unwrap().0);
    let answer = browser.get(&gate.app, &crossed).await;
    assert_eq!(answer.status, 403, "PKCE binds the code");
}

#[tokio::test]
async fn who_is_not_let_in_is_told_why() {
    let rules = vec![
        rule(
            "userIdMatchingUserEntityAnnotation",
            Match::Annotation("github.com/user-id", Claim::Subject),
        ),
        Resolver {
            allowed_domains: vec!["example.com".to_owned()],
            ..rule(
                "emailLocalPartMatchingUserEntityName",
                Match::EmailLocalPart,
            )
        },
        by_name(),
    ];
    let gate = Gate::with(Engine::Sqlite.open().await.unwrap(), rules, Vec::new()).await;
    let mut browser = Browser::default();
    let answer = gate.sign_in(&mut browser, "eve").await;
    assert_eq!(answer.status, 403);
    assert!(browser.cookies.is_empty());
    let received = answer.texts(".fact-told").join(" ");
    assert!(received.contains("eve"), "{received}");
    let tried = answer.texts(".gate ol li");
    assert_eq!(tried.len(), 3, "{tried:?}");
    assert!(
        tried[2].contains("user:default/eve") && tried[2].contains("There is none"),
        "{tried:?}"
    );
    let kept = gate.identity.failures().await.unwrap();
    assert_eq!(kept.len(), 1);
    assert!(
        kept[0].report.contains("usernameMatchingUserEntityName"),
        "{}",
        kept[0].report
    );

    let leaving = gate.leave(&mut browser, "github", "/").await;
    let back = gate.at_github(&leaving, "nobody").await;
    let answer = browser.get(&gate.app, &back).await;
    assert_eq!(answer.status, 403);
    assert!(
        answer.body.contains("denied your application access"),
        "{}",
        answer.body
    );
}

#[tokio::test]
async fn who_is_allowed_without_an_entity_comes_in_under_their_name() {
    let rules = vec![Resolver {
        without_entity: true,
        ..by_name()
    }];
    let gate = Gate::with(Engine::Sqlite.open().await.unwrap(), rules, Vec::new()).await;
    let mut browser = Browser::default();
    assert_eq!(gate.sign_in(&mut browser, "eve").await.status, 303);
    assert!(gate.is_in(&mut browser).await);
}

#[tokio::test]
async fn nobody_comes_in_as_somebody_whom_the_catalog_knows_otherwise() {
    let rules = vec![Resolver {
        without_entity: true,
        ..rule("emailMatchingUserEntityProfileEmail", Match::Email)
    }];
    let gate = Gate::with(Engine::Sqlite.open().await.unwrap(), rules, Vec::new()).await;
    for login in ["ben", "eve"] {
        gate.github.email(login, &format!("{login}@example.com"));
    }
    // The catalog knows a ben, who has no such address.
    let mut browser = Browser::default();
    assert_eq!(gate.sign_in(&mut browser, "ben").await.status, 403);
    assert_eq!(gate.sign_in(&mut browser, "eve").await.status, 303);
}

#[tokio::test]
async fn guessing_is_stopped_and_keeps_nobody_else_out() {
    let gate = Gate::open().await;
    let guess = "/api/auth/github/handler/frame?code=x&state=y";
    for _ in 0..20 {
        let mut browser = Browser::default();
        assert_eq!(browser.get(&gate.app, guess).await.status, 400);
    }
    let answer = Browser::default().get(&gate.app, guess).await;
    assert_eq!(answer.status, 429);
    assert_eq!(
        gate.identity.failures().await.unwrap().len(),
        20,
        "no more is kept"
    );
    // From the same address, but begun as it should be.
    let mut browser = gate.ben().await;
    assert!(gate.is_in(&mut browser).await);
    gate.pass(11 * MINUTE);
    let answer = Browser::default().get(&gate.app, guess).await;
    assert_eq!(answer.status, 400);
}

#[tokio::test]
async fn who_leaves_the_catalog_is_out_and_who_changes_teams_owns_otherwise() {
    let gate = Gate::open().await;
    let mut browser = gate.ben().await;
    let owned = async |browser: &mut Browser| {
        let headers = [("x-requested-with", "XMLHttpRequest")];
        let me = browser
            .ask(&gate.app, Method::GET, "/api/auth/github/refresh", &headers)
            .await;
        me.json()["backstageIdentity"]["identity"]["ownershipEntityRefs"].to_string()
    };
    assert!(owned(&mut browser).await.contains("crew"));
    gate.app
        .read(seed().user("ben", &["stage"]).group("stage", |it| it))
        .await;
    let now = owned(&mut browser).await;
    assert!(now.contains("stage") && !now.contains("crew"), "{now}");
    gate.app.read(seed().group("stage", |it| it)).await;
    assert!(!gate.is_in(&mut browser).await);
}

#[tokio::test]
async fn a_github_that_does_not_answer_is_told_of() {
    let gate = Gate::open().await;
    let mut browser = Browser::default();
    let leaving = gate.leave(&mut browser, "github", "/").await;
    let back = gate.at_github(&leaving, "ben").await;
    gate.github.fail("GET", "/user", Fault::Failing, 1);
    let answer = browser.get(&gate.app, &back).await;
    assert_eq!(answer.status, 403);
    assert!(
        answer.body.contains("github refused: /user answers 500"),
        "{}",
        answer.body
    );
}

#[tokio::test]
async fn a_refused_page_learns_why_in_its_own_words() {
    let gate = Gate::open().await;
    let mut nobody = Browser::default();
    let function = "/_fn/get_home";
    let answer = nobody.post(&gate.app, function).await;
    assert_eq!(answer.status, 401);
    let error: ApiError = serde_json::from_str(&answer.body).expect(&answer.body);
    assert!(matches!(error, ApiError::Unauthenticated(_)), "{error}");

    // A form that no script has sent leads on.
    let send = async |browser: &mut Browser, site: &str, referer: &str| {
        let headers = [
            ("sec-fetch-site", site),
            ("accept", "text/html,*/*"),
            ("host", "portal.example"),
            ("referer", referer),
        ];
        browser
            .ask(&gate.app, Method::POST, "/_fn/refresh_entity", &headers)
            .await
    };
    let page = "https://portal.example/problems?owner=mine#top";
    let answer = send(&mut nobody, "same-origin", page).await;
    let location = "/sign-in?return_to=%2Fproblems%3Fowner%3Dmine";
    assert_eq!(
        (answer.status.as_u16(), answer.header("location")),
        (303, location)
    );
    let mut ben = gate.ben().await;
    let answer = send(&mut ben, "cross-site", page).await;
    let location = answer.header("location");
    assert!(
        location.starts_with("/problems?owner=mine&__path="),
        "{location}"
    );
    for referer in [
        "https://evil.example/problems",
        "https://portal.example//evil.example",
        "https://portal.example@evil.example/",
        "https://portal.example:8443/",
        "nothing",
    ] {
        let answer = send(&mut ben, "cross-site", referer).await;
        assert_eq!(answer.status, 403, "{referer}");
    }
}
