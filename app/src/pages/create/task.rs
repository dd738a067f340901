//! The pages of tasks. The server makes them; what runs here listens to what a running task tells, and has
//! its page made anew.

use super::super::told::{Params, answered, text, told, use_path_params};
use crate::routes::use_links;
use crate::scaffolder::api::{list_tasks, show_task};
use futures::channel::oneshot;
use futures::stream::{SelectAll, select_all};
use futures::{FutureExt, StreamExt};
use gloo_net::eventsource::futures::{EventSource, EventSourceSubscription};
use leptos::html::Div;
use leptos::prelude::*;
use leptos::web_sys::Element;
use leptos_meta::Title;
use std::sync::Arc;
use std::time::Duration;

/// What a task tells.
const EVENTS: [&str; 4] = ["log", "completion", "cancelled", "recovered"];
/// From one look to the next, however much is told.
const PAUSE: Duration = Duration::from_millis(80);
/// How long until it is listened again where that was cut short.
const RETRY: Duration = Duration::from_secs(2);
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
    let params = use_path_params();
    let id = move |params: &Params| text(params, "id").to_owned();
    let ask = move |params: Params| Box::pin(show_task(id(&params))) as _;
    let show = move |html| {
        let id = id(&params.get_untracked());
        view! { <Place html id /> }.into_any()
    };
    answered(params, Arc::new(ask), None, Arc::new(show))
}

#[component]
fn Place(html: String, id: String) -> impl IntoView {
    let place = NodeRef::<Div>::new();
    let events = use_links().path(&format!("/api/scaffolder/v2/tasks/{id}/eventstream"));
    let id = StoredValue::new(id);
    Effect::new(move |_| {
        if place.get().is_some() {
            scroll_to_end(place);
            leptos::task::spawn_local(follow(place, id, events.clone()));
        }
    });
    view! { <div node_ref=place inner_html=html></div> }
}

/// Follows a task until it is over or the page is left.
async fn follow(place: NodeRef<Div>, id: StoredValue<String>, events: String) {
    while let Some(last) = running(place) {
        // Dropped with its source, which closes it.
        if let Some((_source, mut told)) = listen(&format!("{events}?after={last}")) {
            while let Some(Ok(_)) = told.next().await {
                pause(PAUSE).await;
                // One look is enough for all that was told meanwhile.
                while let Some(Some(Ok(_))) = told.next().now_or_never() {}
                look(place, id).await;
                if running(place).is_none() {
                    return;
                }
            }
        }
        // The server has stopped, or the connection was cut.
        pause(RETRY).await;
        look(place, id).await;
    }
}

type Told = (EventSource, SelectAll<EventSourceSubscription>);

fn listen(url: &str) -> Option<Told> {
    let mut source = EventSource::new(url).ok()?;
    let told = EVENTS.map(|event| source.subscribe(event).ok());
    Some((source, select_all(told.into_iter().flatten())))
}

async fn pause(length: Duration) {
    let (over, wait) = oneshot::channel();
    let end = move || {
        // Who has gone meanwhile need not be told.
        let _ = over.send(());
    };
    set_timeout(end, length);
    let _ = wait.await;
}

/// The number of the last event that the page tells of, while the task runs.
fn running(place: NodeRef<Div>) -> Option<String> {
    find(place, "[data-running]")?.get_attribute("data-running")
}

/// Has the page made anew.
async fn look(place: NodeRef<Div>, id: StoredValue<String>) {
    let Some(id) = id.try_get_value() else { return };
    let shown = show_task(id).await;
    let (Ok(shown), Some(Some(div))) = (shown, place.try_get_untracked()) else {
        return;
    };
    let is_followed = log(place)
        .is_none_or(|log| log.scroll_top() + log.client_height() + NEAR >= log.scroll_height());
    let at = log(place).map_or(0, |log| log.scroll_top());
    if div.inner_html() != shown.html {
        div.set_inner_html(&shown.html);
        match log(place) {
            Some(log) if !is_followed => log.set_scroll_top(at),
            _ => scroll_to_end(place),
        }
    }
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
