//! Skeletons that become files.

use indexmap::IndexMap;
use server::scaffolder::language::{Data, Secrets};
use server::scaffolder::skeleton::{
    Input, InvalidInput, MemoryTree, Node, Skeleton, SkeletonError,
};

fn input(json: &str) -> Result<Input, InvalidInput> {
    let data: Data = serde_json::from_str(json).unwrap();
    Input::read(&data, &Secrets::default())
}

fn file(text: &[u8]) -> Node {
    Node::File {
        bytes: text.to_vec(),
        is_executable: false,
    }
}

fn tree(files: &[(&str, &str)]) -> MemoryTree {
    let mut tree = MemoryTree::default();
    for (path, text) in files {
        tree.put(path, file(text.as_bytes()));
    }
    tree
}

/// The files of a tree with their texts.
fn files(tree: &MemoryTree) -> Vec<(String, String)> {
    let files = tree.iter().filter_map(|(path, node)| match node {
        Node::File { bytes, .. } => {
            Some((path.to_owned(), String::from_utf8_lossy(bytes).into_owned()))
        }
        _ => None,
    });
    files.collect()
}

fn write(json: &str, source: &MemoryTree, target: &mut MemoryTree) -> Result<(), SkeletonError> {
    let skeleton = Skeleton::new(input(json).unwrap(), IndexMap::new()).unwrap();
    skeleton.write(source, target).map(|_| ())
}

fn check(json: &str, source: &[(&str, &str)], expected: &[(&str, &str)]) {
    let mut target = MemoryTree::default();
    write(json, &tree(source), &mut target).unwrap();
    let expected: Vec<(String, String)> = expected
        .iter()
        .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()))
        .collect();
    assert_eq!(files(&target), expected);
}

#[test]
fn names_and_contents_are_rendered() {
    check(
        r#"{"targetPath": "./out/", "values": {"name": "cart"}}"#,
        &[
            ("${{ values.name }}/a.txt", "${{ values.name | upper }}"),
            ("plain", "${ a }"),
        ],
        &[("out/cart/a.txt", "CART"), ("out/plain", "${ a }")],
    );
}

#[test]
fn the_target_is_the_workspace_where_none_is_named() {
    check(r#"{"values": {}}"#, &[("a", "b")], &[("a", "b")]);
}

#[test]
fn only_files_with_the_extension_are_templates_where_there_is_one() {
    check(
        r#"{"values": {"n": 1}, "templateFileExtension": true}"#,
        &[
            ("${{ values.n }}.njk", "${{ values.n }}"),
            ("b.txt", "${{ values.n }}"),
            (".njk", "x"),
        ],
        &[(".njk", "x"), ("1", "1"), ("b.txt", "${{ values.n }}")],
    );
    check(
        r#"{"values": {"n": 1}, "templateFileExtension": "tpl"}"#,
        &[("a.tpl", "${{ values.n }}"), ("b.njk", "${{ values.n }}")],
        &[("a", "1"), ("b.njk", "${{ values.n }}")],
    );
}

#[test]
fn white_space_goes_when_asked() {
    check(
        r#"{"values": {}, "trimBlocks": true, "lstripBlocks": true}"#,
        &[("a", "a\n  {% if true %}\n  b\n  {% endif %}\nc\n")],
        &[("a", "a\n  b\nc\n")],
    );
}

#[test]
fn what_is_there_stays_unless_it_is_to_be_replaced() {
    for (replace, expected) in [(false, "old"), (true, "new")] {
        let mut target = tree(&[("a", "old")]);
        let json = format!(r#"{{"values": {{}}, "replace": {replace}}}"#);
        write(&json, &tree(&[("a", "new")]), &mut target).unwrap();
        assert_eq!(files(&target), [("a".to_owned(), expected.to_owned())]);
    }
}

#[test]
fn what_is_no_text_is_copied() {
    let mut source = MemoryTree::default();
    let binary = [b"\0\x01${{ values.n }}".as_slice(), b"\xff\xfe${{ 1 }}"];
    source.put("a", file(binary[0]));
    source.put("b", file(binary[1]));
    let mut target = MemoryTree::default();
    write(r#"{"values": {}}"#, &source, &mut target).unwrap();
    assert_eq!(target.get("a"), Some(&file(binary[0])));
    assert_eq!(target.get("b"), Some(&file(binary[1])));
}

#[test]
fn nothing_is_written_outside_the_target() {
    for name in [
        "${{ values.up }}/a",
        "a/${{ values.up }}/${{ values.up }}/b",
    ] {
        let mut target = MemoryTree::default();
        let source = tree(&[(name, "x")]);
        let written = write(r#"{"values": {"up": ".."}}"#, &source, &mut target);
        assert!(
            matches!(written, Err(SkeletonError::Outside { .. })),
            "{name}"
        );
        assert!(files(&target).is_empty());
    }
    for to in ["/etc/passwd", "../../etc/passwd"] {
        let mut source = MemoryTree::default();
        source.put("a/link", Node::Link(to.to_owned()));
        let written = write(r#"{"values": {}}"#, &source, &mut MemoryTree::default());
        assert!(
            matches!(written, Err(SkeletonError::Outside { .. })),
            "{to}"
        );
    }
    for target in ["..", "../x", "/etc", "a/../../b"] {
        let read = input(&format!(r#"{{"targetPath": "{target}"}}"#));
        assert_eq!(read.unwrap_err(), InvalidInput::Outside, "{target}");
    }
}

#[test]
fn what_cannot_be_rendered_is_told_with_its_file_and_line() {
    let source = tree(&[("src/a.txt", "fine\n${{ values.x | nope }}")]);
    let error = write(r#"{"values": {}}"#, &source, &mut MemoryTree::default()).unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("src/a.txt, line 2, column 16: unknown filter"),
        "{error}"
    );
    let source = tree(&[("${{ broken", "")]);
    let error = write(r#"{"values": {}}"#, &source, &mut MemoryTree::default()).unwrap_err();
    assert!(
        error.to_string().starts_with("the name ${{ broken: line 1"),
        "{error}"
    );
}

#[test]
fn inputs_that_contradict_themselves_are_refused() {
    for (json, words) in [
        (
            r#"{"templateFileExtension": true, "copyWithoutTemplating": []}"#,
            "copyWithoutTemplating",
        ),
        (
            r#"{"templateFileExtension": true, "cookiecutterCompat": true}"#,
            "cookiecutterCompat",
        ),
        (
            r#"{"copyWithoutRender": [], "copyWithoutTemplating": []}"#,
            "only the second",
        ),
        (r#"{"copyWithoutTemplating": "a"}"#, "list"),
        (r#"{"copyWithoutTemplating": [1]}"#, "list"),
    ] {
        let error = input(json).unwrap_err().to_string();
        assert!(error.contains(words), "{json}: {error}");
    }
}

#[test]
fn a_name_that_holds_a_secret_is_marked() {
    let data: Data =
        serde_json::from_str(r#"{"values": {"name": "open", "token": "hush"}}"#).unwrap();
    let secrets: Secrets = ["/values/token".to_owned()].into_iter().collect();
    let input = Input::read(&data, &secrets).unwrap();
    let skeleton = Skeleton::new(input, IndexMap::new()).unwrap();
    let source = tree(&[("${{ values.name }}", ""), ("${{ values.token }}", "")]);
    let written = skeleton.write(&source, &mut MemoryTree::default()).unwrap();
    let marks: Vec<(&str, bool)> = written
        .iter()
        .map(|it| (it.path.as_str(), it.is_path_secret))
        .collect();
    assert_eq!(marks, [("open", false), ("hush", true)]);
}
