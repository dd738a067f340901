//! The pages of tasks, made on the server alone.

use super::super::told;
use crate::permission::refusal;
use crate::routes::{Permission, add_params, use_links};
use crate::scaffolder::task::{LogLine, StepView, TaskLink, TaskRow, TaskStatus, TaskView};
use crate::site::Site;
use crate::ui::{Card, CopyButton, EmptyState, Fragment, Icon, Prose, counted};
use leptos::either::Either;
use leptos::prelude::*;

/// A task as its page takes it.
pub(crate) fn html(task: TaskView) -> Fragment {
    let title = task.row.title.clone();
    Fragment {
        title,
        ..told::html(|| view! { <Task task /> }.into_any())
    }
}

/// Tasks as the page of all of them takes them.
pub(crate) fn list(rows: Vec<TaskRow>, everybody: bool) -> Fragment {
    told::html(move || view! { <Tasks rows everybody /> }.into_any())
}

#[component]
fn Task(task: TaskView) -> impl IntoView {
    let links = use_links();
    let row = task.row;
    let running = (!row.status.is_over()).then_some(task.last_event);
    let progress = running.map(|_| progress(&task.steps));
    let again = row.template.as_ref().map(|template| {
        let mut href = links.template(template);
        if let Some(answers) = &task.answers {
            add_params(&mut href, [("values", answers.clone())].into_iter());
        }
        view! { <a class="btn" href=href>"Start over"</a> }
    });
    let retry = matches!(row.status, TaskStatus::Failed | TaskStatus::Cancelled).then(|| {
        match refusal(Permission::ScaffolderTaskCreate, None) {
            Some(why) => Either::Left(view! { <p class="meta">{why}</p> }),
            None => Either::Right(deed("retry_task", &row.id, "Go on from here")),
        }
    });
    let cancel = (!row.status.is_over()).then(|| match task.kept_from_cancelling {
        Some(why) => Either::Left(view! { <p class="meta">{why}</p> }),
        None => Either::Right(deed("cancel_task", &row.id, "Cancel")),
    });
    let error = task.error.map(|error| {
        view! {
            <p class="notice mt-4" role="alert"><span class="tone-bad flex-none">{Icon::CircleAlert.svg()}</span> <span>{error}</span></p>
        }
    });
    let made = (!task.links.is_empty()).then(|| {
        let made = task.links.into_iter().map(made).collect_view();
        view! { <Card title="What it made"><ul class="card-body">{made}</ul></Card> }
    });
    let has_made = made.is_some() || !task.texts.is_empty();
    let texts = task.texts.into_iter().map(|text| {
        view! { <Card title=text.title><div class="card-body"><Prose html=text.html /></div></Card> }
    });
    let texts = texts.collect_view();
    let steps = task.steps.into_iter().map(step).collect_view();
    let left_out = (task.left_out > 0).then(|| {
        view! { <p class="meta">{format!("The first {} are left out.", counted(task.left_out, "line"))}</p> }
    });
    view! {
        <div data-running=running>
            <div class="task-head">
                <div class="min-w-0">
                    <h1 class="page-title">{row.title}</h1>
                    <p class="ui text-muted mt-1" role="status">{status(row.status)} " · started " {row.started} " by " {row.started_by.name}</p>
                </div>
                <div class="task-deeds">{cancel} {retry} {again} <a class="btn" href=links.tasks()>"All tasks"</a></div>
            </div>
            {progress}
            {error}
            {has_made.then(|| view! { <div class="stack mt-4">{made} {texts}</div> })}
            <div class="task">
                <Card title="Steps"><ol class="card-body task-steps">{steps}</ol></Card>
                <Card title="Log">
                    <div class="card-body">
                        {left_out}
                        <div class="hint-code">{log(task.log)} <CopyButton label="Copy the log" /></div>
                    </div>
                </Card>
            </div>
        </div>
    }
    .into_any()
}

