//! Real templates: each text in them is read as a template, and what is not supported is told.

use crate::report::{Outcome, Verdict};
use anyhow::Context;
use server::ingest::parse::{Document, MAX_BYTES, parse_data};
use server::scaffolder::check::{Finding, KnownActions, check, is_template};
use std::fs;
use std::path::Path;

/// One outcome for each template below `templates`.
pub(crate) fn checked(corpus: &Path) -> anyhow::Result<Vec<Outcome>> {
    let known = KnownActions::built_in();
    let mut outcomes = Vec::new();
    let walk = walkdir::WalkDir::new(corpus.join("templates")).sort_by_file_name();
    for entry in walk.into_iter().filter_map(Result::ok) {
        let extension = entry.path().extension().and_then(|it| it.to_str());
        if !matches!(extension, Some("yaml" | "yml")) || !entry.file_type().is_file() {
            continue;
        }
        let bytes = fs::read(entry.path()).with_context(|| entry.path().display().to_string())?;
        let documents = parse_data(&bytes, MAX_BYTES).into_iter();
        let templates = documents.filter_map(Result::ok);
        for document in templates.filter(|document| is_template(&document.value)) {
            let path = entry.path().strip_prefix(corpus)?.display();
            let id = format!("{path}#{}", document.index);
            let findings = check(&document, &known, entry.path().parent());
            outcomes.push(Outcome::new(id, verdict(&document, &known, &findings)));
        }
    }
    Ok(outcomes)
}

/// Each action that there is not is told on its line, and so is what to write instead of what cannot be
/// read: some real templates hold signs of other languages, which leave a text as it is.
fn verdict(document: &Document, known: &KnownActions, findings: &[Finding]) -> Verdict {
    let is_of_template = |finding: &&Finding| finding.file.is_none();
    let mut own = findings.iter().filter(is_of_template);
    let is_unexplained = |finding: &&Finding| {
        finding.message.contains("cannot be read") && !finding.message.contains("; write ")
    };
    if let Some(unread) = own.find(is_unexplained) {
        return Verdict::Failed {
            expected: "a text that can be read".to_owned(),
            actual: format!("line {}: {}", unread.line, unread.message),
        };
    }
    let steps = document.value["spec"]["steps"].as_array();
    for (index, step) in steps.into_iter().flatten().enumerate() {
        let action = step["action"].as_str().unwrap_or_default();
        let line = document.lines.of(&format!("/spec/steps/{index}/action"));
        let is_told = findings
            .iter()
            .filter(is_of_template)
            .any(|finding| finding.line == line && finding.message.contains(action));
        let is_supported = document.value["apiVersion"] == "scaffolder.backstage.io/v1beta3";
        if known.get(action).is_none() && is_supported && !is_told {
            return Verdict::Failed {
                expected: format!("to be told of {action}"),
                actual: format!("{findings:?}"),
            };
        }
    }
    Verdict::Passed
}
