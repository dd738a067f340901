//! Definitions of APIs as pages know them: HTML that the server has made.

pub mod api;
#[cfg(feature = "ssr")]
pub mod port;

use crate::ui::Stripped;
use serde::{Deserialize, Serialize};

/// What a reader asks of a definition; the whole of it stands in the URL.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct DefinitionQuery {
    /// Show the text as it was written.
    pub raw: bool,
    /// Words that operations and types must have.
    pub text: String,
    /// The operation or type that is shown whole, whatever its size.
    pub item: String,
}

/// A definition, shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DefinitionView {
    /// Safe to show as it is.
    pub html: String,
}

impl Stripped for DefinitionView {
    fn stripped(&self) -> Self {
        Self {
            html: String::new(),
        }
    }
}
