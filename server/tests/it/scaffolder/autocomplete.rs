//! What GitHub offers to the fields of a form: to clients of the API, and to the form itself.

use crate::support::github::{Fault, Github};
use crate::support::{Engine, TestApp, seed};
use app::account::port::Lender;
use app::catalog::EntityRef;
use app::catalog::port::Answer;
use app::scaffolder::Of;
use app::scaffolder::port::Forms as _;
use axum::http::StatusCode;
use serde_json::{Value, json};
use server::clock::Clock;
use server::outbound::Outbound;
use server::scaffolder::form::{Forms, Hubs};
use std::sync::Arc;

/// A GitHub with an organisation, two repositories and a branch.
async fn github() -> Github {
    let github = Github::start().await;
    github.organization("playhouse", &["ben"]);
    github.organization("others", &[]);
    github.token("ghp_ben", "ben");
    github.repository("playhouse/fog", |it| it.file("README.md", "# Fog"));
    github.repository("playhouse/lights", |it| it.file("README.md", "# Lights"));
    github
}

/// An application that asks this GitHub, with a template that asks for a repository.
async fn asking(github: &Github) -> TestApp {
    let parameters = json!({ "properties": {
        "repoUrl": { "type": "string", "ui:field": "RepoUrlPicker" },
        "branch": { "type": "string", "ui:field": "RepoBranchPicker" },
        "owner": { "type": "string", "ui:field": "RepoOwnerPicker" },
    } });
    let (outbound, scm) = (
        Outbound::new(github.hosts(), Clock::system()),
        Arc::new(github.scm()),
    );
    let db = Engine::Sqlite.open().await.unwrap();
    let seeds = vec![seed().template("service", parameters)];
    TestApp::with("", db, seeds, |mut state| {
        let hubs = Hubs::new(outbound.clone(), Arc::clone(&scm));
        let forms = Forms::new(state.catalog.clone(), scm.hosts()).with_hubs(hubs);
        state.forms = Arc::new(forms);
        state.registry.context.outbound = outbound;
        state.registry.context.scm = scm;
        state
    })
    .await
}

async fn completed(app: &TestApp, resource: &str, body: Value) -> (StatusCode, Value) {
    let path = format!("/api/scaffolder/v2/autocomplete/github/{resource}");
    let answer = app.post(&path, &body).await;
    (answer.status, answer.json())
}

