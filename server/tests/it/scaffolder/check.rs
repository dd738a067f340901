//! What is found in templates without running them.

use serde_json::json;
use server::ingest::parse::{MAX_BYTES, parse};
use server::scaffolder::check::{ActionShape, Finding, KnownActions, Severity, check, run};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

fn known() -> KnownActions {
    let fetch = ActionShape {
        input: Some(json!({
            "type": "object",
            "properties": {
                "url": { "type": "string" },
                "targetPath": { "type": "string" },
                "values": { "type": "object" },
                "replace": { "type": "boolean" },
                "copyWithoutTemplating": { "type": "array" },
            },
            "required": ["url"],
            "additionalProperties": false,
        })),
        output: None,
    };
    let publish = ActionShape {
        input: Some(json!({
            "type": "object",
            "properties": { "repoUrl": { "type": "string" }, "access": { "enum": ["a", "b"] } },
            "required": ["repoUrl"],
        })),
        output: Some(json!({
            "type": "object",
            "properties": { "remoteUrl": { "type": "string" } },
        })),
    };
    let actions = [
        ("fetch:template", fetch),
        ("publish:github", publish),
        ("debug:log", ActionShape::default()),
    ];
    let actions = actions.into_iter();
    actions.map(|(id, shape)| (id.to_owned(), shape)).collect()
}

const HEAD: &str = "apiVersion: scaffolder.backstage.io/v1beta3
kind: Template
metadata:
  name: service
spec:
  type: service
";

fn findings(spec: &str, folder: Option<&Path>) -> Vec<Finding> {
    let text = format!("{HEAD}{spec}");
    let document = parse(text.as_bytes(), MAX_BYTES).remove(0).unwrap();
    check(&document, &known(), folder)
}

/// Compares `line severity: part of the message` of all that is found; lines are those of `spec`.
fn check_spec(spec: &str, expected: &[(u32, Severity, &str)]) {
    let first = u32::try_from(HEAD.lines().count()).unwrap();
    let found = findings(spec, None);
    assert_eq!(found.len(), expected.len(), "{found:#?}");
    for (finding, (line, severity, words)) in found.iter().zip(expected) {
        assert!(
            finding.message.contains(words),
            "{finding:?} says nothing of {words}"
        );
        assert_eq!(
            (finding.line - first, finding.severity),
            (*line, *severity),
            "{finding:?}"
        );
    }
}

const FINE: &str = "  parameters:
    - title: About
      properties:
        name: { type: string }
        agreed: { const: true }
        repoUrl:
          type: string
          ui:field: RepoUrlPicker
          ui:options: { requestUserCredentials: { secretsKey: token } }
      dependencies:
        kind:
          oneOf:
            - properties:
                kind: { const: a }
                size: { type: number }
  steps:
    - id: fetch
      action: fetch:template
      input:
        url: ./skeleton
        values:
          name: ${{ parameters.name }}
          size: ${{ parameters['size'] | default(1) }}
    - id: publish
      name: Publish ${{ parameters.name }}
      action: publish:github
      if: ${{ parameters.name === 'x' or always() }}
      each: ${{ ['a', 'b'] }}
      input:
        repoUrl: ${{ parameters.repoUrl }}
        access: ${{ each.value }}
        token: ${{ secrets.token }}
  output:
    links:
      - url: ${{ steps.publish.output.remoteUrl }} ${{ steps.fetch.output.anything }}
";

#[test]
fn nothing_is_found_in_a_template_that_is_fine() {
    check_spec(FINE, &[]);
}

#[test]
fn parameters_are_declared_and_used() {
    let spec = FINE
        .replace("${{ parameters.name }}", "${{ parameters.nmae }}")
        .replace("name === 'x' or ", "nothing or ");
    check_spec(
        &spec,
        &[
            (4, Severity::Warning, "nothing uses the parameter \"name\""),
            (
                22,
                Severity::Error,
                "parameter \"nmae\"; did you mean \"name\"?",
            ),
            (25, Severity::Error, "parameter \"nmae\""),
            (27, Severity::Error, "parameter \"nothing\""),
        ],
    );
}

#[test]
fn handing_on_all_parameters_uses_them() {
    let spec = "  parameters:
    properties:
      a: { type: string }
  steps:
    - action: debug:log
      input:
        values: ${{ parameters }}
";
    check_spec(spec, &[]);
}

#[test]
fn outputs_are_those_of_steps_before() {
    let spec = "  steps:
    - id: first
      action: debug:log
      input:
        message: ${{ steps.second.output.x }} ${{ steps.first.output }}
    - id: second
      action: publish:github
      input:
        repoUrl: ${{ steps.frist.output.url }}
    - action: debug:log
      input:
        message: ${{ steps.second.output.remoteURL }} ${{ steps.second.remoteUrl }} ${{ steps['step-3'] }}
  output:
    text: ${{ secrets.token }} ${{ steps.second.output.remoteUrl }}
";
    check_spec(
        spec,
        &[
            (5, Severity::Error, "\"second\" comes later"),
            (5, Severity::Error, "\"first\" cannot use its own"),
            (
                9,
                Severity::Error,
                "no step \"frist\"; did you mean \"first\"?",
            ),
            (
                12,
                Severity::Error,
                "no output \"remoteURL\"; did you mean \"remoteUrl\"?",
            ),
            (
                12,
                Severity::Error,
                "a step has an output, and no \"remoteUrl\"",
            ),
            (12, Severity::Error, "\"step-3\" cannot use its own"),
            (14, Severity::Error, "secrets cannot be put out"),
        ],
    );
}

