//! What has never become an entity.

use super::{Registry, not_stored};
use crate::audit;
use crate::clock::Millis;
use crate::query::{Unprocessed, failed, pending};
use crate::store::{due_times, forget_problems};
use app::catalog::EntityRef;
use app::error::ApiError;
use app::routes::Permission;
use app::viewer::Viewer;
use std::collections::HashMap;

/// With each, when its source is read next; `None` when nobody knows.
type Listed = Vec<(Unprocessed, Option<Millis>)>;

impl Registry {
    /// What was read and has never been valid.
    pub async fn list_failed(&self, viewer: &Viewer) -> Listed {
        let found = failed(&self.catalog.seen_by(viewer));
        self.with_times(found).await
    }

    /// What is known and has not been read yet.
    pub async fn list_pending(&self, viewer: &Viewer) -> Listed {
        let found = pending(&self.catalog.seen_by(viewer));
        self.with_times(found).await
    }

    /// Forgets something that has never been valid.
    ///
    /// # Errors
    /// [`ApiError::NotFound`] when there is none with that id, [`ApiError::Unavailable`] when the
    /// database does not answer.
    pub async fn remove_unprocessed(&self, viewer: &Viewer, id: &str) -> Result<(), ApiError> {
        let missing = || ApiError::NotFound(format!("No unprocessed entity with ID {id}"));
        let found = failed(&self.catalog.seen_by(viewer));
        let found = found.into_iter().find(|it| it.id() == id);
        let found = found.ok_or_else(missing)?;
        audit::about(&found.entity_ref);
        audit::with("never valid", &found.location);
        let named: Result<EntityRef, _> = found.entity_ref.parse();
        self.catalog.check(
            viewer,
            Permission::CatalogEntityDelete,
            &named.map_err(|_| missing())?,
        )?;
        let now = self.clock.now();
        let removed = forget_problems(&self.db, &found.location, &found.entity_ref, now).await;
        let removed = removed.map_err(|error| not_stored(&error))?;
        removed.ok_or_else(missing)?;
        self.show().await;
        Ok(())
    }

    /// Times are of the database alone; without it the rest is told all the same.
    async fn with_times(&self, found: Vec<Unprocessed>) -> Listed {
        if found.is_empty() {
            return Vec::new();
        }
        let locations = found.iter().map(|it| &*it.location);
        let times = due_times(&self.db, locations).await;
        let times = times.unwrap_or_else(|error| {
            tracing::warn!(%error, "what has not become an entity is told without its times");
            HashMap::new()
        });
        let with_time = |it: Unprocessed| {
            let due_at = times.get(&it.location).copied();
            (it, due_at)
        };
        found.into_iter().map(with_time).collect()
    }
}
