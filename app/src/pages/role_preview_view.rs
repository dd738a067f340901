//! What would be another one with a role as its form has it.

use super::roles_view::people;
use crate::permission::roles::{PermissionChange, PersonPreview, Preview, RoleForm, words};
use crate::ui::{Card, Icon, counted_as};
use leptos::either::{Either, EitherOf3};
use leptos::prelude::*;

/// The place of the preview, with the person it is asked for.
#[component]
pub(super) fn Shown(form: RoleForm) -> impl IntoView {
    let found = form.preview.map(|preview| view! { <Found preview /> });
    view! {
        <div id="preview">
            <Card title="Preview">
                <div class="card-body stack">
                    <label class="stack-label">
                        <span class="ui">"See what it would mean for everybody, and for one person"</span>
                        <span class="field"><input name="person" value=form.person list="people" placeholder="user:default/…" autocomplete="off" /></span>
                    </label>
                    {found}
                </div>
            </Card>
        </div>
    }
    .into_any()
}

#[component]
fn Found(preview: Preview) -> impl IntoView {
    let has = format!("{} would have the role.", capital(&people(preview.people)));
    let changes = if preview.changes.is_empty() {
        Either::Left(
            view! { <p class="ui text-muted">"Nobody in the catalog could do anything else than now."</p> },
        )
    } else {
        let lines = preview.changes.into_iter().map(change);
        Either::Right(view! { <ul class="lines-ruled">{lines.collect_view()}</ul> })
    };
    let person = preview.person.map(|person| match person {
        Ok(person) => Either::Left(view! { <Person person /> }),
        Err(why) => Either::Right(view! {
            <p class="form-fault" role="alert">{Icon::CircleAlert.small()} <span>{why}</span></p>
        }),
    });
    view! {
        <div role="status" class="stack">
            <p class="ui">{has}</p>
            {changes}
            {person}
        </div>
    }
    .into_any()
}

fn change(change: PermissionChange) -> impl IntoView {
    let people = |count: usize| counted_as(count, "person", "people");
    let mut said = Vec::new();
    if change.more > 0 {
        said.push(format!("+ {}", people(change.more)));
    }
    if change.fewer > 0 {
        said.push(format!("− {}", people(change.fewer)));
    }
    if change.other > 0 {
        said.push(format!("{} under other conditions", people(change.other)));
    }
    view! {
        <li class="py-1 flex flex-wrap gap-2">
            <span class="ui grow">{capital(words(change.permission))} " " <span class="mono meta">{change.permission.name()}</span></span>
            <span class="ui num">{said.join(", ")}</span>
        </li>
    }
}

#[component]
fn Person(person: PersonPreview) -> impl IntoView {
    let name = person.person;
    let by = match &person.by {
        Some(by) => format!("{name} would have the role {by}."),
        None => format!("{name} would not have the role."),
    };
    let lines = person.lines.into_iter().map(|(permission, now, then)| {
        let said = if now == then {
            EitherOf3::A(view! { <span class="ui text-muted">{now}</span> })
        } else if then == "no" {
            EitherOf3::B(view! { <span class="ui tone-bad">{format!("{now} → {then}")}</span> })
        } else {
            EitherOf3::C(view! { <span class="ui tone-ok">{format!("{now} → {then}")}</span> })
        };
        view! {
            <li class="py-0.5 flex flex-wrap gap-2"><span class="ui grow">{capital(words(permission))}</span> {said}</li>
        }
    });
    view! {
        <p class="ui">{by}</p>
        <ul>{lines.collect_view()}</ul>
    }
    .into_any()
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|it| it.to_uppercase().to_string());
    format!("{}{}", first.unwrap_or_default(), letters.as_str())
}
