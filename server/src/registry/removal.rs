//! Deleting entities, for now or so that they stay out.

use super::{Registry, not_stored};
use crate::audit;
use crate::permission::Decision;
use crate::query::kept_out;
use crate::store::{Tombstone, delete_entity, lift_tombstone};
use app::catalog::EntityRef;
use app::error::ApiError;
use app::routes::Permission;
use app::viewer::Viewer;

impl Registry {
    /// Removes an entity; what a location still holds comes back when that is read next. With
    /// `keep_out`, who says so, it stays out until that is lifted. Returns whether there was one.
    ///
    /// # Errors
    /// [`ApiError::Unavailable`] when the database does not answer.
    pub async fn delete_entity(&self, uid: &str, keep_out: Option<&str>) -> Result<bool, ApiError> {
        audit::about(self.named_by(uid));
        if keep_out.is_some() {
            audit::with("kept out", "until it is let in again");
        }
        let now = self.clock.now();
        let deleted = delete_entity(&self.db, uid, keep_out, self.orphans, now).await;
        let deleted = deleted.map_err(|error| not_stored(&error))?;
        self.show().await;
        Ok(deleted.is_some())
    }

    /// Refuses to have an entity deleted by who may not. Returns whether there is one that they see.
    ///
    /// # Errors
    /// [`ApiError::Forbidden`].
    pub fn may_delete(&self, viewer: &Viewer, uid: &str) -> Result<bool, ApiError> {
        audit::about(self.named_by(uid));
        let whole = self.catalog.whole();
        let Some(number) = whole.number_of_uid(uid) else {
            // Perhaps it has only just been stored: those who may delete everything may delete it.
            let policy = self.catalog.policy();
            let decision = policy.decide(viewer, Permission::CatalogEntityDelete);
            return Ok(decision == Decision::Allow);
        };
        let seen = self.catalog.seen_by(viewer);
        if seen.number_of_uid(uid).is_none() {
            return Ok(false);
        }
        let entity_ref: Result<EntityRef, _> = whole.entry(number).key.parse();
        let entity_ref = entity_ref.map_err(|_| ApiError::Internal)?;
        self.catalog
            .check(viewer, Permission::CatalogEntityDelete, &entity_ref)?;
        Ok(true)
    }

    /// What is called so, or its uid where nobody knows it.
    fn named_by(&self, uid: &str) -> String {
        let whole = self.catalog.whole();
        let number = whole.number_of_uid(uid);
        number.map_or_else(
            || uid.to_owned(),
            |number| whole.entry(number).key.to_string(),
        )
    }

    /// What is kept out, the latest first.
    pub fn list_tombstones(&self, viewer: &Viewer) -> Vec<Tombstone> {
        let model = self.catalog.seen_by(viewer);
        kept_out(&model).into_iter().cloned().collect()
    }

    /// Lets a name in again.
    ///
    /// # Errors
    /// [`ApiError::NotFound`] when it is not kept out, and [`ApiError::Forbidden`].
    pub async fn lift_tombstone(
        &self,
        viewer: &Viewer,
        entity_ref: &EntityRef,
    ) -> Result<(), ApiError> {
        audit::about(entity_ref);
        self.catalog
            .check(viewer, Permission::CatalogEntityDelete, entity_ref)?;
        let lifted = lift_tombstone(&self.db, entity_ref, self.clock.now()).await;
        let lifted = lifted.map_err(|error| not_stored(&error))?;
        let missing = || ApiError::NotFound(format!("{entity_ref} is not kept out"));
        lifted.ok_or_else(missing)?;
        self.show().await;
        Ok(())
    }
}
