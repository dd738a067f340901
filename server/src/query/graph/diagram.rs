//! What a system or a domain holds: its parts as boxes, and how they hang together, with one another
//! and with what is outside.
//!
//! In a domain the boxes are its systems and the domains within, and a line between two of them stands
//! for all relations between what is inside. What is outside is shown as the system it belongs to.

use super::super::Model;
use super::MOST;
use super::net::{Net, Relations, kind_of};
use crate::graph::Side;
use std::collections::{BTreeMap, HashMap, HashSet};

/// Boxes outside at most; of more, those with most relations.
const MOST_OUTSIDE: usize = 24;
/// Parts that are looked into at most.
const MOST_PARTS: usize = 5000;
/// The relations that say how software hangs together.
const NEEDS: [&str; 3] = ["dependsOn", "consumesApi", "providesApi"];

/// The diagram of the entity of that number.
pub(in crate::query) fn diagram(model: &Model, number: u32) -> Net {
    let relations = Relations::of(model);
    let whole = model.entry(number);
    let mut net = Net::default();
    // The box that stands for each part, and for each part of a part.
    let mut boxes: HashMap<u32, usize> = HashMap::new();
    let mut left_out = HashSet::new();
    for part in parts(&relations, &whole.key) {
        if part == number {
            continue;
        }
        if net.nodes.len() >= MOST {
            left_out.insert(part);
            continue;
        }
        let at = net.node(&model.entry(part).key, Some(part));
        boxes.insert(part, at);
    }
    net.left_out = left_out.len();
    let is_domain = kind_of(&whole.key) == "domain";
    if is_domain {
        fold(model, &relations, number, &mut boxes);
    }
    let mut outside: BTreeMap<u32, Vec<(usize, String, bool)>> = BTreeMap::new();
    let mut inside: BTreeMap<u32, usize> = BTreeMap::new();
    inside.extend(boxes.iter().map(|(part, at)| (*part, *at)));
    for (&part, &at) in &inside {
        relations.each(&model.entry(part).key, |other, name, is_from| {
            let is_part = !is_domain && name == "hasPart";
            if !NEEDS.contains(&name) && !is_part {
                return;
            }
            match boxes.get(&other) {
                // Each is seen from both of its ends, and counted at one.
                Some(&to) if !is_from => net.link(at, to, name),
                Some(_) => {}
                None if is_part => {}
                None => {
                    let home = home(model, &relations, other, is_domain);
                    if let Some(home) =
                        home.filter(|home| *home != number && !left_out.contains(home))
                    {
                        let links = outside.entry(home).or_default();
                        links.push((at, name.to_owned(), is_from));
                    }
                }
            }
        });
    }
    add_outside(model, &mut net, outside);
    net.bound(|net, from, to| net.nodes[from].outside.is_none() && net.nodes[to].outside.is_none());
    net
}

/// What is directly part of a whole, in the order of kind and name.
fn parts(relations: &Relations<'_>, key: &str) -> Vec<u32> {
    let mut parts = Vec::new();
    relations.each(key, |other, name, is_from| {
        if name == "hasPart" && !is_from {
            parts.push(other);
        }
    });
    parts
}

/// Lets each part of a part stand for the box it is in.
fn fold(model: &Model, relations: &Relations<'_>, whole: u32, boxes: &mut HashMap<u32, usize>) {
    let mut waiting: Vec<(u32, usize)> = boxes.iter().map(|(part, at)| (*part, *at)).collect();
    waiting.sort_unstable();
    while let Some((part, at)) = waiting.pop() {
        for inner in parts(relations, &model.entry(part).key) {
            if inner != whole && boxes.len() < MOST_PARTS && !boxes.contains_key(&inner) {
                boxes.insert(inner, at);
                waiting.push((inner, at));
            }
        }
    }
}

/// The system that something belongs to, or itself; around a domain, nothing but systems.
fn home(model: &Model, relations: &Relations<'_>, number: u32, only_systems: bool) -> Option<u32> {
    let mut home = None;
    relations.each(&model.entry(number).key, |other, name, is_from| {
        let is_system = kind_of(&model.entry(other).key) == "system";
        if name == "hasPart" && is_from && is_system && home.is_none_or(|known| other < known) {
            home = Some(other);
        }
    });
    home.or((!only_systems).then_some(number))
}

/// Adds what is outside: left what needs something inside, right what is only needed.
fn add_outside(model: &Model, net: &mut Net, outside: BTreeMap<u32, Vec<(usize, String, bool)>>) {
    let mut outside: Vec<_> = outside.into_iter().collect();
    outside.sort_by_key(|(home, links)| (std::cmp::Reverse(links.len()), *home));
    for (number, (home, links)) in outside.into_iter().enumerate() {
        if number >= MOST_OUTSIDE {
            net.left_out += 1;
            continue;
        }
        let other = net.node(&model.entry(home).key, Some(home));
        let leads_in = links.iter().any(|(.., is_from)| *is_from);
        net.nodes[other].outside = Some(if leads_in { Side::Left } else { Side::Right });
        for (at, name, is_from) in links {
            let (from, to) = if is_from { (other, at) } else { (at, other) };
            net.link(from, to, &name);
        }
    }
}
