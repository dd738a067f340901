//! The cards that a layout can name for an entity.

use super::super::grid::Grid;
use super::super::problem_list::ProblemList;
use super::super::told::Params;
use super::definition::{Definition, DefinitionCard};
use super::{about, docs, labels, links, needs, owned, people, relations, source, teams};
use crate::catalog::{CardName, EntityDetails, ListedProblem, Placed};
use crate::graph::port::GraphOf;
use crate::graph::show;
use crate::ui::{Card, Prose};
use leptos::prelude::*;

/// The tab of that number.
pub(super) fn tab(
    details: &EntityDetails,
    at: usize,
    definition: &Definition,
    params: &Params,
) -> AnyView {
    let Some(tab) = details.layout.tabs.get(at) else {
        return ().into_any();
    };
    let cards = tab.cards.clone();
    let taken = taken(&cards);
    let show = |placed: Placed| match placed.card {
        CardName::Definition => {
            view! { <DefinitionCard definition=definition.clone() /> }.into_any()
        }
        CardName::Graph | CardName::Diagram => graph(details, placed, params),
        _ => card(details, placed, &taken),
    };
    view! { <Grid cards show /> }.into_any()
}

/// The relations that have a card of their own, and so are not among the rest.
fn taken(cards: &[Placed]) -> Vec<String> {
    let of = |placed: &Placed| match placed.card {
        CardName::Relations => placed.types.clone(),
        CardName::Members => vec!["hasMember".to_owned()],
        CardName::Teams => ["parentOf", "childOf", "memberOf"]
            .map(str::to_owned)
            .to_vec(),
        CardName::Owned => vec!["ownerOf".to_owned()],
        _ => Vec::new(),
    };
    cards.iter().flat_map(of).collect()
}

fn card(details: &EntityDetails, placed: Placed, taken: &[String]) -> AnyView {
    let details = details.clone();
    let title = placed.title.clone();
    match placed.card {
        CardName::About => {
            view! { <about::About summary=details.summary description=details.description_html profile=details.profile made_by=details.made_by title /> }
                .into_any()
        }
        CardName::Links => view! { <links::Links links=details.links title /> }.into_any(),
        CardName::Labels => {
            view! { <labels::Labels labels=details.labels annotations=details.annotations /> }.into_any()
        }
        CardName::Source => view! { <source::SourceCard source=details.source title /> }.into_any(),
        CardName::Problems => view! { <Problems problems=details.problems /> }.into_any(),
        CardName::Relations if placed.types.is_empty() => {
            view! { <relations::Rest summary=details.summary groups=details.relations taken=taken.to_vec() title /> }
                .into_any()
        }
        CardName::Relations => {
            view! { <relations::Relations summary=details.summary groups=details.relations types=placed.types title /> }
                .into_any()
        }
        CardName::Members => view! { <people::Members belonging=details.belonging title /> }.into_any(),
        CardName::Teams => view! { <teams::Teams details title /> }.into_any(),
        CardName::Owned => view! { <owned::Owned details title /> }.into_any(),
        CardName::Needs => {
            let needs = details.belonging.map(|it| it.needs).unwrap_or_default();
            let title = title.unwrap_or_else(|| "Needs".to_owned());
            view! { <needs::Needs needs title nothing="What it owns needs nothing of others." /> }
                .into_any()
        }
        CardName::NeededBy => {
            let needs = details.belonging.map(|it| it.needed_by).unwrap_or_default();
            let title = title.unwrap_or_else(|| "Needed by".to_owned());
            view! { <needs::Needs needs title nothing="Nothing of others needs what it owns." /> }
                .into_any()
        }
        CardName::Docs => view! { <docs::Docs details title /> }.into_any(),
        CardName::Json => view! { <source::Json json=details.json /> }.into_any(),
        CardName::Markdown => {
            let html = placed.html.unwrap_or_default();
            let title = title.unwrap_or_else(|| "Notes".to_owned());
            view! { <Card title><div class="card-body"><Prose html /></div></Card> }.into_any()
        }
        // These are made above, or are cards of the home page.
        CardName::Definition
        | CardName::Graph
        | CardName::Diagram
        | CardName::Kinds
        | CardName::MyTeams
        | CardName::MyEntities
        | CardName::Starred
        | CardName::Recent
        | CardName::Attention
        | CardName::QuickLinks => ().into_any(),
    }
}

/// A graph of the entity: all of a tab, or a card.
fn graph(details: &EntityDetails, placed: Placed, params: &Params) -> AnyView {
    let entity_ref = details.summary.entity_ref.clone();
    // A card that has the whole width is the graph itself, any other a view of it.
    let (of, word) = match placed.card {
        CardName::Diagram => (GraphOf::Diagram(entity_ref), "Diagram"),
        _ if placed.width >= 12 => (GraphOf::Tab(entity_ref, placed.types), "Graph"),
        _ => (GraphOf::Card(entity_ref, placed.types), "Graph"),
    };
    let is_tab = matches!(of, GraphOf::Tab(..));
    let title = placed.title.unwrap_or_else(|| word.to_owned());
    let drawing = match show::graph(&of, params) {
        Ok(drawn) => drawn.html,
        Err(error) => {
            let said = error.advice();
            return view! { <Card title><p class="card-body ui text-muted">{said}</p></Card> }
                .into_any();
        }
    };
    if is_tab {
        return view! { <section aria-label=title inner_html=drawing></section> }.into_any();
    }
    view! { <Card title><div inner_html=drawing></div></Card> }.into_any()
}

#[component]
fn Problems(problems: Vec<ListedProblem>) -> impl IntoView {
    let count = problems.len();
    (count > 0).then(|| {
        view! {
            <Card title="Problems" count=count>
                <div class="px-4 pb-2"><ProblemList problems /></div>
            </Card>
        }
    })
}
