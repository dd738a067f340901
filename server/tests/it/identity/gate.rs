//! A portal that one has to sign in to, with a GitHub beside it.

use super::browser::{Browser, path_of};
use crate::support::github::Github;
use crate::support::{Answer, Engine, Seed, TestApp, TestDb, seed};
use server::audit::Audit;
use server::clock::Clock;
use server::config::{
    Auth, ClassLimits, Match, ProviderKind, RateLimits, Resolver, Secret, SignInProvider,
    TrustProxy,
};
use server::http::AppState;
use server::identity::sessions::Sessions;
use server::identity::{Identity, Setup};
use server::limits::Limits;
use server::outbound::{Hosts, Outbound};
use server::query::Catalog;
use server::scm::Scm;
use server::seal::{Purpose, Seal};
use server::store::Db;
use server::viewers::Viewers;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use url::Url;

pub const BASE: &str = "https://portal.example.com";
pub const COOKIE: &str = "__Host-callboard-session";
pub const MINUTE: i64 = 60_000;
pub const HOUR: i64 = 60 * MINUTE;
pub const DAY: i64 = 24 * HOUR;
pub const CLIENT_SECRET: &str = "canary-client-secret";
pub const SESSION_SECRET: &str = "canary-session-secret";

/// See the head of this file.
pub struct Gate {
    pub app: TestApp,
    pub github: Github,
    pub identity: Identity,
    pub db: Db,
    auth: Auth,
    now: Arc<AtomicI64>,
}

/// A rule by name.
pub fn rule(name: &str, matching: Match) -> Resolver {
    Resolver {
        name: name.to_owned(),
        matching,
        allowed_domains: Vec::new(),
        without_entity: false,
    }
}

pub fn by_name() -> Resolver {
    rule("usernameMatchingUserEntityName", Match::Name)
}

/// A provider with these rules.
pub fn provider(id: &str, kind: ProviderKind, resolvers: Vec<Resolver>) -> SignInProvider {
    SignInProvider {
        id: id.to_owned(),
        title: id.to_owned(),
        kind,
        client_id: "portal".to_owned(),
        client_secret: Secret::new(CLIENT_SECRET),
        callback_url: None,
        additional_scopes: Vec::new(),
        session_lifetime: None,
        resolvers,
        claims: Vec::new(),
    }
}

/// Ben of the crew, and a component of theirs.
pub fn people() -> Seed {
    seed()
        .user("ben", &["crew"])
        .group("crew", |entity| entity)
        .component("lights", |entity| entity.owned_by("crew"))
}

/// Whom GitHub lets in, and what is kept of what it says of them.
struct GithubRules {
    resolvers: Vec<Resolver>,
    claims: Vec<String>,
}

impl From<Vec<Resolver>> for GithubRules {
    fn from(resolvers: Vec<Resolver>) -> Self {
        let claims = Vec::new();
        Self { resolvers, claims }
    }
}

impl Gate {
    /// With GitHub, on SQLite.
    pub async fn open() -> Self {
        Self::with(
            Engine::Sqlite.open().await.unwrap(),
            vec![by_name()],
            Vec::new(),
        )
        .await
    }

    /// With rules for GitHub, and other providers.
    pub async fn with(db: TestDb, rules: Vec<Resolver>, more: Vec<SignInProvider>) -> Self {
        Self::limited(db, rules, more, ClassLimits::default()).await
    }

    /// One that keeps these claims of what GitHub says of people.
    pub async fn keeping(claims: &[&str]) -> Self {
        let rules = GithubRules {
            resolvers: vec![by_name()],
            claims: claims.iter().map(|&it| it.to_owned()).collect(),
        };
        let db = Engine::Sqlite.open().await.unwrap();
        let limits = ClassLimits::default();
        Self::of(
            Catalog::default(),
            db,
            rules,
            Vec::new(),
            limits,
            |state, _, _| state,
        )
        .await
    }

    /// With a catalog whose policy says who may do what.
    pub async fn guarded(catalog: Catalog, db: TestDb) -> Self {
        Self::of(
            catalog,
            db,
            vec![by_name()].into(),
            Vec::new(),
            ClassLimits::default(),
            |state, _, _| state,
        )
        .await
    }

    /// The same with limits of its own.
    pub async fn limited(
        db: TestDb,
        rules: Vec<Resolver>,
        more: Vec<SignInProvider>,
        limits: ClassLimits,
    ) -> Self {
        Self::changed(db, rules, more, limits, |state, _, _| state).await
    }

    /// The same with a state that has been changed, by its client and its clock.
    pub async fn changed(
        db: TestDb,
        rules: Vec<Resolver>,
        more: Vec<SignInProvider>,
        limits: ClassLimits,
        change: impl FnOnce(AppState, &Outbound, Clock) -> AppState,
    ) -> Self {
        Self::of(Catalog::default(), db, rules.into(), more, limits, change).await
    }

