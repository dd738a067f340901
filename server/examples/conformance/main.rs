//! Runs the recorded cases of a conformance corpus against the real code and prints a table.
//!
//! To add an area: write a module with `cases(file, cases)` that answers `Some` for the files it
//! knows, and name it in [`AREAS`].

mod api;
mod config;
mod documents;
mod integration;
mod language;
mod permissions;
mod processing;
mod query;
mod refs;
mod report;
mod skeleton;
mod tasks;
mod templates;
mod validation;

use anyhow::Context;
use clap::Parser;
use report::{Outcome, Report};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

type Cases = fn(file: &str, cases: &[Value]) -> Option<Vec<Outcome>>;

/// The first area that knows a file answers for it.
const AREAS: &[Cases] = &[
    config::cases,
    refs::cases,
    validation::cases,
    processing::cases,
    query::cases,
    integration::cases,
    tasks::cases,
    permissions::cases,
];

type CasesInOrder = fn(file: &str, text: &str) -> Option<Vec<Outcome>>;

/// Areas that read their files themselves, since to them the order of keys matters.
const AREAS_IN_ORDER: &[CasesInOrder] = &[language::cases, skeleton::cases, api::cases];

/// Where the cases are when nobody says.
const USUAL: &str = "../shared/corpus";

/// Cases that a person would call wrong, by id, each with its reason.
const DEVIATIONS: &str = include_str!("deviations.json");

/// Runs recorded conformance cases against the real code.
#[derive(Debug, Parser)]
struct Args {
    /// The folder of the recorded cases; without it `../shared/corpus`, if that is there.
    #[arg(long)]
    corpus: Option<PathBuf>,
    /// Show expected and actual of every failed case.
    #[arg(long)]
    verbose: bool,
    /// Also write the counts per file as JSON.
    #[arg(long)]
    json: Option<PathBuf>,
}

fn main() -> anyhow::Result<ExitCode> {
    let args = Args::parse();
    let corpus = match &args.corpus {
        Some(corpus) => corpus.clone(),
        None if Path::new(USUAL).is_dir() => PathBuf::from(USUAL),
        None => {
            println!(
                "no recorded cases at {USUAL}: nothing was compared (name their folder with --corpus)"
            );
            return Ok(ExitCode::SUCCESS);
        }
    };
    let deviations: BTreeMap<String, String> =
        serde_json::from_str(DEVIATIONS).context("deviations.json is not a map of id to reason")?;

    let mut report = Report::default();
    let mut unknown = Vec::new();
    for file in case_files(&corpus)? {
        let path = corpus.join(&file);
        let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        let in_order = AREAS_IN_ORDER.iter().find_map(|area| area(&file, &text));
        if let Some(outcomes) = in_order {
            report.put(&file, outcomes, &deviations);
            continue;
        }
        let Value::Array(cases) =
            serde_json::from_str(&text).with_context(|| path.display().to_string())?
        else {
            unknown.push(file);
            continue;
        };
        match AREAS.iter().find_map(|area| area(&file, &cases)) {
            Some(outcomes) => report.put(&file, outcomes, &deviations),
            None => unknown.push(file),
        }
    }

    for area in ["catalog-entities", "templates"] {
        for (file, outcomes) in documents::verdicts(&corpus, area)? {
            report.put(&file, outcomes, &deviations);
        }
    }

    report.put(
        "templates, checked",
        templates::checked(&corpus)?,
        &deviations,
    );

    anyhow::ensure!(
        report.cases() > 0,
        "{} holds no recorded cases; is it the right folder?",
        corpus.display()
    );
    report.print(args.verbose);
    if !unknown.is_empty() {
        println!("not covered yet: {}", unknown.join(", "));
    }
    if let Some(path) = args.json {
        fs::write(&path, report.to_json().to_string())
            .with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(if report.failed() == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// `area/name.json` of every case file, sorted.
fn case_files(corpus: &Path) -> anyhow::Result<Vec<String>> {
    /// Folders of real files rather than of case files.
    const OTHER: [&str; 5] = [
        "app-configs",
        "catalog-entities",
        "schemas",
        "techdocs-sites",
        "templates",
    ];
    let mut files = Vec::new();
    for entry in walkdir::WalkDir::new(corpus).min_depth(2).max_depth(2) {
        let entry = entry?;
        let file = entry.path().strip_prefix(corpus)?.to_string_lossy();
        let area = file.split('/').next().unwrap_or_default();
        if file.ends_with(".json") && !OTHER.contains(&area) {
            files.push(file.into_owned());
        }
    }
    files.sort();
    Ok(files)
}
