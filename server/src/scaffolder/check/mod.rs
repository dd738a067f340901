//! Looks a template over without running it: what could not work, what comes to nothing, what nobody
//! uses, each with its line.
//!
//! To look for more: write it in the file of what it is about, and call it in [`check`].

mod command;
mod inputs;
mod known;
mod parameters;
mod references;
mod skeletons;
mod steps;
mod texts;

pub use command::run;
pub use known::{ActionShape, KnownActions};

use crate::ingest::parse::Document;
use parameters::Declared;
use references::Uses;
use serde_json::Value;
use std::path::Path;

/// How bad something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// It works, but hardly as it is meant.
    Warning,
    /// It cannot work.
    Error,
}

/// Something that was found in a template, or in a file of its skeleton.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Below the folder of the template; none for the template itself.
    pub file: Option<String>,
    /// 1-based.
    pub line: u32,
    pub severity: Severity,
    pub message: String,
}

/// Whether a document is a template, of whichever version.
pub fn is_template(value: &Value) -> bool {
    value["kind"] == "Template"
}

/// Everything that is found in a template. With the folder that it stands in, its skeletons are looked
/// over too.
pub fn check(document: &Document, known: &KnownActions, folder: Option<&Path>) -> Vec<Finding> {
    let mut findings = Findings {
        document,
        found: Vec::new(),
    };
    let spec = &document.value["spec"];
    let version = document.value["apiVersion"].as_str().unwrap_or_default();
    if version != super::parameters::API_VERSION {
        findings.error(
            "/apiVersion",
            format!(
                "templates of the version {version:?} are not supported; write {:?}",
                super::parameters::API_VERSION
            ),
        );
        return findings.found;
    }
    let declared = Declared::of(&spec["parameters"], &spec["secrets"]["schema"]);
    let steps = steps::steps(&spec["steps"]);
    steps::look(&steps, known, &mut findings);
    let mut uses = Uses::new(&declared, &steps, known);
    uses.look(spec, &mut findings);
    for step in &steps {
        inputs::look(step, known, &mut findings);
        if let Some(folder) = folder {
            skeletons::look(step, folder, &mut findings);
        }
    }
    parameters::look_for_unused(&declared, &uses, &mut findings);
    let mut found = findings.found;
    found.sort_by(|left, right| (&left.file, left.line).cmp(&(&right.file, right.line)));
    found.dedup();
    found
}

/// What was found so far.
struct Findings<'d> {
    document: &'d Document,
    found: Vec<Finding>,
}

impl Findings<'_> {
    fn put(&mut self, pointer: &str, severity: Severity, message: String) {
        self.found.push(Finding {
            file: None,
            line: self.document.lines.of(pointer),
            severity,
            message,
        });
    }

    fn error(&mut self, pointer: &str, message: String) {
        self.put(pointer, Severity::Error, message);
    }

    fn warning(&mut self, pointer: &str, message: String) {
        self.put(pointer, Severity::Warning, message);
    }
}
