//! Who may do what: the decisions of the API, of pages, and their explanation.

use crate::support::{Answer, TestApp, seed};
use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use serde_json::{Value, json};
use server::config::PermissionSettings;

const ADA: &str = "user:default/ada";
const BOSS: &str = "user:default/boss";

/// The standard policy, with one administrator. Ada is of the crew, who own the dimmer.
async fn app() -> TestApp {
    let settings = PermissionSettings {
        enabled: true,
        administrators: vec![BOSS.parse().unwrap()],
        ..PermissionSettings::default()
    };
    let catalog = seed()
        .component("dimmer", |it| it.owned_by("crew"))
        .component("orders", |it| it.owned_by("others"))
        .group("crew", |it| it)
        .user("ada", &["crew"])
        .user("boss", &[])
        .template("service", json!([]));
    TestApp::guarded(settings, vec![catalog]).await
}

async fn ask(app: &TestApp, user: &str, method: Method, path: &str, body: &Value) -> Answer {
    let request = Request::builder().method(method).uri(path);
    let request = request.header(header::CONTENT_TYPE, "application/json");
    app.send_as(user, request.body(Body::from(body.to_string())).unwrap())
        .await
}

async fn form(app: &TestApp, user: &str, path: &str, form: &str, cookie: &str) -> Answer {
    let request = Request::post(path)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::ACCEPT, "text/html")
        .header(header::COOKIE, cookie);
    app.send_as(user, request.body(Body::from(form.to_owned())).unwrap())
        .await
}

#[tokio::test]
async fn owners_and_administrators_write_and_others_are_told_why_not() {
    let app = app().await;
    let refresh = async |user, entity: &str| {
        let body = json!({ "entityRef": entity });
        ask(&app, user, Method::POST, "/api/catalog/refresh", &body).await
    };
    let dimmer = refresh(ADA, "component:default/dimmer").await;
    assert_eq!(dimmer.status, StatusCode::OK, "{}", dimmer.body);
    let orders = refresh(ADA, "component:default/orders").await;
    assert_eq!(orders.status, StatusCode::FORBIDDEN);
    let error = &orders.json()["error"];
    assert_eq!(error["name"], "NotAllowedError");
    let message = error["message"].as_str().unwrap();
    assert!(message.contains("catalog.entity.refresh"), "{message}");
    let boss = refresh(BOSS, "component:default/orders").await;
    assert_eq!(boss.status, StatusCode::OK);

    // The server function decides alike, and so does what is refused as a whole.
    let delete = "entity_ref=component:default/orders&keep_out=false";
    let deleted = form(&app, ADA, "/_fn/delete_entity", delete, "").await;
    let still = "/api/catalog/entities/by-name/component/default/orders";
    let still = ask(&app, ADA, Method::GET, still, &Value::Null).await;
    assert_eq!(still.status, StatusCode::OK, "{}", deleted.body);
    let location = json!({ "type": "url", "target": "https://example.com/a.yaml" });
    for (user, status) in [(ADA, StatusCode::FORBIDDEN), (BOSS, StatusCode::CREATED)] {
        let path = "/api/catalog/locations";
        let answer = ask(&app, user, Method::POST, path, &location).await;
        assert_eq!(answer.status, status, "{user}: {}", answer.body);
    }
}

#[tokio::test]
async fn pages_offer_what_one_may_do_and_say_why_not_the_rest() {
    let app = app().await;
    let page = async |user, path: &str| ask(&app, user, Method::GET, path, &Value::Null).await;
    let own = page(ADA, "/catalog/default/component/dimmer/remove").await;
    let actions = own.attributes("form[method=post]", "action");
    assert!(
        actions.contains(&"/_fn/delete_entity".to_owned()),
        "{actions:?}"
    );
    let other = page(ADA, "/catalog/default/component/orders/remove").await;
    let actions = other.attributes("form[method=post]", "action");
    assert!(
        !actions.contains(&"/_fn/delete_entity".to_owned()),
        "{actions:?}"
    );
    assert!(other.body.contains("catalog.entity.delete"));
    let entity = page(ADA, "/catalog/default/component/orders").await;
    let actions = entity.attributes("form[method=post]", "action");
    assert!(
        !actions.contains(&"/_fn/refresh_entity".to_owned()),
        "{actions:?}"
    );
    assert!(entity.body.contains("catalog.entity.refresh"));
    assert_eq!(page(ADA, "/admin").await.status, StatusCode::FORBIDDEN);
    assert_eq!(page(BOSS, "/admin").await.status, StatusCode::OK);
    // A browser gets a page that says so.
    let request = Request::get("/admin/roles").header(header::ACCEPT, "text/html,*/*;q=0.8");
    let refused = app.send_as(ADA, request.body(Body::empty()).unwrap()).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert_eq!(refused.texts("h1"), ["Not for you to see"]);
    assert!(
        refused.texts("[role=alert]").concat().contains("admin."),
        "{}",
        refused.body
    );
    assert_eq!(
        refused.attributes("form", "action"),
        [""; 0],
        "nothing to stop"
    );
}

