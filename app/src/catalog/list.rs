//! A list of entities: what is asked, as a URL, and what comes back.

use super::{Column, EntitySummary};
use crate::ui::Stripped;
use serde::{Deserialize, Serialize};

/// How many rows a page of a list has.
pub const PAGE_SIZE: usize = 50;

/// What a list of entities is narrowed to; the whole of it stands in the URL.
///
/// Values inside one filter are alternatives, different filters must all hold.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct EntityListQuery {
    /// The kind, lower case; `None` is every kind.
    pub kind: Option<String>,
    pub types: Vec<String>,
    /// Owners as full references.
    pub owners: Vec<String>,
    pub lifecycles: Vec<String>,
    pub tags: Vec<String>,
    /// Each word must be in the name, title or description, or equal a tag.
    pub text: String,
    pub scope: Scope,
    pub sort: SortField,
    pub descending: bool,
    /// The columns beside the name, where the URL says so.
    pub columns: Option<Vec<Column>>,
    /// 1-based.
    pub page: usize,
}

/// Whose entities.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Scope {
    #[default]
    All,
    Owned,
    Starred,
}

/// The column a list is ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum SortField {
    #[default]
    Name,
    Owner,
    System,
    Type,
    Lifecycle,
}

/// A value that a filter can take, and how many entities it would leave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FacetValue {
    pub value: String,
    /// What a reader calls it.
    pub label: String,
    pub count: usize,
}

/// The values of every filter; each counted as if that filter were not set, kinds as if no type
/// were set either.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Facets {
    pub kinds: Vec<FacetValue>,
    pub types: Choices,
    pub owners: Choices,
    pub lifecycles: Choices,
    pub tags: Choices,
}

/// More values than this are not a menu any more; the text filter narrows them.
pub const CHOICES: usize = 60;

/// What can be chosen in a filter: the most frequent values, and those that are chosen.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Choices {
    pub values: Vec<FacetValue>,
    /// How many there are besides.
    pub more: usize,
}

/// One page of a list of entities.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct EntityList {
    pub rows: Vec<EntitySummary>,
    /// Of all pages.
    pub total: usize,
    /// 1-based; the last page when more was asked.
    pub page: usize,
    pub pages: usize,
    pub facets: Facets,
}

/// The same as the page of the list takes it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ListView {
    /// The rows as HTML; empty where there are none.
    pub rows: String,
    pub is_empty: bool,
    /// The columns that the rows have between the name and the star.
    pub columns: Vec<Column>,
    /// The columns that the reader keeps for this kind.
    pub kept: Option<Vec<Column>>,
    /// Of all pages.
    pub total: usize,
    /// 1-based; the last page when more was asked.
    pub page: usize,
    pub pages: usize,
    pub facets: Facets,
}

impl Stripped for ListView {
    fn stripped(&self) -> Self {
        Self {
            rows: String::new(),
            ..self.clone()
        }
    }
}

impl Scope {
    pub const ALL: [Self; 3] = [Self::All, Self::Owned, Self::Starred];

    /// Its word in the URL.
    pub fn key(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Owned => "owned",
            Self::Starred => "starred",
        }
    }
}

impl SortField {
    pub const ALL: [Self; 5] = [
        Self::Name,
        Self::Owner,
        Self::System,
        Self::Type,
        Self::Lifecycle,
    ];

    /// Its word in the URL.
    pub fn key(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Owner => "owner",
            Self::System => "system",
            Self::Type => "type",
            Self::Lifecycle => "lifecycle",
        }
    }
}

