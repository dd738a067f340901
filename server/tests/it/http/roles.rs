//! Roles that are made in the portal: the API, whom it lets change them, and how others come to know.

use crate::support::{Answer, Engine, TestApp, TestDb, on_each_engine, seed};
use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use serde_json::{Value, json};
use server::access::Access;
use server::config::{
    AccessRestriction, Config, Grant, PermissionSettings, Role, Secret, ServiceToken,
};
use server::follow::Follower;
use server::permission::Policy;
use server::query::Catalog;
use server::store::Db;
use std::time::Duration;
use tokio::sync::watch;

const ADA: &str = "user:default/ada";
const BOSS: &str = "user:default/boss";
/// She sees the page of health by a role of the configuration.
const OPS: &str = "user:default/olga";
const ROLES: &str = "/api/permission/roles";

fn settings() -> PermissionSettings {
    let grant = |permission| Grant {
        permissions: vec![permission],
        condition: None,
    };
    PermissionSettings {
        enabled: true,
        administrators: vec![BOSS.parse().unwrap()],
        roles: Some(vec![Role {
            name: "Operations".to_owned(),
            members: vec![OPS.parse().unwrap()],
            grants: vec![grant(app::routes::Permission::AdminRead)],
            ..Role::default()
        }]),
        claims: Vec::new(),
    }
}

/// A server on a database that others may be on.
async fn server(db: &Db) -> TestApp {
    let config = Config {
        permission: settings(),
        ..Config::default()
    };
    let catalog = seed()
        .component("dimmer", |it| it.owned_by("crew"))
        .component("orders", |it| it.owned_by("others"))
        .group("crew", |it| it)
        .user("ada", &["crew"])
        .user("boss", &[])
        .user("olga", &[]);
    let guarded = Catalog::guarded_by(Policy::of(&config));
    TestApp::of(
        guarded,
        "",
        TestDb { db: db.clone() },
        vec![catalog],
        |it| it,
    )
    .await
}

async fn ask(app: &TestApp, user: &str, method: Method, path: &str, body: &Value) -> Answer {
    let request = Request::builder().method(method).uri(path);
    let request = request.header(header::CONTENT_TYPE, "application/json");
    app.send_as(user, request.body(Body::from(body.to_string())).unwrap())
        .await
}

async fn get(app: &TestApp, user: &str, path: &str) -> Answer {
    ask(app, user, Method::GET, path, &Value::Null).await
}

/// The crew see what they own.
fn crew() -> Value {
    json!({
        "name": "Crew",
        "members": ["group:default/crew"],
        "grants": [{ "permissions": ["catalog.entity.read"],
                     "conditions": { "rule": "IS_ENTITY_OWNER", "params": { "claims": ["$ownerRefs"] } } }],
    })
}

/// The names of the components that somebody sees.
async fn seen(app: &TestApp, user: &str) -> Vec<String> {
    let path = "/api/catalog/entities?filter=kind=component";
    let answer = get(app, user, path).await;
    let items = if answer.status == StatusCode::OK {
        answer.json()
    } else {
        json!([])
    };
    let names = items.as_array().unwrap().iter();
    names
        .map(|it| it["metadata"]["name"].as_str().unwrap().to_owned())
        .collect()
}

