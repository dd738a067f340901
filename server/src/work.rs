//! The work behind the answers: reading sources, and following what the store holds.

use crate::query::{Catalog, Model};
use crate::store::{Db, StoreError, get_catalog, list_stars};

/// Brings the read model up to what the store holds.
///
/// # Errors
/// [`StoreError`]; then the model stays as it was.
pub async fn follow(db: &Db, catalog: &Catalog) -> Result<(), StoreError> {
    let stored = get_catalog(db).await?;
    let stars = list_stars(db).await?;
    let model = tokio::task::spawn_blocking(move || Model::build(stored))
        .await
        .map_err(|error| {
            StoreError::Corrupt(format!("the catalog could not be built: {error}"))
        })??;
    catalog.replace(model);
    catalog.replace_stars(stars);
    Ok(())
}
