//! The text filter: a form without scripts, at once with them.

use crate::catalog::EntityListQuery;
use crate::routes::{Links, use_links};
use crate::ui::Icon;
use leptos::html::Input;
use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use std::time::Duration;

/// Long enough to finish a word, short enough not to wait for.
const PAUSE: Duration = Duration::from_millis(200);

#[component]
pub(super) fn TextFilter(query: Memo<EntityListQuery>) -> impl IntoView {
    let links = use_links();
    // Without what it says, the place alone: the form's fields say the rest.
    let action = links.catalog(&EntityListQuery {
        kind: query.get_untracked().kind,
        ..EntityListQuery::default()
    });
    let action = action.split('?').next().unwrap_or_default().to_owned();
    let input = NodeRef::<Input>::new();
    follow_the_url(input, query);
    let search = StoredValue::new(searcher(links, query));
    let pending = StoredValue::new(None::<TimeoutHandle>);
    let now = move || {
        if let Some(Some(input)) = input.try_get_untracked() {
            search.try_with_value(|search| search(input.value()));
        }
    };
    let cancel = move || {
        if let Some(Some(timer)) = pending.try_update_value(Option::take) {
            timer.clear();
        }
    };
    // Who leaves within the pause must not be brought back by what they typed.
    on_cleanup(cancel);
    let soon = move |_| {
        cancel();
        pending.set_value(set_timeout_with_handle(now, PAUSE).ok());
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        cancel();
        now();
    };
    view! {
        <form method="get" action=action class="text-filter" on:submit=submit>
            {move || query.with(hidden_fields)}
            <label class="field">
                {Icon::Search.small()}
                <span class="hidden-label">"Filter by text"</span>
                <input r#type="search" name="q" placeholder="Filter" autocomplete="off" value=query.get_untracked().text
                    node_ref=input on:input=soon />
            </label>
        </form>
    }
}

/// What the other filters say, so that a form sent without scripts keeps it.
fn hidden_fields(query: &EntityListQuery) -> impl IntoView + use<> {
    let others = EntityListQuery {
        text: String::new(),
        page: 1,
        ..query.clone()
    };
    others
        .to_params()
        .into_iter()
        .map(|(name, value)| view! { <input r#type="hidden" name=name value=value /> })
        .collect_view()
}

fn searcher(links: Links, query: Memo<EntityListQuery>) -> impl Fn(String) {
    let navigate = use_navigate();
    move |text: String| {
        let Some(before) = query.try_get_untracked() else {
            return;
        };
        let text = text.trim().to_owned();
        if text != before.text {
            let url = links.catalog(&EntityListQuery {
                text,
                page: 1,
                ..before
            });
            let options = NavigateOptions {
                resolve: false,
                replace: true,
                scroll: false,
                ..NavigateOptions::default()
            };
            navigate(&url, options);
        }
    }
}

/// A link elsewhere may change the text; who is typing is not disturbed.
fn follow_the_url(input: NodeRef<Input>, query: Memo<EntityListQuery>) {
    Effect::new(move |_| {
        let text = query.with(|query| query.text.clone());
        if let Some(input) = input.get() {
            let typing = document()
                .active_element()
                .is_some_and(|active| active.is_same_node(Some(&input)));
            if !typing {
                input.set_value(&text);
            }
        }
    });
}
