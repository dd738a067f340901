//! The whole application without a socket.

use super::{Seed, TestDb};
use ::app::catalog::EntityRef;
use ::app::site::Site;
use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use axum::response::Response;
use http_body_util::BodyExt;
use scraper::{Html, Selector};
use serde_json::Value;
use server::audit::Audit;
use server::clock::Clock;
use server::config::{Config, Import, OnConflict, PermissionSettings};
use server::http::{AppState, SiteFiles, inside, service};
use server::ingest::Context;
use server::ingest::rules::Allow;
use server::permission::Policy;
use server::query::Catalog;
use server::readiness::Readiness;
use server::registry::Registry;
use server::store::{AuditFilter, AuditRow, Orphans};
use server::viewers::Viewers;
use server::work::{Wake, follow};
use tower::ServiceExt;

/// An application on a database of its own, looked at by the guest `user:default/guest`.
pub struct TestApp {
    pub readiness: Readiness,
    pub catalog: Catalog,
    pub audit: Audit,
    service: Router,
    db: TestDb,
}

/// What a request was answered.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl TestApp {
    /// An application below `base`, with what `seeds` hold, two minutes after they were read.
    pub async fn below(base: &str, db: TestDb, seeds: Vec<Seed>) -> Self {
        Self::with(base, db, seeds, |state| state).await
    }

    /// The same with a state that has been changed.
    pub async fn with(
        base: &str,
        db: TestDb,
        seeds: Vec<Seed>,
        change: impl FnOnce(AppState) -> AppState,
    ) -> Self {
        Self::of(Catalog::default(), base, db, seeds, change).await
    }

    /// One at the root, on SQLite, in which people may do what these settings grant.
    pub async fn guarded(permission: PermissionSettings, seeds: Vec<Seed>) -> Self {
        let config = Config {
            permission,
            ..Config::default()
        };
        let db = super::Engine::Sqlite.open().await.unwrap();
        let catalog = Catalog::guarded_by(Policy::of(&config));
        Self::of(catalog, "", db, seeds, |state| state).await
    }

    /// One on a catalog whose policy says who may do what.
    pub async fn of(
        catalog: Catalog,
        base: &str,
        db: TestDb,
        seeds: Vec<Seed>,
        change: impl FnOnce(AppState) -> AppState,
    ) -> Self {
        for seed in seeds {
            seed.into_store(&db.db).await;
        }
        follow(&db.db, &catalog).await.unwrap();
        let readiness = Readiness::default();
        let clock = Clock::from_fn(|| 120_000);
        let guest = EntityRef::new("User", "default", "guest");
        let registry = Registry {
            db: db.db.clone(),
            catalog,
            audit: Audit::new(db.db.clone(), clock.clone()),
            clock,
            context: Context::fresh(),
            allow: Allow::rules(None, []),
            readonly: false,
            on_conflict: OnConflict::default(),
            import: Import::default(),
            orphans: Orphans::default(),
            wake: Wake::default(),
        };
        let state = AppState::new(
            Site {
                base: base.to_owned(),
                title: "Callboard".to_owned(),
                organization: "Playhouse".to_owned(),
                ..Site::default()
            },
            SiteFiles::default(),
            registry,
            Viewers::new(guest, Vec::new()),
            readiness.clone(),
        );
        let state = change(state);
        Self {
            readiness,
            catalog: state.catalog.clone(),
            audit: state.audit.clone(),
            service: service(state),
            db,
        }
    }

    /// The audit log, the oldest entry first.
    pub async fn audited(&self) -> Vec<AuditRow> {
        let all = self.audit.list(&AuditFilter::default(), 10_000).await;
        all.unwrap().into_iter().rev().collect()
    }

    /// What answers it.
    pub fn router(&self) -> Router {
        self.service.clone()
    }

    /// The same at the root, on SQLite.
    pub async fn start(seeds: Vec<Seed>) -> Self {
        let db = super::Engine::Sqlite.open().await.unwrap();
        Self::below("", db, seeds).await
    }

    /// Reads a file once more.
    pub async fn read(&self, seed: Seed) {
        seed.into_store(&self.db.db).await;
        follow(&self.db.db, &self.catalog).await.unwrap();
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(Request::get(path).body(Body::empty()).unwrap())
            .await
    }

    /// Submits a form as a browser without scripts does.
    pub async fn submit(&self, path: &str, form: &str) -> Answer {
        let request = Request::builder()
            .method(Method::POST)
            .uri(path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::ACCEPT, "text/html")
            .header(header::REFERER, "http://localhost/catalog")
            .body(Body::from(form.to_owned()));
        self.send(request.unwrap()).await
    }

    /// Sends JSON.
    pub async fn put_json(&self, method: Method, path: &str, body: &Value) -> Answer {
        let request = Request::builder().method(method).uri(path);
        let request = request.header(header::CONTENT_TYPE, "application/json");
        self.send(request.body(Body::from(body.to_string())).unwrap())
            .await
    }

    /// Posts JSON.
    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.put_json(Method::POST, path, body).await
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        Self::answer(self.service.clone().oneshot(request).await.unwrap()).await
    }

    /// Sends a request for somebody else than the guest.
    pub async fn send_as(&self, user: &str, request: Request<Body>) -> Answer {
        let service = inside(self.service.clone());
        Self::answer(service(user.parse().unwrap(), request).await).await
    }

    async fn answer(response: Response) -> Answer {
        let (parts, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8_lossy(&body).into_owned(),
        }
    }
}

impl Answer {
    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    /// The text of each element that `selector` finds, white space folded.
    pub fn texts(&self, selector: &str) -> Vec<String> {
        let selector = Selector::parse(selector).unwrap();
        let page = Html::parse_document(&self.body);
        let texts = page.select(&selector).map(|element| {
            let text: String = element.text().collect();
            text.split_whitespace().collect::<Vec<_>>().join(" ")
        });
        texts.collect()
    }

    /// The text of the first element that `selector` finds, as it is.
    pub fn raw_text(&self, selector: &str) -> String {
        let selector = Selector::parse(selector).unwrap();
        let page = Html::parse_document(&self.body);
        let found = page.select(&selector).next();
        found.map_or_else(String::new, |element| element.text().collect())
    }

    /// An attribute of each element that `selector` finds.
    pub fn attributes(&self, selector: &str, attribute: &str) -> Vec<String> {
        let selector = Selector::parse(selector).unwrap();
        let page = Html::parse_document(&self.body);
        let found = page
            .select(&selector)
            .filter_map(|element| element.attr(attribute));
        found.map(str::to_owned).collect()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }
}
