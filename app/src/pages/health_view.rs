//! The inside of the page of health, made on the server alone.

use super::explain_view::{Explain, Explained};
use super::kind;
use super::problem_list::SourcePath;
use super::told;
use crate::operations::{
    FailedSignIn, Health, HealthQuery, SOURCES_PAGE, SourceList, SourceRow, SourceState,
};
use crate::routes::use_links;
use crate::ui::{Card, EmptyState, Fragment, Icon, Pagination, counted, counted_as};
use leptos::either::Either;
use leptos::prelude::*;

/// The health as its page takes it.
pub(crate) fn html(query: HealthQuery, health: Health, explained: Explained) -> Fragment {
    told::html(|| view! { <Standing query health explained /> }.into_any())
}

#[component]
fn Standing(query: HealthQuery, health: Health, explained: Explained) -> impl IntoView {
    let states = health.sources.iter().flat_map(|list| &list.states);
    let failing = states.filter(|(state, _)| *state == SourceState::Failing);
    let failing = failing.map(|(_, count)| count).sum();
    let unread = (failing > 0).then(|| {
        let sources = counted(failing, "source");
        format!("The portal works, but {sources} cannot be read: see below which, and why.")
    });
    let said = match health.trouble.clone().or(unread) {
        Some(trouble) => Either::Left(view! {
            <p class="notice mt-2" role="status"><span class="tone-warn flex-none">{Icon::TriangleAlert.svg()}</span> <span>{trouble}</span></p>
        }),
        None => Either::Right(view! {
            <p class="ui text-muted mt-1" role="status"><span class="tone-ok inline-flex align-middle">{Icon::CircleCheck.small()}</span> " Everything works."</p>
        }),
    };
    let sources = match health.sources.clone() {
        Some(list) => Either::Left(view! { <Sources query list /> }),
        None => Either::Right(view! {
            <EmptyState icon=Icon::CloudOff title="Sources cannot be shown now"
                text="How each source stands is in the database, which does not answer. Load the page again in a moment." />
        }),
    };
    let failed = health.failed_sign_ins.clone();
    let failed = (!failed.is_empty()).then(|| view! { <FailedSignIns failed /> });
    view! {
        {said}
        <div class="stack mt-4">
            <Facts health=health.clone() />
            <Kinds health />
            {sources}
            {failed}
            <Explain explained />
        </div>
    }
    .into_any()
}

/// The figures of the read model, the queue, the database and the process.
#[component]
fn Facts(health: Health) -> impl IntoView {
    let model = health.model;
    let behind = match model.behind {
        0 => "Up to date".to_owned(),
        1 => "1 change behind".to_owned(),
        behind => format!("{behind} changes behind"),
    };
    let checked = model
        .checked
        .map_or_else(String::new, |age| format!(", checked {} ago", seconds(age)));
    let (due, oldest) = match &health.queue {
        None => ("Not known".to_owned(), String::new()),
        Some(queue) if queue.due == 0 => ("Nothing waits".to_owned(), String::new()),
        Some(queue) => (
            format!("{} waiting", queue.due),
            format!("the first for {}", seconds(queue.oldest)),
        ),
    };
    let database = match health.database.as_str() {
        "postgres" => "PostgreSQL",
        _ => "SQLite",
    };
    let (open, most) = health.connections;
    let memory = health.memory.map_or_else(
        || "Not known".to_owned(),
        |bytes| format!("{} MB", bytes / 1_000_000),
    );
    view! {
        <dl class="facts-grid">
            {fact("Read model", behind, format!("change {}{checked}", model.change))}
            {fact("Holds", counted_as(model.entities, "entity", "entities"), format!("from {}, with {}", counted(model.sources, "source"), counted(model.problems, "problem")))}
            {fact("Queue", due, oldest)}
            {fact("Database", database.to_owned(), format!("{open} of {most} connections open"))}
            {fact("Memory", memory, "of this replica".to_owned())}
            {fact("Version", health.version, format!("started {}", health.started))}
        </dl>
    }
    .into_any()
}

fn fact(name: &'static str, value: String, more: String) -> impl IntoView {
    view! {
        <div class="fact-tile">
            <dt class="meta">{name}</dt>
            <dd class="fact-value">{value}</dd>
            <dd class="meta">{more}</dd>
        </div>
    }
}

fn seconds(seconds: u64) -> String {
    match seconds {
        0..120 => format!("{seconds} s"),
        120..7200 => format!("{} min", seconds / 60),
        _ => format!("{} h", seconds / 3600),
    }
}

