//! The one place that waits: skeleton first, old content while reloading, an error panel at last.

use crate::error::ApiError;
use leptos::prelude::*;
use std::sync::Arc;

/// Shows `children` with what `resource` brings.
#[component]
pub fn Load<T, V, F>(resource: Resource<Result<T, ApiError>>, children: F) -> impl IntoView
where
    T: Clone + Send + Sync + 'static,
    V: IntoView + 'static,
    F: Fn(T) -> V + Send + Sync + 'static,
{
    let children = Arc::new(children);
    view! {
        <Transition fallback=|| {
            view! { <p>"Loading…"</p> }
        }>
            {move || {
                let children = children.clone();
                Suspend::new(async move {
                    match resource.await {
                        Ok(value) => Ok(children(value)),
                        Err(error) => {
                            error.set_status();
                            Err(view! { <p role="alert">{error.to_string()}</p> })
                        }
                    }
                    .map_or_else(|view| view.into_any(), IntoAny::into_any)
                })
            }}
        </Transition>
    }
}
