//! The look that the operator gives, and the one that a reader chooses.

use crate::support::{Engine, TestApp, seed};
use app::catalog::EntityListQuery;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use serde_json::json;
use server::config::{LoadOptions, load};

#[tokio::test]
async fn a_reader_chooses_among_the_looks_of_the_operator() {
    let dir = tempfile::tempdir().unwrap();
    let config = "
app:
  themes:
    - name: night
      title: Night shift
      product: Stage door
      tokens: {accent: gold}
      logo: {$file: logo.svg}
  theme: callboard
  kinds:
    Component: {icon: globe, color: olive}
";
    let logo = "<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>";
    std::fs::write(dir.path().join("logo.svg"), logo).unwrap();
    std::fs::write(dir.path().join("app-config.yaml"), config).unwrap();
    let options = LoadOptions {
        dir: dir.path().to_owned(),
        ..LoadOptions::default()
    };
    let themes = load(&options).unwrap().config.themes;
    let db = Engine::Sqlite.open().await.unwrap();
    let seeds = vec![seed().component("orders", |entity| entity)];
    let app = TestApp::with("", db, seeds, |state| state.with_themes(&themes)).await;

    let page = app.get("/catalog").await;
    assert_eq!(page.attributes("html", "data-palette"), ["callboard"]);
    assert_eq!(page.texts("nav.side .side-head"), ["Callboard"]);
    assert_eq!(page.texts("form[action$=set_theme] button").len(), 2);
    assert_eq!(
        page.attributes("main .tile-large, main td .tile", "class"),
        ["tile tint-olive"]
    );

    // Who looks for it among the settings finds it there too.
    let settings = app.get("/settings").await;
    let looks = "main [role=group][aria-label=Look] button";
    assert_eq!(settings.texts(looks), ["Night shift", "Callboard"]);
    let pressed = settings.texts(&format!("{looks}[aria-pressed=true]"));
    assert_eq!(pressed, ["Callboard"]);

    // What browsers ask for later looks the same.
    let query = json!({ "query": EntityListQuery::default() });
    let rows = app.post("/_fn/list_entities", &query).await;
    assert!(rows.body.contains("tile tint-olive"), "{}", rows.body);
    let graph = app.get("/graph?root=component:default/orders").await;
    assert_eq!(graph.attributes("svg a.node", "class"), ["node node-olive"]);

    let chosen = app.submit("/_fn/set_theme", "name=night").await;
    let cookie = chosen.headers[header::SET_COOKIE].to_str().unwrap();
    let cookie = cookie.split(';').next().unwrap().to_owned();
    assert_eq!(cookie, "callboard-theme=night");
    let refused = app.submit("/_fn/set_theme", "name=day").await;
    assert!(!refused.headers.contains_key(header::SET_COOKIE));

    let request = Request::get("/catalog").header(header::COOKIE, cookie);
    let page = app.send(request.body(Body::empty()).unwrap()).await;
    assert_eq!(page.attributes("html", "data-palette"), ["night"]);
    assert_eq!(page.texts("nav.side .side-head"), ["Stage door"]);
    let sheets = page.attributes("link[rel=stylesheet]", "href");
    let sheet = app.get(sheets.last().unwrap()).await;
    assert_eq!(sheet.status, StatusCode::OK);
    assert!(sheet.body.contains("--accent:#ffd700"), "{}", sheet.body);
    let logos = page.attributes("nav.side img", "src");
    let drawn = app.get(&logos[0]).await;
    assert_eq!(drawn.headers[header::CONTENT_TYPE], "image/svg+xml");
    let policy = drawn.headers[header::CONTENT_SECURITY_POLICY]
        .to_str()
        .unwrap();
    assert!(policy.contains("sandbox") && policy.contains("default-src 'none'"));
    assert_eq!(
        app.get("/theme/none.css").await.status,
        StatusCode::NOT_FOUND
    );
}
