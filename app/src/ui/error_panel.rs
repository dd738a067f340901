//! What stands where something failed: what, and what to do next.

use super::Icon;
use crate::error::ApiError;
use crate::routes::use_links;
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// The failure of a part of the page, with a link that asks once more, or has one sign in first.
#[component]
pub fn ErrorPanel<F>(error: ApiError, retry: F) -> impl IntoView
where
    F: Fn() + 'static,
{
    let location = use_location();
    let here = move || {
        let search = location.search.get();
        let mark = if search.is_empty() { "" } else { "?" };
        format!("{}{mark}{search}", location.pathname.get())
    };
    let links = use_links();
    let sign_in =
        matches!(error, ApiError::Unauthenticated(_)).then(|| move || links.sign_in(&here()));
    let again = move |event: leptos::ev::MouseEvent| {
        event.prevent_default();
        retry();
    };
    view! {
        <div class="empty" role="alert">
            {icon(&error).large()}
            <p class="card-title">{error.title()}</p>
            <p class="ui text-muted max-w-[56ch]">{error.to_string()}</p>
            {sign_in.map(|href| view! { <a class="btn mt-2" rel="external" href=href>{Icon::Lock.small()} "Sign in"</a> })}
            {may_pass(&error).then(|| view! {
                <a class="btn mt-2" href=here on:click=again>{Icon::RefreshCw.small()} "Try again"</a>
            })}
        </div>
    }
}

/// Whether the same question may be answered the next time.
fn may_pass(error: &ApiError) -> bool {
    matches!(
        error,
        ApiError::Unavailable(_)
            | ApiError::Internal
            | ApiError::Conflict(_)
            | ApiError::TooMany(_)
    )
}

fn icon(error: &ApiError) -> Icon {
    match error {
        ApiError::NotFound(_) => Icon::Search,
        ApiError::Forbidden(_) | ApiError::Unauthenticated(_) => Icon::Lock,
        ApiError::Unavailable(_) => Icon::CloudOff,
        _ => Icon::CircleAlert,
    }
}
