//! What the page that registers says of a URL, made on the server alone.

use super::draft_form::DraftCard;
use super::entity_link::IconLink;
use super::problem_list::ProblemList;
use super::proposal_view::Asked;
use super::{kind, told};
use crate::catalog::{EntityLink, FoundFile, ListedProblem, LocationPreview, Look, Severity};
use crate::permission::refusal;
use crate::routes::{Permission, use_links};
use crate::ui::{Card, Fragment, Icon, counted_as};
use leptos::either::Either;
use leptos::prelude::*;

/// What the URL leads to, as its page takes it, and what came of a pull request.
pub(crate) fn html(url: &str, look: Look, asked: Asked) -> Fragment {
    let url = url.to_owned();
    told::html(|| match look {
        Look::File(preview) => view! { <Preview preview /> }.into_any(),
        Look::Files {
            repository,
            files,
            more,
            together,
        } => view! { <Files repository files more together /> }.into_any(),
        Look::Nothing(form) => view! { <DraftCard url form=*form asked /> }.into_any(),
    })
}

#[component]
fn Preview(preview: LocationPreview) -> impl IntoView {
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
    let url = preview.url;
    let register =
        (!preview.exists).then(|| match refusal(Permission::CatalogLocationCreate, None) {
            Some(why) => Either::Left(view! { <p class="meta">{why}</p> }),
            None => Either::Right(view! {
                <form method="post" action=use_links().path("/_fn/register_location")>
                    <input r#type="hidden" name="url" value=url.clone() />
                    <button r#type="submit" class="btn btn-primary">"Register"</button>
                </form>
            }),
        });
    view! {
        <div class="stack">
            <p class="ui" role="status">
                {counted_as(preview.entities_total, "entity", "entities")} " at "
                <span class="mono break-anywhere">{url.clone()}</span> ". " {said}
            </p>
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

#[component]
fn Files(
    repository: String,
    files: Vec<FoundFile>,
    more: usize,
    together: Option<String>,
) -> impl IntoView {
    let total = files.len() + more;
    let together = together.map(|url| {
        let href = use_links().register_at(&url);
        view! { <p><a class="btn" href=href>"Look at all of them together"</a></p> }
    });
    view! {
        <div class="stack">
            <p class="ui" role="status">
                {counted_as(total, "catalog file", "catalog files")} " in " <strong class="font-semibold">{repository}</strong>
                ". Look at one of them, or at all: together they are one location, which new files join by themselves."
            </p>
            {together}
            <Card title="Catalog files" count=total>
                <ul class="card-body">
                    {files.into_iter().map(|file| view! { <FileLine file /> }).collect_view()}
                    {(more > 0).then(|| view! { <li class="meta">{format!("and {more} more")}</li> })}
                </ul>
            </Card>
        </div>
    }
    .into_any()
}

#[component]
fn FileLine(file: FoundFile) -> impl IntoView {
    view! {
        <li class="flex flex-wrap items-center gap-2 py-0.5">
            <span class="text-faint flex-none">{Icon::FileText.small()}</span>
            <a class="mono quiet break-anywhere" href=use_links().register_at(&file.url)>{file.path}</a>
            {file.is_known.then(|| view! { <span class="meta">"in the catalog already"</span> })}
        </li>
    }
    .into_any()
}
