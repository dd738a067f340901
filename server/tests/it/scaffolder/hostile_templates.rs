//! Templates that mean harm, as they are run.

use super::workshop::{Workshop, step};
use crate::support::Engine;
use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};
use server::scaffolder::actions::Manifest;
use server::scaffolder::fixture::{Bench, Fixture};
use std::collections::BTreeSet;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::time::{Duration, Instant};

/// On a slow and busy machine, without optimisation.
const SOON: Duration = Duration::from_mins(1);

async fn workshop() -> Workshop {
    let db = Engine::Sqlite.open().await.unwrap();
    Workshop::start(db, Vec::new()).await
}

/// What the trial of these steps is answered, with a skeleton of these files.
async fn tried(workshop: &Workshop, steps: Value, files: &[(&str, &str)]) -> (StatusCode, Value) {
    let files = files.iter().map(|(path, text)| {
        json!({ "path": format!("skeleton/{path}"), "base64Content": STANDARD.encode(text) })
    });
    let body = json!({
        "template": {
            "apiVersion": "scaffolder.backstage.io/v1beta3",
            "kind": "Template",
            "metadata": { "name": "harm" },
            "spec": { "type": "service", "steps": steps },
        },
        "values": { "text": "aaaaaaaa", "big": "x".repeat(1 << 20) },
        "secrets": { "token": "s3cr3t-hunter2" },
        "directoryContents": files.collect::<Value>(),
    });
    let start = Instant::now();
    let answer = workshop.app.post("/api/scaffolder/v2/dry-run", &body).await;
    assert!(start.elapsed() < SOON, "it took {:?}", start.elapsed());
    (answer.status, answer.json())
}

/// Why the trial of a step is refused.
async fn refused(workshop: &Workshop, action: &str, input: &Value) -> String {
    let steps = json!([step("harm", action, input.clone())]);
    let files = [("README.md", "# Hello")];
    let (status, answer) = tried(workshop, steps, &files).await;
    assert_eq!(
        status,
        StatusCode::BAD_REQUEST,
        "{action} {input}: {answer}"
    );
    answer["error"]["message"].as_str().unwrap().to_owned()
}

/// The messages of the log of a trial that comes to its end.
async fn log(workshop: &Workshop, steps: Value, files: &[(&str, &str)]) -> Vec<String> {
    let (status, answer) = tried(workshop, steps, files).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    let lines = answer["log"].as_array().unwrap().iter();
    let lines = lines.map(|line| line["body"]["message"].as_str().unwrap().to_owned());
    lines.collect()
}

