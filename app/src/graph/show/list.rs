//! The graph as a list: every entity, and in words each line that leaves it.

use super::super::port::Graph;
use super::Ways;
use crate::catalog::relation;
use crate::pages::entity_link;
use crate::pages::kind_tile::KindTile;
use crate::ui::Icon;
use leptos::prelude::*;

pub(super) fn list(ways: &Ways<'_>, graph: &Graph) -> impl IntoView + use<> {
    let of_page = matches!(ways.of, super::GraphOf::Page | super::GraphOf::Tab(..));
    let entries = graph.nodes.iter().enumerate().map(|(at, node)| {
        let leaving = graph.edges.iter().filter(|edge| edge.from == at);
        let words = leaving.flat_map(|edge| {
            let to = graph.nodes[edge.to].link.clone();
            edge.relations.iter().map(move |(name, count)| {
                let count = (*count > 1).then(|| format!(" ({count})"));
                let verb = relation::verb(name).to_owned();
                view! { <li class="graph-said"><span class="text-muted">{verb} {count} " "</span> <entity_link::QuietLink link=to.clone() /></li> }
            })
        });
        let words: Vec<_> = words.collect();
        let said = (!words.is_empty()).then(|| view! { <ul class="graph-says">{words}</ul> });
        let recentre = (of_page && node.link.known && !node.is_root).then(|| {
            let href = ways.of_node(&node.link.entity_ref);
            let label = format!("Show the graph around {}", node.link.label());
            view! { <a class="link" href=href aria-label=label>"Graph"</a> }
        });
        let kind = node.link.entity_ref.kind.clone();
        view! {
            <li class="graph-entry">
                <div class="line">
                    <KindTile kind=&kind />
                    <span class="font-medium min-w-0"><entity_link::QuietLink link=node.link.clone() /></span>
                    <span class="meta clip">{node.spec_type.clone()}</span>
                    <span class="line-end">{recentre}</span>
                </div>
                {said}
            </li>
        }
    });
    let entries: Vec<_> = entries.collect();
    view! {
        <details class="fold graph-list">
            <summary>{Icon::ChevronRight.svg()} "As a list"</summary>
            <ul>{entries}</ul>
        </details>
    }
}