#[test]
fn actions_and_their_inputs_are_known() {
    let spec = "  steps:
    - id: a
      action: fetch:tempalte
    - id: b
      action: fetch:template
      input:
        targetPath: 3
        replace: ${{ 'yes' }}
        trimBlock: true
    - id: b
      action: publish:github
      input:
        repoUrl: x
        access: c
    - id: c
      action: fetch:cookiecutter
    - id: d
    - id: e
      action: roadiehq:utils:jsonata:json:transform
";
    check_spec(
        spec,
        &[
            (3, Severity::Error, "did you mean \"fetch:template\"?"),
            (6, Severity::Error, "additional property \"trimBlock\""),
            (6, Severity::Error, "requires property \"url\""),
            (7, Severity::Error, "targetPath is not of a type(s) string"),
            (10, Severity::Error, "has the step at line 10 already"),
            (14, Severity::Error, "access is not one of"),
            (16, Severity::Error, "cookiecutterCompat"),
            (17, Severity::Error, "names no action"),
            (19, Severity::Error, "there is no JSONata here"),
        ],
    );
}

#[test]
fn texts_are_read_as_templates() {
    let spec = "  parameters:
    properties:
      name: { type: string }
  steps:
    - id: a
      action: debug:log
      if: parameters.name
      input:
        one: ${{ parameters.name | uper }}
        two: ${{ parameters.name
        three: ${{ name }} ${{ True }} ${{ each.value }}
        four: ${{ parameters.name is evne }} {% for x in user.list %}${{ x }}{% endfor %}
        five: ${{ secrets.nothing }} ${{ secrets.backstageToken }}
        six: ${{ parameters.name || 'x' }}
        seven: ${{ parameters.name && 'x' }}
        eight: ${{ !parameters.name }}
        nine: '${{ parameters.name ? 1 : 2 }}'
";
    check_spec(
        spec,
        &[
            (7, Severity::Warning, "write ${{ parameters.name }}"),
            (9, Severity::Error, "did you mean \"upper\"?"),
            (10, Severity::Error, "not closed"),
            (11, Severity::Warning, "write parameters.name"),
            (11, Severity::Warning, "write true"),
            (11, Severity::Error, "\"each\" is known only"),
            (12, Severity::Error, "did you mean \"even\"?"),
            (13, Severity::Warning, "secret \"nothing\""),
            (14, Severity::Error, "write or"),
            (15, Severity::Error, "write and"),
            (16, Severity::Error, "write not"),
            (17, Severity::Error, "write a if b else c"),
        ],
    );
}

#[test]
fn other_versions_are_not_supported() {
    let text = HEAD.replace("v1beta3", "v1beta2");
    let document = parse(text.as_bytes(), MAX_BYTES).remove(0).unwrap();
    let found = check(&document, &known(), None);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].line, 1);
}

/// A folder with a template and a skeleton.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    let spec = "  steps:
    - action: fetch:template
      input:
        url: ./skeleton
        copyWithoutTemplating: ['ci']
        values: { name: x }
    - action: fetch:template
      input:
        url: ./gone
";
    write("one/template.yaml", &format!("{HEAD}{spec}"));
    write(
        "one/skeleton/a.txt",
        "fine ${{ values.name }}\n${{ values.nmae }}\n",
    );
    write("one/skeleton/${{ values.nothing }}.txt", "");
    write("one/skeleton/b.txt", "a\nb\n{% if values.name %}\n");
    write("one/skeleton/ci/build.yaml", "${{ not one of ours }}");
    write("one/skeleton/template.yaml", "kind: ${{ values.name }}\n");
    write("other.yaml", "kind: Component\n");
    write("node_modules/template.yaml", "kind: Template\n");
    folder
}

#[test]
fn skeletons_are_looked_over_too() {
    let folder = folder();
    let mut out = Vec::new();
    let code = run(&[folder.path().to_path_buf()], &known(), &mut out).unwrap();
    let out = String::from_utf8(out).unwrap();
    let out = out.replace(&format!("{}/", folder.path().display()), "");
    assert_eq!(
        out,
        "one/template.yaml:15: error: ./gone is not there; the path is that from the template's folder
one/skeleton/${{ values.nothing }}.txt:1: warning: the step gives no value \"nothing\"
one/skeleton/a.txt:2: warning: the step gives no value \"nmae\"; did you mean \"name\"?
one/skeleton/b.txt:3: error: this \"if\" tag is not closed with \"elif\", \"elseif\", \"else\" or \"endif\"
1 template, 2 errors, 2 warnings
"
    );
    assert_eq!(code, ExitCode::FAILURE);
}

#[test]
fn what_is_named_has_to_be_a_template() {
    let folder = folder();
    let check = |path: &str| {
        let mut out = Vec::new();
        let paths: [PathBuf; 1] = [folder.path().join(path)];
        let code = run(&paths, &known(), &mut out).unwrap();
        (code, String::from_utf8(out).unwrap())
    };
    let (code, out) = check("other.yaml");
    assert_eq!(code, ExitCode::FAILURE);
    assert!(
        out.contains("other.yaml:1: error: this is no template"),
        "{out}"
    );
    std::fs::write(folder.path().join("broken.yaml"), "a: [").unwrap();
    assert_eq!(check("broken.yaml").0, ExitCode::FAILURE);
}