/// Every input that is a path, with a whole input around it.
fn paths(path: &str) -> Vec<(&'static str, &'static str, Value)> {
    let entity = json!({ "kind": "X" });
    vec![
        (
            "catalog:write",
            "filePath",
            json!({ "entity": entity, "filePath": path }),
        ),
        ("fetch:plain", "url", json!({ "url": path })),
        (
            "fetch:plain",
            "targetPath",
            json!({ "url": "skeleton", "targetPath": path }),
        ),
        (
            "fetch:plain:file",
            "url",
            json!({ "url": path, "targetPath": "a" }),
        ),
        (
            "fetch:plain:file",
            "targetPath",
            json!({ "url": "skeleton/README.md", "targetPath": path }),
        ),
        ("fetch:template", "url", json!({ "url": path })),
        (
            "fetch:template",
            "targetPath",
            json!({ "url": "skeleton", "targetPath": path }),
        ),
        (
            "fetch:template:file",
            "url",
            json!({ "url": path, "targetPath": "a" }),
        ),
        (
            "fetch:template:file",
            "targetPath",
            json!({ "url": "skeleton/README.md", "targetPath": path }),
        ),
        (
            "workspace:template",
            "sourcePath",
            json!({ "sourcePath": path, "targetPath": "a", "copyWithoutTemplating": [] }),
        ),
        (
            "workspace:template",
            "targetPath",
            json!({ "sourcePath": "a", "targetPath": path, "copyWithoutTemplating": [] }),
        ),
        (
            "workspace:template:file",
            "sourcePath",
            json!({ "sourcePath": path, "targetPath": "a" }),
        ),
        (
            "workspace:template:file",
            "targetPath",
            json!({ "sourcePath": "a", "targetPath": path }),
        ),
        ("fs:delete", "files", json!({ "files": [path] })),
        (
            "fs:rename",
            "from",
            json!({ "files": [{ "from": path, "to": "a" }] }),
        ),
        (
            "fs:rename",
            "to",
            json!({ "files": [{ "from": "a", "to": path }] }),
        ),
        ("fs:readdir", "paths", json!({ "paths": [path] })),
        (
            "roadiehq:utils:fs:append",
            "path",
            json!({ "path": path, "content": "x" }),
        ),
        ("roadiehq:utils:fs:parse", "path", json!({ "path": path })),
        (
            "roadiehq:utils:fs:replace",
            "file",
            json!({ "files": [{ "file": path, "find": "a", "replaceWith": "b" }] }),
        ),
        (
            "roadiehq:utils:fs:write",
            "path",
            json!({ "path": path, "content": "x" }),
        ),
        (
            "roadiehq:utils:json:merge",
            "path",
            json!({ "path": path, "content": {} }),
        ),
        (
            "roadiehq:utils:merge",
            "path",
            json!({ "path": path, "content": {} }),
        ),
        (
            "roadiehq:utils:zip",
            "path",
            json!({ "path": path, "outputPath": "a.zip" }),
        ),
        (
            "roadiehq:utils:zip",
            "outputPath",
            json!({ "path": ".", "outputPath": path }),
        ),
    ]
}

#[tokio::test]
async fn no_path_of_any_action_leads_out_however_it_is_written() {
    let workshop = workshop().await;
    for path in [
        "../x",
        "..",
        "a/../../x",
        "./a/.././../x",
        "/etc/passwd",
        "/",
        "x\u{0}y",
        "../../../../etc/passwd",
    ] {
        for (action, key, input) in paths(path) {
            let error = refused(&workshop, action, &input).await;
            let says = [
                "leads out of the workspace",
                "is an absolute path",
                "a directory outside its parent",
                "holds a character that no file name may have",
            ];
            let is_refused = says.iter().any(|words| error.contains(words));
            assert!(is_refused, "{action}, {key}, {path:?}: {error}");
        }
    }
}

#[test]
fn every_input_that_is_a_path_is_tried() {
    const NAMES: [&str; 11] = [
        "file",
        "filePath",
        "files",
        "from",
        "outputPath",
        "path",
        "paths",
        "sourcePath",
        "targetPath",
        "to",
        "url",
    ];
    let tried: BTreeSet<(&str, &str)> = paths("").iter().map(|(id, key, _)| (*id, *key)).collect();
    let manifests = Manifest::built_in();
    let of_files = [
        "catalog:",
        "debug:",
        "fetch:",
        "fs:",
        "roadiehq:",
        "workspace:",
    ];
    let of_files = |id: &str| of_files.iter().any(|family| id.starts_with(family));
    for manifest in manifests.iter().filter(|it| of_files(&it.id)) {
        let mut open: Vec<&Value> = manifest.input.iter().collect();
        while let Some(schema) = open.pop() {
            for (name, property) in schema["properties"].as_object().into_iter().flatten() {
                let is_list_of_objects = property["items"]["type"] == "object";
                if NAMES.contains(&name.as_str()) && !is_list_of_objects {
                    let place = (manifest.id.as_str(), name.as_str());
                    assert!(tried.contains(&place), "{place:?} is not tried");
                }
                open.push(property);
            }
            open.extend(schema.get("items"));
            open.extend(schema["anyOf"].as_array().into_iter().flatten());
        }
    }
}

