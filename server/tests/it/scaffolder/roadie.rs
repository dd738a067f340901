//! What Roadie's actions do to files and values.

use super::workshop::{Ended, Workshop, step, template};
use crate::support::{Engine, seed};
use serde_json::{Value, json};

/// What comes of these steps.
async fn run(steps: Vec<Value>, output: Value) -> Ended {
    let spec = json!({ "steps": steps, "output": output });
    let db = Engine::Sqlite.open().await.unwrap();
    let workshop = Workshop::start(db, vec![template(seed(), "values", spec)]).await;
    workshop.run("values", json!({})).await
}

fn write(id: &str, path: &str, content: &str) -> Value {
    let input = json!({ "path": path, "content": content });
    step(id, "roadiehq:utils:fs:write", input)
}

fn parse(id: &str, path: &str, parser: Option<&str>) -> Value {
    let mut input = json!({ "path": path });
    if let Some(parser) = parser {
        input["parser"] = parser.into();
    }
    step(id, "roadiehq:utils:fs:parse", input)
}

#[tokio::test]
async fn files_are_written_added_to_and_read() {
    let steps = vec![
        write("write", "a/list.yaml", "- one\n"),
        step(
            "append",
            "roadiehq:utils:fs:append",
            json!({ "path": "${{ steps.write.output.path }}", "content": "- two\n---\nkind: X\n" }),
        ),
        step(
            "new",
            "roadiehq:utils:fs:append",
            json!({ "path": "new.json", "content": "{\"a\": [1]}" }),
        ),
        parse("text", "a/list.yaml", None),
        parse("all", "a/list.yaml", Some("multiyaml")),
        parse("json", "new.json", Some("json")),
        parse("yaml", "new.json", Some("yaml")),
    ];
    let output = json!({
        "path": "${{ steps.append.output.path }}",
        "text": "${{ steps.text.output.content }}",
        "all": "${{ steps.all.output.content }}",
        "json": "${{ steps.json.output.content }}",
        "yaml": "${{ steps.yaml.output.content.a[0] }}",
    });
    let expected = json!({
        "path": "a/list.yaml",
        "text": "- one\n- two\n---\nkind: X\n",
        "all": [["one", "two"], { "kind": "X" }],
        "json": { "a": [1] },
        "yaml": 1,
    });
    assert_eq!(run(steps, output).await.output(), &expected);
}

#[tokio::test]
async fn what_cannot_be_read_says_which_file_it_is() {
    for (content, parser, words) in [
        ("{", "json", "'a.txt' is no JSON that can be read"),
        ("a: [", "yaml", "'a.txt' is no YAML that can be read"),
    ] {
        let steps = vec![
            write("write", "a.txt", content),
            parse("read", "a.txt", Some(parser)),
        ];
        let ended = run(steps, json!({})).await;
        assert!(ended.error().contains(words), "{}", ended.error());
    }
    let ended = run(vec![parse("read", "none", None)], json!({})).await;
    assert!(
        ended.error().contains("'none' does not exist"),
        "{}",
        ended.error()
    );
}

#[tokio::test]
async fn texts_are_replaced_in_all_files_that_a_pattern_names() {
    let steps = vec![
        write("one", "a/one.md", "NAME is $NAME"),
        write("two", "two.md", "v1.2 and v3"),
        write("dot", ".hidden/three.md", "NAME"),
        step(
            "replace",
            "roadiehq:utils:fs:replace",
            json!({ "files": [
                { "file": "**/*.md", "find": "NAME", "replaceWith": "orders" },
                { "file": "two.md", "find": "v(\\d)", "matchRegex": true, "replaceWith": "V$1" },
                { "file": "*.txt", "find": "a", "replaceWith": "b" },
            ] }),
        ),
        parse("of_one", "a/one.md", None),
        parse("of_two", "two.md", None),
        parse("of_dot", ".hidden/three.md", None),
        step(
            "dots",
            "roadiehq:utils:fs:replace",
            json!({ "files": [
                { "file": "**/*.md", "find": "NAME", "replaceWith": "x", "includeDotFiles": true },
            ] }),
        ),
        parse("of_dots", ".hidden/three.md", None),
    ];
    let output = json!({
        "one": "${{ steps.of_one.output.content }}",
        "two": "${{ steps.of_two.output.content }}",
        "dot": "${{ steps.of_dot.output.content }}",
        "dots": "${{ steps.of_dots.output.content }}",
    });
    let ended = run(steps, output).await;
    let expected = json!({
        "one": "orders is $orders", "two": "V1.2 and V3", "dot": "NAME", "dots": "x",
    });
    assert_eq!(ended.output(), &expected);
    let said = |words: &str| ended.log.iter().any(|line| line.contains(words));
    assert!(
        said("Replaced 'a' in 0 files of '*.txt'"),
        "{:?}",
        ended.log
    );
}

