//! The page that registers a location: a URL, what it would bring, and the button.

use super::entity_link::IconLink;
use super::kind;
use super::problem_list::ProblemList;
use super::refusal::Refusal;
use crate::catalog::api::preview_location;
use crate::catalog::{EntityLink, ListedProblem, LocationPreview, Severity};
use crate::routes::use_links;
use crate::ui::{Card, Load, SkeletonLines};
use leptos::either::Either;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

#[component]
pub fn RegisterPage() -> impl IntoView {
    let params = use_query_map();
    let url = Memo::new(move |_| {
        let url = params.with(|params| params.get("url").unwrap_or_default());
        Some(url.trim().to_owned()).filter(|url| !url.is_empty())
    });
    let preview = Resource::new(move || url.get(), preview_location);
    view! {
        <Title text="Register a location" />
        <h1 class="page-title">"Register a location"</h1>
        <p class="ui text-muted mt-1 mb-4">
            "The URL of a catalog file, for example catalog-info.yaml in a repository. First you see what it would bring."
        </p>
        <Refusal />
        <form method="get" action=use_links().register() class="flex flex-wrap gap-2 max-w-[720px]">
            <label class="field grow min-w-0">
                <span class="hidden-label">"URL of a catalog file"</span>
                <input r#type="url" name="url" required placeholder="https://github.com/…/blob/main/catalog-info.yaml"
                    value=move || url.get().unwrap_or_default() />
            </label>
            <button r#type="submit" class="btn">"Look at it"</button>
        </form>
        <div class="mt-4 max-w-[720px]">
            <Load resource=preview skeleton=|| view! { <SkeletonLines lines=6 /> } let:preview>
                {preview.map(|preview| view! { <Preview url=url.get_untracked().unwrap_or_default() preview /> })}
            </Load>
        </div>
    }
}

#[component]
fn Preview(url: String, preview: LocationPreview) -> impl IntoView {
    let errors = preview
        .problems
        .iter()
        .filter(|problem| problem.severity == Severity::Error)
        .count();
    let said = if preview.exists {
        "This location is registered already."
    } else if errors > 0 {
        "What cannot be read or is not valid stays out until it is corrected; the rest comes in."
    } else {
        "All of it can be read."
    };
    let more = preview
        .entities_total
        .saturating_sub(preview.entities.len());
    let problems: Vec<ListedProblem> = preview.problems.into_iter().map(Into::into).collect();
    let count = problems.len();
    let problems = (count > 0).then(|| {
        view! { <Card title="Problems" count><div class="px-4 pb-2"><ProblemList problems /></div></Card> }
    });
    let register = (!preview.exists).then(|| {
        view! {
            <form method="post" action=use_links().path("/_fn/register_location")>
                <input r#type="hidden" name="url" value=url />
                <button r#type="submit" class="btn btn-primary">"Register"</button>
            </form>
        }
    });
    view! {
        <div class="stack">
            <p class="ui" role="status">{counted_entities(preview.entities_total)} ". " {said}</p>
            {register}
            {problems}
            <Card title="It would bring" count=preview.entities_total>
                <ul class="card-body">
                    {preview.entities.into_iter().map(|link| view! { <Brought link /> }).collect_view()}
                    {(more > 0).then(|| view! { <li class="meta">{format!("and {more} more")}</li> })}
                </ul>
            </Card>
        </div>
    }
    .into_any()
}

/// An entity that would come: a link where the catalog has it already.
#[component]
fn Brought(link: EntityLink) -> impl IntoView {
    if link.known {
        return Either::Left(view! {
            <li class="flex flex-wrap items-center gap-2 py-0.5"><IconLink link /> <span class="meta">"in the catalog already"</span></li>
        });
    }
    let name = link.entity_ref.to_string();
    let label = link.label().to_owned();
    Either::Right(view! {
        <li class="flex items-center gap-2 py-0.5" title=name>
            <span class="text-faint flex-none">{kind::icon(&link.entity_ref.kind).small()}</span>
            <span class="cell">{label}</span>
        </li>
    })
}

fn counted_entities(count: usize) -> String {
    match count {
        1 => "1 entity".to_owned(),
        count => format!("{count} entities"),
    }
}
