//! Why the entity is in the catalog, and what its file says.

use super::super::problem_list::SourcePath;
use crate::catalog::EntitySource;
use crate::ui::{Card, CopyButton};
use leptos::prelude::*;

/// Where it comes from, in short.
#[component]
pub(super) fn SourceCard(source: EntitySource, title: Option<String>) -> impl IntoView {
    view! {
        <Card title=title.unwrap_or_else(|| "Source".to_owned())>
            <div class="card-body"><SourceFacts source /></div>
        </Card>
    }
}

#[component]
fn SourceFacts(source: EntitySource) -> impl IntoView {
    let origin = (source.origin != source.location).then(|| source.origin.clone());
    let others = source.also_claimed_by.clone();
    let claimed = (!others.is_empty()).then(|| {
        let lines = others
            .into_iter()
            .map(|other| view! { <span class="mono block"><SourcePath source=other /></span> })
            .collect_view();
        view! { <dt>"Also claimed"</dt><dd>{lines}</dd> }
    });
    view! {
        <dl class="pairs">
            <dt>"Location"</dt>
            <dd class="mono"><SourcePath source=source.location /> {source.line.map(|line| format!(":{line}"))}</dd>
            {origin.map(|origin| view! { <dt>"Found by"</dt><dd class="mono"><SourcePath source=origin /></dd> })}
            <dt>"Last read"</dt>
            <dd><time datetime=source.read_at.clone() title=source.read_at>{source.read_ago}</time></dd>
            {claimed}
        </dl>
    }
    .into_any()
}

/// The entity as the API gives it.
#[component]
pub(super) fn Json(json: String) -> impl IntoView {
    view! {
        <section aria-label="As the API gives it">
            <h2 class="card-title mb-2">"As the API gives it"</h2>
            <div class="hint-code">
                <pre class="code" tabindex="0">{json}</pre>
                <CopyButton label="Copy the JSON" />
            </div>
        </section>
    }
    .into_any()
}
