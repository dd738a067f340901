//! What providers have found that are configured no more.

use crate::clock::Millis;
use crate::config::{Catalog, OrphanStrategy};
use crate::store::{Db, StoreError, list_providers, put_provider_locations};

/// Takes away what was found under a key of `catalog.providers.github` that is gone, unless
/// `catalog.orphanProviderStrategy` says to keep it. An entry that is there and cannot be used, for
/// example since a variable is not set, loses nothing.
///
/// # Errors
/// [`StoreError`]; then it is done at the next start.
pub async fn remove_orphans(db: &Db, catalog: &Catalog, now: Millis) -> Result<(), StoreError> {
    if catalog.orphan_providers == OrphanStrategy::Keep {
        return Ok(());
    }
    for provider in list_providers(db).await? {
        let id = provider.strip_prefix("github:");
        if id.is_some_and(|id| !catalog.github_ids.iter().any(|it| it == id)) {
            tracing::warn!(provider, "is configured no more; what it has found goes");
            let new_id = || uuid::Uuid::new_v4().to_string();
            put_provider_locations(db, &provider, &[], now, new_id).await?;
        }
    }
    Ok(())
}