    async fn of(
        catalog: Catalog,
        db: TestDb,
        rules: GithubRules,
        more: Vec<SignInProvider>,
        limits: ClassLimits,
        change: impl FnOnce(AppState, &Outbound, Clock) -> AppState,
    ) -> Self {
        let github = Github::start().await;
        github.user("ben");
        github.user("eve");
        let callback = format!("{BASE}/api/auth/github/handler/frame");
        github.oauth_app("portal", CLIENT_SECRET, &callback);
        let instance = Url::parse(&format!("http://{}", github.host)).unwrap();
        let kind = ProviderKind::Github { instance };
        let mut providers = vec![SignInProvider {
            claims: rules.claims,
            ..provider("github", kind, rules.resolvers)
        }];
        providers.extend(more);
        let now = Arc::new(AtomicI64::new(1_000 * DAY));
        let clock = Clock::from_fn({
            let now = Arc::clone(&now);
            move || now.load(Ordering::Relaxed)
        });
        let of_limits = clock.clone();
        let mut hosts = Hosts::configured(&github.config());
        for provider in &providers {
            match &provider.kind {
                ProviderKind::Github { instance } => hosts.name(instance.as_str()),
                ProviderKind::Oidc { metadata, .. } => hosts.name(metadata.as_str()),
            }
        }
        let handle = db.db.clone();
        let auth = Auth {
            providers,
            ..Auth::default()
        };
        let outbound = Outbound::new(hosts, clock.clone());
        let audit = Audit::new(handle.clone(), clock.clone());
        let identity = Identity::new(Setup {
            auth: auth.clone(),
            audit: audit.clone(),
            base_url: BASE.parse().unwrap(),
            db: handle.clone(),
            outbound: outbound.clone(),
            clock,
            scm: Arc::new(Scm::new(&github.config().integrations)),
            seal: Seal::new(Purpose::Identity, &[Secret::new(SESSION_SECRET)]),
        });
        let app = TestApp::of(catalog, "", db, vec![people()], |mut state| {
            state.viewers = Viewers::signed_in_only();
            state.audit = audit;
            let limits = Limits::new(&limits, &RateLimits::default(), of_limits.clone());
            let state = state
                .with_identity(identity.clone(), TrustProxy::Nobody)
                .with_limits(limits);
            change(state, &outbound, of_limits)
        })
        .await;
        Self {
            app,
            github,
            identity,
            db: handle,
            auth,
            now,
        }
    }

    /// What it is configured with.
    pub fn auth(&self) -> Auth {
        self.auth.clone()
    }

    /// What time it is, in milliseconds.
    pub fn now(&self) -> i64 {
        self.now.load(Ordering::Relaxed)
    }

    /// The sessions as another server on the same database knows them.
    pub fn elsewhere(&self) -> Sessions {
        let now = Arc::clone(&self.now);
        let clock = Clock::from_fn(move || now.load(Ordering::Relaxed));
        let audit = Audit::new(self.db.clone(), clock.clone());
        Sessions::new(self.db.clone(), clock, self.auth.session, audit)
    }

    /// Lets time pass, in milliseconds.
    pub fn pass(&self, time: i64) {
        self.now.fetch_add(time, Ordering::Relaxed);
    }

    /// Leaves for a provider. Returns where the browser is sent.
    pub async fn leave(&self, browser: &mut Browser, provider: &str, back: &str) -> String {
        let path = format!("/api/auth/{provider}/start?return_to={back}");
        let answer = browser.get(&self.app, &path).await;
        assert_eq!(answer.status, 303, "{}", answer.body);
        answer.header("location").to_owned()
    }

    /// Comes back from GitHub as somebody. Returns the path with its code.
    pub async fn at_github(&self, leaving: &str, login: &str) -> String {
        path_of(&Browser::sent_on(&format!("{leaving}&login={login}")).await)
    }

    /// Signs in with GitHub. Returns what the portal answers.
    pub async fn sign_in(&self, browser: &mut Browser, login: &str) -> Answer {
        let leaving = self.leave(browser, "github", "/").await;
        let back = self.at_github(&leaving, login).await;
        browser.get(&self.app, &back).await
    }

    /// Ben, signed in.
    pub async fn ben(&self) -> Browser {
        let mut browser = Browser::default();
        let answer = self.sign_in(&mut browser, "ben").await;
        assert_eq!(answer.status, 303, "{}", answer.body);
        browser
    }

    /// Whether somebody is let in.
    pub async fn is_in(&self, browser: &mut Browser) -> bool {
        browser
            .get(&self.app, "/api/catalog/entity-facets?facet=kind")
            .await
            .status
            == 200
    }
}