#[tokio::test]
async fn decisions_can_be_asked_for() {
    let app = app().await;
    let authorize = async |user, items: Value| {
        let path = "/api/permission/authorize";
        ask(&app, user, Method::POST, path, &json!({ "items": items })).await
    };
    let permission = |name: &str| json!({ "type": "resource", "name": name, "attributes": {} });
    let answer = authorize(
        ADA,
        json!([
            { "id": "a", "permission": permission("catalog.entity.delete"),
              "resourceRef": ["component:default/dimmer", "component:default/orders", "component:default/none"] },
            { "id": "b", "permission": permission("catalog.entity.read"), "resourceRef": "component:default/orders" },
            { "id": "c", "permission": { "type": "basic", "name": "catalog.location.create", "attributes": {} } },
            { "id": "d", "permission": { "type": "basic", "name": "kubernetes.proxy", "attributes": {} } },
        ]),
    )
    .await;
    assert_eq!(
        answer.json(),
        json!({ "items": [
            { "id": "a", "result": ["ALLOW", "DENY", "DENY"] },
            { "id": "b", "result": "ALLOW" },
            { "id": "c", "result": "DENY" },
            { "id": "d", "result": "DENY" },
        ] })
    );
    // Under conditions there is no answer without a resource.
    let item = json!([{ "id": "a", "permission": permission("catalog.entity.delete") }]);
    let refused = authorize(ADA, item.clone()).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    assert!(refused.body.contains("resourceRef"), "{}", refused.body);
    let boss = authorize(BOSS, item).await.json();
    assert_eq!(boss["items"][0]["result"], "ALLOW");
}

#[tokio::test]
async fn rules_are_described_and_applied() {
    let app = app().await;
    let path = "/api/catalog/.well-known/backstage/permissions";
    let metadata = app.get(&format!("{path}/metadata")).await.json();
    let names = |list: &str| -> Vec<String> {
        let items = metadata[list].as_array().unwrap().iter();
        items
            .map(|it| it["name"].as_str().unwrap().to_owned())
            .collect()
    };
    assert!(names("permissions").contains(&"catalog.entity.delete".to_owned()));
    assert!(names("rules").contains(&"IS_ENTITY_OWNER".to_owned()));
    let delete = metadata["permissions"].as_array().unwrap().iter();
    let delete = delete
        .into_iter()
        .find(|it| it["name"] == "catalog.entity.delete");
    assert_eq!(
        delete.unwrap(),
        &json!({ "type": "resource", "name": "catalog.entity.delete",
                 "attributes": { "action": "delete" }, "resourceType": "catalog-entity" })
    );
    let apply = async |conditions: Value| {
        let body = json!({ "items": [{
            "id": "x", "resourceType": "catalog-entity", "conditions": conditions,
            "resourceRef": ["component:default/dimmer", "component:default/orders"],
        }] });
        let path = format!("{path}/apply-conditions");
        ask(&app, ADA, Method::POST, &path, &body).await
    };
    let owner = json!({ "rule": "IS_ENTITY_OWNER", "resourceType": "catalog-entity",
                        "params": { "claims": ["group:default/crew"] } });
    let answer = apply(json!({ "not": owner })).await.json();
    assert_eq!(answer["items"][0]["result"], json!(["DENY", "ALLOW"]));
    let wrong = apply(json!({ "rule": "IS_TALL" })).await;
    assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
    assert!(wrong.body.contains("IS_TALL"), "{}", wrong.body);
}

