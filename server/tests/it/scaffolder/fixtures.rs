//! Templates that are tried with answers kept in files.

use server::scaffolder::fixture;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use tempfile::TempDir;

const TEMPLATE: &str = r#"apiVersion: scaffolder.backstage.io/v1beta3
kind: Template
metadata: { name: service }
spec:
  type: service
  parameters:
    - required: [name]
      properties:
        name: { type: string, maxLength: 10 }
        zones: { type: array, items: { type: string } }
        loud: { type: boolean }
  steps:
    - id: fetch
      action: fetch:template
      input:
        url: ./skeleton
        values: { name: "${{ parameters.name }}", by: "${{ user.entity.metadata.title }}" }
    - id: publish
      action: company:publish
      input: { repo: "${{ parameters.name }}", key: "${{ secrets.KEY }}" }
    - id: shout
      action: debug:log
      if: ${{ parameters.loud }}
      each: ${{ parameters.zones }}
      input: { message: "${{ each.value }}" }
    - id: undo
      action: fs:delete
      if: ${{ failure() }}
      input: { files: [README.md] }
    - id: wait
      action: debug:wait
      input: { minutes: 9 }
    - id: register
      action: catalog:register
      input: { catalogInfoUrl: "${{ steps.publish.output.url }}/catalog-info.yaml" }
  output:
    where: ${{ steps.publish.output.url }}
"#;

/// A fixture with a remark that has to stay.
const FIXTURE: &str = "# The usual.
values:
  name: orders
  zones: [north, south]
  loud: true
secrets: { KEY: hunter2 }
user: user:default/ada
entities:
  - { kind: User, metadata: { name: ada, title: Ada } }
