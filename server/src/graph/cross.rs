//! The order within each rank: such that few lines cross.

use super::layers::Spot;

/// How often all ranks are looked through.
const SWEEPS: usize = 10;

/// Orders each row by where the neighbours of its spots are, back and forth, and keeps the best.
pub(super) fn order(rows: &mut Vec<Vec<usize>>, spots: &[Spot]) {
    begin(rows, spots);
    let mut places = places(rows, spots.len());
    let mut best = rows.clone();
    let mut fewest = crossings(rows, spots, &places);
    for sweep in 0..SWEEPS {
        if fewest == 0 {
            break;
        }
        let there = sweep % 2 == 0;
        let count = rows.len();
        for step in 1..count {
            let rank = if there { step } else { count - 1 - step };
            let row = &mut rows[rank];
            sort(row, spots, &places, there);
            for (place, &at) in row.iter().enumerate() {
                places[at] = place;
            }
        }
        let now = crossings(rows, spots, &places);
        if now < fewest {
            fewest = now;
            best.clone_from(rows);
        }
    }
    *rows = best;
}

/// The first order: what hangs together stands together.
fn begin(rows: &mut [Vec<usize>], spots: &[Spot]) {
    let mut seen = vec![false; spots.len()];
    let starts: Vec<usize> = rows.iter().flatten().copied().collect();
    rows.iter_mut().for_each(Vec::clear);
    for start in starts {
        let mut way = vec![start];
        while let Some(at) = way.pop() {
            if std::mem::replace(&mut seen[at], true) {
                continue;
            }
            rows[spots[at].rank].push(at);
            let near = spots[at].behind.iter().chain(&spots[at].before);
            let near: Vec<usize> = near.copied().filter(|it| !seen[*it]).collect();
            way.extend(near.into_iter().rev());
        }
    }
}

fn places(rows: &[Vec<usize>], count: usize) -> Vec<usize> {
    let mut places = vec![0; count];
    for row in rows {
        for (place, &at) in row.iter().enumerate() {
            places[at] = place;
        }
    }
    places
}

/// Sorts by the mean place of the neighbours on one side; what has none stays where it is.
fn sort(row: &mut [usize], spots: &[Spot], places: &[usize], by_before: bool) {
    let mean = |at: usize| {
        let spot = &spots[at];
        let near = if by_before {
            &spot.before
        } else {
            &spot.behind
        };
        let sum: usize = near.iter().map(|it| places[*it]).sum();
        #[expect(clippy::cast_precision_loss, reason = "places of a drawing are few")]
        let mean = (!near.is_empty()).then(|| sum as f64 / near.len() as f64);
        mean
    };
    let free: Vec<usize> = (0..row.len())
        .filter(|at| mean(row[*at]).is_some())
        .collect();
    let mut moved: Vec<(f64, usize)> = free
        .iter()
        .filter_map(|at| Some((mean(row[*at])?, row[*at])))
        .collect();
    moved.sort_by(|a, b| a.0.total_cmp(&b.0));
    for (at, (_, spot)) in free.into_iter().zip(moved) {
        row[at] = spot;
    }
}

/// How many pairs of lines cross.
pub(super) fn crossings(rows: &[Vec<usize>], spots: &[Spot], places: &[usize]) -> usize {
    let mut total = 0;
    for pair in rows.windows(2) {
        // Lines in the order of their starts; each crosses those before it that end behind it.
        let mut ends: Vec<usize> = Vec::new();
        for &at in &pair[0] {
            let mut of_spot: Vec<usize> = spots[at].behind.iter().map(|it| places[*it]).collect();
            of_spot.sort_unstable();
            ends.extend(of_spot);
        }
        let mut tree = vec![0_usize; pair[1].len() + 1];
        for (known, end) in ends.into_iter().enumerate() {
            let mut up_to = 0;
            let mut at = end + 1;
            while at > 0 {
                up_to += tree[at];
                at &= at - 1;
            }
            total += known - up_to;
            let mut at = end + 1;
            while at < tree.len() {
                tree[at] += 1;
                at += at & at.wrapping_neg();
            }
        }
    }
    total
}
