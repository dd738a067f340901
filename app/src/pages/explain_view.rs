//! Why somebody may or may not do something, made on the server alone.

use super::entity_link::IconLink;
use crate::error::ApiError;
use crate::permission::port::{ExplainedGrant, ExplainedPart, Explanation, Question};
use crate::routes::{Permission, use_links};
use crate::ui::{Card, Icon};
use leptos::either::Either;
use leptos::prelude::*;

/// A question with the answer to it.
pub(crate) struct Explained {
    pub(crate) question: Question,
    /// None where nothing was asked.
    pub(crate) answer: Option<Result<Explanation, ApiError>>,
    /// Whether who asks may look at the portal as somebody else.
    pub(crate) can_view_as: bool,
}

/// A form for the question, and the answer to it.
#[component]
pub(super) fn Explain(explained: Explained) -> impl IntoView {
    let Explained {
        question,
        answer,
        can_view_as,
    } = explained;
    let answer = answer.map(|answer| match answer {
        Ok(explanation) => Either::Left(view! { <Answer explanation can_view_as /> }),
        Err(error) => Either::Right(view! {
            <p class="form-fault" role="alert">{Icon::CircleAlert.small()} <span>{error.to_string()}</span></p>
        }),
    });
    let chosen = question.permission.clone();
    let permissions = Permission::ALL.into_iter().skip(1).map(|permission| {
        let name = permission.name();
        view! { <option value=name selected=name == chosen>{name}</option> }
    });
    let permissions = permissions.collect_view();
    view! {
        {can_view_as.then(|| view! { <form method="post" id="view-as" action=use_links().path("/_fn/view_as")></form> })}
        <Card title="Who may do what">
            <form method="get" action=use_links().admin() class="card-body form" id="explain">
                {field("Person", "person", question.person, "user:default/…")}
                <div class="form-field">
                    <label class="form-label" for="explain-permission">"Permission"</label>
                    <div class="field"><select id="explain-permission" name="permission">{permissions}</select></div>
                </div>
                {field("Entity", "entity", question.entity, "component:default/…, where it is about one")}
                <div><button r#type="submit" class="btn">"Explain"</button></div>
                {answer}
            </form>
        </Card>
    }
    .into_any()
}

fn field(
    label: &'static str,
    name: &'static str,
    value: String,
    hint: &'static str,
) -> impl IntoView {
    let id = format!("explain-{name}");
    view! {
        <div class="form-field">
            <label class="form-label" for=id.clone()>{label}</label>
            <div class="field"><input id=id name=name value=value placeholder=hint autocomplete="off" /></div>
        </div>
    }
}

#[component]
fn Answer(explanation: Explanation, can_view_as: bool) -> impl IntoView {
    let (tone, icon, word) = if explanation.is_allowed {
        ("tone-ok", Icon::CircleCheck, "may")
    } else {
        ("tone-bad", Icon::CircleAlert, "may not")
    };
    let person = explanation.person.entity_ref.to_string();
    let view_as = can_view_as.then(|| {
        view! {
            <div>
                <button r#type="submit" class="btn" form="view-as" name="person" value=person>"See the portal as they do"</button>
            </div>
        }
    });
    let grants = explanation.grants.into_iter().map(grant).collect_view();
    view! {
        <div role="status">
            <p class="ui flex flex-wrap items-center gap-1">
                <span class=tone>{icon.small()}</span>
                <IconLink link=explanation.person /> <span>{format!(" {word} ")}</span> <span class="mono">{explanation.permission.name()}</span>
                {explanation.entity.map(|link| view! { <span>" of "</span> <IconLink link /> })}
            </p>
            <p class="ui text-muted mt-1">{explanation.because}</p>
            <p class="meta mt-1">"They count as " <span class="mono break-anywhere">{explanation.claims.join(", ")}</span></p>
        </div>
        {grants}
        {view_as}
    }
    .into_any()
}

fn grant(grant: ExplainedGrant) -> impl IntoView {
    let said = if grant.parts.is_empty() {
        "without a condition"
    } else {
        "under the condition"
    };
    let parts = grant.parts.into_iter().map(part).collect_view();
    view! {
        <div>
            <p class="ui">{held(grant.holds)} "Role " <strong class="font-semibold">{grant.role}</strong> {format!(" ({}), grant {}, {said}", grant.source.words(), grant.number)}</p>
            <p class="meta">{format!("They have it {}.", grant.by)}</p>
            <ul>{parts}</ul>
        </div>
    }
}

fn part(part: ExplainedPart) -> impl IntoView {
    let class = match part.depth {
        0 => "ui",
        1 => "ui step-1",
        2 => "ui step-2",
        3 => "ui step-3",
        _ => "ui step-4",
    };
    view! { <li class=class>{held(part.holds)} <span class="mono break-anywhere">{part.said}</span></li> }
}

/// Whether a line holds, as a sign with its word.
fn held(holds: Option<bool>) -> impl IntoView {
    let sign = if holds? {
        ("tone-ok inline-flex align-middle", Icon::Check, "holds: ")
    } else {
        (
            "tone-bad inline-flex align-middle",
            Icon::X,
            "does not hold: ",
        )
    };
    let (class, icon, word) = sign;
    Some(
        view! { <span class=class>{icon.small()} <span class="hidden-label">{word}</span></span> " " },
    )
}
