//! What a graph may be asked for, and what comes back: boxes, lines and words, in pixels.

use crate::catalog::{EntityLink, EntityRef, EntitySummary, FacetValue, RefDefaults, relation};

/// More steps than this are all steps.
pub const DEEPEST: usize = 9;

/// With more lines than this they have no words beside them: they would cover each other.
pub const MOST_WORDS: usize = 40;

/// Of what a graph is drawn, and for which place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GraphOf {
    /// The page of graphs: what the URL asks for.
    Page,
    /// The graph of an entity on a tab of its page, with these relations unless the URL has others.
    Tab(EntityRef, Vec<String>),
    /// The neighbours of an entity, small.
    Card(EntityRef, Vec<String>),
    /// What a system or a domain holds.
    Diagram(EntityRef),
}

/// Whose neighbours are wanted, and which.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GraphQuery {
    pub roots: Vec<EntityRef>,
    /// How many steps from a root; none is as many as there are.
    pub depth: Option<usize>,
    pub direction: Direction,
    /// Drawn relations, as [`relation::drawn`] names them; empty is all.
    pub relations: Vec<String>,
    /// Lower case; empty is all.
    pub kinds: Vec<String>,
    /// Only lines from and to a root: a small drawing has no room for what neighbours have with each
    /// other.
    pub is_small: bool,
    /// The tab of the entity page that holds it.
    pub tab: String,
}

/// Which way relations are followed, as they are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Direction {
    #[default]
    Both,
    /// To what needs, owns or holds it.
    In,
    /// To what it needs, owns or holds.
    Out,
}

/// A graph with the place of everything in it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Graph {
    /// The entity in the centre, when there is one.
    pub centre: Option<EntitySummary>,
    pub nodes: Vec<GraphNode>,
    pub edges: Vec<GraphEdge>,
    pub frames: Vec<GraphFrame>,
    pub width: f64,
    pub height: f64,
    /// How many entities are not in it because it would be too large.
    pub left_out: usize,
    /// How many lines are not in it for the same reason.
    pub lines_left_out: usize,
    /// The kinds of the catalog.
    pub kinds: Vec<FacetValue>,
    /// The drawn relations of the catalog.
    pub relations: Vec<String>,
}

/// An entity with its box.
#[derive(Debug, Clone, PartialEq)]
pub struct GraphNode {
    pub link: EntityLink,
    /// Its label, and what is said below it, as far as they fit the box.
    pub label: String,
    pub note: String,
    pub spec_type: Option<String>,
    pub is_root: bool,
    /// Does not belong to what is drawn, but hangs together with it.
    pub is_outside: bool,
    pub place: Rect,
}

/// All relations from one entity to another, and the line that stands for them.
#[derive(Debug, Clone, PartialEq)]
pub struct GraphEdge {
    /// Numbers of nodes.
    pub from: usize,
    pub to: usize,
    /// As [`relation::drawn`] names them, each with how many of them the line stands for.
    pub relations: Vec<(String, usize)>,
    /// The same in words.
    pub words: String,
    /// Where the line goes: through these points, level at each. None for a line that a frame's
    /// stands for.
    pub points: Vec<(f64, f64)>,
}

/// A box around several nodes.
#[derive(Debug, Clone, PartialEq)]
pub struct GraphFrame {
    pub title: String,
    pub place: Rect,
    /// The line that stands for those of all nodes in it: where it goes, what it says, and the node
    /// at its other end.
    pub line: Option<(Vec<(f64, f64)>, String)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Rect {
    pub x: f64,
    pub y: f64,
    pub width: f64,
    pub height: f64,
}

impl Direction {
    pub const ALL: [Self; 3] = [Self::Both, Self::In, Self::Out];

    /// Its word in the URL.
    pub fn key(self) -> &'static str {
        match self {
            Self::Both => "both",
            Self::In => "in",
            Self::Out => "out",
        }
    }
}

