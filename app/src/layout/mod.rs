//! What stands around every page.

use crate::pages::{CatalogPage, EntityPage, HomePage, NotFoundPage, ProblemsPage};
use crate::site::use_site;
use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::components::{Route, Router, Routes};
use leptos_router::{SsrMode, path};

/// The application: the same on the server and in the browser.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    #[cfg(feature = "hydrate")]
    provide_context(crate::site::Site::of_document());
    let site = use_site();
    let product = site.title.clone();
    view! {
        <Title formatter=move |page: String| {
            if page.is_empty() { product.clone() } else { format!("{page} · {product}") }
        } />
        <Router base=site.base>
            <main>
                <Routes fallback=NotFoundPage>
                    <Route path=path!("/") view=HomePage ssr=SsrMode::Async />
                    <Route path=path!("/catalog") view=CatalogPage ssr=SsrMode::Async />
                    <Route path=path!("/catalog/:namespace/:kind/:name") view=EntityPage ssr=SsrMode::Async />
                    <Route path=path!("/problems") view=ProblemsPage ssr=SsrMode::Async />
                </Routes>
            </main>
        </Router>
    }
}
