//! What is wrong: as it was read, and names that are claimed twice.

use super::model::{Loser, Model};
use crate::ingest::LocationRef;
use app::catalog::{ErrorName, Problem, Severity};
use std::collections::HashMap;
use std::sync::Arc;

impl Model {
    /// Makes the list of problems from what was reported and which claims are in vain.
    pub(super) fn list_problems(&mut self) {
        let reported = self.reported.iter();
        let mut problems: Vec<Problem> = reported
            .flat_map(|(_, problems)| problems.iter().cloned())
            .collect();
        for (key, losers) in self.losers.iter() {
            if let Some(winner) = self.get_key(key) {
                let conflict = |loser: &Loser| conflict(key, loser, &winner.location, winner.line);
                problems.extend(losers.iter().map(conflict));
            }
        }
        problems.sort_by(|a, b| {
            (a.severity, &a.source, a.line, &a.entity_ref, &a.message).cmp(&(
                b.severity,
                &b.source,
                b.line,
                &b.entity_ref,
                &b.message,
            ))
        });
        self.problems = Arc::new(problems);
        self.number_problems();
    }

    /// Makes the list of problems by what they are about.
    pub(super) fn number_problems(&mut self) {
        let mut problems_of: HashMap<String, Vec<usize>> = HashMap::new();
        for (number, problem) in self.problems.iter().enumerate() {
            if let Some(entity_ref) = &problem.entity_ref {
                let of_entity = problems_of.entry(entity_ref.to_lowercase()).or_default();
                of_entity.push(number);
            }
        }
        self.problems_of = Arc::new(problems_of);
    }
}

/// The problems of a source that are about that lower-case reference.
pub(super) fn about<'a>(problems: &'a [Problem], key: &str) -> impl Iterator<Item = &'a Problem> {
    problems.iter().filter(move |problem| {
        let about = problem.entity_ref.as_ref();
        about.is_some_and(|about| about.to_lowercase() == *key)
    })
}

/// Whether a problem is that a name is claimed in vain.
pub(super) fn is_conflict(model: &Model, key: &str, problem: &Problem) -> bool {
    let losers = model.losers.get(key).into_iter();
    losers
        .flat_map(|losers| losers.iter())
        .any(|loser| *loser.rank.1 == *problem.source && loser.shown_line() == problem.line)
}

fn conflict(key: &str, loser: &Loser, location: &str, line: u32) -> Problem {
    let place = if LocationRef::has_lines(location) {
        format!("{location}, line {line}")
    } else {
        location.to_owned()
    };
    Problem {
        severity: Severity::Error,
        source: loser.rank.1.to_string(),
        line: loser.shown_line(),
        entity_ref: Some(key.to_owned()),
        error: ErrorName::default(),
        message: format!(
            "{key} is already claimed by {place}, and the first claim stays. Rename one of the two, or remove one.",
        ),
    }
}
