//! The pages of tasks. The server makes them; what runs here looks again while a task runs, and follows
//! its log.

use super::super::told::told;
use crate::scaffolder::api::{list_tasks, show_task};
use crate::ui::{InPage, Load, SkeletonRows};
use leptos::html::Div;
use leptos::prelude::*;
use leptos::web_sys::Element;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use std::time::Duration;

/// How long until it is looked again.
const PAUSE: Duration = Duration::from_millis(500);
/// How far from its end a log still counts as followed, in pixels.
const NEAR: i32 = 24;

#[component]
pub fn TasksPage() -> impl IntoView {
    view! {
        <Title text="Tasks" />
        <h1 class="page-title">"Tasks"</h1>
        {told(list_tasks)}
    }
}

#[component]
pub fn TaskPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
    let task = Resource::<_, InPage>::new_with_options(move || id.get(), show_task, false);
    view! {
        <Load resource=task skeleton=|| view! { <SkeletonRows rows=8 /> } let:task>
            <Title text=task.title />
            <Place html=task.html id=id.get_untracked() />
        </Load>
    }
}

#[component]
fn Place(html: String, id: String) -> impl IntoView {
    let place = NodeRef::<Div>::new();
    let id = StoredValue::new(id);
    Effect::new(move |_| {
        if place.get().is_some() {
            scroll_to_end(place);
            look_again(place, id);
        }
    });
    view! { <div node_ref=place inner_html=html></div> }
}

/// Looks at a task from time to time, until it is over or the page is left.
fn look_again(place: NodeRef<Div>, id: StoredValue<String>) {
    if find(place, "[data-running]").is_none() {
        return;
    }
    set_timeout(
        move || {
            let Some(id_now) = id.try_get_value() else {
                return;
            };
            leptos::task::spawn_local(async move {
                let shown = show_task(id_now).await;
                if let (Ok(shown), Some(Some(div))) = (shown, place.try_get_untracked()) {
                    let is_followed = log(place).is_none_or(|log| {
                        log.scroll_top() + log.client_height() + NEAR >= log.scroll_height()
                    });
                    let at = log(place).map_or(0, |log| log.scroll_top());
                    if div.inner_html() != shown.html {
                        div.set_inner_html(&shown.html);
                        match log(place) {
                            Some(log) if !is_followed => log.set_scroll_top(at),
                            _ => scroll_to_end(place),
                        }
                    }
                }
                look_again(place, id);
            });
        },
        PAUSE,
    );
}

fn find(place: NodeRef<Div>, selector: &str) -> Option<Element> {
    place.try_get_untracked()??.query_selector(selector).ok()?
}

fn log(place: NodeRef<Div>) -> Option<Element> {
    find(place, ".task-log")
}

fn scroll_to_end(place: NodeRef<Div>) {
    if let Some(log) = log(place) {
        log.set_scroll_top(log.scroll_height());
    }
}
