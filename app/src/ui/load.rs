//! The one place that waits: skeleton first, old content while reloading, an error panel at last.
//!
//! What was loaded is an `AnyView`: the type of a whole page is deeper than the compiler goes.

use super::ErrorPanel;
use crate::error::ApiError;
use leptos::prelude::*;
use leptos::server::codee::{Decoder, Encoder};
use leptos::server::{FromEncodedStr, IntoEncodedString};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt::Debug;
use std::sync::Arc;

/// Shows `children` with what `resource` brings.
#[component]
pub fn Load<T, V, F, S>(
    resource: Resource<Result<T, ApiError>, S>,
    /// What stands there meanwhile; as high as what comes.
    #[prop(into, optional)]
    skeleton: ViewFn,
    /// What stands there when the answer is "not found", instead of the panel of every error.
    #[prop(into, optional)]
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
    view! {
        <Transition fallback=move || view! { <div aria-busy="true">{skeleton.run()}</div> }>
            {move || {
                let children = children.clone();
                let missing = missing.clone();
                Suspend::new(async move {
                    match (resource.await, missing) {
                        (Ok(value), _) => children(value).into_any(),
                        (Err(error @ ApiError::NotFound(_)), Some(missing)) => {
                            error.set_status();
                            missing.run()
                        }
                        (Err(error), _) => {
                            error.set_status();
                            view! { <ErrorPanel error retry=move || resource.refetch() /> }.into_any()
                        }
                    }
                })
            }}
        </Transition>
    }
}
