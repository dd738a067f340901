//! What is wrong with sources, as of their last reading.

use super::StoreError;
use super::roots::touch;
use super::tx::{Tx, insert, list, rows, run};
use crate::ingest::SourceUpdate;
use app::catalog::{ErrorName, Problem, Severity};
use sqlx::Row;

const REMOVE: &str = "delete from problems where location in list($1)";
const PUT: &str = "
    insert into problems (location, position, severity, line, entity_ref, message, error) ";
/// A source that has another than itself told what is wrong is one that could not be read.
const LIST_TOLD: &str = "
    select distinct sources.parent from sources join problems on problems.location = sources.location
    where sources.location in list($1) and sources.parent is not null
        and problems.line is null and problems.entity_ref like 'location:%'";

/// Swaps in the problems of sources that were read. What they tell the Location entities that name
/// them is a change of the sources of these.
pub(super) async fn swap_problems(
    tx: &mut Tx,
    updates: &[(i64, &SourceUpdate)],
) -> Result<(), StoreError> {
    let locations = list(updates.iter().map(|(_, it)| it.location.to_string()));
    let mut told: Vec<String> = rows!(tx, LIST_TOLD, &locations; row => row.get(0));
    run!(tx, REMOVE, &locations);
    let rows = updates.iter().flat_map(|(_, update)| {
        let location = update.location.to_string();
        let problems = (0i64..).zip(&update.problems);
        problems.map(move |(position, problem)| (location.clone(), position, problem))
    });
    let rows: Vec<(String, i64, &Problem)> = rows.collect();
    insert!(
        tx, PUT, rows, "";
        (location, position, problem) => location, position, severity_word(problem),
            problem.line.map(i64::from), &problem.entity_ref, &problem.message, error_name(problem)
    );
    told.extend(rows!(tx, LIST_TOLD, &locations; row => row.get::<String, _>(0)));
    let number = updates.first().map_or(0, |(number, _)| *number);
    touch(tx, &told, number).await
}

/// What clients know an error as whose name is stored so; see [`error_name`].
pub(super) fn named(stored: Option<&str>) -> ErrorName {
    stored.map_or_else(ErrorName::default, ErrorName::of)
}

fn error_name(problem: &Problem) -> Option<&'static str> {
    let name = problem.error;
    (name != ErrorName::default()).then(|| name.as_str())
}

fn severity_word(problem: &Problem) -> &'static str {
    match problem.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}
