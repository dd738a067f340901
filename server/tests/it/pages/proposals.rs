//! A catalog file that is offered to its repository as a pull request, from the page that registers.

use super::register::{app_beside, look};
use crate::support::github::{Fault, Github};
use crate::support::{Answer, TestApp};
use axum::http::StatusCode;
use server::config::Import;
use server::scm::Scm;
use std::sync::Arc;

const DRAFT: [(&str, &str); 6] = [
    ("kind", "Component"),
    ("name", "fog"),
    ("description", "Makes fog: <b>thick</b>"),
    ("type", "service"),
    ("lifecycle", "production"),
    ("owner", "lights"),
];

async fn stage() -> Github {
    let github = Github::start().await;
    github.organization("playhouse", &["ben"]);
    github.repository("playhouse/fog", |mut it| {
        "trunk".clone_into(&mut it.default_branch);
        it.file("README.md", "# Fog")
    });
    github
}

fn url(github: &Github) -> String {
    format!("http://{}/playhouse/fog", github.host)
}

/// The page with the file and the form that offers it.
async fn file(app: &TestApp, github: &Github) -> Answer {
    let mut answers = vec![("branch", "trunk")];
    answers.extend(DRAFT);
    look(app, &url(github), &answers).await
}

/// Sends the form as it stands on a page, with other answers, and follows to where that leads.
async fn send(app: &TestApp, page: &Answer, others: &[(&str, &str)]) -> Answer {
    let form = "form[action='/_fn/propose_file']";
    let fields = format!("{form} input");
    let names = page.attributes(&fields, "name");
    let values = page.attributes(&fields, "value");
    let mut sent: Vec<(String, String)> = names.into_iter().zip(values).collect();
    let text = page.raw_text(&format!("{form} textarea"));
    sent.push(("text".to_owned(), text));
    for (name, value) in others {
        sent.retain(|(it, _)| it != name);
        sent.push(((*name).to_owned(), (*value).to_owned()));
    }
    let mut body = url::form_urlencoded::Serializer::new(String::new());
    body.extend_pairs(sent);
    let answer = app.submit("/_fn/propose_file", &body.finish()).await;
    assert_eq!(answer.status, StatusCode::FOUND, "{}", answer.body);
    let page = app.get(answer.header("location")).await;
    assert_eq!(page.status, StatusCode::OK);
    page
}

fn main_of(page: &Answer) -> String {
    page.texts("main").join(" ")
}

#[tokio::test]
async fn a_file_is_offered_and_the_page_says_what_comes_next() {
    let github = stage().await;
    let app = app_beside(&github).await;
    let page = file(&app, &github).await;
    let usual = |name: &str| page.attributes(&format!("[name={name}]"), "value");
    assert_eq!(usual("head"), ["callboard-catalog-info"]);
    assert!(page.attributes("form [name=title]", "value")[0] == "Add catalog-info.yaml");
    let text = page.raw_text("main pre");
    // Nobody was asked for the page.
    assert_eq!(github.asked(), []);

    let others = [
        ("title", "Put us on the board"),
        ("text", "Please.\r\nSoon."),
    ];
    let after = send(&app, &page, &others).await;
    let there = github.find("playhouse/fog").unwrap();
    let files = there.files("callboard-catalog-info");
    assert_eq!(files["catalog-info.yaml"], text);
    assert_eq!(files["README.md"], "# Fog");
    assert_eq!(
        there.log("callboard-catalog-info")[0],
        "Put us on the board"
    );
    let pulls = there.pulls();
    let pull = pulls[0].pull.as_ref().unwrap();
    assert_eq!(pull.base, "trunk");
    assert_eq!(pulls[0].title, "Put us on the board");
    assert_eq!(
        pulls[0].body.as_deref(),
        Some("Please.\nSoon.\n\n_Opened with Callboard for `user:default/guest`._")
    );

    let number = pulls[0].number;
    let link = format!("{}/pull/{number}", url(&github));
    assert!(main_of(&after).contains(&format!("Pull request {number} is open in playhouse/fog.")));
    assert!(after.attributes("main a", "href").contains(&link));
    assert!(
        after
            .attributes("form[action='/_fn/propose_file']", "action")
            .is_empty()
    );

    // It is registered before it is merged, which is nothing amiss.
    let form = "form[action='/_fn/register_location'] input";
    let values = after.attributes(form, "value");
    assert_eq!(
        values,
        [
            format!("{}/blob/trunk/catalog-info.yaml", url(&github)),
            "true".to_owned()
        ]
    );
    let mut body = url::form_urlencoded::Serializer::new(String::new());
    body.extend_pairs([("url", &*values[0]), ("awaited", "true")]);
    let registered = app.submit("/_fn/register_location", &body.finish()).await;
    let location = app.get(registered.header("location")).await;
    assert_eq!(location.status, StatusCode::OK);
    let json = location.attributes(
        "main a[href^='/api/catalog/entities/by-name/location/']",
        "href",
    );
    let presence = app.get(&json[0]).await.json()["spec"]["presence"].clone();
    assert_eq!(presence, "optional");
    assert_eq!(github.offences(), []);
}

