//! `callboard backup`: a copy of the database.

use crate::config::Database;
use crate::store;
use anyhow::{Context, bail};
use std::path::Path;

/// Copies the database to a new file.
///
/// # Errors
/// When it is no SQLite file, or cannot be copied.
pub fn run(database: &Database, copy: &Path) -> anyhow::Result<()> {
    let file = match database {
        Database::SqliteFile(file) => file,
        Database::SqliteMemory => bail!("a database in memory has nothing to keep"),
        Database::Postgres(_) => {
            bail!("PostgreSQL has a program of its own for this: pg_dump --format=custom")
        }
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = runtime.context("the system gives no thread to work with")?;
    let copied = runtime.block_on(store::back_up(file, copy));
    copied.with_context(|| {
        format!(
            "{} could not be copied to {}",
            file.display(),
            copy.display()
        )
    })
}
