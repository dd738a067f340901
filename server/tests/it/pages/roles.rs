//! The pages of roles, as a browser without scripts uses them.

use crate::support::{Answer, Engine, TestApp, seed};
use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use server::config::{Config, PermissionSettings};
use server::permission::Policy;
use server::query::Catalog;

const ADA: &str = "user:default/ada";
const BOSS: &str = "user:default/boss";

async fn app_with(enabled: bool) -> TestApp {
    let config = Config {
        permission: PermissionSettings {
            enabled,
            administrators: vec![BOSS.parse().unwrap()],
            claims: vec!["roles".to_owned()],
            ..PermissionSettings::default()
        },
        ..Config::default()
    };
    let people = seed()
        .component("dimmer", |it| it.owned_by("crew"))
        .group("crew", |it| it)
        .user("ada", &["crew"])
        .user("eve", &["crew"])
        .user("boss", &[]);
    let db = Engine::Sqlite.open().await.unwrap();
    let guarded = Catalog::guarded_by(Policy::of(&config));
    TestApp::of(guarded, "", db, vec![people], |it| it).await
}

async fn get(app: &TestApp, user: &str, path: &str) -> Answer {
    app.send_as(user, Request::get(path).body(Body::empty()).unwrap())
        .await
}

async fn post(app: &TestApp, user: &str, path: &str, form: &str) -> Answer {
    let request = Request::builder()
        .method(Method::POST)
        .uri(path)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::ACCEPT, "text/html")
        .body(Body::from(form.to_owned()));
    app.send_as(user, request.unwrap()).await
}

/// The crew register locations, and delete what they own.
const CREW: &str = "name=Crew&member=group%3Adefault%2Fcrew\
    &grant=0&g0.permission=catalog.location.create\
    &grant=1&g1.permission=catalog.entity.read&g1.rule=0%3AIS_ENTITY_OWNER&g1.r0.claims=%24ownerRefs";

#[tokio::test]
async fn a_role_is_made_looked_at_changed_and_deleted_with_forms_alone() {
    let app = app_with(true).await;
    let list = get(&app, BOSS, "/admin/roles").await;
    assert_eq!(list.status, StatusCode::OK);
    assert_eq!(list.texts("title"), ["Roles · Callboard"]);
    assert_eq!(list.texts(".role h3"), ["standard policy"]);
    assert!(
        list.attributes("a", "href")
            .contains(&"/admin/roles/new".to_owned())
    );
    let form = get(&app, BOSS, "/admin/roles/new").await;
    assert_eq!(form.texts("h1"), ["New role"]);
    let suggested = form.attributes("#people option", "value");
    assert!(
        suggested.contains(&"group:default/crew".to_owned()),
        "{suggested:?}"
    );

    let preview = post(
        &app,
        BOSS,
        "/admin/roles/new",
        &format!("{CREW}&person=ada&do=preview"),
    )
    .await;
    assert_eq!(preview.status, StatusCode::OK, "{}", preview.body);
    let said = preview.texts("#preview [role=status]").concat();
    assert!(said.contains("2 people would have the role"), "{said}");
    assert!(
        said.contains("Register locations catalog.location.create+ 2 people"),
        "{said}"
    );
    assert!(
        said.contains("ada would have the role as a member of group:default/crew"),
        "{said}"
    );
    assert!(said.contains("Register locationsno → yes"), "{said}");
    // Nothing is kept by that, and what was filled in is still there.
    assert_eq!(app.catalog.policy().made().len(), 0);
    assert_eq!(preview.attributes("#role-name", "value"), ["Crew"]);

    let saved = post(&app, BOSS, "/admin/roles/new", &format!("{CREW}&do=save")).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
    let list = get(&app, BOSS, saved.header("location")).await;
    assert_eq!(list.texts(".role h3"), ["standard policy", "Crew"]);
    assert!(
        list.texts(".notice")
            .concat()
            .contains("The role “Crew” is kept.")
    );
    let grants = list.texts(".role:nth-child(2) dd li");
    assert_eq!(
        grants,
        [
            "register locations",
            "see entities: owned by them or their groups"
        ]
    );
    assert!(
        list.texts(".role:nth-child(2)")
            .concat()
            .contains("2 people")
    );

    let edit = get(&app, BOSS, "/admin/roles/edit?role=Crew").await;
    assert_eq!(
        edit.attributes("[name='g1.r0.claims']", "value"),
        ["$ownerRefs"]
    );
    let version = edit.attributes("[name=version]", "value").remove(0);
    let changed = format!("{CREW}&role=Crew&version={version}&description=They+lift&do=save");
    let saved = post(&app, BOSS, "/admin/roles/edit", &changed).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
    // Who began with what is no more is told so, and keeps what they wrote.
    let late = post(
        &app,
        BOSS,
        "/admin/roles/edit",
        &changed.replace("lift", "push"),
    )
    .await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert!(
        late.texts(".form-fault")
            .concat()
            .contains("has changed the role “Crew” meanwhile")
    );
    assert_eq!(late.attributes("#role-description", "value"), ["They push"]);
    // Saved once more, now that they know, it takes the place of the other.
    let theirs = late.attributes("[name=version]", "value").remove(0);
    assert_ne!(theirs, version);
    let knowing = format!("{CREW}&role=Crew&version={theirs}&description=They+push&do=save");
    let saved = post(&app, BOSS, "/admin/roles/edit", &knowing).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);

    let ask = get(&app, BOSS, "/admin/roles/delete?role=Crew").await;
    assert_eq!(ask.texts("h1"), ["Delete the role “Crew”?"]);
    let version = ask.attributes("[name=version]", "value").remove(0);
    let deleted = post(
        &app,
        BOSS,
        "/admin/roles/delete",
        &format!("role=Crew&version={version}"),
    )
    .await;
    assert_eq!(deleted.status, StatusCode::SEE_OTHER, "{}", deleted.body);
    assert_eq!(app.catalog.policy().made().len(), 0);
}

