//! An application that runs templates, with actions of its own beside the built-in ones.

use crate::support::{Seed, TestApp, TestDb};
use axum::http::StatusCode;
use futures::future::BoxFuture;
use serde_json::{Value, json};
use server::clock::Clock;
use server::config::{Config, PermissionSettings, ProxyEndpoint, Scaffolder};
use server::http::inside;
use server::outbound::{Hosts, Outbound};
use server::permission::Policy;
use server::query::Catalog;
use server::scaffolder::actions::{
    Action, ActionError, Actions, Call, Manifest, OwnApi, Proxies, Source,
};
use server::scaffolder::language::Options;
use server::scaffolder::run::{Engines, Environment};
use server::scaffolder::task::{Broker, Tasks, Watchers};
use server::scaffolder::workspace::Limits;
use server::scm::Scm;
use server::seal::{Purpose, Seal};
use server::store::Db;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tempfile::TempDir;
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;

/// See the head of this file. Everything in it stops when it is dropped.
pub struct Workshop {
    pub app: TestApp,
    pub stop: watch::Sender<bool>,
    pub broker: JoinHandle<()>,
    pub folder: TempDir,
    pub bell: Bell,
}

/// What has come of a task.
#[derive(Debug)]
pub struct Ended {
    pub id: String,
    /// The last event, `completion` or `cancelled`.
    pub end: Value,
    /// The messages of its log.
    pub log: Vec<String>,
}

/// An action that counts how often it runs, and waits when it is told to.
#[derive(Clone, Default)]
pub struct Bell {
    pub rung: Arc<AtomicUsize>,
    /// Is told when it begins to wait.
    pub waits: Arc<Notify>,
    /// Lets it go on.
    pub go_on: Arc<Notify>,
}

impl Bell {
    pub fn rung(&self) -> usize {
        self.rung.load(Ordering::SeqCst)
    }
}

impl Action for Bell {
    fn run<'a>(&'a self, call: &'a mut Call<'_>) -> BoxFuture<'a, Result<(), ActionError>> {
        Box::pin(async move {
            let number = self.rung.fetch_add(1, Ordering::SeqCst) + 1;
            assert!(call.input["breaks"] != true, "the bell fell down");
            if call.input["wait"] == true {
                self.waits.notify_one();
                self.go_on.notified().await;
            }
            if let Some(times) = call.input["failTimes"].as_u64()
                && number as u64 <= times
            {
                return Err(ActionError::Failed(format!(
                    "the bell is broken ({number})"
                )));
            }
            call.output("rung", number);
            Ok(())
        })
    }
}

/// What is known of the bell.
pub fn bell_manifest() -> Manifest {
    Manifest {
        id: "test:bell".to_owned(),
        description: String::new(),
        supports_dry_run: false,
        input: None,
        output: Some(json!({ "type": "object", "properties": { "rung": { "type": "number" } } })),
        examples: Vec::new(),
    }
}

/// A broker on a database, with short leases.
pub fn broker(db: Db, actions: Actions, folder: &TempDir, clock: Clock) -> Broker {
    Broker {
        audit: server::audit::Audit::new(db.clone(), clock.clone()),
        db,
        clock,
        holder: uuid::Uuid::new_v4().to_string(),
        lease: 400,
        most: 4,
        keep_days: 7,
        actions,
        engines: Engines::new(&Options::default()),
        environment: Arc::new(Environment::default()),
        seal: Seal::new(
            Purpose::Tasks,
            &[server::config::Secret::new("a key for every test")],
        ),
        folder: folder.path().to_owned(),
        limits: Limits {
            bytes: 4 << 20,
            file: 1 << 20,
            entries: 500,
        },
        watchers: Watchers::default(),
        wake: Arc::default(),
    }
}

/// What actions reach beyond the machine, and by which settings.
#[derive(Default)]
pub struct Elsewhere {
    pub hosts: Hosts,
    pub scm: Scm,
    pub settings: Scaffolder,
    pub proxy: Vec<ProxyEndpoint>,
    pub permission: PermissionSettings,
}

impl Workshop {
    pub async fn start(db: TestDb, templates: Vec<Seed>) -> Self {
        Self::start_with(db, templates, Elsewhere::default()).await
    }

