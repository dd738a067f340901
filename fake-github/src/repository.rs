//! A repository: its settings, its people, and its files.

use crate::git::{Entry, Files, Git, Kind, Person};
use crate::issue::{Issue, Label};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// A repository as it is now. Files are in a bare repository beside it, which clones of this share.
#[derive(Debug, Clone)]
pub struct Repository {
    pub owner: String,
    pub name: String,
    pub description: Option<String>,
    pub homepage: Option<String>,
    pub default_branch: String,
    pub topics: Vec<String>,
    pub is_fork: bool,
    pub is_archived: bool,
    /// `public`, `internal` or `private`.
    pub visibility: String,
    /// `has_wiki`, `allow_squash_merge` and the others, by their names at GitHub.
    pub settings: Map<String, Value>,
    /// By branch, what was asked for when it was protected.
    pub protection: BTreeMap<String, Value>,
    /// Branches whose commits must be signed.
    pub signed: BTreeSet<String>,
    /// What people may beside members and teams, by their names.
    pub collaborators: BTreeMap<String, String>,
    /// Issues and pull requests, in the order of their numbers.
    pub issues: Vec<Issue>,
    pub labels: Vec<Label>,
    /// As GitHub describes them: webhooks, deploy keys, autolinks, rulesets.
    pub hooks: Vec<Value>,
    pub keys: Vec<Value>,
    pub autolinks: Vec<Value>,
    pub rulesets: Vec<Value>,
    pub environments: BTreeMap<String, Environment>,
    /// Variables of actions, by their names.
    pub variables: BTreeMap<String, String>,
    /// Secrets of actions, encrypted as they came.
    pub secrets: BTreeMap<String, Value>,
    /// What workflows were started with: `workflow_id`, `ref` and `inputs`.
    pub dispatches: Vec<Value>,
    /// What was asked for when pages were enabled.
    pub pages: Option<Value>,
    /// Custom properties, by their names.
    pub properties: BTreeMap<String, Value>,
    /// How the subjects of the tokens of workflows are made.
    pub oidc: Option<Value>,
    /// From where workflows may be used: `none`, `user` or `organization`.
    pub workflow_access: String,
    /// Who watches.
    pub subscribers: BTreeSet<String>,
    pub(crate) id: u64,
    pub(crate) parent: Option<String>,
    pub(crate) created: i64,
    pub(crate) updated: i64,
    pub(crate) pushed: i64,
    pub(crate) git: Git,
}

/// A place to deploy to.
#[derive(Debug, Clone, Default)]
pub struct Environment {
    pub(crate) id: u64,
    /// What was asked for when it was made.
    pub asked: Value,
    pub variables: BTreeMap<String, String>,
    /// Encrypted as they came.
    pub secrets: BTreeMap<String, Value>,
    /// The branches and tags that may be deployed: `name` and `type`.
    pub policies: Vec<Value>,
}

impl Repository {
    pub(crate) fn new(id: u64, owner: &str, name: &str, git: Git, now: i64) -> Self {
        Self {
            owner: owner.to_owned(),
            name: name.to_owned(),
            description: None,
            homepage: None,
            default_branch: "main".to_owned(),
            topics: Vec::new(),
            is_fork: false,
            is_archived: false,
            visibility: "public".to_owned(),
            settings: default_settings(),
            protection: BTreeMap::new(),
            signed: BTreeSet::new(),
            collaborators: BTreeMap::new(),
            issues: Vec::new(),
            labels: Label::first(),
            hooks: Vec::new(),
            keys: Vec::new(),
            autolinks: Vec::new(),
            rulesets: Vec::new(),
            environments: BTreeMap::new(),
            variables: BTreeMap::new(),
            secrets: BTreeMap::new(),
            dispatches: Vec::new(),
            pages: None,
            properties: BTreeMap::new(),
            oidc: None,
            workflow_access: "none".to_owned(),
            subscribers: BTreeSet::new(),
            id,
            parent: None,
            created: now,
            updated: now,
            pushed: now,
            git,
        }
    }

    /// Puts a file on the default branch.
    #[must_use]
    pub fn file(mut self, path: &str, text: impl Into<String>) -> Self {
        self.put(path, text);
        self
    }

    #[must_use]
    pub fn topic(mut self, topic: &str) -> Self {
        self.topics.push(topic.to_owned());
        self
    }

    /// The first commit, of nothing, on `main`.
    pub(crate) fn begin(&mut self) {
        self.commit_files(&Files::new(), "Begin");
    }

    /// The first commit, of one file.
    pub(crate) fn begin_with(&mut self, path: &str, text: &str) {
        let sha = self.git.write(Kind::Blob, text.as_bytes());
        let files = [(path.to_owned(), Entry::file(sha))].into();
        self.commit_files(&files, "Initial commit");
    }

    /// Nothing was ever put into it.
    #[must_use]
    pub fn empty(self) -> Self {
        for (name, _) in self.git.references("refs/") {
            self.git.remove_reference(&name);
        }
        self
    }

