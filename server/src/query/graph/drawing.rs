//! A net with the names of its entities, laid out.

use super::super::Model;
use super::super::summarise::Summaries;
use super::net::Net;
use crate::graph::{Item, Line, place};
use app::catalog::{EntityLink, EntityRef, relation};
use app::graph::port::{Graph, GraphEdge, GraphNode};
use hashbrown::HashMap;

/// The drawing of a net.
pub(in crate::query) fn drawing(model: &Model, net: &Net) -> Graph {
    let mut summaries = Summaries::of(model);
    let types = types(model, net);
    let named: Vec<EntityLink> = net
        .nodes
        .iter()
        .map(|node| {
            let known = node.key.parse::<EntityRef>();
            let entity_ref = known.unwrap_or_else(|_| EntityRef::new("", "", node.key.as_str()));
            summaries.link(&entity_ref)
        })
        .collect();
    let note = |at: usize| {
        let kind = &named[at].entity_ref.kind;
        match types.get(&at) {
            _ if !named[at].known => "not in the catalog".to_owned(),
            Some(word) => format!("{kind} · {word}"),
            None => kind.clone(),
        }
    };
    let items: Vec<Item> = (0..named.len())
        .map(|at| Item {
            label: named[at].label().to_owned(),
            note: note(at),
            kind: named[at].entity_ref.kind.clone(),
            is_root: net.nodes[at].is_root,
            outside: net.nodes[at].outside,
        })
        .collect();
    let lines: Vec<Line> = net
        .links
        .iter()
        .map(|(&(from, to), names)| Line {
            from,
            to,
            words: words(names.iter()),
        })
        .collect();
    let placed = place(&items, &lines, net.frame.as_deref());
    let nodes = named
        .into_iter()
        .zip(&net.nodes)
        .zip(placed.boxes.iter().zip(placed.texts));
    let edges = net.links.iter().zip(placed.lines);
    Graph {
        nodes: nodes
            .enumerate()
            .map(|(at, ((link, node), (&place, (label, note))))| GraphNode {
                link,
                label,
                note,
                spec_type: types.get(&at).cloned(),
                is_root: node.is_root,
                is_outside: node.outside.is_some(),
                place,
            })
            .collect(),
        edges: edges
            .map(|((&(from, to), names), points)| GraphEdge {
                from,
                to,
                relations: names
                    .iter()
                    .map(|(name, count)| (name.clone(), *count))
                    .collect(),
                words: words(names.iter()),
                points,
            })
            .collect(),
        frames: placed.frames,
        width: placed.width,
        height: placed.height,
        left_out: net.left_out,
        lines_left_out: net.links_left_out,
        ..Graph::default()
    }
}

/// "depends on, consumes 3".
fn words<'a>(names: impl Iterator<Item = (&'a String, &'a usize)>) -> String {
    let words = names.map(|(name, count)| match count {
        1 => relation::verb(name).to_owned(),
        count => format!("{} {count}", relation::verb(name)),
    });
    words.collect::<Vec<_>>().join(", ")
}

/// `spec.type` of each node that has one, without looking into any document.
fn types(model: &Model, net: &Net) -> HashMap<usize, String> {
    let numbers: HashMap<u32, usize> = net
        .nodes
        .iter()
        .enumerate()
        .filter_map(|(at, node)| Some((node.number?, at)))
        .collect();
    let mut types = HashMap::new();
    let Some(field) = model.index.field("spec.type") else {
        return types;
    };
    for (word, ids) in field.spellings() {
        ids.each(|id| {
            if let Some(&at) = numbers.get(&id) {
                types.insert(at, word.to_owned());
            }
        });
    }
    types
}
