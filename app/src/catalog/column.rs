//! The columns a list can have beside the name.

use serde::{Deserialize, Serialize};

/// A column of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Column {
    Owner,
    System,
    Type,
    Lifecycle,
    Description,
    Definition,
    Tags,
}

/// What stands in a URL for a list of names alone.
const NAMES: &str = "name";

impl Column {
    /// In the order in which they stand.
    pub const ALL: [Self; 7] = [
        Self::Owner,
        Self::System,
        Self::Type,
        Self::Lifecycle,
        Self::Description,
        Self::Definition,
        Self::Tags,
    ];

    /// Its word in the URL.
    pub fn key(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::System => "system",
            Self::Type => "type",
            Self::Lifecycle => "lifecycle",
            Self::Description => "description",
            Self::Definition => "definition",
            Self::Tags => "tags",
        }
    }

    /// Reads `owner,type`, in whatever order; unknown words are passed over.
    pub fn parse_all(text: &str) -> Vec<Self> {
        let mut known = Self::ALL.to_vec();
        known.retain(|column| {
            text.split([',', '.'])
                .any(|word| word.trim() == column.key())
        });
        known
    }

    /// The words that [`Self::parse_all`] reads back, with `between` them.
    pub fn words(columns: &[Self], between: &str) -> String {
        if columns.is_empty() {
            return NAMES.to_owned();
        }
        let words: Vec<&str> = columns.iter().map(|column| column.key()).collect();
        words.join(between)
    }
}
