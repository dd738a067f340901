//! What is hidden from somebody is told by no answer.

use crate::support::{Answer, Seed, TestApp, seed};
use app::routes::{Answers, Permission, ROUTES, Route};
use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use serde_json::{Value, json};
use server::config::{Grant, PermissionSettings, Role};
use server::permission::Condition;

/// In everything of the hidden entities, and in nothing else.
const CANARY: &str = "canary";

/// The person from whom they are hidden, and one from whom nothing is.
const ADA: &str = "user:default/ada";
const BOSS: &str = "user:default/boss";

/// Everybody may do everything with what has no label `secret`.
fn settings() -> PermissionSettings {
    let condition = json!({ "not": { "rule": "HAS_LABEL", "params": { "label": "secret" } } });
    let on_entities = [
        Permission::CatalogEntityRead,
        Permission::CatalogEntityDelete,
        Permission::CatalogEntityRefresh,
    ];
    let others = Permission::ALL.into_iter();
    let others = others.filter(|permission| !on_entities.contains(permission));
    let grant = |permissions: Vec<Permission>, condition: Option<&Value>| Grant {
        permissions,
        condition: condition.map(|it| Condition::read(it, None).unwrap()),
    };
    PermissionSettings {
        enabled: true,
        administrators: vec![BOSS.parse().unwrap()],
        roles: Some(vec![Role {
            name: "everybody".to_owned(),
            signed_in: true,
            grants: vec![
                grant(on_entities.to_vec(), Some(&condition)),
                grant(others.collect(), None),
            ],
            ..Role::default()
        }]),
        ..PermissionSettings::default()
    }
}

fn secret(kind: &str, name: &str, spec: Value) -> Value {
    let version = match kind {
        "Template" => "scaffolder.backstage.io/v1beta3",
        _ => "backstage.io/v1alpha1",
    };
    json!({
        "apiVersion": version, "kind": kind,
        "metadata": {
            "name": name,
            "title": "Canary title",
            "description": "Canary description of the dimmer",
            "labels": { "secret": "yes" },
            "tags": ["canary-tag"],
            "annotations": { "example.com/canary": "canary-value" },
        },
        "spec": spec,
    })
}

/// One visible entity of each sort, and hidden ones that are related to it in every way.
fn seeds() -> Vec<Seed> {
    let component = json!({
        "type": "canary-type", "lifecycle": "canary-lifecycle", "owner": "crew", "system": "house",
        "dependsOn": ["component:orders"], "dependencyOf": ["component:orders"],
        "subcomponentOf": "component:orders", "consumesApis": ["lamps"], "providesApis": ["lamps"],
    });
    let api = json!({ "type": "openapi", "lifecycle": "production", "owner": "crew",
                      "definition": "openapi: 3.1.0 # canary" });
    let group =
        json!({ "type": "team", "parent": "crew", "children": ["crew"], "members": ["ben"] });
    let template = json!({ "type": "service", "owner": "crew", "parameters": [], "steps": [] });
    vec![
        seed()
            .component("orders", |it| {
                it.owned_by("crew").titled("Orders of the dimmer")
            })
            .api("lamps", |it| it.owned_by("crew"))
            .group("crew", |it| it)
            .user("ada", &["crew"])
            .user("ben", &["crew"])
            .of_kind("System", "house", json!({ "owner": "crew" }))
            .template("shown", json!([])),
        seed()
            .file("/catalog/canary.yaml")
            .document(secret("Component", "canary", component))
            .document(secret("API", "canary", api))
            .document(secret("Group", "canary", group))
            .document(secret("User", "canary", json!({ "memberOf": ["crew"] })))
            .document(secret("Template", "canary", template))
            .problem(3, Some("component:default/canary"), "the canary is unwell")
            .problem(4, None, "the file of the canary is unwell")
            .problem(5, Some("component:default/canary-to-be"), "no canary yet"),
        seed().file("/catalog/canary-again.yaml").document(secret(
            "API",
            "canary",
            json!({ "type": "grpc", "lifecycle": "x",
                                                      "owner": "crew", "definition": "x" }),
        )),
    ]
}

