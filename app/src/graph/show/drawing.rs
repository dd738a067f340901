//! A graph as SVG. Geometry is in attributes and colour in classes, since pages allow no inline style;
//! text is escaped here.

use super::super::port::{Graph, GraphEdge, GraphFrame, GraphNode, GraphOf, MOST_WORDS, Rect};
use super::Ways;
use crate::catalog::relation;
use crate::pages::{kind, kind_tile};
use crate::ui::Html;
use std::collections::HashSet;
use std::fmt::Write;

/// More letters than this have no room between two boxes.
const MOST_LETTERS: usize = 20;
/// A drawing a little wider than its place is shown a little smaller, so that it fits; a larger one
/// is scrolled, since nobody could read it.
const PAGE: f64 = 1130.0;
const CARD: f64 = 730.0;
const SMALLEST: f64 = 0.8;

/// What a line stands for, by colour and dashes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Family {
    Needs,
    Api,
    Holds,
    Owns,
    Other,
}

impl Family {
    pub(super) const ALL: [Self; 5] =
        [Self::Needs, Self::Api, Self::Holds, Self::Owns, Self::Other];

    pub(super) fn of(name: &str) -> Self {
        match name {
            "dependsOn" => Self::Needs,
            "consumesApi" | "providesApi" => Self::Api,
            "hasPart" | "parentOf" | "hasMember" => Self::Holds,
            "ownerOf" => Self::Owns,
            _ => Self::Other,
        }
    }

    pub(super) fn edge_class(self) -> &'static str {
        match self {
            Self::Needs => "edge edge-needs",
            Self::Api => "edge edge-api",
            Self::Holds => "edge edge-holds",
            Self::Owns => "edge edge-owns",
            Self::Other => "edge edge-other",
        }
    }

    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Needs => "depends on",
            Self::Api => "provides, consumes",
            Self::Holds => "holds",
            Self::Owns => "owns",
            Self::Other => "other",
        }
    }
}

/// The drawing.
pub(super) fn drawing(ways: &Ways<'_>, graph: &Graph) -> String {
    let mut svg = Svg(Html::default());
    let room = match ways.of {
        GraphOf::Card(..) => CARD,
        _ => PAGE,
    };
    let shown = (room / graph.width.max(1.0)).clamp(SMALLEST, 1.0);
    let of = graph
        .centre
        .as_ref()
        .map_or("the landscape", |centre| centre.label());
    let name = format!(
        "Graph of {of}: {} entities, {} lines. The same stands below as a list.",
        graph.nodes.len(),
        graph.edges.len()
    );
    svg.open("svg", "graph-drawing");
    svg.text("role", "group");
    svg.text("aria-label", &name);
    svg.text(
        "viewBox",
        &format!("0 0 {:.0} {:.0}", graph.width, graph.height),
    );
    svg.number("width", (graph.width * shown).round());
    svg.number("height", (graph.height * shown).round());
    if let Some(root) = graph.nodes.iter().find(|node| node.is_root) {
        // Where a script scrolls to.
        let Rect { x, width, .. } = root.place;
        svg.number("data-x", ((x + width / 2.0) * shown).round());
        svg.number("data-y", (root.place.middle() * shown).round());
    }
    svg.raw(">");
    for frame in &graph.frames {
        box_of(frame, &mut svg);
    }
    let mut taken = (graph.edges.len() <= MOST_WORDS).then(HashSet::new);
    let ends = Ends::of(graph);
    for edge in &graph.edges {
        line(graph, &ends, edge, &mut taken, &mut svg);
    }
    for frame in &graph.frames {
        line_of_frame(frame, &mut svg);
    }
    for (at, it) in graph.nodes.iter().enumerate() {
        node(ways, at, it, &mut svg);
    }
    svg.raw("</svg>");
    svg.0.into_string()
}

fn node_class(node: &GraphNode) -> &'static str {
    if !node.link.known {
        return "node node-missing";
    }
    match kind_tile::tint(&node.link.entity_ref.kind) {
        "blue" => "node node-blue",
        "teal" => "node node-teal",
        "violet" => "node node-violet",
        "plum" => "node node-plum",
        "bronze" => "node node-bronze",
        "olive" => "node node-olive",
        "green" => "node node-green",
        _ => "node node-slate",
    }
}

