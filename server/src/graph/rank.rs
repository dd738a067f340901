//! Which rank each box belongs to: behind everything that leads to it, and not further than needed.

use super::layers::Input;

/// Looks at who is pulled which way so often.
const ROUNDS: usize = 6;

/// The rank of each box, from 0 on without holes; every edge spans at least one.
pub(super) fn ranks(input: &Input) -> Vec<usize> {
    let count = input.sizes.len();
    let mut pins = vec![Pin::Free; count];
    for &at in &input.last {
        pins[at] = Pin::Last;
    }
    for &at in &input.first {
        pins[at] = Pin::First;
    }
    let edges = without_circles(count, &input.edges, &pins);
    let (mut before, mut behind) = (vec![Vec::new(); count], vec![Vec::new(); count]);
    for &(from, to) in &edges {
        behind[from].push(to);
        before[to].push(from);
    }
    let sorted = sorted(&before, &behind);
    let mut ranks = vec![0_usize; count];
    for &at in &sorted {
        ranks[at] = before[at]
            .iter()
            .map(|it| ranks[*it] + 1)
            .max()
            .unwrap_or(0);
    }
    let last = ranks.iter().max().copied().unwrap_or(0);
    for _ in 0..ROUNDS {
        for &at in sorted.iter().rev().chain(&sorted) {
            let low = before[at].iter().map(|it| ranks[*it] + 1).max();
            let high = behind[at].iter().map(|it| ranks[*it] - 1).min();
            ranks[at] = match (low, high) {
                (None, None) => ranks[at],
                (Some(low), None) => low,
                (None, Some(high)) => high,
                (Some(low), Some(high)) => match before[at].len().cmp(&behind[at].len()) {
                    std::cmp::Ordering::Less => high,
                    std::cmp::Ordering::Greater => low,
                    std::cmp::Ordering::Equal => ranks[at].clamp(low, high),
                },
            };
        }
    }
    for at in 0..count {
        match pins[at] {
            Pin::First => ranks[at] = 0,
            Pin::Free => ranks[at] += 1,
            Pin::Last => ranks[at] = last + 2,
        }
    }
    without_holes(ranks)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Pin {
    First,
    Free,
    Last,
}

/// The edges, those turned round that would lead back; each once, none to itself or between two boxes
/// that are both pinned to one side.
fn without_circles(count: usize, edges: &[(usize, usize)], pins: &[Pin]) -> Vec<(usize, usize)> {
    let mut out: Vec<Vec<usize>> = vec![Vec::new(); count];
    for &(from, to) in edges {
        let (from, to) = if pins[from] > pins[to] {
            (to, from)
        } else {
            (from, to)
        };
        let same_side = pins[from] == pins[to] && pins[from] != Pin::Free;
        if from != to && !same_side && !out[from].contains(&to) {
            out[from].push(to);
        }
    }
    // Depth first without recursion: 0 unseen, 1 on the way, 2 done.
    let mut state = vec![0_u8; count];
    let mut kept = Vec::new();
    // What nothing leads to comes first, so that few edges are turned.
    let mut led_to = vec![false; count];
    out.iter().flatten().for_each(|to| led_to[*to] = true);
    let starts = (0..count).filter(|at| !led_to[*at]).chain(0..count);
    let starts: Vec<usize> = starts.collect();
    for start in starts {
        if state[start] != 0 {
            continue;
        }
        state[start] = 1;
        let mut way = vec![(start, 0)];
        while let Some((at, next)) = way.last_mut() {
            let from = *at;
            if let Some(&to) = out[from].get(*next) {
                *next += 1;
                match state[to] {
                    1 => kept.push((to, from)),
                    seen => {
                        kept.push((from, to));
                        if seen == 0 {
                            state[to] = 1;
                            way.push((to, 0));
                        }
                    }
                }
            } else {
                state[from] = 2;
                way.pop();
            }
        }
    }
    kept.sort_unstable();
    kept.dedup();
    kept
}

/// The boxes so that every edge leads on; the lowest numbers first.
fn sorted(before: &[Vec<usize>], behind: &[Vec<usize>]) -> Vec<usize> {
    let mut waiting: Vec<usize> = before.iter().map(Vec::len).collect();
    let mut sorted: Vec<usize> = (0..before.len()).filter(|at| waiting[*at] == 0).collect();
    let mut next = 0;
    while next < sorted.len() {
        for &to in &behind[sorted[next]] {
            waiting[to] -= 1;
            if waiting[to] == 0 {
                sorted.push(to);
            }
        }
        next += 1;
    }
    sorted
}

fn without_holes(mut ranks: Vec<usize>) -> Vec<usize> {
    let mut used = ranks.clone();
    used.sort_unstable();
    used.dedup();
    for rank in &mut ranks {
        *rank = used.partition_point(|it| it < rank);
    }
    ranks
}