/// What to send to a route that reads, `None` for one that has to be told here first.
fn requests(route: &Route) -> Option<Vec<Request<Body>>> {
    let get = |paths: &[&str]| {
        let all = paths
            .iter()
            .map(|path| Request::get(*path).body(Body::empty()).unwrap());
        Some(all.collect::<Vec<_>>())
    };
    let post = |bodies: &[Value]| {
        let all = bodies.iter().map(|body| {
            let request =
                Request::post(route.path).header(header::CONTENT_TYPE, "application/json");
            request.body(Body::from(body.to_string())).unwrap()
        });
        Some(all.collect::<Vec<_>>())
    };
    let page = |params: &[(&str, &str)]| json!({ "params": params });
    let orders = ("entity_ref", "component:default/orders");
    let entity = "/api/catalog/entities/by-name/component/default/orders";
    match (route.method, route.path) {
        ("GET", "/catalog/{namespace}/{kind}/{name}") => get(&[
            "/catalog/default/component/orders",
            "/catalog/default/component/orders?tab=relations",
            "/catalog/default/component/orders?tab=source",
            "/catalog/default/api/lamps",
            "/catalog/default/group/crew",
            "/catalog/default/user/ben",
            "/catalog/default/system/house",
        ]),
        ("GET", "/catalog/{namespace}/{kind}/{name}/remove") => {
            get(&["/catalog/default/component/orders/remove"])
        }
        ("GET", "/create/templates/{namespace}/{name}") => {
            get(&["/create/templates/default/shown"])
        }
        ("GET", "/create/tasks/{id}") => get(&["/create/tasks/none"]),
        ("GET", "/docs/callboard/{*page}") => get(&["/docs/callboard/templates"]),
        ("GET", "/graph") => get(&[
            "/graph",
            "/graph?root=component:default/orders&depth=5",
            "/graph?root=system:default/house&depth=5",
            "/graph?root=group:default/crew&depth=5",
        ]),
        ("GET", "/catalog") => get(&["/catalog", "/catalog?q=dimmer", "/catalog?kind=group"]),
        ("GET", "/problems") => get(&[
            "/problems",
            "/problems?owner=none",
            "/problems?kind=conflict",
        ]),
        // What is counted is counted for those who see to everything.
        ("GET", "/metrics" | "/admin" | "/admin/{tab}" | "/api/audit" | "/api/audit/export")
        | ("POST", "/_fn/get_admin") => Some(Vec::new()),
        ("GET", "/api/catalog/entities") => get(&[
            "/api/catalog/entities",
            "/api/catalog/entities?order=asc:relations.dependsOn",
            "/api/catalog/entities?filter=kind=component&fields=metadata.name,relations",
        ]),
        ("GET", "/api/catalog/entities/by-query") => get(&[
            route.path,
            "/api/catalog/entities/by-query?fullTextFilterTerm=dimmer&fullTextFilterFields=metadata.description,metadata.title",
            "/api/catalog/entities/by-query?orderField=relations.dependsOn,asc&limit=1",
            "/api/catalog/entities/by-query?orderField=relations.hasMember,desc&limit=1",
            "/api/catalog/entities/by-query?filter=metadata.labels.secret",
        ]),
        ("POST", "/api/catalog/entities/by-query") => post(&[
            json!({}),
            json!({ "query": { "$not": { "kind": "user" } } }),
        ]),
        ("POST", "/api/catalog/entities/by-refs") => {
            post(&[json!({ "entityRefs": ["component:default/orders", "group:default/crew"] })])
        }
        ("GET", "/api/catalog/entity-facets") => get(&[
            "/api/catalog/entity-facets?facet=metadata.name&facet=kind&facet=metadata.tags",
            "/api/catalog/entity-facets?facet=relations.dependsOn&facet=relations.hasMember&facet=relations.parentOf",
            "/api/catalog/entity-facets?facet=relations.dependencyOf&facet=relations.memberOf&facet=relations.childOf&facet=relations.hasPart",
            "/api/catalog/entity-facets?facet=relations.ownerOf&facet=relations.apiProvidedBy&filter=kind=api",
        ]),
        ("POST", "/api/catalog/entity-facets") => {
            post(&[json!({ "facets": ["metadata.name", "spec.type", "spec.lifecycle"] })])
        }
        ("GET", path) if path.starts_with("/api/catalog/entities/by-name/") => {
            let rest = path.rsplit_once("{name}").map_or("", |(_, rest)| rest);
            get(&[
                &format!("{entity}{rest}"),
                &format!("/api/catalog/entities/by-name/api/default/lamps{rest}"),
                &format!("/api/catalog/entities/by-name/group/default/crew{rest}"),
                &format!("/api/catalog/entities/by-name/user/default/ben{rest}"),
                &format!("/api/catalog/entities/by-name/system/default/house{rest}"),
            ])
        }
        ("GET", "/api/catalog/entities/by-uid/{uid}") => {
            get(&["/api/catalog/entities/by-uid/none"])
        }
        ("GET", "/api/catalog/export/{format}") => {
            get(&["/api/catalog/export/csv", "/api/catalog/export/json"])
        }
        ("GET", path) if path.starts_with("/api/catalog/locations/by-entity/") => {
            get(&["/api/catalog/locations/by-entity/component/default/orders"])
        }
        ("GET", path) if path.starts_with("/api/scaffolder/v2/templates/") => {
            get(&["/api/scaffolder/v2/templates/default/template/shown/parameter-schema"])
        }
        ("POST", path) if path.ends_with("/permissions/apply-conditions") => {
            let conditions =
                json!({ "rule": "IS_ENTITY_KIND", "params": { "kinds": ["Component"] } });
            let tasks = json!({ "rule": "IS_TASK_OWNER", "params": { "createdBy": [] } });
            let is_catalog = path.contains("/catalog/");
            post(&[json!({ "items": [{
                "id": "1",
                "resourceRef": "component:default/orders",
                "resourceType": if is_catalog { "catalog-entity" } else { "scaffolder-task" },
                "conditions": if is_catalog { conditions } else { tasks },
            }] })])
        }
        ("POST", "/api/catalog/locations/by-query" | "/_fn/get_viewer") => post(&[json!({})]),
        ("POST", "/_fn/list_entities") => post(&[
            json!({ "query": list_query(), "place": "Catalog" }),
            json!({ "query": list_query(), "place": "Templates" }),
        ]),
        ("POST", "/_fn/get_card") => post(&[
            json!({ "entity_ref": "component:default/orders" }),
            json!({ "entity_ref": "group:default/crew" }),
        ]),
        ("POST", "/_fn/get_entity" | "/_fn/get_removal") => post(&[
            page(&[orders]),
            page(&[("entity_ref", "group:default/crew")]),
        ]),
        ("POST", "/_fn/get_graph") => {
            post(&[page(&[]), page(&[("root", "component:default/orders")])])
        }
        ("POST", "/_fn/find_entities") => post(&[
            json!({ "text": "" }),
            json!({ "text": "dimmer" }),
            json!({ "text": "n" }),
        ]),
        ("POST", "/_fn/get_guide_page") => post(&[page(&[("page", "templates")])]),
        (
            "POST",
            "/_fn/get_home" | "/_fn/list_problems" | "/_fn/get_settings" | "/_fn/list_kept_out"
            | "/_fn/list_tasks" | "/_fn/list_actions",
        ) => post(&[page(&[])]),
        ("POST", "/_fn/show_task") => post(&[json!({ "id": "none" })]),
        ("POST", "/_fn/fill_form") => {
            post(&[json!({ "template": "template:default/shown", "sent": "" })])
        }
        ("POST", "/_fn/edit_template") => post(&[json!({}), json!({ "template": "shown" })]),
        ("GET", path) if !path.contains('{') => get(&[path]),
        ("GET", path) if path.starts_with("/api/scaffolder/v2/tasks/") => {
            get(&[&path.replace("{taskId}", "none")])
        }
        (
            "GET",
            "/api/catalog/locations/{id}"
            | "/api/catalog/pushed/{name}"
            | "/api/permission/roles/{name}",
        ) => get(&[&route.path.replace(['{', '}'], "")]),
        _ => None,
    }
}

