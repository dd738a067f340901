//! The skeletons that steps take from beside the template: whether their files can be read, and ask for
//! values that they are given.

use super::steps::Step;
use super::texts::is_rendered;
use super::{Finding, Findings, Severity};
use crate::scaffolder::language::{
    Data, Engine, LanguageError, Options, Read, Secrets, suggestion,
};
use crate::scaffolder::skeleton::{Input, Skeleton};
use indexmap::IndexMap;
use serde_json::Value;
use std::path::{Path, PathBuf};
use walkdir::WalkDir;

/// Files of one skeleton that are looked at.
const MOST_FILES: usize = 5_000;
/// Larger files are hardly templates.
const LARGEST: u64 = 1 << 20;

pub(super) fn look(step: &Step<'_>, folder: &Path, findings: &mut Findings<'_>) {
    let is_tree = match step.action {
        "fetch:template" => true,
        "fetch:template:file" => false,
        _ => return,
    };
    let pointer = format!("{}/input", step.pointer);
    let Some(url) = step.value["input"]["url"].as_str() else {
        return;
    };
    if is_rendered(url) || url.contains("://") {
        return;
    }
    let path = folder.join(url);
    if !path.exists() {
        let message = format!("{url} is not there; the path is that from the template's folder");
        findings.error(&format!("{pointer}/url"), message);
        return;
    }
    let input = without_rendered(&step.value["input"]);
    let skeleton = Input::read(&Data::from(&input), &Secrets::default())
        .and_then(|input| Skeleton::new(input, IndexMap::new()));
    let skeleton = match skeleton {
        Ok(skeleton) => skeleton,
        Err(error) => return findings.error(&pointer, error.to_string()),
    };
    let looker = Looker {
        engine: Engine::new(options(&input)),
        values: given(&step.value["input"]["values"]),
        root: if input["cookiecutterCompat"] == true {
            "cookiecutter"
        } else {
            "values"
        },
        folder,
    };
    let files = if is_tree {
        files(&path)
    } else {
        vec![path.clone()]
    };
    for file in files {
        let inner = file.strip_prefix(&path).unwrap_or(&file);
        let inner = inner.to_string_lossy();
        if skeleton.renders(&inner) {
            looker.file(&file, findings);
        }
        looker.name(&file, &inner, findings);
    }
}

fn options(input: &Value) -> Options {
    if input["cookiecutterCompat"] == true {
        Options::cookiecutter()
    } else {
        Options::default()
    }
}

/// The input without what is not known yet.
fn without_rendered(input: &Value) -> Value {
    let mut input = input.clone();
    if let Some(entries) = input.as_object_mut() {
        entries.retain(|_, value| !value.as_str().is_some_and(is_rendered));
        entries.remove("values");
    }
    input
}

/// The names of the values that a step gives, if they are written down.
fn given(values: &Value) -> Option<Vec<String>> {
    match values {
        Value::Object(entries) => Some(entries.keys().cloned().collect()),
        Value::Null => Some(Vec::new()),
        _ => None,
    }
}

fn files(path: &Path) -> Vec<PathBuf> {
    let entries = WalkDir::new(path).sort_by_file_name().into_iter();
    let files = entries.filter_map(Result::ok).filter(|entry| {
        let is_small = entry.metadata().is_ok_and(|it| it.len() <= LARGEST);
        entry.file_type().is_file() && is_small
    });
    files
        .map(walkdir::DirEntry::into_path)
        .take(MOST_FILES)
        .collect()
}

struct Looker<'f> {
    engine: Engine,
    /// What the files are given, if that is known.
    values: Option<Vec<String>>,
    root: &'static str,
    folder: &'f Path,
}

impl Looker<'_> {
    fn file(&self, file: &Path, findings: &mut Findings<'_>) {
        let Ok(text) = std::fs::read_to_string(file) else {
            return;
        };
        if text.contains('\0') {
            return;
        }
        self.text(file, &text, findings);
    }

    fn name(&self, file: &Path, name: &str, findings: &mut Findings<'_>) {
        self.text(file, name, findings);
    }

    fn text(&self, file: &Path, text: &str, findings: &mut Findings<'_>) {
        let mut put = |line: usize, severity: Severity, message: String| {
            let file = file.strip_prefix(self.folder).unwrap_or(file);
            findings.found.push(Finding {
                file: Some(file.display().to_string()),
                line: u32::try_from(line).unwrap_or(u32::MAX),
                severity,
                message,
            });
        };
        match self.engine.compile(text) {
            Err(LanguageError { line, message, .. }) => put(line, Severity::Error, message),
            Ok(template) => {
                for LanguageError { line, message, .. } in template.mistakes() {
                    put(line, Severity::Error, message);
                }
                for read in template.reads() {
                    if let Some(message) = self.read(&read) {
                        put(read.line, Severity::Warning, message);
                    }
                }
            }
        }
    }

    fn read(&self, read: &Read) -> Option<String> {
        let [root, name, ..] = read.path.as_slice() else {
            return None;
        };
        if root != self.root {
            let message = format!(
                "{root:?} is undefined in a skeleton, which is given {:?}",
                self.root
            );
            return (root == "parameters" || root == "values").then_some(message);
        }
        let values = self.values.as_ref()?;
        if values.contains(name) {
            return None;
        }
        let close = suggestion(name, values.iter().map(String::as_str));
        Some(format!("the step gives no value {name:?}{close}"))
    }
}
