//! What is said where the server has not done what a form asked.

use crate::error::ApiError;
use crate::ui::Icon;
use leptos::prelude::*;
use leptos::server_fn::error::ServerFnUrlError;
use leptos_router::hooks::use_query_map;

/// The parameter in which a refused form leads back with what was wrong.
const ERROR: &str = "__err";

/// Nothing, or why the form that was sent from this page was refused: in words of ours alone, for
/// whoever makes a link can put anything into the parameter.
#[component]
pub(super) fn Refusal() -> impl IntoView {
    let params = use_query_map();
    move || {
        let error = params.with(|params| params.get(ERROR))?;
        let error: ApiError = ServerFnUrlError::decode_err(&error);
        Some(view! {
            <p class="problem mb-2" role="alert">
                <span class="tone-bad mt-0.5 flex-none">{Icon::CircleAlert.svg()}</span>
                <span class="problem-text"><strong class="font-semibold">{error.title()} ": "</strong> {error.advice()}</span>
            </p>
        })
    }
}
