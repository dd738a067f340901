//! A copy of an SQLite database while it is in use.

use super::StoreError;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection};
use std::path::Path;

const COPY: &str = "vacuum into $1";

/// Writes the whole database as of one moment into a new file; whoever uses it meanwhile goes on.
///
/// # Errors
/// [`StoreError::Database`] when there is no such database, or the copy exists already or cannot be
/// written.
pub async fn back_up(database: &Path, copy: &Path) -> Result<(), StoreError> {
    let options = SqliteConnectOptions::new().filename(database);
    let mut connection = options.connect().await?;
    let copy = copy.to_string_lossy().into_owned();
    sqlx::query(COPY)
        .bind(copy)
        .execute(&mut connection)
        .await?;
    connection.close().await?;
    Ok(())
}
