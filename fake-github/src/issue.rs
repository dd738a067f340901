//! Issues, and pull requests, which are issues too.

use serde_json::Value;

#[derive(Debug, Clone)]
pub struct Issue {
    pub(crate) id: u64,
    pub number: u64,
    pub title: String,
    pub body: Option<String>,
    pub author: String,
    pub is_open: bool,
    pub labels: Vec<String>,
    pub assignees: Vec<String>,
    pub milestone: Option<u64>,
    pub comments: Vec<Value>,
    pub pull: Option<Pull>,
    pub(crate) created: i64,
}

#[derive(Debug, Clone)]
pub struct Pull {
    /// The full name of the repository that the branch is in.
    pub from: String,
    pub branch: String,
    /// Where it is to go.
    pub base: String,
    pub is_draft: bool,
    /// People who were asked for a review.
    pub reviewers: Vec<String>,
    /// Teams, by their short names.
    pub team_reviewers: Vec<String>,
    /// The commit that it became.
    pub merged: Option<String>,
    /// The branch's commit and the one that it went to, as long as it is open the latest.
    pub(crate) head_sha: String,
    pub(crate) base_sha: String,
}

#[derive(Debug, Clone)]
pub struct Label {
    pub name: String,
    pub color: String,
    pub description: Option<String>,
}

impl Label {
    pub(crate) fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            color: "ededed".to_owned(),
            description: None,
        }
    }

    /// Those of a new repository.
    pub(crate) fn first() -> Vec<Self> {
        ["bug", "documentation", "enhancement"]
            .into_iter()
            .map(Self::new)
            .collect()
    }
}
