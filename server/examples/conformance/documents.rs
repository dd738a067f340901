//! Real repositories: every document of every file has its recorded verdict and relations.

use crate::report::{Outcome, Verdict, text};
use anyhow::Context;
use serde_json::{Value, json};
use server::ingest::parse::{Document, MAX_BYTES, parse};
use server::ingest::placeholder;
use server::ingest::relate::relate;
use server::ingest::validate::custom::Kinds;
use server::ingest::validate::{Fault, entity_ref, validate};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// The outcomes of each repository below `area`, by the name of its verdicts file.
pub(crate) fn verdicts(corpus: &Path, area: &str) -> anyhow::Result<Vec<(String, Vec<Outcome>)>> {
    let mut files = Vec::new();
    let walk = walkdir::WalkDir::new(corpus.join(area)).sort_by_file_name();
    for entry in walk.into_iter().filter_map(Result::ok) {
        if entry.file_name() != "verdicts.json" {
            continue;
        }
        let path = entry.path();
        let recorded = fs::read_to_string(path).with_context(|| path.display().to_string())?;
        let recorded: Value =
            serde_json::from_str(&recorded).with_context(|| path.display().to_string())?;
        let repository = path.parent().context("a file lies in a folder")?;
        let rows = recorded["documents"].as_array().into_iter().flatten();
        let outcomes = rows.map(|row| outcome(repository, row)).collect();
        let name = path.strip_prefix(corpus)?.display().to_string();
        files.push((name, outcomes));
    }
    Ok(files)
}

fn outcome(repository: &Path, row: &Value) -> Outcome {
    let file = text(&row["file"]);
    let id = format!("{file}#{}", row["doc"]);
    let Ok(bytes) = fs::read(repository.join(file)) else {
        return Outcome::new(
            id,
            Verdict::NotApplicable("the file is not kept".to_owned()),
        );
    };
    let index = row["doc"].as_u64().and_then(|it| usize::try_from(it).ok());
    let document = parse(&bytes, MAX_BYTES)
        .into_iter()
        .nth(index.unwrap_or_default());
    let actual = match document {
        Some(Ok(document)) => judge(document),
        Some(Err(broken)) => json!({"valid": false, "stage": "yaml", "why": broken.to_string()}),
        None => json!("there is no such document"),
    };
    let valid = row["valid"] == true;
    let same = actual["valid"] == row["valid"]
        && (actual["stage"] == "yaml") == (row["stage"] == "yaml")
        && (!valid || (actual["ref"] == row["ref"] && actual["relations"] == relations_of(row)));
    let verdict = if same {
        Verdict::Passed
    } else {
        Verdict::Failed {
            expected: row.to_string(),
            actual: actual.to_string(),
        }
    };
    Outcome::new(id, verdict)
}

fn judge(mut document: Document) -> Value {
    // As when the verdicts were recorded: the files that placeholders stand for are not read.
    let stubs = placeholder::find(&document.value)
        .into_iter()
        .map(|placeholder| (placeholder, Ok(json!("stub"))));
    let stubs: Vec<_> = stubs.collect();
    placeholder::replace(&mut document.value, stubs);
    let relations = validate(&mut document.value, &Kinds::default())
        .and_then(|()| relate(&document.value, &Kinds::default()));
    match relations {
        Ok(relations) => {
            let lines: BTreeSet<String> = relations
                .iter()
                .map(|it| format!("{} {} {}", it.source, it.kind, it.target))
                .collect();
            let name = entity_ref(&document.value).map(|name| name.to_string());
            json!({"valid": true, "ref": name, "relations": lines})
        }
        Err(faults) => {
            let faults: Vec<String> = faults.iter().map(Fault::to_string).collect();
            json!({"valid": false, "why": faults})
        }
    }
}

fn relations_of(row: &Value) -> Value {
    let lines = row["relations"].as_array().into_iter().flatten();
    let lines: BTreeSet<&str> = lines.map(text).collect();
    json!(lines)
}