fn list_query() -> Value {
    json!({ "kind": null, "types": [], "owners": [], "lifecycles": [], "tags": [], "text": "",
            "scope": "All", "sort": "Name", "descending": false, "columns": null, "page": 1 })
}

fn clone(request: &Request<Body>, body: &str) -> Request<Body> {
    let mut again = Request::builder()
        .method(request.method())
        .uri(request.uri());
    for (name, value) in request.headers() {
        again = again.header(name, value);
    }
    again.body(Body::from(body.to_owned())).unwrap()
}

#[tokio::test]
async fn no_route_that_reads_tells_of_what_is_hidden() {
    let app = TestApp::guarded(settings(), seeds()).await;
    // Whatever was starred and looked at before it was hidden.
    for star in ["component:default/canary", "component:default/orders"] {
        let form = format!("entity_ref={star}&starred=true");
        let request = Request::post("/_fn/set_starred")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        app.send_as(BOSS, request.body(Body::from(form)).unwrap())
            .await;
        let (ada, star) = (ADA.parse().unwrap(), star.parse().unwrap());
        app.catalog.set_star(&ada, &star, true);
        app.catalog.set_visit(ADA, &star.to_string(), 1);
    }
    let mut told_to_boss = 0;
    for route in ROUTES {
        let reads = route.permission.action() == Some("read");
        if !reads || route.permission == Permission::Public {
            continue;
        }
        let Some(requests) = requests(route) else {
            panic!(
                "{} {} reads: say in this test how it is asked",
                route.method, route.path
            );
        };
        for request in requests {
            let (parts, body) = request.into_parts();
            let body = axum::body::to_bytes(body, 1 << 20).await.unwrap();
            let body = String::from_utf8(body.to_vec()).unwrap();
            let request = Request::from_parts(parts, Body::empty());
            let (method, uri) = (request.method().clone(), request.uri().clone());
            let seen = app.send_as(ADA, clone(&request, &body)).await;
            let text = seen.body.to_lowercase();
            let at = text.find(CANARY);
            let around = at.map(|at| {
                let start = text.floor_char_boundary(at.saturating_sub(120));
                let end = text.floor_char_boundary((at + 120).min(text.len()));
                text[start..end].to_owned()
            });
            assert_eq!(around, None, "{method} {uri} {body}");
            for (name, value) in &seen.headers {
                let value = value.to_str().unwrap_or_default().to_lowercase();
                assert!(!value.contains(CANARY), "{method} {uri}: {name}");
            }
            // Nothing runs tasks in this application.
            let answers = [
                StatusCode::OK,
                StatusCode::NOT_FOUND,
                StatusCode::SERVICE_UNAVAILABLE,
            ];
            let is_answer = answers.contains(&seen.status);
            assert!(
                is_answer,
                "{method} {uri} {body}: {} {}",
                seen.status, seen.body
            );
            let whole = app.send_as(BOSS, clone(&request, &body)).await;
            told_to_boss += usize::from(whole.body.to_lowercase().contains(CANARY));
        }
    }
    // Otherwise the questions would not be worth much.
    assert!(
        told_to_boss > 30,
        "only {told_to_boss} answers tell of it at all"
    );
}