    pub async fn start_with(db: TestDb, templates: Vec<Seed>, elsewhere: Elsewhere) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (bell, own_api) = (Bell::default(), OwnApi::default());
        let (of_bell, of_actions, mut made) = (bell.clone(), own_api.clone(), None);
        let config = Config {
            permission: elsewhere.permission,
            ..Config::default()
        };
        let catalog = Catalog::guarded_by(Policy::of(&config));
        let app = TestApp::of(catalog, "", db, templates, |state| {
            let clock = state.registry.clock.clone();
            let source = Source {
                // Others say how long to wait by the clock of the machine.
                outbound: Outbound::new(elsewhere.hosts, Clock::system()),
                scm: Arc::new(elsewhere.scm),
                folder: folder.path().to_owned(),
                limits: Limits::default(),
            };
            let actions = Actions::configured(&state.registry, &source, elsewhere.settings);
            let proxies = Proxies::new(elsewhere.proxy, Clock::system());
            let actions = actions.guarded_by(state.registry.catalog.clone());
            let actions = actions.asking(of_actions, proxies);
            let actions = actions.with(bell_manifest(), of_bell);
            let mut broker = broker(state.registry.db.clone(), actions, &folder, clock);
            broker.audit = state.audit.clone();
            let tasks = Tasks::of(&broker, state.catalog.clone());
            made = Some(broker);
            state.with_tasks(tasks)
        })
        .await;
        own_api.open(inside(app.router()));
        let (stop, stopping) = watch::channel(false);
        let broker = tokio::spawn(made.expect("a broker").run(stopping));
        Self {
            app,
            stop,
            broker,
            folder,
            bell,
        }
    }

    /// Starts a task and returns its id.
    pub async fn begin(&self, template: &str, values: Value) -> String {
        self.begin_with(template, values, json!({})).await
    }

    pub async fn begin_with(&self, template: &str, values: Value, secrets: Value) -> String {
        let body = json!({
            "templateRef": format!("template:default/{template}"),
            "values": values,
            "secrets": secrets,
        });
        let answer = self.app.post("/api/scaffolder/v2/tasks", &body).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.body);
        answer.json()["id"].as_str().unwrap().to_owned()
    }

    /// Waits for the end of a task, or for its next one after the event of that number.
    pub async fn end_after(&self, id: &str, after: i64) -> Ended {
        let (mut after, mut log) = (after, Vec::new());
        loop {
            let path = format!("/api/scaffolder/v2/tasks/{id}/events?after={after}");
            let events = self.app.get(&path).await.json();
            for event in events.as_array().unwrap() {
                after = event["id"].as_i64().unwrap();
                if event["type"] != "log" {
                    let (id, end) = (id.to_owned(), event.clone());
                    return Ended { id, end, log };
                }
                log.push(event["body"]["message"].as_str().unwrap().to_owned());
            }
        }
    }

    /// Starts a task and waits for its end.
    pub async fn run(&self, template: &str, values: Value) -> Ended {
        let id = self.begin(template, values).await;
        self.end_after(&id, 0).await
    }

    pub async fn task(&self, id: &str) -> Value {
        self.app
            .get(&format!("/api/scaffolder/v2/tasks/{id}"))
            .await
            .json()
    }
}

impl Drop for Workshop {
    fn drop(&mut self) {
        self.broker.abort();
    }
}

impl Ended {
    pub fn output(&self) -> &Value {
        &self.end["body"]["output"]
    }

    pub fn error(&self) -> &str {
        self.end["body"]["error"]["message"]
            .as_str()
            .unwrap_or_else(|| panic!("it has not failed: {}", self.end))
    }
}

/// A template with these steps and output.
pub fn template(seed: Seed, name: &str, spec: Value) -> Seed {
    let mut spec = spec;
    spec["type"] = "service".into();
    spec["owner"] = "guests".into();
    seed.document(json!({
        "apiVersion": "scaffolder.backstage.io/v1beta3",
        "kind": "Template",
        "metadata": { "name": name },
        "spec": spec,
    }))
}

/// A step.
pub fn step(id: &str, action: &str, input: Value) -> Value {
    json!({ "id": id, "name": id, "action": action, "input": input })
}