fn node(ways: &Ways<'_>, at: usize, node: &GraphNode, svg: &mut Svg) {
    let element = if node.link.known { "a" } else { "g" };
    let Rect {
        x,
        y,
        width,
        height,
    } = node.place;
    let full = node.link.entity_ref.to_string();
    let said = format!("{}, {}", node.link.label(), node.note);
    svg.open(element, node_class(node));
    svg.text("data-node", &at.to_string());
    if node.link.known {
        svg.text("href", &ways.of_node(&node.link.entity_ref));
        // What it is shows beside it to whoever stops there.
        svg.text("data-card", &full);
    } else {
        svg.text("role", "img");
        svg.text("aria-label", &said);
    }
    if node.is_root {
        svg.text("data-root", "");
        svg.text("aria-current", "true");
    }
    if node.is_outside {
        svg.text("data-outside", "");
    }
    // The name of the link: the words that stand there may be shortened.
    svg.raw(">");
    svg.title(&format!("{said} ({full})"));
    svg.open("rect", "node-box");
    svg.numbers(&[
        ("x", x),
        ("y", y),
        ("width", width),
        ("height", height),
        ("rx", 8.0),
    ]);
    svg.raw("/>");
    svg.open("rect", "node-tile");
    svg.numbers(&[
        ("x", x + 10.0),
        ("y", y + 10.0),
        ("width", 24.0),
        ("height", 24.0),
        ("rx", 5.0),
    ]);
    svg.raw("/>");
    svg.open("use", "node-icon");
    svg.text("href", &kind::icon(&node.link.entity_ref.kind).in_sprite());
    svg.numbers(&[
        ("x", x + 14.0),
        ("y", y + 14.0),
        ("width", 16.0),
        ("height", 16.0),
    ]);
    svg.raw("/>");
    svg.words("node-label", x + 42.0, y + 19.0, "", &node.label);
    svg.words("node-note", x + 42.0, y + 34.0, "", &node.note);
    svg.raw("</");
    svg.raw(element);
    svg.raw(">");
}

/// Where words stand already: others would cover them.
type Taken = HashSet<(i64, i64)>;

/// Where lines meet.
struct Ends {
    /// From which node to which.
    pairs: HashSet<(usize, usize)>,
    /// How many leave each node, and come to it.
    leaving: Vec<usize>,
    coming: Vec<usize>,
}

impl Ends {
    fn of(graph: &Graph) -> Self {
        let mut ends = Self {
            pairs: graph.edges.iter().map(|it| (it.from, it.to)).collect(),
            leaving: vec![0; graph.nodes.len()],
            coming: vec![0; graph.nodes.len()],
        };
        for edge in &graph.edges {
            ends.leaving[edge.from] += 1;
            ends.coming[edge.to] += 1;
        }
        ends
    }
}

fn line(graph: &Graph, ends: &Ends, edge: &GraphEdge, taken: &mut Option<Taken>, svg: &mut Svg) {
    if edge.points.len() < 2 {
        return;
    }
    let (from, to) = (&graph.nodes[edge.from], &graph.nodes[edge.to]);
    let said = format!("{} {} {}", from.link.label(), edge.words, to.link.label());
    let family = edge
        .relations
        .first()
        .map_or(Family::Other, |(name, _)| Family::of(name));
    // One that has its opposite stands beside it.
    let aside = match ends.pairs.contains(&(edge.to, edge.from)) {
        true if edge.from < edge.to => -6.0,
        true => 6.0,
        false => 0.0,
    };
    let points: Vec<_> = edge.points.iter().map(|(x, y)| (*x, y + aside)).collect();
    let words = taken.as_mut().and_then(|taken| {
        // They stand at the end where fewer lines meet.
        let at_start = ends.leaving[edge.from] < ends.coming[edge.to];
        place_of_words(&points, at_start, taken)
    });
    let ends = format!("{} {}", edge.from, edge.to);
    one_line(
        family,
        &points,
        &ends,
        &said,
        words.map(|at| (edge.words.as_str(), at)),
        svg,
    );
}

fn line_of_frame(frame: &GraphFrame, svg: &mut Svg) {
    if let Some((points, words)) = &frame.line
        && points.len() > 1
    {
        let mut names = relation::DRAWN.into_iter();
        let name = names.find(|name| words.starts_with(relation::verb(name)));
        let family = name.map_or(Family::Other, Family::of);
        let said = format!("{words} {}", frame.title);
        let at = place_of_words(points, false, &mut Taken::new());
        one_line(
            family,
            points,
            "",
            &said,
            at.map(|at| (words.as_str(), at)),
            svg,
        );
    }
}

/// Above the line, near its start or its arrow: the point, and whether words end there.
fn place_of_words(
    points: &[(f64, f64)],
    at_start: bool,
    taken: &mut Taken,
) -> Option<(f64, f64, bool)> {
    let (start, end) = (points[0], points[points.len() - 1]);
    let leads_right = start.0 < end.0;
    let (x, y) = if at_start { start } else { end };
    #[expect(clippy::cast_possible_truncation, reason = "pixels of a drawing")]
    let is_free = taken.insert((x as i64, y as i64));
    let is_left = leads_right == at_start;
    let x = if is_left { x + 10.0 } else { x - 10.0 };
    is_free.then_some((x, y - 5.0, !is_left))
}

