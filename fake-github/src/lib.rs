//! A GitHub of our own on this machine: it speaks what Callboard reads of REST and GraphQL, as
//! GitHub Enterprise Server has it (`/api/v3`, `/api/graphql`, `/raw`).
//!
//! Fields and types are those of GitHub's published descriptions, version 3.19 of the server:
//! `fields.rs` lists what these require of each answer, and a test compares. Of GraphQL, only the
//! fields that Callboard asks for are answered, whatever the query says.
//!
//! To add an answer: its handler in `rest` or `graphql`, its route in `router`, the fields that the
//! description requires in `fields`. What changes a repository goes through [`Github::change`].

#![expect(
    clippy::unwrap_used,
    reason = "part of tests: what cannot be is a mistake of the test, and ends it"
)]

pub mod fields;
mod graphql;
mod repository;
mod rest;
mod webhook;

pub use repository::Repository;
pub use webhook::Webhook;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

/// The token that may read everything.
pub const TOKEN: &str = "ghp_all";

/// The server, until it is dropped.
pub struct Github {
    /// `127.0.0.1:1234`, as `integrations.github[].host` names it.
    pub host: String,
    shared: Shared,
    task: tokio::task::JoinHandle<()>,
}

type Shared = Arc<Mutex<World>>;

/// All that the server knows.
#[derive(Default)]
struct World {
    host: String,
    /// By `owner/name` in small letters.
    repositories: BTreeMap<String, Repository>,
    /// Owners that have installed the app, in the order of their installations.
    installations: Vec<String>,
    asked: Vec<Asked>,
    /// Answers that come before any other, for one request each.
    refusals: Vec<Refusal>,
    /// Added to the answers of GraphQL.
    errors: Vec<Value>,
    /// How many repositories a listing counts and does not show.
    hidden: usize,
    truncates: bool,
}

/// A request, and the status of its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    pub method: String,
    /// With the query.
    pub path: String,
    pub status: u16,
}

/// How GitHub says to wait.
#[derive(Debug, Clone, Copy)]
pub enum Refusal {
    /// The budget of the hour is used up; seconds since 1970 when there is a new one.
    Primary {
        reset: i64,
    },
    /// Too much at once, with or without saying for how many seconds.
    Secondary {
        retry_after: Option<u32>,
    },
    TooMany {
        retry_after: u32,
    },
    /// Something is broken there.
    Broken,
}

impl Github {
    /// Starts without any repository.
    pub async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let host = listener.local_addr().unwrap().to_string();
        let shared = Shared::default();
        shared.lock().unwrap().host.clone_from(&host);
        let app = router(Arc::clone(&shared));
        let task = tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { host, shared, task }
    }

    /// Adds or replaces a repository, `owner/name`, which is public and on `main`.
    pub fn repository(&self, full_name: &str, set: impl FnOnce(Repository) -> Repository) {
        let repository = set(Repository::new(full_name));
        self.world()
            .repositories
            .insert(full_name.to_lowercase(), repository);
    }

    /// Changes a repository, as a push or its owner would.
    pub fn change(&self, full_name: &str, change: impl FnOnce(&mut Repository)) {
        let mut world = self.world();
        change(
            world
                .repositories
                .get_mut(&full_name.to_lowercase())
                .unwrap(),
        );
    }

    pub fn remove(&self, full_name: &str) {
        self.world().repositories.remove(&full_name.to_lowercase());
    }

    pub fn install(&self, owner: &str) {
        self.world().installations.push(owner.to_owned());
    }

    /// The next requests are answered like this, one after the other.
    pub fn refuse(&self, refusals: impl IntoIterator<Item = Refusal>) {
        self.world().refusals.extend(refusals);
    }

    /// From now on GraphQL answers with an error beside its data.
    pub fn fail_graphql(&self, kind: &str, message: &str) {
        let error = json!({"type": kind, "message": message, "path": ["repositoryOwner"]});
        self.world().errors = vec![error];
    }

    pub fn heal(&self) {
        let mut world = self.world();
        world.errors.clear();
        world.refusals.clear();
        world.hidden = 0;
        world.truncates = false;
    }

    /// From now on so many repositories are counted and not shown.
    pub fn hide(&self, repositories: usize) {
        self.world().hidden = repositories;
    }

    /// From now on trees say that they are not complete.
    pub fn truncate_trees(&self) {
        self.world().truncates = true;
    }

    /// What was asked since the last time.
    pub fn asked(&self) -> Vec<Asked> {
        std::mem::take(&mut self.world().asked)
    }

    /// The page of a file.
    pub fn url(&self, full_name: &str, path: &str) -> String {
        format!("http://{}/{full_name}/blob/main/{path}", self.host)
    }

    fn world(&self) -> MutexGuard<'_, World> {
        self.shared.lock().unwrap()
    }
}

