//! What a page may ask of definitions.

use crate::catalog::EntityRef;
use crate::catalog::port::Answer;
use crate::routes::Links;
use crate::viewer::Viewer;

/// What a reader asks of a definition; the whole of it stands in the URL.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DefinitionQuery {
    /// Show the text as it was written.
    pub raw: bool,
    /// Words that operations and types must have.
    pub text: String,
    /// The operation or type that is shown whole, whatever its size.
    pub item: String,
}

/// The definitions of the catalog's APIs.
pub trait Definitions: Send + Sync {
    /// The definition of an API as `query` asks, with these links, as HTML that is safe to show.
    ///
    /// # Errors
    /// [`crate::error::ApiError::NotFound`] when the catalog holds no such API, or it has none.
    fn show<'a>(
        &'a self,
        viewer: &'a Viewer,
        links: &'a Links,
        entity_ref: &'a EntityRef,
        query: &'a DefinitionQuery,
    ) -> Answer<'a, String>;
}
