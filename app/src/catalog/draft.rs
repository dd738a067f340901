//! A catalog file in the making: what a form asks, and what comes of the answers.

use super::{EntityLink, Offering};
use std::collections::BTreeMap;

/// The name that a catalog file usually has.
pub const CATALOG_FILE: &str = "catalog-info.yaml";

/// The kinds that people describe in a file beside their software.
pub const DRAFT_KINDS: [&str; 5] = ["Component", "API", "Resource", "System", "Domain"];

/// What the form asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DraftField {
    Kind,
    Name,
    Title,
    Description,
    Type,
    Lifecycle,
    Owner,
    System,
    Domain,
    /// The file beside this one that defines an API.
    Definition,
    /// Separated by commas or white space.
    Tags,
}

impl DraftField {
    pub const ALL: [Self; 11] = [
        Self::Kind,
        Self::Name,
        Self::Title,
        Self::Description,
        Self::Type,
        Self::Lifecycle,
        Self::Owner,
        Self::System,
        Self::Domain,
        Self::Definition,
        Self::Tags,
    ];

    /// Its name in the form and in the URL.
    pub fn key(self) -> &'static str {
        match self {
            Self::Kind => "kind",
            Self::Name => "name",
            Self::Title => "title",
            Self::Description => "description",
            Self::Type => "type",
            Self::Lifecycle => "lifecycle",
            Self::Owner => "owner",
            Self::System => "system",
            Self::Domain => "domain",
            Self::Definition => "definition",
            Self::Tags => "tags",
        }
    }

    /// Where the file has it, as a JSON pointer.
    pub fn path(self) -> &'static str {
        match self {
            Self::Kind => "/kind",
            Self::Name => "/metadata/name",
            Self::Title => "/metadata/title",
            Self::Description => "/metadata/description",
            Self::Type => "/spec/type",
            Self::Lifecycle => "/spec/lifecycle",
            Self::Owner => "/spec/owner",
            Self::System => "/spec/system",
            Self::Domain => "/spec/domain",
            Self::Definition => "/spec/definition",
            Self::Tags => "/metadata/tags",
        }
    }

    /// Whether files of a kind have it.
    pub fn is_of(self, kind: &str) -> bool {
        match self {
            Self::Lifecycle => ["Component", "API"].contains(&kind),
            Self::System => ["Component", "API", "Resource"].contains(&kind),
            Self::Domain => kind == "System",
            Self::Definition => kind == "API",
            _ => true,
        }
    }
}

/// What a file that is not there yet is to say. The whole of it stands in the URL.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Draft(BTreeMap<DraftField, String>);

impl Draft {
    /// Reads the parameters of a URL; what is unknown is passed over. None until the form was sent.
    pub fn from_params<'a>(params: impl IntoIterator<Item = (&'a str, &'a str)>) -> Option<Self> {
        let mut draft = Self::default();
        for (key, value) in params {
            if let Some(field) = DraftField::ALL.into_iter().find(|it| it.key() == key) {
                draft.set(field, value);
            }
        }
        draft.0.contains_key(&DraftField::Kind).then_some(draft)
    }

    pub fn set(&mut self, field: DraftField, text: &str) {
        self.0.insert(field, text.trim().to_owned());
    }

    /// What was answered; empty for what was not.
    pub fn text(&self, field: DraftField) -> &str {
        self.0.get(&field).map_or("", String::as_str)
    }

    /// The same for what files of the kind have; none where nothing was answered.
    pub fn said(&self, field: DraftField) -> Option<&str> {
        let text = self.text(field);
        (!text.is_empty() && field.is_of(self.text(DraftField::Kind))).then_some(text)
    }

    /// The parameters of a URL that say it, in the order of the form.
    pub fn to_params(&self) -> impl Iterator<Item = (&'static str, String)> + '_ {
        let said = DraftField::ALL.into_iter();
        let said = said.map(|field| (field.key(), self.text(field).to_owned()));
        said.filter(|(_, text)| !text.is_empty())
    }

    pub fn tags(&self) -> Vec<&str> {
        let tags = self.text(DraftField::Tags);
        let tags = tags.split(|c: char| c == ',' || c.is_whitespace());
        tags.filter(|tag| !tag.is_empty()).collect()
    }
}

/// What came of a draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Written {
    /// What is wrong with which answer, in the order of the form.
    Faulty(Vec<(DraftField, String)>),
    Sound(NewFile),
}

/// A file that can be put into its repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFile {
    pub text: String,
    /// What is allowed, and perhaps not meant.
    pub notes: Vec<(DraftField, String)>,
    /// The page of the host that begins the file.
    pub page: Option<String>,
    /// The text is in that page already.
    pub is_filled: bool,
    /// Where the file will be, to be registered then.
    pub location: Option<String>,
    /// Whether Callboard can offer it to the repository.
    pub offering: Offering,
}

/// The form for a file in a repository that has none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftForm {
    /// `owner/name`.
    pub repository: String,
    /// Its page.
    pub repository_url: String,
    /// That to which the file belongs, where it is known.
    pub branch: Option<String>,
    /// What the file is called.
    pub file: String,
    pub draft: Draft,
    /// None before the form was sent.
    pub written: Option<Written>,
    pub suggestions: Suggestions,
}

/// What is usual in this catalog, the most frequent first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Suggestions {
    /// With the kind that has them.
    pub types: Vec<(String, String)>,
    pub lifecycles: Vec<String>,
    pub owners: Vec<EntityLink>,
    pub systems: Vec<EntityLink>,
    pub domains: Vec<EntityLink>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_is_there_once_its_form_was_sent() {
        assert_eq!(
            Draft::from_params([("url", "https://github.com/a/b")]),
            None
        );
        let draft = Draft::from_params([
            ("kind", "System"),
            ("name", " lights "),
            ("lifecycle", "production"),
            ("domain", ""),
            ("tags", "rust, c++  stage,,"),
            ("other", "x"),
        ]);
        let draft = draft.unwrap();
        assert_eq!(draft.text(DraftField::Name), "lights");
        assert_eq!(draft.said(DraftField::Lifecycle), None);
        assert_eq!(draft.said(DraftField::Domain), None);
        assert_eq!(draft.tags(), ["rust", "c++", "stage"]);
    }
}