on_each_engine! {
    async fn a_role_counts_from_the_moment_that_it_is_made_until_it_is_deleted(db: TestDb) {
        let app = server(&db.db).await;
        assert_eq!(seen(&app, ADA).await, [""; 0]);
        let made = ask(&app, BOSS, Method::POST, ROLES, &crew()).await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
        let made = made.json();
        assert_eq!((&made["source"], &made["changedBy"]), (&json!("portal"), &json!(BOSS)));
        assert_eq!(seen(&app, ADA).await, ["dimmer"]);
        // The whole of it comes back when it is sent as it was given.
        let mut wider = made.clone();
        wider["grants"][0]["conditions"] = Value::Null;
        wider["name"] = json!("Stage hands");
        let changed = ask(&app, BOSS, Method::PUT, &format!("{ROLES}/crew"), &wider).await;
        assert_eq!(changed.status, StatusCode::OK, "{}", changed.body);
        assert_eq!(seen(&app, ADA).await, ["dimmer", "orders"]);
        assert_eq!(get(&app, BOSS, &format!("{ROLES}/Crew")).await.status, StatusCode::NOT_FOUND);
        let path = format!("{ROLES}/stage%20hands");
        assert_eq!(get(&app, OPS, &path).await.json(), changed.json());
        let listed = get(&app, OPS, ROLES).await.json();
        let names: Vec<&str> = listed["items"].as_array().unwrap().iter()
            .map(|it| it["name"].as_str().unwrap()).collect();
        assert_eq!(names, ["Operations", "Stage hands"]);
        let deleted = ask(&app, BOSS, Method::DELETE, &path, &Value::Null).await;
        assert_eq!(deleted.status, StatusCode::NO_CONTENT);
        assert_eq!(seen(&app, ADA).await, [""; 0]);
        let again = ask(&app, BOSS, Method::DELETE, &path, &Value::Null).await;
        assert_eq!(again.status, StatusCode::NOT_FOUND);
    }

    async fn of_two_who_change_a_role_at_once_the_second_is_told(db: TestDb) {
        let app = server(&db.db).await;
        let first = ask(&app, BOSS, Method::POST, ROLES, &crew()).await.json();
        let path = format!("{ROLES}/Crew");
        let with = |text: &str| {
            let mut role = first.clone();
            role["description"] = json!(text);
            role
        };
        let (one, other) = (with("one"), with("other"));
        let (one, other) = tokio::join!(
            ask(&app, BOSS, Method::PUT, &path, &one),
            ask(&app, BOSS, Method::PUT, &path, &other),
        );
        let (won, lost) = if one.status == StatusCode::OK { (one, other) } else { (other, one) };
        assert_eq!((won.status, lost.status), (StatusCode::OK, StatusCode::CONFLICT));
        let message = lost.json()["error"]["message"].as_str().unwrap().to_owned();
        assert!(message.starts_with("user:default/boss has changed the role “Crew”"), "{message}");
        assert_eq!(get(&app, BOSS, &path).await.json(), won.json());
        // Nor is one deleted that has changed since it was seen.
        let stale = format!("{path}?version={}", first["version"]);
        let stale = ask(&app, BOSS, Method::DELETE, &stale, &Value::Null).await;
        assert_eq!(stale.status, StatusCode::CONFLICT);
        // One of the same name that was made anew is another one.
        assert_eq!(ask(&app, BOSS, Method::DELETE, &path, &Value::Null).await.status, StatusCode::NO_CONTENT);
        ask(&app, BOSS, Method::POST, ROLES, &crew()).await;
        let stale = ask(&app, BOSS, Method::PUT, &path, &won.json()).await;
        assert_eq!(stale.status, StatusCode::CONFLICT);
        let blind = ask(&app, BOSS, Method::PUT, &path, &crew()).await;
        assert_eq!(blind.status, StatusCode::BAD_REQUEST);
        assert!(blind.body.contains("version"), "{}", blind.body);
    }

    async fn names_are_taken_once_and_those_of_the_configuration_stay_its_own(db: TestDb) {
        let app = server(&db.db).await;
        let named = |name: &str| {
            let mut role = crew();
            role["name"] = json!(name);
            role
        };
        let post = async |name: &str| ask(&app, BOSS, Method::POST, ROLES, &named(name)).await;
        assert_eq!(post("Crew").await.status, StatusCode::CREATED);
        for (name, said) in [("crew", "There is a role “crew” already"),
                             ("OPERATIONS", "The configuration has a role “OPERATIONS” already")] {
            let answer = post(name).await;
            assert_eq!(answer.status, StatusCode::CONFLICT);
            assert!(answer.body.contains(said), "{}", answer.body);
        }
        let mut renamed = get(&app, BOSS, &format!("{ROLES}/crew")).await.json();
        renamed["name"] = json!("operations");
        let answer = ask(&app, BOSS, Method::PUT, &format!("{ROLES}/crew"), &renamed).await;
        assert_eq!(answer.status, StatusCode::CONFLICT, "{}", answer.body);
        let mut theirs = named("Operations");
        theirs["version"] = json!(1);
        let path = format!("{ROLES}/operations");
        for (method, body) in [(Method::PUT, theirs), (Method::DELETE, Value::Null)] {
            let answer = ask(&app, BOSS, method, &path, &body).await;
            assert_eq!(answer.status, StatusCode::CONFLICT);
            assert!(answer.body.contains("of the configuration"), "{}", answer.body);
        }
        // Whatever is made, administrators of the configuration remain, and so do its roles.
        assert_eq!(get(&app, BOSS, ROLES).await.status, StatusCode::OK);
        assert_eq!(get(&app, OPS, ROLES).await.status, StatusCode::OK);
    }

    async fn a_name_that_the_configuration_comes_to_later_can_be_left(db: TestDb) {
        let app = server(&db.db).await;
        ask(&app, BOSS, Method::POST, ROLES, &crew()).await;
        let config = Config {
            permission: PermissionSettings {
                roles: Some(vec![Role { name: "crew".to_owned(), ..Role::default() }]),
                ..settings()
            },
            ..Config::default()
        };
        let made = app.catalog.policy().made().to_vec();
        app.catalog.rule_by(Policy::of(&config).with_made(made));
        let mut role = get(&app, BOSS, &format!("{ROLES}/crew")).await.json();
        assert_eq!(role["source"], "portal");
        let path = format!("{ROLES}/crew");
        let kept = ask(&app, BOSS, Method::PUT, &path, &role).await;
        assert_eq!(kept.status, StatusCode::CONFLICT, "{}", kept.body);
        role["name"] = json!("Stage hands");
        let renamed = ask(&app, BOSS, Method::PUT, &path, &role).await;
        assert_eq!(renamed.status, StatusCode::OK, "{}", renamed.body);
        assert_eq!(get(&app, BOSS, &path).await.json()["source"], "configuration");
    }

    async fn another_server_goes_by_a_role_without_being_asked(db: TestDb) {
        let (here, there) = (server(&db.db).await, server(&db.db).await);
        let (stop, stopping) = watch::channel(false);
        let follower = Follower::new(db.db.clone(), there.catalog.clone());
        let following = tokio::spawn(follower.run(stopping));
        let until = async |expected: &[&str]| {
            let reached = async {
                while seen(&there, ADA).await != expected {
                    tokio::task::yield_now().await;
                }
            };
            tokio::time::timeout(Duration::from_secs(5), reached).await.expect("within seconds");
        };
        until(&[]).await;
        let policy = there.catalog.policy();
        let made = ask(&here, BOSS, Method::POST, ROLES, &crew()).await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
        until(&["dimmer"]).await;
        // What is being answered goes on by the policy that it began with.
        assert_eq!(policy.made().len(), 0);
        assert_eq!(there.catalog.policy().made().len(), 1);
        ask(&here, BOSS, Method::DELETE, &format!("{ROLES}/crew"), &Value::Null).await;
        until(&[]).await;
        stop.send_replace(true);
        following.await.unwrap();
    }

    async fn a_role_that_this_release_cannot_read_grants_nothing(db: TestDb) {
        let app = server(&db.db).await;
        let document = r#"{"name":"Later","members":["signed-in"],"grants":[
            {"permissions":["catalog.entity.read"],"conditions":{"rule":"IS_LATER"}}]}"#;
        let change = server::store::RoleChange {
            key: "later", document, by: BOSS, instead_of: None, most: 10,
        };
        server::store::put_role(&db.db, &change, 1).await.unwrap().unwrap();
        ask(&app, BOSS, Method::POST, ROLES, &crew()).await;
        assert_eq!(app.catalog.policy().made().len(), 1);
        assert_eq!(seen(&app, ADA).await, ["dimmer"]);
        assert_eq!(seen(&app, OPS).await, [""; 0]);
    }
}

