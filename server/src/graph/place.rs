//! Entities as boxes: their sizes, what is bundled, what stands apart, and the frame around it all.

use super::layers::{Input, layers};
use super::rank::ranks;
use super::text;
use app::graph::port::{GraphFrame, MOST_WORDS, Rect};
use std::collections::{BTreeMap, HashMap};

const HEIGHT: f64 = 44.0;
const NARROWEST: f64 = 112.0;
const WIDEST: f64 = 216.0;
/// What a box has beside its text: the icon and room.
const BESIDE: f64 = 52.0;
const LABEL: f64 = 13.0;
const NOTE: f64 = 11.0;
/// Between boxes of a rank, and in a grid.
const GAP: f64 = 12.0;
/// Between ranks, where lines have words, and where they are too many.
const GAP_WITH_WORDS: f64 = 124.0;
const GAP_WITHOUT: f64 = 84.0;
/// So many boxes that hang on one other in the same way are one bundle.
const BUNDLE: usize = 7;
/// Room in a frame beside what it holds, and above that for its title.
const PADDING: f64 = 12.0;
const TITLE: f64 = 22.0;
/// Around the whole drawing.
const MARGIN: f64 = 8.0;

/// What becomes a box.
#[derive(Debug, Clone)]
pub(crate) struct Item {
    pub label: String,
    pub note: String,
    /// Boxes of one kind can be bundled.
    pub kind: String,
    /// Stands by itself whatever hangs on it.
    pub is_root: bool,
    /// Stands outside the frame.
    pub outside: Option<Side>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Left,
    Right,
}

/// What becomes a line: numbers of items, and what it says.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub from: usize,
    pub to: usize,
    pub words: String,
}

/// Where all stands.
#[derive(Debug, Clone, Default)]
pub(crate) struct Placed {
    pub boxes: Vec<Rect>,
    /// Label and note as far as they fit their boxes.
    pub texts: Vec<(String, String)>,
    pub lines: Vec<Vec<(f64, f64)>>,
    pub frames: Vec<GraphFrame>,
    pub width: f64,
    pub height: f64,
}

/// A box of the layout: one item, or several in a grid.
struct Cell {
    items: Vec<usize>,
    columns: usize,
    width: f64,
    /// The line that stands for all.
    line: Option<usize>,
}

impl Cell {
    fn size(&self) -> (f64, f64) {
        if self.line.is_none() {
            return (self.width, HEIGHT);
        }
        let (columns, rows) = (self.columns, self.items.len().div_ceil(self.columns));
        let along = |count: usize, size: f64| number(count) * (size + GAP) - GAP;
        (
            along(columns, self.width) + 2.0 * PADDING,
            along(rows, HEIGHT) + 2.0 * PADDING + TITLE,
        )
    }
}

/// Lays items out, in a frame with that title when there is one.
pub(crate) fn place(items: &[Item], lines: &[Line], frame: Option<&str>) -> Placed {
    let widths: Vec<f64> = items.iter().map(width).collect();
    let (cells, cell_of) = cells(items, lines, &widths);
    let mut linked = vec![false; cells.len()];
    for line in lines {
        linked[cell_of[line.from]] = true;
        linked[cell_of[line.to]] = true;
    }
    // What hangs on nothing stands apart; the layers are for the rest.
    let inner: Vec<usize> = (0..cells.len()).filter(|at| linked[*at]).collect();
    let at_inner: HashMap<usize, usize> = inner.iter().copied().zip(0..).collect();
    let on = |side: Side| {
        let is_there = |at: &usize| items[cells[inner[*at]].items[0]].outside == Some(side);
        (0..inner.len()).filter(is_there).collect()
    };
    let words = if lines.len() > MOST_WORDS {
        GAP_WITHOUT
    } else {
        GAP_WITH_WORDS
    };
    let mut input = Input {
        sizes: inner.iter().map(|at| cells[*at].size()).collect(),
        edges: lines
            .iter()
            .map(|line| (at_inner[&cell_of[line.from]], at_inner[&cell_of[line.to]]))
            .collect(),
        first: on(Side::Left),
        last: on(Side::Right),
        gaps: (words, GAP),
    };
    // Which rank a box belongs to has nothing to do with its size.
    let of_ranks = ranks(&input);
    even(&mut input, &of_ranks, &inner, &cells);
    let output = layers(&input);

    let mut placed = Placed {
        boxes: vec![Rect::default(); items.len()],
        lines: output.lines,
        ..Placed::default()
    };
    for (at, &(x, y)) in output.boxes.iter().enumerate() {
        let cell = &cells[inner[at]];
        let (width, height) = input.sizes[at];
        let whole = Rect {
            x,
            y,
            width,
            height,
        };
        match cell.line {
            None => placed.boxes[cell.items[0]] = whole,
            Some(line) => bundle(&mut placed, items, lines, cell, whole, line),
        }
    }
    let alone: Vec<usize> = (0..cells.len())
        .filter(|at| !linked[*at])
        .map(|at| cells[at].items[0])
        .collect();
    let bundles = placed.frames.iter().map(|frame| frame.place);
    let inside = (0..items.len()).filter(|at| linked[cell_of[*at]] && items[*at].outside.is_none());
    let inside = inside.map(|at| placed.boxes[at]).chain(bundles);
    let inside = inside.reduce(Rect::around).unwrap_or_default();
    let is_between = items.iter().any(|item| item.outside.is_some());
    let room = if is_between { inside.width } else { 0.0 };
    let start = Rect {
        height: output.height,
        ..inside
    };
    stand_apart(&mut placed.boxes, &alone, &widths, start, room);
    if let Some(title) = frame {
        around_all(&mut placed, items, title);
    }
    settle(&mut placed);
    placed.texts = (items.iter().zip(&placed.boxes))
        .map(|(item, place)| {
            let room = place.width - BESIDE + 8.0;
            (
                text::cut(&item.label, LABEL, room),
                text::cut(&item.note, NOTE, room),
            )
        })
        .collect();
    placed
}

