//! What a page may ask of the documentation.

use super::GuidePage;
use crate::error::ApiError;

/// The documentation that belongs to this version.
pub trait Guide: Send + Sync {
    /// The page at `path`, with links below `base`.
    ///
    /// # Errors
    /// [`ApiError::NotFound`] when there is no such page.
    fn get_page(&self, base: &str, path: &str) -> Result<GuidePage, ApiError>;
}
