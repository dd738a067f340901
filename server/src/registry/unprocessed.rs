//! What has never become an entity.

use super::{Registry, not_stored};
use crate::store::{Unprocessed, list_failed, list_pending, remove_unprocessed};
use app::error::ApiError;

impl Registry {
    /// What was read and has never been valid.
    ///
    /// # Errors
    /// [`ApiError::Unavailable`] when the database does not answer.
    pub async fn list_failed(&self) -> Result<Vec<Unprocessed>, ApiError> {
        list_failed(&self.db)
            .await
            .map_err(|error| not_stored(&error))
    }

    /// What is known and has not been read yet.
    ///
    /// # Errors
    /// [`ApiError::Unavailable`] when the database does not answer.
    pub async fn list_pending(&self) -> Result<Vec<Unprocessed>, ApiError> {
        list_pending(&self.db)
            .await
            .map_err(|error| not_stored(&error))
    }

    /// Forgets something that has never been valid.
    ///
    /// # Errors
    /// [`ApiError::NotFound`] when there is none with that id.
    pub async fn remove_unprocessed(&self, id: &str) -> Result<(), ApiError> {
        let removed = remove_unprocessed(&self.db, id, self.clock.now()).await;
        let removed = removed.map_err(|error| not_stored(&error))?;
        let missing = || ApiError::NotFound(format!("No unprocessed entity with ID {id}"));
        removed.ok_or_else(missing)?;
        self.show().await;
        Ok(())
    }
}
