//! Templates and their forms, as a reader without scripts uses them.

use crate::support::{Answer, Engine, TestApp, seed};
use app::catalog::port::Answer as Port;
use app::error::ApiError;
use app::scaffolder::action::ActionView;
use app::scaffolder::task::{TaskRow, TaskView};
use app::scaffolder::trial::{NewTrial, TrialView};
use app::scaffolder::{NewTask, port};
use app::viewer::Viewer;
use axum::http::StatusCode;
use serde_json::{Value, json};
use server::ingest::LocationRef;
use server::store::{MadeBy, ProviderLocation, put_location};
use std::sync::{Arc, Mutex};

fn parameters() -> Value {
    json!([
        {
            "title": "The service",
            "description": "What it **is**",
            "required": ["name", "owner"],
            "properties": {
                "name": { "title": "Name", "type": "string", "pattern": "^[a-z]+$", "ui:help": "Lower case" },
                "owner": { "title": "Owner", "type": "string", "ui:field": "OwnerPicker" },
                "live": { "title": "Live at once", "type": "boolean" },
                "token": { "title": "Token", "type": "string", "ui:field": "Secret" },
            },
        },
        { "title": "Where", "properties": { "zone": { "type": "string", "enum": ["north", "south"], "default": "north" } } },
    ])
}

async fn theatre() -> TestApp {
    TestApp::start(vec![filled()]).await
}

fn filled() -> crate::support::Seed {
    seed()
        .group("guests", |entity| entity.titled("Guests"))
        .user("guest", &["guests"])
        .template("service", parameters())
        .document(json!({
            "apiVersion": "scaffolder.backstage.io/v1beta3",
            "kind": "Template",
            "metadata": { "name": "site", "title": "Web site", "description": "A fast one", "tags": ["web"] },
            "spec": {
                "type": "website", "owner": "guests", "parameters": [],
                "steps": [{ "action": "publish:github" }, { "action": "catalog:register" }],
            },
        }))
        .document(json!({
            "apiVersion": "backstage.io/v1beta2",
            "kind": "Template",
            "metadata": { "name": "old" },
            "spec": { "type": "website", "steps": [] },
        }))
}

#[tokio::test]
async fn templates_are_cards_by_category() {
    let app = theatre().await;
    let page = app.get("/create").await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(page.texts("title"), ["Templates · Callboard"]);
    assert_eq!(page.texts("h1"), ["Create"]);
    assert_eq!(page.texts("h2.templates-head"), ["Service 1", "Website 2"]);
    let makes = page.texts(".template-makes").join("|");
    assert!(
        makes.contains("Makes a GitHub repository and a catalog entry"),
        "{makes}"
    );
    assert!(makes.contains("backstage.io/v1beta2"), "{makes}");
    let links = page.attributes("a.template-link", "href");
    assert!(
        links.contains(&"/create/templates/default/site".to_owned()),
        "{links:?}"
    );
    let types = page.attributes("nav[aria-label=Type] a", "href");
    assert!(
        types.contains(&"/create?type=website".to_owned()),
        "{types:?}"
    );

    let page = app.get("/create?q=fast").await;
    assert_eq!(page.texts("h3"), ["Web site"]);
    let page = app
        .get("/create?tag=web&owner=group:default%2Fguests")
        .await;
    assert_eq!(page.texts("h3"), ["Web site"]);
    let page = app.get("/create?q=nothing-like-it").await;
    assert!(
        page.texts("main")
            .join(" ")
            .contains("No template passes these filters")
    );
}

#[tokio::test]
async fn without_templates_it_says_how_to_get_one() {
    let page = TestApp::start(Vec::new()).await.get("/create").await;
    let main = page.texts("main").join(" ");
    assert!(
        main.contains("There are no templates yet") && main.contains("allow: ["),
        "{main}"
    );
    let links = page.attributes("main a", "href");
    assert!(links.contains(&"/register".to_owned()), "{links:?}");
}

