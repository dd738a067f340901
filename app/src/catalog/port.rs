//! Every question about the catalog that a page may ask, and what it may change.

use super::{EntityDetails, EntityList, EntityListQuery, EntityRef, Home, Problems};
use crate::error::ApiError;
use crate::viewer::Viewer;
use std::pin::Pin;

/// The catalog as pages see it. Answers come from memory, so nothing here waits.
pub trait Catalog: Send + Sync {
    /// The page of `query`, with the counts of every filter.
    fn list_entities(&self, viewer: &Viewer, query: &EntityListQuery) -> EntityList;

    /// One entity.
    ///
    /// # Errors
    /// [`ApiError::NotFound`] when the catalog does not hold it.
    fn get_entity(
        &self,
        viewer: &Viewer,
        entity_ref: &EntityRef,
    ) -> Result<EntityDetails, ApiError>;

    /// The viewer's corner of the catalog.
    fn home(&self, viewer: &Viewer) -> Home;

    /// What is wrong in the catalog.
    fn list_problems(&self, viewer: &Viewer) -> Problems;
}

/// The answer of a port that writes.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, ApiError>> + Send + 'a>>;

/// What is kept of each person.
pub trait Users: Send + Sync {
    /// Remembers or forgets that the viewer has starred an entity; readable once it returns.
    ///
    /// # Errors
    /// [`ApiError::Unavailable`] when the database cannot be written.
    fn set_starred<'a>(
        &'a self,
        viewer: &'a Viewer,
        entity_ref: &'a EntityRef,
        starred: bool,
    ) -> Answer<'a, ()>;
}
