//! The top bar: where one is, a search, how it looks, and who is looking.

use super::appearance::{Appearance, Choice, choose};
use super::palette::{Palette, PaletteButton};
use super::place::Place;
use super::theme::ThemeItems;
use crate::catalog::EntityListQuery;
use crate::error::ApiError;
use crate::pages::kind;
use crate::pages::search::use_search;
use crate::routes::use_links;
use crate::ui::{Fragment, Icon, InPage, Load, Menu, MenuSide, PostForm};
use leptos::html::Input;
use leptos::prelude::*;

#[component]
pub(super) fn TopBar(
    place: Memo<Place>,
    look: RwSignal<Appearance>,
    viewer: Resource<Result<Fragment, ApiError>, InPage>,
    palette: Palette,
) -> impl IntoView {
    view! {
        <header class="bar">
            <button r#type="button" class="btn btn-quiet btn-icon only-narrow" popovertarget="side" aria-label="Open the menu">
                {Icon::Menu.svg()}
            </button>
            <Crumbs place />
            <Search palette />
            <div class="flex items-center justify-end gap-1">
                <AppearanceMenu look />
                <Load resource=viewer skeleton=|| view! { <span class="avatar"></span> } let:viewer>
                    <div inner_html=viewer.html></div>
                </Load>
            </div>
        </header>
    }
    .into_any()
}

#[component]
fn Crumbs(place: Memo<Place>) -> impl IntoView {
    let links = use_links();
    let trail = move || {
        let list = || links.catalog(&EntityListQuery::default());
        let create = || ("Create".to_owned(), Some(links.templates()));
        let mut trail: Vec<(String, Option<String>)> = Vec::new();
        match place.get() {
            Place::Home => trail.push(("Home".to_owned(), None)),
            Place::Catalog { kind: None, .. } => trail.push(("Catalog".to_owned(), None)),
            Place::Catalog {
                kind: Some(kind), ..
            } => {
                trail.push(("Catalog".to_owned(), Some(list())));
                trail.push((kind::plural(&kind), None));
            }
            Place::Entity(entity_ref) => {
                let kind = entity_ref.kind.to_lowercase();
                trail.push(("Catalog".to_owned(), Some(list())));
                trail.push((kind::plural(&kind), Some(links.kind(&kind))));
                trail.push((entity_ref.name, None));
            }
            Place::Remove(entity_ref) => {
                let page = links.entity(&entity_ref);
                trail.push(("Catalog".to_owned(), Some(list())));
                trail.push((entity_ref.name, Some(page)));
                trail.push(("Remove".to_owned(), None));
            }
            Place::Graph => trail.push(("Graph".to_owned(), None)),
            Place::Problems => trail.push(("Problems".to_owned(), None)),
            Place::Settings => trail.push(("Settings".to_owned(), None)),
            Place::Admin(tab) => {
                trail.push(("Administration".to_owned(), Some(links.admin())));
                trail.push((tab.word().to_owned(), None));
            }
            Place::KeptOut => {
                trail.push(("Problems".to_owned(), Some(links.problems())));
                trail.push(("Kept out".to_owned(), None));
            }
            Place::Register => {
                trail.push(("Catalog".to_owned(), Some(list())));
                trail.push(("Register".to_owned(), None));
            }
            Place::Guide => trail.push(("Documentation".to_owned(), None)),
            Place::Templates => trail.push(("Create".to_owned(), None)),
            Place::Template(entity_ref) => {
                trail.push(create());
                trail.push((entity_ref.name, None));
            }
            Place::TemplateEditor => {
                trail.push(create());
                trail.push(("Edit".to_owned(), None));
            }
            Place::Tasks => {
                trail.push(create());
                trail.push(("Tasks".to_owned(), None));
            }
            Place::Task => {
                trail.push(create());
                trail.push(("Tasks".to_owned(), Some(links.tasks())));
                trail.push(("Task".to_owned(), None));
            }
            Place::Actions => {
                trail.push(create());
                trail.push(("Actions".to_owned(), None));
            }
            Place::Elsewhere => trail.push(("Nothing here".to_owned(), None)),
        }
        trail
            .into_iter()
            .map(|(word, href)| crumb(word, href))
            .collect_view()
    };
    view! {
        <nav aria-label="Breadcrumb" class="trail">
            <ol class="crumbs">{trail}</ol>
        </nav>
    }
}

fn crumb(word: String, href: Option<String>) -> impl IntoView {
    let current = href.is_none().then_some("page");
    let separator = href
        .is_some()
        .then(|| view! { <span class="text-faint" aria-hidden="true">"/"</span> });
    view! {
        <li>
            <a class="quiet clip" href=href aria-current=current>{word}</a>
            {separator}
        </li>
    }
}

/// A search that is a form: the catalog answers it.
#[component]
fn Search(palette: Palette) -> impl IntoView {
    let action = use_links().path("/catalog");
    let input = NodeRef::<Input>::new();
    let send = use_search(input);
    view! {
        <form class="bar-search" role="search" method="get" action=action on:submit=send>
            <label class="field field-quiet">
                {Icon::Search.small()}
                <span class="hidden-label">"Search the catalog"</span>
                <input r#type="search" name="q" placeholder="Search the catalog" autocomplete="off" aria-keyshortcuts="/" node_ref=input />
            </label>
            <PaletteButton palette />
        </form>
    }
}

#[component]
fn AppearanceMenu(look: RwSignal<Appearance>) -> impl IntoView {
    view! {
        <Menu class="btn btn-quiet btn-icon" label="Appearance" side=MenuSide::End button=move || view! {
            <span class="when-light">{Icon::Sun.svg()}</span>
            <span class="when-dark">{Icon::Moon.svg()}</span>
        }>
            <p class="menu-head">"Theme"</p>
            <ChoiceItem look choice=Choice::Light icon=Icon::Sun word="Light" />
            <ChoiceItem look choice=Choice::Dark icon=Icon::Moon word="Dark" />
            <ChoiceItem look choice=Choice::System icon=Icon::Monitor word="As the system says" />
            <div class="menu-rule"></div>
            <p class="menu-head">"Density"</p>
            <ChoiceItem look choice=Choice::Normal icon=Icon::Rows3 word="Normal" />
            <ChoiceItem look choice=Choice::Compact icon=Icon::Rows4 word="Compact" />
            <ThemeItems />
        </Menu>
    }
}

#[component]
fn ChoiceItem(
    look: RwSignal<Appearance>,
    choice: Choice,
    icon: Icon,
    word: &'static str,
) -> impl IntoView {
    let chosen = move || look.get().has(choice);
    view! {
        <PostForm action=use_links().path("/_fn/set_appearance") on_send=move || choose(look, choice)>
            <input r#type="hidden" name="choice" value=choice.word() />
            <button r#type="submit" class="menu-item" aria-pressed=move || chosen().to_string()>
                {icon.svg()}
                <span class="grow">{word}</span>
                <span class="pressed-mark">{Icon::Check.small()}</span>
            </button>
        </PostForm>
    }
}