fn width(item: &Item) -> f64 {
    let text = text::width(&item.label, LABEL).max(text::width(&item.note, NOTE));
    (text + BESIDE).clamp(NARROWEST, WIDEST).round()
}

/// The boxes of the layout, and in which each item is.
fn cells(items: &[Item], lines: &[Line], widths: &[f64]) -> (Vec<Cell>, Vec<usize>) {
    let mut only: Vec<Option<usize>> = vec![None; items.len()];
    let mut count = vec![0_usize; items.len()];
    for (at, line) in lines.iter().enumerate() {
        for end in [line.from, line.to] {
            count[end] += 1;
            only[end] = Some(at);
        }
    }
    let mut bundles: BTreeMap<(usize, bool, &str, &str), Vec<usize>> = BTreeMap::new();
    for (at, item) in items.iter().enumerate() {
        if count[at] == 1
            && !item.is_root
            && item.outside.is_none()
            && let Some(line) = only[at].map(|line| &lines[line])
        {
            let (other, is_target) = if line.to == at {
                (line.from, true)
            } else {
                (line.to, false)
            };
            let key = (other, is_target, line.words.as_str(), item.kind.as_str());
            bundles.entry(key).or_default().push(at);
        }
    }
    bundles.retain(|_, items| items.len() >= BUNDLE);
    let mut bundle_of: HashMap<usize, usize> = HashMap::new();
    let bundles: Vec<Vec<usize>> = bundles.into_values().collect();
    for (number, items) in bundles.iter().enumerate() {
        bundle_of.extend(items.iter().map(|item| (*item, number)));
    }
    let mut cells: Vec<Cell> = Vec::new();
    let mut cell_of = vec![0; items.len()];
    let mut made: HashMap<usize, usize> = HashMap::new();
    for at in 0..items.len() {
        let Some(&number) = bundle_of.get(&at) else {
            cell_of[at] = cells.len();
            cells.push(Cell {
                items: vec![at],
                columns: 1,
                width: widths[at],
                line: None,
            });
            continue;
        };
        cell_of[at] = *made.entry(number).or_insert_with(|| {
            let items = bundles[number].clone();
            let width = items.iter().map(|it| widths[*it]).fold(0.0, f64::max);
            let columns = (number_of_columns(items.len(), width)).max(1);
            cells.push(Cell {
                line: only[at],
                items,
                columns,
                width,
            });
            cells.len() - 1
        });
    }
    (cells, cell_of)
}

/// So many that the grid is a little higher than wide.
fn number_of_columns(count: usize, width: f64) -> usize {
    let mut columns = 1;
    while number(columns * columns) * (width + GAP) < number(count) * (HEIGHT + GAP) * 0.9 {
        columns += 1;
    }
    columns
}