#[tokio::test]
async fn asked_twice_there_is_one_pull_request() {
    let github = stage().await;
    let app = app_beside(&github).await;
    let page = file(&app, &github).await;
    send(&app, &page, &[]).await;
    let again = main_of(&send(&app, &page, &[]).await);
    assert!(
        again.contains("Pull request 1 was open already in playhouse/fog"),
        "{again}"
    );
    assert_eq!(github.find("playhouse/fog").unwrap().pulls().len(), 1);
}

#[tokio::test]
async fn what_an_attempt_has_left_is_taken_up() {
    let github = stage().await;
    let app = app_beside(&github).await;
    let page = file(&app, &github).await;
    github.fail("POST", "/repos/{owner}/{repo}/pulls", Fault::Broken, 1);
    let broken = send(&app, &page, &[]).await;
    assert!(
        main_of(&broken).contains("Send it again"),
        "{}",
        main_of(&broken)
    );
    let branch = github
        .find("playhouse/fog")
        .unwrap()
        .log("callboard-catalog-info");
    // The page that says so sends the same again.
    let after = main_of(&send(&app, &broken, &[]).await);
    assert!(after.contains("Pull request 1 is open"), "{after}");
    let there = github.find("playhouse/fog").unwrap();
    assert_eq!(there.log("callboard-catalog-info"), branch);
}

#[tokio::test]
async fn a_branch_of_somebody_else_is_left_alone() {
    let github = stage().await;
    let app = app_beside(&github).await;
    let page = file(&app, &github).await;
    send(&app, &page, &[("head", "add-it")]).await;
    let closed = |github: &Github| {
        github.merge("playhouse/fog", 1);
        github.change("playhouse/fog", |it| it.take("catalog-info.yaml"));
    };
    closed(&github);
    let before = github.find("playhouse/fog").unwrap().log("add-it");
    let others = [
        ("draft[name]", "haze"),
        ("head", "add-it"),
        ("title", "Again"),
    ];
    let refused = send(&app, &page, &others).await;
    let beside = refused.texts("#pull-branch-about").join(" ");
    assert!(
        beside.contains("There is a branch add-it already"),
        "{beside}"
    );
    assert_eq!(refused.attributes("#pull-branch", "aria-invalid"), ["true"]);
    // What was written is still there.
    assert_eq!(refused.attributes("#pull-title", "value"), ["Again"]);
    let there = github.find("playhouse/fog").unwrap();
    assert_eq!(there.log("add-it"), before);

    let refused = send(&app, &page, &[("head", "a..b")]).await;
    let beside = refused.texts("#pull-branch-about").join(" ");
    assert!(
        beside.contains("No branch can be called 'a..b'"),
        "{beside}"
    );
}

#[tokio::test]
async fn each_refusal_says_what_to_do() {
    let check = async |fault: Option<(&str, &str, Fault)>, words: &str| {
        let github = stage().await;
        let app = app_beside(&github).await;
        let page = file(&app, &github).await;
        match fault {
            Some((method, path, fault)) => github.fail(method, path, fault, 9),
            None => github.remove("playhouse/fog"),
        }
        let refused = send(&app, &page, &[]).await;
        let alert = refused.texts("form [role=alert]").join(" ");
        assert!(alert.contains(words), "{words}: {alert}");
        // The other way in is still there.
        assert!(!refused.texts("main .steps").is_empty());
    };
    let repository = "/repos/{owner}/{repo}";
    let trees = "/repos/{owner}/{repo}/git/trees";
    check(None, "There is no repository playhouse/fog").await;
    check(
        Some(("POST", trees, Fault::NotAllowed)),
        "may not write to playhouse/fog",
    )
    .await;
    let missing = Fault::Answer(404, serde_json::json!({ "message": "Not Found" }));
    check(
        Some(("POST", trees, missing)),
        "may not write to playhouse/fog",
    )
    .await;
    check(
        Some(("GET", repository, Fault::SsoRequired)),
        "single sign-on",
    )
    .await;
    check(
        Some(("GET", repository, Fault::Suspended)),
        "renew it under integrations.github",
    )
    .await;
    let unknown = Fault::Answer(401, serde_json::json!({ "message": "Bad credentials" }));
    check(
        Some(("GET", repository, unknown)),
        "renew it under integrations.github",
    )
    .await;
}

