//! What a page may ask of the documentation.

use crate::error::ApiError;

/// The documentation that belongs to this version.
pub trait Guide: Send + Sync {
    /// The page at `path`, with links below `base`.
    ///
    /// # Errors
    /// [`ApiError::NotFound`] when there is no such page.
    fn get_page(&self, base: &str, path: &str) -> Result<GuidePage, ApiError>;
}

/// One page of the documentation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GuidePage {
    pub title: String,
    /// Safe to show as it is.
    pub html: String,
    /// The headings below the title.
    pub headings: Vec<GuideHeading>,
    /// Every page, in reading order.
    pub pages: Vec<GuideLink>,
    /// Where in `pages` this one is.
    pub here: usize,
}

/// A heading within a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GuideHeading {
    /// The id of its element.
    pub id: String,
    pub text: String,
    /// Whether it is below another.
    pub nested: bool,
}

/// A page by its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GuideLink {
    /// Its path below the documentation, empty for the first.
    pub path: String,
    pub title: String,
}
