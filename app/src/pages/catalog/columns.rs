//! Which columns a list has: those that entities of its kind can fill.

use crate::catalog::SortField;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Column {
    Owner,
    System,
    Type,
    Lifecycle,
    Description,
    Tags,
}

impl Column {
    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Owner => "Owner",
            Self::System => "System",
            Self::Type => "Type",
            Self::Lifecycle => "Lifecycle",
            Self::Description => "Description",
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
            Self::Description | Self::Tags => None,
        }
    }
}

/// The columns between the name and the star.
pub(super) fn of_kind(kind: Option<&str>) -> &'static [Column] {
    use Column::{Description, Lifecycle, Owner, System, Tags, Type};
    match kind {
        Some("user") => &[Description],
        Some("group" | "location") => &[Type, Description],
        Some("domain" | "system") => &[Owner, Description, Tags],
        Some("template") => &[Type, Owner, Description, Tags],
        Some("resource") => &[Owner, System, Type, Tags],
        _ => &[Owner, System, Type, Lifecycle, Tags],
    }
}