#[tokio::test]
async fn clients_are_told_what_their_token_may_see() {
    let github = github().await;
    let app = asking(&github).await;
    let ask = async |resource: &str, token: &str, more: Value| -> Vec<String> {
        let mut context = json!({ "host": github.host });
        context
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().cloned().unwrap());
        let body = json!({ "token": token, "context": context });
        let (status, answer) = completed(&app, resource, body).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
        let results = answer["results"].as_array().unwrap().iter();
        results
            .map(|it| it["id"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(ask("owners", "ghp_ben", json!({})).await, ["playhouse"]);
    let both = ask("owners", fake_github::TOKEN, json!({})).await;
    assert_eq!(both.len(), 2, "{both:?}");
    let of_fog = json!({ "owner": "playhouse", "repository": "fog" });
    assert_eq!(ask("branches", "ghp_ben", of_fog).await, ["main"]);
    let all = ask("repositoriesWithOwner", "ghp_ben", json!({})).await;
    assert!(all.contains(&"playhouse/fog".to_owned()), "{all:?}");
}

#[tokio::test]
async fn what_cannot_be_asked_says_why() {
    let github = github().await;
    let app = asking(&github).await;
    let here = json!({ "host": github.host });
    let fog = json!({ "host": github.host, "owner": "playhouse", "repository": "fog" });
    let none = json!({ "host": github.host, "owner": "playhouse", "repository": "nothing" });
    for (resource, token, context, status, words) in [
        ("nothing", "t", &here, 400, "Invalid resource: nothing"),
        (
            "branches",
            "t",
            &here,
            400,
            "Missing owner and/or repository",
        ),
        ("owners", "", &here, 400, "The token is empty"),
        (
            "owners",
            "t",
            &json!({ "host": "evil.example.com" }),
            400,
            "No GitHub of the configuration",
        ),
        (
            "owners",
            "ghp_nobody",
            &here,
            400,
            "token is not valid any more",
        ),
        ("branches", "ghp_ben", &none, 404, "There is no such thing"),
    ] {
        let body = json!({ "token": token, "context": context });
        let (found, answer) = completed(&app, resource, body).await;
        let message = answer["error"]["message"].as_str().unwrap_or_default();
        assert_eq!(found.as_u16(), status, "{resource}: {answer}");
        assert!(message.contains(words), "{resource}: {message}");
    }
    github.fail(
        "GET",
        "/repos/{owner}/{repo}/branches",
        Fault::SsoRequired,
        1,
    );
    let body = json!({ "token": "ghp_ben", "context": fog });
    let (status, answer) = completed(&app, "branches", body).await;
    assert_eq!(status, StatusCode::FORBIDDEN, "{answer}");
}

/// What a field of the form offers to somebody who has typed `text`.
async fn offered(app: &TestApp, values: &Value, field: &str, text: &str) -> String {
    let values: String =
        url::form_urlencoded::byte_serialize(values.to_string().as_bytes()).collect();
    let body = json!({
        "template": "template:default/service",
        "text": null,
        "sent": format!("values={values}&page=0"),
        "asked": [field, text],
    });
    let answer = app.post("/_fn/fill_form", &body).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    answer.json()["html"].as_str().unwrap().to_owned()
}

fn names(html: &str) -> Vec<&str> {
    let parts = html.split("data-value=\"").skip(1);
    parts.map(|part| part.split('"').next().unwrap()).collect()
}

#[tokio::test]
async fn a_form_offers_owners_and_branches() {
    let github = github().await;
    let app = asking(&github).await;
    let page = app.get("/create/templates/default/service").await;
    let combos = page.attributes("input[role=combobox]", "name");
    assert_eq!(combos, ["/repoUrl?owner", "/branch", "/owner"]);

    let nothing = json!({});
    let owners = offered(&app, &nothing, "/repoUrl?owner", "").await;
    assert_eq!(names(&owners), ["ann", "others", "playhouse"]);
    let owners = offered(&app, &nothing, "/owner", "play").await;
    assert_eq!(names(&owners), ["playhouse"]);
    assert_eq!(github.asked().len(), 2, "once for all that types");

    let url = format!("{}?owner=playhouse&repo=fog", github.host);
    let known = json!({ "repoUrl": url });
    assert_eq!(names(&offered(&app, &known, "/branch", "").await), ["main"]);
    let url = format!("{}?owner=playhouse&repo=new", github.host);
    let unknown = json!({ "repoUrl": url });
    assert_eq!(
        names(&offered(&app, &unknown, "/branch", "").await),
        [""; 0]
    );
    assert_eq!(
        names(&offered(&app, &nothing, "/branch", "").await),
        [""; 0]
    );
}

/// Whoever has this token.
struct Holder(&'static str);

impl Lender for Holder {
    fn own_token<'a>(&'a self, _host: &'a str) -> Answer<'a, Option<String>> {
        Box::pin(async { Ok(Some(self.0.to_owned())) })
    }
}

#[tokio::test]
async fn branches_are_those_that_somebody_sees_who_has_signed_in_there() {
    let github = github().await;
    github.token("ghp_eve", "eve");
    github.repository("playhouse/secret", |mut it| {
        it.visibility = "private".to_owned();
        it.file("README.md", "# Hush")
    });
    let app = asking(&github).await;
    let template = EntityRef::new("template", "default", "service");
    let url = format!("{}?owner=playhouse&repo=secret", github.host);
    let mut sent = url::form_urlencoded::Serializer::new(String::new());
    sent.append_pair("values", &json!({ "repoUrl": url }).to_string());
    let sent = sent.append_pair("page", "0").finish();
    let outbound = Outbound::new(github.hosts(), Clock::system());
    let scm = Arc::new(github.scm());
    let forms = Forms::new(app.catalog.clone(), scm.hosts()).with_hubs(Hubs::new(outbound, scm));
    let viewer = app
        .catalog
        .viewer(&EntityRef::new("user", "default", "eve"));
    let offered = async |lender: &Holder| -> Vec<String> {
        let of = Of::Catalog(&template);
        let offers = forms.offer(&viewer, of, &sent, "/branch", "", lender);
        offers
            .await
            .unwrap()
            .into_iter()
            .map(|it| it.value)
            .collect()
    };
    assert_eq!(offered(&Holder("ghp_ben")).await, ["main"]);
    assert_eq!(offered(&Holder("ghp_eve")).await, [""; 0]);
}

#[tokio::test]
async fn what_was_chosen_or_typed_is_taken_over() {
    let github = github().await;
    let app = asking(&github).await;
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.extend_pairs([
        ("values", "{}"),
        ("page", "0"),
        ("/repoUrl?host", &github.host),
        ("/repoUrl?owner", "playhouse"),
        ("/repoUrl?owner#", "playhouse"),
        ("/repoUrl?repo", "fog"),
        ("/branch", "not-there-yet"),
        ("/branch#", ""),
        ("do", "next"),
    ]);
    let path = format!("/create/templates/default/service?{}", query.finish());
    let page = app.get(&path).await;
    let values = &page.attributes("input[name=values]", "value")[0];
    let values: Value = serde_json::from_str(values).unwrap();
    let url = format!("{}?owner=playhouse&repo=fog", github.host);
    assert_eq!(values, json!({ "repoUrl": url, "branch": "not-there-yet" }));
}

#[tokio::test]
async fn without_anybody_to_ask_as_it_is_typed() {
    let parameters = json!({ "properties": {
        "repoUrl": { "type": "string", "ui:field": "RepoUrlPicker" },
        "branch": { "type": "string", "ui:field": "RepoBranchPicker" },
    } });
    let app = TestApp::start(vec![seed().template("service", parameters)]).await;
    let page = app.get("/create/templates/default/service").await;
    assert_eq!(page.attributes("input[role=combobox]", "name"), [""; 0]);
    assert_eq!(page.attributes("input[name='/branch']", "type"), ["text"]);
}
