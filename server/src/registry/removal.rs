//! Deleting entities, for now or so that they stay out.

use super::{Registry, not_stored};
use crate::query::kept_out;
use crate::store::{Tombstone, delete_entity, lift_tombstone};
use app::catalog::EntityRef;
use app::error::ApiError;

impl Registry {
    /// Removes an entity; what a location still holds comes back when that is read next. With
    /// `keep_out`, who says so, it stays out until that is lifted. Returns whether there was one.
    ///
    /// # Errors
    /// [`ApiError::Unavailable`] when the database does not answer.
    pub async fn delete_entity(&self, uid: &str, keep_out: Option<&str>) -> Result<bool, ApiError> {
        let now = self.clock.now();
        let deleted = delete_entity(&self.db, uid, keep_out, self.orphans, now).await;
        let deleted = deleted.map_err(|error| not_stored(&error))?;
        self.show().await;
        Ok(deleted.is_some())
    }

    /// What is kept out, the latest first.
    pub fn list_tombstones(&self) -> Vec<Tombstone> {
        let model = self.catalog.model();
        kept_out(&model).into_iter().cloned().collect()
    }

    /// Lets a name in again.
    ///
    /// # Errors
    /// [`ApiError::NotFound`] when it is not kept out.
    pub async fn lift_tombstone(&self, entity_ref: &EntityRef) -> Result<(), ApiError> {
        let lifted = lift_tombstone(&self.db, entity_ref, self.clock.now()).await;
        let lifted = lifted.map_err(|error| not_stored(&error))?;
        let missing = || ApiError::NotFound(format!("{entity_ref} is not kept out"));
        lifted.ok_or_else(missing)?;
        self.show().await;
        Ok(())
    }
}