/// The fields of the form, as a browser would send them with these answers and that button.
fn sent(page: &Answer, answers: &[(&str, &str)], button: &str) -> String {
    let hidden = page
        .attributes("#wizard input[type=hidden]", "name")
        .into_iter()
        .zip(page.attributes("#wizard input[type=hidden]", "value"));
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in hidden {
        query.append_pair(&name, &value);
    }
    for (name, value) in answers {
        query.append_pair(name, value);
    }
    query.append_pair("do", button);
    query.finish()
}

#[tokio::test]
async fn a_form_is_filled_in_without_scripts() {
    let app = theatre().await;
    let path = "/create/templates/default/service";
    let page = app.get(path).await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(page.texts("title"), ["service · Callboard"]);
    assert_eq!(page.texts("h1").len(), 1);
    assert_eq!(page.texts("h2.wizard-title"), ["The service"]);
    assert_eq!(
        page.texts(".ask-label"),
        ["Name", "Owner", "Live at once", "Token optional"]
    );
    assert_eq!(page.attributes("#wizard", "method"), ["get"]);
    assert_eq!(page.texts("[aria-current=step] .clip"), ["The service"]);
    // What is concealed has no name: it must not go into an address.
    assert_eq!(
        page.attributes("input[type=password]", "data-concealed"),
        ["/token"]
    );
    assert!(page.attributes("input[type=password]", "name").is_empty());

    let query = sent(&page, &[("/name", "Orders"), ("/owner", "")], "next");
    let page = app.get(&format!("{path}?{query}")).await;
    assert_eq!(page.texts("h2.wizard-title"), ["The service"]);
    assert_eq!(page.texts(".mistakes a"), ["Name", "Owner"]);
    assert_eq!(
        page.attributes(".mistakes a", "href"),
        ["#f/name", "#f/owner"]
    );
    assert_eq!(
        page.attributes("[aria-invalid=true]", "id"),
        ["f/name", "f/owner"]
    );
    let told = page.attributes("[id='f/name']", "aria-describedby");
    assert_eq!(told, ["h/name e/name"]);
    assert_eq!(page.attributes("[id='f/name']", "value"), ["Orders"]);

    let query = sent(
        &page,
        &[("/name", "orders"), ("/owner", "Guests"), ("/live", "true")],
        "next",
    );
    let page = app.get(&format!("{path}?{query}")).await;
    assert_eq!(
        page.texts("h2.wizard-title"),
        ["Where"],
        "{}",
        page.texts("main").join(" ")
    );
    assert_eq!(page.texts("option[selected]"), ["north"]);

    let query = sent(&page, &[("/zone", "1")], "next");
    let page = app.get(&format!("{path}?{query}")).await;
    assert_eq!(page.texts("h2.wizard-title"), ["Review"]);
    let answers: Vec<_> = page
        .texts(".review dt")
        .into_iter()
        .zip(page.texts(".review dd"))
        .collect();
    let expected = [
        ("Name", "orders"),
        ("Owner", "Guests"),
        ("Live at once", "Yes"),
        ("Token", "—"),
        ("zone", "south"),
    ];
    let expected = expected.map(|(label, answer)| (label.to_owned(), answer.to_owned()));
    assert_eq!(answers, expected);
    assert_eq!(page.attributes("#start", "action"), ["/_fn/start_task"]);
    assert_eq!(page.attributes("input[type=password]", "form"), ["start"]);

    let query = sent(&page, &[], "turn:0");
    let page = app.get(&format!("{path}?{query}")).await;
    assert_eq!(page.attributes("[id='f/name']", "value"), ["orders"]);
    assert_eq!(page.attributes("[id='f/owner']", "value"), ["Guests"]);
}

/// Runs nothing and remembers everything.
#[derive(Default)]
struct Remembered(Mutex<Vec<NewTask>>);

impl port::Tasks for Remembered {
    fn actions(&self) -> Vec<ActionView> {
        Vec::new()
    }

