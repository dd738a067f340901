//! The files that sources include by placeholders.

use super::StoreError;
use super::tx::{Tx, insert, list, run};
use crate::ingest::{Outcome, SourceUpdate};

const REMOVE: &str = "delete from inclusions where location in list($1)";
const PUT: &str = "insert into inclusions (location, file) ";
const ON_CONFLICT: &str = " on conflict (location, file) do nothing";

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
    insert!(tx, PUT, rows, ON_CONFLICT; (location, file) => location, file);
    Ok(())
}
