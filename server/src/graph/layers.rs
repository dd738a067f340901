//! A layered layout from left to right: ranks, then the order within each, then heights.
//!
//! Every line goes from a rank to a later one. Where it passes a rank in between it has a place there
//! like a box, so that no line crosses a box. The same input always gives the same drawing.

use super::cross::order;
use super::rank::ranks;
use super::spread::spread;
use std::collections::HashMap;

/// More places of lines between boxes than this are not worth their time: longer lines go straight.
const MOST_PASSES: usize = 2500;
/// How high the place is at which a line passes a rank.
const PASS: f64 = 12.0;

/// What is to be laid out.
#[derive(Debug, Clone, Default)]
pub(super) struct Input {
    /// Width and height of each box.
    pub sizes: Vec<(f64, f64)>,
    /// Numbers of boxes; circles and repetitions are fine. An edge from a box to itself, or between two
    /// that are held on one side, has no line.
    pub edges: Vec<(usize, usize)>,
    /// Boxes that stand before all others, and behind all others.
    pub first: Vec<usize>,
    pub last: Vec<usize>,
    /// Between ranks, and between the boxes of a rank.
    pub gaps: (f64, f64),
}

/// Where everything is.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Output {
    /// Left upper corner of each box.
    pub boxes: Vec<(f64, f64)>,
    pub ranks: Vec<usize>,
    /// The points of each edge, from its source to its target.
    pub lines: Vec<Vec<(f64, f64)>>,
    pub width: f64,
    pub height: f64,
}

/// A box, or the place where a line passes a rank.
#[derive(Debug, Clone, Default)]
pub(super) struct Spot {
    pub rank: usize,
    pub height: f64,
    pub is_pass: bool,
    /// Spots of the rank before and the rank behind.
    pub before: Vec<usize>,
    pub behind: Vec<usize>,
}

pub(super) fn layers(input: &Input) -> Output {
    let count = input.sizes.len();
    let ranks = ranks(input);
    let mut spots: Vec<Spot> = (0..count)
        .map(|at| Spot {
            rank: ranks[at],
            height: input.sizes[at].1,
            ..Spot::default()
        })
        .collect();
    let routes = routes(input, &ranks, &mut spots);
    let last = ranks.iter().max().map_or(0, |last| last + 1);
    let mut rows: Vec<Vec<usize>> = vec![Vec::new(); last];
    for (at, spot) in spots.iter().enumerate() {
        rows[spot.rank].push(at);
    }
    order(&mut rows, &spots);
    let middles = spread(&rows, &spots, input.gaps.1);

    let mut columns = Vec::with_capacity(rows.len());
    let mut x = 0.0;
    for row in &rows {
        let widths = row.iter().filter(|at| **at < count);
        let width = widths.map(|at| input.sizes[*at].0).fold(0.0, f64::max);
        columns.push((x, width));
        x += width + input.gaps.0;
    }
    let boxes: Vec<(f64, f64)> = (0..count)
        .map(|at| (columns[ranks[at]].0, middles[at] - input.sizes[at].1 / 2.0))
        .collect();
    let lines = (input.edges.iter().zip(&routes))
        .map(|(&(from, to), route)| {
            let ends = (middles[from], middles[to]);
            line(input, &columns, &spots, &middles, (from, to), ends, route)
        })
        .collect();
    Output {
        height: boxes
            .iter()
            .zip(&input.sizes)
            .map(|((_, y), (_, height))| y + height)
            .chain(middles.iter().copied())
            .fold(0.0, f64::max),
        width: (x - input.gaps.0).max(0.0),
        boxes,
        ranks,
        lines,
    }
}

/// The passes of every edge, from the earlier rank to the later. Edges of the same two boxes share them.
fn routes(input: &Input, ranks: &[usize], spots: &mut Vec<Spot>) -> Vec<Vec<usize>> {
    let mut known: HashMap<(usize, usize), Vec<usize>> = HashMap::new();
    let mut passes = 0;
    let route = |&(from, to): &(usize, usize)| {
        if ranks[from] == ranks[to] {
            return Vec::new();
        }
        let (left, right) = if ranks[from] < ranks[to] {
            (from, to)
        } else {
            (to, from)
        };
        if let Some(route) = known.get(&(left, right)) {
            return route.clone();
        }
        let between = ranks[left] + 1..ranks[right];
        let mut route = Vec::new();
        if passes + between.len() <= MOST_PASSES {
            passes += between.len();
            for rank in between {
                route.push(spots.len());
                spots.push(Spot {
                    rank,
                    height: PASS,
                    is_pass: true,
                    ..Spot::default()
                });
            }
            let stops = std::iter::once(left).chain(route.iter().copied());
            let stops: Vec<usize> = stops.chain([right]).collect();
            for pair in stops.windows(2) {
                spots[pair[0]].behind.push(pair[1]);
                spots[pair[1]].before.push(pair[0]);
            }
        }
        known.insert((left, right), route.clone());
        route
    };
    input.edges.iter().map(route).collect()
}

fn line(
    input: &Input,
    columns: &[(f64, f64)],
    spots: &[Spot],
    middles: &[f64],
    (from, to): (usize, usize),
    ends: (f64, f64),
    route: &[usize],
) -> Vec<(f64, f64)> {
    if spots[from].rank == spots[to].rank {
        return Vec::new();
    }
    let forward = spots[from].rank < spots[to].rank;
    let (left, right) = if forward { (from, to) } else { (to, from) };
    let (start, end) = if forward { ends } else { (ends.1, ends.0) };
    let (x, width) = columns[spots[left].rank];
    let own = x + input.sizes[left].0;
    let mut points = vec![(own, start)];
    if own < x + width {
        points.push((x + width, start));
    }
    for &pass in route {
        let (x, width) = columns[spots[pass].rank];
        points.extend([(x, middles[pass]), (x + width, middles[pass])]);
    }
    points.push((columns[spots[right].rank].0, end));
    if !forward {
        points.reverse();
    }
    points
}
