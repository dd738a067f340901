//! What is wrong with a catalog file or an entity, and where.

use super::EntityLink;
use serde::{Deserialize, Serialize};

/// How much a [`Problem`] hurts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The document is not in the catalog, or not in its newest form.
    Error,
    /// The entity is there, but something it says is not honoured.
    Warning,
}

/// One thing that is wrong in a source; data, not an error of the program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    pub severity: Severity,
    /// The location that was read, `file:/path` or `url:https://…`.
    pub source: String,
    /// 1-based line in the source, when it is known.
    pub line: Option<u32>,
    /// The entity it is about, `kind:namespace/name`, when the document says that much.
    pub entity_ref: Option<String>,
    /// What happened, where, and what to do next.
    pub message: String,
    /// What clients of the API know it as; of no interest to pages.
    #[serde(skip)]
    pub error: ErrorName,
}

/// The class of an error in what was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum ErrorName {
    /// It is not valid, or cannot be read.
    #[default]
    Input,
    /// The rules of the catalog refuse it.
    NotAllowed,
    /// It is not there.
    NotFound,
}

impl ErrorName {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Input => "InputError",
            Self::NotAllowed => "NotAllowedError",
            Self::NotFound => "NotFoundError",
        }
    }

    /// The class of that name; of others, the first.
    pub fn of(name: &str) -> Self {
        let all = [Self::NotAllowed, Self::NotFound];
        all.into_iter()
            .find(|it| it.as_str() == name)
            .unwrap_or_default()
    }
}

/// A problem beside the entity it is about, as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListedProblem {
    pub problem: Problem,
    /// `None` when the problem is of no entity, or of the one whose page this is.
    pub entity: Option<EntityLink>,
}

impl From<Problem> for ListedProblem {
    fn from(problem: Problem) -> Self {
        Self {
            problem,
            entity: None,
        }
    }
}
