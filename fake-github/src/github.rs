//! The server, as tests and demonstrations have it.

use crate::account::{Account, Team};
use crate::fault::Fault;
use crate::identity::{App, Installation, Who};
use crate::oauth::OauthApp;
use crate::offence::Offence;
use crate::repository::Repository;
use crate::world::World;
use crate::{Shared, serve};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use tokio::net::TcpListener;

/// The token of Ann, who may do everything.
pub const TOKEN: &str = "ghp_all";

/// The server, until it is dropped; then it fails its test if something was asked for that GitHub does
/// not describe.
pub struct Github {
    /// `127.0.0.1:1234`, as `integrations.github[].host` names it.
    pub host: String,
    shared: Shared,
    task: tokio::task::JoinHandle<()>,
}

/// A request, and the status of its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    pub method: String,
    /// With the query.
    pub path: String,
    /// What was sent, where it was JSON.
    pub body: Value,
    /// 0 as long as there is no answer.
    pub status: u16,
}

impl Github {
    /// Starts without any repository, on a port that is free.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await;
        Self::serve(listener.expect("a port is free"))
    }

    /// Starts without any repository.
    pub fn serve(listener: TcpListener) -> Self {
        let host = listener.local_addr().unwrap().to_string();
        let shared = Arc::new(Mutex::new(World::new(host.clone())));
        let app = serve::router(Arc::clone(&shared));
        let task = tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { host, shared, task }
    }

    /// Where the REST API is.
    pub fn api(&self) -> String {
        self.world().api()
    }

    /// There is an organisation, of which these people are members, and Ann is.
    pub fn organization(&self, login: &str, members: &[&str]) {
        let mut world = self.world();
        for member in members {
            person(&mut world, member);
        }
        let account = world.account(login);
        account.members = members.iter().map(|it| (*it).to_owned()).collect();
    }

    /// There is a person.
    pub fn user(&self, login: &str) {
        person(&mut self.world(), login);
    }

    /// Somebody has that address, and GitHub has verified it.
    pub fn email(&self, login: &str, email: &str) {
        let mut world = self.world();
        person(&mut world, login);
        world.account(login).profile.email = Some(email.to_owned());
    }

    /// There is a team of an organisation; its name is its short name too.
    pub fn team(&self, organization: &str, slug: &str, members: &[&str]) {
        let mut world = self.world();
        for member in members {
            person(&mut world, member);
        }
        world.account(organization);
        let team = Team {
            id: world.next_id(),
            organization: organization.to_owned(),
            name: slug.to_owned(),
            slug: slug.to_owned(),
            description: None,
            parent: None,
            members: members.iter().map(|it| (*it).to_owned()).collect(),
            repositories: BTreeMap::new(),
        };
        let key = (organization.to_lowercase(), slug.to_lowercase());
        world.teams.insert(key, team);
    }

    /// What a team may do with a repository, as the API names it (`push`, `admin` …).
    pub fn team_may(&self, organization: &str, slug: &str, full_name: &str) -> Option<String> {
        let world = self.world();
        let team = world.find_team(organization, slug)?;
        team.repositories.get(&full_name.to_lowercase()).cloned()
    }

    /// There is a token of a person.
    pub fn token(&self, token: &str, login: &str) {
        let mut world = self.world();
        person(&mut world, login);
        let who = Who::Person(login.to_lowercase());
        world.tokens.insert(token.to_owned(), who);
    }

    /// People can sign in to an application with these credentials, which they are sent back from to
    /// `callback`, exactly.
    pub fn oauth_app(&self, client_id: &str, secret: &str, callback: &str) {
        let app = OauthApp {
            secret: secret.to_owned(),
            callback: callback.to_owned(),
            is_app: false,
        };
        self.world().oauth_apps.insert(client_id.to_owned(), app);
    }

    /// An application of that id is a GitHub App from now on, the tokens of whose users come to an end and
    /// are renewed.
    pub fn is_github_app(&self, client_id: &str) {
        if let Some(app) = self.world().oauth_apps.get_mut(client_id) {
            app.is_app = true;
        }
    }

    /// There is an app of this id, and what it signs is checked with its public key, as PKCS#1 has it in
    /// DER (`ring::signature::RsaKeyPair` gives it). Until then any signature is taken.
    pub fn app(&self, id: &str, key: &[u8]) {
        self.world().app = Some(App {
            id: id.to_owned(),
            key: key.to_owned(),
        });
    }

    /// The app is installed for an owner.
    pub fn install(&self, owner: &str) {
        let mut world = self.world();
        world.account(owner);
        world.installations.push(Installation {
            owner: owner.to_owned(),
            is_suspended: false,
        });
    }

    /// An owner suspends the app, or takes that back.
    pub fn suspend(&self, owner: &str, is_suspended: bool) {
        let mut world = self.world();
        for installation in &mut world.installations {
            if installation.owner.eq_ignore_ascii_case(owner) {
                installation.is_suspended = is_suspended;
            }
        }
    }

    /// Adds or replaces a repository, `owner/name`, which is public and on `main`. An owner that is not
    /// known is an organisation.
    pub fn repository(&self, full_name: &str, set: impl FnOnce(Repository) -> Repository) {
        let mut repository = self.world().new_repository(full_name);
        repository.begin();
        let repository = set(repository);
        repository.git.set_head(&repository.default_branch);
        self.world().add(repository);
    }

    /// Changes a repository, as a push or its owner would.
    pub fn change(&self, full_name: &str, change: impl FnOnce(&mut Repository)) {
        let mut world = self.world();
        let repository = world.repository_mut(full_name);
        change(repository.expect("there is a repository of that name"));
    }

    /// A repository as it is now.
    pub fn find(&self, full_name: &str) -> Option<Repository> {
        self.world().repository(full_name).cloned()
    }

    /// The full names of all repositories.
    pub fn names(&self) -> Vec<String> {
        let world = self.world();
        let all = world.repositories.values();
        all.map(Repository::full_name).collect()
    }

    pub fn remove(&self, full_name: &str) {
        self.world().repositories.remove(&full_name.to_lowercase());
    }

    /// Brings a pull request to where it is to go, as somebody who presses the button; returns the
    /// commit.
    pub fn merge(&self, full_name: &str, number: u64) -> Option<String> {
        let world = &mut self.world();
        crate::rest::merge_pull(world, full_name, number, None, None, false).ok()
    }

    /// So many requests of a method (`*` for any) to a path go wrong. The path is one of the REST API
    /// (`/orgs/{org}/repos`), `/graphql`, or one of git (`/*/*.git/git-receive-pack`); `*` and `{…}`
    /// stand for any part of it, `**` for all that follows.
    pub fn fail(&self, method: &str, path: &str, fault: Fault, times: usize) {
        self.world().faults.plan(method, path, fault, times);
    }

    /// The next requests go wrong like this, one after the other.
    pub fn refuse(&self, faults: impl IntoIterator<Item = Fault>) {
        for fault in faults {
            self.fail("*", "**", fault, 1);
        }
    }

    /// From now on GraphQL answers with an error beside its data.
    pub fn fail_graphql(&self, kind: &str, message: &str) {
        let error = json!({"type": kind, "message": message, "path": ["repositoryOwner"]});
        self.world().errors = vec![error];
    }

    /// Nothing goes wrong any more.
    pub fn heal(&self) {
        let mut world = self.world();
        world.errors.clear();
        world.faults.clear();
        world.hidden = 0;
        world.truncates = false;
    }

    /// From now on so many repositories, and members of organisations, are counted and not shown.
    pub fn hide(&self, more: usize) {
        self.world().hidden = more;
    }

    /// From now on trees say that they are not complete.
    pub fn truncate_trees(&self) {
        self.world().truncates = true;
    }

    /// What was asked since the last time.
    pub fn asked(&self) -> Vec<Asked> {
        std::mem::take(&mut self.world().asked)
    }

    /// What was asked for in a way that GitHub does not describe, since the last time; a test that
    /// means to do so takes it here.
    pub fn offences(&self) -> Vec<Offence> {
        std::mem::take(&mut self.world().offences)
    }

    /// The page of a file.
    pub fn url(&self, full_name: &str, path: &str) -> String {
        format!("http://{}/{full_name}/blob/main/{path}", self.host)
    }

    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        self.shared.lock().unwrap()
    }
}

pub(crate) fn person(world: &mut World, login: &str) {
    let id = world.next_id();
    let account = world.accounts.entry(login.to_lowercase());
    account.or_insert_with(|| Account::person(login, id));
}

impl Drop for Github {
    fn drop(&mut self) {
        self.task.abort();
        if std::thread::panicking() {
            return;
        }
        let offences: Vec<String> = self.offences().iter().map(ToString::to_string).collect();
        assert!(
            offences.is_empty(),
            "GitHub describes it otherwise:\n{}",
            offences.join("\n")
        );
    }
}
