//! The list of roles, and the question before one is deleted, made on the server alone.

use super::told;
use crate::permission::roles::{Done, People, RoleList, RoleRow, RoleSource};
use crate::routes::use_links;
use crate::ui::{Card, EmptyState, Fragment, Icon, counted_as};
use leptos::either::Either;
use leptos::prelude::*;

/// The list as its page takes it; `done` is what was just done.
pub(crate) fn list(list: RoleList, done: Option<Done>) -> Fragment {
    told::html(|| view! { <Roles list done /> }.into_any())
}

/// The question before a role is deleted, as its page takes it.
pub(crate) fn delete(row: RoleRow, version: i64) -> Fragment {
    Fragment {
        title: format!("Delete {}", row.name),
        ..told::html(|| view! { <Delete row version /> }.into_any())
    }
}

#[component]
fn Roles(list: RoleList, done: Option<Done>) -> impl IntoView {
    let links = use_links();
    let may_change = list.refusal.is_none();
    let off = (!list.is_enabled).then(|| {
        view! {
            <p class="notice" role="status">
                <span class="tone-warn flex-none">{Icon::TriangleAlert.svg()}</span>
                <span>
                    "Roles do not apply yet: whoever has signed in may do everything. Set "
                    <span class="mono">"permission.enabled: true"</span>
                    " in the configuration and name an administrator to switch them on. "
                    <a class="link" href=links.guide("permissions")>"How permissions work"</a>
                </span>
            </p>
        }
    });
    let said = done.map(|done| {
        let done = match done {
            Done::Kept(name) => format!("The role “{name}” is kept."),
            Done::Deleted(name) => format!("The role “{name}” is deleted."),
        };
        view! {
            <p class="notice" role="status"><span class="tone-ok flex-none">{Icon::CircleCheck.svg()}</span> <span>{done}</span></p>
        }
    });
    let new = may_change.then(|| {
        view! { <a class="btn btn-primary" href=links.role_step("new", "")>"New role"</a> }
    });
    let why_not = list.refusal.map(|why| view! { <p class="meta">{why}</p> });
    let count = list.rows.len();
    let rows = list
        .rows
        .into_iter()
        .map(|row| view! { <Line row may_change /> });
    let rows = rows.collect_view();
    let body = if count == 0 {
        Either::Left(view! {
            <EmptyState icon=Icon::Users title="No roles yet"
                text="Administrators alone may do anything until a role lets somebody else." />
        })
    } else {
        Either::Right(view! { <ul class="card-body lines-ruled">{rows}</ul> })
    };
    let administrators = administrators(&list.administrators);
    view! {
        <div class="stack mt-4">
            {said}
            {off}
            <div class="flex flex-wrap items-center gap-4">
                <p class="ui text-muted grow min-w-0">"What no role grants is refused; what several roles grant adds up. " {administrators}</p>
                {new}
            </div>
            {why_not}
            <Card title="Roles" count=count>{body}</Card>
        </div>
    }
    .into_any()
}

fn administrators(named: &[crate::catalog::EntityRef]) -> String {
    let all: Vec<String> = named.iter().map(ToString::to_string).collect();
    match all.len() {
        0 => "Nobody is an administrator: permission.rbac.admin of the configuration names none."
            .to_owned(),
        _ => format!(
            "Administrators may do everything whatever is said here: {}, as the configuration has it.",
            all.join(", ")
        ),
    }
}

/// "12 people", or what there is to say of fewer.
pub(super) fn people(people: People) -> String {
    let least = if people.is_least { "at least " } else { "" };
    format!("{least}{}", counted_as(people.count, "person", "people"))
}

fn source_chip(source: RoleSource) -> impl IntoView {
    let word = match source {
        RoleSource::Configuration => "from app-config",
        RoleSource::Standard => "standard policy",
        RoleSource::Portal => "made here",
    };
    view! { <span class="chip">{word}</span> }
}

#[component]
fn Line(row: RoleRow, may_change: bool) -> impl IntoView {
    let links = use_links();
    let is_made = row.source == RoleSource::Portal;
    let actions = (is_made && may_change).then(|| {
        let edit = links.role_step("edit", &row.name);
        let delete = links.role_step("delete", &row.name);
        let (name, other) = (row.name.clone(), row.name.clone());
        view! {
            <div class="flex gap-2">
                <a class="btn btn-small" href=edit>"Edit" <span class="hidden-label">" " {name}</span></a>
                <a class="btn btn-small" href=delete>"Delete" <span class="hidden-label">" " {other}</span></a>
            </div>
        }
    });
    view! {
        <li class="role">
            <div class="flex flex-wrap items-center gap-2">
                <h3 class="ui font-semibold min-w-0 break-anywhere">{row.name.clone()}</h3>
                {source_chip(row.source)}
                <span class="meta grow">{people(row.people)}</span>
                {actions}
            </div>
            <What row />
        </li>
    }
    .into_any()
}

/// What a role is, who has it, and what it lets them do.
#[component]
fn What(row: RoleRow) -> impl IntoView {
    let description = (!row.description.is_empty())
        .then(|| view! { <p class="ui text-muted break-anywhere">{row.description}</p> });
    let grants = row
        .grants
        .into_iter()
        .map(|it| view! { <li class="break-anywhere">{it}</li> });
    let changed = row.changed.map(|it| view! { <p class="meta">{it}</p> });
    view! {
        {description}
        <dl class="role-facts">
            <dt class="meta">"Who"</dt>
            <dd class="ui break-anywhere">{row.members.join(", ")}</dd>
            <dt class="meta">"May"</dt>
            <dd class="ui"><ul>{grants.collect_view()}</ul></dd>
        </dl>
        {changed}
    }
    .into_any()
}

#[component]
fn Delete(row: RoleRow, version: i64) -> impl IntoView {
    let links = use_links();
    let action = links.role_step("delete", "");
    let (name, said) = (row.name.clone(), people(row.people));
    let lose = format!(
        "It is of {said}. What no other role grants them they may not do any more, from the next request on."
    );
    view! {
        <h1 class="page-title break-anywhere">{format!("Delete the role “{name}”?")}</h1>
        <div class="stack mt-4">
            <p class="ui">{lose}</p>
            <Card title="What it is now"><div class="card-body"><What row /></div></Card>
            <form method="post" action=action class="flex gap-2">
                <input r#type="hidden" name="role" value=name />
                <input r#type="hidden" name="version" value=version.to_string() />
                <button r#type="submit" class="btn btn-primary">"Delete the role"</button>
                <a class="btn" href=links.path("/admin/roles")>"Keep it"</a>
            </form>
        </div>
    }
    .into_any()
}