async fn ask(app: &TestApp, user: &str, method: Method, path: &str, body: &str) -> Answer {
    let request = Request::builder().method(method).uri(path);
    let request = request.header(header::CONTENT_TYPE, "application/json");
    app.send_as(user, request.body(Body::from(body.to_owned())).unwrap())
        .await
}

/// Asks for something by a name, and by that of nothing at all: both must be answered alike.
async fn like_nothing(app: &TestApp, method: Method, path: &str, body: &str) -> StatusCode {
    let hidden = ask(app, ADA, method.clone(), path, body).await;
    let (path, body) = (
        path.replace(CANARY, "nobody"),
        body.replace(CANARY, "nobody"),
    );
    let nothing = ask(app, ADA, method, &path, &body).await;
    assert_eq!(hidden.status, nothing.status, "{path}");
    assert_eq!(
        hidden.body.replace(CANARY, "nobody"),
        nothing.body,
        "{path}"
    );
    hidden.status
}

#[tokio::test]
async fn what_is_hidden_is_answered_like_what_is_not_there() {
    let app = TestApp::guarded(settings(), seeds()).await;
    for path in [
        "/api/catalog/entities/by-name/component/default/canary",
        "/api/catalog/entities/by-name/api/default/canary/definition",
        "/api/catalog/entities/by-name/component/default/canary/ancestry",
        "/api/catalog/locations/by-entity/component/default/canary",
        "/api/scaffolder/v2/templates/default/template/canary/parameter-schema",
    ] {
        let status = like_nothing(&app, Method::GET, path, "").await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
    }
    for filter in [
        "filter=metadata.name=canary",
        "filter=relations.dependsOn=component:default/canary",
        "filter=relations.memberOf=group:default/canary",
        "filter=spec.type=canary-type",
    ] {
        for list in ["entities", "entities/by-query"] {
            let path = format!("/api/catalog/{list}?{filter}");
            let status = like_nothing(&app, Method::GET, &path, "").await;
            assert_eq!(status, StatusCode::OK, "{path}");
        }
    }
    let refs = json!({ "entityRefs": ["component:default/canary"] }).to_string();
    let by_refs = "/api/catalog/entities/by-refs";
    like_nothing(&app, Method::POST, by_refs, &refs).await;
    let entity = json!({ "entityRef": "component:default/canary" }).to_string();
    let refresh = like_nothing(&app, Method::POST, "/api/catalog/refresh", &entity).await;
    assert_eq!(refresh, StatusCode::NOT_FOUND);
    let card = json!({ "entity_ref": "component:default/canary" }).to_string();
    like_nothing(&app, Method::POST, "/_fn/get_card", &card).await;

    // Deleting it does nothing, and says no more than of what is not there.
    let path = "/api/catalog/entities/by-name/component/default/canary";
    let uid = ask(&app, BOSS, Method::GET, path, "").await.json();
    let uid = uid["metadata"]["uid"].as_str().unwrap().to_owned();
    let path_of_uid = format!("/api/catalog/entities/by-uid/{uid}");
    let deleted = ask(&app, ADA, Method::DELETE, &path_of_uid, "").await;
    assert_eq!(deleted.status, StatusCode::NO_CONTENT);
    let still = ask(&app, BOSS, Method::GET, path, "").await;
    assert_eq!(still.status, StatusCode::OK);
}