#[component]
fn Kinds(health: Health) -> impl IntoView {
    let links = use_links();
    let mut kinds = health.kinds;
    kinds.sort_by_key(|value| kind::rank(&value.value));
    let tile = kinds.into_iter().map(|value| {
        view! {
            <li>
                <a class="chip" href=links.kind(&value.value)>
                    {kind::plural(&value.label)} <span class="num font-medium">{value.count}</span>
                </a>
            </li>
        }
    });
    view! { <ul class="flex flex-wrap gap-2" aria-label="Entities by kind">{tile.collect_view()}</ul> }
}

/// Who was not let in lately, and why: what they are told themselves.
#[component]
fn FailedSignIns(failed: Vec<FailedSignIn>) -> impl IntoView {
    let count = failed.len();
    let line = |failed: FailedSignIn| {
        let tried = failed
            .tried
            .into_iter()
            .map(|it| view! { <p class="meta clip">{it}</p> });
        view! {
            <li class="line py-1">
                {Icon::Lock.svg()}
                <div class="min-w-0 grow">
                    <p class="ui font-medium">{failed.reason}</p>
                    <p class="meta clip">{failed.when} " · " {failed.provider} " · " {failed.address} " · " {failed.received}</p>
                    {tried.collect_view()}
                </div>
            </li>
        }
    };
    let rows = failed.into_iter().map(line).collect_view();
    view! {
        <Card title="Failed sign-ins" count=count>
            <div class="card-body"><ul class="lines-ruled">{rows}</ul></div>
        </Card>
    }
    .into_any()
}

#[component]
fn Sources(query: HealthQuery, list: SourceList) -> impl IntoView {
    let links = use_links();
    let all: usize = list.states.iter().map(|(_, count)| count).sum();
    let asked = query.state;
    let segment = move |state: Option<SourceState>, label: &'static str, count: usize| {
        let href = links.health(&HealthQuery { state, page: 1 });
        let current = (asked == state).then_some("page");
        view! { <a class="segment" href=href aria-current=current>{label} <span class="count">{count}</span></a> }
    };
    let states = list
        .states
        .iter()
        .filter(|(state, count)| *count > 0 || asked == Some(*state))
        .map(|(state, count)| segment(Some(*state), word(*state), *count))
        .collect_view();
    let everything = segment(None, "All", all);
    let body = if list.rows.is_empty() {
        Either::Left(view! { <p class="card-body ui text-muted">"No source is in this state."</p> })
    } else {
        let rows = list.rows.into_iter().map(|row| view! { <Source row /> });
        Either::Right(view! { <ul class="lines-ruled px-4 pb-2">{rows.collect_view()}</ul> })
    };
    let href = {
        let links = use_links();
        move |page| {
            links.health(&HealthQuery {
                page,
                ..query.clone()
            })
        }
    };
    view! {
        <Card title="Sources" count=all>
            <nav class="px-4 pb-2" aria-label="State"><span class="segments segments-wrap">{everything} {states}</span></nav>
            {body}
        </Card>
        <Pagination page=list.page pages=list.pages total=list.total page_size=SOURCES_PAGE href />
    }
    .into_any()
}

#[component]
fn Source(row: SourceRow) -> impl IntoView {
    let tone = match row.state {
        SourceState::Failing => "dot dot-bad",
        SourceState::Unread | SourceState::Due => "dot dot-warn",
        SourceState::Reading => "dot dot-note",
        SourceState::Fresh => "dot dot-ok",
    };
    let read = row
        .read
        .map_or("never read".to_owned(), |read| format!("read {read}"));
    let next = row
        .next
        .map_or("not by itself".to_owned(), |next| format!("next {next}"));
    let failed = (row.failures > 0).then(|| {
        let times = if row.failures == 1 {
            "once".to_owned()
        } else {
            format!("{} times", row.failures)
        };
        view! { <span class="tone-bad">"failed "{times}</span> }
    });
    let holds = counted_as(row.entities, "entity", "entities");
    view! {
        <li class="problem">
            <span class="source-state"><span class=tone aria-hidden="true"></span> <span class="meta">{word(row.state)}</span></span>
            <div class="min-w-0 grow">
                <p class="mono break-anywhere"><SourcePath source=row.location /></p>
                <p class="meta flex flex-wrap gap-x-4"><span>{holds}</span> <span>{read}</span> <span>{next}</span> {failed}</p>
                {row.error.map(|error| view! { <p class="problem-text tone-bad">{error}</p> })}
            </div>
        </li>
    }
    .into_any()
}

fn word(state: SourceState) -> &'static str {
    match state {
        SourceState::Failing => "Failing",
        SourceState::Unread => "Not read yet",
        SourceState::Reading => "Being read",
        SourceState::Due => "Due",
        SourceState::Fresh => "Up to date",
    }
}
