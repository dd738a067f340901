//! What the built-in actions do to the files of a run.

use super::workshop::{Workshop, step, template};
use crate::support::{Engine, seed};
use serde_json::{Value, json};

async fn workshop(steps: Vec<Value>, output: Value) -> Workshop {
    let spec = json!({ "steps": steps, "output": output });
    let db = Engine::Sqlite.open().await.unwrap();
    Workshop::start(db, vec![template(seed(), "files", spec)]).await
}

fn write(path: &str) -> Value {
    step(
        &path.replace(['/', '.'], "-"),
        "catalog:write",
        json!({ "filePath": path, "entity": { "kind": "X", "metadata": { "name": "x" } } }),
    )
}

#[tokio::test]
async fn files_are_moved_listed_and_deleted() {
    let workshop = workshop(
        vec![
            write("a/one.yaml"),
            write("a/two.yaml"),
            write("b/three.bak"),
            step(
                "move",
                "fs:rename",
                json!({ "files": [{ "from": "a/two.yaml", "to": "c/d/two.yaml" }] }),
            ),
            step(
                "tidy",
                "fs:delete",
                json!({ "files": ["**/*.bak", "a", "nothing"] }),
            ),
            step(
                "list",
                "fs:readdir",
                json!({ "paths": ["."], "recursive": true }),
            ),
        ],
        json!({ "list": "${{ steps.list.output }}" }),
    )
    .await;
    let ended = workshop.run("files", json!({})).await;
    let names = |key: &str| -> Vec<String> {
        let all = ended.output()["list"][key].as_array().unwrap();
        let names = all
            .iter()
            .map(|it| it["fullPath"].as_str().unwrap().to_owned());
        names.collect()
    };
    assert_eq!(names("files"), ["c/d/two.yaml"]);
    assert_eq!(names("folders"), ["b", "c", "c/d"]);
    let file = &ended.output()["list"]["files"][0];
    assert_eq!(
        (&file["name"], &file["path"]),
        (&json!("two.yaml"), &json!("c/d"))
    );
}

#[tokio::test]
async fn nothing_is_overwritten_unless_it_is_asked_for() {
    let rename = |overwrite: bool| {
        let file = json!({ "from": "one.yaml", "to": "two.yaml", "overwrite": overwrite });
        step("move", "fs:rename", json!({ "files": [file] }))
    };
    let kept = workshop(
        vec![write("one.yaml"), write("two.yaml"), rename(false)],
        json!({}),
    )
    .await;
    let ended = kept.run("files", json!({})).await;
    assert_eq!(ended.error(), "'two.yaml' exists in the workspace already");
    let over = workshop(
        vec![write("one.yaml"), write("two.yaml"), rename(true)],
        json!({}),
    )
    .await;
    assert_eq!(over.run("files", json!({})).await.output(), &json!({}));
}

#[tokio::test]
async fn a_written_entity_says_which_template_made_it() {
    let workshop = workshop(
        vec![
            write("catalog-info.yaml"),
            step(
                "show",
                "debug:log",
                json!({ "listWorkspace": "with-contents" }),
            ),
        ],
        json!({}),
    )
    .await;
    let ended = workshop.run("files", json!({})).await;
    let shown = ended
        .log
        .iter()
        .find(|line| line.contains("catalog-info.yaml:"));
    let shown = shown.expect("the file is shown");
    assert!(
        shown.contains("backstage.io/source-template: template:default/files"),
        "{shown}"
    );
}

#[tokio::test]
async fn entities_are_read_from_the_catalog() {
    let spec = json!({
        "steps": [
            step("one", "catalog:fetch", json!({ "entityRef": "orders", "defaultKind": "component" })),
            step("some", "catalog:fetch", json!({ "entityRefs": ["component:none"], "optional": true })),
        ],
        "output": {
            "type": "${{ steps.one.output.entity.spec.type }}",
            "some": "${{ steps.some.output.entities }}",
        },
    });
    let seeds = template(seed(), "read", spec).component("orders", |entity| entity);
    let db = Engine::Sqlite.open().await.unwrap();
    let workshop = Workshop::start(db, vec![seeds]).await;
    let ended = workshop.run("read", json!({})).await;
    assert_eq!(
        ended.output(),
        &json!({ "type": "service", "some": [null] })
    );
}

