//! Everything that is wrong, by who has to see to it: what is asked, as a URL, and what comes back.

use super::{Choices, EntityLink, ListedProblem};
use serde::{Deserialize, Serialize};

/// How many problems a page of the inbox has.
pub const INBOX_PAGE: usize = 100;

/// What sort of thing is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ProblemKind {
    /// In a file, as it was read.
    File,
    /// It has never been valid, so the catalog does not hold it.
    Unprocessed,
    /// A name is claimed twice.
    Conflict,
    /// A relation leads to nothing.
    Relation,
    /// Nothing leads to it any more.
    Orphan,
    /// It has not been read yet.
    Waiting,
}

/// Whose problems.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum InboxOwner {
    #[default]
    Everyone,
    Mine,
    /// Those of files of which nobody is known to own anything.
    Nobody,
    /// A full reference in lower case.
    One(String),
}

/// What the inbox is narrowed to; the whole of it stands in the URL.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct InboxQuery {
    pub owner: InboxOwner,
    pub kind: Option<ProblemKind>,
    /// 1-based.
    pub page: usize,
}

/// A page of what is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Inbox {
    /// The viewer's first.
    pub groups: Vec<OwnedProblems>,
    /// How many there are of each sort for the chosen owner.
    pub kinds: Vec<(ProblemKind, usize)>,
    /// Whose there are of the chosen sort; nobody's is `none`.
    pub owners: Choices,
    /// Of the chosen sort: the viewer's, and all.
    pub mine: usize,
    pub everyone: usize,
    /// Of all that is left by both, on whichever page.
    pub total: usize,
    pub errors: usize,
    pub page: usize,
    pub pages: usize,
    /// The sources are being read for the first time: more may come.
    pub reading: bool,
}

/// What one owner has to see to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnedProblems {
    /// None where nobody is known.
    pub owner: Option<EntityLink>,
    pub mine: bool,
    /// On all pages.
    pub total: usize,
    pub sources: Vec<ProblemSource>,
}

/// What is wrong in one source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProblemSource {
    /// The location, `file:/path` or `url:https://…`.
    pub source: String,
    pub problems: Vec<ListedProblem>,
}

impl ProblemKind {
    pub const ALL: [Self; 6] = [
        Self::File,
        Self::Unprocessed,
        Self::Conflict,
        Self::Relation,
        Self::Orphan,
        Self::Waiting,
    ];

    /// Its word in the URL.
    pub fn key(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Unprocessed => "unprocessed",
            Self::Conflict => "conflict",
            Self::Relation => "relation",
            Self::Orphan => "orphan",
            Self::Waiting => "waiting",
        }
    }
}

impl InboxQuery {
    /// Reads the parameters of a URL; what is unknown is passed over.
    pub fn from_params<'a>(params: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut query = Self {
            page: 1,
            ..Self::default()
        };
        for (key, value) in params {
            match (key, value.trim()) {
                ("owner", "mine") => query.owner = InboxOwner::Mine,
                ("owner", "none") => query.owner = InboxOwner::Nobody,
                ("owner", owner) if !owner.is_empty() => {
                    query.owner = InboxOwner::One(owner.to_lowercase());
                }
                ("kind", kind) => {
                    query.kind = ProblemKind::ALL.into_iter().find(|it| it.key() == kind);
                }
                ("page", page) => query.page = page.parse().unwrap_or(1).max(1),
                _ => {}
            }
        }
        query
    }

    /// The parameters that [`Self::from_params`] reads back, without what is the default.
    pub fn to_params(&self) -> Vec<(&'static str, String)> {
        let mut params = Vec::new();
        match &self.owner {
            InboxOwner::Everyone => {}
            InboxOwner::Mine => params.push(("owner", "mine".to_owned())),
            InboxOwner::Nobody => params.push(("owner", "none".to_owned())),
            InboxOwner::One(owner) => params.push(("owner", owner.clone())),
        }
        if let Some(kind) = self.kind {
            params.push(("kind", kind.key().to_owned()));
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
        let query = InboxQuery {
            owner: InboxOwner::One("group:default/lights".to_owned()),
            kind: Some(ProblemKind::Relation),
            page: 2,
        };
        let params = query.to_params();
        let read =
            InboxQuery::from_params(params.iter().map(|(key, value)| (*key, value.as_str())));
        assert_eq!(read, query);
        let read = InboxQuery::from_params([("owner", "mine"), ("kind", "neon")]);
        assert_eq!(
            (read.owner, read.kind, read.page),
            (InboxOwner::Mine, None, 1)
        );
    }
}