#[tokio::test]
async fn names_in_skeletons_do_not_lead_out() {
    let workshop = workshop().await;
    for (name, values) in [
        ("${{ values.up }}x", json!({ "up": "../" })),
        ("a/${{ values.up }}/x", json!({ "up": "../../.." })),
        ("${{ values.up }}", json!({ "up": "a/../../b" })),
    ] {
        let steps = json!([step(
            "harm",
            "fetch:template",
            json!({ "url": "skeleton", "values": values })
        )]);
        let (status, answer) = tried(&workshop, steps, &[(name, "x")]).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{name}: {answer}");
        let error = answer["error"]["message"].as_str().unwrap();
        assert!(
            error.contains("leads out of the target folder"),
            "{name}: {error}"
        );
    }
}

/// What comes of a template whose folder holds what `make` puts there beside an outside folder.
async fn with_folder(steps: Value, make: impl FnOnce(&Path, &Path)) -> Value {
    let (folder, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    std::fs::write(outside.path().join("secret"), "hunter2").unwrap();
    std::fs::create_dir(folder.path().join("skeleton")).unwrap();
    let template = json!({
        "apiVersion": "scaffolder.backstage.io/v1beta3",
        "kind": "Template",
        "metadata": { "name": "harm" },
        "spec": { "type": "service", "steps": steps },
    });
    std::fs::write(folder.path().join("template.yaml"), template.to_string()).unwrap();
    make(folder.path(), outside.path());
    let bench = Bench::new().await.unwrap();
    let file = folder.path().join("harm.test.yaml");
    let outcome = bench.run(&Fixture::default(), &file).await.unwrap().0;
    assert!(!outcome.to_string().contains("hunter2"), "{outcome}");
    outcome
}

#[tokio::test]
async fn links_in_skeletons_do_not_lead_out() {
    for action in ["fetch:template", "fetch:plain"] {
        let steps = json!([step("harm", action, json!({ "url": "./skeleton" }))]);
        for link in ["file", "folder", "chain", "up"] {
            let outcome = with_folder(steps.clone(), |folder, outside| {
                let skeleton = folder.join("skeleton");
                match link {
                    "file" => symlink(outside.join("secret"), skeleton.join("a")).unwrap(),
                    "folder" => symlink(outside, skeleton.join("a")).unwrap(),
                    "chain" => {
                        symlink("../b", skeleton.join("a")).unwrap();
                        symlink(outside.join("secret"), folder.join("b")).unwrap();
                    }
                    _ => symlink("../../../../../../etc/passwd", skeleton.join("a")).unwrap(),
                }
            })
            .await;
            assert!(outcome["error"].is_string(), "{action} {link}: {outcome}");
        }
    }
    // The skeleton itself may be one, too.
    for (action, url) in [
        ("fetch:template", "./out"),
        ("fetch:plain", "./out"),
        ("fetch:plain:file", "./out/secret"),
        ("fetch:template:file", "./out/secret"),
    ] {
        let steps = json!([step(
            "harm",
            action,
            json!({ "url": url, "targetPath": "a" })
        )]);
        let outcome = with_folder(steps, |folder, outside| {
            symlink(outside, folder.join("out")).unwrap();
        });
        let outcome = outcome.await;
        assert!(outcome["error"].is_string(), "{action}: {outcome}");
    }
}

#[tokio::test]
async fn loops_without_end_stop_and_the_text_stays_as_it_is() {
    let workshop = workshop().await;
    for text in [
        "${{ range(10 ** 12) | length }}",
        "{% for i in range(1000000000000) %}x{% endfor %}",
        "{% macro m() %}${{ m() }}{% endmacro %}${{ m() }}",
        "${{ 'x' | center(1 / 0) }}",
        "${{ parameters.__proto__.polluted }}${{ parameters.constructor.constructor('return 1')() }}",
        "${{ (('x' * 1).toString)() }}${{ process.env }}${{ require('fs')() }}",
    ] {
        let steps = json!([step("harm", "debug:log", json!({ "message": text }))]);
        let log = log(&workshop, steps, &[]).await;
        let said = |words: &str| log.iter().any(|line| line.contains(words));
        assert!(
            said("/message of the input stays as it is"),
            "{text}: {log:?}"
        );
        assert!(said(&format!("info: {text}")), "{text}: {log:?}");
    }
}

#[tokio::test]
async fn many_texts_that_are_slow_each_are_stopped_together() {
    let workshop = workshop().await;
    let slow = "{% for a in range(900000) %}{% endfor %}";
    let texts: Map<String, Value> = (0..500)
        .map(|number| (number.to_string(), slow.into()))
        .collect();
    let input = json!({ "entity": texts });
    let error = refused(&workshop, "catalog:write", &input).await;
    assert!(error.contains("takes too much work"), "{error}");

    let big: Vec<Value> = vec!["${{ parameters.big }}".into(); 2_000];
    let input = json!({ "entity": { "big": big } });
    let error = refused(&workshop, "catalog:write", &input).await;
    assert!(error.contains("takes too much work"), "{error}");
}

#[tokio::test]
async fn a_step_for_each_of_too_many_items_is_refused() {
    let workshop = workshop().await;
    for (each, words) in [
        ("${{ range(10 ** 12) }}", "cannot be resolved to a value"),
        ("${{ range(20000) }}", "has 20000 items, more than"),
    ] {
        let mut harm = step(
            "harm",
            "debug:log",
            json!({ "message": "${{ each.value }}" }),
        );
        harm["each"] = each.into();
        let (status, answer) = tried(&workshop, json!([harm]), &[]).await;
        assert_eq!(status, StatusCode::BAD_REQUEST);
        let error = answer["error"]["message"].as_str().unwrap();
        assert!(error.contains(words), "{each}: {error}");
    }
    let mut harm = step(
        "harm",
        "catalog:write",
        json!({ "entity": { "x": "${{ parameters.big }}" } }),
    );
    harm["each"] = "${{ range(9000) }}".into();
    let (_, answer) = tried(&workshop, json!([harm]), &[]).await;
    let error = answer["error"]["message"].as_str().unwrap();
    assert!(error.contains("takes too much work"), "{error}");
}

#[tokio::test]
async fn files_that_grow_are_stopped() {
    let workshop = workshop().await;
    let doubled = "{% set t = 'aaaaaaaaaaaaaaaa' %}".to_owned() + &"{% set t = t ~ t %}".repeat(60);
    for (content, words) in [
        (doubled + "${{ t }}", "this template"),
        (
            "{% for i in range(10 ** 12) %}x{% endfor %}".to_owned(),
            "too many steps",
        ),
        ("x\n${{ 'a' | nothing }}".to_owned(), "line 2"),
    ] {
        let steps = json!([step("harm", "fetch:template", json!({ "url": "skeleton" }))]);
        let (status, answer) = tried(&workshop, steps, &[("a.txt", &content)]).await;
        assert_eq!(status, StatusCode::BAD_REQUEST);
        let error = answer["error"]["message"].as_str().unwrap();
        assert!(error.contains(words) && error.contains("a.txt"), "{error}");
    }
}

#[tokio::test]
async fn values_that_stand_in_one_another_too_deep_are_refused() {
    let workshop = workshop().await;
    let deep = format!("{}1{}", "[".repeat(50_000), "]".repeat(50_000));
    for body in [
        format!(r#"{{"template": {{"spec": {{"steps": {deep}}}}}, "values": {{}}}}"#),
        format!(r#"{{"template": {{}}, "values": {{"a": {deep}}}}}"#),
    ] {
        let request = axum::http::Request::post("/api/scaffolder/v2/dry-run")
            .header("content-type", "application/json")
            .body(body.into());
        let answer = workshop.app.send(request.unwrap()).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{}", answer.body);
    }
}

#[tokio::test]
async fn names_that_other_languages_keep_for_themselves_are_names() {
    let workshop = workshop().await;
    let mut first = step("__proto__", "fs:readdir", json!({ "paths": ["."] }));
    first["name"] = "constructor".into();
    let steps = json!([
        first,
        step(
            "toString",
            "debug:log",
            json!({ "message": "there are ${{ steps['__pro' ~ 'to__'].output.files | length }}" })
        ),
    ]);
    let log = log(&workshop, steps, &[]).await;
    assert!(
        log.contains(&"Finished step constructor".to_owned()),
        "{log:?}"
    );
}