fn one_line(
    family: Family,
    points: &[(f64, f64)],
    ends: &str,
    said: &str,
    words: Option<(&str, (f64, f64, bool))>,
    svg: &mut Svg,
) {
    svg.open("g", family.edge_class());
    svg.text("data-ends", ends);
    svg.text("role", "img");
    svg.text("aria-label", said);
    svg.raw(">");
    svg.title(said);
    let path = path(points);
    for class in ["edge-hit", "edge-line"] {
        svg.open("path", class);
        svg.text("d", &path);
        svg.raw("/>");
    }
    let (x, y) = points[points.len() - 1];
    // Lines are level where they end, so an arrow looks to one of two sides.
    let back = if points[points.len() - 2].0 < x {
        -7.0
    } else {
        7.0
    };
    svg.open("path", "edge-head");
    svg.text("d", &format!("M{x:.1} {y:.1}l{back} -4v8z"));
    svg.raw("/>");
    if let Some((words, (x, y, ends_there))) = words {
        let anchor = if ends_there { "end" } else { "" };
        let short: String = words.chars().take(MOST_LETTERS).collect();
        let more = if short.len() < words.len() { "…" } else { "" };
        svg.words("edge-words", x, y, anchor, &format!("{short}{more}"));
    }
    svg.raw("</g>");
}

fn box_of(frame: &GraphFrame, svg: &mut Svg) {
    let Rect {
        x,
        y,
        width,
        height,
    } = frame.place;
    svg.open("rect", "graph-frame");
    svg.numbers(&[
        ("x", x),
        ("y", y),
        ("width", width),
        ("height", height),
        ("rx", 12.0),
    ]);
    svg.raw("/>");
    svg.words("graph-frame-title", x + 14.0, y + 21.0, "", &frame.title);
}

/// A curve that is level at each of the points.
fn path(points: &[(f64, f64)]) -> String {
    let mut path = String::new();
    let (x, y) = points[0];
    let _ = write!(path, "M{x:.1} {y:.1}");
    for pair in points.windows(2) {
        let ((from, start), (to, end)) = (pair[0], pair[1]);
        if (start - end).abs() < 0.5 {
            let _ = write!(path, "H{to:.1}");
        } else {
            let half = f64::midpoint(from, to);
            let _ = write!(
                path,
                "C{half:.1} {start:.1} {half:.1} {end:.1} {to:.1} {end:.1}"
            );
        }
    }
    path
}

/// SVG that is written in order: HTML with numbers for attributes.
struct Svg(Html);

impl Svg {
    fn raw(&mut self, markup: &'static str) {
        self.0.raw(markup);
    }

    fn open(&mut self, element: &'static str, class: &str) {
        self.raw("<");
        self.raw(element);
        self.text("class", class);
    }

    fn text(&mut self, name: &'static str, value: &str) {
        self.0.attribute(name, value);
    }

    fn number(&mut self, name: &'static str, value: f64) {
        self.text(name, &((value * 10.0).round() / 10.0).to_string());
    }

    fn numbers(&mut self, values: &[(&'static str, f64)]) {
        for (name, value) in values {
            self.number(name, *value);
        }
    }

    fn title(&mut self, title: &str) {
        self.raw("<title>");
        self.0.text(title);
        self.raw("</title>");
    }

    fn words(&mut self, class: &str, x: f64, y: f64, anchor: &str, words: &str) {
        self.open("text", class);
        self.numbers(&[("x", x), ("y", y)]);
        if !anchor.is_empty() {
            self.text("text-anchor", anchor);
        }
        // What a screen reader says stands in the name of the whole.
        self.raw(" aria-hidden=\"true\">");
        self.0.text(words);
        self.raw("</text>");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_curve_is_level_where_it_ends() {
        assert_eq!(path(&[(0.0, 5.0), (10.0, 5.0)]), "M0.0 5.0H10.0");
        assert_eq!(
            path(&[(0.0, 5.0), (10.0, 25.0)]),
            "M0.0 5.0C5.0 5.0 5.0 25.0 10.0 25.0"
        );
    }

    #[test]
    fn text_of_a_repository_cannot_leave_its_place() {
        let mut svg = Svg(Html::default());
        svg.text("aria-label", "\"><script>");
        svg.words("node-label", 0.0, 0.0, "", "</text><a href='x'>");
        let svg = svg.0.into_string();
        assert!(!svg.contains("<script>") && !svg.contains("<a "), "{svg}");
    }
}
