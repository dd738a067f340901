//! The editor of templates: the text at the left, its form at the right, as one types.

use super::trial::Draft;
use super::wizard::{Place, Source};
use crate::scaffolder::api::edit_template;
use crate::ui::{InPage, Load, SkeletonRows};
use leptos::html::Input;
use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use std::time::Duration;

/// Long enough to finish a word.
const PAUSE: Duration = Duration::from_millis(400);

#[component]
pub fn EditorPage() -> impl IntoView {
    let params = use_query_map();
    let template = Memo::new(move |_| params.with(|params| params.get("template")));
    let draft =
        Resource::<_, InPage>::new_with_options(move || template.get(), edit_template, false);
    view! {
        <Title text="Edit a template" />
        <h1 class="page-title">"Edit a template"</h1>
        <Load resource=draft skeleton=|| view! { <SkeletonRows rows=12 /> } let:draft>
            {
                let edited = Draft::new(template.get_untracked());
                let folder = NodeRef::<Input>::new();
                Effect::new(move |_| {
                    if let Some(input) = folder.get() {
                        let _ = input.set_attribute("webkitdirectory", "");
                    }
                });
                let pending = StoredValue::new(None::<TimeoutHandle>);
                let soon = move |_| {
                    if let Some(timer) = pending.try_update_value(Option::take).flatten() {
                        timer.clear();
                    }
                    let now = move || edited.changed.update(|changed| *changed += 1);
                    pending.set_value(set_timeout_with_handle(now, PAUSE).ok());
                };
                view! {
                    <div class="mt-1" inner_html=draft.head></div>
                    <div class="editor-folder needs-script">
                        <label class="btn btn-small">"Choose a folder" <input type="file" class="hidden-label" node_ref=folder on:change=move |event| edited.choose(&event) /></label>
                        <p class="meta" role="status">{move || edited.folder.get()}</p>
                    </div>
                    <div class="editor">
                        <label class="editor-text">
                            <span class="hidden-label">"The template as YAML"</span>
                            <textarea class="code" spellcheck="false" node_ref=edited.text on:input=soon>{draft.text}</textarea>
                        </label>
                        <section class="editor-form" aria-label="Its form">
                            <Place html=draft.form source=Source::Text(edited) />
                        </section>
                    </div>
                    <div class="mt-6" node_ref=edited.tried></div>
                }
            }
        </Load>
    }
}
