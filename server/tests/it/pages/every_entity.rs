//! Every page of every entity answers: of real repositories, and of a catalog that was made up.

use crate::support::{Seed, TestApp, seed};
use axum::http::StatusCode;
use serde_json::json;
use server::ingest::parse::{MAX_BYTES, parse};
use server::ingest::placeholder;
use server::ingest::relate::relate;
use server::ingest::validate::custom::Kinds;
use server::ingest::validate::validate;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A folder beside the repository, where it is at hand.
fn beside(folder: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../shared")
        .join(folder);
    if !path.exists() {
        println!("passed over: {} is not here", path.display());
    }
    path.exists().then_some(path)
}

/// Whatever is valid in a file, as one source.
fn valid(path: &Path) -> Option<Seed> {
    let bytes = std::fs::read(path).ok()?;
    let mut found = seed().file(&path.display().to_string());
    let mut count = 0;
    for mut document in parse(&bytes, MAX_BYTES).into_iter().flatten() {
        // The files that placeholders stand for may be elsewhere.
        let stubs = placeholder::find(&document.value).into_iter();
        let stubs: Vec<_> = stubs.map(|it| (it, Ok(json!("stub")))).collect();
        placeholder::replace(&mut document.value, stubs);
        let kinds = Kinds::default();
        if validate(&mut document.value, &kinds)
            .and_then(|()| relate(&document.value, &kinds))
            .is_ok()
        {
            found = found.document(document.value);
            count += 1;
        }
    }
    (count > 0).then_some(found)
}

/// Asks for the page of every entity, and for all tabs of some. Returns how many entities there are.
async fn ask_for_all(app: &TestApp) -> usize {
    let entities = app
        .get("/api/catalog/entities?fields=kind,metadata.name,metadata.namespace")
        .await
        .json();
    let entities = entities.as_array().unwrap().clone();
    // All of a large catalog take a minute; that is for the machine that checks everything.
    let step = if entities.len() < 500 || std::env::var_os("CI").is_some() {
        1
    } else {
        println!("passed over: nine of ten entities, since CI is not set");
        10
    };
    for (at, entity) in entities.iter().enumerate().step_by(step) {
        let part = |pointer: &str| {
            entity
                .pointer(pointer)
                .unwrap()
                .as_str()
                .unwrap()
                .to_lowercase()
        };
        let (kind, name) = (part("/kind"), part("/metadata/name"));
        let path = format!("/catalog/{}/{kind}/{name}", part("/metadata/namespace"));
        let tabs = if at % 20 == 0 { 3 } else { 1 };
        for tab in ["", "?tab=graph", "?tab=source"].into_iter().take(tabs) {
            let page = app.get(&format!("{path}{tab}")).await;
            assert_eq!(page.status, StatusCode::OK, "{path}{tab}");
            assert_eq!(page.body.matches("<h1").count(), 1, "{path}{tab}");
        }
    }
    entities.len()
}

#[tokio::test]
async fn of_real_repositories() {
    let Some(corpus) = beside("corpus/catalog-entities") else {
        return;
    };
    let files = walkdir::WalkDir::new(corpus)
        .sort_by_file_name()
        .into_iter();
    let files = files.filter_map(Result::ok).filter(|file| {
        let name = file.file_name().to_string_lossy();
        name.ends_with(".yaml") || name.ends_with(".yml")
    });
    let seeds: Vec<Seed> = files.filter_map(|file| valid(file.path())).collect();
    let app = TestApp::start(seeds).await;
    let count = ask_for_all(&app).await;
    assert!(count > 100, "{count}");
}

#[tokio::test]
async fn of_a_catalog_that_was_made_up() {
    let Some(script) = beside("bench/gen_catalog.py") else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let made = Command::new("python3")
        .arg(script)
        .arg("1000")
        .arg(folder.path())
        .status();
    if !made.is_ok_and(|status| status.success()) {
        println!("passed over: there is no Python to make the catalog with");
        return;
    }
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder.path())
        .unwrap()
        .map(|file| file.unwrap().path())
        .collect();
    files.sort();
    let app = TestApp::start(files.iter().filter_map(|file| valid(file)).collect()).await;
    assert_eq!(ask_for_all(&app).await, 1001);
}
