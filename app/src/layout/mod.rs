//! What stands around every page.

pub(crate) mod appearance;
mod bar;
mod copy;
mod dismiss;
mod focus;
mod hover;
mod keys;
mod palette;
mod palette_item;
mod place;
pub(crate) mod side;
pub(crate) mod theme;
pub(crate) mod title;
#[cfg(feature = "ssr")]
pub(crate) mod viewer_menu;

use crate::catalog::api::get_viewer;
use crate::pages::{
    ActionsPage, AdminPage, ApiDocsPage, CatalogPage, EditorPage, EntityPage, GraphPage, GuidePage,
    HomePage, KeptOutPage, NotFoundPage, ProblemsPage, RegisterPage, RemovePage, SettingsPage,
    TaskPage, TasksPage, TemplatePage, TemplatesPage,
};
use crate::site::use_site;
use crate::ui::{InPage, Sprite};
use appearance::Appearance;
use bar::TopBar;
use keys::Keys;
use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::components::{Route, Router, Routes};
use leptos_router::{SsrMode, path};
use palette::{Palette, PaletteDialog};
use side::SideBar;

/// The application: the same on the server and in the browser.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    #[cfg(feature = "hydrate")]
    provide_context(crate::site::Site::of_document());
    let look = RwSignal::new(Appearance::of_request());
    provide_context(look);
    let site = use_site();
    let product = site.title.clone();
    view! {
        <Title formatter=move |page: String| title::full_title(&page, &product) />
        <Router base=site.base>
            <Frame look>
                <Routes fallback=NotFoundPage>
                    <Route path=path!("/") view=HomePage ssr=SsrMode::Async />
                    <Route path=path!("/catalog") view=CatalogPage ssr=SsrMode::Async />
                    <Route path=path!("/catalog/:namespace/:kind/:name") view=EntityPage ssr=SsrMode::Async />
                    <Route path=path!("/catalog/:namespace/:kind/:name/remove") view=RemovePage ssr=SsrMode::Async />
                    <Route path=path!("/api-docs") view=ApiDocsPage ssr=SsrMode::Async />
                    <Route path=path!("/graph") view=GraphPage ssr=SsrMode::Async />
                    <Route path=path!("/problems") view=ProblemsPage ssr=SsrMode::Async />
                    <Route path=path!("/settings") view=SettingsPage ssr=SsrMode::Async />
                    <Route path=path!("/admin") view=AdminPage ssr=SsrMode::Async />
                    <Route path=path!("/admin/:tab") view=AdminPage ssr=SsrMode::Async />
                    <Route path=path!("/admin/roles/:step") view=AdminPage ssr=SsrMode::Async />
                    <Route path=path!("/kept-out") view=KeptOutPage ssr=SsrMode::Async />
                    <Route path=path!("/docs/callboard") view=GuidePage ssr=SsrMode::Async />
                    <Route path=path!("/docs/callboard/*page") view=GuidePage ssr=SsrMode::Async />
                    <Route path=path!("/register") view=RegisterPage ssr=SsrMode::Async />
                    <Route path=path!("/create") view=TemplatesPage ssr=SsrMode::Async />
                    <Route path=path!("/create/actions") view=ActionsPage ssr=SsrMode::Async />
                    <Route path=path!("/create/tasks") view=TasksPage ssr=SsrMode::Async />
                    <Route path=path!("/create/tasks/:id") view=TaskPage ssr=SsrMode::Async />
                    <Route path=path!("/create/edit") view=EditorPage ssr=SsrMode::Async />
                    <Route path=path!("/create/templates/:namespace/:name") view=TemplatePage ssr=SsrMode::Async />
                </Routes>
            </Frame>
        </Router>
    }
}

#[component]
fn Frame(look: RwSignal<Appearance>, children: Children) -> impl IntoView {
    let place = place::use_place(use_site().base);
    let viewer = Resource::<_, InPage>::new_with_options(|| (), |()| get_viewer(), false);
    dismiss::dismiss_on_leaving();
    copy::copy_on_click();
    focus::focus_each_page();
    let palette = Palette::new();
    view! {
        <a class="skip" href="#content" rel="external">"Skip to the content"</a>
        <div class="frame">
            <SideBar place look />
            <div class="min-w-0">
                <TopBar place look viewer palette />
                <main class="content" id="content" tabindex="-1">
                    {children()}
                    <hover::HoverCard />
                </main>
            </div>
        </div>
        <Sprite more=use_site().kinds.iter().filter_map(|look| look.icon).collect() />
        <PaletteDialog palette look />
        <Keys palette />
    }
}
