//! What templates make and change at GitHub, seen at a GitHub of our own.

mod cancel;
mod faults;
mod hostile;
mod others;
mod publish;
mod pull_request;
mod resume;
mod rules;

use super::workshop::{Elsewhere, Ended, Workshop, step, template};
use crate::support::github::Github;
use crate::support::{Engine, TestDb, seed};
use serde_json::{Value, json};
use server::config::Scaffolder;

/// A GitHub, and a workshop with one template that does things there.
pub struct Studio {
    pub github: Github,
    pub workshop: Workshop,
}

/// The name of the template.
pub const NAME: &str = "make";

impl Studio {
    /// A template with these steps, by the settings that hold when nothing is configured.
    pub async fn new(github: Github, steps: Vec<Value>) -> Self {
        Self::with(github, steps, Scaffolder::default()).await
    }

    pub async fn with(github: Github, steps: Vec<Value>, settings: Scaffolder) -> Self {
        let db = Engine::Sqlite.open().await.unwrap();
        Self::on(db, github, steps, settings).await
    }

    pub async fn on(db: TestDb, github: Github, steps: Vec<Value>, settings: Scaffolder) -> Self {
        let output = steps.last().map(|step| {
            let id = step["id"].as_str().unwrap();
            format!("${{{{ steps.{id}.output }}}}")
        });
        let spec = json!({ "steps": steps, "output": { "last": output } });
        let elsewhere = Elsewhere {
            hosts: github.hosts(),
            scm: github.scm(),
            settings,
            ..Elsewhere::default()
        };
        let templates = vec![template(seed(), NAME, spec)];
        let workshop = Workshop::start_with(db, templates, elsewhere).await;
        Self { github, workshop }
    }

    /// Runs the template to its end.
    pub async fn run(&self) -> Ended {
        self.workshop.run(NAME, json!({})).await
    }

    /// Has a task that has failed go on, and waits for its end.
    pub async fn go_on(&self, failed: &Ended) -> Ended {
        let path = format!("/api/scaffolder/v2/tasks/{}/retry", failed.id);
        let answer = self
            .workshop
            .app
            .post(&path, &json!({ "secrets": {} }))
            .await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        let last = failed.end["id"].as_i64().unwrap();
        self.workshop.end_after(&failed.id, last).await
    }

    /// How often something was asked for.
    pub fn count(&self, method: &str, end: &str) -> usize {
        let asked = self.github.asked();
        let of = asked
            .iter()
            .filter(|it| it.method == method && it.path.ends_with(end));
        of.count()
    }
}

/// A GitHub with the organisation that everything is made for.
pub async fn github() -> Github {
    let github = Github::start().await;
    github.organization("playhouse", &["ben"]);
    github.team("playhouse", "lights", &["ben"]);
    github
}

/// Where the repository of a name is, as templates say it.
pub fn repo_url(github: &Github, name: &str) -> String {
    format!("{}?owner=playhouse&repo={name}", github.host)
}

/// A step that writes a file.
pub fn write(path: &str) -> Value {
    step(
        &path.replace(['/', '.'], "-"),
        "catalog:write",
        json!({ "filePath": path, "entity": { "kind": "X", "metadata": { "name": "x" } } }),
    )
}

/// A step that publishes a repository called `fog`.
pub fn publish(github: &Github, more: Value) -> Value {
    let mut input = json!({ "repoUrl": repo_url(github, "fog"), "defaultBranch": "main" });
    let more = more.as_object().cloned().unwrap_or_default();
    input.as_object_mut().unwrap().extend(more);
    step("publish", "publish:github", input)
}