#[tokio::test]
async fn what_is_there_by_now_is_not_offered() {
    let github = stage().await;
    let app = app_beside(&github).await;
    let page = file(&app, &github).await;
    github.change("playhouse/fog", |it| it.put("catalog-info.yaml", "a: b"));
    let refused = send(&app, &page, &[]).await;
    let alert = refused.texts("form [role=alert]").join(" ");
    assert!(
        alert.contains("There is a catalog-info.yaml in playhouse/fog already. Look at it"),
        "{alert}"
    );
    // Nothing is offered to a branch that is not there, either.
    let refused = send(&app, &page, &[("branch", "gone")]).await;
    let alert = refused.texts("form [role=alert]").join(" ");
    assert!(alert.contains("There is no branch gone"), "{alert}");
    github.repository("playhouse/fog", crate::support::github::Repository::empty);
    assert_eq!(github.find("playhouse/fog").unwrap().pulls().len(), 0);
}

#[tokio::test]
async fn without_a_credential_a_person_puts_it_there() {
    let github = stage().await;
    let app = TestApp::with(
        "",
        crate::support::Engine::Sqlite.open().await.unwrap(),
        Vec::new(),
        |mut state| {
            let mut integrations = github.config().integrations;
            integrations[0].token = None;
            state.registry.context.scm = Arc::new(Scm::new(&integrations));
            state
        },
    )
    .await;
    let page = file(&app, &github).await;
    assert!(page.texts("form[action='/_fn/propose_file']").is_empty());
    let main = main_of(&page);
    let words = format!(
        "once there is a token or an app for {} under integrations.github",
        github.host
    );
    assert!(main.contains(&words), "{main}");
    // Who sends it all the same is told the same.
    let form = format!(
        "url={}&title=x&text=&head=y&draft[kind]=Component&draft[name]=fog&draft[type]=service\
         &draft[lifecycle]=production&draft[owner]=lights",
        url(&github)
    );
    let answer = app.submit("/_fn/propose_file", &form).await;
    assert!(
        answer.header("location").ends_with("&pull=no-credential"),
        "{}",
        answer.header("location")
    );
}

#[tokio::test]
async fn nothing_but_a_catalog_file_is_offered() {
    let github = stage().await;
    let app = app_beside(&github).await;
    let send = async |form: &str| {
        let form = format!("url={}&title=x&text=&head=y{form}", url(&github));
        let answer = app.submit("/_fn/propose_file", &form).await;
        answer.header("location").to_owned()
    };
    for form in [
        "",
        "&draft[kind]=Component&draft[name]=a%20b&draft[owner]=lights",
        "&draft[kind]=Group&draft[name]=fog",
    ] {
        let led = send(form).await;
        assert!(led.contains("__err="), "{form}: {led}");
    }
    assert_eq!(github.asked(), []);
    // A forged address is no more than a number or a word of ours.
    let mut answers = DRAFT.to_vec();
    answers.push(("pull", "opened.<script>"));
    let page = look(&app, &url(&github), &answers).await;
    assert!(!page.body.contains("opened.&lt;") && !page.texts("main .form").is_empty());
}

#[tokio::test]
async fn what_files_and_branches_are_called_is_configured() {
    let github = stage().await;
    let app = TestApp::with(
        "",
        crate::support::Engine::Sqlite.open().await.unwrap(),
        Vec::new(),
        |mut state| {
            let context = &mut state.registry.context;
            context.outbound =
                server::outbound::Outbound::new(github.hosts(), server::clock::Clock::system());
            context.scm = Arc::new(github.scm());
            state.registry.import = Import {
                file: "about.yaml".to_owned(),
                branch: "backstage-integration".to_owned(),
            };
            state
        },
    )
    .await;
    let page = file(&app, &github).await;
    assert!(main_of(&page).contains("about.yaml"));
    send(&app, &page, &[]).await;
    let there = github.find("playhouse/fog").unwrap();
    assert!(
        there
            .files("backstage-integration")
            .contains_key("about.yaml")
    );
    assert_eq!(there.pulls()[0].title, "Add about.yaml");
}