#[tokio::test]
async fn what_lies_beside_a_template_is_copied() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(folder.path().join("skeleton/src")).unwrap();
    std::fs::write(folder.path().join("skeleton/src/main.rs"), "fn main() {}").unwrap();
    std::fs::write(folder.path().join("LICENSE"), "free").unwrap();
    let location = format!("file:{}/template.yaml", folder.path().display());
    let entity = json!({
        "apiVersion": "scaffolder.backstage.io/v1beta3",
        "kind": "Template",
        "metadata": {
            "name": "copy",
            "annotations": { "backstage.io/managed-by-location": location },
        },
        "spec": {
            "type": "service",
            "steps": [
                step("tree", "fetch:plain", json!({ "url": "./skeleton", "targetPath": "app" })),
                step("file", "fetch:plain:file", json!({ "url": "LICENSE", "targetPath": "LICENSE" })),
                step("list", "fs:readdir", json!({ "paths": ["."], "recursive": true })),
            ],
            "output": { "files": "${{ steps.list.output.files }}" },
        },
    });
    let db = Engine::Sqlite.open().await.unwrap();
    let workshop = Workshop::start(db, vec![seed().document(entity)]).await;
    let ended = workshop.run("copy", json!({})).await;
    let files = ended.output()["files"].as_array().unwrap();
    let files: Vec<_> = files
        .iter()
        .map(|it| it["fullPath"].as_str().unwrap())
        .collect();
    assert_eq!(files, ["LICENSE", "app/src/main.rs"]);
}

#[tokio::test]
async fn a_skeleton_becomes_files_with_the_values_in_them() {
    let folder = tempfile::tempdir().unwrap();
    let skeleton = folder.path().join("skeleton");
    std::fs::create_dir_all(skeleton.join("${{ values.name }}")).unwrap();
    std::fs::create_dir_all(skeleton.join("raw")).unwrap();
    std::fs::write(
        skeleton.join("${{ values.name }}/README.md"),
        "# ${{ values.name | upper }}",
    )
    .unwrap();
    std::fs::write(skeleton.join("${{ '' }}"), "left out").unwrap();
    std::fs::write(skeleton.join("raw/ci.yaml"), "${{ github.ref }}").unwrap();
    let location = format!("file:{}/template.yaml", folder.path().display());
    let entity = json!({
        "apiVersion": "scaffolder.backstage.io/v1beta3",
        "kind": "Template",
        "metadata": {
            "name": "make",
            "annotations": { "backstage.io/managed-by-location": location },
        },
        "spec": {
            "type": "service",
            "steps": [
                step("make", "fetch:template", json!({
                    "url": "./skeleton",
                    "targetPath": "app",
                    "copyWithoutTemplating": ["raw/*"],
                    "values": { "name": "${{ parameters.name }}" },
                })),
                step("again", "workspace:template:file", json!({
                    "sourcePath": "app/raw/ci.yaml",
                    "targetPath": "ci.yaml",
                    "values": {},
                })),
                step("show", "debug:log", json!({ "listWorkspace": "with-contents" })),
                step("list", "fs:readdir", json!({ "paths": ["."], "recursive": true })),
            ],
            "output": { "files": "${{ steps.list.output.files }}" },
        },
    });
    let db = Engine::Sqlite.open().await.unwrap();
    let workshop = Workshop::start(db, vec![seed().document(entity)]).await;
    let ended = workshop.run("make", json!({ "name": "orders" })).await;
    let files = ended.output()["files"].as_array().unwrap();
    let files: Vec<_> = files
        .iter()
        .map(|it| it["fullPath"].as_str().unwrap())
        .collect();
    assert_eq!(
        files,
        ["app/orders/README.md", "app/raw/ci.yaml", "ci.yaml"]
    );
    let shown = ended.log.iter().find(|line| line.contains("README.md:"));
    let shown = shown.expect("contents are shown");
    assert!(shown.contains("# ORDERS"), "{shown}");
    assert!(shown.contains("${{ github.ref }}"), "{shown}");
}
