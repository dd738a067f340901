//! The one place that waits: skeleton first, old content while reloading, an error panel at last.
//!
//! All that is particular to what is loaded stands in [`Load`]; the waiting itself knows views alone,
//! so that browsers download it once.

use super::ErrorPanel;
use crate::error::ApiError;
use leptos::prelude::*;
use leptos::server::codee::{Decoder, Encoder};
use leptos::server::{FromEncodedStr, IntoEncodedString};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt::Debug;
use std::pin::Pin;
use std::sync::Arc;

/// Shows `children` with what `resource` brings.
#[component]
pub fn Load<T, V, F, S>(
    resource: Resource<Result<T, ApiError>, S>,
    /// What stands there meanwhile; as high as what comes.
    #[prop(into, optional)]
    skeleton: ViewFn,
    /// What stands there when the answer is "not found", instead of the panel of every error.
    #[prop(optional_no_strip)]
    missing: Option<ViewFn>,
    children: F,
) -> impl IntoView
where
    T: Clone + Serialize + DeserializeOwned + Send + Sync + 'static,
    V: IntoView + 'static,
    S: Encoder<Result<T, ApiError>> + Decoder<Result<T, ApiError>> + Send + Sync,
    <S as Encoder<Result<T, ApiError>>>::Error: Debug,
    <S as Decoder<Result<T, ApiError>>>::Error: Debug,
    <S as Encoder<Result<T, ApiError>>>::Encoded: IntoEncodedString,
    <S as Decoder<Result<T, ApiError>>>::Encoded: FromEncodedStr,
    <<S as Decoder<Result<T, ApiError>>>::Encoded as FromEncodedStr>::DecodingError: Debug,
    F: Fn(T) -> V + Send + Sync + 'static,
{
    let children = Arc::new(children);
    let loaded: Loaded = Arc::new(move || {
        let children = children.clone();
        Box::pin(async move { resource.await.map(|value| children(value).into_any()) })
    });
    waiting(
        loaded,
        Arc::new(move || resource.refetch()),
        skeleton,
        missing,
    )
}

/// What is loaded, each time it is another.
type Loaded =
    Arc<dyn Fn() -> Pin<Box<dyn Future<Output = Result<AnyView, ApiError>> + Send>> + Send + Sync>;

fn waiting(
    loaded: Loaded,
    retry: Arc<dyn Fn() + Send + Sync>,
    skeleton: ViewFn,
    missing: Option<ViewFn>,
) -> AnyView {
    view! {
        <Transition fallback=move || view! { <div aria-busy="true">{skeleton.run()}</div> }>
            {move || {
                let (loading, retry, missing) = (loaded(), retry.clone(), missing.clone());
                Suspend::new(async move {
                    match (loading.await, missing) {
                        (Ok(view), _) => view,
                        (Err(error @ ApiError::NotFound(_)), Some(missing)) => {
                            error.set_status();
                            missing.run()
                        }
                        (Err(error), _) => {
                            error.set_status();
                            view! { <ErrorPanel error retry=move || retry() /> }.into_any()
                        }
                    }
                })
            }}
        </Transition>
    }
    .into_any()
}
