//! What the entity says of itself.

use crate::catalog::{DEFAULT_NAMESPACE, EntityListQuery, EntitySummary, Profile};
use crate::routes::use_links;
use crate::ui::{Card, Prose};
use leptos::either::Either;
use leptos::prelude::*;

#[component]
pub(super) fn About(
    summary: EntitySummary,
    description: Option<String>,
    profile: Option<Profile>,
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
    let text = match description {
        Some(html) => Either::Left(view! { <Prose html /> }),
        None => Either::Right(view! { <p class="text-muted">"Its file gives no description."</p> }),
    };
    view! {
        <div class="about">
            <Card title=title.unwrap_or_else(|| "About".to_owned())>
                <div class="card-body">
                    {text}
                    {email} {namespace} {tags}
                </div>
            </Card>
        </div>
    }
}
