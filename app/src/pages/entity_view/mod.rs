//! The inside of the page of an entity, made on the server alone.

mod about;
mod actions;
mod cards;
mod definition;
mod docs;
mod header;
mod labels;
mod links;
mod needs;
mod notices;
mod owned;
mod people;
mod relations;
mod source;
mod teams;

pub(crate) use links::LinkLine;

use super::told::{self, Params, text};
use crate::catalog::{CardName, EntityDetails};
use crate::routes::use_links;
use crate::ui::{Fragment, Tab, Tabs};
use definition::Definition;
use leptos::prelude::*;

/// The page with the tab that the parameters ask for.
pub(crate) async fn html(details: EntityDetails, params: Params) -> Fragment {
    // A link may name a tab that is not, or no longer, there.
    let tabs = &details.layout.tabs;
    let known = tabs.iter().position(|tab| text(&params, "tab") == tab.id);
    let current = known.unwrap_or_default();
    let definition = Definition::of(&details, current, &params).await;
    Fragment {
        title: details.summary.label().to_owned(),
        ..told::html(|| view! { <Entity details current definition params /> }.into_any())
    }
}

#[component]
fn Entity(
    details: EntityDetails,
    /** The number of the tab. */
    current: usize,
    definition: Definition,
    params: Params,
) -> impl IntoView {
    let tab = cards::tab(&details, current, &definition, &params);
    let is_asked = text(&params, "refresh") == "asked";
    view! {
        <notices::Notices details=details.clone() is_asked />
        <header::Header details=details.clone() />
        <ViewTabs details current />
        <div class="mt-4">{tab}</div>
    }
    .into_any()
}

#[component]
fn ViewTabs(details: EntityDetails, current: usize) -> impl IntoView {
    let here = use_links().entity(&details.summary.entity_ref);
    let problems = details.problems.len();
    let tabs = details
        .layout
        .tabs
        .into_iter()
        .enumerate()
        .map(|(at, tab)| {
            let holds = |card: CardName| tab.cards.iter().any(|placed| placed.card == card);
            Tab {
                count: (at > 0 && problems > 0 && holds(CardName::Problems)).then_some(problems),
                href: match at {
                    0 => here.clone(),
                    _ => format!("{here}?tab={}", tab.id),
                },
                current: at == current,
                label: tab.title,
            }
        });
    let tabs: Vec<Tab> = tabs.collect();
    view! { <div class="mt-3"><Tabs label="Views" tabs /></div> }.into_any()
}
