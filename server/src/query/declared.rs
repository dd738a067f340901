//! The relations that an entity declares itself, kept as a short text: what others declare of it is
//! in its relations as well, and must stay when its own go.

use app::catalog::relation::PAIRS;
use std::collections::BTreeSet;

/// A direction of a relation: from, type, to.
pub(super) type Edge = (String, String, String);

/// The first of the letters that stand for the well-known types: a line of one of them and a name is
/// a relation with its reverse.
const FIRST: u8 = b'A';

/// Appends what the entity `key` declares; edges between others are left out.
pub(super) fn write<'a>(
    key: &str,
    edges: impl Iterator<Item = (&'a str, &'a str, &'a str)>,
    out: &mut Vec<u8>,
) {
    let edges: BTreeSet<(&str, &str, &str)> = edges.collect();
    let (own, others): (Vec<_>, Vec<_>) = edges.into_iter().partition(|(from, ..)| *from == key);
    let mut others: BTreeSet<(&str, &str, &str)> =
        others.into_iter().filter(|(_, _, to)| *to == key).collect();
    let mut left = Vec::new();
    for (from, kind, to) in own {
        match reverse(kind) {
            Some((letter, reverse)) if others.remove(&(to, reverse, key)) => {
                out.push(letter);
                out.extend_from_slice(to.as_bytes());
                out.push(b'\n');
            }
            _ => left.push((from, kind, to)),
        }
    }
    for edge in left.into_iter().chain(others) {
        let edge = serde_json::to_vec(&edge);
        out.extend(edge.expect("texts are JSON"));
        out.push(b'\n');
    }
}

/// What [`write`] has written of the entity `key`.
pub(super) fn read(key: &str, text: &[u8]) -> BTreeSet<Edge> {
    let mut edges = BTreeSet::new();
    for line in text.split(|byte| *byte == b'\n') {
        match line.split_first() {
            Some((b'[', _)) => edges.extend(serde_json::from_slice::<Edge>(line)),
            Some((letter, other)) => {
                let other = String::from_utf8_lossy(other);
                if let Some((kind, reverse)) = kinds(*letter) {
                    edges.insert((key.to_owned(), kind.to_owned(), other.clone().into_owned()));
                    edges.insert((other.into_owned(), reverse.to_owned(), key.to_owned()));
                }
            }
            None => {}
        }
    }
    edges
}

/// All well-known types, each with its reverse.
fn types() -> impl Iterator<Item = (&'static str, &'static str)> {
    PAIRS
        .iter()
        .flat_map(|&(one, other)| [(one, other), (other, one)])
}

/// The letter of a well-known type, and its reverse.
fn reverse(kind: &str) -> Option<(u8, &'static str)> {
    let mut types = (FIRST..).zip(types());
    let known = types.find(|(_, (known, _))| *known == kind);
    known.map(|(letter, (_, reverse))| (letter, reverse))
}

fn kinds(letter: u8) -> Option<(&'static str, &'static str)> {
    types().nth(usize::from(letter.checked_sub(FIRST)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(edges: &[(&str, &str, &str)], length: usize) {
        let mut text = Vec::new();
        write("me", edges.iter().copied(), &mut text);
        let expected = edges
            .iter()
            .filter(|(from, _, to)| *from == "me" || *to == "me");
        let owned = |(from, kind, to): &(&str, &str, &str)| {
            ((*from).to_owned(), (*kind).to_owned(), (*to).to_owned())
        };
        assert_eq!(
            read("me", &text),
            expected.map(owned).collect(),
            "{edges:?}"
        );
        assert_eq!(text.len(), length, "{}", String::from_utf8_lossy(&text));
    }

    #[test]
    fn what_is_declared_is_remembered() {
        check(&[], 0);
        check(&[("me", "ownedBy", "a"), ("a", "ownerOf", "me")], 3);
        check(&[("me", "ownedBy", "z"), ("z", "ownerOf", "me")], 3);
        check(
            &[("me", "dependsOn", "me"), ("me", "dependencyOf", "me")],
            51,
        );
        check(&[("me", "ownedBy", "a")], 21);
        check(&[("a", "likes\n", "me"), ("me", "liked", "a")], 40);
        check(&[("a", "ownerOf", "b")], 0);
        check(
            &[
                ("me", "dependsOn", "a"),
                ("a", "dependencyOf", "me"),
                ("me", "dependencyOf", "a"),
                ("a", "dependsOn", "me"),
            ],
            6,
        );
    }
}
