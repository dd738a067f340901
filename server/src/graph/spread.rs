//! How high each spot stands: near its neighbours, in its order, none over another.

use super::layers::Spot;

const ROUNDS: usize = 24;
/// How much more a line wants to be straight where it passes than where it ends.
const STRAIGHT: f64 = 6.0;

/// The middle of each spot; the highest of all begins at 0.
pub(super) fn spread(rows: &[Vec<usize>], spots: &[Spot], gap: f64) -> Vec<f64> {
    let mut middles = vec![0.0; spots.len()];
    for row in rows {
        let mut y = 0.0;
        for &at in row {
            middles[at] = y + spots[at].height / 2.0;
            y += spots[at].height + between(gap, spots[at].is_pass);
        }
    }
    for round in 0..ROUNDS {
        let last = rows.len();
        for step in 0..last {
            let rank = if round % 2 == 0 {
                step
            } else {
                last - 1 - step
            };
            settle(&rows[rank], spots, &mut middles, gap);
        }
    }
    let tops = middles.iter().zip(spots);
    let top = tops
        .map(|(middle, spot)| middle - spot.height / 2.0)
        .fold(f64::INFINITY, f64::min);
    if top.is_finite() {
        for middle in &mut middles {
            *middle -= top;
        }
    }
    middles
}

/// Some spots that touch: what they want in the mean, how strongly, and where the first of them is.
struct Block {
    sum: f64,
    weight: f64,
    spots: Vec<(usize, f64)>,
    size: f64,
}

impl Block {
    fn wanted(&self) -> f64 {
        self.sum / self.weight
    }
}

/// Puts a row where its spots want to be, as nearly as their order and sizes allow: neighbours that
/// would overlap become one block, which stands at the mean of what its parts want.
fn settle(row: &[usize], spots: &[Spot], middles: &mut [f64], gap: f64) {
    let mut blocks: Vec<Block> = Vec::new();
    for &at in row {
        let (wanted, weight) = wish(at, spots, middles);
        let height = spots[at].height;
        let mut block = Block {
            sum: (wanted - height / 2.0) * weight,
            weight,
            spots: vec![(at, 0.0)],
            size: height,
        };
        while let Some(above) = blocks.last() {
            let last = above.spots.last().is_some_and(|(at, _)| spots[*at].is_pass);
            let shift = above.size + between(gap, last && spots[at].is_pass);
            if above.wanted() + shift <= block.wanted() {
                break;
            }
            let mut above = blocks.pop().expect("it was looked at");
            above.sum += block.sum - shift * block.weight;
            above.weight += block.weight;
            above
                .spots
                .extend(block.spots.iter().map(|(at, from)| (*at, from + shift)));
            above.size = shift + block.size;
            block = above;
        }
        blocks.push(block);
    }
    for block in blocks {
        let top = block.wanted();
        for (at, from) in block.spots {
            middles[at] = top + from + spots[at].height / 2.0;
        }
    }
}

/// Lines that pass side by side need less room than boxes.
fn between(gap: f64, are_passes: bool) -> f64 {
    if are_passes { gap / 4.0 } else { gap }
}

/// Where a spot wants its middle to be, and how strongly.
fn wish(at: usize, spots: &[Spot], middles: &[f64]) -> (f64, f64) {
    let spot = &spots[at];
    let (mut sum, mut weight) = (0.0, 0.0);
    for &near in spot.before.iter().chain(&spot.behind) {
        let strength = match (spot.is_pass, spots[near].is_pass) {
            (true, true) => STRAIGHT,
            (true, false) | (false, true) => 2.0,
            (false, false) => 1.0,
        };
        sum += middles[near] * strength;
        weight += strength;
    }
    if weight == 0.0 {
        // Nothing pulls it: it stays, and gives way.
        (middles[at], 0.05)
    } else {
        (sum / weight, weight)
    }
}