#[tokio::test]
async fn a_decision_is_explained() {
    let app = app().await;
    let explain = async |person: &str, permission: &str, entity: &str| {
        let path = format!("/admin?person={person}&permission={permission}&entity={entity}");
        let page = ask(&app, BOSS, Method::GET, &path, &Value::Null).await;
        page.texts("#explain [role]").join(" ") + &page.texts("#explain li").join(" ")
    };
    let delete = "catalog.entity.delete";
    let own = explain(ADA, delete, "component:default/dimmer").await;
    assert!(
        own.contains("ada may catalog.entity.delete of dimmer"),
        "{own}"
    );
    assert!(own.contains("by its grant 2"), "{own}");
    assert!(own.contains("holds: IS_ENTITY_OWNER"), "{own}");
    assert!(own.contains("group:default/crew"), "{own}");
    let other = explain(ADA, delete, "orders").await;
    assert!(
        other.contains("ada may not catalog.entity.delete of orders"),
        "{other}"
    );
    assert!(other.contains("does not hold: IS_ENTITY_OWNER"), "{other}");
    let none = explain(ADA, "catalog.location.create", "").await;
    assert!(none.contains("No role of theirs grants"), "{none}");
    let boss = explain(BOSS, delete, "").await;
    assert!(boss.contains("administrator"), "{boss}");
    let wrong = explain(ADA, delete, "component:default/none").await;
    assert!(
        wrong.contains("The catalog holds no component:default/none"),
        "{wrong}"
    );
}

#[tokio::test]
async fn an_administrator_looks_at_the_portal_as_somebody_else_and_changes_nothing() {
    let app = app().await;
    let chosen = form(&app, BOSS, "/_fn/view_as", &format!("person={ADA}"), "").await;
    let cookie = chosen
        .header("set-cookie")
        .split(';')
        .next()
        .unwrap()
        .to_owned();
    assert_eq!(cookie, format!("callboard_view_as={ADA}"));
    let get = async |user, path: &str| {
        let request = Request::get(path).header(header::COOKIE, &cookie);
        app.send_as(user, request.body(Body::empty()).unwrap())
            .await
    };
    let page = get(BOSS, "/catalog/default/component/orders/remove").await;
    assert!(
        page.body.contains("catalog.entity.delete"),
        "as ada it is refused"
    );
    assert_eq!(page.texts("form[action='/_fn/view_as'] button"), ["Stop"]);
    assert_eq!(get(BOSS, "/admin").await.status, StatusCode::FORBIDDEN);
    // Not even what ada may do is done in her name.
    let refresh = "entity_ref=component:default/dimmer";
    let refused = form(&app, BOSS, "/_fn/refresh_entity", refresh, &cookie).await;
    assert!(
        !refused.header("location").contains("refresh=asked"),
        "{}",
        refused.body
    );
    let location = refused.header("location").to_owned();
    assert!(!location.contains("asked"), "{location}");
    let stopped = form(&app, BOSS, "/_fn/view_as", "person=", &cookie).await;
    assert!(
        stopped.header("set-cookie").contains("Max-Age=0"),
        "{:?}",
        stopped.headers
    );

    // It is for administrators alone, whatever cookie somebody brings.
    let refused = form(&app, ADA, "/_fn/view_as", &format!("person={BOSS}"), "").await;
    assert_eq!(refused.header("set-cookie"), "");
    let request =
        Request::get("/admin").header(header::COOKIE, format!("callboard_view_as={BOSS}"));
    let kept = app.send_as(ADA, request.body(Body::empty()).unwrap()).await;
    assert_eq!(kept.status, StatusCode::FORBIDDEN);

    // Where they are not let in, they can stop.
    let request = Request::get("/admin")
        .header(header::COOKIE, format!("callboard_view_as={ADA}"))
        .header(header::ACCEPT, "text/html");
    let refused = app
        .send_as(BOSS, request.body(Body::empty()).unwrap())
        .await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert_eq!(refused.attributes("form", "action"), ["/_fn/view_as"]);
}