#[tokio::test]
async fn what_is_wrong_stands_beside_its_field() {
    let app = app_with(true).await;
    let form = "name=a%2Fb&member=component%3Aa&grant=0&g0.permission=catalog.entity.read\
        &g0.json=%7B%22anyOf%22%3A%5B%7B%22rule%22%3A%22IS_MINE%22%7D%5D%7D&do=save";
    let answer = post(&app, BOSS, "/admin/roles/new", form).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    let faults = answer.texts(".form-fault");
    assert_eq!(faults.len(), 3, "{faults:?}");
    assert!(faults[0].contains("holds '/'"), "{faults:?}");
    assert!(faults[1].contains("component:a"), "{faults:?}");
    assert!(
        faults[2].starts_with("At anyOf[0]: there is no rule IS_MINE"),
        "{faults:?}"
    );
    assert_eq!(answer.attributes("#role-name", "aria-invalid"), ["true"]);
    // It is shown as it was sent, and nothing in it is markup.
    let hostile = "name=%3Cscript%3Ealert(1)%3C%2Fscript%3E&grant=0&do=save";
    let answer = post(&app, BOSS, "/admin/roles/new", hostile).await;
    assert_eq!(
        answer.attributes("#role-name", "value"),
        ["<script>alert(1)</script>"]
    );
    assert!(!answer.body.contains("<script>alert(1)"), "{}", answer.body);
    let taken = post(
        &app,
        BOSS,
        "/admin/roles/new",
        &CREW.replace("name=Crew", "name=Standard+policy&do=save"),
    )
    .await;
    assert_eq!(taken.status, StatusCode::CONFLICT);
    assert!(taken.texts(".form-fault")[0].contains("The configuration has a role"));
}

#[tokio::test]
async fn buttons_change_the_form_and_keep_nothing() {
    let app = app_with(true).await;
    let press = async |wish: &str, more: &str| {
        post(
            &app,
            BOSS,
            "/admin/roles/new",
            &format!("{CREW}{more}&do={wish}"),
        )
        .await
    };
    let added = press("rule-add.1", "&g1.add=HAS_LABEL").await;
    assert_eq!(
        added.texts(".rule-line .mono"),
        ["IS_ENTITY_OWNER", "HAS_LABEL"]
    );
    assert_eq!(added.attributes("[name='g1.join']", "name").len(), 1);
    let json = press("json.1", "").await;
    assert!(
        json.raw_text("textarea").contains("\"IS_ENTITY_OWNER\""),
        "{}",
        json.body
    );
    assert_eq!(
        press("grant-add", "")
            .await
            .attributes("[name=grant]", "value"),
        ["0", "1", "2"]
    );
    assert_eq!(
        press("grant-remove.0", "")
            .await
            .attributes("[name=grant]", "value"),
        ["0"]
    );
    assert_eq!(
        press("more", "")
            .await
            .attributes("[name=member]", "name")
            .len(),
        9
    );
    assert_eq!(app.catalog.policy().made().len(), 0);
}

#[tokio::test]
async fn others_than_administrators_see_and_send_nothing() {
    let app = app_with(true).await;
    for path in [
        "/admin/roles",
        "/admin/roles/new",
        "/admin/roles/edit?role=Crew",
        "/admin/roles/delete?role=Crew",
    ] {
        assert_eq!(
            get(&app, ADA, path).await.status,
            StatusCode::FORBIDDEN,
            "{path}"
        );
    }
    for page in ["new", "edit", "delete"] {
        let path = format!("/admin/roles/{page}");
        let answer = post(&app, ADA, &path, &format!("{CREW}&do=save")).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
    }
    let asked = post(&app, ADA, "/_fn/get_roles", "").await;
    assert_eq!(asked.status, StatusCode::FORBIDDEN);
    assert_eq!(app.catalog.policy().made().len(), 0);
}

#[tokio::test]
async fn where_roles_do_not_apply_yet_the_page_says_so() {
    let app = app_with(false).await;
    let list = get(&app, ADA, "/admin/roles").await;
    assert_eq!(list.status, StatusCode::OK);
    let said = list.texts(".notice").concat();
    assert!(
        said.contains("Roles do not apply yet") && said.contains("permission.enabled: true"),
        "{said}"
    );
    assert!(!list.body.contains("/admin/roles/new"), "{}", list.body);
    assert_eq!(
        get(&app, ADA, "/admin/roles/new").await.status,
        StatusCode::FORBIDDEN
    );
    let boss = get(&app, BOSS, "/admin/roles").await;
    assert!(
        boss.attributes("a", "href")
            .contains(&"/admin/roles/new".to_owned())
    );
}

#[tokio::test]
async fn explaining_names_where_a_role_is_from_and_by_what_it_is_held() {
    let app = app_with(true).await;
    post(&app, BOSS, "/admin/roles/new", &format!("{CREW}&do=save")).await;
    let explain = async |permission: &str| {
        let path = format!("/admin?person=user:default/ada&permission={permission}");
        get(&app, BOSS, &path).await.texts("#explain").concat()
    };
    let made = explain("catalog.location.create").await;
    assert!(
        made.contains("The role “Crew” (made here) grants catalog.location.create"),
        "{made}"
    );
    assert!(made.contains("as a member of group:default/crew"), "{made}");
    let standard = explain("catalog.location.read").await;
    assert!(
        standard.contains("“standard policy” (holds where no roles are configured)"),
        "{standard}"
    );
}