#[tokio::test]
async fn counts_and_etags_are_of_what_is_seen() {
    let app = TestApp::guarded(settings(), seeds()).await;
    let path = "/api/catalog/entities/by-query?limit=1&filter=kind=component,kind=api";
    let ada = ask(&app, ADA, Method::GET, path, "").await;
    let boss = ask(&app, BOSS, Method::GET, path, "").await;
    assert_eq!(ada.json()["totalItems"], 2);
    assert_eq!(boss.json()["totalItems"], 4);
    assert_ne!(ada.header("etag"), boss.header("etag"));
    // Nor does what boss has seen of one entity stand for what ada sees of it.
    let one = "/api/catalog/entities/by-name/component/default/orders";
    let of_boss = ask(&app, BOSS, Method::GET, one, "").await;
    let request = Request::get(one).header(header::IF_NONE_MATCH, of_boss.header("etag"));
    let of_ada = app.send_as(ADA, request.body(Body::empty()).unwrap()).await;
    assert_eq!(of_ada.status, StatusCode::OK);
    assert_ne!(of_ada.body, of_boss.body);
    // A cursor leads through what is seen alone.
    let next = ada.json()["pageInfo"]["nextCursor"]
        .as_str()
        .unwrap()
        .to_owned();
    let next = format!("/api/catalog/entities/by-query?limit=1&cursor={next}");
    let next = ask(&app, ADA, Method::GET, &next, "").await.json();
    assert_eq!(next["items"].as_array().map(Vec::len), Some(1));
    assert_eq!(next["pageInfo"].get("nextCursor"), None);
    // What an entity says of itself stays.
    let own = "/api/catalog/entities/by-name/component/default/orders";
    let own = ask(&app, ADA, Method::GET, own, "").await.json();
    let relations = own["relations"].as_array().unwrap();
    let owner = json!({ "type": "ownedBy", "targetRef": "group:default/crew" });
    assert!(relations.contains(&owner), "{relations:?}");
}

#[test]
fn every_kind_of_route_is_asked() {
    let reading = ROUTES
        .iter()
        .filter(|it| it.permission.action() == Some("read"));
    for answers in [Answers::Page, Answers::ServerFunction, Answers::Endpoint] {
        assert!(reading.clone().any(|route| route.answers == answers));
    }
}
