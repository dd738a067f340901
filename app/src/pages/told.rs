//! What a page only tells comes as HTML from the server, so that browsers need no program for it.

use crate::error::ApiError;
use crate::ui::{Fragment, InPage, Load, SkeletonRows};
use leptos::html::Div;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use std::pin::Pin;
use std::sync::Arc;

/// The parameters of a page's URL.
pub(crate) type Params = Vec<(String, String)>;

/// What `ask` answers to the parameters of the URL.
pub(super) fn told<F>(ask: fn(Params) -> F) -> AnyView
where
    F: Future<Output = Result<Fragment, ApiError>> + Send + 'static,
{
    shown(Arc::new(move |params| Box::pin(ask(params))))
}

/// The question, whichever it is: browsers download once what waits for its answer.
type Ask = Arc<
    dyn Fn(Params) -> Pin<Box<dyn Future<Output = Result<Fragment, ApiError>> + Send>>
        + Send
        + Sync,
>;

fn shown(ask: Ask) -> AnyView {
    let params = use_query_map();
    let params = Memo::new(move |_| {
        let pairs = params.get().into_iter();
        pairs
            .map(|(name, value)| (name.into_owned(), value))
            .collect()
    });
    let fragment = Resource::<_, InPage>::new_with_options(
        move || params.get(),
        move |params| ask(params),
        false,
    );
    let is_first = StoredValue::new(true);
    view! {
        <Load resource=fragment skeleton=|| view! { <SkeletonRows rows=12 /> } let:fragment>
            <Place html=fragment.html is_first />
        </Load>
    }
    .into_any()
}

#[component]
fn Place(html: String, is_first: StoredValue<bool>) -> impl IntoView {
    let place = NodeRef::<Div>::new();
    Effect::new(move |_| {
        let Some(place) = place.get() else { return };
        // What had the focus may have gone with the former HTML.
        let body = document().body();
        let is_lost = document()
            .active_element()
            .is_none_or(|active| body.is_some_and(|body| active.is_same_node(Some(&body))));
        if !is_first.get_value() && is_lost {
            let _ = place.focus();
        }
        is_first.set_value(false);
    });
    view! { <div class="told" tabindex="-1" node_ref=place inner_html=html></div> }
}

/// A view as HTML.
#[cfg(feature = "ssr")]
pub(crate) fn html(view: impl FnOnce() -> AnyView) -> Fragment {
    let owner = Owner::new();
    Fragment {
        html: owner.with(|| view().to_html()),
    }
}
