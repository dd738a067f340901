//! What a page is made of: tabs, and the cards on them.
//!
//! To add a card: 1. its name in [`CardName`] with its row in [`CARDS`], 2. a component that takes
//! plain data, 3. its arm where the page shows cards (`pages/entity_view/cards.rs` or `pages/home_view.rs`),
//! 4. its row in `docs/layouts.md`.

use super::WebLink;
use serde::{Deserialize, Serialize};

/// The page of an entity: at least one tab.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Layout {
    pub tabs: Vec<LayoutTab>,
}

/// A tab and what stands on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LayoutTab {
    /// Its word in the URL.
    pub id: String,
    pub title: String,
    pub cards: Vec<Placed>,
}

/// A card with its place and its options.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Placed {
    pub card: CardName,
    /// Of twelve columns: one of [`WIDTHS`].
    pub width: u8,
    /// Instead of the card's own title.
    pub title: Option<String>,
    /// Types of relations, for the cards that show relations.
    pub types: Vec<String>,
    /// The text of a Markdown card, safe to show as it is.
    pub html: Option<String>,
    /// The links of a card of quick links.
    pub links: Vec<WebLink>,
}

/// How wide a card may be, in columns.
pub const WIDTHS: [u8; 6] = [3, 4, 6, 8, 9, 12];

/// What a card shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum CardName {
    About,
    Links,
    Labels,
    Source,
    Problems,
    Relations,
    Members,
    Teams,
    Owned,
    Needs,
    NeededBy,
    Definition,
    Docs,
    Json,
    Graph,
    Diagram,
    Markdown,
    Kinds,
    MyTeams,
    MyEntities,
    Starred,
    Recent,
    Attention,
    QuickLinks,
}

/// Where a card can stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    Entity,
    Home,
    Both,
}

/// Every card: its name in a layout, where it can stand, and its width unless said otherwise.
pub const CARDS: [(&str, CardName, Stage, u8); 24] = [
    ("about", CardName::About, Stage::Entity, 4),
    ("links", CardName::Links, Stage::Entity, 4),
    ("labels", CardName::Labels, Stage::Entity, 4),
    ("source", CardName::Source, Stage::Entity, 4),
    ("problems", CardName::Problems, Stage::Entity, 8),
    ("relations", CardName::Relations, Stage::Entity, 8),
    ("members", CardName::Members, Stage::Entity, 8),
    ("teams", CardName::Teams, Stage::Entity, 4),
    ("owned", CardName::Owned, Stage::Entity, 8),
    ("needs", CardName::Needs, Stage::Entity, 8),
    ("needed-by", CardName::NeededBy, Stage::Entity, 8),
    ("definition", CardName::Definition, Stage::Entity, 12),
    ("docs", CardName::Docs, Stage::Entity, 8),
    ("json", CardName::Json, Stage::Entity, 12),
    ("graph", CardName::Graph, Stage::Entity, 8),
    ("diagram", CardName::Diagram, Stage::Entity, 12),
    ("markdown", CardName::Markdown, Stage::Both, 8),
    ("kinds", CardName::Kinds, Stage::Home, 12),
    ("my-teams", CardName::MyTeams, Stage::Home, 4),
    ("my-entities", CardName::MyEntities, Stage::Home, 8),
    ("starred", CardName::Starred, Stage::Home, 4),
    ("recent", CardName::Recent, Stage::Home, 4),
    ("attention", CardName::Attention, Stage::Home, 8),
    ("quick-links", CardName::QuickLinks, Stage::Home, 4),
];

/// Cards side by side: each stack with its width.
pub type Band = Vec<(u8, Vec<Placed>)>;

/// Arranges cards in bands, one below the other. A card of full width is a band of its own. Between
/// those, cards of one width stand below each other where the widths fill a row (8 and 4), and are
/// dealt to equal stacks where all are the same.
pub fn bands(cards: &[Placed]) -> Vec<Band> {
    let mut bands: Vec<Vec<Placed>> = Vec::new();
    let mut open = false;
    for card in cards {
        let full = card.width >= 12;
        match bands.last_mut() {
            Some(band) if open && !full => band.push(card.clone()),
            _ => bands.push(vec![card.clone()]),
        }
        open = !full;
    }
    bands.into_iter().map(stacks).collect()
}

fn stacks(cards: Vec<Placed>) -> Band {
    let mut widths: Vec<u8> = Vec::new();
    for card in &cards {
        if !widths.contains(&card.width) {
            widths.push(card.width);
        }
    }
    if let [width] = widths[..] {
        let count = usize::from(12 / width.clamp(1, 12));
        let mut dealt: Band = vec![(width, Vec::new()); count.min(cards.len())];
        for (at, card) in cards.into_iter().enumerate() {
            dealt[at % count].1.push(card);
        }
        return dealt;
    }
    if widths.iter().sum::<u8>() == 12 {
        let stack = |&width: &u8| {
            let cards = cards.iter().filter(|card| card.width == width);
            (width, cards.cloned().collect())
        };
        return widths.iter().map(stack).collect();
    }
    cards
        .into_iter()
        .map(|card| (card.width, vec![card]))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(widths: &[u8], expected: &[&[(u8, usize)]]) {
        let cards: Vec<Placed> = widths
            .iter()
            .map(|&width| Placed {
                card: CardName::About,
                width,
                title: None,
                types: Vec::new(),
                html: None,
                links: Vec::new(),
            })
            .collect();
        let bands = bands(&cards);
        let counted: Vec<Vec<(u8, usize)>> = bands
            .iter()
            .map(|band| {
                band.iter()
                    .map(|(width, stack)| (*width, stack.len()))
                    .collect()
            })
            .collect();
        assert_eq!(counted, expected, "{widths:?}");
    }

    #[test]
    fn cards_stand_in_stacks_between_those_of_full_width() {
        check(&[], &[]);
        check(&[12, 8, 4, 8], &[&[(12, 1)], &[(8, 2), (4, 1)]]);
        check(&[6, 6, 6], &[&[(6, 2), (6, 1)]]);
        check(&[8], &[&[(8, 1)]]);
        check(
            &[4, 4, 12, 12],
            &[&[(4, 1), (4, 1)], &[(12, 1)], &[(12, 1)]],
        );
        check(&[8, 3, 6], &[&[(8, 1), (3, 1), (6, 1)]]);
    }

    #[test]
    fn every_card_fits_the_grid() {
        assert!(CARDS.iter().all(|(_, _, _, width)| WIDTHS.contains(width)));
    }
}