    fn start<'a>(&'a self, _viewer: &'a Viewer, task: NewTask) -> Port<'a, String> {
        self.0.lock().unwrap().push(task);
        Box::pin(async { Ok("task 1".to_owned()) })
    }

    fn try_out<'a>(&'a self, _viewer: &'a Viewer, _trial: NewTrial) -> Port<'a, TrialView> {
        Box::pin(async { Err(ApiError::Internal) })
    }

    fn view<'a>(&'a self, _viewer: &'a Viewer, id: &'a str) -> Port<'a, TaskView> {
        Box::pin(async move { Err(ApiError::NotFound(id.to_owned())) })
    }

    fn list<'a>(&'a self, _: &'a Viewer, _: bool) -> Port<'a, Vec<TaskRow>> {
        Box::pin(async { Ok(Vec::new()) })
    }

    fn cancel<'a>(&'a self, _viewer: &'a Viewer, id: &'a str) -> Port<'a, ()> {
        Box::pin(async move { Err(ApiError::NotFound(id.to_owned())) })
    }

    fn go_on<'a>(&'a self, _viewer: &'a Viewer, id: &'a str) -> Port<'a, ()> {
        Box::pin(async move { Err(ApiError::NotFound(id.to_owned())) })
    }
}

#[tokio::test]
async fn a_task_is_started_with_what_was_answered() {
    let tasks = Arc::new(Remembered::default());
    let db = Engine::Sqlite.open().await.unwrap();
    let given = Arc::clone(&tasks);
    let app = TestApp::with("/portal", db, vec![filled()], |mut state| {
        state.task_port = given;
        state
    })
    .await;
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    form.append_pair("template", "template:default/service")
        .append_pair(
            "values",
            r#"{"name":"orders","owner":"group:default/guests"}"#,
        )
        .append_pair("concealed[/token]", "hunter2");
    let form = form.finish();
    let answer = app.submit("/_fn/start_task", &form).await;
    assert_eq!(answer.status, StatusCode::FOUND, "{}", answer.body);
    assert_eq!(answer.header("location"), "/portal/create/tasks/task%201");
    let started = tasks.0.lock().unwrap();
    assert_eq!(started[0].secrets["token"], "hunter2");
    assert_eq!(started[0].values["token"], "*******");
    assert_eq!(started[0].values["name"], "orders");
}

