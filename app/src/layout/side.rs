//! The side bar: where one can go.

use super::appearance::{Appearance, Choice, choose};
use super::place::Place;
use crate::admin::AdminTab;
use crate::catalog::{EntityListQuery, Scope};
use crate::pages::kind;
use crate::routes::use_links;
use crate::site::use_site;
use crate::ui::{Icon, PostForm};
use leptos::either::Either;
use leptos::prelude::*;

/// The link leads to the page that is shown.
const PAGE: &str = "page";
/// The page that is shown is one of those that the link leads to.
const WITHIN: &str = "true";

/// The side bar; a sheet on a narrow screen, opened by a button that names it as its target.
#[component]
pub(super) fn SideBar(place: Memo<Place>, look: RwSignal<Appearance>) -> impl IntoView {
    let links = use_links();
    let scope = |scope| {
        links.catalog(&EntityListQuery {
            scope,
            ..EntityListQuery::default()
        })
    };
    let is = |wanted: Place| move |place: &Place| (*place == wanted).then_some(PAGE);
    let list = |scope| is(Place::Catalog { kind: None, scope });
    let create = |place: &Place| match place {
        Place::Templates => Some(PAGE),
        Place::Template(_)
        | Place::TemplateEditor
        | Place::Actions
        | Place::Tasks
        | Place::Task => Some(WITHIN),
        _ => None,
    };
    let admin = |place: &Place| match place {
        Place::Admin(tab) if *tab == AdminTab::Health => Some(PAGE),
        Place::Admin(_) => Some(WITHIN),
        _ => None,
    };
    let problems = |place: &Place| match place {
        Place::Problems => Some(PAGE),
        Place::KeptOut => Some(WITHIN),
        _ => None,
    };
    view! {
        <nav class="side" id="side" popover="auto" aria-label="Main">
            <a class="side-head" href=links.home()>
                <Brand />
                <span class="side-word">{use_site().title}</span>
            </a>
            <ul>
                {item(place, Icon::House, "Home".to_owned(), links.home(), is(Place::Home))}
                {item(place, Icon::Library, "Catalog".to_owned(), scope(Scope::All), list(Scope::All))}
                {item(place, Icon::CirclePlus, "Create".to_owned(), links.templates(), create)}
                {item(place, Icon::CircleCheck, "Owned by me".to_owned(), scope(Scope::Owned), list(Scope::Owned))}
                {item(place, Icon::Star, "Starred".to_owned(), scope(Scope::Starred), list(Scope::Starred))}
            </ul>
            <h2 class="side-group" id="side-kinds">"Browse"</h2>
            <ul aria-labelledby="side-kinds">
                {kind::ORDER.into_iter().map(|kind| kind_item(place, kind)).collect_view()}
            </ul>
            <ul class="mt-auto pt-4">
                {item(place, Icon::Network, "Graph".to_owned(), links.graph(None), is(Place::Graph))}
                {item(place, Icon::TriangleAlert, "Problems".to_owned(), links.problems(), problems)}
                {item(place, Icon::ChartLine, "Administration".to_owned(), links.admin(), admin)}
                {item(place, Icon::BookOpen, "Documentation".to_owned(), links.guide(""), is(Place::Guide))}
            </ul>
            <FoldButton look />
        </nav>
    }
    .into_any()
}

fn kind_item(place: Memo<Place>, name: &'static str) -> impl IntoView {
    let href = use_links().kind(name);
    item(
        place,
        kind::icon(name),
        kind::plural(name),
        href,
        move |place| match place {
            Place::Catalog { kind, .. } => (kind.as_deref() == Some(name)).then_some(PAGE),
            Place::Entity(entity_ref) | Place::Remove(entity_ref) => {
                entity_ref.kind.eq_ignore_ascii_case(name).then_some(WITHIN)
            }
            _ => None,
        },
    )
}

fn item(
    place: Memo<Place>,
    icon: Icon,
    word: String,
    href: String,
    current: impl Fn(&Place) -> Option<&'static str> + Send + Sync + 'static,
) -> impl IntoView {
    let title = word.clone();
    view! {
        <li>
            <a class="side-item" href=href title=title aria-current=move || place.with(&current)>
                {icon.svg()}
                <span class="side-word">{word}</span>
            </a>
        </li>
    }
}

#[component]
fn FoldButton(look: RwSignal<Appearance>) -> impl IntoView {
    let next = move || {
        if look.get().folded {
            Choice::Unfolded
        } else {
            Choice::Folded
        }
    };
    view! {
        <PostForm class="side-fold" action=use_links().path("/_fn/set_appearance") on_send=move || choose(look, next())>
            <input r#type="hidden" name="choice" value=move || next().word() />
            <button r#type="submit" class="side-item" title="Fold the side bar" aria-label="Fold the side bar" aria-pressed=move || look.get().folded.to_string()>
                {move || if look.get().folded { Either::Left(Icon::PanelLeft.svg()) } else { Either::Right(Icon::PanelLeftClose.svg()) }}
                <span class="side-word">"Fold"</span>
            </button>
        </PostForm>
    }
}

/// The brand mark; the one thing that may be marquee amber.
#[component]
pub(crate) fn Brand() -> impl IntoView {
    let logo = use_site().logo;
    if !logo.is_empty() {
        return view! { <img class="brand" src=logo alt="" /> }.into_any();
    }
    view! {
        <svg class="brand" viewBox="0 0 32 32" aria-hidden="true">
            <rect width="32" height="32" rx="7" fill="var(--brand)" />
            <path d="M7.5 13 16 6l8.5 7" fill="none" stroke="var(--brand-ink)" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" />
            <rect x="5" y="12.5" width="22" height="14" rx="2.5" fill="var(--brand-ink)" />
            <path d="M9 17h9" stroke="var(--brand)" stroke-width="2" stroke-linecap="round" />
            <path d="M9 22h14" stroke="var(--brand-light)" stroke-width="2" stroke-linecap="round" />
            <circle cx="22" cy="17" r="1.4" fill="var(--brand-light)" />
        </svg>
    }
    .into_any()
}
