//! Every question about the catalog that a page may ask, and what it may change.

use super::{
    Draft, EntityCard, EntityDetails, EntityList, EntityListQuery, EntityRef, Found, Home, Inbox,
    InboxQuery, KeptOut, Look, Proposal, Proposed, Removal, Settings,
};
use crate::error::ApiError;
use crate::graph::port::{Graph, GraphQuery};
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

    /// What is shown of an entity beside a link to it.
    ///
    /// # Errors
    /// [`ApiError::NotFound`] when the catalog does not hold it.
    fn get_card(&self, viewer: &Viewer, entity_ref: &EntityRef) -> Result<EntityCard, ApiError>;

    /// The viewer's corner of the catalog.
    fn home(&self, viewer: &Viewer) -> Home;

    /// What `text` may mean; what the viewer keeps and has lately looked at when it is empty.
    fn find_entities(&self, viewer: &Viewer, text: &str) -> Found;

    /// What hangs together with the roots of `query`, laid out; without roots, the domains and systems.
    ///
    /// # Errors
    /// [`ApiError::NotFound`] when the catalog holds none of the roots.
    fn graph(&self, viewer: &Viewer, query: &GraphQuery) -> Result<Graph, ApiError>;

    /// What a system or a domain holds, and how that hangs together, laid out.
    ///
    /// # Errors
    /// [`ApiError::NotFound`] when the catalog does not hold it.
    fn diagram(&self, viewer: &Viewer, entity_ref: &EntityRef) -> Result<Graph, ApiError>;

    /// What is wrong in the catalog, as the query narrows it.
    fn list_problems(&self, viewer: &Viewer, query: &InboxQuery) -> Inbox;

    /// Who the viewer is, and what counts as theirs.
    fn settings(&self, viewer: &Viewer) -> Settings;
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

    /// Notes that the viewer looks at an entity. It waits for nothing and cannot fail: a visit that
    /// cannot be kept is forgotten.
    fn visit(&self, viewer: &Viewer, entity_ref: &EntityRef);
}

/// What may be done to the catalog. Whoever reads afterwards sees it done.
pub trait Registry: Send + Sync {
    /// Has an entity and all that led to it read again soon.
    ///
    /// # Errors
    /// [`ApiError::NotFound`] when the catalog does not hold it, and [`ApiError::Forbidden`].
    fn refresh<'a>(&'a self, viewer: &'a Viewer, entity_ref: &'a EntityRef) -> Answer<'a, ()>;

    /// What removing an entity would take along.
    ///
    /// # Errors
    /// [`ApiError::NotFound`] when the catalog does not hold it.
    fn removal<'a>(&'a self, viewer: &'a Viewer, entity_ref: &'a EntityRef) -> Answer<'a, Removal>;

    /// Forgets a registered location and all that came by it alone.
    ///
    /// # Errors
    /// [`ApiError::NotFound`], and [`ApiError::Forbidden`] where locations are fixed.
    fn unregister<'a>(&'a self, id: &'a str) -> Answer<'a, ()>;

    /// Deletes an entity, for now or so that it stays out.
    ///
    /// # Errors
    /// [`ApiError::NotFound`] when the catalog does not hold it, and [`ApiError::Forbidden`].
    fn delete<'a>(
        &'a self,
        viewer: &'a Viewer,
        entity_ref: &'a EntityRef,
        keep_out: bool,
    ) -> Answer<'a, ()>;

    /// What is kept out, the latest first.
    fn list_kept_out<'a>(&'a self, viewer: &'a Viewer) -> Answer<'a, Vec<KeptOut>>;

    /// Lets a name in again.
    ///
    /// # Errors
    /// [`ApiError::NotFound`] when it is not kept out, and [`ApiError::Forbidden`].
    fn let_in<'a>(&'a self, viewer: &'a Viewer, entity_ref: &'a EntityRef) -> Answer<'a, ()>;

    /// What registering a URL would bring, or what a draft of a catalog file comes to in the
    /// repository that it leads to.
    ///
    /// # Errors
    /// [`ApiError::Invalid`] for what cannot be registered.
    fn look<'a>(
        &'a self,
        viewer: &'a Viewer,
        url: &'a str,
        branch: Option<&'a str>,
        draft: Option<Draft>,
    ) -> Answer<'a, Look>;

    /// Offers the file that a draft comes to to the repository that a URL leads into, as a pull request.
    ///
    /// # Errors
    /// [`ApiError::Invalid`] for a URL of no repository, and for what does not come to a file.
    fn propose<'a>(
        &'a self,
        viewer: &'a Viewer,
        url: &'a str,
        branch: Option<&'a str>,
        draft: &'a Draft,
        proposal: &'a Proposal,
    ) -> Answer<'a, Proposed>;

    /// Registers a URL and returns the entity that stands for it. What is awaited need not be there yet.
    ///
    /// # Errors
    /// [`ApiError::Invalid`], [`ApiError::Conflict`] when it is registered already, and
    /// [`ApiError::Forbidden`] where locations are fixed.
    fn register<'a>(&'a self, url: &'a str, is_awaited: bool) -> Answer<'a, EntityRef>;
}
