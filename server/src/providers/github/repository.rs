//! What is known of a repository, as a listing and as an event tell it. Pure.

use serde_json::Value;

/// A repository of GitHub.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repository {
    pub owner: String,
    pub name: String,
    /// Its page, `https://github.com/owner/name`.
    pub url: String,
    /// None when nothing was ever put into it.
    pub default_branch: Option<String>,
    pub topics: Vec<String>,
    pub is_fork: bool,
    pub is_archived: bool,
    /// `public`, `internal` or `private`.
    pub visibility: String,
    /// Whether the catalog file is there, if that is known.
    pub holds_file: Option<bool>,
}

impl Repository {
    /// A node of the listing of GraphQL; none for what is not shown to whoever asks.
    pub(super) fn of_node(node: &Value, owner: &str) -> Option<Self> {
        let topics = node["repositoryTopics"]["nodes"].as_array();
        let topic = |node: &Value| node["topic"]["name"].as_str().map(str::to_owned);
        let file = &node["catalogInfoFile"];
        let is_file = file["__typename"] == "Blob" && file["byteSize"] != 0;
        Some(Self {
            owner: owner.to_owned(),
            name: node["name"].as_str()?.to_owned(),
            url: node["url"].as_str()?.to_owned(),
            default_branch: node["defaultBranchRef"]["name"].as_str().map(str::to_owned),
            topics: topics.into_iter().flatten().filter_map(topic).collect(),
            is_fork: node["isFork"].as_bool()?,
            is_archived: node["isArchived"].as_bool()?,
            visibility: node["visibility"].as_str()?.to_lowercase(),
            holds_file: Some(is_file),
        })
    }

    /// The `repository` of an event.
    pub fn of_event(repository: &Value) -> Option<Self> {
        let owner = &repository["owner"];
        let owner = owner["login"].as_str().or_else(|| owner["name"].as_str())?;
        let is = |key: &str| repository[key].as_bool().unwrap_or_default();
        let visibility = if is("private") { "private" } else { "public" };
        let topics = repository["topics"].as_array().into_iter().flatten();
        Some(Self {
            owner: owner.to_owned(),
            name: repository["name"].as_str()?.to_owned(),
            url: repository["html_url"].as_str()?.to_owned(),
            default_branch: repository["default_branch"].as_str().map(str::to_owned),
            topics: topics
                .filter_map(|it| Some(it.as_str()?.to_owned()))
                .collect(),
            is_fork: is("fork"),
            is_archived: is("archived"),
            visibility: repository["visibility"]
                .as_str()
                .unwrap_or(visibility)
                .to_lowercase(),
            holds_file: None,
        })
    }
}