answers:
  publish: { url: https://git.example.com/orders }
";

/// A folder with a template, its skeleton and a fixture.
fn folder(fixture: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    write("template.yaml", TEMPLATE);
    write(
        "skeleton/README.md",
        "# ${{ values.name }}\n\nby ${{ values.by }}\n",
    );
    write("skeleton/run.sh", "#!/bin/sh\n");
    write("tests/usual.test.yaml", fixture);
    let run = folder.path().join("skeleton/run.sh");
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(run, mode).unwrap();
    std::fs::write(folder.path().join("skeleton/logo"), [0, 159, 1]).unwrap();
    std::os::unix::fs::symlink("README.md", folder.path().join("skeleton/link")).unwrap();
    folder
}

fn test(path: &Path, update: bool) -> (ExitCode, String) {
    let mut out = Vec::new();
    let code = fixture::run(&[path.to_owned()], update, &mut out).unwrap();
    let out = String::from_utf8(out).unwrap();
    let shown = format!("{}/", path.display());
    (code, out.replace(&shown, ""))
}

fn fixture_of(folder: &TempDir) -> PathBuf {
    folder.path().join("tests/usual.test.yaml")
}

#[test]
fn what_comes_of_a_template_is_written_down_and_compared() {
    let folder = folder(FIXTURE);
    let (code, out) = test(folder.path(), false);
    assert_eq!(code, ExitCode::FAILURE, "{out}");
    assert!(out.contains("nothing is known to compare with"), "{out}");

    let (code, out) = test(folder.path(), true);
    assert_eq!(code, ExitCode::SUCCESS, "{out}");
    let written = std::fs::read_to_string(fixture_of(&folder)).unwrap();
    assert!(written.starts_with(FIXTURE), "{written}");
    let (_, came) = written.split_once("---\n").unwrap();
    assert_eq!(
        came,
        r#"# What comes of it. `callboard template test --update` writes this anew.
output:
  where: https://git.example.com/orders
calls:
- step: fetch
  action: fetch:template
  input:
    url: ./skeleton
    values:
      name: orders
      by: Ada
- step: publish
  action: company:publish
  input:
    repo: orders
    key: "***"
- step: shout[0]
  action: debug:log
  input:
    message: north
- step: shout[1]
  action: debug:log
  input:
    message: south
- step: wait
  action: debug:wait
  input:
    minutes: 9
- step: register
  action: catalog:register
  input:
    catalogInfoUrl: https://git.example.com/orders/catalog-info.yaml
files:
  README.md: |
    # orders

    by Ada
  link:
    link: README.md
  logo:
    bytes: 3
    sha256: cb47b4ee44ed1fb56407405a4e4c5745c73896ea76582aba67a3deb6fe08364e
  run.sh:
    executable: true
    text: |
      #!/bin/sh
"#
    );

    let (code, out) = test(folder.path(), false);
    assert_eq!(code, ExitCode::SUCCESS, "{out}");
    assert_eq!(out, "tests/usual.test.yaml: passed\n1 fixture, 1 passed\n");
    let (_, out) = test(folder.path(), true);
    assert!(out.contains("passed"), "nothing is written without need");
    let again = std::fs::read_to_string(fixture_of(&folder)).unwrap();
    assert_eq!(again, written);
}

#[test]
fn what_has_changed_is_shown_line_by_line() {
    let folder = folder(FIXTURE);
    test(folder.path(), true);
    let readme = folder.path().join("skeleton/README.md");
    std::fs::write(readme, "# ${{ values.name }}!\n\nby ${{ values.by }}\n").unwrap();
    let (code, out) = test(folder.path(), false);
    assert_eq!(code, ExitCode::FAILURE);
    assert!(
        out.starts_with("tests/usual.test.yaml: differs\n--- expected\n+++ came\n"),
        "{out}"
    );
    assert!(out.contains("\n-    # orders\n+    # orders!\n"), "{out}");
    assert!(
        out.ends_with("1 fixture, 1 failed\nif that is as it should be, --update keeps it\n"),
        "{out}"
    );
    assert_eq!(test(folder.path(), true).0, ExitCode::SUCCESS);
    assert_eq!(test(folder.path(), false).0, ExitCode::SUCCESS);
}

/// What comes of the fixture with other lines.
fn came(fixture: &str) -> String {
    let folder = folder(fixture);
    let (code, out) = test(folder.path(), true);
    assert_eq!(code, ExitCode::SUCCESS, "{out}");
    let written = std::fs::read_to_string(fixture_of(&folder)).unwrap();
    written.split_once("---\n").unwrap().1.to_owned()
}

#[test]
fn a_failure_is_an_outcome_too() {
    let failing = FIXTURE.replace(
        "answers:",
        "failures: { publish: the name is taken }\nanswers:",
    );
    let came = came(&failing);
    assert!(came.contains("\nerror: the name is taken\n"), "{came}");
    assert!(
        came.contains("step: undo") && !came.contains("step: wait"),
        "{came}"
    );
    assert!(!came.contains("\nfiles:"), "{came}");
}

#[test]
fn answers_that_do_not_fit_the_form_are_an_outcome() {
    let came = came("values: { name: much-too-long }\nanswers: { publish: {} }\n");
    assert!(
        came.contains("error: ") && came.contains("maximum length"),
        "{came}"
    );
    assert!(came.contains("calls: []"), "{came}");
}

#[test]
fn nothing_is_read_from_the_network() {
    let folder = folder(FIXTURE);
    let remote = TEMPLATE.replace("url: ./skeleton", "url: https://git.example.com/a/b");
    std::fs::write(folder.path().join("template.yaml"), &remote).unwrap();
    test(folder.path(), true);
    let written = std::fs::read_to_string(fixture_of(&folder)).unwrap();
    assert!(
        written.contains("https://git.example.com/a/b is not fetched in a test"),
        "{written}"
    );
    let answered = FIXTURE.replace("answers:", "answers:\n  fetch: {}");
    std::fs::write(fixture_of(&folder), answered).unwrap();
    test(folder.path(), true);
    let written = std::fs::read_to_string(fixture_of(&folder)).unwrap();
    assert!(written.contains("files: {}"), "{written}");
}

#[test]
fn a_fixture_that_cannot_be_tried_says_where_and_why() {
    for (fixture, words) in [
        (
            "values: {}\nvalue: 1\n",
            "usual.test.yaml:1: error: this is no fixture: unknown field `value`",
        ),
        ("values:\n  a: [\n", "usual.test.yaml:"),
        ("", "this fixture is empty"),
        (
            "values: {}\n---\n{}\n---\n{}\n",
            ":5: error: a fixture has two documents",
        ),
        ("template: gone.yaml\n", "tests/gone.yaml cannot be read"),
        (
            "template: usual.test.yaml\n",
            "holds no document of the kind Template",
        ),
        ("user: ''\n", "is no reference to an entity"),
    ] {
        let folder = folder(fixture);
        let (code, out) = test(folder.path(), true);
        assert_eq!(code, ExitCode::from(2), "{out}");
        assert!(out.contains(words), "{fixture}: {out}");
        let after = std::fs::read_to_string(fixture_of(&folder)).unwrap();
        assert_eq!(after, fixture, "it stays as it is");
    }
    let empty = tempfile::tempdir().unwrap();
    let (code, out) = test(empty.path(), false);
    assert_eq!(code, ExitCode::from(2));
    assert!(out.contains("no fixture in "), "{out}");
}

#[test]
fn an_action_that_there_is_not_needs_an_answer() {
    let came = came(&FIXTURE[..FIXTURE.find("answers:").unwrap()]);
    assert!(
        came.contains("'company:publish' is not registered"),
        "{came}"
    );
}

#[test]
fn what_its_author_wrote_is_kept_whatever_stands_before_it() {
    for head in ["", "# words\n---\n", "---\n# words\n"] {
        let folder = folder(&format!("{head}{FIXTURE}"));
        test(folder.path(), true);
        let written = std::fs::read_to_string(fixture_of(&folder)).unwrap();
        assert!(
            written.starts_with(&format!("{head}{FIXTURE}---\n")),
            "{written}"
        );
        assert_eq!(test(folder.path(), false).0, ExitCode::SUCCESS);
    }
}

#[test]
fn the_example_templates_come_to_what_their_fixtures_say() {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/templates");
    let (code, out) = test(&examples, false);
    assert_eq!(code, ExitCode::SUCCESS, "{out}");
    for template in ["rust-service", "website", "bring-in"] {
        assert!(out.contains(&format!("{template}/tests/")), "{out}");
    }
}