#[tokio::test]
async fn a_task_that_cannot_be_started_says_why() {
    let app = theatre().await;
    let send = |values: Value| {
        let body = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("template", "template:default/service")
            .append_pair("values", &values.to_string())
            .finish();
        let request = axum::http::Request::post("/_fn/start_task")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(axum::body::Body::from(body));
        app.send(request.unwrap())
    };
    let refused = send(json!({ "name": "X", "owner": "group:default/guests" })).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    assert!(
        refused
            .body
            .contains("The service, Name: This does not fit"),
        "{}",
        refused.body
    );
    let honest = send(json!({ "name": "x", "owner": "group:default/guests" })).await;
    assert_eq!(honest.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(
        honest.body.contains("Tasks cannot run here"),
        "{}",
        honest.body
    );
}

#[tokio::test]
async fn what_is_no_template_has_no_form() {
    let app = theatre().await;
    let missing = app.get("/create/templates/default/none").await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
    let old = app.get("/create/templates/default/old").await;
    assert_eq!(old.status, StatusCode::BAD_REQUEST);
    assert!(old.texts("main").join(" ").contains("v1beta2"));
}

#[tokio::test]
async fn hostile_templates_stay_text() {
    let evil = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>";
    let all = seed().document(json!({
        "apiVersion": "scaffolder.backstage.io/v1beta3",
        "kind": "Template",
        "metadata": { "name": "evil", "title": evil, "description": evil, "tags": ["web"] },
        "spec": {
            "type": evil, "owner": evil,
            "presentation": { "buttonLabels": { "reviewButtonText": evil } },
            "steps": [],
            "parameters": {
                "title": evil, "description": evil,
                "properties": {
                    evil: { "type": "string", "title": evil, "description": evil, "ui:help": evil, "ui:placeholder": evil, "default": evil },
                    "choice": { "enum": [evil], "enumNames": [evil] },
                    "list": { "type": "array", "minItems": 1, "items": { "type": "string", "title": evil } },
                    "theirs": { "type": "string", "ui:field": evil },
                },
                "errorMessage": { "properties": { "theirs": evil } },
            },
        },
    }));
    let app = TestApp::start(vec![all]).await;
    for path in [
        "/create",
        "/create/templates/default/evil",
        "/create/templates/default/evil?values=%7B%7D&do=next",
        "/create/templates/default/evil?values=%7B%22theirs%22%3A1%7D&do=next",
    ] {
        let page = app.get(path).await;
        assert!(!page.body.contains("<script>alert"), "{path}");
        assert!(!page.body.contains("<img src=x"), "{path}");
        assert!(page.attributes("[onerror]", "onerror").is_empty(), "{path}");
    }
}

#[tokio::test]
async fn a_template_is_edited_beside_its_form() {
    let app = theatre().await;
    let page = app.get("/create/edit").await;
    assert_eq!(page.texts("h1"), ["Edit a template"]);
    assert!(
        page.raw_text("textarea.code")
            .starts_with("apiVersion: scaffolder.backstage.io/v1beta3")
    );
    assert_eq!(page.texts(".editor-form h2"), ["The service"]);
    let others = page.attributes(".menu-item", "href");
    assert!(
        others.contains(&"/create/edit?template=site".to_owned()),
        "{others:?}"
    );

    let page = app.get("/create/edit?template=service").await;
    let text = page.raw_text("textarea.code");
    assert!(
        text.contains(r#""ui:field": OwnerPicker"#) && !text.contains("uid:"),
        "{text}"
    );
    assert_eq!(page.texts(".editor-form .ask-label").len(), 4);
    let missing = app.get("/create/edit?template=none").await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);

    let fill = async |text: &str| {
        let body = json!({ "template": null, "text": text, "sent": "", "asked": null });
        app.post("/_fn/fill_form", &body).await
    };
    let wrong = fill("kind: Template\nspec: [").await;
    assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
    assert!(wrong.body.contains("Line "), "{}", wrong.body);
    let noted = fill("apiVersion: scaffolder.backstage.io/v1beta3\nkind: Template\nmetadata:\n  name: t\nspec:\n  type: 7\n  steps: []\n").await;
    assert_eq!(noted.status, StatusCode::OK, "{}", noted.body);
    assert!(noted.body.contains("Line 6: "), "{}", noted.body);
}

#[tokio::test]
async fn what_a_task_has_made_leads_back_to_it() {
    let db = Engine::Sqlite.open().await.unwrap();
    let location = ProviderLocation {
        made_by: Some(MadeBy {
            task: "task-1".to_owned(),
            template: Some("template:default/service".to_owned()),
        }),
        ..ProviderLocation::of(&LocationRef::file("/made.yaml"))
    };
    put_location(&db.db, &location, 1, || uuid::Uuid::new_v4().to_string())
        .await
        .unwrap();
    let made = seed().file("/made.yaml").component("made", |it| it);
    let other = seed().file("/other.yaml").component("other", |it| it);
    let app = TestApp::below("", db, vec![filled(), made, other]).await;
    let page = app.get("/catalog/default/component/made").await;
    let links = page.attributes(".about a", "href");
    for expected in ["/catalog/default/template/service", "/create/tasks/task-1"] {
        assert!(links.contains(&expected.to_owned()), "{links:?}");
    }
    let page = app.get("/catalog/default/component/other").await;
    assert!(!page.body.contains("Made from"), "{}", page.body);
}
