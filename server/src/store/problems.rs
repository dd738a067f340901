//! What is wrong with sources, as of their last reading.

use super::StoreError;
use super::claims::CHUNK;
use super::roots::touch;
use super::tx::{Tx, list, rows, run, within};
use crate::ingest::SourceUpdate;
use app::catalog::{ErrorName, Problem, Severity};
use sqlx::{QueryBuilder, Row};

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
    for chunk in rows.chunks(CHUNK) {
        within!(tx, connection => {
            QueryBuilder::new(PUT)
                .push_values(chunk, |mut values, (location, position, problem)| {
                    values.push_bind(location).push_bind(position).push_bind(severity_word(problem))
                        .push_bind(problem.line.map(i64::from))
                        .push_bind(&problem.entity_ref).push_bind(&problem.message)
                        .push_bind(error_name(problem));
                })
                .build().execute(connection).await?;
        });
    }
    told.extend(rows!(tx, LIST_TOLD, &locations; row => row.get::<String, _>(0)));
    let number = updates.first().map_or(0, |(number, _)| *number);
    touch(tx, &told, number).await
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