    /// Puts a file on the default branch, as a commit.
    pub fn put(&mut self, path: &str, text: impl Into<String>) {
        let mut files = self.tree("HEAD");
        let sha = self.git.write(Kind::Blob, text.into().as_bytes());
        files.insert(path.to_owned(), Entry::file(sha));
        self.commit_files(&files, &format!("Change {path}"));
    }

    /// Takes a file from the default branch, as a commit.
    pub fn take(&mut self, path: &str) {
        let mut files = self.tree("HEAD");
        files.remove(path);
        self.commit_files(&files, &format!("Remove {path}"));
    }

    fn commit_files(&mut self, files: &Files, message: &str) {
        self.pushed += 1;
        let ann = Person::new("Ann", "ann@example.com", self.pushed);
        self.git
            .commit_files(&self.default_branch, files, &ann, message);
    }

    /// The commit that a branch stands for; `HEAD` is the default one.
    pub fn commit(&self, revision: &str) -> Option<String> {
        let revision = if revision == "HEAD" {
            &self.default_branch
        } else {
            revision
        };
        self.git.resolve(revision)
    }

    /// The texts of all files of a branch or a commit, by their paths; `HEAD` is the default branch.
    pub fn files(&self, revision: &str) -> BTreeMap<String, String> {
        let files = self.tree(revision).into_iter();
        let texts = files.filter_map(|(path, entry)| {
            let content = self.git.blob(&entry.sha)?;
            Some((path, String::from_utf8_lossy(&content).into_owned()))
        });
        texts.collect()
    }

    pub(crate) fn tree(&self, revision: &str) -> Files {
        let commit = self.commit(revision);
        commit.map_or_else(Files::new, |it| self.git.files(&it))
    }

    /// The names of the branches.
    pub fn branches(&self) -> Vec<String> {
        let all = self.git.branches().into_iter();
        all.map(|(name, _)| name).collect()
    }

    /// The first lines of the messages of a branch's commits, the latest first.
    pub fn log(&self, revision: &str) -> Vec<String> {
        let commit = self.commit(revision);
        let history = commit.map_or_else(Vec::new, |it| self.git.history(&it));
        let commits = history.iter().filter_map(|it| self.git.commit(it));
        commits.map(|it| it.subject().to_owned()).collect()
    }

    /// Name and address of the author of a branch's latest commit.
    pub fn author(&self, revision: &str) -> Option<(String, String)> {
        let commit = self.git.commit(&self.commit(revision)?)?;
        Some((commit.author.name, commit.author.email))
    }

    /// The pull requests, in the order of their numbers.
    pub fn pulls(&self) -> Vec<&Issue> {
        let all = self.issues.iter();
        all.filter(|it| it.pull.is_some()).collect()
    }

    /// Whether a setting that can be on or off is on.
    pub fn has(&self, setting: &str) -> bool {
        self.settings.get(setting) == Some(&json!(true))
    }

    /// How many must approve before something comes to a branch.
    pub fn approvals(&self, branch: &str) -> u64 {
        let asked = self.protection.get(branch);
        let reviews = asked.map(|it| &it["required_pull_request_reviews"]);
        let count = reviews.map(|it| &it["required_approving_review_count"]);
        match count {
            Some(count) if !reviews.is_some_and(Value::is_null) => count.as_u64().unwrap_or(1),
            _ => 0,
        }
    }

    /// Whether a branch may change without a pull request.
    pub(crate) fn may_push(&self, branch: &str, is_admin: bool) -> bool {
        let Some(asked) = self.protection.get(branch) else {
            return true;
        };
        let asks_for_more = ["required_pull_request_reviews", "required_status_checks"]
            .into_iter()
            .any(|it| !asked[it].is_null());
        !asks_for_more || is_admin && asked["enforce_admins"] != json!(true)
    }

    pub fn full_name(&self) -> String {
        format!("{}/{}", self.owner, self.name)
    }

    /// The full name in small letters, under which it is known.
    pub(crate) fn key(&self) -> String {
        self.full_name().to_lowercase()
    }

    /// The first branch that is pushed becomes the default one.
    pub(crate) fn settle(&mut self) {
        let branches = self.branches();
        if !branches.contains(&self.default_branch)
            && let Some(first) = branches.into_iter().next()
        {
            self.default_branch = first;
        }
        self.git.set_head(&self.default_branch);
    }
}

/// Those of a new repository.
fn default_settings() -> Map<String, Value> {
    let settings = json!({
        "has_issues": true, "has_projects": true, "has_wiki": true, "has_downloads": true,
        "has_discussions": false, "is_template": false,
        "allow_merge_commit": true, "allow_squash_merge": true, "allow_rebase_merge": true,
        "allow_auto_merge": false, "delete_branch_on_merge": false, "allow_update_branch": false,
        "allow_forking": true, "use_squash_pr_title_as_default": false,
        "squash_merge_commit_title": "COMMIT_OR_PR_TITLE",
        "squash_merge_commit_message": "COMMIT_MESSAGES",
        "merge_commit_title": "MERGE_MESSAGE", "merge_commit_message": "PR_TITLE",
        "web_commit_signoff_required": false,
    });
    match settings {
        Value::Object(settings) => settings,
        _ => Map::new(),
    }
}
