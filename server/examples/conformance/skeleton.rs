//! Skeletons that become files.

use crate::report::{Outcome, Verdict};
use base64::prelude::{BASE64_STANDARD, Engine as _};
use serde::Deserialize;
use serde_json::{Value, json};
use server::scaffolder::filters::filters;
use server::scaffolder::language::{Data, Secrets};
use server::scaffolder::skeleton::{Input, MemoryTree, Node, Skeleton};
use server::scm::Scm;

pub(crate) fn cases(file: &str, text: &str) -> Option<Vec<Outcome>> {
    (file == "scaffolder/fetch-template.json").then(|| match serde_json::from_str(text) {
        Ok(cases) => {
            let cases: Vec<Case> = cases;
            cases.into_iter().map(check).collect()
        }
        Err(error) => {
            let verdict = Verdict::NotApplicable(format!("cases of another form: {error}"));
            vec![Outcome::new(file, verdict)]
        }
    })
}

/// What an action was given, the skeleton that it fetched, and the workspace before and after.
#[derive(Deserialize)]
struct Case {
    id: String,
    #[serde(rename = "fn")]
    action: String,
    input: Data,
    #[serde(default)]
    template: Data,
    #[serde(default)]
    workspace_before: Data,
    workspace_after: Option<Data>,
}

fn check(case: Case) -> Outcome {
    let mut workspace = tree(&case.workspace_before);
    let verdict = match (run(&case, &mut workspace), &case.workspace_after) {
        (Ok(()), Some(after)) => Verdict::equal(&to_json(&tree(after)), &to_json(&workspace)),
        (Err(_), None) => Verdict::Passed,
        (Ok(()), None) => Verdict::Failed {
            expected: "an error".to_owned(),
            actual: to_json(&workspace).to_string(),
        },
        (Err(error), Some(after)) => Verdict::Failed {
            expected: to_json(&tree(after)).to_string(),
            actual: format!("error {error}"),
        },
    };
    Outcome::new(case.id, verdict)
}

fn run(case: &Case, workspace: &mut MemoryTree) -> Result<(), String> {
    let told = |error: &dyn std::error::Error| error.to_string();
    let input = Input::read(&case.input, &Secrets::default()).map_err(|error| told(&error))?;
    let skeleton = Skeleton::new(input, filters(&Scm::default())).map_err(|error| told(&error))?;
    match (case.action.as_str(), &case.template) {
        ("fetch:template:file", Data::Text(text)) => {
            let bytes = text.clone().into_bytes();
            let written = skeleton.write_file("skeleton.txt", bytes, false, workspace);
            written.map(|_| ()).map_err(|error| told(&error))
        }
        ("fetch:template:file", _) => Ok(()),
        (_, template) => {
            let written = skeleton.write(&tree(template), workspace);
            written.map(|_| ()).map_err(|error| told(&error))
        }
    }
}

/// A tree as it is recorded, without what belongs to the recording.
fn tree(recorded: &Data) -> MemoryTree {
    let mut tree = MemoryTree::default();
    let Data::Map(entries) = recorded else {
        return tree;
    };
    for (path, node) in entries {
        if path == "tmp" || path.starts_with("template/") {
            continue;
        }
        let text = |name: &str| node.get(name).and_then(Data::as_str);
        let file = |bytes: Vec<u8>, is_executable: bool| Node::File {
            bytes,
            is_executable,
        };
        let node = if let Data::Text(text) = node {
            file(text.clone().into_bytes(), false)
        } else if let Some(link) = text("symlink") {
            Node::Link(link.to_owned())
        } else if let Some(encoded) = text("base64") {
            file(BASE64_STANDARD.decode(encoded).unwrap_or_default(), false)
        } else if let Some(text) = text("text") {
            let is_executable = node.get("executable").is_some_and(Data::is_truthy);
            file(text.into(), is_executable)
        } else {
            Node::Folder
        };
        tree.put(path.trim_end_matches('/'), node);
    }
    tree
}

/// Files, links and empty folders.
fn to_json(tree: &MemoryTree) -> Value {
    let is_empty = |folder: &str| {
        let prefix = format!("{folder}/");
        !tree.iter().any(|(path, _)| path.starts_with(&prefix))
    };
    let nodes = tree.iter().filter_map(|(path, node)| {
        let node = match node {
            Node::Folder if is_empty(path) => json!("folder"),
            Node::Folder => return None,
            Node::Link(to) => json!({ "link": to }),
            Node::File {
                bytes,
                is_executable,
            } => json!([String::from_utf8_lossy(bytes), is_executable]),
        };
        Some((path.to_owned(), node))
    });
    Value::Object(nodes.collect())
}
