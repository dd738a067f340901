//! Which columns a list has: those that entities of its kind can fill.

use crate::catalog::{EntityListQuery, EntitySummary, SortField};

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

    fn is_filled(self, row: &EntitySummary) -> bool {
        match self {
            Self::Owner => row.owner.is_some(),
            Self::System => row.system.is_some(),
            Self::Type => row.spec_type.is_some(),
            Self::Lifecycle => row.lifecycle.is_some(),
            Self::Description => row.description.is_some(),
            Self::Tags => !row.tags.is_empty(),
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

/// The columns between the name and the star. One that stays empty on this page leaves its room to
/// the names, unless the list is sorted by it.
pub(super) fn of_list(query: &EntityListQuery, rows: &[EntitySummary]) -> Vec<Column> {
    of_kind(query.kind.as_deref())
        .iter()
        .copied()
        .filter(|column| {
            column.sort() == Some(query.sort) || rows.iter().any(|row| column.is_filled(row))
        })
        .collect()
}

fn of_kind(kind: Option<&str>) -> &'static [Column] {
    use Column::{Description, Lifecycle, Owner, System, Tags, Type};
    match kind {
        Some("user") => &[Description],
        Some("group" | "location") => &[Type, Description],
        Some("domain" | "system") => &[Owner, Description, Tags],
        Some("template") => &[Type, Owner, Description],
        Some("resource") => &[Owner, System, Type, Tags],
        _ => &[Owner, System, Type, Lifecycle, Tags],
    }
}
