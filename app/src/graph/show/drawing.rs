//! A graph as SVG. Geometry is in attributes and colour in classes, since pages allow no inline style;
//! text is escaped here.

use super::super::GraphOf;
use super::super::port::{Graph, GraphEdge, GraphFrame, GraphNode, Rect};
use super::Ways;
use crate::catalog::relation;
use crate::pages::kind;
use std::collections::{BTreeSet, HashSet};
use std::fmt::Write;

/// More lines than this have no words beside them: they would cover each other.
const MOST_WORDS: usize = 40;
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
    let mut svg = Svg(String::with_capacity(4096));
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
    symbols(graph, &mut svg);
    for frame in &graph.frames {
        box_of(frame, &mut svg);
    }
    let mut taken = (graph.edges.len() <= MOST_WORDS).then(HashSet::new);
    for edge in &graph.edges {
        line(graph, edge, &mut taken, &mut svg);
    }
    for frame in &graph.frames {
        line_of_frame(frame, &mut svg);
    }
    for (at, it) in graph.nodes.iter().enumerate() {
        node(ways, at, it, &mut svg);
    }
    svg.raw("</svg>");
    svg.0
}

/// The icons that are used, each once.
fn symbols(graph: &Graph, svg: &mut Svg) {
    let kinds: BTreeSet<&'static str> = graph
        .nodes
        .iter()
        .map(|node| symbol(&node.link.entity_ref.kind))
        .collect();
    svg.raw("<defs>");
    for name in kinds {
        svg.raw("<symbol");
        svg.text("id", &format!("graph-{name}"));
        svg.text("viewBox", "0 0 24 24");
        svg.raw("><path");
        svg.text("d", kind::icon(name).outline());
        svg.raw("/></symbol>");
    }
    svg.raw("</defs>");
}

fn symbol(kind: &str) -> &'static str {
    let known = kind::ORDER.iter().find(|it| it.eq_ignore_ascii_case(kind));
    known.copied().unwrap_or("other")
}

fn node_class(node: &GraphNode) -> &'static str {
    match symbol(&node.link.entity_ref.kind) {
        _ if !node.link.known => "node node-missing",
        "component" => "node node-blue",
        "api" => "node node-teal",
        "system" => "node node-violet",
        "domain" => "node node-plum",
        "resource" => "node node-bronze",
        "template" => "node node-olive",
        "group" | "user" => "node node-green",
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
    svg.raw("><title>");
    svg.escaped(&format!("{said} ({full})"));
    svg.raw("</title>");
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
    svg.text(
        "href",
        &format!("#graph-{}", symbol(&node.link.entity_ref.kind)),
    );
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

fn line(graph: &Graph, edge: &GraphEdge, taken: &mut Option<Taken>, svg: &mut Svg) {
    if edge.points.len() < 2 {
        return;
    }
    let (from, to) = (&graph.nodes[edge.from], &graph.nodes[edge.to]);
    let said = format!("{} {} {}", from.link.label(), edge.words, to.link.label());
    let family = edge
        .relations
        .first()
        .map_or(Family::Other, |(name, _)| Family::of(name));
    let others =
        |is_it: &dyn Fn(&GraphEdge) -> bool| graph.edges.iter().filter(|it| is_it(it)).count();
    // One that has its opposite stands beside it.
    let has_opposite = others(&|it| (it.from, it.to) == (edge.to, edge.from)) > 0;
    let aside = match has_opposite {
        true if edge.from < edge.to => -6.0,
        true => 6.0,
        false => 0.0,
    };
    let points: Vec<_> = edge.points.iter().map(|(x, y)| (*x, y + aside)).collect();
    let words = taken.as_mut().and_then(|taken| {
        // They stand at the end where fewer lines meet.
        let leaving = others(&|it| it.from == edge.from);
        let coming = others(&|it| it.to == edge.to);
        place_of_words(&points, leaving < coming, taken)
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
    svg.raw("><title>");
    svg.escaped(said);
    svg.raw("</title>");
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

/// SVG that is written in order. Elements and classes are ours, all else is escaped.
struct Svg(String);

impl Svg {
    fn raw(&mut self, markup: &str) {
        self.0.push_str(markup);
    }

    fn open(&mut self, element: &str, class: &str) {
        let _ = write!(self.0, "<{element} class=\"{class}\"");
    }

    fn text(&mut self, name: &str, value: &str) {
        let _ = write!(self.0, " {name}=\"");
        self.escaped(value);
        self.0.push('"');
    }

    fn number(&mut self, name: &str, value: f64) {
        let _ = write!(self.0, " {name}=\"{}\"", (value * 10.0).round() / 10.0);
    }

    fn numbers(&mut self, values: &[(&str, f64)]) {
        for (name, value) in values {
            self.number(name, *value);
        }
    }

    fn words(&mut self, class: &str, x: f64, y: f64, anchor: &str, words: &str) {
        self.open("text", class);
        self.numbers(&[("x", x), ("y", y)]);
        if !anchor.is_empty() {
            self.text("text-anchor", anchor);
        }
        // What a screen reader says stands in the name of the whole.
        self.raw(" aria-hidden=\"true\">");
        self.escaped(words);
        self.raw("</text>");
    }

    fn escaped(&mut self, text: &str) {
        for it in text.chars() {
            match it {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '"' => self.0.push_str("&quot;"),
                '\'' => self.0.push_str("&#39;"),
                it => self.0.push(it),
            }
        }
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
        let mut svg = Svg(String::new());
        svg.text("aria-label", "\"><script>");
        svg.words("node-label", 0.0, 0.0, "", "</text><a href='x'>");
        assert!(
            !svg.0.contains("<script>") && !svg.0.contains("<a "),
            "{}",
            svg.0
        );
    }
}
