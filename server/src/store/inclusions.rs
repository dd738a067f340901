//! The files that sources include by placeholders.

use super::StoreError;
use super::claims::CHUNK;
use super::tx::{Tx, list, run, within};
use crate::ingest::{Outcome, SourceUpdate};
use sqlx::QueryBuilder;

const REMOVE: &str = "delete from inclusions where location in list($1)";
const PUT: &str = "insert into inclusions (location, file) ";

/// Swaps in which files the sources include that were read.
pub(super) async fn swap_inclusions(
    tx: &mut Tx,
    updates: &[(i64, &SourceUpdate)],
) -> Result<(), StoreError> {
    let locations = updates.iter().map(|(_, it)| it.location.to_string());
    run!(tx, REMOVE, list(locations));
    let rows = updates.iter().flat_map(|(_, update)| {
        let includes = match &update.outcome {
            Outcome::Read { includes, .. } => includes.as_slice(),
            _ => &[],
        };
        let location = update.location.to_string();
        includes
            .iter()
            .map(move |file| (location.clone(), file.to_string()))
    });
    let rows: Vec<(String, String)> = rows.collect();
    for chunk in rows.chunks(CHUNK) {
        within!(tx, connection => {
            QueryBuilder::new(PUT)
                .push_values(chunk, |mut values, (location, file)| {
                    values.push_bind(location).push_bind(file);
                })
                .push(" on conflict (location, file) do nothing")
                .build().execute(connection).await?;
        });
    }
    Ok(())
}
