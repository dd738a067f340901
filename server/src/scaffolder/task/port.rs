//! The port of `app`: what pages ask of tasks.

use super::service::{Asked, Tasks};
use super::spec::TaskSpec;
use super::tried;
use crate::clock::ago;
use crate::markdown;
use crate::scaffolder::actions::Manifest;
use crate::scaffolder::run::StepState;
use crate::store::{StoredEvent, StoredTask, TaskQuery};
use app::catalog::EntityRef;
use app::catalog::port::Answer;
use app::error::ApiError;
use app::scaffolder::action::ActionView;
use app::scaffolder::task::{LogLine, StepView, TaskLink, TaskRow, TaskStatus, TaskText, TaskView};
use app::scaffolder::trial::{NewTrial, TrialView};
use app::scaffolder::{NewTask, port};
use app::viewer::Viewer;
use serde_json::Value;
use std::collections::BTreeMap;

/// Lines of a log that a page shows, the last ones, and tasks of a list.
const LINES: usize = 2_000;
const TASKS: u32 = 100;
/// Answers that are longer do not fit into a link, in bytes.
const ANSWERS: usize = 4_000;

impl port::Tasks for Tasks {
    fn actions(&self) -> Vec<ActionView> {
        Tasks::actions(self)
            .manifests()
            .map(Manifest::view)
            .collect()
    }

    fn start<'a>(&'a self, viewer: &'a Viewer, task: NewTask) -> Answer<'a, String> {
        Box::pin(async move {
            let values = Value::Object(task.values);
            let asked = Asked {
                template: &task.template,
                values: &values,
                secrets: &task.secrets,
                viewer,
            };
            Tasks::start(self, &asked).await.map_err(ApiError::from)
        })
    }

    fn view<'a>(&'a self, viewer: &'a Viewer, id: &'a str) -> Answer<'a, TaskView> {
        Box::pin(async move {
            let task = self.get(viewer, id).await?;
            let steps = self.steps(id).await?;
            let events = self.events(id, 0).await?;
            Ok(view(self, viewer, &task, &steps, &events))
        })
    }

    fn list<'a>(&'a self, viewer: &'a Viewer, everybody: bool) -> Answer<'a, Vec<TaskRow>> {
        Box::pin(async move {
            let mine = vec![viewer.user_ref.to_string()];
            let query = TaskQuery {
                created_by: if everybody { Vec::new() } else { mine },
                limit: Some(TASKS),
                ..TaskQuery::default()
            };
            let (found, _) = Tasks::list(self, viewer, &query).await?;
            Ok(found.iter().map(|task| row(self, viewer, task)).collect())
        })
    }

    fn try_out<'a>(&'a self, viewer: &'a Viewer, trial: NewTrial) -> Answer<'a, TrialView> {
        Box::pin(async move {
            let before = trial.before.clone();
            let tried = self.attempt(viewer, trial).await?;
            Ok(tried::view(tried, before))
        })
    }

    fn cancel<'a>(&'a self, viewer: &'a Viewer, id: &'a str) -> Answer<'a, ()> {
        Box::pin(async move { Tasks::cancel(self, viewer, id).await.map(|_| ()) })
    }

    fn go_on<'a>(&'a self, viewer: &'a Viewer, id: &'a str) -> Answer<'a, ()> {
        Box::pin(async move { self.retry(viewer, id, &BTreeMap::new(), false).await })
    }
}

fn row(tasks: &Tasks, viewer: &Viewer, task: &StoredTask) -> TaskRow {
    let template: Option<EntityRef> = task.template_ref.as_ref().and_then(|it| it.parse().ok());
    let title = template
        .as_ref()
        .map(|template| tasks.title_of(viewer, template));
    TaskRow {
        id: task.id.clone(),
        title: title.unwrap_or_else(|| "A template without a name".to_owned()),
        template,
        status: TaskStatus::of(&task.status),
        started_by: task
            .created_by
            .parse()
            .unwrap_or_else(|_| EntityRef::new("user", "default", "unknown")),
        started: ago(tasks.now(), task.created_at),
    }
}