impl Drop for Github {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn router(world: Shared) -> Router {
    let api = Router::new()
        .route("/rate_limit", get(rest::rate_limit))
        .route("/app/installations", get(rest::installations))
        .route(
            "/app/installations/{id}/access_tokens",
            post(rest::access_token),
        )
        .route("/orgs/{owner}/installation", get(rest::installation))
        .route("/users/{owner}/installation", get(rest::installation))
        .route("/repos/{owner}/{name}", get(rest::repository))
        .route(
            "/repos/{owner}/{name}/contents/{*path}",
            get(rest::contents),
        )
        .route(
            "/repos/{owner}/{name}/git/trees/{revision}",
            get(rest::tree),
        )
        .route(
            "/repos/{owner}/{name}/commits/{revision}",
            get(rest::commit),
        )
        .route("/search/code", get(rest::search_code));
    Router::new()
        .nest("/api/v3", api)
        .route("/api/graphql", post(graphql::answer))
        .route("/raw/{owner}/{name}/{revision}/{*path}", get(rest::raw))
        .layer(from_fn_with_state(Arc::clone(&world), keep_account))
        .with_state(world)
}

/// Who asks, what they still may, and what they were answered.
async fn keep_account(State(world): State<Shared>, request: Request, next: Next) -> Response {
    let method = request.method().to_string();
    let path = request.uri().to_string();
    let etag = request.headers().get(header::IF_NONE_MATCH).cloned();
    let refusal = {
        let mut world = world.lock().unwrap();
        (!world.refusals.is_empty()).then(|| world.refusals.remove(0))
    };
    let mut response = match refusal {
        Some(refusal) => refusal.answer(),
        None if !is_known(request.headers()) => {
            message(StatusCode::UNAUTHORIZED, "Bad credentials")
        }
        None => next.run(request).await,
    };
    let current = response.headers().get(header::ETAG);
    if etag.is_some() && current == etag.as_ref() && method == "GET" {
        let headers = response.headers().clone();
        response = StatusCode::NOT_MODIFIED.into_response();
        response.headers_mut().extend(headers);
        response.headers_mut().remove(header::CONTENT_LENGTH);
    }
    for (name, value) in [
        ("x-ratelimit-limit", "5000"),
        ("x-ratelimit-remaining", "4999"),
        ("x-ratelimit-used", "1"),
        ("x-ratelimit-reset", "4102444800"),
        ("x-ratelimit-resource", "core"),
    ] {
        let headers = response.headers_mut();
        headers
            .entry(HeaderName::from_static(name))
            .or_insert(HeaderValue::from_static(value));
    }
    let status = response.status().as_u16();
    world.lock().unwrap().asked.push(Asked {
        method,
        path,
        status,
    });
    response
}

/// Tokens of installations are known by their beginning, and so is whoever signs as an app.
fn is_known(headers: &HeaderMap) -> bool {
    match bearer(headers) {
        None => true,
        Some(token) => token == TOKEN || token.starts_with("ghs_") || token.contains('.'),
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    value.strip_prefix("Bearer ")
}

/// The error of GitHub's REST API.
fn message(status: StatusCode, text: &str) -> Response {
    let body = json!({
        "message": text,
        "documentation_url": "https://docs.github.com/rest",
        "status": status.as_u16().to_string(),
    });
    (status, axum::Json(body)).into_response()
}

impl Refusal {
    fn answer(self) -> Response {
        let (status, text, headers) = match self {
            Self::Primary { reset } => (
                StatusCode::FORBIDDEN,
                "API rate limit exceeded for installation ID 1.",
                vec![
                    ("x-ratelimit-remaining", "0".to_owned()),
                    ("x-ratelimit-reset", reset.to_string()),
                ],
            ),
            Self::Secondary { retry_after } => (
                StatusCode::FORBIDDEN,
                "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.",
                retry_after
                    .map(|seconds| ("retry-after", seconds.to_string()))
                    .into_iter()
                    .collect(),
            ),
            Self::TooMany { retry_after } => (
                StatusCode::TOO_MANY_REQUESTS,
                "Too many requests",
                vec![("retry-after", retry_after.to_string())],
            ),
            Self::Broken => (StatusCode::BAD_GATEWAY, "Server Error", Vec::new()),
        };
        let mut response = message(status, text);
        for (name, value) in headers {
            response.headers_mut().insert(name, value.parse().unwrap());
        }
        response
    }
}