/// Makes the single boxes of a rank equally wide.
fn even(input: &mut Input, ranks: &[usize], inner: &[usize], cells: &[Cell]) {
    let mut widest: HashMap<usize, f64> = HashMap::new();
    let single = |at: usize| cells[inner[at]].line.is_none();
    for at in (0..inner.len()).filter(|at| single(*at)) {
        let known = widest.entry(ranks[at]).or_default();
        *known = known.max(input.sizes[at].0);
    }
    for at in (0..inner.len()).filter(|at| single(*at)) {
        input.sizes[at].0 = widest[&ranks[at]];
    }
}

/// Places the items of a bundle in its grid, and takes their lines together.
fn bundle(
    placed: &mut Placed,
    items: &[Item],
    lines: &[Line],
    cell: &Cell,
    whole: Rect,
    line: usize,
) {
    for (at, &item) in cell.items.iter().enumerate() {
        let (column, row) = (at % cell.columns, at / cell.columns);
        placed.boxes[item] = Rect {
            x: whole.x + PADDING + number(column) * (cell.width + GAP),
            y: whole.y + PADDING + TITLE + number(row) * (HEIGHT + GAP),
            width: cell.width,
            height: HEIGHT,
        };
    }
    let points = placed.lines[line].clone();
    for (at, it) in lines.iter().enumerate() {
        if cell.items.contains(&it.from) || cell.items.contains(&it.to) {
            placed.lines[at].clear();
        }
    }
    placed.frames.push(GraphFrame {
        title: format!("{} · {}", items[cell.items[0]].kind, cell.items.len()),
        place: whole,
        line: Some((points, lines[line].words.clone())),
    });
}

/// Below the rest, in rows; no wider than `room` where there is something on both sides.
fn stand_apart(boxes: &mut [Rect], alone: &[usize], widths: &[f64], rest: Rect, room: f64) {
    let mut width = alone.iter().map(|at| widths[*at]).fold(0.0, f64::max);
    let room = if room > 0.0 {
        width = width.min(room.max(NARROWEST));
        room
    } else {
        rest.width.max(4.0 * (width + GAP))
    };
    let mut columns = 1;
    while number(columns + 1) * (width + GAP) <= room + GAP && columns < alone.len() {
        columns += 1;
    }
    let start = if rest.height > 0.0 {
        rest.height + 2.0 * GAP
    } else {
        0.0
    };
    for (at, &item) in alone.iter().enumerate() {
        boxes[item] = Rect {
            x: rest.x + number(at % columns) * (width + GAP),
            y: start + number(at / columns) * (HEIGHT + GAP),
            width,
            height: HEIGHT,
        };
    }
}

/// The frame around all that is not outside.
fn around_all(placed: &mut Placed, items: &[Item], title: &str) {
    let inside = items
        .iter()
        .zip(&placed.boxes)
        .filter(|(item, _)| item.outside.is_none());
    let bundles = placed.frames.iter().map(|frame| frame.place);
    let whole = inside
        .map(|(_, place)| *place)
        .chain(bundles)
        .reduce(Rect::around);
    let Some(whole) = whole else { return };
    let frame = GraphFrame {
        title: title.to_owned(),
        place: Rect {
            x: whole.x - PADDING,
            y: whole.y - PADDING - TITLE,
            width: whole.width + 2.0 * PADDING,
            height: whole.height + 2.0 * PADDING + TITLE,
        },
        line: None,
    };
    placed.frames.insert(0, frame);
}

/// Moves everything so that it begins at the margin, and measures it.
fn settle(placed: &mut Placed) {
    let frames = placed.frames.iter().map(|frame| frame.place);
    let Some(mut whole) = placed
        .boxes
        .iter()
        .copied()
        .chain(frames)
        .reduce(Rect::around)
    else {
        return;
    };
    for &(x, y) in placed.lines.iter().flatten() {
        whole = whole.around(Rect {
            x,
            y,
            width: 0.0,
            height: 0.0,
        });
    }
    let (x, y) = (MARGIN - whole.x, MARGIN - whole.y);
    let moved = |rect: &mut Rect| {
        rect.x += x;
        rect.y += y;
    };
    placed.boxes.iter_mut().for_each(moved);
    let move_line = |line: &mut Vec<(f64, f64)>| {
        for point in line {
            *point = (point.0 + x, point.1 + y);
        }
    };
    placed.lines.iter_mut().for_each(move_line);
    for frame in &mut placed.frames {
        moved(&mut frame.place);
        frame.line.iter_mut().for_each(|(line, _)| move_line(line));
    }
    placed.width = whole.width + 2.0 * MARGIN;
    placed.height = whole.height + 2.0 * MARGIN;
}

fn number(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}
