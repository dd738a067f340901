//! All that the server knows.

use crate::account::{Account, Team};
use crate::fault::Faults;
use crate::git::Git;
use crate::identity::{App, Installation, Who};
use crate::oauth::{Grant, OauthApp};
use crate::offence::Offence;
use crate::repository::Repository;
use crate::{Asked, TOKEN};
use serde_json::Value;
use std::collections::BTreeMap;
use tempfile::TempDir;
use time::OffsetDateTime;
use time::format_description::well_known::{Rfc2822, Rfc3339};

/// Midnight before the first thing that happens, in seconds since 1970: 2026 begins.
const BEGINNING: i64 = 1_767_225_600;

pub(crate) struct World {
    /// `127.0.0.1:1234`.
    pub(crate) host: String,
    folder: TempDir,
    /// In seconds since 1970; it goes on by one with everything that happens.
    now: i64,
    last_id: u64,
    /// People and organisations, by their names in small letters.
    pub(crate) accounts: BTreeMap<String, Account>,
    /// By organisation and short name, in small letters.
    pub(crate) teams: BTreeMap<(String, String), Team>,
    pub(crate) tokens: BTreeMap<String, Who>,
    /// By `owner/name` in small letters.
    pub(crate) repositories: BTreeMap<String, Repository>,
    /// In the order in which they were made.
    pub(crate) installations: Vec<Installation>,
    /// The app whose signature is checked; without one every signature is taken.
    pub(crate) app: Option<App>,
    /// By their client ids.
    pub(crate) oauth_apps: BTreeMap<String, OauthApp>,
    /// By their codes.
    pub(crate) grants: BTreeMap<String, Grant>,
    /// What renews tokens, with the client and the person it is for.
    pub(crate) refresh_tokens: BTreeMap<String, (String, String)>,
    pub(crate) asked: Vec<Asked>,
    pub(crate) offences: Vec<Offence>,
    pub(crate) faults: Faults,
    /// Added to the answers of GraphQL.
    pub(crate) errors: Vec<Value>,
    /// How many repositories or members a listing counts and does not show.
    pub(crate) hidden: usize,
    pub(crate) truncates: bool,
    /// It is not github.com, and has what that has not.
    pub(crate) is_enterprise_server: bool,
}

impl World {
    /// There is Ann, who may do everything.
    pub(crate) fn new(host: String) -> Self {
        let mut world = Self {
            host,
            folder: tempfile::tempdir().expect("a folder for repositories can be made"),
            now: BEGINNING,
            last_id: 0,
            accounts: BTreeMap::new(),
            teams: BTreeMap::new(),
            tokens: BTreeMap::new(),
            oauth_apps: BTreeMap::new(),
            grants: BTreeMap::new(),
            refresh_tokens: BTreeMap::new(),
            repositories: BTreeMap::new(),
            installations: Vec::new(),
            app: None,
            asked: Vec::new(),
            offences: Vec::new(),
            faults: Faults::default(),
            errors: Vec::new(),
            hidden: 0,
            truncates: false,
            is_enterprise_server: false,
        };
        let ann = Account::person("ann", world.next_id());
        world.accounts.insert("ann".to_owned(), ann);
        let token = (TOKEN.to_owned(), Who::Person("ann".to_owned()));
        world.tokens.extend([token]);
        world
    }

    pub(crate) fn next_id(&mut self) -> u64 {
        self.last_id += 1;
        self.last_id
    }

    /// The time, a second after the last.
    pub(crate) fn tick(&mut self) -> i64 {
        self.now += 1;
        self.now
    }

    /// The time as answers say it.
    pub(crate) fn date(&self) -> String {
        let time = OffsetDateTime::from_unix_timestamp(self.now).ok();
        let text = time.and_then(|it| it.format(&Rfc2822).ok());
        text.unwrap_or_default().replace("+0000", "GMT")
    }

    /// Where the REST API is.
    pub(crate) fn api(&self) -> String {
        format!("http://{}/api/v3", self.host)
    }

    pub(crate) fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// An account by its name; who was never heard of is an organisation from now on.
    pub(crate) fn account(&mut self, login: &str) -> &mut Account {
        let id = self.next_id();
        let account = self.accounts.entry(login.to_lowercase());
        account.or_insert_with(|| Account::organization(login, id))
    }

    /// A new repository without any commit; not yet among those that are known.
    pub(crate) fn new_repository(&mut self, full_name: &str) -> Repository {
        let (owner, name) = full_name.split_once('/').expect("it is `owner/name`");
        self.account(owner);
        let id = self.next_id();
        let git = Git::init(self.folder.path().join(format!("{id}.git")), "main");
        Repository::new(id, owner, name, git, self.tick())
    }

    pub(crate) fn repository(&self, full_name: &str) -> Option<&Repository> {
        self.repositories.get(&full_name.to_lowercase())
    }

    pub(crate) fn repository_mut(&mut self, full_name: &str) -> Option<&mut Repository> {
        self.repositories.get_mut(&full_name.to_lowercase())
    }

    pub(crate) fn add(&mut self, repository: Repository) {
        let key = repository.full_name().to_lowercase();
        self.repositories.insert(key, repository);
    }
}

/// As GitHub writes times.
pub(crate) fn iso(seconds: i64) -> String {
    let time = OffsetDateTime::from_unix_timestamp(seconds).ok();
    let text = time.and_then(|it| it.format(&Rfc3339).ok());
    text.unwrap_or_else(|| "2026-01-01T00:00:00Z".to_owned())
}

/// In seconds since 1970.
pub(crate) fn parse_iso(text: &str) -> Option<i64> {
    let time = OffsetDateTime::parse(text, &Rfc3339).ok()?;
    Some(time.unix_timestamp())
}