fn view(
    tasks: &Tasks,
    viewer: &Viewer,
    task: &StoredTask,
    states: &[(String, String)],
    events: &[StoredEvent],
) -> TaskView {
    let spec: Option<TaskSpec> = serde_json::from_str(&task.spec).ok();
    let outcome: Value = task
        .outcome
        .as_ref()
        .and_then(|it| serde_json::from_str(it).ok())
        .unwrap_or_default();
    let row = row(tasks, viewer, task);
    let log = log(events);
    let left_out = log.len().saturating_sub(LINES);
    let answers = spec
        .as_ref()
        .map(|spec| spec.parameters.to_json().to_string());
    let is_over = row.status.is_over();
    TaskView {
        steps: spec
            .as_ref()
            .map_or_else(Vec::new, |spec| steps(tasks, spec, states, events, is_over)),
        log: log.into_iter().skip(left_out).collect(),
        left_out,
        last_event: events.last().map_or(0, |event| event.number),
        links: links(&outcome["output"]["links"]),
        texts: texts(&outcome["output"]["text"]),
        error: outcome["error"]["message"].as_str().map(ToOwned::to_owned),
        answers: answers.filter(|answers| answers.len() <= ANSWERS),
        kept_from_cancelling: tasks
            .check_cancel(viewer, task)
            .err()
            .map(|error| error.to_string()),
        row,
    }
}

/// The lines of a log, without the word for what is usual.
fn log(events: &[StoredEvent]) -> Vec<LogLine> {
    let lines = events.iter().filter_map(|event| {
        let body: Value = serde_json::from_str(&event.body).ok()?;
        let message = body["message"].as_str()?;
        Some(LogLine {
            text: words(message).to_owned(),
            is_bad: is_bad(message, body["status"].as_str()) || !body["error"].is_null(),
        })
    });
    lines.collect()
}

/// A line without the word for what is usual.
pub(super) fn words(message: &str) -> &str {
    message.strip_prefix("info: ").unwrap_or(message)
}

pub(super) fn is_bad(message: &str, status: Option<&str>) -> bool {
    status == Some("failed") || message.starts_with("error: ")
}

fn steps(
    tasks: &Tasks,
    spec: &TaskSpec,
    states: &[(String, String)],
    events: &[StoredEvent],
    is_over: bool,
) -> Vec<StepView> {
    // What has begun and is not stored yet is told.
    let begun: BTreeMap<String, i64> = events
        .iter()
        .filter_map(|event| {
            let body: Value = serde_json::from_str(&event.body).ok()?;
            let step = body["stepId"].as_str()?.to_owned();
            (body["status"] == "processing").then_some((step, event.created_at))
        })
        .collect();
    let views = spec.steps.iter().map(|step| {
        let state = states.iter().find(|(id, _)| *id == step.id);
        let state: Option<StepState> = state.and_then(|(_, text)| serde_json::from_str(text).ok());
        let (standing, took) = match (&state, begun.get(&step.id)) {
            (_, Some(at)) if !is_over && state.as_ref().is_none_or(|it| it.started_at < *at) => {
                (TaskStatus::Running, duration(tasks.now() - at))
            }
            (Some(state), _) => {
                let took = state.ended_at.map(|end| duration(end - state.started_at));
                (
                    TaskStatus::of(state.status.word()),
                    took.unwrap_or_default(),
                )
            }
            (None, _) => (TaskStatus::Waiting, String::new()),
        };
        StepView {
            name: step.name.clone(),
            action: step.action.clone(),
            status: standing,
            took,
        }
    });
    views.collect()
}

/// A time that something took, in milliseconds, as a reader says it.
fn duration(millis: i64) -> String {
    match millis.max(0) {
        millis @ 0..1_000 => format!("{millis} ms"),
        millis @ 1_000..60_000 => format!("{} s", millis / 1_000),
        millis => format!("{} min {} s", millis / 60_000, millis / 1_000 % 60),
    }
}

/// Links that lead to where browsers may go.
pub(super) fn links(output: &Value) -> Vec<TaskLink> {
    let links = output.as_array().into_iter().flatten().map(|link| {
        let text = |key: &str| link[key].as_str().map(ToOwned::to_owned);
        let url = text("url").filter(|url| {
            url::Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
        });
        let entity: Option<EntityRef> = text("entityRef").and_then(|it| it.parse().ok());
        let shown = url
            .clone()
            .or_else(|| entity.as_ref().map(ToString::to_string));
        TaskLink {
            title: text("title").or(shown).unwrap_or_else(|| "Link".to_owned()),
            url,
            entity,
        }
    });
    links.collect()
}

pub(super) fn texts(output: &Value) -> Vec<TaskText> {
    let texts = output
        .as_array()
        .into_iter()
        .flatten()
        .map(|text| TaskText {
            title: text["title"].as_str().unwrap_or("Result").to_owned(),
            html: markdown::render(text["content"].as_str().unwrap_or_default(), None)
                .into_string(),
        });
    texts.collect()
}
