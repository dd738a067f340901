//! What the entity says of itself.

use crate::catalog::{DEFAULT_NAMESPACE, EntityListQuery, EntitySummary, Profile};
use crate::routes::use_links;
use crate::ui::Card;
use leptos::prelude::*;

#[component]
pub(super) fn About(summary: EntitySummary, profile: Option<Profile>) -> impl IntoView {
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
    let text = summary
        .description
        .unwrap_or_else(|| "Its file gives no description.".to_owned());
    view! {
        <div class="about">
            <Card title="About">
                <div class="card-body">
                    <p class="about-text">{text}</p>
                    {email} {namespace} {tags}
                </div>
            </Card>
        </div>
    }
}
