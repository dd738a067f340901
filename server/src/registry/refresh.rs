//! Reading an entity again before its time.

use super::{Registry, not_stored};
use crate::audit;
use crate::store::{Refresh, request_refresh};
use app::catalog::EntityRef;
use app::error::ApiError;
use app::routes::Permission;
use app::viewer::Viewer;

impl Registry {
    /// Has the source of an entity read soon, and all that led to it.
    ///
    /// # Errors
    /// [`ApiError::NotFound`] when the catalog does not hold it, and [`ApiError::Forbidden`].
    pub async fn refresh(&self, viewer: &Viewer, entity_ref: &EntityRef) -> Result<(), ApiError> {
        audit::about(entity_ref);
        if self.catalog.seen_by(viewer).get(entity_ref).is_none() {
            return Err(ApiError::NotFound(format!(
                "Failed to schedule {entity_ref} for refresh: there is no such entity"
            )));
        }
        self.catalog
            .check(viewer, Permission::CatalogEntityRefresh, entity_ref)?;
        let what = std::slice::from_ref(entity_ref);
        let due = request_refresh(&self.db, Refresh::Entities(what), self.clock.now()).await;
        due.map_err(|error| not_stored(&error))?;
        self.wake.wake();
        Ok(())
    }
}