impl EntityListQuery {
    /// Reads the parameters of a URL; what is unknown is passed over, so that old links work.
    ///
    /// The parameters of existing portals, `filters[kind]` and its like, mean the same.
    pub fn from_params<'a>(params: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut query = Self {
            page: 1,
            ..Self::default()
        };
        for (key, value) in params {
            let value = value.trim();
            if value.is_empty() {
                continue;
            }
            let key = key
                .strip_prefix("filters[")
                .and_then(|key| key.trim_end_matches("[]").strip_suffix(']'))
                .unwrap_or(key);
            let value = || value.to_owned();
            match key {
                "kind" => {
                    query.kind = Some(value().to_lowercase()).filter(|kind| kind != "all");
                }
                "type" => query.types.push(value()),
                "owner" | "owners" => query.owners.push(value().to_lowercase()),
                "lifecycle" | "lifecycles" => query.lifecycles.push(value()),
                "tag" | "tags" => query.tags.push(value()),
                "q" | "text" => query.text = value(),
                "scope" | "user" => {
                    query.scope = Scope::ALL
                        .into_iter()
                        .find(|scope| scope.key() == value())
                        .unwrap_or_default();
                }
                "sort" => {
                    query.sort = SortField::ALL
                        .into_iter()
                        .find(|field| field.key() == value())
                        .unwrap_or_default();
                }
                "columns" => query.columns = Some(Column::parse_all(&value())),
                "dir" => query.descending = value() == "desc",
                "page" => query.page = value().parse().unwrap_or(1).max(1),
                _ => {}
            }
        }
        query
    }

    /// The parameters that [`Self::from_params`] reads back, without what is the default.
    pub fn to_params(&self) -> Vec<(&'static str, String)> {
        let mut params = Vec::new();
        if let Some(kind) = &self.kind {
            params.push(("kind", kind.clone()));
        }
        let lists = [
            ("type", &self.types),
            ("owner", &self.owners),
            ("lifecycle", &self.lifecycles),
            ("tag", &self.tags),
        ];
        for (key, values) in lists {
            params.extend(values.iter().map(|value| (key, value.clone())));
        }
        if !self.text.is_empty() {
            params.push(("q", self.text.clone()));
        }
        if self.scope != Scope::All {
            params.push(("scope", self.scope.key().to_owned()));
        }
        if self.sort != SortField::Name {
            params.push(("sort", self.sort.key().to_owned()));
        }
        if self.descending {
            params.push(("dir", "desc".to_owned()));
        }
        if let Some(columns) = &self.columns {
            params.push(("columns", Column::words(columns, ",")));
        }
        if self.page > 1 {
            params.push(("page", self.page.to_string()));
        }
        params
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_survives_its_url() {
        let query = EntityListQuery {
            kind: Some("component".to_owned()),
            types: vec!["service".to_owned(), "website".to_owned()],
            owners: vec!["group:default/box-office".to_owned()],
            lifecycles: vec!["production".to_owned()],
            tags: vec!["rust".to_owned()],
            text: "seat map".to_owned(),
            scope: Scope::Owned,
            sort: SortField::Lifecycle,
            descending: true,
            columns: Some(vec![Column::Owner, Column::Tags]),
            page: 3,
        };
        let params = query.to_params();
        let read =
            EntityListQuery::from_params(params.iter().map(|(key, value)| (*key, value.as_str())));
        assert_eq!(read, query);
    }

    #[test]
    fn a_list_of_names_alone_can_be_asked_for() {
        let query = EntityListQuery::from_params([("columns", "tags, neon,owner")]);
        assert_eq!(query.columns, Some(vec![Column::Owner, Column::Tags]));
        let names = EntityListQuery {
            columns: Some(Vec::new()),
            ..EntityListQuery::default()
        };
        assert_eq!(names.to_params(), [("columns", "name".to_owned())]);
        let read = EntityListQuery::from_params([("columns", "name")]);
        assert_eq!(read.columns, Some(Vec::new()));
    }

    #[test]
    fn links_of_existing_portals_work() {
        let params = [
            ("filters[kind]", "Component"),
            ("filters[user]", "owned"),
            ("filters[tags][]", "java"),
            ("limit", "20"),
        ];
        let query = EntityListQuery::from_params(params);
        assert_eq!(query.kind.as_deref(), Some("component"));
        assert_eq!(query.scope, Scope::Owned);
        assert_eq!(query.tags, ["java"]);
        assert_eq!(query.page, 1);
    }
}
