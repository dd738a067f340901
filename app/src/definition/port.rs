//! What a page may ask of definitions.

use super::{DefinitionQuery, DefinitionView};
use crate::catalog::EntityRef;
use crate::catalog::port::Answer;
use crate::routes::Links;

/// The definitions of the catalog's APIs.
pub trait Definitions: Send + Sync {
    /// The definition of an API as `query` asks, with these links.
    ///
    /// # Errors
    /// [`crate::error::ApiError::NotFound`] when the catalog holds no such API, or it has none.
    fn show<'a>(
        &'a self,
        links: &'a Links,
        entity_ref: &'a EntityRef,
        query: &'a DefinitionQuery,
    ) -> Answer<'a, DefinitionView>;
}
