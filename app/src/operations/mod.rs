//! How the installation itself does: the catalog as a whole, its sources, the read model, the
//! database.

#[cfg(feature = "ssr")]
pub(crate) mod api;
#[cfg(feature = "ssr")]
pub mod port;

use crate::catalog::FacetValue;
use serde::{Deserialize, Serialize};

/// How many sources a page has.
pub const SOURCES_PAGE: usize = 50;

/// What is asked; the whole of it stands in the URL.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct HealthQuery {
    /// Sources in this state alone.
    pub state: Option<SourceState>,
    /// 1-based.
    pub page: usize,
}

/// How a source stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum SourceState {
    /// It could not be read the last time.
    Failing,
    /// It is known, but has not been read yet.
    Unread,
    /// Somebody reads it at this moment.
    Reading,
    /// It is to be read and waits for its turn.
    Due,
    /// It has been read, and is not due.
    Fresh,
}

/// How everything stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Health {
    /// What is not as it should be, in a sentence; none when all is well.
    pub trouble: Option<String>,
    pub version: String,
    /// Since when this replica runs, as a reader says it.
    pub started: String,
    /// `sqlite` or `postgres`.
    pub database: String,
    /// Open connections to it, and how many there may be.
    pub connections: (usize, usize),
    /// Resident memory in bytes, where the system tells.
    pub memory: Option<u64>,
    pub model: ModelHealth,
    /// None while the database does not answer.
    pub queue: Option<QueueHealth>,
    pub kinds: Vec<FacetValue>,
    /// None while the database does not answer.
    pub sources: Option<SourceList>,
    /// The last sign-ins that came to nothing, the latest first.
    pub failed_sign_ins: Vec<FailedSignIn>,
}

/// Somebody who was not let in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailedSignIn {
    /// As a reader says it.
    pub when: String,
    pub provider: String,
    pub address: String,
    pub reason: String,
    /// What the provider told, in one line.
    pub received: String,
    /// What was tried, one line for each rule.
    pub tried: Vec<String>,
}

/// The read model of this replica.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelHealth {
    pub entities: usize,
    pub sources: usize,
    pub problems: usize,
    /// The number of the change that it holds, and how many it is behind.
    pub change: i64,
    pub behind: i64,
    /// When it was last known to be up to date, in seconds ago.
    pub checked: Option<u64>,
}

/// What waits to be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueueHealth {
    pub due: usize,
    /// How long the first of them has been waiting, in seconds.
    pub oldest: u64,
}

/// A page of sources, those that fail first.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SourceList {
    pub rows: Vec<SourceRow>,
    /// How many there are in each state, whatever was asked.
    pub states: Vec<(SourceState, usize)>,
    pub total: usize,
    pub page: usize,
    pub pages: usize,
}

/// One source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceRow {
    /// `file:/path` or `url:https://…`.
    pub location: String,
    pub state: SourceState,
    pub entities: usize,
    /// As a reader says it; none of what has not been read.
    pub read: Option<String>,
    /// When it is read next; none of what is not read by itself.
    pub next: Option<String>,
    /// How often in a row it could not be read.
    pub failures: u32,
    pub error: Option<String>,
}

impl HealthQuery {
    /// Reads the parameters of a URL; what is unknown is passed over.
    pub fn from_params<'a>(params: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut query = Self {
            state: None,
            page: 1,
        };
        for (key, value) in params {
            match key {
                "state" => query.state = SourceState::parse(value),
                "page" => query.page = value.parse().unwrap_or(1).max(1),
                _ => {}
            }
        }
        query
    }

    /// The parameters that [`Self::from_params`] reads back, without what is the default.
    pub fn to_params(&self) -> Vec<(&'static str, String)> {
        let state = self.state.map(|state| ("state", state.key().to_owned()));
        let page = (self.page > 1).then(|| ("page", self.page.to_string()));
        state.into_iter().chain(page).collect()
    }
}

impl SourceState {
    pub const ALL: [Self; 5] = [
        Self::Failing,
        Self::Unread,
        Self::Reading,
        Self::Due,
        Self::Fresh,
    ];

    /// Its word in the URL.
    pub fn key(self) -> &'static str {
        match self {
            Self::Failing => "failing",
            Self::Unread => "unread",
            Self::Reading => "reading",
            Self::Due => "due",
            Self::Fresh => "fresh",
        }
    }

    /// The state of that word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.key() == word)
    }
}
