//! What the palette offers.

use super::appearance::Choice;
use super::palette::look_word;
use crate::admin::AdminTab;
use crate::catalog::{EntityLink, EntityListQuery, Found, Scope};
use crate::pages::kind;
use crate::routes::Links;
use crate::ui::Icon;

/// One choice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Item {
    pub group: &'static str,
    pub icon: Icon,
    pub word: String,
    /// What tells it from others of the same word.
    pub detail: String,
    pub does: Does,
}

/// What happens when it is chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Does {
    Go(String),
    Look(Choice),
}

impl Item {
    /// Whether each word of `text` is somewhere in it; an empty text fits all.
    pub(super) fn fits(&self, text: &str) -> bool {
        let (word, text) = (self.word.to_lowercase(), text.to_lowercase());
        text.split_whitespace().all(|part| word.contains(part))
    }
}

/// What the catalog offers, but not the page of that path: the reader is there.
pub(super) fn entities(links: &Links, found: &Found, here: &str) -> Vec<Item> {
    let item = |group: &'static str, link: &EntityLink| {
        let entity_ref = &link.entity_ref;
        let word = link.label().to_owned();
        let kind = kind::singular(&entity_ref.kind);
        let detail = if word == entity_ref.name {
            kind
        } else {
            format!("{} · {kind}", entity_ref.name)
        };
        Item {
            group,
            icon: kind::icon(&entity_ref.kind),
            word,
            detail,
            does: Does::Go(links.entity(entity_ref)),
        }
    };
    let groups = [
        ("Entities", &found.fitting),
        ("Recent", &found.recent),
        ("Starred", &found.starred),
    ];
    let mut items = Vec::new();
    for (group, found) in groups {
        let others = found
            .iter()
            .filter(|link| links.entity(&link.entity_ref) != here);
        items.extend(others.map(|link| item(group, link)));
    }
    items
}

/// The pages that everyone has.
pub(super) fn pages(links: &Links) -> Vec<Item> {
    let page = |icon: Icon, word: &str, url: String| Item {
        group: "Pages",
        icon,
        word: word.to_owned(),
        detail: String::new(),
        does: Does::Go(url),
    };
    let list = |query: EntityListQuery| links.catalog(&query);
    let scope = |scope| {
        list(EntityListQuery {
            scope,
            ..EntityListQuery::default()
        })
    };
    let mut pages = vec![
        page(Icon::House, "Home", links.home()),
        page(Icon::Library, "Catalog", scope(Scope::All)),
        page(Icon::CirclePlus, "Create", links.templates()),
        page(Icon::CircleCheck, "Owned by me", scope(Scope::Owned)),
        page(Icon::Star, "Starred", scope(Scope::Starred)),
    ];
    pages.extend(
        kind::ORDER
            .into_iter()
            .map(|of| page(kind::icon(of), &kind::plural(of), links.kind(of))),
    );
    pages.extend(AdminTab::ALL.map(|tab| page(Icon::ChartLine, tab.title(), links.admin_tab(tab))));
    pages.extend([
        page(Icon::Network, "Graph", links.graph(None)),
        page(Icon::TriangleAlert, "Problems", links.problems()),
        page(Icon::Settings, "Settings", links.settings()),
        page(Icon::Lock, "Kept out", links.kept_out()),
        page(Icon::Link, "Register a location", links.register()),
        page(Icon::BookOpen, "Documentation", links.guide("")),
    ]);
    pages
}

/// What can be done from anywhere.
pub(super) fn actions() -> Vec<Item> {
    let action = |icon: Icon, choice: Choice| Item {
        group: "Actions",
        icon,
        word: look_word(choice).to_owned(),
        detail: String::new(),
        does: Does::Look(choice),
    };
    vec![
        action(Icon::Sun, Choice::Light),
        action(Icon::Moon, Choice::Dark),
        action(Icon::Monitor, Choice::System),
        action(Icon::Rows3, Choice::Normal),
        action(Icon::Rows4, Choice::Compact),
        action(Icon::PanelLeftClose, Choice::Folded),
        action(Icon::PanelLeft, Choice::Unfolded),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_looked_for_word_by_word() {
        let pages = pages(&Links::below("/portal"));
        let fitting = |text: &str| -> Vec<String> {
            let fitting = pages.iter().filter(|item| item.fits(text));
            fitting.map(|item| item.word.clone()).collect()
        };
        assert_eq!(fitting("loc REG"), ["Register a location"]);
        assert_eq!(fitting("zebra"), Vec::<String>::new());
        assert_eq!(fitting("").len(), pages.len());
    }
}
