//! What the runner found: one outcome per case, one row per file.

use serde_json::{Value, json};
use std::collections::BTreeMap;

/// What became of one recorded case.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) id: String,
    pub(crate) verdict: Verdict,
}

#[derive(Debug)]
pub(crate) enum Verdict {
    Passed,
    Failed {
        expected: String,
        actual: String,
    },
    /// Why the case says nothing about this product.
    NotApplicable(String),
}

impl Outcome {
    pub(crate) fn new(id: impl Into<String>, verdict: Verdict) -> Self {
        Self {
            id: id.into(),
            verdict,
        }
    }
}

impl Verdict {
    /// Passed when both are equal, otherwise failed with both printed.
    pub(crate) fn equal(expected: &Value, actual: &Value) -> Self {
        if expected == actual {
            Self::Passed
        } else {
            Self::Failed {
                expected: expected.to_string(),
                actual: actual.to_string(),
            }
        }
    }
}

/// All outcomes, by file, with the deviations taken out of the failures.
#[derive(Debug, Default)]
pub(crate) struct Report {
    files: Vec<(String, Vec<Outcome>)>,
}

#[derive(Debug, Default, Clone, Copy)]
struct Counts {
    cases: usize,
    passed: usize,
    failed: usize,
    not_applicable: usize,
}

impl Report {
    /// Takes the outcomes of one file. A failure whose id is a key of `deviations` counts as not
    /// applicable, with the reason given there.
    pub(crate) fn put(
        &mut self,
        file: &str,
        mut outcomes: Vec<Outcome>,
        deviations: &BTreeMap<String, String>,
    ) {
        for outcome in &mut outcomes {
            let reason = deviations.get(&outcome.id);
            if let (Verdict::Failed { .. }, Some(reason)) = (&outcome.verdict, reason) {
                outcome.verdict = Verdict::NotApplicable(format!("deviation: {reason}"));
            }
        }
        self.files.push((file.to_owned(), outcomes));
    }

    pub(crate) fn cases(&self) -> usize {
        self.files.iter().map(|(_, outcomes)| outcomes.len()).sum()
    }

    pub(crate) fn failed(&self) -> usize {
        self.files
            .iter()
            .map(|(_, outcomes)| count(outcomes).failed)
            .sum()
    }

    pub(crate) fn print(&self, verbose: bool) {
        let width = self.files.iter().map(|(file, _)| file.len()).max();
        let width = width.unwrap_or(0).max("file".len());
        println!(
            "{:width$}  {:>6} {:>6} {:>6} {:>14}",
            "file", "cases", "passed", "failed", "not applicable"
        );
        let mut total = Counts::default();
        for (file, outcomes) in &self.files {
            let counts = count(outcomes);
            print_row(file, counts, width);
            print_reasons(outcomes);
            if verbose {
                print_failures(outcomes);
            }
            total.cases += counts.cases;
            total.passed += counts.passed;
            total.failed += counts.failed;
            total.not_applicable += counts.not_applicable;
        }
        print_row("total", total, width);
        println!(
            "\n{} passed, {} failed, {} skipped",
            total.passed, total.failed, total.not_applicable
        );
    }

    pub(crate) fn to_json(&self) -> Value {
        let rows = self.files.iter().map(|(file, outcomes)| {
            let counts = count(outcomes);
            json!({
                "file": file,
                "cases": counts.cases,
                "passed": counts.passed,
                "failed": counts.failed,
                "not_applicable": counts.not_applicable,
            })
        });
        rows.collect()
    }
}

fn count(outcomes: &[Outcome]) -> Counts {
    let mut counts = Counts {
        cases: outcomes.len(),
        ..Counts::default()
    };
    for outcome in outcomes {
        match outcome.verdict {
            Verdict::Passed => counts.passed += 1,
            Verdict::Failed { .. } => counts.failed += 1,
            Verdict::NotApplicable(_) => counts.not_applicable += 1,
        }
    }
    counts
}

fn print_row(name: &str, counts: Counts, width: usize) {
    println!(
        "{name:width$}  {:>6} {:>6} {:>6} {:>14}",
        counts.cases, counts.passed, counts.failed, counts.not_applicable
    );
}

fn print_reasons(outcomes: &[Outcome]) {
    let mut reasons: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for outcome in outcomes {
        if let Verdict::NotApplicable(reason) = &outcome.verdict {
            reasons.entry(reason).or_default().push(&outcome.id);
        }
    }
    for (reason, ids) in reasons {
        match ids.as_slice() {
            [id] => println!("    not applicable: {id}: {reason}"),
            ids => println!("    not applicable: {} cases: {reason}", ids.len()),
        }
    }
}

fn print_failures(outcomes: &[Outcome]) {
    for outcome in outcomes {
        if let Verdict::Failed { expected, actual } = &outcome.verdict {
            println!("    FAILED {}", outcome.id);
            println!("      expected {expected}");
            println!("      actual   {actual}");
        }
    }
}

/// One outcome per case, under the id of the case.
pub(crate) fn outcomes(cases: &[Value], check: impl Fn(&Value) -> Verdict) -> Vec<Outcome> {
    cases
        .iter()
        .map(|case| Outcome::new(text(&case["id"]), check(case)))
        .collect()
}

/// Compares with the recorded `result` or `error` of a case. Of errors only that there is one.
pub(crate) fn same_result(case: &Value, actual: Result<Value, String>) -> Verdict {
    let recorded = case.get("error").filter(|error| !error.is_null());
    match (recorded, actual) {
        (Some(_), Err(_)) => Verdict::Passed,
        (None, Ok(actual)) => Verdict::equal(&case["result"], &actual),
        (Some(error), Ok(actual)) => Verdict::Failed {
            expected: format!("error {}", error["message"]),
            actual: actual.to_string(),
        },
        (None, Err(actual)) => Verdict::Failed {
            expected: case["result"].to_string(),
            actual: format!("error {actual}"),
        },
    }
}

/// The text of a value; empty when it is none.
pub(crate) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
