//! `app.layouts` and `app.home`: which tabs and cards a page has. The first layout that fits an
//! entity is its page; behind those of the operator stand the embedded ones, so that there is one.

mod read;

use std::sync::LazyLock;

use app::catalog::layout::Stage;
use app::catalog::{Layout, Placed};

use self::read::{cards, entities};
use crate::config::section::Section;
use crate::config::yaml;

/// The layouts that stand in without any configuration, and their documentation by example.
const EMBEDDED: &str = include_str!("layouts.yaml");

/// What the operator says about pages.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Layouts {
    /// `app.layouts`: in their order. Default none, which leaves the embedded ones.
    entities: Vec<EntityLayout>,
    /// `app.home`: the cards of the home page. Default the embedded ones.
    home: Option<Vec<Placed>>,
}

/// The page of the entities it fits.
#[derive(Debug, Clone, PartialEq, Eq)]
struct EntityLayout {
    /// Lower case; none fits every kind.
    kind: Option<String>,
    /// Lower case; none fits every `spec.type`, and entities without one.
    types: Vec<String>,
    layout: Layout,
}

static DEFAULTS: LazyLock<Layouts> = LazyLock::new(|| {
    let root = yaml::parse(EMBEDDED, "layouts.yaml").expect("a test reads the embedded layouts");
    let mut wrong = Vec::new();
    let of = |key: &str| root.as_map().and_then(|keys| keys.get(key));
    Layouts {
        entities: of("layouts").map_or_else(Vec::new, |node| entities(node, &mut wrong)),
        home: of("home").and_then(|node| cards(node, Stage::Home).ok()),
    }
});

impl Layouts {
    pub(super) fn read(root: &Section<'_>) -> Self {
        let mut layouts = Self::default();
        let Some(app) = root.section("app") else {
            return layouts;
        };
        // Asked for as a whole, so that nothing in them counts as unread.
        app.value("layouts");
        app.value("home");
        if let Some(node) = app.node("layouts") {
            let mut wrong = Vec::new();
            layouts.entities = entities(node, &mut wrong);
            for (node, reason) in wrong {
                let message = format!("{reason}; this layout is passed over");
                app.warn_at(&node.origin, "layouts", &message);
            }
        }
        if let Some(node) = app.node("home") {
            match cards(node, Stage::Home) {
                Ok(cards) => layouts.home = Some(cards),
                Err((node, reason)) => {
                    let message = format!("{reason}; the home page stays as it is by default");
                    app.warn_at(&node.origin, "home", &message);
                }
            }
        }
        layouts
    }

    /// The layout of an entity.
    pub fn of(&self, kind: &str, spec_type: Option<&str>) -> &Layout {
        let (kind, spec_type) = (kind.to_lowercase(), spec_type.map(str::to_lowercase));
        let fits = |it: &&EntityLayout| {
            it.kind.as_ref().is_none_or(|only| *only == kind)
                && (it.types.is_empty()
                    || spec_type
                        .as_ref()
                        .is_some_and(|word| it.types.contains(word)))
        };
        let mut all = self.entities.iter().chain(&DEFAULTS.entities);
        let found = all.find(fits);
        &found.expect("the last embedded layout fits all").layout
    }

    /// The cards of the home page.
    pub fn home(&self) -> &[Placed] {
        let home = self.home.as_ref().or(DEFAULTS.home.as_ref());
        home.map_or(&[], Vec::as_slice)
    }
}

#[cfg(test)]
mod tests;
