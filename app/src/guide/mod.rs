//! Callboard's own documentation as pages know it.

pub mod api;
#[cfg(feature = "ssr")]
pub mod port;

use serde::{Deserialize, Serialize};

/// One page of the documentation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GuideHeading {
    /// The id of its element.
    pub id: String,
    pub text: String,
    /// Whether it is below another.
    pub nested: bool,
}

/// A page by its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GuideLink {
    /// Its path below the documentation, empty for the first.
    pub path: String,
    pub title: String,
}