impl GraphQuery {
    /// What is asked of a graph by parameters of a URL, and the text of a root that is no reference.
    ///
    /// The parameters of existing portals, `rootEntityRefs[]` and its like, mean the same.
    pub fn of(of: &GraphOf, params: &[(String, String)]) -> (Self, Option<String>) {
        let mut query = Self {
            depth: Some(2),
            ..Self::default()
        };
        let mut unclear = None;
        if let GraphOf::Card(entity_ref, relations) = of {
            query.depth = Some(1);
            query.is_small = true;
            query.roots.push(entity_ref.clone());
            query.relations.extend(relations.iter().map(name));
            return (query, None);
        }
        for (key, value) in params {
            let value = value.trim();
            if value.is_empty() {
                continue;
            }
            let key = key.trim_end_matches(|it: char| "[]0123456789".contains(it));
            match key {
                "root" | "rootEntityRefs" if *of == GraphOf::Page => {
                    match EntityRef::parse(value, RefDefaults::default()) {
                        Ok(root) => query.roots.push(root),
                        Err(_) => unclear = Some(value.to_owned()),
                    }
                }
                "depth" | "maxDepth" => {
                    query.depth = match value.parse::<usize>() {
                        Ok(depth) => Some(depth.max(1)).filter(|depth| *depth <= DEEPEST),
                        Err(_) if value == "all" => None,
                        Err(_) => query.depth,
                    };
                }
                "dir" => {
                    let known = Direction::ALL.into_iter().find(|it| it.key() == value);
                    query.direction = known.unwrap_or_default();
                }
                "rel" | "selectedRelations" => query.relations.push(name(value)),
                "kind" | "selectedKinds" => query.kinds.push(value.to_lowercase()),
                "tab" => value.clone_into(&mut query.tab),
                _ => {}
            }
        }
        if let GraphOf::Tab(entity_ref, relations) = of {
            query.roots = vec![entity_ref.clone()];
            if query.relations.is_empty() {
                query.relations.extend(relations.iter().map(name));
            }
        }
        query.relations.sort_unstable();
        query.relations.dedup();
        query.kinds.sort_unstable();
        query.kinds.dedup();
        (query, unclear)
    }

    /// The parameters that [`Self::of`] reads back, without what is the default.
    pub fn to_params(&self) -> Vec<(&'static str, String)> {
        let mut params = Vec::new();
        if self.tab.is_empty() {
            params.extend(self.roots.iter().map(|root| ("root", root.to_string())));
        } else {
            params.push(("tab", self.tab.clone()));
        }
        match self.depth {
            Some(2) => {}
            Some(depth) => params.push(("depth", depth.to_string())),
            None => params.push(("depth", "all".to_owned())),
        }
        if self.direction != Direction::Both {
            params.push(("dir", self.direction.key().to_owned()));
        }
        params.extend(self.relations.iter().map(|name| ("rel", name.clone())));
        params.extend(self.kinds.iter().map(|kind| ("kind", kind.clone())));
        params
    }
}

fn name(kind: impl AsRef<str>) -> String {
    let name = relation::drawn(kind.as_ref()).0;
    if relation::DRAWN.contains(&name) {
        name.to_owned()
    } else {
        name.to_lowercase()
    }
}

impl Rect {
    pub fn right(self) -> f64 {
        self.x + self.width
    }

    pub fn bottom(self) -> f64 {
        self.y + self.height
    }

    pub fn middle(self) -> f64 {
        self.y + self.height / 2.0
    }

    /// The smallest box around both.
    #[must_use]
    pub fn around(self, other: Self) -> Self {
        let (x, y) = (self.x.min(other.x), self.y.min(other.y));
        Self {
            x,
            y,
            width: self.right().max(other.right()) - x,
            height: self.bottom().max(other.bottom()) - y,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(params: &[(&str, &str)]) -> (GraphQuery, Option<String>) {
        let owned = |(key, value): &(&str, &str)| ((*key).to_owned(), (*value).to_owned());
        let params: Vec<_> = params.iter().map(owned).collect();
        GraphQuery::of(&GraphOf::Page, &params)
    }

    #[test]
    fn a_query_survives_its_url() {
        let query = GraphQuery {
            roots: vec![EntityRef::new("component", "default", "orders")],
            depth: None,
            direction: Direction::In,
            relations: vec!["dependsOn".to_owned(), "ownerOf".to_owned()],
            kinds: vec!["api".to_owned()],
            ..GraphQuery::default()
        };
        let params = query.to_params();
        let params: Vec<_> = params.iter().map(|(k, v)| (*k, v.as_str())).collect();
        assert_eq!(read(&params), (query, None));
        let (query, unclear) = read(&[("root", "orders"), ("depth", "0"), ("dir", "up")]);
        assert_eq!(unclear.as_deref(), Some("orders"));
        assert_eq!((query.depth, query.direction), (Some(1), Direction::Both));
    }

    #[test]
    fn links_of_existing_portals_work() {
        let (query, _) = read(&[
            ("rootEntityRefs[]", "component:default/orders"),
            ("maxDepth", "3"),
            ("selectedKinds[]", "API"),
            ("selectedRelations[]", "ownedBy"),
            ("selectedRelations[0]", "ownerOf"),
        ]);
        assert_eq!(query.roots.len(), 1);
        assert_eq!(
            (query.depth, query.kinds.as_slice()),
            (Some(3), ["api".to_owned()].as_slice())
        );
        assert_eq!(query.relations, ["ownerOf"]);
    }
}
