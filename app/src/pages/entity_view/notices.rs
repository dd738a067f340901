//! What a reader should know before anything else: the entity is an orphan, its newest version is
//! not valid, or it is about to be read again.

use crate::catalog::{EntityDetails, Severity};
use crate::routes::use_links;
use crate::ui::Icon;
use leptos::prelude::*;

/// The annotation of what nothing leads to any more.
const ORPHAN: &str = "backstage.io/orphan";

/// How loud a notice is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tone {
    Bad,
    Warn,
    Quiet,
}

impl Tone {
    fn class(self) -> &'static str {
        match self {
            Self::Bad => "tone-bad",
            Self::Warn => "tone-warn",
            Self::Quiet => "text-muted",
        }
    }
}

#[component]
pub(super) fn Notices(
    details: EntityDetails,
    /** Somebody has asked for it to be read again. */
    is_asked: bool,
) -> impl IntoView {
    let links = use_links();
    let entity_ref = details.summary.entity_ref.clone();
    let annotations = &details.annotations;
    let is_orphan = annotations
        .iter()
        .any(|(name, value)| name == ORPHAN && value == "true");
    let remove = links.remove(&entity_ref);
    let orphan = is_orphan.then(|| {
        view! {
            <Notice icon=Icon::TriangleAlert tone=Tone::Warn>
                "This entity is an orphan: nothing leads to it any more, so it is not read again. "
                <a class="link" href=remove>"Remove it"</a> ", or name its location once more."
            </Notice>
        }
    });
    let errors = details.problems.iter();
    let errors = errors
        .filter(|it| it.problem.severity == Severity::Error)
        .count();
    let source = format!("{}?tab=source", links.entity(&entity_ref));
    let broken = (errors > 0).then(|| {
        view! {
            <Notice icon=Icon::CircleAlert tone=Tone::Bad>
                "Its source has errors, so this may be an earlier version of it. "
                <a class="link" href=source>"See what is wrong"</a>
            </Notice>
        }
    });
    let asked = is_asked.then(|| {
        view! {
            <Notice icon=Icon::RefreshCw tone=Tone::Quiet>
                "Its source is read again now. Load the page again in a moment."
            </Notice>
        }
    });
    view! {
        {orphan}
        {broken}
        {asked}
    }
    .into_any()
}

#[component]
fn Notice(icon: Icon, tone: Tone, children: Children) -> impl IntoView {
    view! {
        <p class="notice" role="status">
            <span class=tone.class()>{icon.svg()}</span>
            <span class="problem-text">{children()}</span>
        </p>
    }
}
