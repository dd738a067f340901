//! What is wrong with sources, as of their last reading.

use super::StoreError;
use super::claims::CHUNK;
use super::tx::{Tx, list, run, within};
use crate::ingest::SourceUpdate;
use app::catalog::{Problem, Severity};
use sqlx::QueryBuilder;

const REMOVE: &str = "delete from problems where location in list($1)";
const PUT: &str = "
    insert into problems (location, position, severity, line, entity_ref, message) ";

/// Swaps in the problems of sources that were read.
pub(super) async fn swap_problems(
    tx: &mut Tx,
    updates: &[(i64, &SourceUpdate)],
) -> Result<(), StoreError> {
    let locations = updates.iter().map(|(_, it)| it.location.to_string());
    run!(tx, REMOVE, list(locations));
    let rows = updates.iter().flat_map(|(_, update)| {
        let location = update.location.to_string();
        let problems = (0i64..).zip(&update.problems);
        problems.map(move |(position, problem)| (location.clone(), position, problem))
    });
    let rows: Vec<(String, i64, &Problem)> = rows.collect();
    for chunk in rows.chunks(CHUNK) {
        within!(tx, connection => {
            QueryBuilder::new(PUT)
                .push_values(chunk, |mut values, (location, position, problem)| {
                    values.push_bind(location).push_bind(position).push_bind(severity_word(problem))
                        .push_bind(problem.line.map(i64::from))
                        .push_bind(&problem.entity_ref).push_bind(&problem.message);
                })
                .build().execute(connection).await?;
        });
    }
    Ok(())
}

fn severity_word(problem: &Problem) -> &'static str {
    match problem.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}
