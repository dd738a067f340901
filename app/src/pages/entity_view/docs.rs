//! Where the documentation of the entity is kept.

use crate::catalog::EntityDetails;
use crate::ui::{Card, YamlHint};
use leptos::either::Either;
use leptos::prelude::*;

/// The annotation that says where documentation is.
const DOCS_REF: &str = "backstage.io/techdocs-ref";

#[component]
pub(super) fn Docs(details: EntityDetails, title: Option<String>) -> impl IntoView {
    let mut annotations = details.annotations.into_iter();
    let kept = annotations.find(|(name, _)| name == DOCS_REF);
    let body = if let Some((_, place)) = kept {
        let beside = details.source.view_url.map(|url| {
            view! { " " <a class="link" href=url rel="noreferrer external">"Open its source"</a> }
        });
        Either::Left(view! {
            <p class="ui">"Kept at " <span class="mono">{place}</span> ", beside its file." {beside}</p>
        })
    } else {
        let yaml = format!(
            "metadata:\n  name: {}\n  annotations:\n    {DOCS_REF}: dir:.\n",
            details.summary.entity_ref.name
        );
        Either::Right(view! {
            <p class="ui text-muted">"Its file does not say where its documentation is."</p>
            <YamlHint summary="How to add it" yaml />
        })
    };
    view! {
        <Card title=title.unwrap_or_else(|| "Documentation".to_owned())>
            <div class="card-body">{body}</div>
        </Card>
    }
    .into_any()
}