#[tokio::test]
async fn values_are_merged_into_files() {
    let steps = vec![
        write("json", "package.json", "{\"scripts\": {\"a\": \"1\"}}"),
        step(
            "merge",
            "roadiehq:utils:json:merge",
            json!({ "path": "package.json", "content": "{\"scripts\": {\"b\": \"2\"}}" }),
        ),
        step(
            "new",
            "roadiehq:utils:json:merge",
            json!({ "path": "new/a.json", "content": { "a": 1 } }),
        ),
        write("yaml", "info.yaml", "# a comment\nmetadata:\n  tags: [a]\n"),
        step(
            "both",
            "roadiehq:utils:merge",
            json!({
                "path": "info.yaml", "mergeArrays": true, "preserveYamlComments": true,
                "content": { "metadata": { "tags": ["a", "b"] }, "kind": "X" },
            }),
        ),
        parse("of_json", "package.json", None),
        parse("of_new", "new/a.json", Some("json")),
        parse("of_yaml", "info.yaml", Some("yaml")),
    ];
    let output = json!({
        "json": "${{ steps.of_json.output.content }}",
        "new": "${{ steps.of_new.output.content }}",
        "yaml": "${{ steps.of_yaml.output.content }}",
    });
    let ended = run(steps, output).await;
    let expected = json!({
        "json": "{\n  \"scripts\": {\n    \"a\": \"1\",\n    \"b\": \"2\"\n  }\n}",
        "new": { "a": 1 },
        "yaml": { "metadata": { "tags": ["a", "b"] }, "kind": "X" },
    });
    assert_eq!(ended.output(), &expected);
    let said = |words: &str| ended.log.iter().any(|line| line.contains(words));
    assert!(said("warn: Comments are not kept"), "{:?}", ended.log);
    for (path, words) in [
        ("none.yaml", "'none.yaml' does not exist"),
        ("a.toml", "'a.toml' ends neither in .json, .yaml nor .yml"),
    ] {
        let input = json!({ "path": path, "content": {} });
        let ended = run(
            vec![step("merge", "roadiehq:utils:merge", input)],
            json!({}),
        )
        .await;
        assert!(ended.error().contains(words), "{}", ended.error());
    }
}

#[tokio::test]
async fn values_become_texts() {
    let data = json!({ "b": { "x": 1 }, "a": ["one"] });
    let steps = vec![
        step(
            "json",
            "roadiehq:utils:serialize:json",
            json!({ "data": data, "space": "\t", "replacer": ["b", "x"] }),
        ),
        step(
            "yaml",
            "roadiehq:utils:serialize:yaml",
            json!({ "data": data, "options": { "sortKeys": true, "lineWidth": 80 } }),
        ),
        step("sleep", "roadiehq:utils:sleep", json!({ "amount": 0 })),
    ];
    let output = json!({
        "json": "${{ steps.json.output.serialized }}",
        "yaml": "${{ steps.yaml.output.serialized }}",
    });
    let ended = run(steps, output).await;
    let expected = json!({
        "json": "{\n\t\"b\": {\n\t\t\"x\": 1\n\t}\n}",
        "yaml": "a:\n- one\nb:\n  x: 1\n",
    });
    assert_eq!(ended.output(), &expected);
    for amount in [-1.0, 601.0, 1e300] {
        let input = json!({ "amount": amount });
        let ended = run(
            vec![step("sleep", "roadiehq:utils:sleep", input)],
            json!({}),
        )
        .await;
        assert!(
            ended.error().contains("is no time to wait"),
            "{}",
            ended.error()
        );
    }
}

#[tokio::test]
async fn folders_and_files_are_packed() {
    let steps = vec![
        write("one", "a/one.txt", "one"),
        write("two", "a/b/two.txt", &"two ".repeat(1000)),
        write("other", "other.txt", "x"),
        step(
            "folder",
            "roadiehq:utils:zip",
            json!({ "path": "a", "outputPath": "out/a.zip" }),
        ),
        step(
            "file",
            "roadiehq:utils:zip",
            json!({ "path": "other.txt", "outputPath": "file.zip" }),
        ),
        step(
            "all",
            "roadiehq:utils:zip",
            json!({ "path": ".", "outputPath": "file.zip" }),
        ),
        step("bell", "test:bell", json!({ "wait": true })),
    ];
    let spec =
        json!({ "steps": steps, "output": { "path": "${{ steps.folder.output.outputPath }}" } });
    let db = Engine::Sqlite.open().await.unwrap();
    let workshop = Workshop::start(db, vec![template(seed(), "pack", spec)]).await;
    let id = workshop.begin("pack", json!({})).await;
    workshop.bell.waits.notified().await;
    let folder = std::fs::read_dir(workshop.folder.path())
        .unwrap()
        .next()
        .unwrap();
    let folder = folder.unwrap().path();
    let names = |path: &str| -> Vec<String> {
        let file = std::fs::File::open(folder.join(path)).unwrap();
        let archive = zip::ZipArchive::new(file).unwrap();
        let mut names: Vec<String> = archive
            .file_names()
            .map(|name| name.unwrap().into_owned())
            .collect();
        names.sort();
        names
    };
    assert_eq!(names("out/a.zip"), ["b/", "b/two.txt", "one.txt"]);
    let all = [
        "a/",
        "a/b/",
        "a/b/two.txt",
        "a/one.txt",
        "other.txt",
        "out/",
        "out/a.zip",
    ];
    assert_eq!(names("file.zip"), all);
    let file = std::fs::File::open(folder.join("out/a.zip")).unwrap();
    let mut archive = zip::ZipArchive::new(file).unwrap();
    let packed = archive.by_name("b/two.txt").unwrap();
    assert!(
        packed.compressed_size() < 100,
        "{}",
        packed.compressed_size()
    );
    let text = std::io::read_to_string(packed).unwrap();
    assert_eq!(text, "two ".repeat(1000));
    workshop.bell.go_on.notify_one();
    let ended = workshop.end_after(&id, 0).await;
    assert_eq!(ended.output(), &json!({ "path": "out/a.zip" }));
}
