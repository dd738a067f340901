//! The page of everything that is wrong in the catalog, source by source.

use super::problem_list::{ProblemList, SourcePath};
use crate::catalog::api::list_problems;
use crate::catalog::{self, ListedProblem, Severity};
use crate::routes::use_links;
use crate::ui::{EmptyState, Icon, Load, SkeletonRows};
use leptos::either::Either;
use leptos::prelude::*;
use leptos_meta::Title;

/// What stands where the first reading has brought nothing yet.
pub(super) const STILL_READING: &str =
    "The sources are being read for the first time. Load the page again in a moment.";

#[component]
pub fn ProblemsPage() -> impl IntoView {
    let problems = Resource::new(|| (), |()| list_problems());
    view! {
        <Title text="Problems" />
        <div class="flex items-center justify-between gap-2">
            <h1 class="page-title">"Problems"</h1>
            <a class="btn" href=use_links().kept_out()>"Kept out"</a>
        </div>
        <Load resource=problems skeleton=|| view! { <SkeletonRows rows=12 /> } let:problems>
            <Problems problems />
        </Load>
    }
}

#[component]
fn Problems(problems: catalog::Problems) -> impl IntoView {
    let catalog::Problems { listed, reading } = problems;
    if listed.is_empty() {
        return Either::Left(if reading {
            Either::Left(
                view! { <EmptyState icon=Icon::Library title="Reading the catalog" text=STILL_READING /> },
            )
        } else {
            Either::Right(view! {
                <EmptyState icon=Icon::CircleCheck title="Nothing is wrong"
                    text="Every catalog file could be read, and every entity in them is valid." />
            })
        });
    }
    let problems = listed;
    let errors = problems
        .iter()
        .filter(|listed| listed.problem.severity == Severity::Error)
        .count();
    let total = problems.len();
    let sources = by_source(problems);
    let said = format!(
        "{} and {} in {}. An error keeps a document out of the catalog; a warning does not.",
        counted(errors, "error"),
        counted(total - errors, "warning"),
        counted(sources.len(), "source"),
    );
    Either::Right(view! {
        <p class="ui text-muted mt-1 mb-4">{said}</p>
        <div class="stack">
            {sources.into_iter().map(|(source, problems)| view! { <SourceProblems source problems /> }).collect_view()}
        </div>
    })
}

#[component]
fn SourceProblems(source: String, problems: Vec<ListedProblem>) -> impl IntoView {
    view! {
        <section class="card" aria-label=source.clone()>
            <div class="card-head">
                <span class="text-faint flex-none">{Icon::FileText.svg()}</span>
                <h2 class="mono font-medium break-anywhere"><SourcePath source=source.clone() /></h2>
                <span class="count">{problems.len()}</span>
            </div>
            <div class="px-4 pb-2"><ProblemList problems /></div>
        </section>
    }
}

/// In the order in which the sources first appear, which is that of their worst problem.
fn by_source(problems: Vec<ListedProblem>) -> Vec<(String, Vec<ListedProblem>)> {
    let mut sources: Vec<(String, Vec<ListedProblem>)> = Vec::new();
    for listed in problems {
        match sources
            .iter_mut()
            .find(|(source, _)| *source == listed.problem.source)
        {
            Some((_, group)) => group.push(listed),
            None => sources.push((listed.problem.source.clone(), vec![listed])),
        }
    }
    sources
}

/// "1 error", "2 errors".
pub(super) fn counted(count: usize, word: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {word}{plural}")
}
