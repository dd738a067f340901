//! The rules of the house, as tests: who may know what.

use std::path::{Path, PathBuf};
use std::process::Command;

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Every Rust file below a folder of the workspace, with its text.
fn sources(folder: &str) -> Vec<(String, String)> {
    let files = walkdir::WalkDir::new(workspace().join(folder)).into_iter();
    let rust = files
        .map(Result::unwrap)
        .filter(|file| file.path().extension().is_some_and(|it| it == "rs"));
    let sources: Vec<_> = rust
        .map(|file| {
            (
                file.path().display().to_string(),
                std::fs::read_to_string(file.path()).unwrap(),
            )
        })
        .collect();
    assert!(!sources.is_empty(), "{folder} has no sources");
    sources
}

#[test]
fn only_the_store_contains_sql() {
    for (path, text) in sources("server/src") {
        if !path.contains("/src/store/") {
            assert!(!text.contains("sqlx::"), "{path} speaks to the database");
            for word in ["\"select ", "\"insert ", "\"update ", "\"delete "] {
                assert!(!text.contains(word), "{path} contains SQL");
            }
        }
    }
}

#[test]
fn the_language_of_templates_reaches_nothing() {
    for (path, text) in sources("server/src/scaffolder/language") {
        for outside in [
            "std::fs",
            "std::net",
            "std::env",
            "std::process",
            "std::thread",
            "tokio",
            "reqwest",
            "async ",
            "SystemTime",
            "Instant",
        ] {
            assert!(!text.contains(outside), "{path} reaches out with {outside}");
        }
    }
}

#[test]
fn parsing_validating_and_relating_are_pure() {
    for name in ["parse", "validate", "relate"] {
        let folder = format!("server/src/ingest/{name}");
        let files = if workspace().join(&folder).is_dir() {
            sources(&folder)
        } else {
            let path = format!("{folder}.rs");
            let text = std::fs::read_to_string(workspace().join(&path)).unwrap();
            vec![(path, text)]
        };
        for (path, text) in files {
            for impure in [
                "std::fs",
                "tokio::",
                "reqwest",
                "async fn",
                "SystemTime",
                "std::env",
            ] {
                assert!(
                    !text.contains(impure),
                    "{path} must be pure, but knows {impure}"
                );
            }
        }
    }
}

#[test]
fn all_outbound_http_goes_through_one_client() {
    for (path, text) in sources("server/src") {
        if !path.contains("/src/outbound/") {
            assert!(
                !text.contains("reqwest::"),
                "{path} has a client of its own"
            );
        }
    }
}

#[test]
fn ingest_writes_through_the_store_only_and_query_never_writes() {
    for (path, text) in sources("server/src/ingest") {
        assert!(
            !text.contains("crate::store"),
            "{path} must hand its results to its caller"
        );
    }
    let store = sources("server/src/store").into_iter();
    let store: String = store.map(|(_, text)| text).collect();
    let names = store.split("pub async fn ").skip(1);
    let names = names.filter_map(|text| text.split(['(', '<']).next());
    let writing: Vec<&str> = names
        .filter(|name| name.starts_with("put_") || name.starts_with("remove_"))
        .collect();
    assert!(writing.len() > 10, "{writing:?}");
    for (path, text) in sources("server/src/query") {
        let found = writing.iter().find(|name| text.contains(**name));
        assert_eq!(found, None, "{path} writes");
    }
}

#[test]
fn only_work_that_shows_nothing_asks_the_whole_catalog() {
    // Ingestion and its measures; who somebody is; what registering and pushing come to; and the
    // page for those who see to the installation.
    let trusted = [
        "/src/follow.rs",
        "/src/http/disguise.rs",
        "/src/http/fresh.rs",
        "/src/http/auth/",
        "/src/http/caller.rs",
        "/src/metrics/scrape.rs",
        "/src/operations.rs",
        "/src/permission/port.rs",
        "/src/permission/preview.rs",
        "/src/query/",
        "/src/registry/locations.rs",
        "/src/registry/push.rs",
        "/src/registry/removal.rs",
        "/src/scaffolder/actions/github/environment.rs",
        "/src/scaffolder/fixture/trial.rs",
        "/src/scaffolder/permitted.rs",
        "/src/scaffolder/task/service.rs",
        "/src/http/scaffolder/dry_run.rs",
        "/src/serve.rs",
        "/src/work/mod.rs",
    ];
    for (path, text) in sources("server/src") {
        if !trusted.iter().any(|part| path.contains(part)) {
            let asks = text.contains("catalog.whole()") || text.contains(".whole()\n");
            assert!(
                !asks,
                "{path} must ask what the viewer may see: Catalog::seen_by"
            );
        }
    }
}

#[test]
fn only_error_rs_maps_errors_to_a_status() {
    for (path, text) in sources("app/src") {
        if !path.ends_with("/error.rs") {
            assert!(
                !text.contains("set_status(http") && !text.contains("StatusCode::"),
                "{path}"
            );
        }
    }
}

#[test]
fn the_shared_crate_knows_no_database_and_no_files() {
    let tree = Command::new(env!("CARGO"))
        .args([
            "tree",
            "--offline",
            "--package",
            "app",
            "--features",
            "ssr",
            "--edges",
            "normal",
        ])
        .args(["--prefix", "none"])
        .current_dir(workspace())
        .output()
        .unwrap();
    let tree = String::from_utf8(tree.stdout).unwrap();
    assert!(tree.contains("leptos "), "{tree}");
    for banned in ["sqlx", "reqwest", "rusqlite", "octocrab"] {
        assert!(
            !tree.lines().any(|line| line.starts_with(banned)),
            "app depends on {banned}"
        );
    }
    for (path, text) in sources("app/src") {
        assert!(
            !text.contains("std::fs") && !text.contains("std::net"),
            "{path}"
        );
    }
}

#[test]
fn every_file_says_what_it_is_and_none_is_a_drawer() {
    for folder in [
        "app/src",
        "fake-github/src",
        "frontend/src",
        "server/src",
        "xtask/src",
    ] {
        for (path, text) in sources(folder) {
            assert!(
                text.starts_with("//! "),
                "{path} begins without saying what it is"
            );
            let stem = Path::new(&path).file_stem().unwrap().to_str().unwrap();
            let drawers = ["utils", "helpers", "common", "types", "misc"];
            assert!(!drawers.contains(&stem), "{path} is a drawer");
        }
    }
}
