//! Reading an entity again before its time.

use super::{Registry, not_stored};
use crate::store::{Refresh, request_refresh};
use app::catalog::EntityRef;
use app::error::ApiError;

impl Registry {
    /// Has the source of an entity read soon, and all that led to it.
    ///
    /// # Errors
    /// [`ApiError::NotFound`] when the catalog does not hold it.
    pub async fn refresh(&self, entity_ref: &EntityRef) -> Result<(), ApiError> {
        if self.catalog.model().get(entity_ref).is_none() {
            return Err(ApiError::NotFound(format!(
                "Failed to schedule {entity_ref} for refresh: there is no such entity"
            )));
        }
        let what = std::slice::from_ref(entity_ref);
        let due = request_refresh(&self.db, Refresh::Entities(what), self.clock.now()).await;
        due.map_err(|error| not_stored(&error))?;
        self.wake.wake();
        Ok(())
    }
}
