//! What a column is called, and the order that it stands for.

use crate::catalog::{Column, SortField};

impl Column {
    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Owner => "Owner",
            Self::System => "System",
            Self::Type => "Type",
            Self::Lifecycle => "Lifecycle",
            Self::Description => "Description",
            Self::Definition => "Definition",
            Self::Tags => "Tags",
        }
    }

    /// The order that a click on its head asks for.
    pub(super) fn sort(self) -> Option<SortField> {
        match self {
            Self::Owner => Some(SortField::Owner),
            Self::System => Some(SortField::System),
            Self::Type => Some(SortField::Type),
            Self::Lifecycle => Some(SortField::Lifecycle),
            Self::Description | Self::Definition | Self::Tags => None,
        }
    }
}

/// Those that a list of that kind can have.
pub(super) fn choices(kind: Option<&str>) -> impl Iterator<Item = Column> {
    let is_api = kind == Some("api");
    let all = Column::ALL.into_iter();
    all.filter(move |column| is_api || *column != Column::Definition)
}
