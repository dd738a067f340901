//! What the entity says of itself.

use super::super::entity_link::QuietLink;
use crate::catalog::{DEFAULT_NAMESPACE, EntityListQuery, EntitySummary, MadeBy, Profile};
use crate::routes::use_links;
use crate::ui::{Card, Prose};
use leptos::either::Either;
use leptos::prelude::*;

#[component]
pub(super) fn About(
    summary: EntitySummary,
    description: Option<String>,
    profile: Option<Profile>,
    made_by: Option<MadeBy>,
    title: Option<String>,
) -> impl IntoView {
    let links = use_links();
    let tag = move |tag: String| {
        let query = EntityListQuery {
            tags: vec![tag.clone()],
            ..EntityListQuery::default()
        };
        view! { <li><a class="chip" href=links.catalog(&query)>{tag}</a></li> }
    };
    let tags = (!summary.tags.is_empty()).then(|| {
        view! { <ul class="flex flex-wrap gap-1 mt-3" aria-label="Tags">{summary.tags.into_iter().map(tag).collect_view()}</ul> }
    });
    let namespace = summary.entity_ref.namespace;
    let namespace = (!namespace.eq_ignore_ascii_case(DEFAULT_NAMESPACE)).then(|| {
        view! { <p class="ui mt-3"><span class="text-muted">"Namespace "</span>{namespace}</p> }
    });
    let email = profile.and_then(|profile| profile.email).map(|email| {
        view! { <p class="ui mt-3"><a class="link" href=format!("mailto:{email}")>{email.clone()}</a></p> }
    });
    let made_by = made_by.map(|made_by| {
        let is_from = made_by.template.is_some();
        let template = made_by
            .template
            .map(|link| view! { "Made from " <QuietLink link /> });
        let task = made_by.task.map(|id| {
            let href = use_links().task(&id);
            let (between, label) = if is_from {
                (" by ", "this task")
            } else {
                ("Made by ", "a task")
            };
            view! { {between} <a class="link" href=href>{label}</a> }
        });
        view! { <p class="ui mt-3 text-muted">{template} {task}</p> }
    });
    let text = match description {
        Some(html) => Either::Left(view! { <Prose html /> }),
        None => Either::Right(view! { <p class="text-muted">"Its file gives no description."</p> }),
    };
    view! {
        <div class="about">
            <Card title=title.unwrap_or_else(|| "About".to_owned())>
                <div class="card-body">
                    {text}
                    {email} {namespace} {made_by} {tags}
                </div>
            </Card>
        </div>
    }
}
