//! From roots to what is near them, step by step.

use super::super::Model;
use super::MOST;
use super::net::{Near, Net, Relations, kind_of};
use app::graph::port::{Direction, GraphQuery};
use std::collections::{HashSet, VecDeque};

/// What has come by one of these relations is an owner or a whole. Unless they are asked for by name,
/// they are drawn of the roots alone, and where they have led from one step to the next: lines of
/// everything to its owner and its system would hide how things depend on each other.
const WITHIN: [&str; 4] = ["ownerOf", "hasPart", "parentOf", "hasMember"];

/// A node in the line of those whose neighbours are yet to come.
struct Step {
    at: usize,
    depth: usize,
    /// It was reached as owner or whole of another: then not all that it owns or holds is wanted, and
    /// only what it is part of itself is followed.
    is_above: bool,
}

/// The neighbours of the roots of `query` that the catalog holds, as far as it says.
pub(in crate::query) fn neighbourhood(model: &Model, query: &GraphQuery) -> Net {
    let relations = Relations::of(model);
    let mut net = Net::default();
    let mut left_out = HashSet::new();
    let mut led = HashSet::new();
    let mut steps = VecDeque::new();
    for root in &query.roots {
        let key = root.to_string();
        if let Some(number) = model.number(&key) {
            let at = net.node(&key, Some(number));
            net.nodes[at].is_root = true;
            steps.push_back(Step {
                at,
                depth: 0,
                is_above: false,
            });
        }
    }
    while let Some(step) = steps.pop_front() {
        let Some(number) = net.nodes[step.at].number else {
            continue;
        };
        if query.depth.is_some_and(|depth| step.depth >= depth) {
            continue;
        }
        for near in relations.near(model.entry(number)) {
            if net.at.contains_key(&near.key) || !is_wanted(query, &step, &near) {
                continue;
            }
            if net.nodes.len() >= MOST {
                left_out.insert(near.key);
                continue;
            }
            let at = net.node(&near.key, near.number);
            led.insert(if near.is_from {
                (at, step.at)
            } else {
                (step.at, at)
            });
            steps.push_back(Step {
                at,
                depth: step.depth + 1,
                is_above: is_above(&near),
            });
        }
    }
    net.left_out = left_out.len();
    let is_drawn = |net: &Net, from: usize, to: usize, name: &str| {
        let is_root = net.nodes[from].is_root || net.nodes[to].is_root;
        let is_asked = !query.relations.is_empty();
        if query.is_small {
            return is_root;
        }
        is_asked || is_root || !WITHIN.contains(&name) || led.contains(&(from, to))
    };
    connect(model, &relations, query, &mut net, is_drawn);
    // What has led to each entity keeps it where it belongs.
    net.bound(|net, from, to| {
        net.nodes[from].is_root || net.nodes[to].is_root || led.contains(&(from, to))
    });
    net
}

fn is_wanted(query: &GraphQuery, step: &Step, near: &Near) -> bool {
    let named = |list: &[String], word: &str| list.is_empty() || list.iter().any(|it| it == word);
    let way = match query.direction {
        Direction::Both => true,
        Direction::In => near.is_from,
        Direction::Out => !near.is_from,
    };
    let above = near.is_from && ["hasPart", "parentOf"].contains(&near.name.as_str());
    let may = if step.is_above {
        above
    } else {
        step.depth == 0 || !query.relations.is_empty() || !is_above(near)
    };
    way && may && named(&query.relations, &near.name) && named(&query.kinds, kind_of(&near.key))
}

/// Whether the other is the owner or the whole.
fn is_above(near: &Near) -> bool {
    near.is_from && WITHIN.contains(&near.name.as_str())
}

/// Every relation between nodes that are there.
fn connect(
    model: &Model,
    relations: &Relations<'_>,
    query: &GraphQuery,
    net: &mut Net,
    is_drawn: impl Fn(&Net, usize, usize, &str) -> bool,
) {
    let mut links = HashSet::new();
    let wanted =
        |name: &str| query.relations.is_empty() || query.relations.iter().any(|it| it == name);
    let by_number: hashbrown::HashMap<u32, usize> = net
        .nodes
        .iter()
        .enumerate()
        .filter_map(|(at, node)| Some((node.number?, at)))
        .collect();
    for (at, node) in net.nodes.iter().enumerate() {
        let Some(number) = node.number else { continue };
        let mut add = |other: usize, name: &str, is_from: bool| {
            if wanted(name) {
                let (from, to) = if is_from { (other, at) } else { (at, other) };
                links.insert((from, to, name.to_owned()));
            }
        };
        relations.each(&node.key, |other, name, is_from| {
            if let Some(&other) = by_number.get(&other) {
                add(other, name, is_from);
            }
        });
        for near in relations.missing(model.entry(number)) {
            if let Some(&other) = net.at.get(&near.key) {
                add(other, &near.name, near.is_from);
            }
        }
    }
    links.retain(|(from, to, name)| is_drawn(net, *from, *to, name));
    for (from, to, name) in links {
        net.link(from, to, &name);
    }
    net.name_once();
}

/// The domains and systems of the catalog, and which holds which.
pub(in crate::query) fn landscape(model: &Model) -> Net {
    let mut net = Net::default();
    for kind in ["domain", "system"] {
        let numbers = model.index.matching("kind", kind);
        let mut found: Vec<(&str, u32)> = numbers
            .iter()
            .map(|number| (&*model.entry(number).key, number))
            .collect();
        found.sort_unstable();
        for (key, number) in found {
            if net.nodes.len() < MOST {
                net.node(key, Some(number));
            } else {
                net.left_out += 1;
            }
        }
    }
    let relations = Relations::of(model);
    connect(
        model,
        &relations,
        &GraphQuery::default(),
        &mut net,
        |_, _, _, _| true,
    );
    net.bound(|_, _, _| false);
    net
}
