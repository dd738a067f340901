//! What providers have found that are configured no more.

use crate::clock::Millis;
use crate::config::{Catalog, OrphanStrategy};
use crate::ingest::location::LISTED;
use crate::store::{Db, StoreError, list_providers, put_provider_locations, remove_pushed};

/// Takes away what was found under a key of `catalog.providers.github`, or an id of
/// `catalog.providers.githubOrg`, that is gone, unless `catalog.orphanProviderStrategy` says to keep it. An entry that is there and cannot be used, for
/// example since a variable is not set, loses nothing.
///
/// # Errors
/// [`StoreError`]; then it is done at the next start.
pub async fn remove_orphans(db: &Db, catalog: &Catalog, now: Millis) -> Result<(), StoreError> {
    if catalog.orphan_providers == OrphanStrategy::Keep {
        return Ok(());
    }
    for provider in list_providers(db).await? {
        let Some((kind, id)) = provider.split_once(':') else {
            continue;
        };
        let configured = match kind {
            "github" => &catalog.github_ids,
            LISTED => &catalog.github_organization_ids,
            _ => continue,
        };
        if configured.iter().any(|it| it == id) {
            continue;
        }
        tracing::warn!(provider, "is configured no more; what it has found goes");
        if kind == LISTED {
            remove_pushed(db, &provider, now).await?;
        } else {
            let new_id = || uuid::Uuid::new_v4().to_string();
            put_provider_locations(db, &provider, &[], now, new_id).await?;
        }
    }
    Ok(())
}