pub(super) fn log(lines: Vec<LogLine>) -> impl IntoView {
    let lines = lines.into_iter().map(|line| {
        let class = if line.is_bad { "task-bad" } else { "" };
        view! { <span class=class>{line.text} "\n"</span> }
    });
    view! { <pre class="task-log" tabindex="0" aria-label="Log">{lines.collect_view()}</pre> }
}

/// How many of the steps are behind it.
fn progress(steps: &[StepView]) -> impl IntoView + use<> {
    let is_behind = |step: &&StepView| step.status.is_over();
    let (done, all) = (steps.iter().filter(is_behind).count(), steps.len());
    let said = format!("{done} of {}", counted(all, "step"));
    view! { <progress class="task-progress" max=all value=done aria-label="Steps done">{said}</progress> }
}

/// A button that does something with the task, with scripts or without.
fn deed(function: &'static str, id: &str, label: &'static str) -> impl IntoView + use<> {
    let base = use_context::<Site>()
        .map(|site| site.base)
        .unwrap_or_default();
    let action = format!("{base}/_fn/{function}");
    view! {
        <form method="post" action=action>
            <input type="hidden" name="id" value=id.to_owned() />
            <button class="btn" type="submit">{label}</button>
        </form>
    }
}

pub(super) fn made(link: TaskLink) -> impl IntoView {
    let href = match (&link.url, &link.entity) {
        (Some(url), _) => Some(url.clone()),
        (None, Some(entity)) => Some(use_links().entity(entity)),
        (None, None) => None,
    };
    match href {
        Some(href) => {
            Either::Left(view! { <li class="line"><a class="link" href=href>{link.title}</a></li> })
        }
        None => Either::Right(view! { <li class="line text-muted">{link.title}</li> }),
    }
}

pub(super) fn step(step: StepView) -> impl IntoView {
    view! {
        <li class="task-step">
            <span class="min-w-0">
                <span class="clip">{step.name}</span>
                <span class="meta clip">{step.action}</span>
            </span>
            <span class="meta task-state">{status(step.status)} " " {step.took}</span>
        </li>
    }
}

fn status(status: TaskStatus) -> impl IntoView {
    let (tone, icon) = match status {
        TaskStatus::Completed => ("tone-ok", Icon::CircleCheck),
        TaskStatus::Failed => ("tone-bad", Icon::CircleAlert),
        TaskStatus::Cancelled => ("tone-warn", Icon::TriangleAlert),
        TaskStatus::Running => ("text-accent-text", Icon::RefreshCw),
        TaskStatus::Waiting | TaskStatus::Skipped => ("text-muted", Icon::Rows3),
    };
    let class = format!("{tone} inline-flex align-middle");
    view! { <span class=class>{icon.small()}</span> " " {status.label()} }
}

#[component]
fn Tasks(rows: Vec<TaskRow>, everybody: bool) -> impl IntoView {
    let links = use_links();
    let all = format!("{}?of=all", links.tasks());
    let other = if everybody {
        view! { <a class="link" href=links.tasks()>"Only mine"</a> }
    } else {
        view! { <a class="link" href=all>"Everybody's"</a> }
    };
    if rows.is_empty() {
        let text = "A task is a template that was filled in and started.";
        return Either::Left(view! {
            <p class="ui mt-1">{other}</p>
            <EmptyState icon=Icon::Library title="No tasks yet" text=text />
            <p class="mt-4"><a class="btn" href=links.templates()>"Choose a template"</a></p>
        });
    }
    let rows = rows.into_iter().map(|row| {
        let href = use_links().task(&row.id);
        view! {
            <li class="task-step">
                <span class="min-w-0">
                    <a class="link clip" href=href>{row.title}</a>
                    <span class="meta clip">{row.started} " by " {row.started_by.name}</span>
                </span>
                <span class="meta task-state">{status(row.status)}</span>
            </li>
        }
    });
    Either::Right(view! {
        <p class="ui mt-1 mb-4">{other}</p>
        <Card title="Newest first"><ol class="card-body task-steps">{rows.collect_view()}</ol></Card>
    })
}
