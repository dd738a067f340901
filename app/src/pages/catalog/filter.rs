//! The filters of a list and what choosing a value makes of its URL.

use crate::catalog::{Choices, EntityListQuery, Facets};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Filter {
    Type,
    Owner,
    Lifecycle,
    Tag,
}

impl Filter {
    pub(super) const ALL: [Self; 4] = [Self::Type, Self::Owner, Self::Lifecycle, Self::Tag];

    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Type => "Type",
            Self::Owner => "Owner",
            Self::Lifecycle => "Lifecycle",
            Self::Tag => "Tag",
        }
    }

    /// The values that can be chosen.
    pub(super) fn choices(self, facets: &Facets) -> &Choices {
        match self {
            Self::Type => &facets.types,
            Self::Owner => &facets.owners,
            Self::Lifecycle => &facets.lifecycles,
            Self::Tag => &facets.tags,
        }
    }

    /// The values that are chosen.
    pub(super) fn chosen(self, query: &EntityListQuery) -> &[String] {
        match self {
            Self::Type => &query.types,
            Self::Owner => &query.owners,
            Self::Lifecycle => &query.lifecycles,
            Self::Tag => &query.tags,
        }
    }

    fn chosen_mut(self, query: &mut EntityListQuery) -> &mut Vec<String> {
        match self {
            Self::Type => &mut query.types,
            Self::Owner => &mut query.owners,
            Self::Lifecycle => &mut query.lifecycles,
            Self::Tag => &mut query.tags,
        }
    }

    pub(super) fn is_chosen(self, query: &EntityListQuery, value: &str) -> bool {
        self.chosen(query)
            .iter()
            .any(|chosen| chosen.eq_ignore_ascii_case(value))
    }

    /// The list with `value` chosen if it was not, and not if it was; from its first page.
    pub(super) fn toggled(self, query: &EntityListQuery, value: &str) -> EntityListQuery {
        let mut query = EntityListQuery {
            page: 1,
            ..query.clone()
        };
        let was_chosen = self.is_chosen(&query, value);
        let values = self.chosen_mut(&mut query);
        if was_chosen {
            values.retain(|chosen| !chosen.eq_ignore_ascii_case(value));
        } else {
            values.push(value.to_owned());
        }
        query
    }

    /// The list with nothing chosen in this filter.
    pub(super) fn cleared(self, query: &EntityListQuery) -> EntityListQuery {
        let mut query = EntityListQuery {
            page: 1,
            ..query.clone()
        };
        self.chosen_mut(&mut query).clear();
        query
    }
}

/// Whether anything but the kind narrows the list.
pub(super) fn is_narrowed(query: &EntityListQuery) -> bool {
    !query.text.is_empty()
        || Filter::ALL
            .iter()
            .any(|filter| !filter.chosen(query).is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn choosing_twice_is_not_choosing_and_begins_at_the_first_page() {
        let query = EntityListQuery {
            page: 4,
            ..EntityListQuery::default()
        };
        let one = Filter::Tag.toggled(&query, "rust");
        assert_eq!(
            (one.tags.as_slice(), one.page),
            (["rust".to_owned()].as_slice(), 1)
        );
        let two = Filter::Tag.toggled(&one, "video");
        assert_eq!(two.tags, ["rust", "video"]);
        assert_eq!(Filter::Tag.toggled(&two, "Rust").tags, ["video"]);
        assert!(is_narrowed(&two));
        assert!(!is_narrowed(&Filter::Tag.cleared(&two)));
    }
}