#[tokio::test]
async fn whoever_may_not_is_refused_on_every_route() {
    let db = Engine::Sqlite.open().await.unwrap();
    let app = server(&db.db).await;
    ask(&app, BOSS, Method::POST, ROLES, &crew()).await;
    let one = format!("{ROLES}/crew");
    let routes = [
        (Method::GET, ROLES),
        (Method::GET, &one),
        (Method::POST, ROLES),
        (Method::PUT, &one),
        (Method::DELETE, &one),
    ];
    for (method, path) in routes {
        for user in [ADA, OPS] {
            let is_read = method == Method::GET;
            let answer = ask(&app, user, method.clone(), path, &crew()).await;
            let expected = if is_read && user == OPS {
                StatusCode::OK
            } else {
                StatusCode::FORBIDDEN
            };
            assert_eq!(answer.status, expected, "{user} {method} {path}");
        }
        let nobody = Request::builder().method(method.clone()).uri(path);
        let nobody = app.send(nobody.body(Body::empty()).unwrap()).await;
        assert_eq!(nobody.status, StatusCode::FORBIDDEN, "{method} {path}");
        // A page of another site cannot have an administrator's browser do it.
        let foreign = Request::builder()
            .method(method.clone())
            .uri(path)
            .header("sec-fetch-site", "cross-site")
            .header(header::CONTENT_TYPE, "text/plain")
            .body(Body::from(crew().to_string()));
        let foreign = app.send_as(BOSS, foreign.unwrap()).await;
        if method != Method::GET {
            assert_eq!(foreign.status, StatusCode::FORBIDDEN, "{method} {path}");
        }
    }
    assert_eq!(get(&app, BOSS, &one).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_role_can_be_changed_by_whom_a_role_lets_change_roles() {
    let db = Engine::Sqlite.open().await.unwrap();
    let app = server(&db.db).await;
    let mut role = crew();
    role["grants"] = json!([{ "permissions": ["admin.*", "admin.roles.update"] }]);
    let made = ask(&app, BOSS, Method::POST, ROLES, &role).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    let named = |name: &str| {
        let mut role = crew();
        role["name"] = json!(name);
        role
    };
    let answer = ask(&app, ADA, Method::POST, ROLES, &named("Second")).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.body);
    // A star alone does not mean it.
    role["grants"] = json!([{ "permissions": ["*"] }]);
    role["version"] = made.json()["version"].clone();
    let path = format!("{ROLES}/crew");
    let answer = ask(&app, BOSS, Method::PUT, &path, &role).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    let answer = ask(&app, ADA, Method::POST, ROLES, &named("Third")).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN, "{}", answer.body);
}

