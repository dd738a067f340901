//! The configuration files of this project, and those of other people, against the reader.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::{Database, LoadOptions, Loaded, load, redact};

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap()
        .to_owned()
}

fn load_file(dir: PathBuf, file: &str) -> Loaded {
    let options = LoadOptions {
        files: vec![file.into()],
        dir,
        env: BTreeMap::new(),
    };
    load(&options).unwrap_or_else(|error| panic!("{file}: {error}"))
}

#[test]
fn the_first_start_shows_the_example_catalog() {
    let loaded = load_file(workspace(), "app-config.yaml");
    assert_eq!(loaded.warnings, []);
    let config = loaded.config;
    assert_eq!(config.catalog.locations[0].target, "examples/catalog.yaml");
    let guest = config.auth.guest.unwrap();
    assert_eq!(guest.user_entity_ref, "user:default/nora.quint");
    assert_eq!(config.backend.listen.to_string(), "127.0.0.1:7007");
    assert_eq!(config.backend.database, Database::default());
}

#[test]
fn the_sample_has_only_keys_that_are_read() {
    let loaded = load_file(workspace(), "app-config.sample.yaml");
    assert_eq!(loaded.warnings, []);
    let config = loaded.config;
    let Database::Postgres(postgres) = config.backend.database else {
        panic!("the sample uses PostgreSQL");
    };
    assert_eq!(
        postgres.url.expose(),
        "postgres://callboard:change-me@db.internal:5432/callboard?sslmode=verify-full"
    );
    assert_eq!(config.integrations.len(), 7);
    let shown = redact(&loaded.value).to_string();
    for secret in ["change-me", "ghp_example", "privateKey\":\"example"] {
        assert!(!shown.contains(secret), "{secret} is shown in {shown}");
    }
}

/// Every key that the reader asks for is in the sample, so that it documents all of them.
#[test]
fn the_sample_has_every_key_that_is_read() {
    let text = fs::read_to_string(workspace().join("app-config.sample.yaml")).unwrap();
    let root = super::yaml::parse(&text, "app-config.sample.yaml").unwrap();
    let trace = super::section::Trace::default();
    let layers = [super::reader::Layer {
        data: &root,
        context: "sample",
    }];
    let reader = super::reader::ConfigReader::new(&layers);
    super::Config::read(&super::section::Section::new(reader, &trace));
    let asked = trace.asked.into_inner();
    let sample = root.to_json();
    let pointer = |key: &str| format!("/{}", key.replace('.', "/"));
    let missing: Vec<&String> = asked
        .values
        .iter()
        // Entries of a list show each key once between them; SQLite's own keys are in the comment.
        .filter(|key| !key.contains('[') && sample.pointer(&pointer(key)).is_none())
        .filter(|key| !key.ends_with(".filename") && !key.ends_with(".directory"))
        .collect();
    assert!(
        missing.is_empty(),
        "not in app-config.sample.yaml: {missing:?}"
    );
}

/// Real files of other installations, where they are at hand: none may fail with every variable
/// unset, and what nothing reads has a line.
#[test]
fn real_installations_load() {
    let corpus = workspace().join("../shared/corpus/app-configs");
    if !corpus.is_dir() {
        println!("no ../shared/corpus/app-configs: nothing was loaded");
        return;
    }
    let mut count = 0;
    for entry in walkdir::WalkDir::new(&corpus) {
        let path = entry.unwrap().into_path();
        if path.extension().is_none_or(|extension| extension != "yaml") {
            continue;
        }
        count += 1;
        let options = LoadOptions {
            files: vec![path.file_name().unwrap().into()],
            dir: path.parent().unwrap().to_owned(),
            env: BTreeMap::new(),
        };
        match load(&options) {
            Ok(loaded) => {
                for warning in &loaded.warnings {
                    println!("{warning}");
                    assert!(warning.line.is_some(), "{warning:?}");
                }
            }
            // Files of their machine are not on this one.
            Err(error) => assert!(
                error.to_string().contains("failed to read file"),
                "{}: {error}",
                path.display()
            ),
        }
    }
    assert!(count > 10, "only {count} files found");
}