#[tokio::test]
async fn programs_keep_roles_as_far_as_their_tokens_let_them() {
    let token = |token: &str, permissions: &[&str]| ServiceToken {
        token: Secret::new(token),
        subject: "ci".to_owned(),
        restrictions: Some(vec![AccessRestriction {
            plugin: "permission".to_owned(),
            permissions: Some(permissions.iter().map(|&it| it.to_owned()).collect()),
            actions: None,
        }]),
    };
    let access = Access::new(vec![
        token("reads-roles", &["admin.read"]),
        token("keeps-roles", &["admin.roles.update"]),
    ]);
    let config = Config {
        permission: settings(),
        ..Config::default()
    };
    let db = Engine::Sqlite.open().await.unwrap();
    let guarded = Catalog::guarded_by(Policy::of(&config));
    let change = |state: server::http::AppState| state.with_access(access);
    let app = TestApp::of(guarded, "", db, Vec::new(), change).await;
    let send = async |token: &str, method: Method| {
        let request = Request::builder()
            .method(method)
            .uri(ROLES)
            .header(header::AUTHORIZATION, format!("Bearer {token}"))
            .body(Body::from(crew().to_string()));
        app.send(request.unwrap()).await
    };
    assert_eq!(
        send("reads-roles", Method::GET).await.status,
        StatusCode::OK
    );
    assert_eq!(
        send("reads-roles", Method::POST).await.status,
        StatusCode::FORBIDDEN
    );
    let made = send("keeps-roles", Method::POST).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    assert_eq!(made.json()["changedBy"], "external:default/ci");
}

#[tokio::test]
async fn what_cannot_be_a_role_is_refused_with_its_place() {
    let db = Engine::Sqlite.open().await.unwrap();
    let app = server(&db.db).await;
    let check = async |change: &dyn Fn(&mut Value), said: &str| {
        let mut role = crew();
        change(&mut role);
        let answer = ask(&app, BOSS, Method::POST, ROLES, &role).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{}", answer.body);
        let message = answer.json()["error"]["message"]
            .as_str()
            .unwrap()
            .to_owned();
        assert!(message.contains(said), "{message}");
    };
    check(
        &|it| it["name"] = json!("x".repeat(100_000)),
        "name is longer",
    )
    .await;
    check(&|it| it["name"] = json!("../secret"), "name holds '/'").await;
    check(&|it| it["members"] = json!(["resource:a"]), "members[0]").await;
    let unknown = |it: &mut Value| it["grants"][0]["permissions"] = json!(["catalog.entity.own"]);
    check(
        &unknown,
        "grants[0].permissions[0] names 'catalog.entity.own'",
    )
    .await;
    let rule =
        |it: &mut Value| it["grants"][0]["conditions"] = json!({ "not": { "rule": "IS_MINE" } });
    check(&rule, "grants[0].conditions.not there is no rule IS_MINE").await;
    let params =
        |it: &mut Value| it["grants"][0]["conditions"]["params"] = json!({ "claims": "x" });
    check(&params, "params.claims must be a list of texts").await;
    // Deeper than any reader goes.
    let deep = format!("{}1{}", "{\"not\":".repeat(10_000), "}".repeat(10_000));
    let request = Request::post(ROLES).body(Body::from(deep)).unwrap();
    let answer = app.send_as(BOSS, request).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{}", answer.body);
    let huge = Request::post(ROLES).body(Body::from(" ".repeat(2 * 1024 * 1024)));
    let answer = app.send_as(BOSS, huge.unwrap()).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(app.catalog.policy().made().len(), 0);
}

#[tokio::test]
async fn before_roles_count_only_named_administrators_prepare_them() {
    let db = Engine::Sqlite.open().await.unwrap();
    let config = Config {
        permission: PermissionSettings {
            enabled: false,
            ..settings()
        },
        ..Config::default()
    };
    let guarded = Catalog::guarded_by(Policy::of(&config));
    let app = TestApp::of(guarded, "", db, Vec::new(), |it| it).await;
    let ada = ask(&app, ADA, Method::POST, ROLES, &crew()).await;
    assert_eq!(ada.status, StatusCode::FORBIDDEN, "{}", ada.body);
    let boss = ask(&app, BOSS, Method::POST, ROLES, &crew()).await;
    assert_eq!(boss.status, StatusCode::CREATED, "{}", boss.body);
    assert_eq!(get(&app, ADA, ROLES).await.json()["enabled"], false);
}
